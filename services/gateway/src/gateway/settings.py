"""Settings of the gateway."""

from typing import Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator

from backplane.settings import BusSettings, ServiceSettings, StoreSettings
from gateway.sign_in.settings import OidcSettings, checked_address

_PORTS = {"https": 443, "http": 80}


class GatewaySettings(ServiceSettings):
    """`INNHUB_*`, with those of the store and the bus."""

    store: StoreSettings = Field(default_factory=lambda: StoreSettings.model_validate({}))
    bus: BusSettings = Field(default_factory=lambda: BusSettings.model_validate({}))
    http_address: str = Field(default="127.0.0.1:8080", description="Where HTTP listens.")
    token: SecretStr | None = Field(
        default=None,
        description="The token of the local user; there need be none where an identity provider is asked.",
        min_length=16,
    )
    oidc: OidcSettings = Field(default_factory=lambda: OidcSettings.model_validate({}))
    public_url: str = Field(default="", description="Where people reach the hub; needed for an identity provider.")
    inference_addresses: str
    explainer_addresses: str
    suggest_addresses: str
    ui_url: str = Field(default="", description="Where the pages are; empty if something else serves them.")
    upload_bytes: int = Field(default=64 * 1024**3, description="The most bytes of one upload.")
    tasks_on_queue: int = Field(
        default=4,
        ge=1,
        description="The most tasks of runs that are handed out at a time, a queue; more than it has workers, or some "
        "have nothing to do.",
    )
    run_samples_a_day: int = Field(
        default=0, ge=0, description="The most samples that one person's runs work through in a UTC day; 0 for any."
    )

    @model_validator(mode="after")
    def _somebody_may_enter(self) -> Self:
        if self.oidc.enabled and not self.public_url:
            raise ValueError("INNHUB_OIDC_ISSUER needs INNHUB_PUBLIC_URL, where people come back to from the provider")
        if self.oidc.enabled:
            checked_address(self.public_url, "INNHUB_PUBLIC_URL")
        if self.public_url:
            self.public_url = _origin(self.public_url)
        if self.token is None and not self.oidc.enabled:
            raise ValueError("INNHUB_TOKEN is needed as long as no identity provider is asked (INNHUB_OIDC_ISSUER)")
        return self


def _origin(address: str) -> str:
    """The address of a host, without a path, as browsers write it in the header Origin."""
    parts = urlsplit(address.rstrip("/"))
    elsewhere = parts.path or parts.query or parts.fragment or parts.username is not None
    if parts.scheme not in _PORTS or not parts.hostname or elsewhere:
        expected = "a scheme and a host, such as https://hub.example.org"
        raise ValueError(f"INNHUB_PUBLIC_URL must be {expected}, not {address!r}")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    usual = parts.port in (None, _PORTS[parts.scheme])
    return f"{parts.scheme}://{host}" if usual else f"{parts.scheme}://{host}:{parts.port}"
