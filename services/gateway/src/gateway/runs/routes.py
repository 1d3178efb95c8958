"""HTTP for runs, with their progress as server-sent events."""

from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Annotated

import anyio
from fastapi import APIRouter, Header, Query, Response
from fastapi.responses import StreamingResponse
from sse_starlette import EventSourceResponse, ServerSentEvent

from domain.errors import HubError, Reason
from gateway.dependencies import Cursor, Hub, HubDependency, Limit, Scope, ScopeDependency
from gateway.leaving import until
from gateway.runs.checks import planned
from gateway.runs.explained import Explained
from gateway.runs.kinds import RunKind
from gateway.runs.listing import RunQuery
from gateway.runs.new import NewRun
from gateway.runs.schemas import AssessedSamples, ExplainedSamples, Run, RunList

router = APIRouter(prefix="/v1/workspaces/{workspace}/runs", tags=["runs"])
ModelName = Annotated[str, Query(description="One of the run's models, by id or name.")]
LastEvent = Annotated[str | None, Header(alias="Last-Event-ID", description="`id` of the last event that was seen.")]
_RECONNECT_MILLISECONDS = 1_000
_KEEP_ALIVE_SECONDS = 15
_FAREWELL_SECONDS = 2


@router.get("")
async def list_runs(hub: HubDependency, scope: ScopeDependency, query: Annotated[RunQuery, Query()]) -> RunList:
    """The runs, with who began them, what they do, with which versions, how far they are and what they cost."""
    if query.dataset is not None:
        dataset = await hub.datasets.records.get(scope.workspace, query.dataset)
        query = query.model_copy(update={"dataset": dataset.id})
    return query.page(await hub.runs.records.list(scope.workspace))


@router.post("", status_code=HTTPStatus.ACCEPTED)
async def begin_run(new: NewRun, hub: HubDependency, scope: ScopeDependency) -> Run:
    """Begins a run over a whole data set."""
    return await hub.runs.begin(scope.workspace, await planned(hub, scope, new))


@router.get("/{run}")
async def get_run(run: str, hub: HubDependency, scope: ScopeDependency) -> Run:
    """A run with its progress."""
    return await hub.runs.get(scope.workspace, run)


@router.get("/{run}/events", response_class=EventSourceResponse)
async def watch_run(run: str, hub: HubDependency, scope: ScopeDependency, last_event: LastEvent = None) -> Response:
    """The run after every change, until it has ended.

    Each event is the whole state, and its `id` the number of the change: whoever comes again with `Last-Event-ID` gets
    only what is newer, and 204 if nothing more will come. A stream that ends before its run came from a replica that
    has left: come again.
    """
    after = _revision(last_event)
    if await hub.runs.told_all(scope.workspace, run, after):
        return Response(status_code=HTTPStatus.NO_CONTENT)

    leaving = anyio.Event()

    async def events() -> AsyncIterator[ServerSentEvent]:
        async for revision, state in until(leaving, hub.runs.watch(scope.workspace, run, after)):
            yield ServerSentEvent(state.model_dump_json(), event="run", id=str(revision), retry=_RECONNECT_MILLISECONDS)

    return EventSourceResponse(
        events(), ping=_KEEP_ALIVE_SECONDS, shutdown_event=leaving, shutdown_grace_period=_FAREWELL_SECONDS
    )


@router.post("/{run}/cancel")
async def cancel_run(run: str, hub: HubDependency, scope: ScopeDependency) -> Run:
    """Ends a run; what has begun is let finish."""
    return await hub.runs.cancel(scope.workspace, run)


@router.post("/{run}/retry")
async def retry_run(run: str, hub: HubDependency, scope: ScopeDependency) -> Run:
    """Tries the shards that failed once more; what is done stays."""
    return await hub.runs.retry(scope.workspace, run)


@router.get("/{run}/relevance.npy", response_class=StreamingResponse)
async def get_relevance(run: str, model: ModelName, hub: HubDependency, scope: ScopeDependency) -> StreamingResponse:
    """What a run explained for a model: float32 (samples, height, width) as NPY, summed over channels.

    A row a sample, in the order of their numbers; NaN for samples that could not be explained.
    """
    explained = await _explained(hub, scope, run, model, RunKind.EXPLAIN)
    size, chunks = await explained.relevance()
    headers = {"Content-Length": str(size)}
    return StreamingResponse(chunks, media_type="application/x-npy", headers=headers)


@router.get("/{run}/explained")
async def list_explained(
    run: str, model: ModelName, hub: HubDependency, scope: ScopeDependency, limit: Limit = 100, cursor: Cursor = None
) -> ExplainedSamples:
    """What was explained for each sample, or why it was not; of the shards that are done, in the order of samples."""
    return await (await _explained(hub, scope, run, model, RunKind.EXPLAIN)).samples(limit, cursor)


@router.get("/{run}/quality")
async def list_qualities(
    run: str, model: ModelName, hub: HubDependency, scope: ScopeDependency, limit: Limit = 100, cursor: Cursor = None
) -> AssessedSamples:
    """How far the explanation of each sample can be trusted, or why it was not checked; as `explained` lists them."""
    return await (await _explained(hub, scope, run, model, RunKind.QUALITY)).qualities(limit, cursor)


async def _explained(hub: Hub, scope: Scope, run: str, model: str, kind: RunKind) -> Explained:
    record = await hub.runs.records.get(scope.workspace, run)
    found = await hub.models.records.ready(scope.workspace, model)
    return Explained.of(hub.store, scope.workspace, record, found, kind)


def _revision(last_event: str | None) -> int:
    if not last_event:
        return 0
    if not (last_event.isascii() and last_event.isdecimal()) or len(last_event) > 18:
        raise HubError(
            Reason.ARGUMENT_INVALID,
            f"No event has the id {last_event!r}.",
            "Give the id of the last event of this run, or leave Last-Event-ID out.",
        )
    return int(last_event)
