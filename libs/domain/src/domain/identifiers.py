"""Identifiers of resources: ULIDs, which sort by creation time, and the names that people give."""

import re
from typing import Annotated

from pydantic import StringConstraints
from ulid import ULID

from domain.errors import HubError, Reason

NAME_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$"
ID_PATTERN = r"^[0-9A-HJKMNP-TV-Z]{26}$"

Name = Annotated[str, StringConstraints(pattern=NAME_PATTERN)]
"""What a person calls a resource: letters, digits, dot, underscore and dash, at most 63 characters."""


def new_id() -> str:
    """A fresh identifier; identifiers made later sort later."""
    return str(ULID())


def is_id(text: str) -> bool:
    """Whether the text has the form of an identifier (and so cannot be meant as a name)."""
    return re.fullmatch(ID_PATTERN, text) is not None


def checked_name(name: str, kind: str) -> str:
    """The name itself.

    Raises:
        HubError: `ARGUMENT_INVALID` if it is no name, or could be mistaken for an identifier.
    """
    if re.fullmatch(NAME_PATTERN, name) is None or is_id(name):
        raise HubError(
            Reason.ARGUMENT_INVALID,
            f"{name!r} cannot be the name of a {kind}.",
            "Use 1 to 63 letters, digits, dots, underscores or dashes, beginning with a letter or a digit.",
        )
    return name
