"""The chart as it comes out of helm: manifests of values files, and ways to look into them."""

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from charts import helm
from charts.manifests import COMPONENT, Manifest, of_kind, one, pods
from charts.places import EXAMPLES, examples

__all__ = [
    "COMPONENT",
    "NAMES",
    "SERVICES",
    "STORES",
    "containers",
    "environment",
    "of_kind",
    "one",
    "pods",
    "rendered",
]
SERVICES = ("gateway", "inference", "explainer", "suggest", "ui")
STORES = ("nats", "s3")
NAMES = ("default", *(path.stem for path in examples()))
"""The default values, and every example."""


@cache
def rendered(name: str, settings: tuple[str, ...] = ()) -> Sequence[Manifest]:
    """What a values file makes; rendered once a process."""
    return tuple(helm.render(_file(name), settings))


def _file(name: str) -> Path | None:
    return None if name == "default" else EXAMPLES / f"{name}.yaml"


def containers(manifests: Sequence[Manifest]) -> Iterator[tuple[str, dict[str, Any]]]:
    for component, pod in pods(manifests).items():
        for container in [*pod["spec"]["containers"], *pod["spec"].get("initContainers", [])]:
            yield component, container


def environment(manifests: Sequence[Manifest], component: str) -> dict[str, Any]:
    """The variables of a service: text, or where it comes from."""
    variables = pods(manifests)[component]["spec"]["containers"][0]["env"]
    names = [variable["name"] for variable in variables]
    assert len(names) == len(set(names)), f"{component} has a variable twice"
    return {variable["name"]: variable.get("value", variable.get("valueFrom")) for variable in variables}
