"""The identity provider: what it says of itself, the keys that it signs with, and the exchange of codes for tokens."""

import ssl
import time
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any
from urllib.parse import quote_plus

import httpx
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, Key, KeySet
from pydantic import BaseModel, ValidationError

from backplane.telemetry import get_logger
from domain.errors import HubError, Reason
from gateway.sign_in.remembered import Remembered
from gateway.sign_in.settings import OidcSettings

_TIMEOUT_SECONDS = 5.0
_BASIC = "client_secret_basic"
_log = get_logger(__name__)


class Discovery(BaseModel):
    """What a provider says of itself (OpenID Connect Discovery)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    end_session_endpoint: str = ""
    token_endpoint_auth_methods_supported: tuple[str, ...] = (_BASIC,)


class Provider:
    """An identity provider, asked over HTTP; what it says is remembered.

    Args:
        settings: its address, and who we are there.
        clock: seconds that only grow.
    """

    def __init__(self, settings: OidcSettings, clock: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings
        self._http = httpx.AsyncClient(timeout=_TIMEOUT_SECONDS, verify=_trusted())
        self._discovery = Remembered(self._discover, clock)
        self._keys = Remembered(self._fetch_keys, clock)

    async def discovery(self) -> Discovery:
        """What it says of itself.

        Raises:
            HubError: `SERVICE_UNAVAILABLE`, as everything here.
        """
        return await self._discovery.value()

    async def keys(self) -> KeySet:
        """The keys that it signs with."""
        return await self._keys.value()

    async def newer_keys(self) -> KeySet:
        """The keys after one was seen that is not among them; they are not fetched again at every such sight."""
        return await self._keys.newer()

    async def token(self, code: str, verifier: str, redirect_uri: str) -> str:
        """The ID token that a code is exchanged for.

        Raises:
            HubError: also `UNAUTHENTICATED`, where the provider refuses.
        """
        discovery = await self.discovery()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "code_verifier": verifier,
            "redirect_uri": redirect_uri,
        }
        identity = self._settings.client_id, self._settings.client_secret.get_secret_value()
        if _BASIC in discovery.token_endpoint_auth_methods_supported:
            # RFC 6749, 2.3.1: both are encoded as in a form before they are joined.
            basic = httpx.BasicAuth(quote_plus(identity[0]), quote_plus(identity[1]))
            answer = await self._asked("POST", discovery.token_endpoint, data=form, auth=basic)
        else:
            form |= {"client_id": identity[0], "client_secret": identity[1]}
            answer = await self._asked("POST", discovery.token_endpoint, data=form)
        if answer.is_client_error:
            raise HubError(
                Reason.UNAUTHENTICATED,
                f"The identity provider did not take the code ({_error_code(answer)}).",
                "Sign in again; if that does not help, an operator checks the client id and its secret.",
            )
        token = _object(answer).get("id_token") if answer.is_success else None
        if not isinstance(token, str):
            raise self._unavailable(f"answered {answer.status_code} without an ID token")
        return token

    async def close(self) -> None:
        """Closes the connections."""
        await self._http.aclose()

    async def _discover(self) -> Discovery:
        address = f"{self._settings.issuer.rstrip('/')}/.well-known/openid-configuration"
        try:
            found = Discovery.model_validate(await self._document(address))
        except ValidationError as error:
            raise self._unavailable(f"{address} is no description of a provider") from error
        if found.issuer != self._settings.issuer:
            raise self._unavailable(f"it calls itself {found.issuer}, which INNHUB_OIDC_ISSUER must equal")
        return found

    async def _fetch_keys(self) -> KeySet:
        address = (await self.discovery()).jwks_uri
        found = (await self._document(address)).get("keys")
        keys = [key for one in (found if isinstance(found, list) else []) for key in _imported(one)]
        if not keys:
            raise self._unavailable(f"{address} has no keys that can be used")
        return KeySet(keys)

    async def _document(self, address: str) -> dict[str, Any]:
        answer = await self._asked("GET", address)
        if not answer.is_success:
            raise self._unavailable(f"{address} answered {answer.status_code}")
        return _object(answer)

    async def _asked(self, method: str, address: str, **arguments: Any) -> httpx.Response:
        try:
            return await self._http.request(method, address, headers={"accept": "application/json"}, **arguments)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise self._unavailable(f"{address} was not reached ({type(error).__name__})") from error

    def _unavailable(self, why: str) -> HubError:
        return HubError(
            Reason.SERVICE_UNAVAILABLE,
            f"The identity provider {self._settings.issuer} is of no help: {why}.",
            "Try again in a moment; if that does not help, tell an operator.",
        )


@cache
def _trusted() -> ssl.SSLContext:
    """The certificates that are trusted; to read them takes longer than to ask."""
    return httpx.create_ssl_context()


def _imported(key: Any) -> Iterator[Key]:
    """A key, unless it is of a kind that is unknown here: such are passed over (RFC 7517, 5)."""
    try:
        yield JWKRegistry.import_key(key)
    except (JoseError, ValueError, KeyError, TypeError, AttributeError) as error:
        _log.warning("key passed over", error=repr(error))


def _object(answer: httpx.Response) -> dict[str, Any]:
    try:
        document = answer.json()
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def _error_code(answer: httpx.Response) -> str:
    code = _object(answer).get("error")
    return code if isinstance(code, str) and code.isascii() and code.isprintable() else str(answer.status_code)
