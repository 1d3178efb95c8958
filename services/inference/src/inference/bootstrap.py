"""The composition root: where the inference service is wired."""

import asyncio
import os
from contextlib import AsyncExitStack

from backplane.artifacts import ArtifactStore
from backplane.bus import Bus
from backplane.children import Child
from backplane.lifecycle import Service
from backplane.queues import import_models, shards
from backplane.rpc import RpcServer
from backplane.tasks import QueueWorker
from inference import child
from inference.core import Inference
from inference.model_import import ModelImporter
from inference.servicer import InferenceServicer
from inference.settings import InferenceSettings
from inference.worker import ImportWorker, ShardWorker
from innhub_proto.inference.v1 import inference_pb2, inference_pb2_grpc


async def compose(settings: InferenceSettings, stack: AsyncExitStack) -> Service:
    """Connects and wires; what must be closed again is left on the stack."""
    store = ArtifactStore.connect(settings.store)
    await asyncio.to_thread(store.ensure_bucket)
    bus = await Bus.connect(settings.bus, "inference")
    stack.push_async_callback(bus.close)
    interactive, runs = (_child(name, settings) for name in ("predict", "runs"))
    for process in (interactive, runs):
        stack.push_async_callback(process.stop)

    inference = Inference(store, interactive, runs)
    imports = ImportWorker(bus, ModelImporter(store, settings))
    shard_work = ShardWorker(bus, inference)
    server = RpcServer(
        settings.grpc_address,
        [inference_pb2.DESCRIPTOR.services_by_name["InferenceService"]],
        lambda grpc: inference_pb2_grpc.add_InferenceServiceServicer_to_server(InferenceServicer(inference), grpc),
    )
    return Service(
        server,
        [
            QueueWorker(bus, import_models(settings, settings.imports_at_once), imports.handle, imports.refuse),
            QueueWorker(bus, shards(settings), shard_work.handle, shard_work.refuse),
        ],
        [bus.check, lambda: asyncio.to_thread(store.check)],
        prepare=inference.load,
    )


def _child(name: str, settings: InferenceSettings) -> Child:
    threads = settings.threads or os.cpu_count() or 1
    arguments = (settings.store, threads, settings.network_memory_bytes, settings.batch_size)
    return Child(
        name,
        child.initialize,
        arguments,
        memory_bytes=settings.child_memory_bytes,
        most_memory_bytes=settings.child_most_memory_bytes,
    )
