"""The probe of images and of the local stack, against a real server."""

import subprocess
import sys
from collections.abc import AsyncIterator

import pytest

from backplane.probe import serves
from backplane.rpc import RpcServer


@pytest.fixture
async def server() -> AsyncIterator[RpcServer]:
    server = RpcServer("127.0.0.1:0", [], lambda _: None)
    await server.start()
    yield server
    await server.stop(0)


async def test_a_server_serves_once_it_says_so(server: RpcServer) -> None:
    address = f"127.0.0.1:{server.port}"
    assert not await serves(address)
    await server.set_ready(ready=True)
    assert await serves(address)


async def test_a_service_that_the_server_does_not_know_does_not_serve(server: RpcServer) -> None:
    await server.set_ready(ready=True)
    assert not await serves(f"127.0.0.1:{server.port}", "unheard.of")


def test_the_command_ends_with_a_failure_where_nobody_answers() -> None:
    command = [sys.executable, "-m", "backplane.probe", "127.0.0.1:1"]
    assert subprocess.run(command, timeout=30, check=False).returncode == 1
