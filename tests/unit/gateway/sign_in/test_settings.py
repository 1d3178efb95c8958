"""What cannot work is refused at the start, with the name of the setting."""

from typing import Any

import pytest
from pydantic import ValidationError
from unit.gateway.sign_in.conftest import oidc

from backplane.settings import BusSettings, StoreSettings
from gateway.settings import GatewaySettings
from gateway.sign_in.settings import OidcSettings

ISSUER = "https://login.example.org"


def settings(**given: Any) -> GatewaySettings:
    return GatewaySettings(
        store=StoreSettings(endpoint="s3:9000", access_key="key", secret_key="secret"),
        bus=BusSettings(url="nats://nats:4222"),
        inference_addresses="inference:1",
        explainer_addresses="explainer:1",
        suggest_addresses="suggest:1",
        **given,
    )


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"issuer": "http://login.example.org"}, "INNHUB_OIDC_ISSUER"),
        ({"issuer": "login.example.org"}, "INNHUB_OIDC_ISSUER"),
        ({"client_id": ""}, "INNHUB_OIDC_CLIENT_ID"),
        ({"client_secret": "short"}, "INNHUB_OIDC_CLIENT_SECRET"),
        ({"scopes": "profile"}, "INNHUB_OIDC_SCOPES"),
    ],
)
def test_half_a_provider_is_refused(given: dict[str, Any], named: str) -> None:
    with pytest.raises(ValidationError, match=named):
        oidc(**{"issuer": ISSUER, **given})


def test_somebody_must_be_able_to_enter() -> None:
    with pytest.raises(ValidationError, match="INNHUB_TOKEN"):
        settings()


def test_a_provider_needs_to_know_where_people_come_back_to() -> None:
    with pytest.raises(ValidationError, match="INNHUB_PUBLIC_URL"):
        settings(oidc=oidc(ISSUER))


@pytest.mark.parametrize("address", ["http://hub.example.org", "https://hub.example.org/hub", "https://a@b", "hub"])
def test_people_come_back_to_a_host_of_its_own_over_tls(address: str) -> None:
    with pytest.raises(ValidationError, match="INNHUB_PUBLIC_URL"):
        settings(oidc=oidc(ISSUER), public_url=address)


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://Hub.example.org/", "https://hub.example.org"),
        ("https://hub.example.org:443", "https://hub.example.org"),
        ("https://hub.example.org:8443", "https://hub.example.org:8443"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
    ],
)
def test_the_address_of_the_hub_is_known_as_browsers_write_it(address: str, origin: str) -> None:
    assert settings(oidc=oidc(ISSUER), public_url=address).public_url == origin


def test_without_a_provider_people_may_do_without_tls() -> None:
    assert settings(token="a token of many letters", public_url="http://hub.lab/").public_url == "http://hub.lab"


def test_the_environment_says_it_all(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {
        "ISSUER": ISSUER,
        "CLIENT_ID": "hub",
        "CLIENT_SECRET": "a secret of many letters",
        "AUDIENCE": "",
        "ALLOWED_GROUPS": "research, /team a,",
        "OPERATOR_GROUPS": "",
    }
    for name, value in given.items():
        monkeypatch.setenv(f"INNHUB_OIDC_{name}", value)
    read = settings(public_url="https://hub.example.org").oidc
    assert (read.enabled, read.groups_claim, read.audience) == (True, "groups", "")
    assert (read.allowed_groups, read.operator_groups) == (frozenset(["research", "/team a"]), frozenset())


def test_without_a_provider_nothing_else_is_needed() -> None:
    assert not OidcSettings().enabled
    assert settings(token="a token of many letters").public_url == ""
