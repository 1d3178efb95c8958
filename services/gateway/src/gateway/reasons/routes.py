"""HTTP for comparisons of reasons."""

from typing import Annotated

from fastapi import APIRouter, Query

from domain.errors import HubError, Reason
from gateway.dependencies import Hub, HubDependency, Scope, ScopeDependency
from gateway.reasons.schemas import ReasonPage, ReasonQuery
from gateway.runs.kinds import RunKind
from gateway.suggestions.naming import ids

router = APIRouter(prefix="/v1/workspaces/{workspace}/suggestions", tags=["suggestions"])


@router.get("/reasons")
async def compare_reasons(
    query: Annotated[ReasonQuery, Query()], hub: HubDependency, scope: ScopeDependency
) -> ReasonPage:
    """Same answer, different reason: samples by how far the maps of models are alike that runs have explained."""
    dataset, models, digest = await _explained(hub, scope, query)
    page = await hub.suggestions.reasons(scope.workspace, dataset, models, digest, query)
    return page.model_copy(update={"models": models})


async def _explained(hub: Hub, scope: Scope, query: ReasonQuery) -> tuple[str, list[str], str]:
    """The data set, the models, and the digest of what was asked."""
    if not query.run:
        dataset, models = await ids(hub, scope, query.dataset, query.models)
        digest = (await hub.explainer.plan(scope.workspace, models[0], dataset, query.asked)).digest
        return dataset, models, digest
    run = await hub.runs.records.get(scope.workspace, query.run)
    if run.kind is not RunKind.EXPLAIN:
        raise HubError(
            Reason.ARGUMENT_INVALID, f"The run {run.name!r} explains nothing.", "Name a run of the kind explain."
        )
    dataset, models = await ids(hub, scope, run.dataset, query.models or list(run.progress))
    return dataset, models, run.digest
