"""Who may reach whom: every pair, those that may and those that may not, decided from the policies alone."""

from itertools import product

import pytest
from helm.chart import NAMES, SERVICES, STORES, of_kind, pods, rendered
from helm.network import End, allowed

PORTS = {
    "gateway": (8080, 50051, 9100),
    "inference": (50051, 9100),
    "explainer": (50051, 9100),
    "suggest": (50051, 9100),
    "ui": (8050, 9100),
    # Those that only the pod itself may reach are here too.
    "nats": (4222, 8222, 7777, 6222),
    "s3": (8333, 9333, 9340, 8888, 18333, 23646, 33646),
    "test": (8080,),
}
WORKERS = ("inference", "explainer", "suggest")
ARROWS = {
    ("gateway", "ui", 8050),
    ("ui", "gateway", 8080),
    ("test", "gateway", 8080),
    *(("gateway", worker, 50051) for worker in WORKERS),
    *((service, "s3", 8333) for service in ("gateway", *WORKERS)),
    *((service, "nats", 4222) for service in ("gateway", *WORKERS)),
}
WITH_POLICIES = [name for name in NAMES if name != "minimal"]
EVERYBODY = End("somebody on the internet", address="198.51.100.7")
STRANGER = End("a pod of others", {"app": "other"}, namespace="other")
PROMETHEUS = End("Prometheus", {"app.kubernetes.io/name": "prometheus"}, namespace="monitoring")
KEDA = End("KEDA", namespace="keda")
DNS = End("DNS", {"k8s-app": "kube-dns"}, namespace="kube-system")


def ends(name: str) -> dict[str, End]:
    return {component: End(component, pod["metadata"]["labels"]) for component, pod in pods(rendered(name)).items()}


def reach(name: str, source: End, target: End, port: int, protocol: str = "TCP") -> bool:
    return allowed(of_kind(rendered(name), "NetworkPolicy"), source, target, port, protocol)


def found_among_parts(name: str) -> set[tuple[str, str, int]]:
    here = ends(name)
    pairs = [(source, target) for source, target in product(here, here) if source != target]
    return {
        (source, target, port)
        for source, target in pairs
        for port in PORTS[target]
        if reach(name, here[source], here[target], port)
    }


@pytest.mark.parametrize("name", WITH_POLICIES)
def test_parts_reach_each_other_along_the_arrows_and_nowhere_else(name: str) -> None:
    here = ends(name)
    assert found_among_parts(name) == {arrow for arrow in ARROWS if set(arrow[:2]) <= set(here)}


@pytest.mark.parametrize("name", WITH_POLICIES)
def test_every_pod_is_closed_in_both_directions(name: str) -> None:
    here = ends(name)
    for part in here.values():
        assert not reach(name, STRANGER, part, 1)
        assert not reach(name, part, STRANGER, 1)


def test_without_policies_everything_is_open() -> None:
    here = ends("minimal")
    assert of_kind(rendered("minimal"), "NetworkPolicy") == []
    assert reach("minimal", here["ui"], here["explainer"], 50051)


@pytest.mark.parametrize("who", [EVERYBODY, STRANGER], ids=lambda end: end.name)
def test_people_reach_the_gateway_and_nothing_behind_it(who: End) -> None:
    here = ends("default")
    reached = {(part, port) for part in here for port in PORTS[part] if reach("default", who, here[part], port)}
    assert reached == {("gateway", 8080), ("gateway", 50051)}


def test_only_the_ingress_reaches_the_gateway_where_it_is_named() -> None:
    gateway = ends("cpu-cluster")["gateway"]
    assert reach("cpu-cluster", End("ingress", namespace="ingress-nginx"), gateway, 8080)
    assert not reach("cpu-cluster", STRANGER, gateway, 8080)
    assert not reach("cpu-cluster", EVERYBODY, gateway, 50051)


@pytest.mark.parametrize("name", ["default", "observability"])
def test_prometheus_reads_figures_and_nothing_else(name: str) -> None:
    prometheus = End("Prometheus", PROMETHEUS.labels, "observability" if name == "observability" else "monitoring")
    here = ends(name)
    reached = {(part, port) for part in here for port in PORTS[part] if reach(name, prometheus, here[part], port)}
    figures = {(service, 9100) for service in SERVICES if service != "ui"}
    open_to_all = {("gateway", 8080), ("gateway", 50051)}
    assert reached - open_to_all == figures | ({("nats", 7777)} if name == "observability" else set())


def test_keda_asks_nats_how_much_waits_where_it_scales() -> None:
    assert reach("keda", KEDA, ends("keda")["nats"], 8222)
    assert not reach("keda", KEDA, ends("keda")["nats"], 4222)
    assert not reach("hpa", KEDA, ends("hpa")["nats"], 8222)


def test_who_calls_others_by_name_may_ask_for_names_and_stores_may_not() -> None:
    here = ends("default")
    asking = {part for part in here if reach("default", here[part], DNS, 53, "UDP")}
    assert asking == {*SERVICES, "test"}
    assert {part for part in here if reach("default", here[part], DNS, 53)} == asking
    assert not reach("default", here["ui"], End("a pod of others", namespace="other"), 53, "UDP")


def test_stores_reach_nobody() -> None:
    here = ends("default")
    others = [EVERYBODY, STRANGER, DNS, *here.values()]
    assert not [
        (store, other.name)
        for store in STORES
        for other in others
        for port in (53, 80, 443, 8080, 50051)
        if other.name != store and reach("default", here[store], other, port)
    ]


def test_only_services_with_stores_reach_another_s3_server() -> None:
    server = End("S3", address="10.20.1.1")
    here = ends("external-s3")
    assert {part for part in here if reach("external-s3", here[part], server, 9000)} == {"gateway", *WORKERS}
    assert not reach("external-s3", here["gateway"], End("elsewhere", address="10.21.1.1"), 9000)
    assert not reach("external-s3", here["gateway"], server, 443)


def test_only_services_with_stores_reach_another_nats() -> None:
    nats = End("NATS", {"app.kubernetes.io/name": "nats"}, "messaging")
    here = ends("external-nats")
    assert {part for part in here if reach("external-nats", here[part], nats, 4222)} == {"gateway", *WORKERS}
    assert not reach("external-nats", here["gateway"], End("neighbour", {}, "messaging"), 4222)


def test_the_port_of_another_s3_server_is_that_of_its_scheme_unless_it_is_named() -> None:
    here = ends("gpu-eks")
    assert reach("gpu-eks", here["suggest"], EVERYBODY, 443)
    assert not reach("gpu-eks", here["ui"], EVERYBODY, 443)


def test_only_the_gateway_reaches_the_issuer_of_sign_in() -> None:
    issuer = End("issuer", address="192.0.2.9")
    here = ends("oidc")
    assert {part for part in here if reach("oidc", here[part], issuer, 443)} == {"gateway"}


def test_traces_reach_the_collector_from_every_service_but_the_pages() -> None:
    collector = End("collector", namespace="observability")
    here = ends("observability")
    sending = {part for part in here if reach("observability", here[part], collector, 4318)}
    assert sending == {"gateway", *WORKERS}
    assert not reach("default", ends("default")["gateway"], collector, 4318)


def test_a_rule_of_ones_own_opens_what_it_says_for_one_part() -> None:
    here = ends("placed")
    assert {part for part in here if reach("placed", here[part], EVERYBODY, 443)} == {"inference"}


def test_policies_are_evaluated_as_kubernetes_does() -> None:
    policy = {
        "metadata": {"namespace": "hub"},
        "spec": {
            "podSelector": {"matchLabels": {"app": "a"}},
            "policyTypes": ["Ingress"],
            "ingress": [{"from": [{"podSelector": {}}], "ports": [{"protocol": "TCP", "port": 1}]}],
        },
    }
    a, b, far = End("a", {"app": "a"}), End("b"), End("far", namespace="far")
    assert allowed([policy], b, a, 1)
    assert not allowed([policy], b, a, 2)
    assert not allowed([policy], b, a, 1, "UDP")
    assert not allowed([policy], far, a, 1), "a selector of pods alone means those of the same namespace"
    assert allowed([policy], a, far, 9), "nothing is said about what leaves"
    closed = {"metadata": {"namespace": "hub"}, "spec": {"podSelector": {}, "policyTypes": ["Egress"]}}
    assert not allowed([closed], a, far, 9)
    assert allowed([policy, closed], far, b, 9)
