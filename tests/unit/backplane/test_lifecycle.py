"""The life of a service with a real server: what it says of itself, and what it still answers, while it leaves."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from backplane import rpc
from backplane.lifecycle import Service, run_service
from backplane.rpc import LIVENESS, RpcServer
from backplane.settings import ServiceSettings
from domain.errors import HubError, Reason

SERVING, NOT_SERVING = health_pb2.HealthCheckResponse.SERVING, health_pb2.HealthCheckResponse.NOT_SERVING
DRAIN_SECONDS = 1.0


class Health:
    """What a server says of itself."""

    def __init__(self, port: int) -> None:
        self._channel = rpc.channel(f"127.0.0.1:{port}")
        self._stub = health_pb2_grpc.HealthStub(self._channel)

    async def of(self, name: str) -> int:
        answer = await self._stub.Check(health_pb2.HealthCheckRequest(service=name), timeout=5)
        return int(answer.status)

    async def becomes(self, state: int) -> None:
        async with asyncio.timeout(20):
            while await self.of("") != state:  # noqa: ASYNC110
                await asyncio.sleep(0.02)

    async def close(self) -> None:
        await self._channel.close()


@pytest.fixture
async def own_signals() -> AsyncIterator[None]:
    yield
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().remove_signal_handler(number)


@pytest.mark.usefixtures("own_signals")
async def test_a_service_that_leaves_says_so_and_serves_until_it_is_known() -> None:
    server = RpcServer("127.0.0.1:0", [], lambda _: None)

    async def compose(_: AsyncExitStack) -> Service:
        return Service(server, [], [])

    settings = ServiceSettings(drain_seconds=DRAIN_SECONDS, grace_seconds=1)
    living = asyncio.create_task(run_service("test", settings, compose))
    health = Health(server.port)
    await health.becomes(SERVING)
    told = time.monotonic()
    os.kill(os.getpid(), signal.SIGTERM)
    await health.becomes(NOT_SERVING)
    assert await health.of(LIVENESS) == SERVING
    assert await living == 0
    assert DRAIN_SECONDS <= time.monotonic() - told < DRAIN_SECONDS + 2
    await health.close()


@pytest.mark.usefixtures("own_signals")
async def test_a_service_is_ready_only_once_it_is_prepared() -> None:
    server = RpcServer("127.0.0.1:0", [], lambda _: None)
    tried, loaded = asyncio.Event(), asyncio.Event()

    async def prepare() -> None:
        if not tried.is_set():
            tried.set()
            raise HubError(Reason.WORKER_CRASHED, "died while it loaded")
        await loaded.wait()

    async def compose(_: AsyncExitStack) -> Service:
        return Service(server, [], [], prepare)

    living = asyncio.create_task(run_service("test", ServiceSettings(grace_seconds=1), compose))
    health = Health(server.port)
    await tried.wait()
    assert [await health.of(LIVENESS), await health.of("")] == [SERVING, NOT_SERVING]
    loaded.set()
    await health.becomes(SERVING)
    os.kill(os.getpid(), signal.SIGTERM)
    assert await living == 0
    await health.close()


async def test_a_server_that_is_not_ready_lives() -> None:
    server = RpcServer("127.0.0.1:0", [], lambda _: None)
    await server.start()
    health = Health(server.port)
    assert [await health.of(LIVENESS), await health.of("")] == [SERVING, NOT_SERVING]
    await health.close()
    await server.stop(0)


@pytest.mark.usefixtures("own_signals")
async def test_a_service_that_cannot_be_wired_ends_with_a_code() -> None:
    async def compose(_: AsyncExitStack) -> Service:
        raise HubError(Reason.BUS_UNAVAILABLE, "away")

    assert await run_service("test", ServiceSettings(), compose) == 1
