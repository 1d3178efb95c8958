"""The composition root: where the explainer is wired."""

import asyncio
import os
from contextlib import AsyncExitStack
from typing import Any

from backplane.artifacts import ArtifactStore
from backplane.bus import Bus
from backplane.children import Child
from backplane.lifecycle import Service
from backplane.queues import explained_shards
from backplane.rpc import RpcServer
from backplane.tasks import QueueWorker
from domain.explanations import Engine
from explainer import child, run_child
from explainer.core import Explainer
from explainer.servicer import ExplainerServicer
from explainer.settings import ExplainerSettings
from explainer.shards import Shards
from explainer.worker import ShardWorker
from innhub_proto.explainer.v1 import explainer_pb2, explainer_pb2_grpc


async def compose(settings: ExplainerSettings, stack: AsyncExitStack) -> Service:
    """Connects and wires; what must be closed again is left on the stack."""
    store = ArtifactStore.connect(settings.store)
    await asyncio.to_thread(store.ensure_bucket)
    bus = await Bus.connect(settings.bus, "explainer")
    stack.push_async_callback(bus.close)
    engines, runs = {engine: _child(engine, settings) for engine in Engine}, _child_for_runs(settings)
    for process in (*engines.values(), runs):
        stack.push_async_callback(process.stop)
    explainer = Explainer(store, engines, settings.explain_seconds, settings.largest_batch)
    # The native engine gets ready while nobody waits for it yet; the other one when somebody asks.
    warming = asyncio.create_task(explainer.cards())
    stack.callback(warming.cancel)
    server = RpcServer(
        settings.grpc_address,
        [explainer_pb2.DESCRIPTOR.services_by_name["ExplainerService"]],
        lambda grpc: explainer_pb2_grpc.add_ExplainerServiceServicer_to_server(ExplainerServicer(explainer), grpc),
    )
    shard_work = ShardWorker(bus, Shards(store, runs, settings.shard_seconds))
    return Service(
        server,
        [QueueWorker(bus, explained_shards(settings), shard_work.handle, shard_work.refuse)],
        [bus.check, lambda: asyncio.to_thread(store.check)],
    )


def _child(engine: Engine, settings: ExplainerSettings) -> Child:
    return Child(engine, child.initialize, (engine, *_computing(settings)), memory_bytes=settings.child_memory_bytes)


def _child_for_runs(settings: ExplainerSettings) -> Child:
    return Child("runs", run_child.initialize, _computing(settings), memory_bytes=settings.child_memory_bytes)


def _computing(settings: ExplainerSettings) -> tuple[Any, ...]:
    """What a process must know that computes."""
    threads = settings.threads or os.cpu_count() or 1
    return settings.store, threads, settings.network_memory_bytes, settings.batch_memory_bytes
