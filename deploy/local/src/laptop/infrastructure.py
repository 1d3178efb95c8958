"""The two stores of the product as programs: NATS for what moves, SeaweedFS as the S3 server for what stays.

Both run in the home and name their folders relative to it, so that no character of its path can be mistaken for syntax.
"""

import json
import sys
from pathlib import Path

from backplane.settings import StoreSettings
from laptop.home import Home, write_private
from laptop.ports import HOST, FreePorts
from laptop.problems import StackError
from laptop.programs import Program
from laptop.readiness.bucket import store_ready
from laptop.readiness.pages import http_ready

BUCKET = "artifacts"
_NATS_USER = "innhub"
_ADMIN_PORT_GAP = 10_000
"""The admin gRPC port of SeaweedFS: its own worker dials the admin port + 10000, whatever else was chosen."""


def bus(home: Home, ports: FreePorts) -> tuple[Program, dict[str, str]]:
    """NATS with JetStream, and what a service must know to reach it."""
    port, monitor_port = ports.take(), ports.take()
    password = home.secret("nats_password")
    write_private(
        home.folder / "nats.conf",
        f"""\
server_name: innhub
listen: {HOST}:{port}
http: {HOST}:{monitor_port}
jetstream {{ store_dir: "nats", max_mem: 64M, max_file: 4G }}
authorization {{ users = [ {{ user: {_NATS_USER}, password: {json.dumps(password)} }} ] }}
""",
    )
    program = Program(
        name="nats",
        command=(_installed("nats-server"), "-c", "nats.conf"),
        ready=http_ready(monitor_port, "/healthz"),
        folder=home.folder,
        only_trouble=True,
    )
    return program, {
        "INNHUB_NATS_URL": f"nats://{HOST}:{port}",
        "INNHUB_NATS_USER": _NATS_USER,
        "INNHUB_NATS_PASSWORD": password,
    }


def store(home: Home, ports: FreePorts) -> tuple[Program, dict[str, str]]:
    """An S3 server with the bucket of the artifacts, and what a service must know to reach it."""
    (home.folder / "s3").mkdir(exist_ok=True)
    access_key, secret_key = home.secret("s3_access_key"), home.secret("s3_secret_key")
    identity = {
        "name": "innhub",
        "credentials": [{"accessKey": access_key, "secretKey": secret_key}],
        "actions": ["Admin", "Read", "Write", "List", "Tagging"],
    }
    write_private(home.folder / "s3.json", json.dumps({"identities": [identity]}))
    port = ports.take()
    options = [
        f"-{name}={ports.take()}"
        for name in (
            "s3.port.grpc",
            "master.port",
            "master.port.grpc",
            "volume.port",
            "volume.port.grpc",
            "filer.port",
            "filer.port.grpc",
            "metricsPort",
        )
    ]
    endpoint = f"{HOST}:{port}"
    program = Program(
        name="s3",
        command=(
            _installed("weed"),
            "mini",
            "-dir=s3",
            f"-ip={HOST}",
            f"-ip.bind={HOST}",
            "-s3.config=s3.json",
            f"-s3.port={port}",
            *options,
            f"-admin.port={ports.take(also_free=_ADMIN_PORT_GAP)}",
            "-webdav=false",
            "-admin.ui=false",
            "-s3.port.iceberg=0",
            "-s3.port.lance=0",
            "-s3.allowDeleteBucketNotEmpty=false",
            "-master.telemetry=false",
            f"-bucket={BUCKET}",
        ),
        ready=store_ready(
            StoreSettings(endpoint=endpoint, access_key=access_key, secret_key=secret_key, bucket=BUCKET)
        ),
        # With less its collector runs without a pause once some data is there.
        environment={"GOMEMLIMIT": "512MiB"},
        folder=home.folder,
        only_trouble=True,
    )
    return program, {
        "INNHUB_S3_ENDPOINT": endpoint,
        "INNHUB_S3_ACCESS_KEY": access_key,
        "INNHUB_S3_SECRET_KEY": secret_key,
        "INNHUB_S3_BUCKET": BUCKET,
    }


def _installed(name: str) -> str:
    """The path of a program that came as a wheel, beside our own Python."""
    path = Path(sys.executable).with_name(name)
    if not path.exists():
        raise StackError(f"The program {name} is not installed: there is no {path}.", "Run `make install`.")
    return str(path)
