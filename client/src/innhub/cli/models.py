"""`innhub models ...`."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from innhub.cli.connection import hub
from innhub.cli.output import AsJson, console, print_json, print_table, upload_progress
from innhub.connection import JSON
from innhub.models import Model

app = typer.Typer(help="Bring, list and describe models.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="Name or id of the model.")]


@app.command("add")
def add(
    context: typer.Context,
    source: Annotated[str, typer.Argument(metavar="FILE|keras:NAME", help="A model file, or a classifier of Keras.")],
    name: Annotated[str, typer.Option("--name", help="What to call the model.")],
    weights: Annotated[
        str | None, typer.Option(help='For keras:NAME: "imagenet" (the default), "none", or a file of weights.')
    ] = None,
    labels: Annotated[str | None, typer.Option(help='"imagenet", or a file with one class a line.')] = None,
    preprocessing: Annotated[
        str | None, typer.Option(help="raw, unit, tf, caffe, torch, or a JSON object; left out: guessed.")
    ] = None,
    history: Annotated[Path | None, typer.Option(help="The history of its training, as CSV or JSON.")] = None,
    as_json: AsJson = False,
) -> None:
    """Import a model and wait until it is ready."""
    with upload_progress(source) as progress:
        model = hub(context).models.add(
            source,
            name=name,
            weights=weights,
            labels=labels,
            preprocessing=_preprocessing(preprocessing),
            history=history,
            progress=progress,
        )
    if as_json:
        print_json(model)
    else:
        _show(model)


@app.command("list")
def list_models(context: typer.Context, as_json: AsJson = False) -> None:
    """List the models."""
    models = hub(context).models.list()
    if as_json:
        print_json(models)
    else:
        print_table(["name", "state", "id"], [[model.name, model.state, model.id] for model in models])


@app.command("show")
def show(context: typer.Context, model: Name, as_json: AsJson = False) -> None:
    """Show a model: its input, classes and preprocessing, and what the import changed."""
    found = hub(context).models.get(model)
    if as_json:
        print_json(found)
    else:
        _show(found)


@app.command("graph")
def graph(context: typer.Context, model: Name, as_json: AsJson = False) -> None:
    """List the layers of a network."""
    layers = hub(context).models.graph(model)
    if as_json:
        print_json(layers)
    else:
        rows = [
            [
                layer["name"],
                layer["kind"],
                "x".join(map(str, layer["output_shape"])),
                layer["parameters"],
                layer["multiply_adds"],
            ]
            for layer in layers
        ]
        print_table(["layer", "kind", "output", "parameters", "multiply-adds"], rows)


@app.command("methods")
def methods(context: typer.Context, model: Name, as_json: AsJson = False) -> None:
    """List which explanation methods apply to a model, and why others do not."""
    rows = hub(context).models.methods(model)
    if as_json:
        print_json(rows)
    else:
        print_methods(rows)


@app.command("remove")
def remove(context: typer.Context, model: Name) -> None:
    """Remove a model."""
    hub(context).models.remove(model)


def print_methods(rows: list[JSON]) -> None:
    """Prints which methods apply."""
    print_table(
        ["method", "applies", "layer or reason"],
        [[row["method"], "yes" if row["applicable"] else "no", row["reason"] or row["layer"]] for row in rows],
    )


def _preprocessing(text: str | None) -> str | dict[str, Any] | None:
    if text is None or not text.lstrip().startswith("{"):
        return text
    try:
        document: dict[str, Any] = json.loads(text)
    except ValueError as error:
        raise typer.BadParameter(f"no JSON object: {error}", param_hint="--preprocessing") from error
    return document


def _show(model: Model) -> None:
    console.print(f"[bold]{model.name}[/bold] is {model.state} ({model.id})")
    for failure in model.failures:
        console.print(f"  {failure['detail']} {failure.get('advice', '')}")
    for name, value in (model.summary or {}).items():
        if name != "changes":
            console.print(f"  {name.replace('_', ' ')}: {value}")
    for change in (model.summary or {}).get("changes", []):
        console.print(f"  note: {change}")
