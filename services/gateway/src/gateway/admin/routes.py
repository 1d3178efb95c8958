"""HTTP for operators. An answer may be as long as the store is large: an object a line, sent as it is found.

Where that breaks off, the last line is an object whose `problem` says why.
"""

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter, Depends
from fastapi.responses import StreamingResponse
from pydantic import BaseModel
from starlette.concurrency import iterate_in_threadpool

from domain.errors import HubError, Reason
from gateway.admin.garbage import GarbageCollector
from gateway.admin.reindex import Reindex
from gateway.clients.pending_imports import uploads_in_use
from gateway.dependencies import HubDependency, PrincipalDependency
from gateway.principals import Principal
from gateway.problems import problem_document


def _operator(principal: PrincipalDependency) -> Principal:
    """Who looks after the whole hub; every route here depends on it."""
    if not principal.may_operate():
        raise HubError(
            Reason.PERMISSION_DENIED, f"{principal.name} does not look after this hub.", "Ask an operator to do it."
        )
    return principal


router = APIRouter(prefix="/v1/admin", tags=["admin"], dependencies=[Depends(_operator)])
_MEDIA_TYPE = "application/x-ndjson"


@router.post("/reindex", response_class=StreamingResponse)
async def reindex(hub: HubDependency) -> StreamingResponse:
    """Brings back the records of all models and data sets in the store, and tells each that was missing."""
    return _streamed(Reindex(hub.store, hub.bus, hub.workspaces, hub.models, hub.datasets).run())


@router.get("/garbage", response_class=StreamingResponse)
async def list_garbage(hub: HubDependency) -> StreamingResponse:
    """Lists what nobody will ask for again: forgotten uploads and tables, halves of imports, orphaned results."""
    collector = GarbageCollector(hub.store, await uploads_in_use(hub.bus))
    return _streamed(iterate_in_threadpool(collector.found()))


@router.delete("/garbage", response_class=StreamingResponse)
async def remove_garbage(hub: HubDependency) -> StreamingResponse:
    """Removes it, and tells what was removed."""
    collector = GarbageCollector(hub.store, await uploads_in_use(hub.bus))
    return _streamed(iterate_in_threadpool(collector.removed()))


def _streamed(items: AsyncIterator[BaseModel]) -> StreamingResponse:
    async def lines() -> AsyncIterator[str]:
        try:
            async for item in items:
                yield f"{item.model_dump_json()}\n"
        except HubError as error:
            # The status is sent already.
            yield json.dumps({"problem": problem_document(error).model_dump()}) + "\n"

    return StreamingResponse(lines(), media_type=_MEDIA_TYPE)
