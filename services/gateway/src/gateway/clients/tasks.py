"""Handing work to the queue."""

from collections.abc import Callable
from typing import Any

from backplane.bus import Bus
from backplane.converters import target_message
from backplane.queues import (
    IMPORT_DATASETS_SUBJECT,
    IMPORT_MODELS_SUBJECT,
    explained_shards_subject,
    shards_subject,
    statistics_subject,
)
from gateway.clients.messages import struct
from gateway.datasets.schemas import DatasetRecord, NewDataset
from gateway.models.schemas import ModelRecord, NewModel
from gateway.runs.kinds import RunKind, RunQueue
from gateway.runs.record import RunRecord
from innhub_proto.events.v1 import events_pb2


async def import_model(bus: Bus, workspace: str, record: ModelRecord, new: NewModel, preprocessing_json: str) -> None:
    """Asks inference to import a model."""
    work = events_pb2.ImportModel(
        model=record.id,
        name=record.name,
        created_by=record.created_by,
        upload=new.upload,
        labels=new.labels,
        preprocessing_json=preprocessing_json,
        builtin=new.builtin,
        weights=new.weights,
        history=new.history,
    )
    task = events_pb2.Task(workspace=workspace, import_model=work)
    await bus.publish(IMPORT_MODELS_SUBJECT, task.SerializeToString(), f"import-{record.id}")


async def import_dataset(bus: Bus, workspace: str, record: DatasetRecord, new: NewDataset) -> None:
    """Asks suggest to import a data set."""
    work = events_pb2.ImportDataset(
        dataset=record.id,
        name=record.name,
        created_by=record.created_by,
        upload=new.upload,
        labels=new.labels,
    )
    task = events_pb2.Task(workspace=workspace, import_dataset=work)
    await bus.publish(IMPORT_DATASETS_SUBJECT, task.SerializeToString(), f"import-{record.id}")


async def work_on_shard(bus: Bus, workspace: str, run: RunRecord, model: str, shard: int) -> None:
    """Asks for one shard of a run to be done with one model. Asking twice at the same attempt is asking once."""
    task = _SHARD_TASKS[run.kind](run, model, shard)
    task.workspace = workspace
    await bus.publish(
        subject(run), task.SerializeToString(), f"shard-{run.id}-{model}-{shard}-{run.attempt}", run.trace
    )


async def merge_predictions(bus: Bus, workspace: str, run: RunRecord, model: str) -> None:
    """Asks for the predictions of a run by one model to be made quick to read. Nothing waits for it."""
    work = events_pb2.MergePredictions(model=model, dataset=run.dataset)
    task = events_pb2.Task(workspace=workspace, merge_predictions=work)
    await bus.publish(statistics_subject(run.id), task.SerializeToString(), f"merge-{run.id}-{model}-{run.attempt}")


def subject(run: RunRecord) -> str:
    """The subject of all tasks of a run."""
    return _SUBJECTS[run.kind.queue](run.id)


def _prediction(run: RunRecord, model: str, shard: int) -> events_pb2.Task:
    work = events_pb2.PredictShard(run=run.id, model=model, dataset=run.dataset, shard=shard, embedding=run.embedding)
    return events_pb2.Task(predict_shard=work)


def _recording(run: RunRecord, model: str, shard: int) -> events_pb2.Task:
    work = events_pb2.RecordActivations(run=run.id, model=model, dataset=run.dataset, layer=run.layer, shard=shard)
    return events_pb2.Task(record_activations=work)


def _explanation(run: RunRecord, model: str, shard: int) -> events_pb2.Task:
    return events_pb2.Task(explain_shard=events_pb2.ExplainShard(**_asked(run, model, shard)))


def _assessment(run: RunRecord, model: str, shard: int) -> events_pb2.Task:
    return events_pb2.Task(assess_shard=events_pb2.AssessShard(**_asked(run, model, shard)))


def _asked(run: RunRecord, model: str, shard: int) -> dict[str, Any]:
    """The fields of a task about explanations."""
    asked = run.explanation
    assert asked is not None, "a run about explanations says of what"
    return {
        "run": run.id,
        "model": model,
        "dataset": run.dataset,
        "shard": shard,
        "method": asked.method,
        "parameters": struct(asked.parameters),
        "target": target_message(asked.target),
        "layer": asked.layer,
        "digest": run.digest,
    }


def _fitting(run: RunRecord, model: str, shard: int) -> events_pb2.Task:
    work = events_pb2.FitPatterns(run=run.id, model=model, dataset=run.dataset, shard=shard)
    return events_pb2.Task(fit_patterns=work)


def _projection(run: RunRecord, model: str, _: int) -> events_pb2.Task:
    return events_pb2.Task(project_embedding=events_pb2.ProjectEmbedding(run=run.id, model=model, dataset=run.dataset))


def _clustering(run: RunRecord, model: str, _: int) -> events_pb2.Task:
    work = events_pb2.ClusterRelevance(run=run.id, model=model, dataset=run.dataset, digest=run.digest, label=run.label)
    return events_pb2.Task(cluster_relevance=work)


_SUBJECTS: dict[RunQueue, Callable[[str], str]] = {
    RunQueue.SHARDS: shards_subject,
    RunQueue.EXPLAINED_SHARDS: explained_shards_subject,
    RunQueue.STATISTICS: statistics_subject,
}
_SHARD_TASKS: dict[RunKind, Callable[[RunRecord, str, int], events_pb2.Task]] = {
    RunKind.PREDICT: _prediction,
    RunKind.ACTIVATIONS: _recording,
    RunKind.EXPLAIN: _explanation,
    RunKind.PATTERNS: _fitting,
    RunKind.QUALITY: _assessment,
    RunKind.UMAP: _projection,
    RunKind.CLUSTERS: _clustering,
}
