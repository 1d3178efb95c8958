"""`innhub explain` and `innhub methods`."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from innhub.cli.connection import hub
from innhub.cli.output import AsJson, console, print_json, print_table
from innhub.datasets import Sample
from innhub.errors import HubError
from innhub.explanations import Explanation, Target


def explain(
    context: typer.Context,
    model: Annotated[str, typer.Argument(help="Name or id of the model.")],
    dataset: Annotated[str, typer.Argument(help="Name or id of the data set.")],
    sample: Annotated[int, typer.Argument(min=0, help="Number of the sample, from 0.")],
    method: Annotated[str, typer.Option("--method", help="Id of a method; see `innhub methods`.")],
    settings: Annotated[list[str] | None, typer.Option("--set", help="A parameter, as name=value.")] = None,
    target: Annotated[
        str, typer.Option(help="predicted, label, a class by name or index, or LAYER:UNIT.")
    ] = "predicted",
    layer: Annotated[str, typer.Option(help="Where a class activation map is taken.")] = "",
    engine: Annotated[
        str, typer.Option(help="native, innvestigate or innvestigate-named, of those that have the method.")
    ] = "native",
    overlay: Annotated[float, typer.Option(min=0, max=1, help="Strength of the map over the picture.")] = 0.6,
    colormap: Annotated[str, typer.Option(help="A colour map; left out, one that fits.")] = "",
    output: Annotated[Path | None, typer.Option("-o", "--output", help="A .png or .npy file to write.")] = None,
    as_json: AsJson = False,
) -> None:
    """Explain the answer of a model for one sample."""
    if output is not None and output.suffix not in {".png", ".npy"}:
        raise typer.BadParameter("must end in .png or .npy", param_hint="--output")
    explanation = hub(context).explain(
        model,
        Sample(dataset, sample),
        method=method,
        parameters=dict(_setting(text) for text in settings or []),
        target=_target(target),
        layer=layer,
        engine=engine,
    )
    if output is not None:
        _write(explanation, output, overlay, colormap)
    if as_json:
        print_json(explanation)
    else:
        _show(explanation, output)


def methods(
    context: typer.Context,
    method: Annotated[str | None, typer.Argument(help="Id of a method, to see its parameters.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the explanation methods, or describe one."""
    catalogue = hub(context).methods()
    if method is not None:
        _describe(catalogue, method, as_json=as_json)
    elif as_json:
        print_json(catalogue)
    else:
        print_table(
            ["method", "title", "family", "engines"],
            [[entry["id"], entry["title"], entry["family"], ", ".join(entry["engines"])] for entry in catalogue],
        )


def _describe(catalogue: list[dict[str, Any]], method: str, *, as_json: bool) -> None:
    found = next((entry for entry in catalogue if entry["id"] == method), None)
    if found is None:
        names = ", ".join(entry["id"] for entry in catalogue)
        raise HubError("METHOD_UNKNOWN", f"There is no method {method!r}.", f"There are {names}.")
    if as_json:
        print_json(found)
        return
    console.print(
        f"[bold]{found['title']}[/bold] ({found['id']})\n{found['summary']}\n{found['paper']}", highlight=False
    )
    for name, schema in found["parameters"].get("properties", {}).items():
        console.print(f"  {name} = {schema.get('default')}: {schema.get('description', '')}", highlight=False)


def _setting(text: str) -> tuple[str, Any]:
    name, separator, value = text.partition("=")
    if not separator:
        raise typer.BadParameter(f"{text!r} is not name=value", param_hint="--set")
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value


def _target(text: str) -> Target:
    if text.isdecimal():
        return int(text)
    layer, separator, unit = text.rpartition(":")
    return {"layer": layer, "unit": int(unit)} if separator and unit.isdecimal() else text


def _write(explanation: Explanation, output: Path, overlay: float, colormap: str) -> None:
    if output.suffix == ".npy":
        output.write_bytes(explanation.npy())
    else:
        explanation.image(overlay=overlay, colormap=colormap).save(output)


def _show(explanation: Explanation, output: Path | None) -> None:
    console.print(f"{explanation.method} for {explanation.target_name!r} (value {explanation.target_value:.6g})")
    for ranked in explanation.top:
        console.print(f"  {ranked['score']:.4f}  {ranked['name']}", highlight=False)
    for warning in explanation.warnings:
        console.print(f"note: {warning}", highlight=False)
    if output is not None:
        console.print(f"written to {output}")
