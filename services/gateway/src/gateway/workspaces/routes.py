"""HTTP for workspaces."""

from http import HTTPStatus

from fastapi import APIRouter

from domain.errors import HubError, Reason
from gateway.dependencies import HubDependency, PrincipalDependency, ScopeDependency
from gateway.workspaces.schemas import NewWorkspace, WorkspaceChange, WorkspaceList, WorkspaceRecord

router = APIRouter(prefix="/v1/workspaces", tags=["workspaces"])


@router.get("")
async def list_workspaces(hub: HubDependency, principal: PrincipalDependency) -> WorkspaceList:
    """Your workspaces."""
    return WorkspaceList(items=[record for record in await hub.workspaces.list() if principal.may_enter(record.name)])


@router.post("", status_code=HTTPStatus.CREATED)
async def add_workspace(new: NewWorkspace, hub: HubDependency, principal: PrincipalDependency) -> WorkspaceRecord:
    """Makes a workspace."""
    return await hub.workspaces.add(new.name, new.title, principal.name)


@router.get("/{workspace}")
async def get_workspace(hub: HubDependency, scope: ScopeDependency) -> WorkspaceRecord:
    """One workspace."""
    return await hub.workspaces.get(scope.workspace)


@router.patch("/{workspace}")
async def change_workspace(change: WorkspaceChange, hub: HubDependency, scope: ScopeDependency) -> WorkspaceRecord:
    """Gives a workspace another title."""
    return await hub.workspaces.rename(scope.workspace, change.title)


@router.delete("/{workspace}", status_code=HTTPStatus.NO_CONTENT)
async def remove_workspace(hub: HubDependency, scope: ScopeDependency) -> None:
    """Removes an empty workspace."""
    if await hub.models.records.list(scope.workspace) or await hub.datasets.records.list(scope.workspace):
        raise HubError(
            Reason.NOT_READY,
            f"The workspace {scope.workspace!r} is not empty.",
            "Remove its models and data sets first.",
        )
    await hub.workspaces.remove(scope.workspace)
