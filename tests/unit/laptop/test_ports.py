import itertools
import socket
from collections.abc import Iterator

import pytest

from laptop.ports import HOST, FreePorts, is_free, require_free
from laptop.problems import StackError


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server((HOST, 0)) as server:
        yield server.getsockname()[1]


def test_a_port_in_use(taken: int) -> None:
    assert not is_free(taken)


@pytest.mark.parametrize("before", [0, 1])
def test_a_public_port_in_use_is_named_with_the_way_out(taken: int, before: int) -> None:
    with pytest.raises(StackError, match=rf"Port {taken} .* in use.*INNHUB_PORT"):
        require_free(taken - before)


def test_no_port_twice_and_none_in_use() -> None:
    first = FreePorts(18100).take()
    with socket.create_server((HOST, first)):
        ports = FreePorts(18100)
        found = [ports.take() for _ in range(20)]
    assert first not in found
    assert len(set(found)) == 20


def test_neighbouring_stacks_look_at_other_ports() -> None:
    stacks = [FreePorts(port) for port in (8080, 8082, 8180)]
    found = [{ports.take() for _ in range(30)} for ports in stacks]
    assert all(one.isdisjoint(other) for one, other in itertools.combinations(found, 2))


def test_the_port_far_above_must_be_free_too() -> None:
    candidate = FreePorts(18200).take()
    with socket.create_server((HOST, candidate + 10_000)):
        assert FreePorts(18200).take(also_free=10_000) != candidate
