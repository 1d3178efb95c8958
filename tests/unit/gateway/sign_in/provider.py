"""A small identity provider on a loopback socket: discovery, keys, and the authorization code flow with PKCE."""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections import Counter
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, unquote_plus, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey

CLIENT_ID = "hub:1"
CLIENT_SECRET = "a secret of the/client & long"
HOUR = 3600


class StandIn:
    """The provider. What it says of the next person who signs in is `person`."""

    def __init__(self) -> None:
        self.person: dict[str, Any] = {"sub": "1", "preferred_username": "ann", "groups": ["research"]}
        self.described: dict[str, Any] = {}
        self.asked: Counter[str] = Counter()
        self.answering = True
        self.key = self.new_key()
        self.published = [self.key]
        self.beside: list[Any] = []
        self._codes: dict[str, dict[str, str]] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Own", (Handler,), {"provider": self}))
        self.issuer = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @staticmethod
    def new_key() -> ECKey:
        return ECKey.generate_key("P-256", {"kid": secrets.token_hex(4), "use": "sig", "alg": "ES256"})

    def rotate(self) -> None:
        """Signs with another key from now on, and forgets the old one."""
        self.key = self.new_key()
        self.published = [self.key]

    def claims(self, **changed: Any) -> dict[str, Any]:
        now = int(time.time())
        usual = {"iss": self.issuer, "aud": CLIENT_ID, "iat": now, "exp": now + HOUR, **self.person}
        return {name: value for name, value in {**usual, **changed}.items() if value is not None}

    def token(self, key: ECKey | None = None, **changed: Any) -> str:
        """A token as this provider signs it; a claim of None is left out."""
        signing = key or self.key
        return jwt.encode({"alg": "ES256", "kid": signing.kid}, self.claims(**changed), signing)

    def description(self) -> dict[str, Any]:
        usual = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "end_session_endpoint": f"{self.issuer}/end",
        }
        return {**usual, **self.described}

    def authorized(self, asked: dict[str, str]) -> str:
        """Where somebody goes who has signed in here."""
        assert (asked["response_type"], asked["client_id"], asked["code_challenge_method"]) == (
            "code",
            CLIENT_ID,
            "S256",
        )
        code = secrets.token_urlsafe(8)
        self._codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def exchanged(self, identity: tuple[str, str], form: dict[str, str]) -> tuple[HTTPStatus, dict[str, str]]:
        if identity != (CLIENT_ID, CLIENT_SECRET):
            return HTTPStatus.UNAUTHORIZED, {"error": "invalid_client"}
        # A code is good for one time.
        asked = self._codes.pop(form["code"], None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest())
        if (
            asked is None
            or asked["redirect_uri"] != form["redirect_uri"]
            or asked["code_challenge"] != challenge.rstrip(b"=").decode()
        ):
            return HTTPStatus.BAD_REQUEST, {"error": "invalid_grant"}
        return HTTPStatus.OK, {"id_token": self.token(nonce=asked["nonce"]), "token_type": "Bearer"}

    def read(self, path: str) -> tuple[HTTPStatus, dict[str, Any]]:
        """The documents."""
        if path == "/.well-known/openid-configuration":
            return HTTPStatus.OK, self.description()
        if path == "/keys":
            return HTTPStatus.OK, {"keys": [*self.beside, *(key.as_dict(private=False) for key in self.published)]}
        return HTTPStatus.NOT_FOUND, {}


class Handler(BaseHTTPRequestHandler):
    """HTTP of one provider, which a class of its own is made for."""

    provider: StandIn

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        self.provider.asked[address.path] += 1
        if not self.provider.answering:
            self._answer(HTTPStatus.BAD_GATEWAY, {})
        elif address.path == "/authorize":
            self._redirect(self.provider.authorized(fields(address.query)))
        elif address.path == "/end":
            self._redirect(fields(address.query)["post_logout_redirect_uri"])
        else:
            self._answer(*self.provider.read(address.path))

    def do_POST(self) -> None:
        self.provider.asked[self.path] += 1
        form = fields(self.rfile.read(int(self.headers["Content-Length"])).decode())
        identity = (form.get("client_id", ""), form.get("client_secret", ""))
        if authorization := self.headers["Authorization"]:
            name, _, secret = base64.b64decode(authorization.removeprefix("Basic ")).decode().partition(":")
            identity = (unquote_plus(name), unquote_plus(secret))
        if self.provider.answering:
            self._answer(*self.provider.exchanged(identity, form))
        else:
            self._answer(HTTPStatus.BAD_GATEWAY, {})

    def _redirect(self, address: str) -> None:
        self.send_response(HTTPStatus.FOUND)
        self.send_header("Location", address)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _answer(self, status: HTTPStatus, document: dict[str, Any]) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing."""


def fields(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query).items()}
