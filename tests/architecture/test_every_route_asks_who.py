"""No route of the interface answers somebody who did not sign in."""

from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from backplane.settings import BusSettings, StoreSettings
from gateway.app import create_app
from gateway.dependencies import signed_in
from gateway.settings import GatewaySettings
from gateway.sign_in.settings import OidcSettings


def routes(**more: Any) -> list[APIRoute]:
    settings = GatewaySettings(
        store=StoreSettings(endpoint="nowhere:1", access_key="key", secret_key="secret"),
        bus=BusSettings(url="nats://nowhere:1"),
        token="a token of many letters",
        inference_addresses="nowhere:2",
        explainer_addresses="nowhere:3",
        suggest_addresses="nowhere:4",
        **more,
    )
    return list(flat(create_app(settings).routes))


def flat(entries: Iterable[object]) -> Iterator[APIRoute]:
    """The routes themselves; an included router is an entry of its own, with its routes inside."""
    for entry in entries:
        if isinstance(entry, APIRoute):
            yield entry
        elif (inner := getattr(entry, "original_router", None)) is not None:
            yield from flat(inner.routes)


def calls(dependant: Dependant) -> Iterator[object]:
    yield dependant.call
    for inner in dependant.dependencies:
        yield from calls(inner)


INTERFACE = [route for route in routes() if route.path.startswith("/v1/")]


def test_only_health_is_outside_the_interface() -> None:
    assert {route.path for route in routes()} - {route.path for route in INTERFACE} == {"/healthz", "/readyz"}
    assert len(INTERFACE) > 25


def test_an_identity_provider_adds_only_the_ways_in_and_out() -> None:
    oidc = OidcSettings(issuer="https://nowhere", client_id="hub", client_secret="a secret of many letters")
    paths = {route.path for route in routes(oidc=oidc, public_url="https://hub")}
    added = {"/sign-in", "/sign-in/callback", "/sign-out", "/signed-out"}
    assert paths - {route.path for route in routes()} == added


@pytest.mark.parametrize("route", INTERFACE, ids=lambda route: f"{sorted(route.methods)[0]} {route.path}")
def test_a_route_depends_on_the_principal(route: APIRoute) -> None:
    assert signed_in in set(calls(route.dependant))


@pytest.mark.parametrize(
    "route",
    [route for route in INTERFACE if "{workspace}" in route.path],
    ids=lambda route: f"{sorted(route.methods)[0]} {route.path}",
)
def test_a_route_in_a_workspace_depends_on_being_let_in(route: APIRoute) -> None:
    assert "_scope" in {getattr(call, "__name__", "") for call in calls(route.dependant)}
