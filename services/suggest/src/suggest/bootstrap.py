"""The composition root: where the suggest service is wired."""

import asyncio
from contextlib import AsyncExitStack

from backplane.artifacts import ArtifactStore
from backplane.bus import Bus
from backplane.children import Child
from backplane.lifecycle import Service
from backplane.queues import import_datasets, statistics
from backplane.rpc import RpcServer
from backplane.tasks import QueueWorker
from innhub_proto.suggest.v1 import suggest_pb2, suggest_pb2_grpc
from suggest import statistics_child
from suggest.cores import Cores
from suggest.dataset_import import DatasetImporter
from suggest.servicers import SuggestServicer
from suggest.settings import SuggestSettings
from suggest.worker import ImportWorker, StatisticsWorker


async def compose(settings: SuggestSettings, stack: AsyncExitStack) -> Service:
    """Connects and wires; what must be closed again is left on the stack."""
    store = ArtifactStore.connect(settings.store)
    await asyncio.to_thread(store.ensure_bucket)
    bus = await Bus.connect(settings.bus, "suggest")
    stack.push_async_callback(bus.close)
    child = Child(
        "statistics",
        statistics_child.initialize,
        (settings.store,),
        memory_bytes=settings.child_memory_bytes,
        most_memory_bytes=settings.child_most_memory_bytes,
    )
    stack.push_async_callback(child.stop)

    servicer = SuggestServicer(Cores.of(store, settings))
    imports = ImportWorker(bus, DatasetImporter(store, settings))
    whole = StatisticsWorker(bus, child)
    server = RpcServer(
        settings.grpc_address,
        [suggest_pb2.DESCRIPTOR.services_by_name["SuggestService"]],
        lambda grpc: suggest_pb2_grpc.add_SuggestServiceServicer_to_server(servicer, grpc),
    )
    return Service(
        server,
        [
            QueueWorker(bus, import_datasets(settings), imports.handle, imports.refuse),
            QueueWorker(bus, statistics(settings), whole.handle, whole.refuse),
        ],
        [bus.check, lambda: asyncio.to_thread(store.check)],
    )
