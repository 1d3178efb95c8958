"""What imports that have not ended still need."""

from backplane.bus import TASKS_STREAM, Bus
from backplane.queues import IMPORT_DATASETS_SUBJECT, IMPORT_MODELS_SUBJECT
from innhub_proto.events.v1 import events_pb2


async def uploads_in_use(bus: Bus) -> set[tuple[str, str]]:
    """(workspace, upload) of all imports on the queue; a word such as `imagenet` in place of an upload does no harm."""
    found = set()
    async for data in bus.held(TASKS_STREAM, IMPORT_MODELS_SUBJECT):
        task = events_pb2.Task.FromString(data)
        work = task.import_model
        found |= {(task.workspace, upload) for upload in (work.upload, work.labels, work.weights, work.history)}
    async for data in bus.held(TASKS_STREAM, IMPORT_DATASETS_SUBJECT):
        task = events_pb2.Task.FromString(data)
        found |= {(task.workspace, upload) for upload in (task.import_dataset.upload, task.import_dataset.labels)}
    return found
