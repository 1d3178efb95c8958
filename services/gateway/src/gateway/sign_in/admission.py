"""Whom the provider's groups let in, and who of them looks after the hub."""

from collections.abc import Mapping
from typing import Any

from domain.errors import HubError, Reason
from gateway.principals import Means, Principal
from gateway.sign_in.settings import OidcSettings

_LONGEST_NAME = 200


class Admission:
    """Makes principals of what a provider says of people."""

    def __init__(self, settings: OidcSettings) -> None:
        self._claim = settings.groups_claim
        self._allowed = settings.allowed_groups
        self._operators = settings.operator_groups

    def groups(self, claims: Mapping[str, Any]) -> frozenset[str]:
        """The groups of somebody that mean something here; people may have hundreds more."""
        found: Any = claims.get(self._claim)
        if found is None:
            found = claims
            for part in self._claim.split("."):
                found = found.get(part) if isinstance(found, Mapping) else None
        names = [found] if isinstance(found, str) else found if isinstance(found, list) else []
        return frozenset(name for name in names if isinstance(name, str)) & (self._allowed | self._operators)

    def principal(self, name: str, groups: frozenset[str], means: Means) -> Principal:
        """Somebody who may enter.

        Raises:
            HubError: `PERMISSION_DENIED` for everybody else.
        """
        operator = not groups.isdisjoint(self._operators)
        if self._allowed and not operator and groups.isdisjoint(self._allowed):
            raise HubError(
                Reason.PERMISSION_DENIED,
                f"{name} is in none of the groups that may enter this hub.",
                "Ask an operator, or sign in as somebody else.",
            )
        return Principal(name, operator, means)


def name_of(claims: Mapping[str, Any]) -> str:
    """What somebody is called here: the first of these that the provider tells and vouches for."""
    email = claims.get("email") if claims.get("email_verified", True) is True else None
    for name in (claims.get("preferred_username"), email):
        if isinstance(name, str) and name.strip() and name.isprintable():
            return name.strip()[:_LONGEST_NAME]
    return str(claims["sub"])[:_LONGEST_NAME]
