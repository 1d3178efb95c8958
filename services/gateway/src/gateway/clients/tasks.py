"""Handing work to the queue."""

from backplane.bus import Bus
from backplane.queues import IMPORT_DATASETS_SUBJECT, IMPORT_MODELS_SUBJECT, predict_shards_subject
from gateway.datasets.schemas import DatasetRecord, NewDataset
from gateway.models.schemas import ModelRecord, NewModel
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


async def predict_shard(bus: Bus, workspace: str, run: str, model: str, dataset: str, shard: int) -> None:
    """Asks inference to predict a shard. Asking twice does no harm."""
    work = events_pb2.PredictShard(run=run, model=model, dataset=dataset, shard=shard)
    task = events_pb2.Task(workspace=workspace, predict_shard=work)
    await bus.publish(predict_shards_subject(run), task.SerializeToString(), f"predict-{run}-{model}-{shard}")
