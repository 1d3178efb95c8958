"""What a service says over a real socket arrives on the calling side as it was said."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import grpc.aio
import pytest
from google.protobuf.descriptor import ServiceDescriptor
from grpc_health.v1 import health_pb2, health_pb2_grpc

from backplane import rpc
from backplane.rpc import RpcServer
from backplane.telemetry import begin_request, request_id
from domain.errors import Category, HubError, Reason
from explainer.core import Explainer
from explainer.servicer import ExplainerServicer
from explainer.trust.assessments import Assessments
from inference.core import Inference
from inference.predictions import Prediction, RankedClass
from inference.servicer import InferenceServicer
from innhub_proto.explainer.v1 import explainer_pb2, explainer_pb2_grpc
from innhub_proto.inference.v1 import inference_pb2, inference_pb2_grpc
from innhub_proto.suggest.v1 import suggest_pb2, suggest_pb2_grpc
from suggest.cores import Cores
from suggest.servicers import SuggestServicer


class FailingCore:
    """Stands where the core of a service is; whatever is asked of it fails."""

    def __init__(self, error: Exception) -> None:
        self.error = error
        self.request_ids: list[str] = []

    def _fail(self, *_: object, **__: object) -> Any:
        self.request_ids.append(request_id())
        raise self.error

    async def _fail_later(self, *_: object, **__: object) -> Any:
        self._fail()

    predict_sample = describe = cards = explain = applicable_methods = _fail_later
    render = _fail_later
    histogram = _fail

    @property
    def answered(self) -> "FailingCore":
        return self


SERVICES = ("inference", "explainer", "suggest")


def described(name: str) -> ServiceDescriptor:
    module: Any = {"inference": inference_pb2, "explainer": explainer_pb2, "suggest": suggest_pb2}[name]
    descriptor: ServiceDescriptor = module.DESCRIPTOR.services_by_name[f"{name.capitalize()}Service"]
    return descriptor


def register(name: str, core: object, server: grpc.aio.Server) -> None:
    if name == "inference":
        inference_pb2_grpc.add_InferenceServiceServicer_to_server(InferenceServicer(cast(Inference, core)), server)
    elif name == "explainer":
        explainer = ExplainerServicer(cast(Explainer, core), cast(Assessments, core))
        explainer_pb2_grpc.add_ExplainerServiceServicer_to_server(explainer, server)
    else:
        suggest_pb2_grpc.add_SuggestServiceServicer_to_server(SuggestServicer(cast(Cores, core)), server)


@asynccontextmanager
async def serving(name: str, core: object) -> AsyncIterator[tuple[RpcServer, grpc.aio.Channel]]:
    server = RpcServer("127.0.0.1:0", [described(name)], lambda grpc_server: register(name, core, grpc_server))
    await server.start()
    async with rpc.channel(f"127.0.0.1:{server.port}") as channel:
        yield server, channel
    await server.stop(0)


async def ask(name: str, channel: grpc.aio.Channel, timeout: float = 10) -> Any:
    """The first call of each service that needs nothing but a name."""
    if name == "inference":
        stub = inference_pb2_grpc.InferenceServiceStub(channel)
        return await rpc.call(stub.Predict, inference_pb2.PredictRequest(model="m", top_k=3), timeout=timeout)
    if name == "explainer":
        method = explainer_pb2_grpc.ExplainerServiceStub(channel).ListApplicableMethods
        return await rpc.call(method, explainer_pb2.ListApplicableMethodsRequest(model="m"), timeout=timeout)
    histogram = suggest_pb2_grpc.SuggestServiceStub(channel).GetHistogram
    return await rpc.call(histogram, suggest_pb2.GetHistogramRequest(model="m", dataset="d", bins=3), timeout=timeout)


FIRST_OF_EACH = [next(reason for reason in Reason if reason.category is category) for category in Category]


@pytest.mark.parametrize("name", SERVICES)
@pytest.mark.parametrize("reason", FIRST_OF_EACH)
async def test_an_error_arrives_with_its_reason_words_and_advice(name: str, reason: Reason) -> None:
    error = HubError(reason, f"The thing 'ünïque' is {reason}.", "Do the other thing — now.")
    async with serving(name, FailingCore(error)) as (_, channel):
        with pytest.raises(HubError) as caught:
            await ask(name, channel)
    assert caught.value.reason is reason
    assert caught.value.message == error.message
    assert caught.value.advice == error.advice


@pytest.mark.parametrize("name", SERVICES)
async def test_a_surprise_becomes_an_internal_error_that_tells_nothing_of_the_inside(name: str) -> None:
    async with serving(name, FailingCore(KeyError("the secret password"))) as (_, channel):
        begin_request("request-of-this-test")
        with pytest.raises(HubError) as caught:
            await ask(name, channel)
    assert caught.value.reason is Reason.INTERNAL
    assert "secret" not in str(caught.value)
    assert "KeyError" not in str(caught.value)
    assert "request-of-this-test" in caught.value.advice


@pytest.mark.parametrize("name", SERVICES)
async def test_the_request_id_is_carried_through(name: str) -> None:
    core = FailingCore(HubError(Reason.NOT_READY, "no"))
    async with serving(name, core) as (_, channel):
        begin_request("the-same-all-the-way")
        with pytest.raises(HubError):
            await ask(name, channel)
    assert core.request_ids == ["the-same-all-the-way"]


@pytest.mark.parametrize("name", SERVICES)
async def test_health_follows_readiness(name: str) -> None:
    serving_state = health_pb2.HealthCheckResponse.SERVING
    async with serving(name, FailingCore(RuntimeError())) as (server, channel):
        health = health_pb2_grpc.HealthStub(channel)
        for service in ("", described(name).full_name):
            request = health_pb2.HealthCheckRequest(service=service)
            assert (await health.Check(request)).status != serving_state
            await server.set_ready(ready=True)
            assert (await health.Check(request)).status == serving_state
            await server.set_ready(ready=False)
            assert (await health.Check(request)).status != serving_state


async def test_an_answer_keeps_its_numbers_unrounded() -> None:
    score = 0.1 + 0.2

    class Answering:
        async def predict_sample(self, *_: object) -> Prediction:
            return Prediction(top=(RankedClass(7, "seven", score),), label=None, label_score=None)

    async with serving("inference", Answering()) as (_, channel):
        answer = await ask("inference", channel)
    assert answer.top[0].score == score
    assert not answer.HasField("label")


async def test_a_service_that_does_not_answer_in_time_is_a_reason() -> None:
    class Slow:
        async def predict_sample(self, *_: object) -> Prediction:
            await asyncio.sleep(30)
            raise AssertionError("nobody waits for this")

    async with serving("inference", Slow()) as (_, channel):
        with pytest.raises(HubError) as caught:
            await ask("inference", channel, timeout=0.2)
    assert caught.value.reason is Reason.TIMED_OUT


async def test_a_service_that_is_not_there_is_a_reason() -> None:
    async with rpc.channel("127.0.0.1:9") as channel:
        with pytest.raises(HubError) as caught:
            await ask("inference", channel)
    assert caught.value.reason is Reason.SERVICE_UNAVAILABLE


async def test_an_address_where_nobody_can_listen_is_named() -> None:
    with pytest.raises(HubError, match=r"203\.0\.113\.1:7"):
        RpcServer("203.0.113.1:7", [], lambda _: None)
