"""Public gRPC: the same identity, the same names and the same reasons as over REST."""

from collections.abc import Iterator
from typing import Any

import grpc
import pytest
from conftest import HubStack
from google.rpc import error_details_pb2
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase
from grpc_status import rpc_status

from innhub_proto.artifacts.v1 import artifacts_pb2
from innhub_proto.explainer.v1 import explainer_pb2, explainer_pb2_grpc
from innhub_proto.inference.v1 import inference_pb2, inference_pb2_grpc
from innhub_proto.suggest.v1 import suggest_pb2, suggest_pb2_grpc

SECONDS = 120.0
Metadata = tuple[tuple[str, str | bytes], ...]


@pytest.fixture(scope="module")
def channel(hub_stack: HubStack) -> Iterator[grpc.Channel]:
    with grpc.insecure_channel(hub_stack.grpc_address) as opened:
        yield opened


@pytest.fixture
def token(hub_stack: HubStack) -> Metadata:
    return (("authorization", f"Bearer {hub_stack.token}"),)


def test_predict_by_name_answers_as_rest_does(hub_stack: HubStack, channel: grpc.Channel, token: Metadata) -> None:
    request = inference_pb2.PredictRequest(workspace="default", model="lite0", dataset="photos", sample=4, top_k=3)
    answer = inference_pb2_grpc.InferenceServiceStub(channel).Predict(request, timeout=SECONDS, metadata=token)
    hub = hub_stack.hub()
    same = hub.predict_sample("lite0", hub.datasets.get("photos")[4], top_k=3)
    assert [ranked.index for ranked in answer.top] == [ranked["index"] for ranked in same["top"]]
    assert [ranked.score for ranked in answer.top] == pytest.approx([ranked["score"] for ranked in same["top"]])


def test_explain_is_the_explanation_of_rest(hub_stack: HubStack, channel: grpc.Channel, token: Metadata) -> None:
    hub = hub_stack.hub()
    stored = hub.explain("squeezenet", hub.datasets.get("photos")[5], method="gradient")
    request = explainer_pb2.ExplainRequest(
        workspace="default",
        model="squeezenet",
        dataset="photos",
        sample=5,
        method="gradient",
        target=artifacts_pb2.Target(named="predicted"),
        engine="native",
    )
    answer = explainer_pb2_grpc.ExplainerServiceStub(channel).Explain(request, timeout=SECONDS, metadata=token)
    assert answer.cached
    assert answer.explanation.id == stored.id


def test_agreement_of_models_by_name(hub_stack: HubStack, channel: grpc.Channel, token: Metadata) -> None:
    request = suggest_pb2.GetAgreementRequest(workspace="default", dataset="photos", models=["lite0", "squeezenet"])
    answer = suggest_pb2_grpc.SuggestServiceStub(channel).GetAgreement(request, timeout=SECONDS, metadata=token)
    assert answer.samples == len(hub_stack.hub().datasets.get("photos"))
    assert {len(point.answers) for point in answer.points} == {2}


def reason(error: grpc.RpcError) -> tuple[str, str]:
    """The reason and the advice that came with a status."""
    status: Any = rpc_status.from_call(error)
    info = error_details_pb2.ErrorInfo()
    assert status is not None
    assert status.details[0].Unpack(info)
    assert info.domain == "innhub"
    return info.reason, info.metadata["advice"]


@pytest.mark.parametrize("metadata", [(), (("authorization", "Bearer wrong-wrong-wrong-wrong"),)])
def test_nobody_enters_without_the_token(channel: grpc.Channel, metadata: Metadata) -> None:
    calls: list[tuple[Any, Any]] = [
        (explainer_pb2_grpc.ExplainerServiceStub(channel).ListMethods, explainer_pb2.ListMethodsRequest()),
        (
            inference_pb2_grpc.InferenceServiceStub(channel).DescribeNetwork,
            inference_pb2.DescribeNetworkRequest(workspace="default", model="lite0"),
        ),
    ]
    for call, request in calls:
        with pytest.raises(grpc.RpcError) as caught:
            call(request, timeout=SECONDS, metadata=metadata)
        error: Any = caught.value
        assert error.code() is grpc.StatusCode.UNAUTHENTICATED
        assert reason(error)[0] == "UNAUTHENTICATED"
        assert reason(error)[1] != ""


@pytest.mark.parametrize(
    ("workspace", "model", "why"),
    [("default", "nobody", "MODEL_NOT_FOUND"), ("elsewhere", "lite0", "WORKSPACE_NOT_FOUND")],
)
def test_what_is_not_there_is_not_found(
    channel: grpc.Channel, token: Metadata, workspace: str, model: str, why: str
) -> None:
    request = inference_pb2.DescribeNetworkRequest(workspace=workspace, model=model)
    with pytest.raises(grpc.RpcError) as caught:
        inference_pb2_grpc.InferenceServiceStub(channel).DescribeNetwork(request, timeout=SECONDS, metadata=token)
    error: Any = caught.value
    assert error.code() is grpc.StatusCode.NOT_FOUND
    assert reason(error)[0] == why
    assert (model if why.startswith("MODEL") else workspace) in error.details()


def test_health_answers_without_a_token(channel: grpc.Channel) -> None:
    stub = health_pb2_grpc.HealthStub(channel)
    for service in ("", "innhub.inference.v1.InferenceService", "innhub.explainer.v1.ExplainerService"):
        answer = stub.Check(health_pb2.HealthCheckRequest(service=service), timeout=10)
        assert answer.status == health_pb2.HealthCheckResponse.SERVING


def test_reflection_lists_the_services(channel: grpc.Channel) -> None:
    services = set(ProtoReflectionDescriptorDatabase(channel).get_services())
    assert {
        "innhub.inference.v1.InferenceService",
        "innhub.explainer.v1.ExplainerService",
        "innhub.suggest.v1.SuggestService",
    } <= services
