"""Replicas that follow the work: by KEDA on the queue, or by the processors."""

import pytest
from helm.chart import NAMES, environment, of_kind, one, rendered

from backplane.bus import TASKS_STREAM
from backplane.queues import explained_shards, shards
from backplane.settings import ServiceSettings


@pytest.mark.parametrize(("service", "queue"), [("explainer", explained_shards), ("inference", shards)])
def test_keda_looks_at_the_consumer_that_the_service_takes_its_tasks_from(service: str, queue: object) -> None:
    scaled = one(rendered("keda"), "ScaledObject", f"innhub-{service}")["spec"]
    [trigger] = scaled["triggers"]
    assert trigger["type"] == "nats-jetstream"
    consumer = queue(ServiceSettings()).name  # type: ignore[operator]
    assert trigger["metadata"] == {
        "natsServerMonitoringEndpoint": "innhub-nats.hub.svc:8222",
        "account": "$G",
        "stream": TASKS_STREAM,
        "consumer": consumer,
        "lagThreshold": "2" if service == "explainer" else "4",
    }


@pytest.mark.parametrize("name", NAMES)
def test_what_scales_a_deployment_is_alone_in_saying_how_many_replicas_there_are(name: str) -> None:
    scalers = of_kind(rendered(name), "ScaledObject", "HorizontalPodAutoscaler")
    scaled = {scaler["spec"]["scaleTargetRef"]["name"] for scaler in scalers}
    assert len(scaled) == len(scalers)
    deployments = of_kind(rendered(name), "Deployment")
    assert scaled <= {deployment["metadata"]["name"] for deployment in deployments}
    for deployment in deployments:
        assert ("replicas" in deployment["spec"]) is (deployment["metadata"]["name"] not in scaled)


def test_where_nats_does_not_say_how_much_waits_no_replica_leaves() -> None:
    fallback = one(rendered("keda"), "ScaledObject", "innhub-explainer")["spec"]["fallback"]
    assert fallback["behavior"] == "currentReplicasIfHigher"
    assert fallback["replicas"] == 1


def test_another_nats_is_asked_at_its_own_monitoring() -> None:
    [trigger] = one(rendered("cpu-cluster"), "ScaledObject", "innhub-explainer")["spec"]["triggers"]
    assert trigger["metadata"]["natsServerMonitoringEndpoint"] == "nats-headless.messaging.svc:8222"


def test_without_keda_the_processors_decide() -> None:
    assert of_kind(rendered("hpa"), "ScaledObject") == []
    scaler = one(rendered("hpa"), "HorizontalPodAutoscaler", "innhub-explainer")["spec"]
    assert (scaler["minReplicas"], scaler["maxReplicas"]) == (2, 6)
    assert scaler["metrics"][0]["resource"]["target"] == {"type": "Utilization", "averageUtilization": 70}
    assert scaler["behavior"]["scaleDown"]["stabilizationWindowSeconds"] == 300


@pytest.mark.parametrize(
    ("name", "settings", "tasks"),
    [
        ("default", (), 4),
        ("cpu-cluster", (), 32),
        ("keda", (), 12),
        ("keda", ("explainer.autoscaling.tasksPerReplica=5",), 30),
        ("default", ("suggest.replicas=5",), 10),
        ("minimal", (), 4),
        ("default", ("gateway.settings.INNHUB_TASKS_ON_QUEUE=7",), 7),
    ],
)
def test_as_many_tasks_are_handed_out_as_all_replicas_that_may_come_need(
    name: str, settings: tuple[str, ...], tasks: int
) -> None:
    assert environment(rendered(name, settings), "gateway")["INNHUB_TASKS_ON_QUEUE"] == str(tasks)
