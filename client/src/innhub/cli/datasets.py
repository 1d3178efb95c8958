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
    paths: Annotated[list[Path], typer.Argument(help="A folder, a zip or a tar; or pictures and folders.")],
    name: Annotated[str, typer.Option("--name", help="What to call the data set.")],
    labels: Annotated[Path | None, typer.Option(help="A CSV or Parquet table: path, label, other columns.")] = None,
    as_json: AsJson = False,
) -> None:
    """Import pictures and wait until they are ready."""
    with upload_progress(name) as progress:
        dataset = hub(context).datasets.add(paths, name=name, labels=labels, progress=progress)
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


@app.command("export")
def export(
    context: typer.Context,
    dataset: Name,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="The zip to write; else NAME.zip.")] = None,
) -> None:
    """Write a data set as a zip: the original files and labels.csv, which import as the same again."""
    found = hub(context).datasets.get(dataset)
    path = hub(context).datasets.export(found.id, output or Path(f"{found.name}.zip"))
    console.print(f"{found.name}: {len(found)} samples in {path}", highlight=False)


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
        for column in dataset.summary["columns"]:
            console.print(f"  column {column['name']}: {column['kind']}")
        for broken in dataset.summary["broken"]:
            console.print(f"  left out: {broken['path']}: {broken['reason']}")
