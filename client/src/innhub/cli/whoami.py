"""`innhub whoami`."""

import typer

from innhub.cli.connection import hub
from innhub.cli.output import AsJson, console, print_json

_MEANS = {
    "token": "by the token of the hub",
    "session": "by a session of the pages",
    "access_token": "by a token of the identity provider",
}


def whoami(context: typer.Context, as_json: AsJson = False) -> None:
    """Say whom the hub takes you for."""
    me = hub(context).me()
    if as_json:
        print_json(me)
        return
    may = ", and may look after the whole hub" if me.operator else ""
    console.print(f"{me.name}, known {_MEANS.get(me.signed_in, me.signed_in)}{may}", markup=False, soft_wrap=True)
