"""What begins a run: `innhub predict`, `activations`, `explain-all`, `assess-all`, `patterns`, `umap`, `clusters`."""

from enum import StrEnum
from typing import Annotated

import typer

from innhub.cli.connection import hub
from innhub.cli.explain import DatasetName, MapLayer, MethodId, Settings, parameters_of
from innhub.cli.following import Wait, begun
from innhub.cli.output import AsJson
from innhub.cli.targets import Targets, target_of

ModelName = Annotated[str, typer.Argument(help="Name or id of the model.")]
ModelNames = Annotated[list[str], typer.Argument(help="Names or ids of models.")]


class Urgency(StrEnum):
    """Which of your runs goes first."""

    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


Priority = Annotated[Urgency, typer.Option("--priority", help="Which of your runs goes first.")]


def predict(
    context: typer.Context,
    dataset: DatasetName,
    models: ModelNames,
    embedding: Annotated[bool, typer.Option(help="Keep what the last hidden layer answers; umap needs it.")] = True,
    priority: Priority = Urgency.NORMAL,
    wait: Wait = False,
    as_json: AsJson = False,
) -> None:
    """Let models predict a whole data set."""
    run = hub(context).runs.predict(dataset, models, embedding=embedding, priority=priority)
    begun(run, wait=wait, as_json=as_json)


def record_activations(
    context: typer.Context,
    model: ModelName,
    dataset: DatasetName,
    layer: Annotated[str, typer.Argument(help="Name of the layer; see `innhub models graph`.")],
    priority: Priority = Urgency.NORMAL,
    wait: Wait = False,
    as_json: AsJson = False,
) -> None:
    """Record what every unit of a layer answers to a whole data set, for `innhub suggest strongest`."""
    run = hub(context).runs.record_activations(model, dataset, layer, priority=priority)
    begun(run, wait=wait, as_json=as_json)


def explain_all(
    context: typer.Context,
    dataset: DatasetName,
    models: ModelNames,
    method: MethodId,
    settings: Settings = None,
    targets: Targets = None,
    layer: MapLayer = "",
    priority: Priority = Urgency.NORMAL,
    wait: Wait = False,
    as_json: AsJson = False,
) -> None:
    """Explain every sample of a data set, for `innhub runs relevance` and `innhub suggest reasons`."""
    run = hub(context).runs.explain(
        dataset,
        models,
        method=method,
        parameters=parameters_of(settings),
        target=target_of(targets),
        layer=layer,
        priority=priority,
    )
    begun(run, wait=wait, as_json=as_json)


def assess_all(
    context: typer.Context,
    dataset: DatasetName,
    models: ModelNames,
    method: MethodId,
    settings: Settings = None,
    targets: Targets = None,
    layer: MapLayer = "",
    priority: Priority = Urgency.NORMAL,
    wait: Wait = False,
    as_json: AsJson = False,
) -> None:
    """Check how far the map of every sample can be trusted, for `innhub runs quality`.

    For each sample that takes ten more explanations and 168 forward passes.
    """
    run = hub(context).runs.assess(
        dataset,
        models,
        method=method,
        parameters=parameters_of(settings),
        target=target_of(targets),
        layer=layer,
        priority=priority,
    )
    begun(run, wait=wait, as_json=as_json)


def fit_patterns(
    context: typer.Context,
    model: ModelName,
    dataset: DatasetName,
    priority: Priority = Urgency.NORMAL,
    wait: Wait = False,
    as_json: AsJson = False,
) -> None:
    """Fit to a model, on a data set, the patterns that pattern_net and pattern_attribution need."""
    begun(hub(context).runs.fit_patterns(model, dataset, priority=priority), wait=wait, as_json=as_json)


def umap(
    context: typer.Context,
    dataset: DatasetName,
    models: ModelNames,
    priority: Priority = Urgency.NORMAL,
    wait: Wait = False,
    as_json: AsJson = False,
) -> None:
    """Lay out a data set in the plane as the last hidden layer of each model sees it; `innhub predict` comes before."""
    begun(hub(context).runs.umap(dataset, models, priority=priority), wait=wait, as_json=as_json)


def clusters(
    context: typer.Context,
    run: Annotated[str, typer.Argument(help="Id of a run of `innhub explain-all`.")],
    label: Annotated[str, typer.Option(help="The label whose samples are grouped; left out, all.")] = "",
    priority: Priority = Urgency.NORMAL,
    wait: Wait = False,
    as_json: AsJson = False,
) -> None:
    """Group the samples whose maps look alike."""
    begun(hub(context).runs.clusters(run, label, priority=priority), wait=wait, as_json=as_json)
