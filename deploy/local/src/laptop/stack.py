"""Which programs make up the product, and what each must know of the others. Nothing is started here."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field

import psutil

from laptop import infrastructure
from laptop.home import Home
from laptop.ports import HOST, FreePorts
from laptop.programs import Check, Program
from laptop.readiness.health import grpc_ready
from laptop.readiness.pages import http_ready
from laptop.settings import Settings

_STORES = ("nats", "s3")
_QUIET = {"TF_CPP_MIN_LOG_LEVEL": "2", "PYTHONUNBUFFERED": "1"}


@dataclass(frozen=True)
class Stack:
    """What the supervisor keeps running."""

    programs: tuple[Program, ...]
    """In the order of their start; they stop in the opposite one."""
    url: str
    """What a person opens: it carries the token, so that the first page needs no form."""
    demo: Program | None = None
    """Run once when all are ready; None where it is not wanted."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """Added to the environment of every program."""


def compose(settings: Settings, home: Home) -> Stack:
    """The whole product.

    Raises:
        StackError: a program is not installed, or there are no ports.
    """
    ports = FreePorts(settings.port)
    nats, reach_nats = infrastructure.bus(home, ports)
    s3, reach_s3 = infrastructure.store(home, ports)
    reach_stores = {
        **reach_nats,
        **reach_s3,
        "INNHUB_LEASE_SECONDS": "10",
        "INNHUB_GRACE_SECONDS": "3",
        # What runs out of memory may take its own task with it, and nothing else of a person's machine.
        "INNHUB_CHILD_MOST_MEMORY_BYTES": str(psutil.virtual_memory().total // 2),
    }
    token = home.secret("token")
    public_url = f"http://{HOST}:{settings.port}"

    explainers = [f"explainer-{number}" for number in range(1, settings.explainers + 1)]
    addresses: dict[str, str] = {}
    services = []
    for name in ("suggest", "inference", *explainers):
        port = ports.take()
        addresses[name] = f"{HOST}:{port}"
        services.append(
            _service(
                name,
                grpc_ready(port),
                {
                    **reach_stores,
                    "INNHUB_GRPC_ADDRESS": addresses[name],
                    "INNHUB_METRICS_PORT": str(ports.take()),
                    "INNHUB_THREADS": str(_threads()),
                },
            )
        )
    ui_port = ports.take()
    gateway = _service(
        "gateway",
        http_ready(settings.port, "/readyz"),
        {
            **reach_stores,
            "INNHUB_HTTP_ADDRESS": f"{HOST}:{settings.port}",
            "INNHUB_GRPC_ADDRESS": f"{HOST}:{settings.port + 1}",
            "INNHUB_METRICS_PORT": str(ports.take()),
            "INNHUB_INFERENCE_ADDRESSES": addresses["inference"],
            "INNHUB_EXPLAINER_ADDRESSES": ",".join(addresses[name] for name in explainers),
            "INNHUB_SUGGEST_ADDRESSES": addresses["suggest"],
            "INNHUB_UI_URL": f"http://{HOST}:{ui_port}",
            "INNHUB_TOKEN": token,
        },
    )
    ui = _service(
        "ui",
        http_ready(ui_port, "/healthz"),
        {"INNHUB_UI_ADDRESS": f"{HOST}:{ui_port}", "INNHUB_URL": public_url},
        needs=(),
    )
    demo = Program(
        "demo",
        (sys.executable, "-m", "demo", "load"),
        ready=_at_once,
        environment={"INNHUB_URL": public_url, "INNHUB_TOKEN": token},
    )
    return Stack(
        programs=(nats, s3, *services, gateway, ui),
        url=f"{public_url}/?token={token}",
        demo=demo if settings.demo else None,
        environment={**_QUIET, **_without_proxy()},
    )


def _service(name: str, ready: Check, environment: dict[str, str], needs: tuple[str, ...] = _STORES) -> Program:
    """One of our own: it needs the stores, and waits by itself for the other services, so all load at once."""
    module = name.partition("-")[0]
    return Program(name, (sys.executable, "-m", module), ready, environment, needs)


def _threads() -> int:
    """Threads of TensorFlow in each service that computes.

    A run keeps either the two explainers busy, which then share all cores between them, or inference, which leaves the
    other half to the pages and to the explanation that somebody waits for.
    """
    return max(1, len(os.sched_getaffinity(0)) // 2)


def _without_proxy() -> dict[str, str]:
    """The programs talk to each other directly, also on a machine that reaches the world through a proxy."""
    known = os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or ""
    hosts = ",".join(part for part in (known, HOST, "localhost") if part)
    return {"no_proxy": hosts, "NO_PROXY": hosts}


async def _at_once() -> bool:
    return True
