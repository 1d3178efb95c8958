"""HTTP for runs, with their progress as server-sent events."""

import asyncio
from collections.abc import AsyncIterator
from http import HTTPStatus

from fastapi import APIRouter
from sse_starlette import EventSourceResponse, ServerSentEvent

from gateway.dependencies import Cursor, HubDependency, Limit, ScopeDependency
from gateway.models.service import require_distinct
from gateway.runs.schemas import NewRun, Run, RunList, for_people

router = APIRouter(prefix="/v1/workspaces/{workspace}/runs", tags=["runs"])


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
    if new.layer:
        # Refuses a layer that the model does not have: better now than in every shard.
        await hub.inference.layer(scope.workspace, models[0].id, new.layer)
    return await hub.runs.begin(scope.workspace, new, dataset, models, created_by=scope.principal.name)


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
