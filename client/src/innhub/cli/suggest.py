"""`innhub suggest ...`."""

import csv
from pathlib import Path
from typing import Annotated

import typer

from innhub.cli.connection import hub
from innhub.cli.explain import MapLayer, MethodId, Settings, parameters_of
from innhub.cli.output import AsJson, console, print_json, print_table
from innhub.cli.targets import Targets, target_of
from innhub.connection import JSON
from innhub.errors import HubError
from innhub.suggestions import reason_row, row

app = typer.Typer(help="Find the samples that deserve a look.", no_args_is_help=True)
DatasetName = Annotated[str, typer.Argument(help="Name or id of the data set.")]
ModelNames = Annotated[list[str], typer.Argument(help="Names or ids of models.")]
CsvFile = Annotated[Path | None, typer.Option("-o", "--output", help="Write a CSV file.")]


@app.command("agreement")
def agreement(
    context: typer.Context,
    dataset: DatasetName,
    models: ModelNames,
    output: CsvFile = None,
    as_json: AsJson = False,
) -> None:
    """Place every sample by how sure the models are and how many different answers they give."""
    found = hub(context).suggest.agreement(dataset, models)
    _print(found.rows(), output, as_json=as_json)
    if found.missing and not as_json:
        console.print(f"{found.missing} samples are not yet predicted by all the models.")


@app.command("histogram")
def histogram(
    context: typer.Context,
    dataset: DatasetName,
    model: Annotated[str, typer.Argument(help="Name or id of the model.")],
    bins: Annotated[int, typer.Option(min=1, max=1000)] = 20,
    as_json: AsJson = False,
) -> None:
    """Count the samples by 1 - p(label)."""
    found = hub(context).suggest.histogram(dataset, model, bins=bins)
    if as_json:
        print_json(found)
        return
    most = max((bar["samples"] for bar in found["bins"]), default=0)
    for bar in found["bins"]:
        length = round(40 * bar["samples"] / most) if most else 0
        console.print(f"{bar['lower']:.2f} - {bar['upper']:.2f}  {'█' * length} {bar['samples']}")


@app.command("samples")
def samples(
    context: typer.Context,
    dataset: DatasetName,
    models: ModelNames,
    label: Annotated[str | None, typer.Option(help="Only samples with this label.")] = None,
    predicted: Annotated[str | None, typer.Option(help="Only samples that the first model calls this.")] = None,
    correct: Annotated[bool | None, typer.Option(help="Only those that the first model gets right, or wrong.")] = None,
    order: Annotated[str, typer.Option(help="number, mean_score, predicted_classes or label_error.")] = "number",
    descending: Annotated[bool, typer.Option(help="Largest first.")] = False,
    output: CsvFile = None,
    as_json: AsJson = False,
) -> None:
    """List samples with the answers of models, filtered and sorted."""
    points = hub(context).suggest.samples(
        dataset, models, label=label, predicted=predicted, correct=correct, order=order, descending=descending
    )
    _print([row(point, models) for point in points], output, as_json=as_json)


@app.command("strongest")
def strongest(
    context: typer.Context,
    model: Annotated[str, typer.Argument(help="Name or id of the model.")],
    dataset: DatasetName,
    layer: Annotated[str, typer.Argument(help="Name of the layer; see `innhub models graph`.")],
    unit: Annotated[int, typer.Argument(min=0, help="Number of the unit or channel, from 0.")],
    limit: Annotated[int, typer.Option(min=1, max=1000, help="The most samples to list.")] = 24,
    as_json: AsJson = False,
) -> None:
    """List the samples to which a unit answers most strongly, of those that `innhub activations` has recorded."""
    found = hub(context).suggest.strongest(dataset, model, layer, unit, limit=limit)
    if as_json:
        print_json(found["items"])
        return
    rows = [[entry["sample"], entry["label"] or "", f"{entry['activation']:.6g}"] for entry in found["items"]]
    print_table(["sample", "label", "activation"], rows)
    console.print(f"of {found['total']} samples recorded")


@app.command("reasons")
def reasons(
    context: typer.Context,
    dataset: DatasetName,
    models: ModelNames,
    method: MethodId,
    settings: Settings = None,
    targets: Targets = None,
    layer: MapLayer = "",
    top: Annotated[float, typer.Option(min=0, max=1, help="The share of the cells that count as most relevant.")] = 0.1,
    output: CsvFile = None,
    as_json: AsJson = False,
) -> None:
    """Find the same answers with different reasons, of what `innhub explain-all` has explained in the same way."""
    found = hub(context).suggest.reasons(
        dataset,
        models,
        method=method,
        parameters=parameters_of(settings),
        target=target_of(targets),
        layer=layer,
        top=top,
    )
    _print([reason_row(entry, models) for entry in found], output, as_json=as_json)


def _print(rows: list[JSON], output: Path | None, *, as_json: bool) -> None:
    flat = [_flat(entry) for entry in rows]
    if output is not None:
        _write(output, flat)
    if as_json:
        print_json(rows)
    elif output is None:
        print_table(list(flat[0]) if flat else ["sample"], [list(entry.values()) for entry in flat])


def _flat(entry: JSON) -> JSON:
    """A row without nesting: a column for the class and one for the score of each model."""
    columns = {name: value for name, value in entry.items() if name != "answers"}
    for model, answer in entry["answers"].items():
        columns[f"{model} class"] = answer["class"]
        columns[f"{model} score"] = answer["score"]
    return columns


def _write(path: Path, rows: list[JSON]) -> None:
    if path.suffix != ".csv":
        raise HubError("ARGUMENT_INVALID", f"{path} is no .csv file.", "Give a name that ends in .csv.")
    with path.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]) if rows else ["sample"])
        writer.writeheader()
        writer.writerows(rows)
