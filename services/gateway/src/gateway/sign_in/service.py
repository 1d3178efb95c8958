"""Signing in: a program shows a token of the provider, a person is sent there and comes back with a code.

Nothing is kept here. A browser carries its session, and on the way to the provider and back what it set out with; so it
may come to another replica at every step.
"""

import secrets
import time
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import urlencode

from backplane.telemetry import get_logger
from domain.errors import HubError, Reason
from gateway.principals import Means, Principal
from gateway.sign_in.admission import Admission, name_of
from gateway.sign_in.provider import Provider
from gateway.sign_in.sealed import Seal
from gateway.sign_in.settings import OidcSettings
from gateway.sign_in.tokens import Tokens

SIGN_IN = "/sign-in"
CALLBACK = "/sign-in/callback"
SIGNED_OUT = "/signed-out"
WAY_SECONDS = 600
"""How long somebody may take at the provider."""
_PARTS_OF_SESSIONS = 5
_log = get_logger(__name__)


@dataclass(frozen=True)
class SignedIn:
    """Somebody who came back."""

    session: str
    principal: Principal
    onward: str


class SignIn:
    """Signing in with one provider.

    Args:
        settings: of the provider.
        public_url: of the hub, where people come back to.
        provider: itself; by default that of the settings.
    """

    def __init__(self, settings: OidcSettings, public_url: str, provider: Provider | None = None) -> None:
        self._settings = settings
        self._public_url = public_url
        self._provider = provider or Provider(settings)
        self._tokens = Tokens(self._provider, settings.issuer)
        self._admission = Admission(settings)
        self._sessions = Seal(settings, "session")
        self._ways = Seal(settings, "way")

    async def principal(self, token: str) -> Principal:
        """Whose token or session this is.

        Raises:
            HubError: `UNAUTHENTICATED`; `PERMISSION_DENIED` where the groups do not let them in.
        """
        if token.count(".") + 1 == _PARTS_OF_SESSIONS:
            return self._of_session(token)
        claims = await self._tokens.claims(token, self._settings.audience or self._settings.client_id)
        return self._admission.principal(name_of(claims), self._admission.groups(claims), Means.ACCESS_TOKEN)

    async def way(self, onward: str, browser: str) -> str:
        """Where to send a browser that nobody is signed in with.

        Args:
            onward: the path to go on to afterwards.
            browser: a secret that only this browser has.
        """
        discovery = await self._provider.discovery()
        nonce, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
        way = {"onward": inside(onward), "browser": browser, "nonce": nonce, "verifier": verifier}
        asked = {
            "response_type": "code",
            "client_id": self._settings.client_id,
            "redirect_uri": self._public_url + CALLBACK,
            "scope": self._settings.scopes,
            "state": self._ways.seal(way, time.time() + WAY_SECONDS),
            "nonce": nonce,
            "code_challenge": urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        address = discovery.authorization_endpoint
        return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}"

    async def back(self, state: str, code: str, browser: str) -> SignedIn:
        """Takes in somebody who comes back from the provider.

        Raises:
            HubError: `UNAUTHENTICATED`, `PERMISSION_DENIED`, or `SERVICE_UNAVAILABLE`.
        """
        way = self._ways.opened(state)
        if way is None or not browser or not secrets.compare_digest(way["browser"].encode(), browser.encode()):
            raise HubError(
                Reason.UNAUTHENTICATED,
                "This sign-in did not begin in this browser, or too long ago.",
                "Sign in again.",
            )
        token = await self._provider.token(code, way["verifier"], self._public_url + CALLBACK)
        claims = await self._tokens.claims(token, self._settings.client_id, nonce=way["nonce"])
        if claims.get("azp", self._settings.client_id) != self._settings.client_id:
            raise HubError(Reason.UNAUTHENTICATED, "The token was made for another client.", "Tell an operator.")
        name, groups = name_of(claims), self._admission.groups(claims)
        principal = self._admission.principal(name, groups, Means.SESSION)
        content = {"name": name, "groups": sorted(groups)}
        session = self._sessions.seal(content, time.time() + self._settings.session_seconds)
        _log.info("signed in", name=name, operator=principal.operator)
        return SignedIn(session, principal, way["onward"])

    async def out(self) -> str:
        """Where to send a browser that signs out: to the provider, where it can sign people out as well."""
        try:
            address = (await self._provider.discovery()).end_session_endpoint
        except HubError:
            address = ""
        if not address:
            return SIGNED_OUT
        asked = {"client_id": self._settings.client_id, "post_logout_redirect_uri": self._public_url + SIGNED_OUT}
        return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}"

    async def close(self) -> None:
        """Closes the connections to the provider."""
        await self._provider.close()

    def _of_session(self, session: str) -> Principal:
        content = self._sessions.opened(session)
        if content is None:
            raise HubError(Reason.UNAUTHENTICATED, "The session is over.", "Sign in again.")
        return self._admission.principal(content["name"], frozenset(content["groups"]), Means.SESSION)


def inside(path: str) -> str:
    """The path if it leads to a place in this hub, else its first page.

    Browsers take two slashes, or one and a backslash, for another host, and overlook tabs and line ends on the way.
    """
    leads_out = not path.startswith("/") or path[1:2] in ("/", "\\") or not path.isprintable()
    return "/" if leads_out else path
