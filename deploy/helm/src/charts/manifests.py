"""Manifests, and ways to look into them."""

from base64 import b64decode
from collections.abc import Sequence
from typing import Any

Manifest = dict[str, Any]
COMPONENT = "app.kubernetes.io/component"


def of_kind(manifests: Sequence[Manifest], *kinds: str) -> list[Manifest]:
    """Those of some kinds."""
    return [manifest for manifest in manifests if manifest["kind"] in kinds]


def one(manifests: Sequence[Manifest], kind: str, name: str) -> Manifest:
    """The one of that kind and name."""
    [found] = [manifest for manifest in of_kind(manifests, kind) if manifest["metadata"]["name"] == name]
    return found


def pods(manifests: Sequence[Manifest]) -> dict[str, Manifest]:
    """The metadata and spec of every pod, by component."""
    templates = [workload["spec"]["template"] for workload in of_kind(manifests, "Deployment", "StatefulSet")]
    return {pod["metadata"]["labels"][COMPONENT]: pod for pod in [*templates, *of_kind(manifests, "Pod")]}


def secrets(manifests: Sequence[Manifest]) -> dict[str, dict[str, str]]:
    """What the Secrets that are made hold, by their names."""
    return {
        secret["metadata"]["name"]: {key: b64decode(value).decode() for key, value in secret["data"].items()}
        for secret in of_kind(manifests, "Secret")
    }
