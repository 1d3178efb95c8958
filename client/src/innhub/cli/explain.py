"""`innhub explain` and `innhub methods`."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from innhub.cli.connection import hub
from innhub.cli.output import AsJson, console, document, print_json, print_table
from innhub.cli.targets import Targets, target_of
from innhub.datasets import Sample
from innhub.errors import HubError
from innhub.explanations import Explanation
from innhub.quality import Quality

DatasetName = Annotated[str, typer.Argument(help="Name or id of the data set.")]
MethodId = Annotated[str, typer.Option("--method", help="Id of a method; see `innhub methods`.")]
Settings = Annotated[list[str] | None, typer.Option("--set", help="A parameter, as name=value.")]
MapLayer = Annotated[str, typer.Option(help="Where a class activation map is taken.")]


def explain(
    context: typer.Context,
    model: Annotated[str, typer.Argument(help="Name or id of the model.")],
    dataset: DatasetName,
    sample: Annotated[int, typer.Argument(min=0, help="Number of the sample, from 0.")],
    method: MethodId,
    settings: Settings = None,
    targets: Targets = None,
    layer: MapLayer = "",
    engine: Annotated[
        str, typer.Option(help="native, innvestigate or innvestigate-named, of those that have the method.")
    ] = "native",
    overlay: Annotated[float, typer.Option(min=0, max=1, help="Strength of the map over the picture.")] = 0.6,
    colormap: Annotated[str, typer.Option(help="A colour map; left out, one that fits.")] = "",
    output: Annotated[Path | None, typer.Option("-o", "--output", help="A .png or .npy file to write.")] = None,
    quality: Annotated[bool, typer.Option("--quality", help="Check how far the map can be trusted.")] = False,
    patience: Annotated[
        float, typer.Option(min=1, max=600, help="Refuse a check that is expected to take more seconds.")
    ] = 120.0,
    as_json: AsJson = False,
) -> None:
    """Explain the answer of a model for one sample."""
    if output is not None and output.suffix not in {".png", ".npy"}:
        raise typer.BadParameter("must end in .png or .npy", param_hint="--output")
    explanation = hub(context).explain(
        model,
        Sample(dataset, sample),
        method=method,
        parameters=parameters_of(settings),
        target=target_of(targets),
        layer=layer,
        engine=engine,
    )
    if output is not None:
        _write(explanation, output, overlay, colormap)
    found = explanation.quality(patience_seconds=patience) if quality else None
    if as_json:
        print_json(document(explanation) | ({"quality": found.document} if found else {}))
        return
    _show(explanation, output)
    if found is not None:
        _show_quality(found)


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


def parameters_of(settings: list[str] | None) -> dict[str, Any]:
    """The parameters that are set, each as name=value; a value that is no JSON is a word."""
    return dict(_setting(text) for text in settings or [])


def _setting(text: str) -> tuple[str, Any]:
    name, separator, value = text.partition("=")
    if not separator:
        raise typer.BadParameter(f"{text!r} is not name=value", param_hint="--set")
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value


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


def _show_quality(quality: Quality) -> None:
    console.print(f"quality: {quality.grade}. {quality.summary}", highlight=False)
    for finding in quality.findings:
        console.print(f"  {finding.check}: {finding.grade}. {finding.sentence}", highlight=False)
