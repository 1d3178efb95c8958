"""Replicas: real servers on real sockets, some of which are gone."""

import asyncio
import socket
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from itertools import pairwise
from typing import Any

import pytest
from prometheus_client import REGISTRY

from backplane.replicas import Replicas, rank
from backplane.rpc import RpcServer
from domain.errors import HubError, Reason
from innhub_proto.inference.v1 import inference_pb2, inference_pb2_grpc

KEYS = [f"model-{number}" for number in range(300)]


def preferred(key: str, addresses: list[str]) -> list[str]:
    return sorted(addresses, key=lambda address: rank(key, address), reverse=True)[:2]


def test_a_key_prefers_the_same_two_in_whatever_order_they_are_known() -> None:
    addresses = [f"10.0.0.{number}:1" for number in range(5)]
    for key in KEYS:
        assert preferred(key, addresses) == preferred(key, addresses[::-1])


def test_when_a_replica_is_lost_only_its_keys_move() -> None:
    addresses = [f"10.0.0.{number}:1" for number in range(5)]
    lost = addresses[2]
    for key in KEYS:
        before, after = preferred(key, addresses), preferred(key, [one for one in addresses if one != lost])
        if lost not in before:
            assert after == before
        else:
            assert set(before) - {lost} <= set(after)


def test_keys_are_spread_evenly() -> None:
    addresses = [f"10.0.0.{number}:1" for number in range(4)]
    shares = Counter(preferred(key, addresses)[0] for key in KEYS)
    assert min(shares.values()) > len(KEYS) / 4 * 0.6


class Named(inference_pb2_grpc.InferenceServiceServicer):
    """Answers with its name, or fails."""

    def __init__(self, name: str, gate: asyncio.Event | None = None) -> None:
        self.name = name
        self.gate = gate
        self.calls = 0

    async def Predict(self, request: inference_pb2.PredictRequest, _: Any) -> inference_pb2.PredictResponse:
        self.calls += 1
        if self.gate is not None:
            await self.gate.wait()
        if request.dataset == "absent":
            raise HubError(Reason.DATASET_NOT_FOUND, "There is none.", "Look elsewhere.")
        return inference_pb2.PredictResponse(label=self.name)

    async def nobody_asks(self, request: Any, context: Any) -> Any:
        raise AssertionError("nobody asks for this")

    DescribeNetwork = DescribeLayer = DescribeTraining = Activations = DrawActivationMaps = nobody_asks


Serve = Callable[..., Awaitable[tuple[str, RpcServer]]]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    async with AsyncExitStack() as stack:

        async def start(servicer: Named, address: str = "127.0.0.1:0") -> tuple[str, RpcServer]:
            server = RpcServer(
                address,
                [inference_pb2.DESCRIPTOR.services_by_name["InferenceService"]],
                lambda grpc: inference_pb2_grpc.add_InferenceServiceServicer_to_server(servicer, grpc),
            )
            await server.start()
            stack.push_async_callback(server.stop, 0)
            return f"127.0.0.1:{server.port}", server

        yield start


async def asked(replicas: Replicas[Any], key: str, dataset: str = "d") -> str:
    request = inference_pb2.PredictRequest(dataset=dataset)
    answer = await replicas.call("Predict", request, key=key, timeout=20)
    return str(answer.label)


async def test_a_key_goes_to_the_replica_that_ranks_highest_and_to_the_next_when_it_is_down(serve: Serve) -> None:
    servicers = {name: Named(name) for name in "abc"}
    started = {name: await serve(servicer) for name, servicer in servicers.items()}
    names = {address: name for name, (address, _) in started.items()}
    replicas = Replicas(",".join(names), inference_pb2_grpc.InferenceServiceStub)
    order = sorted(names, key=lambda address: rank("k", address), reverse=True)
    assert await asked(replicas, "k") == names[order[0]]
    for down, takes_over in pairwise(order):
        await started[names[down]][1].stop(0)
        assert await asked(replicas, "k") == names[takes_over]
    await started[names[order[-1]]][1].stop(0)
    replicas = Replicas(",".join(names), inference_pb2_grpc.InferenceServiceStub, patience_seconds=0.2)
    with pytest.raises(HubError) as caught:
        await asked(replicas, "k")
    assert caught.value.reason is Reason.SERVICE_UNAVAILABLE
    await replicas.close()


async def test_a_call_that_a_replica_breaks_off_is_made_to_another(serve: Serve) -> None:
    gate = asyncio.Event()
    stuck, well = Named("stuck", gate), Named("well")
    (stuck_address, leaving), (well_address, _) = await serve(stuck), await serve(well)
    replicas = Replicas(f"{stuck_address},{well_address}", inference_pb2_grpc.InferenceServiceStub)
    key = next(key for key in KEYS if preferred(key, [stuck_address, well_address])[0] == stuck_address)
    call = asyncio.create_task(asked(replicas, key))
    async with asyncio.timeout(20):
        while not stuck.calls:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    await leaving.stop(0)
    assert await call == "well"
    await replicas.close()


async def test_a_replica_that_is_not_reached_costs_one_call_a_wait_and_not_every_one(serve: Serve) -> None:
    address, _ = await serve(Named("well"))
    with socket.create_server(("127.0.0.1", 0)) as mute:
        mute_address = f"127.0.0.1:{mute.getsockname()[1]}"
        replicas = Replicas(f"{mute_address},{address}", inference_pb2_grpc.InferenceServiceStub)
        key = next(key for key in KEYS if preferred(key, [mute_address, address])[0] == mute_address)
        assert await asked(replicas, key) == "well"
        begun = time.monotonic()
        assert [await asked(replicas, key) for _ in range(20)] == ["well"] * 20
        assert time.monotonic() - begun < 1.5, "each of them waited"
        await replicas.close()


async def test_where_all_are_away_a_call_waits_a_moment_for_one_to_come(serve: Serve) -> None:
    address, before = await serve(Named("before"))
    replicas = Replicas(address, inference_pb2_grpc.InferenceServiceStub)
    assert await asked(replicas, "k") == "before"
    await before.stop(0)
    call = asyncio.create_task(asked(replicas, "k"))
    await asyncio.sleep(0.3)
    assert not call.done()
    await serve(Named("after"), address)
    assert await call == "after"
    await replicas.close()


async def test_a_refusal_is_the_answer_and_no_other_replica_is_asked(serve: Serve) -> None:
    servicers = [Named("a"), Named("b")]
    addresses = [(await serve(servicer))[0] for servicer in servicers]
    replicas = Replicas(",".join(addresses), inference_pb2_grpc.InferenceServiceStub)
    with pytest.raises(HubError) as caught:
        await asked(replicas, "k", dataset="absent")
    assert caught.value.reason is Reason.DATASET_NOT_FOUND
    assert sum(servicer.calls for servicer in servicers) == 1
    await replicas.close()


async def test_the_less_busy_of_the_two_is_asked(serve: Serve) -> None:
    gate = asyncio.Event()
    servicers = [Named("a", gate), Named("b", gate)]
    addresses = [(await serve(servicer))[0] for servicer in servicers]
    replicas = Replicas(",".join(addresses), inference_pb2_grpc.InferenceServiceStub)
    calls = [asyncio.create_task(asked(replicas, "k")) for _ in range(6)]
    async with asyncio.timeout(20):
        while sum(servicer.calls for servicer in servicers) < 6:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    gate.set()
    await asyncio.gather(*calls)
    assert [servicer.calls for servicer in servicers] == [3, 3]
    await replicas.close()


async def test_checking_finds_out_whether_anybody_answers(serve: Serve) -> None:
    address, server = await serve(Named("a"))
    replicas = Replicas(f"{address}, 127.0.0.1:9", inference_pb2_grpc.InferenceServiceStub)
    await replicas.check()
    await server.stop(0)
    lonely = Replicas("127.0.0.1:9", inference_pb2_grpc.InferenceServiceStub)
    with pytest.raises(HubError, match=r"127\.0\.0\.1:9"):
        await lonely.check()
    with pytest.raises(HubError):
        await Replicas("", inference_pb2_grpc.InferenceServiceStub, patience_seconds=0).call("Predict", None)
    await replicas.close()
    await lonely.close()


async def test_a_call_whose_time_is_over_is_not_counted_as_answered(serve: Serve) -> None:
    def counted(outcome: str) -> float:
        labels = {"door": "internal", "method": "Predict", "outcome": outcome}
        labels["service"] = "innhub.inference.v1.InferenceService"
        return REGISTRY.get_sample_value("innhub_call_seconds_count", labels) or 0

    address, _ = await serve(Named("slow", asyncio.Event()))
    replicas = Replicas(address, inference_pb2_grpc.InferenceServiceStub)
    answered, cancelled = counted("ok"), counted("cancelled")
    with pytest.raises(HubError) as caught:
        await replicas.call("Predict", inference_pb2.PredictRequest(), timeout=0.2)
    assert caught.value.reason is Reason.TIMED_OUT
    async with asyncio.timeout(10):
        while counted("cancelled") == cancelled:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert counted("ok") == answered
    await replicas.close()
