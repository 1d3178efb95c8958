"""The composition root: where the explainer is wired."""

import asyncio
import os
from contextlib import AsyncExitStack
from typing import Any

from backplane.artifacts import ArtifactStore
from backplane.children import Child
from backplane.lifecycle import Service
from backplane.rpc import RpcServer
from domain.explanations import Engine
from explainer import child
from explainer.core import Explainer
from explainer.servicer import ExplainerServicer
from explainer.settings import ExplainerSettings
from explainer.trust import child as assessing_child
from explainer.trust.assessments import Assessments
from innhub_proto.explainer.v1 import explainer_pb2, explainer_pb2_grpc


async def compose(settings: ExplainerSettings, stack: AsyncExitStack) -> Service:
    """Connects and wires; what must be closed again is left on the stack."""
    store = ArtifactStore.connect(settings.store)
    await asyncio.to_thread(store.ensure_bucket)
    engines = {engine: _child(engine, settings) for engine in Engine}
    assessing = {engine: _assessing_child(engine, settings) for engine in Engine}
    for process in (*engines.values(), *assessing.values()):
        stack.push_async_callback(process.stop)
    explainer = Explainer(store, engines, settings.explain_seconds, settings.largest_batch)
    assessments = Assessments(store, assessing, settings.explain_seconds)
    # The native engine gets ready while nobody waits for it yet; the other one when somebody asks.
    warming = asyncio.create_task(explainer.cards())
    stack.callback(warming.cancel)
    server = RpcServer(
        settings.grpc_address,
        [explainer_pb2.DESCRIPTOR.services_by_name["ExplainerService"]],
        lambda grpc: explainer_pb2_grpc.add_ExplainerServiceServicer_to_server(
            ExplainerServicer(explainer, assessments), grpc
        ),
    )
    return Service(server, [], [lambda: asyncio.to_thread(store.check)])


def _child(engine: Engine, settings: ExplainerSettings) -> Child:
    arguments = _arguments(engine, settings)
    return Child(engine, child.initialize, arguments, memory_bytes=settings.child_memory_bytes)


def _assessing_child(engine: Engine, settings: ExplainerSettings) -> Child:
    """Starts when somebody asks."""
    arguments = _arguments(engine, settings)
    return Child(f"{engine} trust", assessing_child.initialize, arguments, memory_bytes=settings.child_memory_bytes)


def _arguments(engine: Engine, settings: ExplainerSettings) -> tuple[Any, ...]:
    threads = settings.threads or os.cpu_count() or 1
    return engine, settings.store, threads, settings.network_memory_bytes, settings.batch_memory_bytes
