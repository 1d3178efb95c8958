"""The hub that a command speaks to."""

from typing import Annotated

import typer

from innhub.hub import Hub

Workspace = Annotated[str, typer.Option("--workspace", envvar="INNHUB_WORKSPACE", help="The workspace to work in.")]


def hub(context: typer.Context) -> Hub:
    """The hub of `INNHUB_URL` and `INNHUB_TOKEN`, in the workspace that was chosen."""
    workspace: str = context.find_root().params["workspace"]
    return Hub(workspace=workspace)
