"""Whether the gateway lives, and whether it can serve: liveness depends on nothing outside, readiness does."""

import asyncio
from http import HTTPStatus

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse

from domain.errors import HubError
from gateway.dependencies import HubDependency

router = APIRouter(tags=["health"])


@router.get("/healthz")
async def live() -> dict[str, str]:
    """The process lives."""
    return {"status": "ok"}


@router.get("/readyz")
async def ready(hub: HubDependency) -> Response:
    """Everything that the gateway stands on answers; if not, which part and why."""
    parts = {
        "bus": hub.bus.check(),
        "store": asyncio.to_thread(hub.store.check),
        "inference": hub.inference.replicas.check(),
        "explainer": hub.explainer.replicas.check(),
        "suggest": hub.suggest.replicas.check(),
    }
    answers = await asyncio.gather(*parts.values(), return_exceptions=True)
    state = {name: str(answer) if answer else "ok" for name, answer in zip(parts, answers, strict=True)}
    for answer in answers:
        if isinstance(answer, BaseException) and not isinstance(answer, HubError):
            raise answer
    well = all(value == "ok" for value in state.values())
    return JSONResponse(state, HTTPStatus.OK if well else HTTPStatus.SERVICE_UNAVAILABLE)
