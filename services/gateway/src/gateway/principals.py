"""Who is asking: the local user, known by a token, or somebody whom an identity provider knows."""

import secrets
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from pydantic import SecretStr

from domain.errors import HubError, Reason
from gateway.cookies import Cookie

_LOCAL = "local"


class Means(StrEnum):
    """How somebody is known."""

    TOKEN = "token"  # noqa: S105 - the name of a way, no token
    SESSION = "session"
    ACCESS_TOKEN = "access_token"  # noqa: S105


@dataclass(frozen=True)
class Principal:
    """Somebody who may do things."""

    name: str
    operator: bool
    means: Means

    def may_enter(self, workspace: str) -> bool:  # noqa: ARG002
        """Whether the workspace is theirs; whoever is let into the hub may enter all."""
        return True

    def may_operate(self) -> bool:
        """Whether they look after the whole hub, and not only after what is in it."""
        return self.operator


class Provided(Protocol):
    """Knows whom an identity provider has signed in."""

    async def principal(self, token: str) -> Principal:
        """Whose token or session this is; raises `HubError`."""


class Authenticator:
    """Finds the principal of a request.

    Args:
        token: of the local user, if there is one.
        provided: knows everybody else, if an identity provider is asked.
        origin: of the pages, as browsers write it; empty if that is not known.
    """

    def __init__(self, token: SecretStr | None, provided: Provided | None = None, origin: str = "") -> None:
        self._token = token
        self._provided = provided
        self._origin = origin
        self.cookie = Cookie(secure=origin.startswith("https:"))

    @property
    def provided(self) -> bool:
        """Whether an identity provider is asked."""
        return self._provided is not None

    async def principal(self, authorization: str | None, cookie: str | None) -> Principal:
        """The principal of a bearer header or a cookie.

        Raises:
            HubError: `UNAUTHENTICATED`; where a provider is asked also `PERMISSION_DENIED` and `SERVICE_UNAVAILABLE`.
        """
        bearer = bearer_token(authorization)
        token = cookie if bearer is None else bearer
        if not token:
            raise HubError(
                Reason.UNAUTHENTICATED,
                "Nobody is signed in.",
                "Open the URL with the token that was printed at the start, or send it as a bearer token."
                if self._provided is None
                else "Sign in on the pages, or send an access token of the identity provider as a bearer token.",
            )
        if self.accepts(token):
            return Principal(_LOCAL, operator=True, means=Means.TOKEN)
        if self._provided is not None:
            return await self._provided.principal(token)
        raise HubError(
            Reason.UNAUTHENTICATED, "The token is not valid.", "Use the one printed at the start of the hub."
        )

    def accepts(self, token: str) -> bool:
        """Whether this is the token of the local user; takes the same time for every wrong one."""
        if self._token is None:
            return False
        return secrets.compare_digest(token.encode(), self._token.get_secret_value().encode())

    def check_origin(self, origin: str | None) -> None:
        """Whether a request that changes something, and that a browser added a cookie to, comes from our own pages.

        Raises:
            HubError: `PERMISSION_DENIED`.
        """
        if self._origin and origin != self._origin:
            raise HubError(
                Reason.PERMISSION_DENIED,
                f"This request comes from {origin or 'an unknown page'}, and not from the pages of this hub.",
                f"Open the hub at {self._origin}; programs send a bearer token.",
            )


def bearer_token(authorization: str | None) -> str | None:
    """What a header of that kind carries."""
    scheme, _, bearer = (authorization or "").partition(" ")
    return bearer.strip() if scheme.casefold() == "bearer" else None
