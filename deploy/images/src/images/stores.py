"""NATS and an S3 server in containers, for the services to stand on: the programs of the environment, on the base."""

import json
import secrets
import sys
from pathlib import Path

from domain.errors import HubError, Reason
from images.containers import Container

NAMES = ("nats", "s3")
_BUCKET = "artifacts"


def start_stores(base: str, folder: Path) -> tuple[dict[str, str], list[Container]]:
    """Starts both; returns what a service must know to reach them.

    Args:
        base: an image to run them on; their programs bring all that they need.
        folder: for the file with the credentials of the S3 server.

    Raises:
        HubError: a program is not installed, or a container could not be started.
    """
    access_key, secret_key = secrets.token_urlsafe(12), secrets.token_urlsafe(24)
    credentials = {"accessKey": access_key, "secretKey": secret_key}
    actions = ["Admin", "Read", "Write", "List", "Tagging"]
    identities = {"identities": [{"name": "innhub", "credentials": [credentials], "actions": actions}]}
    described = folder / "s3.json"
    described.write_text(json.dumps(identities))
    nats = Container.start(
        "nats",
        base,
        {},
        (f"--volume={_program('nats-server')}:/nats-server:ro",),
        ("/nats-server", "--jetstream", "--store_dir=/tmp/nats", "--addr=0.0.0.0", "--port=4222"),
    )
    s3 = Container.start(
        "s3",
        base,
        {"GOMEMLIMIT": "512MiB"},
        (f"--volume={_program('weed')}:/weed:ro", f"--volume={described}:/s3.json:ro"),
        (
            "/weed",
            "mini",
            "-dir=/tmp",
            "-ip.bind=0.0.0.0",
            "-s3.config=/s3.json",
            "-s3.port=8333",
            "-webdav=false",
            "-admin.ui=false",
            "-s3.port.iceberg=0",
            "-s3.port.lance=0",
            "-master.telemetry=false",
            f"-bucket={_BUCKET}",
        ),
    )
    return {
        "INNHUB_NATS_URL": "nats://nats:4222",
        "INNHUB_S3_ENDPOINT": "s3:8333",
        "INNHUB_S3_ACCESS_KEY": access_key,
        "INNHUB_S3_SECRET_KEY": secret_key,
        "INNHUB_S3_BUCKET": _BUCKET,
    }, [nats, s3]


def _program(name: str) -> Path:
    path = Path(sys.executable).with_name(name)
    if not path.exists():
        raise HubError(Reason.INTERNAL, f"The program {name} is not installed.", "Run `make install`.")
    return path.resolve()
