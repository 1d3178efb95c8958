"""`innhub runs ...`, and what begins one: `innhub predict`, `activations`, `explain-all` and `patterns`."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from innhub.cli.connection import hub
from innhub.cli.explain import DatasetName, MapLayer, MethodId, Settings, parameters_of
from innhub.cli.output import AsJson, console, print_json, print_table
from innhub.cli.targets import Targets, target_of
from innhub.connection import JSON
from innhub.runs import Run

app = typer.Typer(help="Follow and end runs.", no_args_is_help=True)
Wait = Annotated[bool, typer.Option("--wait", help="Wait until the run has ended.")]
RunId = Annotated[str, typer.Argument(help="Id of the run.")]
ModelOfRun = Annotated[str, typer.Option("--model", help="Name or id of one of the run's models.")]


def predict(
    context: typer.Context,
    dataset: Annotated[str, typer.Argument(help="Name or id of the data set.")],
    models: Annotated[list[str], typer.Argument(help="Names or ids of models.")],
    wait: Wait = False,
    as_json: AsJson = False,
) -> None:
    """Let models predict a whole data set."""
    _begun(hub(context).predict(dataset, models), wait=wait, as_json=as_json)


def record_activations(
    context: typer.Context,
    model: Annotated[str, typer.Argument(help="Name or id of the model.")],
    dataset: Annotated[str, typer.Argument(help="Name or id of the data set.")],
    layer: Annotated[str, typer.Argument(help="Name of the layer; see `innhub models graph`.")],
    wait: Wait = False,
    as_json: AsJson = False,
) -> None:
    """Record what every unit of a layer answers to a whole data set, for `innhub suggest strongest`."""
    _begun(hub(context).record_activations(model, dataset, layer), wait=wait, as_json=as_json)


def explain_all(
    context: typer.Context,
    dataset: DatasetName,
    models: Annotated[list[str], typer.Argument(help="Names or ids of models.")],
    method: MethodId,
    settings: Settings = None,
    targets: Targets = None,
    layer: MapLayer = "",
    wait: Wait = False,
    as_json: AsJson = False,
) -> None:
    """Explain every sample of a data set, for `innhub runs relevance` and `innhub suggest reasons`."""
    run = hub(context).explain_all(
        dataset,
        models,
        method=method,
        parameters=parameters_of(settings),
        target=target_of(targets),
        layer=layer,
    )
    _begun(run, wait=wait, as_json=as_json)


def fit_patterns(
    context: typer.Context,
    model: Annotated[str, typer.Argument(help="Name or id of the model.")],
    dataset: DatasetName,
    wait: Wait = False,
    as_json: AsJson = False,
) -> None:
    """Fit to a model, on a data set, the patterns that pattern_net and pattern_attribution need."""
    _begun(hub(context).fit_patterns(model, dataset), wait=wait, as_json=as_json)


@app.command("relevance")
def relevance(
    context: typer.Context,
    run: RunId,
    model: ModelOfRun,
    output: Annotated[Path, typer.Option("-o", "--output", help="The .npy file to write.")],
) -> None:
    """Write what a run explained for a model: one array (samples, height, width)."""
    if output.suffix != ".npy":
        raise typer.BadParameter("must end in .npy", param_hint="--output")
    hub(context).runs.get(run).save_relevance(model, output)
    console.print(f"written to {output}", highlight=False)


@app.command("explained")
def explained(context: typer.Context, run: RunId, model: ModelOfRun, as_json: AsJson = False) -> None:
    """List what a run explained for each sample, and why it could not explain some."""
    found = list(hub(context).runs.explained(run, model))
    if as_json:
        print_json(found)
        return
    rows = [
        [entry["sample"], *(["", "", "", entry["refusal"]["detail"]] if entry["refusal"] else _values(entry))]
        for entry in found
    ]
    print_table(["sample", "target", "value", "sum of relevance", "why not"], rows)


@app.command("list")
def list_runs(context: typer.Context, as_json: AsJson = False) -> None:
    """List the runs."""
    runs = hub(context).runs.list()
    if as_json:
        print_json(runs)
    else:
        rows = [[run.id, run.name, run.state, _share(run)] for run in runs]
        print_table(["id", "name", "state", "samples"], rows)


@app.command("watch")
def watch(context: typer.Context, run: RunId, as_json: AsJson = False) -> None:
    """Follow a run until it has ended."""
    ended = _ended(hub(context).runs.get(run), as_json=as_json)
    if as_json:
        print_json(ended)


@app.command("cancel")
def cancel(context: typer.Context, run: RunId, as_json: AsJson = False) -> None:
    """End a run; what has begun is let finish."""
    ended = hub(context).runs.cancel(run)
    if as_json:
        print_json(ended)
    else:
        _line(ended)


def _values(entry: JSON) -> list[object]:
    return [entry["target_name"], f"{entry['target_value']:.6g}", f"{entry['relevance_sum']:.6g}", ""]


def _begun(run: Run, *, wait: bool, as_json: bool) -> None:
    if wait:
        run = _ended(run, as_json=as_json)
    if as_json:
        print_json(run)
    else:
        _line(run)


def _ended(run: Run, *, as_json: bool) -> Run:
    """The run once it has ended: behind a bar where somebody is looking, else with a line a change."""
    assert run.runs is not None, "only a run that came from a hub can be waited for"
    return run.wait() if _watched(as_json=as_json) else run.runs.wait(run.id, None if as_json else _line)


def _watched(*, as_json: bool) -> bool:
    return sys.stdout.isatty() and not as_json


def _line(run: Run) -> None:
    console.print(f"{run.name}: {run.state}, {_share(run)} samples ({run.id})", highlight=False)


def _share(run: Run) -> str:
    return f"{run.progress['samples_done']}/{run.progress['samples_total']}"
