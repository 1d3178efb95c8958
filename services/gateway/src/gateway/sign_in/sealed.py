"""What a browser keeps for us and can neither read nor change; every replica can open it."""

from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwe import JWERegistry
from joserfc.jwk import OctKey
from joserfc.jwt import JWTClaimsRegistry

from gateway.sign_in.settings import OidcSettings

_HEADER = {"alg": "dir", "enc": "A256GCM"}
_ENCRYPTION = JWERegistry(algorithms=list(_HEADER.values()))
_CLAIMS = JWTClaimsRegistry(exp={"essential": True})
_KEY_BYTES = 32


class Seal:
    """Seals for one purpose: what was sealed for another one does not open.

    Args:
        settings: the key is derived from the secret of the client, so that all replicas have it and none stores it.
        purpose: what for.
    """

    def __init__(self, settings: OidcSettings, purpose: str) -> None:
        about = "\0".join(["innhub", purpose, settings.issuer, settings.client_id])
        derived = HKDF(SHA256(), _KEY_BYTES, salt=None, info=about.encode())
        self._key = OctKey.import_key(derived.derive(settings.client_secret.get_secret_value().encode()))

    def seal(self, content: dict[str, Any], until: float) -> str:
        """The content as letters for a cookie or an address; valid until a time."""
        return jwt.encode(dict(_HEADER), {**content, "exp": int(until)}, self._key, registry=_ENCRYPTION)

    def opened(self, sealed: str) -> dict[str, Any] | None:
        """The content; None if we did not seal it, or its time is over."""
        try:
            claims = jwt.decode(sealed, self._key, registry=_ENCRYPTION).claims
            _CLAIMS.validate(claims)
        except (JoseError, ValueError, TypeError):
            return None
        return claims
