"""Whether Kubernetes would know what the chart makes. Of resources of other projects only the shape is looked at."""

import copy
import json
from typing import Any

import pytest
import yaml
from helm.chart import NAMES, of_kind, one, rendered

from charts import validation
from charts.places import CHART

EVERYTHING = [manifest for name in NAMES for manifest in rendered(name)]
SHAPES: dict[str, tuple[str, set[str], set[str]]] = {
    # API, what must be in the spec, what may be
    "ScaledObject": (
        "keda.sh/v1alpha1",
        {"scaleTargetRef", "triggers"},
        {"minReplicaCount", "maxReplicaCount", "pollingInterval", "fallback", "advanced"},
    ),
    "PodMonitor": ("monitoring.coreos.com/v1", {"selector", "podMetricsEndpoints"}, {"podTargetLabels"}),
    "PrometheusRule": ("monitoring.coreos.com/v1", {"groups"}, set()),
    "HTTPRoute": ("gateway.networking.k8s.io/v1", {"parentRefs", "rules"}, {"hostnames"}),
    "GRPCRoute": ("gateway.networking.k8s.io/v1", {"parentRefs", "rules"}, {"hostnames"}),
}


@pytest.mark.parametrize("version", [validation.VERSIONS[0], validation.VERSIONS[-1]])
def test_kubernetes_knows_everything_in_it(version: str) -> None:
    assert validation.problems(EVERYTHING, version) == []


def test_a_field_that_kubernetes_does_not_know_would_be_found() -> None:
    broken = copy.deepcopy(one(rendered("default"), "Deployment", "innhub-ui"))
    broken["spec"]["replcas"] = 2
    [problem] = validation.problems([broken], validation.VERSIONS[-1])
    assert "replcas" in problem
    broken = copy.deepcopy(one(rendered("default"), "Deployment", "innhub-ui"))
    broken["apiVersion"] = "apps/v1beta1"
    [problem] = validation.problems([broken], validation.VERSIONS[-1])
    assert "Couldn't find schema" in problem, "what is only a warning of the tool counts"


def test_all_resources_of_others_are_of_the_shape_that_they_document() -> None:
    custom = [manifest for manifest in EVERYTHING if validation.group_of(manifest) in validation.CUSTOM_GROUPS]
    assert {manifest["kind"] for manifest in custom} == set(SHAPES)
    for manifest in custom:
        api, needed, optional = SHAPES[manifest["kind"]]
        assert manifest["apiVersion"] == api
        assert needed <= set(manifest["spec"]) <= needed | optional


def test_figures_are_read_from_every_pod_that_has_some() -> None:
    [endpoint] = one(rendered("observability"), "PodMonitor", "innhub")["spec"]["podMetricsEndpoints"]
    assert endpoint["port"] == "metrics"
    offering = {
        workload["metadata"]["labels"]["app.kubernetes.io/component"]
        for workload in of_kind(rendered("observability"), "Deployment", "StatefulSet")
        for container in workload["spec"]["template"]["spec"]["containers"]
        if {"metrics"} & {port["name"] for port in container["ports"]}
    }
    assert offering == {"gateway", "inference", "explainer", "suggest", "nats"}


def test_rules_and_dashboards_are_those_of_their_files() -> None:
    rules = one(rendered("observability"), "PrometheusRule", "innhub")["spec"]
    assert rules == yaml.load((CHART / "files" / "rules.yaml").read_text(), Loader=yaml.CSafeLoader)
    dashboards = [manifest for manifest in of_kind(rendered("observability"), "ConfigMap") if _shown(manifest)]
    files = {path.name: json.loads(path.read_text()) for path in (CHART / "files" / "dashboards").glob("*.json")}
    assert {name: json.loads(text) for board in dashboards for name, text in board["data"].items()} == files
    assert files
    assert {board["metadata"]["annotations"]["grafana_folder"] for board in dashboards} == {"iNNvestigate Hub"}


def _shown(manifest: dict[str, Any]) -> bool:
    return "grafana_dashboard" in manifest["metadata"]["labels"]


def test_routes_lead_to_ports_of_the_gateway() -> None:
    service = one(rendered("gateway-api"), "Service", "innhub-gateway")
    ports = {port["port"]: port["name"] for port in service["spec"]["ports"]}
    found = {
        kind: _backend(one(rendered("gateway-api"), kind, "innhub-gateway")) for kind in ("HTTPRoute", "GRPCRoute")
    }
    assert {kind: (backend["name"], ports[backend["port"]]) for kind, backend in found.items()} == {
        "HTTPRoute": ("innhub-gateway", "http"),
        "GRPCRoute": ("innhub-gateway", "grpc"),
    }


def _backend(route: dict[str, Any]) -> dict[str, Any]:
    [rule] = route["spec"]["rules"]
    [backend] = rule["backendRefs"]
    return dict(backend)


def test_an_ingress_leads_pages_and_grpc_to_their_ports_with_room_for_the_headers_of_a_sign_in() -> None:
    http = one(rendered("cpu-cluster"), "Ingress", "innhub-gateway")
    grpc = one(rendered("cpu-cluster"), "Ingress", "innhub-gateway-grpc")
    for ingress, port in ((http, "http"), (grpc, "grpc")):
        [rule] = ingress["spec"]["rules"]
        [path] = rule["http"]["paths"]
        assert path["backend"]["service"] == {"name": "innhub-gateway", "port": {"name": port}}
        assert ingress["spec"]["tls"][0]["hosts"] == [rule["host"]]
    annotations = http["metadata"]["annotations"]
    assert annotations["nginx.ingress.kubernetes.io/proxy-buffer-size"] == "16k"
    assert grpc["metadata"]["annotations"]["nginx.ingress.kubernetes.io/backend-protocol"] == "GRPC"


@pytest.mark.parametrize("name", NAMES)
def test_no_two_manifests_have_the_same_name(name: str) -> None:
    names = [(manifest["kind"], manifest["metadata"]["name"]) for manifest in rendered(name)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("name", NAMES)
def test_everything_in_a_namespace_lies_in_that_of_the_release(name: str) -> None:
    for manifest in rendered(name):
        wanted = None if manifest["kind"] == "PriorityClass" else "hub"
        assert manifest["metadata"].get("namespace") == wanted
        assert manifest["metadata"]["labels"]["app.kubernetes.io/instance"] == "innhub"
