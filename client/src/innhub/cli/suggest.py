"""`innhub suggest ...`."""

import csv
from pathlib import Path
from typing import Annotated

import typer

from innhub.cli.conditions import Where
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
TableFile = Annotated[
    Path | None, typer.Option("-o", "--output", help="Write all of them to a file that ends in .csv or .parquet.")
]


@app.command("agreement")
def agreement(
    context: typer.Context,
    dataset: DatasetName,
    models: ModelNames,
    where: Where = None,
    output: TableFile = None,
    as_json: AsJson = False,
) -> None:
    """Place every sample by how sure the models are and how many different answers they give."""
    suggest = hub(context).suggest
    if output is not None:
        suggest.save_samples(output, dataset, models, where=where)
        console.print(f"written to {output}")
        return
    found = suggest.agreement(dataset, models, where=where or ())
    _print(found.rows(), as_json=as_json)
    if as_json:
        return
    for quadrant in found.quadrants:
        console.print(f"{quadrant['samples']:>8} {quadrant['title'].lower()}: {quadrant['meaning']}")
    if found.missing:
        console.print(f"{found.missing} samples are not yet predicted by all the models.")


@app.command("histogram")
def histogram(
    context: typer.Context,
    dataset: DatasetName,
    model: Annotated[str, typer.Argument(help="Name or id of the model.")],
    quantity: Annotated[
        str, typer.Option(help="label_error (1 - p(label)), score, margin, entropy or activation.")
    ] = "label_error",
    bins: Annotated[int, typer.Option(min=1, max=1000)] = 20,
    layer: Annotated[str, typer.Option(help="Of activations: the layer.")] = "",
    unit: Annotated[int | None, typer.Option(min=0, help="Of activations: a unit; their mean, if left out.")] = None,
    where: Where = None,
    as_json: AsJson = False,
) -> None:
    """Count the samples by 1 - p(label), or by another quantity."""
    found = hub(context).suggest.histogram(
        dataset, model, quantity=quantity, bins=bins, layer=layer, unit=unit, where=where or ()
    )
    if as_json:
        print_json(found)
        return
    most = max((bar["samples"] for bar in found["bins"]), default=0)
    for bar in found["bins"]:
        length = round(40 * bar["samples"] / most) if most else 0
        console.print(f"{bar['lower']:.2f} - {bar['upper']:.2f}  {'█' * length} {bar['samples']}")


@app.command("calibration")
def calibration(
    context: typer.Context,
    dataset: DatasetName,
    model: Annotated[str, typer.Argument(help="Name or id of the model.")],
    bins: Annotated[int, typer.Option(min=1, max=1000)] = 10,
    where: Where = None,
    as_json: AsJson = False,
) -> None:
    """Hold the scores of a model against how often it is right."""
    found = hub(context).suggest.calibration(dataset, model, bins=bins, where=where or ())
    if as_json:
        print_json(found)
        return
    rows = [
        [f"{bar['lower']:.2f} - {bar['upper']:.2f}", bar["samples"], _share(bar["mean_score"]), _share(bar["accuracy"])]
        for bar in found["bins"]
    ]
    print_table(["score", "samples", "mean score", "right"], rows)
    error, accuracy = found["expected_calibration_error"], found["accuracy"]
    console.print(f"right {accuracy:.3f}, expected calibration error {error:.3f}, of {found['samples']} samples")


@app.command("confusion")
def confusion(
    context: typer.Context,
    dataset: DatasetName,
    models: Annotated[list[str], typer.Argument(help="One model, to hold against labels, or two.")],
    column: Annotated[str, typer.Option(help="A column to hold one model against; the label, if left out.")] = "",
    max_classes: Annotated[int, typer.Option(min=1, max=200, help="The most classes a side.")] = 50,
    where: Where = None,
    as_json: AsJson = False,
) -> None:
    """Count who says A where the label, or the other model, says B."""
    found = hub(context).suggest.confusion(dataset, models, column=column, max_classes=max_classes, where=where or ())
    if as_json:
        print_json(found)
        return
    sides = models if len(models) > 1 else [column or "label", models[0]]
    rows = [[cell["row"], cell["column"], cell["samples"]] for cell in found["most_confused"]]
    print_table([*sides, "samples"], rows)
    console.print(f"the same {found['equal']} times, of {found['samples']} samples")


@app.command("samples")
def samples(
    context: typer.Context,
    dataset: DatasetName,
    models: ModelNames,
    where: Where = None,
    label: Annotated[str | None, typer.Option(help="Only samples with this label.")] = None,
    predicted: Annotated[str | None, typer.Option(help="Only samples that the first model calls this.")] = None,
    correct: Annotated[bool | None, typer.Option(help="Only those that the first model gets right, or wrong.")] = None,
    order: Annotated[str, typer.Option(help="A quantity, for instance mean_score or entropy@MODEL.")] = "number",
    descending: Annotated[bool, typer.Option(help="Largest first.")] = False,
    output: TableFile = None,
    as_json: AsJson = False,
) -> None:
    """List samples with the answers of models, filtered and sorted."""
    named = {"label": label, "predicted": predicted, "correct": None if correct is None else str(correct).lower()}
    conditions = [*(where or ()), *(f"{name}={value}" for name, value in named.items() if value is not None)]
    asked = {"where": conditions, "order": order, "descending": descending}
    if output is not None:
        hub(context).suggest.save_samples(output, dataset, models, **asked)
        console.print(f"written to {output}")
        return
    _print([row(point, models) for point in hub(context).suggest.samples(dataset, models, **asked)], as_json=as_json)


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


def _print(rows: list[JSON], output: Path | None = None, *, as_json: bool) -> None:
    flat = [_flat(entry) for entry in rows]
    if output is not None:
        _write(output, flat)
    if as_json:
        print_json(rows)
    elif output is None:
        print_table(list(flat[0]) if flat else ["sample"], [list(entry.values()) for entry in flat])


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


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
