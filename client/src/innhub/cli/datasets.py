"""`innhub datasets ...`."""

from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from innhub.cli.connection import hub
from innhub.cli.output import AsJson, console, print_json, print_table, upload_progress
from innhub.datasets import Dataset

app = typer.Typer(help="Bring, list and look into data sets.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="Name or id of the data set.")]


@app.command("add")
def add(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(help="A folder, a zip, a tar, or one picture.")],
    name: Annotated[str, typer.Option("--name", help="What to call the data set.")],
    labels: Annotated[Path | None, typer.Option(help="A CSV with the columns path and label.")] = None,
    as_json: AsJson = False,
) -> None:
    """Import pictures and wait until they are ready."""
    dataset = hub(context).datasets.add(path, name=name, labels=labels, progress=upload_progress(path.name))
    if as_json:
        print_json(dataset)
    else:
        _show(dataset)


@app.command("list")
def list_datasets(context: typer.Context, as_json: AsJson = False) -> None:
    """List the data sets."""
    datasets = hub(context).datasets.list()
    if as_json:
        print_json(datasets)
    else:
        print_table(
            ["name", "state", "samples", "id"], [[data.name, data.state, len(data), data.id] for data in datasets]
        )


@app.command("show")
def show(context: typer.Context, dataset: Name, as_json: AsJson = False) -> None:
    """Show a data set and the files that were left out of it."""
    found = hub(context).datasets.get(dataset)
    if as_json:
        print_json(found)
    else:
        _show(found)


@app.command("samples")
def samples(
    context: typer.Context,
    dataset: Name,
    label: Annotated[str | None, typer.Option(help="Only samples with this label.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="The most samples to list.")] = 100,
    as_json: AsJson = False,
) -> None:
    """List samples."""
    found = list(islice(hub(context).datasets.samples(dataset, label), limit))
    if as_json:
        print_json(found)
    else:
        rows = [[sample.number, sample.path, sample.label or "", f"{sample.width}x{sample.height}"] for sample in found]
        print_table(["sample", "path", "label", "size"], rows)


@app.command("remove")
def remove(context: typer.Context, dataset: Name) -> None:
    """Remove a data set."""
    hub(context).datasets.remove(dataset)


def _show(dataset: Dataset) -> None:
    console.print(f"[bold]{dataset.name}[/bold] is {dataset.state} ({dataset.id})")
    for failure in dataset.failures:
        console.print(f"  {failure['detail']} {failure.get('advice', '')}")
    if dataset.summary:
        console.print(f"  {dataset.summary['samples']} samples, {dataset.summary['labelled']} with a label")
        for broken in dataset.summary["broken"]:
            console.print(f"  left out: {broken['path']}: {broken['reason']}")
