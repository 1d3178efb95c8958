"""Settings of signing in with an identity provider."""

from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_LEAST_SECRET = 16
_HOURS_8 = 8 * 3600


def _split(given: object) -> object:
    return [name.strip() for name in given.split(",") if name.strip()] if isinstance(given, str) else given


Names = Annotated[frozenset[str], NoDecode, BeforeValidator(_split)]
"""Names, in the environment with commas between them."""


class OidcSettings(BaseSettings):
    """Which provider says who people are (`INNHUB_OIDC_*`); without an issuer there is none."""

    model_config = SettingsConfigDict(env_prefix="INNHUB_OIDC_", env_ignore_empty=True)

    issuer: str = Field(default="", description="The address of the provider, exactly as its tokens say it.")
    client_id: str = ""
    client_secret: SecretStr = Field(
        default=SecretStr(""), description="Of the client; the key of sessions is derived from it."
    )
    audience: str = Field(default="", description="For whom bearer tokens must be; by default the client.")
    groups_claim: str = Field(
        default="groups", description="Where tokens say the groups; a path with dots where that is nested."
    )
    allowed_groups: Names = Field(
        default=frozenset(), description="Who may enter, beside operators; empty for all that the provider knows."
    )
    operator_groups: Names = Field(default=frozenset(), description="Who may do what `innhub admin` does.")
    scopes: str = Field(default="openid profile email", description="What is asked for when people sign in.")
    session_seconds: int = Field(
        default=_HOURS_8, ge=60, description="After how long the provider is asked again who somebody is."
    )

    @property
    def enabled(self) -> bool:
        """Whether there is a provider."""
        return bool(self.issuer)

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.enabled:
            checked_address(self.issuer, "INNHUB_OIDC_ISSUER")
            if not self.client_id:
                raise ValueError("INNHUB_OIDC_ISSUER needs INNHUB_OIDC_CLIENT_ID as well")
            if len(self.client_secret.get_secret_value()) < _LEAST_SECRET:
                raise ValueError(f"INNHUB_OIDC_CLIENT_SECRET needs at least {_LEAST_SECRET} characters")
            if "openid" not in self.scopes.split():
                raise ValueError("INNHUB_OIDC_SCOPES must contain openid")
        return self


def checked_address(address: str, setting: str) -> str:
    """An address over which secrets may go: TLS, or this machine."""
    parts = urlsplit(address)
    if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)):
        raise ValueError(f"{setting} must begin with https:// (http:// only on the machine itself), not {address!r}")
    return address
