"""What Prometheus reads of the running product, on ports of its own."""

from collections.abc import Callable

import grpc
import httpx
import psutil
import pytest
from conftest import HubStack
from prometheus_client.parser import text_string_to_metric_families

from backplane.telemetry import metrics
from innhub import Dataset
from innhub_proto.explainer.v1 import explainer_pb2, explainer_pb2_grpc

PROGRAMS = ("gateway", "inference", "explainer-1", "suggest")
QUEUES = {"import-models", "import-datasets", "shards", "explained-shards", "statistics"}
Samples = dict[str, list[tuple[dict[str, str], float]]]


@pytest.fixture(scope="module")
def figures(hub_stack: HubStack) -> Callable[[str], Samples]:
    """The figures of a program by name."""

    def read(program: str) -> Samples:
        port = psutil.Process(hub_stack.pid(program)).environ()["INNHUB_METRICS_PORT"]
        answer = httpx.get(f"http://127.0.0.1:{port}/metrics", timeout=30).raise_for_status()
        found: Samples = {}
        for family in text_string_to_metric_families(answer.text):
            for sample in family.samples:
                found.setdefault(sample.name, []).append((sample.labels, sample.value))
        return found

    return read


def total(samples: Samples, name: str, **labels: str) -> float:
    """The sum of the series that have some labels."""
    return sum(value for found, value in samples.get(name, []) if labels.items() <= found.items())


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_service_tells_its_figures_on_its_own_port(figures: Callable[[str], Samples], program: str) -> None:
    known = {metric._name for metric in vars(metrics).values() if hasattr(metric, "_labelnames")}
    told = {name for name in figures(program) if name.startswith("innhub_")}
    assert told
    assert [name for name in told if not name.startswith(tuple(known))] == []
    assert total(figures(program), "process_resident_memory_bytes") > 2**20


def test_the_public_door_tells_none(hub_stack: HubStack) -> None:
    answer = httpx.get(f"{hub_stack.url}/metrics", headers={"Authorization": f"Bearer {hub_stack.token}"})
    assert "innhub_" not in answer.text


def test_an_explanation_is_counted_at_every_door_that_it_goes_through(
    hub_stack: HubStack, rest: httpx.Client, photos: Dataset, figures: Callable[[str], Samples]
) -> None:
    http = {"method": "POST", "route": "/v1/workspaces/{workspace}/explanations", "status": "200"}
    call = {"door": "internal", "service": "innhub.explainer.v1.ExplainerService", "method": "Explain", "outcome": "ok"}
    kernel = {"operation": "explain", "method": "input_times_gradient", "engine": "native"}

    def counts() -> list[float]:
        gateway, explainers = figures("gateway"), [figures(program) for program in hub_stack.explainers]

        def explained(name: str, **labels: str) -> float:
            return sum(total(explainer, name, **labels) for explainer in explainers)

        return [
            total(gateway, "innhub_http_request_seconds_count", **http),
            explained("innhub_call_seconds_count", **call),
            explained("innhub_kernel_seconds_count", **kernel),
            explained("innhub_kernel_samples_total", **kernel),
            explained("innhub_cache_lookups_total", cache="explanations", outcome="miss"),
            explained("innhub_cache_lookups_total", cache="explanations", outcome="hit"),
            explained("innhub_cache_lookups_total", cache="networks"),
        ]

    body = {"model": "squeezenet", "dataset": "photos", "sample": 32, "method": "input_times_gradient", "target": 23}
    before = counts()
    for _ in range(2):
        assert rest.post("explanations", json=body).status_code == 200
    *counted, networks = (now - then for now, then in zip(counts(), before, strict=True))
    # Asked twice, computed once.
    assert counted == [2, 2, 1, 1, 1, 1]
    assert networks >= 1


def test_a_call_of_a_program_is_counted_at_the_public_door(
    hub_stack: HubStack, figures: Callable[[str], Samples]
) -> None:
    call = {"door": "public", "service": "innhub.explainer.v1.ExplainerService", "method": "ListMethods"}

    def counts() -> list[float]:
        gateway = figures("gateway")
        return [
            total(gateway, "innhub_call_seconds_count", **call, outcome=outcome)
            for outcome in ("ok", "UNAUTHENTICATED")
        ]

    before = counts()
    with grpc.insecure_channel(hub_stack.grpc_address) as channel:
        list_methods = explainer_pb2_grpc.ExplainerServiceStub(channel).ListMethods
        metadata = (("authorization", f"Bearer {hub_stack.token}"),)
        list_methods(explainer_pb2.ListMethodsRequest(), timeout=60, metadata=metadata)
        with pytest.raises(grpc.RpcError):
            list_methods(explainer_pb2.ListMethodsRequest(), timeout=60)
    assert [now - then for now, then in zip(counts(), before, strict=True)] == [1, 1]


def test_the_gateway_tells_how_long_every_queue_is(
    figures: Callable[[str], Samples], eventually: Callable[..., None]
) -> None:
    eventually(lambda: {labels["queue"] for labels, _ in figures("gateway").get("innhub_queue_waiting", [])} == QUEUES)
    gateway = figures("gateway")
    assert {labels["queue"] for labels, _ in gateway["innhub_queue_oldest_seconds"]} == QUEUES
    assert {labels["state"] for labels, _ in gateway["innhub_runs"]} == {"pending", "running", "paused"}
    assert {labels["queue"] for labels, _ in gateway["innhub_run_tasks_waiting"]} <= QUEUES


def test_there_is_no_memory_of_a_gpu_where_there_is_none(figures: Callable[[str], Samples]) -> None:
    for program in ("inference", "explainer-1"):
        assert "innhub_gpu_memory_bytes" not in figures(program)
