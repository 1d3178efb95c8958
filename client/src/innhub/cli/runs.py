"""`innhub runs ...` and `innhub predict`."""

import sys
from typing import Annotated

import typer

from innhub.cli.connection import hub
from innhub.cli.output import AsJson, console, print_json, print_table
from innhub.runs import Run

app = typer.Typer(help="Follow and end runs.", no_args_is_help=True)
RunId = Annotated[str, typer.Argument(help="Id of the run.")]


def predict(
    context: typer.Context,
    dataset: Annotated[str, typer.Argument(help="Name or id of the data set.")],
    models: Annotated[list[str], typer.Argument(help="Names or ids of models.")],
    wait: Annotated[bool, typer.Option("--wait", help="Wait until the run has ended.")] = False,
    as_json: AsJson = False,
) -> None:
    """Let models predict a whole data set."""
    connected = hub(context)
    run = connected.predict(dataset, models)
    if wait:
        run = (
            run.wait(bar=True) if _watched(as_json=as_json) else connected.runs.wait(run.id, None if as_json else _line)
        )
    if as_json:
        print_json(run)
    else:
        _line(run)


@app.command("list")
def list_runs(context: typer.Context, as_json: AsJson = False) -> None:
    """List the runs."""
    runs = hub(context).runs.list()
    if as_json:
        print_json(runs)
    else:
        rows = [[run.id, run.name, run.state, _share(run)] for run in runs]
        print_table(["id", "name", "state", "samples"], rows)


@app.command("watch")
def watch(context: typer.Context, run: RunId, as_json: AsJson = False) -> None:
    """Follow a run until it has ended."""
    connected = hub(context)
    if _watched(as_json=as_json):
        ended = connected.runs.get(run).wait()
    else:
        ended = connected.runs.wait(run, None if as_json else _line)
    if as_json:
        print_json(ended)


@app.command("cancel")
def cancel(context: typer.Context, run: RunId, as_json: AsJson = False) -> None:
    """End a run; what has begun is let finish."""
    ended = hub(context).runs.cancel(run)
    if as_json:
        print_json(ended)
    else:
        _line(ended)


def _watched(*, as_json: bool) -> bool:
    return sys.stdout.isatty() and not as_json


def _line(run: Run) -> None:
    console.print(f"{run.name}: {run.state}, {_share(run)} samples ({run.id})", highlight=False)


def _share(run: Run) -> str:
    return f"{run.progress['samples_done']}/{run.progress['samples_total']}"
