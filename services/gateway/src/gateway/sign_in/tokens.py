"""Whether a token is one that the provider signed, for us, and still valid."""

from typing import Any

from joserfc import jwt
from joserfc.errors import ExpiredTokenError, InvalidKeyIdError, JoseError
from joserfc.jws import JWSRegistry
from joserfc.jwt import JWTClaimsRegistry

from domain.errors import HubError, Reason
from gateway.sign_in.provider import Provider

_ALGORITHMS = (
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512", "Ed25519", "EdDSA"),
)
"""Signatures that only the provider can make: no `none`, and nothing with a shared secret."""
_LEEWAY_SECONDS = 30
"""Clocks differ."""
Claims = dict[str, Any]


class Tokens:
    """Checks JSON Web Tokens of one provider."""

    def __init__(self, provider: Provider, issuer: str) -> None:
        self._provider = provider
        self._issuer = issuer
        # Providers put headers of their own into tokens; those that must be understood are refused all the same.
        self._signatures = JWSRegistry(algorithms=_ALGORITHMS, strict_check_header=False)

    async def claims(self, token: str, audience: str, **expected: str) -> Claims:
        """What a token says.

        Args:
            token: anything that somebody sent.
            audience: for whom it must be.
            expected: other claims that must be there, with their values.

        Raises:
            HubError: `UNAUTHENTICATED`, or `SERVICE_UNAVAILABLE` where the keys of the provider are not to be had.
        """
        registry = JWTClaimsRegistry(leeway=_LEEWAY_SECONDS, exp={"essential": True}, sub={"essential": True})
        for name, value in {"iss": self._issuer, "aud": audience, **expected}.items():
            registry.options[name] = {"essential": True, "value": value}
        try:
            claims = await self._signed(token)
            registry.validate(claims)
        except ExpiredTokenError as error:
            raise _refused("has expired", "Get a new one from the identity provider.") from error
        except (JoseError, ValueError, TypeError, AttributeError) as error:
            # What is wrong is said without what stands in the token.
            why = str(error) if isinstance(error, JoseError) else type(error).__name__
            raise _refused(f"is not valid ({why})", "Get one from the identity provider for this hub.") from error
        return claims

    async def _signed(self, token: str) -> Claims:
        try:
            return jwt.decode(token, await self._provider.keys(), registry=self._signatures).claims
        except InvalidKeyIdError:
            # Providers change their keys, and sign with a new one before we have looked again.
            return jwt.decode(token, await self._provider.newer_keys(), registry=self._signatures).claims


def _refused(why: str, advice: str) -> HubError:
    return HubError(Reason.UNAUTHENTICATED, f"The token {why}.", advice)
