"""`innhub admin ...`: what an operator does for the whole hub."""

from collections import Counter
from typing import Annotated

import typer

from innhub.cli.connection import hub
from innhub.cli.output import AsJson, console, print_json_items

app = typer.Typer(help="Look after the whole hub.", no_args_is_help=True)
_UNITS = ("B", "KB", "MB", "GB", "TB")


@app.command("reindex")
def reindex(context: typer.Context, as_json: AsJson = False) -> None:
    """Bring back models and data sets whose records were lost, from the store."""
    found = hub(context).admin.reindex()
    if as_json:
        print_json_items(found)
        return
    counts: Counter[str] = Counter()
    for restored in found:
        if restored.problem:
            counts["not brought back"] += 1
            console.print(
                f"NOT brought back: {restored.kind} {restored.id} in {restored.workspace}: {restored.problem}"
            )
            continue
        counts[restored.kind] += 1
        was = f", which was {restored.was_named}" if restored.was_named else ""
        console.print(f"{restored.kind} {restored.name}{was} in {restored.workspace} ({restored.id})")
    console.print(", ".join(f"{kind}: {count}" for kind, count in counts.items()) or "Nothing was missing.")


@app.command("gc")
def collect(
    context: typer.Context,
    apply: Annotated[bool, typer.Option("--apply", help="Remove it; otherwise it is only listed.")] = False,
    as_json: AsJson = False,
) -> None:
    """List what nobody will ask for again, with its size, and remove it with --apply."""
    found = hub(context).admin.garbage(remove=apply)
    if as_json:
        print_json_items(found)
        return
    objects = size = 0
    for garbage in found:
        objects, size = objects + garbage.objects, size + garbage.bytes
        console.print(
            f"{garbage.kind:<9}{_readable(garbage.bytes):>9}  {garbage.key}  ({garbage.modified})", soft_wrap=True
        )
    if not objects:
        console.print("There is no garbage.")
    elif apply:
        console.print(f"{objects} objects removed, {_readable(size)}.")
    else:
        console.print(f"{objects} objects, {_readable(size)}. `innhub admin gc --apply` removes them.")


def _readable(size: float) -> str:
    for unit in _UNITS[:-1]:
        if size < 1000:
            return f"{size:.0f} {unit}"
        size /= 1000
    return f"{size:.0f} {_UNITS[-1]}"
