"""From what is asked for to a run: what is checked before it begins, so that it is not found out in every shard."""

import asyncio
from importlib.metadata import version

from backplane.telemetry import tracing
from domain.errors import HubError, Reason
from gateway.datasets.schemas import DatasetRecord
from gateway.dependencies import Hub, Scope
from gateway.models.schemas import ModelRecord
from gateway.models.service import require_distinct
from gateway.runs.kinds import RunKind
from gateway.runs.new import NewRun
from gateway.runs.record import ModelProgress, RunRecord

_PATTERN_METHOD = "pattern_net"
_VERSION = version("innhub-gateway")


async def planned(hub: Hub, scope: Scope, new: NewRun) -> RunRecord:
    """The run as it begins.

    Raises:
        HubError: naming what there is not, or what a model does not have or allow.
    """
    if new.kind is RunKind.CLUSTERS:
        return await _of_explained(hub, scope, new)
    dataset = await hub.datasets.records.ready(scope.workspace, new.dataset)
    models = await _ready(hub, scope, new.models)
    require_distinct(models)
    record = _record(scope, new, dataset, models)
    if new.kind is RunKind.ACTIVATIONS:
        await hub.inference.layer(scope.workspace, models[0].id, new.layer)
    if new.kind is RunKind.PATTERNS:
        await _require_patterns_to_apply(hub, scope.workspace, models[0].id)
    if new.explanation is None:
        return record
    asked, place = new.explanation, (scope.workspace, dataset.id)
    plans = await asyncio.gather(*(hub.explainer.plan(place[0], model.id, place[1], asked) for model in models))
    plan = plans[0]
    return record.model_copy(update={"explanation": plan.asked, "digest": plan.digest, "engine_edition": plan.edition})


async def _of_explained(hub: Hub, scope: Scope, new: NewRun) -> RunRecord:
    """A run about the maps of another one: of the models for which there are some."""
    source = await hub.runs.records.get(scope.workspace, new.run)
    explained = [model for model, part in source.progress.items() if part.finished]
    if source.kind is not RunKind.EXPLAIN or not explained:
        raise HubError(
            Reason.ARGUMENT_INVALID if source.kind is not RunKind.EXPLAIN else Reason.NOT_READY,
            f"The run {source.name!r} is of the kind {source.kind} and has explained nothing"
            + (" yet." if source.kind is RunKind.EXPLAIN else "."),
            "Name a run of the kind explain of which at least one shard is done.",
        )
    dataset = await hub.datasets.records.ready(scope.workspace, source.dataset)
    if new.label and (dataset.summary is None or new.label not in dataset.summary.labels):
        raise HubError(
            Reason.ARGUMENT_INVALID,
            f"No sample of the data set {dataset.name!r} has the label {new.label!r}.",
            "GET .../datasets/{dataset} lists its labels; leave label out to group all samples.",
        )
    about = {
        "run": source.id,
        "explanation": source.explanation,
        "digest": source.digest,
        "engine_edition": source.engine_edition,
    }
    return _record(scope, new, dataset, await _ready(hub, scope, explained)).model_copy(update=about)


async def _ready(hub: Hub, scope: Scope, models: list[str]) -> list[ModelRecord]:
    return list(await asyncio.gather(*(hub.models.records.ready(scope.workspace, model) for model in models)))


def _record(scope: Scope, new: NewRun, dataset: DatasetRecord, models: list[ModelRecord]) -> RunRecord:
    assert dataset.summary is not None, "only a data set that is ready can be used in a run"
    return RunRecord(
        name=new.name or f"{new.kind} {dataset.name}",
        created_by=scope.principal.name,
        kind=new.kind,
        priority=new.priority,
        dataset=dataset.id,
        layer=new.layer,
        embedding=new.embedding and new.kind is RunKind.PREDICT,
        label=new.label,
        shards=dataset.summary.shards if new.kind.by_shard else 1,
        samples=dataset.summary.samples,
        progress={model.id: ModelProgress(network=_network(model)) for model in models},
        hub_version=_VERSION,
        trace=tracing.carried(),
    )


def _network(model: ModelRecord) -> str:
    assert model.summary is not None, "only a model that is ready can be used in a run"
    return model.summary.network_digest


async def _require_patterns_to_apply(hub: Hub, workspace: str, model: str) -> None:
    rows = (await hub.explainer.applicable_methods(workspace, model)).methods
    refused = next((row for row in rows if row.method == _PATTERN_METHOD and not row.applicable), None)
    if refused is not None:
        raise HubError(
            Reason.METHOD_NOT_APPLICABLE,
            f"Patterns would be of no use for this model: {refused.reason}",
            "GET .../models/{model}/methods says which methods apply.",
        )
