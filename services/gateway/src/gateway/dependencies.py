"""What routes ask for: who is asking, in which workspace, and the hub itself."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Path, Query, Request

from backplane.artifacts import ArtifactStore
from backplane.bus import Bus
from domain.errors import HubError, Reason
from gateway.clients.explainer import ExplainerClient
from gateway.clients.inference import InferenceClient
from gateway.clients.suggest import SuggestClient
from gateway.clients.suggestions import SuggestionsClient
from gateway.datasets.service import Datasets
from gateway.models.service import Models
from gateway.principals import Authenticator, Principal, bearer_token
from gateway.runs.service import Runs
from gateway.workspaces.service import Workspaces

_READ = {"GET", "HEAD", "OPTIONS"}


@dataclass(frozen=True)
class Hub:
    """Everything that routes use; made once by `app`."""

    store: ArtifactStore
    bus: Bus
    authenticator: Authenticator
    inference: InferenceClient
    explainer: ExplainerClient
    suggest: SuggestClient
    suggestions: SuggestionsClient
    workspaces: Workspaces
    models: Models
    datasets: Datasets
    runs: Runs
    upload_bytes: int


def _hub(request: Request) -> Hub:
    hub: Hub = request.app.state.hub
    return hub


HubDependency = Annotated[Hub, Depends(_hub)]


async def signed_in(request: Request, hub: HubDependency) -> Principal:
    """Who is asking; every route of the interface depends on it."""
    authenticator, authorization = hub.authenticator, request.headers.get("authorization")
    cookie = authenticator.cookie.of(request.cookies)
    if cookie and request.method not in _READ and bearer_token(authorization) is None:
        authenticator.check_origin(request.headers.get("origin"))
    return await authenticator.principal(authorization, cookie)


PrincipalDependency = Annotated[Principal, Depends(signed_in)]


@dataclass(frozen=True)
class Scope:
    """A workspace that the principal may enter."""

    workspace: str
    principal: Principal


async def _scope(
    hub: HubDependency,
    principal: PrincipalDependency,
    workspace: Annotated[str, Path(description="The name of a workspace.", examples=["default"])],
) -> Scope:
    await enter(hub, principal, workspace)
    return Scope(workspace, principal)


async def enter(hub: Hub, principal: Principal, workspace: str) -> None:
    """Lets a principal into a workspace.

    Raises:
        HubError: `WORKSPACE_NOT_FOUND`, also where it exists and is somebody else's.
    """
    if not principal.may_enter(workspace) or not await hub.workspaces.exists(workspace):
        raise HubError(
            Reason.WORKSPACE_NOT_FOUND, f"There is no workspace {workspace!r}.", "GET /v1/workspaces lists yours."
        )


ScopeDependency = Annotated[Scope, Depends(_scope)]
Limit = Annotated[int, Query(ge=1, le=1000, description="The most items of a page.")]
Cursor = Annotated[str | None, Query(description="`next` of the page before.")]
