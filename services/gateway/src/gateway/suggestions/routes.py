"""HTTP for suggestions: which samples deserve a look."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query

from domain.errors import HubError, Reason
from gateway.dependencies import Hub, HubDependency, Scope, ScopeDependency
from gateway.models.service import require_distinct
from gateway.runs.kinds import RunKind
from gateway.suggestions.schemas import (
    Agreement,
    Histogram,
    ReasonPage,
    ReasonQuery,
    SampleQuery,
    SampleQueryPage,
    StrongestSamples,
)

router = APIRouter(prefix="/v1/workspaces/{workspace}/suggestions", tags=["suggestions"])
Models = Annotated[list[str], Query(min_length=1, max_length=16, description="Models, by id or name.")]


@router.get("/agreement")
async def get_agreement(
    dataset: str,
    models: Models,
    hub: HubDependency,
    scope: ScopeDependency,
    max_points: Annotated[int, Query(ge=1, le=100_000)] = 10_000,
    sure_score: Annotated[float, Query(ge=0, le=1)] = 0.5,
) -> Agreement:
    """Every sample by how sure the models are and how many different answers they give."""
    data, ids = await _ids(hub, scope, dataset, models)
    return await hub.suggest.agreement(scope.workspace, data, ids, max_points, sure_score)


@router.get("/histogram")
async def get_histogram(
    dataset: str,
    model: str,
    hub: HubDependency,
    scope: ScopeDependency,
    bins: Annotated[int, Query(ge=1, le=1000)] = 20,
) -> Histogram:
    """The samples by 1 - p(label) for one model."""
    data, ids = await _ids(hub, scope, dataset, [model])
    return await hub.suggest.histogram(scope.workspace, data, ids[0], bins)


@router.get("/samples")
async def query_samples(
    query: Annotated[SampleQuery, Query()], hub: HubDependency, scope: ScopeDependency
) -> SampleQueryPage:
    """Samples with the answers of models: filtered, sorted, a page at a time."""
    data, ids = await _ids(hub, scope, query.dataset, query.models)
    return await hub.suggest.query(scope.workspace, data, ids, query)


@router.get("/strongest")
async def get_strongest(
    dataset: str,
    model: str,
    layer: Annotated[str, Query(min_length=1, description="The name of a layer, see GET .../graph.")],
    unit: Annotated[int, Query(ge=0, lt=2**32, description="The number of a unit or channel of the layer.")],
    hub: HubDependency,
    scope: ScopeDependency,
    limit: Annotated[int, Query(ge=1, le=1000, description="The most samples.")] = 24,
) -> StrongestSamples:
    """The samples to which a unit inside the network answers most strongly, of those recorded by a run."""
    data, ids = await _ids(hub, scope, dataset, [model])
    return await hub.suggest.strongest(scope.workspace, data, ids[0], layer, unit, limit)


@router.get("/reasons")
async def compare_reasons(
    query: Annotated[ReasonQuery, Query()], hub: HubDependency, scope: ScopeDependency
) -> ReasonPage:
    """Same answer, different reason: samples by how far the maps of models are alike that runs have explained."""
    dataset, models, digest = await _explained(hub, scope, query)
    page = await hub.suggest.reasons(scope.workspace, dataset, models, digest, query)
    return page.model_copy(update={"models": models})


async def _explained(hub: Hub, scope: Scope, query: ReasonQuery) -> tuple[str, list[str], str]:
    """The data set, the models, and the digest of what was asked."""
    if not query.run:
        dataset, models = await _ids(hub, scope, query.dataset, query.models)
        digest = (await hub.explainer.plan(scope.workspace, models[0], dataset, query.asked)).digest
        return dataset, models, digest
    run = await hub.runs.records.get(scope.workspace, query.run)
    if run.kind is not RunKind.EXPLAIN:
        raise HubError(
            Reason.ARGUMENT_INVALID, f"The run {run.name!r} explains nothing.", "Name a run of the kind explain."
        )
    dataset, models = await _ids(hub, scope, run.dataset, query.models or list(run.progress))
    return dataset, models, run.digest


async def _ids(hub: Hub, scope: Scope, dataset: str, models: list[str]) -> tuple[str, list[str]]:
    record = await hub.datasets.records.ready(scope.workspace, dataset)
    found = await asyncio.gather(*(hub.models.records.ready(scope.workspace, model) for model in models))
    require_distinct(list(found))
    return record.id, [model.id for model in found]
