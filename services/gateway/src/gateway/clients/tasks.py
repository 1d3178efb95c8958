"""Handing work to the queue."""

from collections.abc import Callable

from backplane.bus import Bus
from backplane.converters import target_message
from backplane.queues import (
    IMPORT_DATASETS_SUBJECT,
    IMPORT_MODELS_SUBJECT,
    explained_shards_subject,
    shards_subject,
)
from gateway.clients.messages import struct
from gateway.datasets.schemas import DatasetRecord, NewDataset
from gateway.models.schemas import ModelRecord, NewModel
from gateway.runs.schemas import RunKind, RunRecord
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
    """Asks for one shard of a run to be done with one model. Asking twice does no harm."""
    task = _SHARD_TASKS[run.kind](run, model, shard)
    task.workspace = workspace
    await bus.publish(subject(run), task.SerializeToString(), f"shard-{run.id}-{model}-{shard}")


def subject(run: RunRecord) -> str:
    """The subject of all tasks of a run: inference works on some kinds, the explainers on the others."""
    return (explained_shards_subject if run.kind in _FOR_EXPLAINERS else shards_subject)(run.id)


def _prediction(run: RunRecord, model: str, shard: int) -> events_pb2.Task:
    work = events_pb2.PredictShard(run=run.id, model=model, dataset=run.dataset, shard=shard)
    return events_pb2.Task(predict_shard=work)


def _recording(run: RunRecord, model: str, shard: int) -> events_pb2.Task:
    work = events_pb2.RecordActivations(run=run.id, model=model, dataset=run.dataset, layer=run.layer, shard=shard)
    return events_pb2.Task(record_activations=work)


def _explanation(run: RunRecord, model: str, shard: int) -> events_pb2.Task:
    asked = run.explanation
    assert asked is not None, "a run that explains says what"
    work = events_pb2.ExplainShard(
        run=run.id,
        model=model,
        dataset=run.dataset,
        shard=shard,
        method=asked.method,
        parameters=struct(asked.parameters),
        target=target_message(asked.target),
        layer=asked.layer,
        digest=run.digest,
    )
    return events_pb2.Task(explain_shard=work)


def _fitting(run: RunRecord, model: str, shard: int) -> events_pb2.Task:
    work = events_pb2.FitPatterns(run=run.id, model=model, dataset=run.dataset, shard=shard)
    return events_pb2.Task(fit_patterns=work)


_FOR_EXPLAINERS = {RunKind.EXPLAIN, RunKind.PATTERNS}
_SHARD_TASKS: dict[RunKind, Callable[[RunRecord, str, int], events_pb2.Task]] = {
    RunKind.PREDICT: _prediction,
    RunKind.ACTIVATIONS: _recording,
    RunKind.EXPLAIN: _explanation,
    RunKind.PATTERNS: _fitting,
}
