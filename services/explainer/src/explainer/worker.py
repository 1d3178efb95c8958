"""Work from the queue for the explainer: the shards of runs. A thin skin over the core."""

from backplane.bus import Bus
from backplane.events import publish_shard_completed, publish_shard_failed
from domain.errors import HubError
from explainer import converters
from explainer.shards import Shards
from innhub_proto.events.v1 import events_pb2


class ShardWorker:
    """Works through the shards of runs: explanations, their quality, and statistics for patterns."""

    def __init__(self, bus: Bus, shards: Shards) -> None:
        self._bus = bus
        self._shards = shards

    async def handle(self, data: bytes) -> None:
        """Does the shard of a task, and says that it is done."""
        task = events_pb2.Task.FromString(data)
        work = _shard_work(task)
        if isinstance(work, events_pb2.ExplainShard):
            question = converters.shard_question(task.workspace, work)
            samples = await self._shards.explain(question, work.digest, work.shard)
        elif isinstance(work, events_pb2.AssessShard):
            question = converters.shard_question(task.workspace, work)
            samples = await self._shards.assess(question, work.digest, work.shard)
        else:
            samples = await self._shards.fit_patterns(task.workspace, work.model, work.dataset, work.shard)
        await publish_shard_completed(self._bus, task.workspace, work, samples)

    async def refuse(self, data: bytes, error: HubError) -> None:
        """Says why the shard of a task will not be done."""
        task = events_pb2.Task.FromString(data)
        await publish_shard_failed(self._bus, task.workspace, _shard_work(task), error)


def _shard_work(task: events_pb2.Task) -> events_pb2.ExplainShard | events_pb2.AssessShard | events_pb2.FitPatterns:
    if task.HasField("explain_shard"):
        return task.explain_shard
    return task.assess_shard if task.HasField("assess_shard") else task.fit_patterns
