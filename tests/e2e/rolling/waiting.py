"""How much work waits for a service, where an autoscaler reads it: on the monitoring page of NATS."""

import re
from typing import Any

import httpx

from backplane.bus import TASKS_STREAM
from laptop.home import Home


def waiting(home: Home, consumer: str) -> int:
    """Tasks of a queue that nobody has finished: not handed out yet, or handed out and not acknowledged."""
    (address,) = re.findall(r"^http: (\S+)$", (home.folder / "nats.conf").read_text(), re.MULTILINE)
    page = httpx.get(f"http://{address}/jsz?consumers=true&config=true", timeout=5, trust_env=False).json()
    (found,) = (
        one
        for account in page["account_details"]
        for stream in account["stream_detail"]
        if stream["name"] == TASKS_STREAM
        for one in stream["consumer_detail"]
        if one["name"] == consumer
    )
    return _count(found, "num_pending") + _count(found, "num_ack_pending")


def _count(consumer: dict[str, Any], name: str) -> int:
    return int(consumer[name])
