"""All images started together on a network of their own, looked at while they run, and stopped."""

import json
import secrets
from functools import partial
from pathlib import Path

from domain.errors import HubError, Reason
from images import checks, containers
from images.catalogue import GRPC_PORT, IMAGES, Image
from images.commands import podman
from images.containers import Container
from images.explanation import explain
from images.measured import Measured
from images.probes import answers, page_answers
from images.stores import NAMES, start_stores

_READY_SECONDS = 120.0
_END_SECONDS = 20
_LAYERS_OF_OURS = 2
"""The dependencies and our own code lie on top of the base; what follows them is empty."""


def rehearse(built: dict[Image, str], base: str, tensorflow: str, out: Path) -> list[Measured]:
    """Starts, probes, checks, explains and stops; what is wrong stands in the rows.

    Args:
        built: the name of each image.
        base: an image for the stores.
        tensorflow: `cpu` or `cuda`.
        out: a folder for what is found.

    Raises:
        HubError: a container did not become ready, or the explanation failed.
    """
    names = [*NAMES, *(image.service for image in built)]
    containers.remove(names)
    podman("network", "create", containers.NETWORK)
    try:
        reach_stores, _ = start_stores(base, out)
        environment = {**reach_stores, **_addresses(secrets.token_urlsafe(24))}
        rows, running = [], {}
        for image, name in built.items():
            row = Measured(f"innhub-{image.service}", _layers(name), wrong=checks.of_image(image, name))
            running[image] = Container.start(image.service, name, environment)
            row.ready_seconds = running[image].wait(partial(answers, image), _READY_SECONDS)
            row.wrong.extend(checks.of_running(image, running[image], tensorflow))
            bill = running[image].execute("cat", "/usr/share/innhub/sbom.cdx.json")
            (out / f"{image.service}.cdx.json").write_text(bill)
            rows.append(row)
        if set(built) == set(IMAGES):
            by_service = {image.service: container for image, container in running.items()}
            by_service["gateway"].wait(lambda gateway: page_answers(gateway, 8080, "/readyz"), _READY_SECONDS)
            print(f"one explanation through all of them: a picture of {explain(by_service['ui'])} pixels")
        for row, container in reversed(list(zip(rows, running.values(), strict=True))):
            code, row.end_seconds = container.stop(_END_SECONDS)
            row.wrong.extend(checks.of_end(code, row.end_seconds, _END_SECONDS))
        return rows
    finally:
        containers.remove(names)


def _addresses(token: str) -> dict[str, str]:
    """Where everybody is. What a service does not need it does not read."""
    return {
        "INNHUB_INFERENCE_ADDRESSES": f"inference:{GRPC_PORT}",
        "INNHUB_EXPLAINER_ADDRESSES": f"explainer:{GRPC_PORT}",
        "INNHUB_SUGGEST_ADDRESSES": f"suggest:{GRPC_PORT}",
        "INNHUB_UI_URL": "http://ui:8050",
        "INNHUB_URL": "http://gateway:8080",
        "INNHUB_TOKEN": token,
        "INNHUB_GRACE_SECONDS": "5",
    }


def _layers(name: str) -> tuple[int, int, int]:
    sizes = [int(layer["size"]) for layer in json.loads(podman("history", "--format=json", name)) if layer["size"]]
    if len(sizes) <= _LAYERS_OF_OURS:
        raise HubError(Reason.INTERNAL, f"{name} has {len(sizes)} layers with files.", "See its Dockerfile.")
    own, dependencies, *base = sizes
    return own + dependencies + sum(base), dependencies, own
