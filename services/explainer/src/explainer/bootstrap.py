"""The composition root: where the explainer is wired."""

import asyncio
import os
from contextlib import AsyncExitStack
from functools import partial

from backplane.artifacts import ArtifactStore
from backplane.children import Child
from backplane.lifecycle import Service
from backplane.rpc import RpcServer
from domain.explanations import Engine
from explainer import child
from explainer.core import Explainer
from explainer.servicer import ExplainerServicer
from explainer.settings import ExplainerSettings
from innhub_proto.explainer.v1 import explainer_pb2, explainer_pb2_grpc


async def compose(settings: ExplainerSettings, stack: AsyncExitStack) -> Service:
    """Connects and wires; what must be closed again is left on the stack."""
    store = ArtifactStore.connect(settings.store)
    await asyncio.to_thread(store.ensure_bucket)
    native, reference = _child("native", settings), _child("innvestigate", settings)
    for process in (native, reference):
        stack.push_async_callback(process.stop)
    # Both that innvestigate is behind share a process: each would else hold a TensorFlow of its own.
    engines = {engine: native if engine is Engine.NATIVE else reference for engine in Engine}
    explainer = Explainer(store, engines, settings.explain_seconds, settings.largest_batch)
    # The native engine gets ready while nobody waits for it yet; the other one when somebody asks.
    warming = asyncio.create_task(explainer.cards())
    stack.callback(warming.cancel)
    server = RpcServer(
        settings.grpc_address,
        [explainer_pb2.DESCRIPTOR.services_by_name["ExplainerService"]],
        lambda grpc: explainer_pb2_grpc.add_ExplainerServiceServicer_to_server(ExplainerServicer(explainer), grpc),
    )
    return Service(server, [], [lambda: asyncio.to_thread(store.check)])


def _child(name: str, settings: ExplainerSettings) -> Child:
    initialize = partial(child.initialize, native=name == "native")
    threads = settings.threads or os.cpu_count() or 1
    arguments = (settings.store, threads, settings.network_memory_bytes, settings.batch_memory_bytes)
    return Child(name, initialize, arguments, memory_bytes=settings.child_memory_bytes)
