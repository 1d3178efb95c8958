"""`innhub models layer`, `training` and `activations`: what is inside a network."""

from pathlib import Path
from typing import Annotated

import typer

from innhub.cli.connection import hub
from innhub.cli.models import Name
from innhub.cli.output import AsJson, console, print_json, print_table
from innhub.datasets import Sample

Layer = Annotated[str, typer.Argument(help="Name of the layer; see `innhub models graph`.")]


def layer(context: typer.Context, model: Name, layer: Layer, as_json: AsJson = False) -> None:
    """Show a layer, and how the values of its weights are spread."""
    found = hub(context).models.layer(model, layer)
    if as_json:
        print_json(found)
        return
    for name, value in found["layer"].items():
        console.print(f"  {name.replace('_', ' ')}: {value}", highlight=False)
    if found["weights"]:
        columns = ("weight", "shape", "minimum", "mean", "maximum", "deviation", "zeros")
        print_table(columns, [[_shown(weight[column]) for column in columns] for weight in found["weights"]])


def training(context: typer.Context, model: Name, as_json: AsJson = False) -> None:
    """Show how a network was trained, as far as its file or a history beside it tells."""
    found = hub(context).models.training(model)
    if as_json:
        print_json(found)
        return
    if not any(found.values()):
        console.print("Nothing tells how this model was trained.")
    for name in ("optimizer", "optimizer_settings", "loss", "metrics"):
        if found[name]:
            console.print(f"  {name.replace('_', ' ')}: {found[name]}", highlight=False)
    for quantity, values in found["history"].items():
        console.print(f"  {quantity}: {', '.join(_shown(value) for value in values)}", highlight=False)


def activations(
    context: typer.Context,
    model: Name,
    dataset: Annotated[str, typer.Argument(help="Name or id of the data set.")],
    sample: Annotated[int, typer.Argument(min=0, help="Number of the sample, from 0.")],
    layer: Layer,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="The most units to list.")] = 32,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="A .png file for the strongest maps.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the units of a layer that answer most strongly to a sample, and draw their maps."""
    if output is not None and output.suffix != ".png":
        raise typer.BadParameter("must end in .png", param_hint="--output")
    models = hub(context).models
    found = models.activations(model, Sample(dataset, sample), layer, limit=limit)
    if output is not None:
        models.activation_maps(model, Sample(dataset, sample), layer).save(output)
    if as_json:
        print_json(found)
        return
    rows = [[unit["unit"], _shown(unit["mean"]), _shown(unit["maximum"])] for unit in found["units"]]
    print_table(["unit", "mean", "maximum"], rows)
    console.print(f"{len(rows)} of {found['units_total']} units")


def _shown(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)
