"""A provider, and the real gateway in front of it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from conftest import Place, public_port
from fastapi.testclient import TestClient
from pydantic import SecretStr
from unit.gateway.sign_in.provider import CLIENT_ID, CLIENT_SECRET, StandIn

from backplane.settings import BusSettings, StoreSettings
from gateway.app import create_app
from gateway.settings import GatewaySettings
from gateway.sign_in.settings import OidcSettings

PUBLIC_URL = "https://hub.example.org"
NOBODY = "127.0.0.1:9"
AUDIENCE = "innhub-api"
TOKEN = "the token of this machine"
GatewayContext = AbstractContextManager[TestClient]
Gateway = Callable[..., GatewayContext]


@pytest.fixture
def provider() -> Iterator[StandIn]:
    with StandIn() as started:
        yield started


def oidc(issuer: str, **changed: Any) -> OidcSettings:
    given = {"issuer": issuer, "client_id": CLIENT_ID, "client_secret": SecretStr(CLIENT_SECRET)}
    return OidcSettings(**{**given, **changed})


@pytest.fixture(scope="session")
def ui_url() -> Iterator[str]:
    """Stands in for the pages: says what it was sent."""

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = f"a page for {self.headers.get('Cookie')}".encode()
            self.send_response(HTTPStatus.OK)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def grpc_port() -> int:
    return public_port(Place.STAND_INS)


@pytest.fixture(scope="session")
def start(stores: dict[str, str], bus_settings: BusSettings, ui_url: str) -> Callable[..., GatewayContext]:
    """Starts the real gateway for a provider, with a browser before it."""

    @contextmanager
    def started(
        provider: StandIn, token: str | None = None, grpc_address: str = "127.0.0.1:0", **changed: Any
    ) -> Iterator[TestClient]:
        settings = GatewaySettings(
            store=StoreSettings(
                endpoint=stores["INNHUB_S3_ENDPOINT"],
                access_key=SecretStr(stores["INNHUB_S3_ACCESS_KEY"]),
                secret_key=SecretStr(stores["INNHUB_S3_SECRET_KEY"]),
                bucket=stores["INNHUB_S3_BUCKET"],
            ),
            bus=bus_settings,
            token=SecretStr(token) if token else None,
            oidc=oidc(provider.issuer, **changed),
            public_url=PUBLIC_URL,
            inference_addresses=NOBODY,
            explainer_addresses=NOBODY,
            suggest_addresses=NOBODY,
            ui_url=ui_url,
            grpc_address=grpc_address,
            grace_seconds=0.05,
        )
        with TestClient(
            create_app(settings), PUBLIC_URL, follow_redirects=False, raise_server_exceptions=False
        ) as browser:
            yield browser

    return started


@pytest.fixture
def gateway(provider: StandIn, start: Callable[..., GatewayContext]) -> Gateway:
    """Starts a gateway whose settings a test chooses."""
    return partial(start, provider)


@pytest.fixture(scope="module")
def usual(start: Callable[..., GatewayContext], grpc_port: int) -> Iterator[tuple[StandIn, TestClient]]:
    """A provider and a gateway that most tests share."""
    with (
        StandIn() as provider,
        start(
            provider,
            token=TOKEN,
            grpc_address=f"127.0.0.1:{grpc_port}",
            audience=AUDIENCE,
            allowed_groups="research",
            operator_groups="operations",
        ) as browser,
    ):
        yield provider, browser


@pytest.fixture
def known(usual: tuple[StandIn, TestClient]) -> Iterator[StandIn]:
    """The provider that tests share."""
    provider, _ = usual
    person = dict(provider.person)
    yield provider
    provider.person = person
    provider.answering = True


@pytest.fixture
def browser(usual: tuple[StandIn, TestClient], known: StandIn) -> TestClient:
    """A browser that was nowhere yet."""
    usual[1].cookies.clear()
    return usual[1]
