"""HTTP for runs, with their progress as server-sent events."""

import asyncio
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse
from sse_starlette import EventSourceResponse, ServerSentEvent

from gateway.dependencies import Cursor, Hub, HubDependency, Limit, Scope, ScopeDependency
from gateway.models.service import require_distinct
from gateway.runs.checks import completed
from gateway.runs.explained import Explained
from gateway.runs.schemas import ExplainedSamples, NewRun, Run, RunList, for_people

router = APIRouter(prefix="/v1/workspaces/{workspace}/runs", tags=["runs"])
ModelName = Annotated[str, Query(description="One of the run's models, by id or name.")]


@router.get("")
async def list_runs(hub: HubDependency, scope: ScopeDependency, limit: Limit = 100, cursor: Cursor = None) -> RunList:
    """The runs, oldest first."""
    page = await hub.runs.records.page(scope.workspace, limit, cursor)
    return RunList(items=[for_people(record) for record in page.items], next=page.next)


@router.post("", status_code=HTTPStatus.ACCEPTED)
async def begin_run(new: NewRun, hub: HubDependency, scope: ScopeDependency) -> Run:
    """Begins a run over a whole data set."""
    dataset = await hub.datasets.records.ready(scope.workspace, new.dataset)
    models = list(await asyncio.gather(*(hub.models.records.ready(scope.workspace, model) for model in new.models)))
    require_distinct(models)
    new, digest = await completed(hub, scope.workspace, new, dataset.id, [model.id for model in models])
    return await hub.runs.begin(scope.workspace, new, dataset, models, digest=digest, created_by=scope.principal.name)


@router.get("/{run}")
async def get_run(run: str, hub: HubDependency, scope: ScopeDependency) -> Run:
    """A run with its progress."""
    return await hub.runs.get(scope.workspace, run)


@router.get("/{run}/events", response_class=EventSourceResponse)
async def watch_run(run: str, hub: HubDependency, scope: ScopeDependency) -> EventSourceResponse:
    """The run after every change, until it has ended. Each event is the whole state: begin a broken stream anew."""
    await hub.runs.get(scope.workspace, run)

    async def events() -> AsyncIterator[ServerSentEvent]:
        async for state in hub.runs.watch(scope.workspace, run):
            yield ServerSentEvent(state.model_dump_json(), event="run")

    return EventSourceResponse(events())


@router.post("/{run}/cancel")
async def cancel_run(run: str, hub: HubDependency, scope: ScopeDependency) -> Run:
    """Ends a run; what has begun is let finish."""
    return await hub.runs.cancel(scope.workspace, run)


@router.get("/{run}/relevance.npy", response_class=StreamingResponse)
async def get_relevance(run: str, model: ModelName, hub: HubDependency, scope: ScopeDependency) -> StreamingResponse:
    """What a run explained for a model: float32 (samples, height, width) as NPY, summed over channels.

    A row a sample, in the order of their numbers; NaN for samples that could not be explained.
    """
    explained = await _explained(hub, scope, run, model)
    size, chunks = await explained.relevance()
    headers = {"Content-Length": str(size)}
    return StreamingResponse(chunks, media_type="application/x-npy", headers=headers)


@router.get("/{run}/explained")
async def list_explained(
    run: str, model: ModelName, hub: HubDependency, scope: ScopeDependency, limit: Limit = 100, cursor: Cursor = None
) -> ExplainedSamples:
    """What was explained for each sample, or why it was not; of the shards that are done, in the order of samples."""
    return await (await _explained(hub, scope, run, model)).samples(limit, cursor)


async def _explained(hub: Hub, scope: Scope, run: str, model: str) -> Explained:
    record = await hub.runs.records.get(scope.workspace, run)
    found = await hub.models.records.ready(scope.workspace, model)
    return Explained.of(hub.store, scope.workspace, record, found)
