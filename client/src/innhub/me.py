"""Who is asking."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Me:
    """Whom a hub takes somebody for."""

    name: str
    operator: bool
    """Whether they may do what `innhub admin` does."""
    signed_in: str
    """How: `token` of the hub, `session` of the pages, or `access_token` of an identity provider."""
