"""Runs on a terminal: a line each, and a bar while somebody waits for one."""

import sys
from typing import Annotated

import typer

from innhub.cli.output import console, print_json
from innhub.runs import Run

Wait = Annotated[bool, typer.Option("--wait", help="Wait until the run has ended.")]


def begun(run: Run, *, wait: bool, as_json: bool) -> None:
    """Prints a run that was begun; once it has ended, where somebody waits for it."""
    if wait:
        run = ended(run, as_json=as_json)
    if not wait or as_json or sys.stdout.isatty():
        # Elsewhere the last change has been told already.
        told(run, as_json=as_json)


def ended(run: Run, *, as_json: bool) -> Run:
    """The run once it has ended: behind a bar where somebody is looking, else with a line a change."""
    assert run.runs is not None, "only a run that came from a hub can be waited for"
    watched = sys.stdout.isatty() and not as_json
    return run.wait() if watched else run.runs.wait(run.id, None if as_json else line)


def told(run: Run, *, as_json: bool) -> None:
    """Prints a run."""
    if as_json:
        print_json(run)
    else:
        line(run)


def line(run: Run) -> None:
    """Prints how far a run is, and until when it pauses."""
    pause = f", goes on at {run.pause['resumes_at']}" if run.pause else ""
    console.print(f"{run.name}: {run.state}{pause}, {share(run)} samples ({run.id})", highlight=False)


def share(run: Run) -> str:
    """How many samples are done."""
    return f"{run.progress['samples_done']}/{run.progress['samples_total']}"
