"""What commands print: tables for people, JSON for programs, one line for an error."""

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import is_dataclass
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, TextColumn, TransferSpeedColumn
from rich.progress import Progress as Bar
from rich.table import Table

from innhub.uploads import Progress

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON: the object, or the array of items.")]
console = Console()

_SHARE_A_LINE = 10
"""Percent."""


def document(thing: Any) -> Any:
    """A thing of the client as plain JSON."""
    if not is_dataclass(thing) or isinstance(thing, type):
        return thing
    links = {"runs", "explanations"}
    return {name: value for name, value in _shallow(thing).items() if name not in links}


def print_json(thing: Any) -> None:
    """Prints JSON."""
    plain = [document(item) for item in thing] if isinstance(thing, list) else document(thing)
    sys.stdout.write(json.dumps(plain, ensure_ascii=False, indent=2) + "\n")


def print_json_items(items: Iterable[Any]) -> None:
    """Prints an array of JSON objects, each as it comes: there may be more than memory holds."""
    before = "[\n"
    for item in items:
        sys.stdout.write(before + json.dumps(document(item), ensure_ascii=False))
        sys.stdout.flush()
        before = ",\n"
    sys.stdout.write("[]\n" if before == "[\n" else "\n]\n")


def print_table(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Prints a table."""
    table = Table(*headings, box=None, header_style="bold")
    for row in rows:
        table.add_row(*(str(cell) for cell in row))
    console.print(table)


@contextmanager
def upload_progress(name: str) -> Iterator[Progress]:
    """Shows how much of a file has been sent: a bar where a person is looking, else a line now and then."""
    if not sys.stderr.isatty():
        yield _lines(name)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Bar(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(f"sending {name}", total=None)
        yield lambda sent, total: bar.update(task, completed=sent, total=total)


def _lines(name: str) -> Progress:
    told = 0

    def line(sent: int, total: int) -> None:
        nonlocal told
        share = 100 * sent // total
        # A file that is there at once needs no line.
        if share >= told + _SHARE_A_LINE and (told or share < 100):
            told = share
            sys.stderr.write(f"sending {name}: {share} % of {total / 1e6:,.1f} MB\n")

    return line


def _shallow(thing: Any) -> dict[str, Any]:
    return {name: getattr(thing, name) for name in thing.__dataclass_fields__}
