"""`innhub selections ...`."""

from typing import Annotated

import typer

from innhub.cli.conditions import Where
from innhub.cli.connection import hub
from innhub.cli.output import AsJson, console, print_json, print_table

app = typer.Typer(help="Samples that somebody put together for others.", no_args_is_help=True)
SelectionName = Annotated[str, typer.Argument(help="Name of the selection.")]


@app.command("list")
def list_selections(context: typer.Context, as_json: AsJson = False) -> None:
    """List the selections of the workspace."""
    found = hub(context).selections.list()
    if as_json:
        print_json(found)
        return
    rows = [[one["name"], one["count"], one["created_by"], one["note"]] for one in found]
    print_table(["name", "samples", "by", "note"], rows)


@app.command("show")
def show(context: typer.Context, name: SelectionName, as_json: AsJson = False) -> None:
    """Show a selection."""
    found = hub(context).selections.get(name)
    if as_json:
        print_json(found)
        return
    console.print(f"{found['name']}: {found['count']} samples, by {found['created_by']}. {found['note']}")
    console.print(" ".join(str(number) for number in found["samples"]))


@app.command("save")
def save(
    context: typer.Context,
    name: SelectionName,
    dataset: Annotated[str, typer.Argument(help="Name or id of the data set.")],
    samples: Annotated[list[int] | None, typer.Argument(help="Numbers of samples; none with --where.")] = None,
    models: Annotated[
        list[str] | None, typer.Option("--model", "-m", help="A model whose answers conditions speak of.")
    ] = None,
    where: Where = None,
    note: Annotated[str, typer.Option(help="What they have in common.")] = "",
    as_json: AsJson = False,
) -> None:
    """Save samples under a name: by their numbers, or all that meet conditions now."""
    found = hub(context).selections.save(
        name, dataset, samples=samples or None, models=models or (), where=where or (), note=note
    )
    if as_json:
        print_json(found)
        return
    console.print(f"{found['name']}: {found['count']} samples")


@app.command("remove")
def remove(context: typer.Context, name: SelectionName) -> None:
    """Remove a selection; its samples stay where they are."""
    hub(context).selections.remove(name)
