"""The networks of a catalogue, loaded when they are asked for. Lives in a child process."""

from pathlib import Path
from tempfile import TemporaryDirectory

from backplane.catalogue import Catalogue
from backplane.telemetry.metrics import looked_up_in
from backplane.telemetry.tracing import span
from network.cache import NetworkCache
from network.canonical import CanonicalNetwork


def networks(catalogue: Catalogue, memory_bytes: int) -> NetworkCache:
    """All networks of a catalogue, of which those stay loaded whose weights fit into the memory."""

    def load(workspace: str, model: str) -> CanonicalNetwork:
        with span("load network", attributes={"innhub.model": model}), TemporaryDirectory() as folder:
            return CanonicalNetwork.load(*catalogue.network(workspace, model, Path(folder)))

    return NetworkCache(load, memory_bytes, looked_up_in("networks"))
