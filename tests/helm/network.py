"""What NetworkPolicies allow, as Kubernetes documents it: both ends must agree, and what no policy chooses is open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from typing import Any

from charts.manifests import Manifest


@dataclass(frozen=True)
class End:
    """Somebody who talks: a pod with its labels and those of its namespace, or an address outside of the cluster."""

    name: str
    labels: Mapping[str, str] = field(default_factory=dict)
    namespace: str = "hub"
    address: str = ""


def allowed(policies: Sequence[Manifest], source: End, target: End, port: int, protocol: str = "TCP") -> bool:
    """Whether a connection may be made."""
    return _one_way(policies, "Egress", source, target, port, protocol) and _one_way(
        policies, "Ingress", target, source, port, protocol
    )


def _one_way(policies: Sequence[Manifest], direction: str, subject: End, other: End, port: int, protocol: str) -> bool:
    choosing = [policy["spec"] for policy in policies if _chooses(policy, subject, direction)]
    rules = [rule for spec in choosing for rule in spec.get(direction.lower()) or []]
    peers = "from" if direction == "Ingress" else "to"
    return not choosing or any(
        _port_fits(rule, port, protocol)
        and (peers not in rule or any(_is(peer, other, subject.namespace) for peer in rule[peers]))
        for rule in rules
    )


def _chooses(policy: Manifest, subject: End, direction: str) -> bool:
    return (
        not subject.address
        and policy["metadata"]["namespace"] == subject.namespace
        and direction in policy["spec"]["policyTypes"]
        and _selects(policy["spec"]["podSelector"], subject.labels)
    )


def _port_fits(rule: Mapping[str, Any], port: int, protocol: str) -> bool:
    return "ports" not in rule or {"protocol": protocol, "port": port} in rule["ports"]


def _is(peer: Mapping[str, Any], other: End, namespace: str) -> bool:
    if "ipBlock" in peer:
        assert "except" not in peer["ipBlock"], "not needed so far"
        return bool(other.address) and ip_address(other.address) in ip_network(peer["ipBlock"]["cidr"])
    if other.address:
        return False
    there = {"kubernetes.io/metadata.name": other.namespace}
    right_place = (
        _selects(peer["namespaceSelector"], there) if "namespaceSelector" in peer else (other.namespace == namespace)
    )
    return right_place and _selects(peer.get("podSelector", {}), other.labels)


def _selects(selector: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    assert set(selector) <= {"matchLabels"}, "the chart needs no other selectors"
    return bool(selector.get("matchLabels", {}).items() <= labels.items())
