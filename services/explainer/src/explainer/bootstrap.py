"""The composition root: where the explainer is wired."""

import asyncio
import os
from collections.abc import Callable
from contextlib import AsyncExitStack
from functools import partial

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
from explainer.trust import child as assessing_child
from explainer.trust.assessments import Assessments
from explainer.worker import ShardWorker
from explainer.workshop import Computing
from innhub_proto.explainer.v1 import explainer_pb2, explainer_pb2_grpc


async def compose(settings: ExplainerSettings, stack: AsyncExitStack) -> Service:
    """Connects and wires; what must be closed again is left on the stack."""
    store = ArtifactStore.connect(settings.store)
    await asyncio.to_thread(store.ensure_bucket)
    bus = await Bus.connect(settings.bus, "explainer")
    stack.push_async_callback(bus.close)
    explaining = _by_engine("explain", child.initialize, settings)
    assessing = _by_engine("assess", assessing_child.initialize, settings)
    runs = _child("runs", run_child.initialize, settings)
    for process in {*explaining.values(), *assessing.values(), runs}:
        stack.push_async_callback(process.stop)
    explainer = Explainer(store, explaining, settings.explain_seconds, settings.largest_batch)
    assessments = Assessments(store, assessing, settings.explain_seconds)
    server = RpcServer(
        settings.grpc_address,
        [explainer_pb2.DESCRIPTOR.services_by_name["ExplainerService"]],
        lambda grpc: explainer_pb2_grpc.add_ExplainerServiceServicer_to_server(
            ExplainerServicer(explainer, assessments), grpc
        ),
    )
    shard_work = ShardWorker(bus, Shards(store, runs, settings.shard_seconds))
    return Service(
        server,
        [QueueWorker(bus, explained_shards(settings), shard_work.handle, shard_work.refuse)],
        [bus.check, lambda: asyncio.to_thread(store.check)],
        # The native engine gets ready while nobody waits for it yet; all others when somebody asks.
        prepare=explainer.cards,
    )


def _by_engine(name: str, initialize: Callable[..., None], settings: ExplainerSettings) -> dict[Engine, Child]:
    """A process for the native engine, and one for both that innvestigate is behind: each holds a TensorFlow."""
    native = _child(f"{name} native", partial(initialize, native=True), settings)
    reference = _child(f"{name} innvestigate", partial(initialize, native=False), settings)
    return {engine: native if engine is Engine.NATIVE else reference for engine in Engine}


def _child(name: str, initialize: Callable[..., None], settings: ExplainerSettings) -> Child:
    threads = settings.threads or os.cpu_count() or 1
    computing = Computing(settings.store, threads, settings.network_memory_bytes, settings.batch_memory_bytes)
    return Child(
        name,
        initialize,
        (computing,),
        memory_bytes=settings.child_memory_bytes,
        most_memory_bytes=settings.child_most_memory_bytes,
    )
