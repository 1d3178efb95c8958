"""A program for the tests: an application of three paths, served until it is told to stop."""

import asyncio
import sys
from collections.abc import AsyncIterator

from fastapi import FastAPI
from sse_starlette import EventSourceResponse

from serving import Departure, serve

app = FastAPI()


@app.get("/quick")
async def quick() -> str:
    return "quick"


@app.get("/slow")
async def slow(seconds: float) -> str:
    await asyncio.sleep(seconds)
    return "slow"


@app.get("/endless")
async def endless() -> EventSourceResponse:
    async def events() -> AsyncIterator[str]:
        yield "begun"
        await asyncio.Event().wait()

    return EventSourceResponse(events())


if __name__ == "__main__":
    address, drain, grace = sys.argv[1:]
    sys.exit(serve(app, address, Departure(), drain_seconds=float(drain), grace_seconds=float(grace)))
