"""Who is asking. Locally there is one user, known by a token; more kinds of principals can join here."""

import secrets
from dataclasses import dataclass

from pydantic import SecretStr

from domain.errors import HubError, Reason

COOKIE = "innhub_token"


@dataclass(frozen=True)
class Principal:
    """Somebody who may do things."""

    name: str

    def may_enter(self, workspace: str) -> bool:  # noqa: ARG002
        """Whether the workspace is theirs; the local user owns all."""
        return True

    def may_operate(self) -> bool:
        """Whether they look after the whole hub, and not only after what is theirs; the local user does."""
        return True


class Authenticator:
    """Finds the principal of a token."""

    def __init__(self, token: SecretStr) -> None:
        self._token = token

    def principal(self, authorization: str | None, cookie: str | None) -> Principal:
        """The principal of a bearer header or a cookie.

        Raises:
            HubError: `UNAUTHENTICATED`.
        """
        scheme, _, bearer = (authorization or "").partition(" ")
        token = bearer.strip() if scheme.casefold() == "bearer" else cookie
        if not token:
            raise HubError(
                Reason.UNAUTHENTICATED,
                "Nobody is signed in.",
                "Open the URL with the token that was printed at the start, or send it as a bearer token.",
            )
        if not self.accepts(token):
            raise HubError(
                Reason.UNAUTHENTICATED, "The token is not valid.", "Use the one printed at the start of the hub."
            )
        return Principal("local")

    def accepts(self, token: str) -> bool:
        """Whether this is the token; takes the same time for every wrong one."""
        return secrets.compare_digest(token.encode(), self._token.get_secret_value().encode())
