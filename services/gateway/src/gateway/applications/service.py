"""What `keras:NAME` means."""

from difflib import get_close_matches

from domain.applications import APPLICATIONS, PREFIX, Application
from domain.errors import HubError, Reason


def application(builtin: str) -> Application:
    """The classifier that `keras:NAME` names.

    Raises:
        HubError: `ARGUMENT_INVALID` for another form or an unknown name, with those that are like it.
    """
    name = builtin.removeprefix(PREFIX)
    if builtin.startswith(PREFIX) and name in APPLICATIONS:
        return APPLICATIONS[name]
    by_letters = {known.lower(): known for known in APPLICATIONS}
    alike = [PREFIX + by_letters[letters] for letters in get_close_matches(name.lower(), by_letters)]
    raise HubError(
        Reason.ARGUMENT_INVALID,
        f"Keras brings along no classifier {builtin!r}.",
        f"Did you mean {' or '.join(alike)}?" if alike else "GET /v1/applications lists them all.",
    )
