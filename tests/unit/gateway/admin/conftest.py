"""A store and records of their own, on a real S3 server and a real NATS."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from backplane.artifacts import ArtifactStore
from backplane.bus import Bus
from backplane.layout import Layout
from backplane.settings import BusSettings, StoreSettings
from domain.errors import Reason
from domain.identifiers import new_id
from domain.labels import ClassLabels
from domain.manifests import DatasetManifest, Head, ModelManifest
from domain.preprocessing import named
from gateway.datasets.schemas import DatasetRecord
from gateway.datasets.service import Datasets
from gateway.models.schemas import ModelRecord
from gateway.models.service import Models
from gateway.named_records import NamedRecords
from gateway.workspaces.service import Workspaces


@dataclass(frozen=True)
class Place:
    """What the gateway stands on, and a workspace that no other test knows."""

    store: ArtifactStore
    bus: Bus
    workspaces: Workspaces
    models: Models
    datasets: Datasets
    workspace: str

    def put_model(self, name: str) -> str:
        """A model that the store holds and nobody has a record of."""
        manifest = ModelManifest(
            id=new_id(),
            name=name,
            created_at=datetime.now(UTC),
            created_by="ada",
            network_digest="d",
            input_shape=(8, 8, 3),
            head=Head.SOFTMAX,
            preprocessing=named("tf"),
            labels=ClassLabels(names=("cat", "dog")),
            layers=2,
            parameters=10,
        )
        paths = Layout(self.workspace).model(manifest.id)
        self.store.put(paths.weights, b"weights")
        self.store.put(paths.manifest, manifest.model_dump_json().encode())
        return manifest.id

    def put_dataset(self, name: str) -> str:
        """The same of a data set."""
        manifest = DatasetManifest(
            id=new_id(), name=name, created_at=datetime.now(UTC), created_by="ada", samples=3, shards=1, shard_size=256
        )
        paths = Layout(self.workspace).dataset(manifest.id)
        self.store.put(paths.shard(0), b"shard")
        self.store.put(paths.manifest, manifest.model_dump_json().encode())
        return manifest.id


@pytest.fixture(scope="session")
def own_store(stores: dict[str, str]) -> ArtifactStore:
    """A bucket of our own: what is collected here may be dear to others."""
    names = ("endpoint", "access_key", "secret_key")
    settings = {name: stores[f"INNHUB_S3_{name.upper()}"] for name in names}
    store = ArtifactStore.connect(StoreSettings.model_validate({**settings, "bucket": "looked-after"}))
    store.ensure_bucket()
    return store


@pytest.fixture
async def place(bus_settings: BusSettings, own_store: ArtifactStore) -> AsyncIterator[Place]:
    bus = await Bus.connect(bus_settings, "test")
    mark = new_id()
    names = await bus.bucket(f"names-{mark}")
    models = NamedRecords(await bus.bucket(f"models-{mark}"), names, ModelRecord, "model", Reason.MODEL_NOT_FOUND)
    datasets = NamedRecords(
        await bus.bucket(f"datasets-{mark}"), names, DatasetRecord, "data set", Reason.DATASET_NOT_FOUND
    )
    workspace = f"ws-{mark.lower()}"
    yield Place(
        own_store,
        bus,
        Workspaces(await bus.bucket(f"workspaces-{mark}")),
        Models(models, own_store, bus),
        Datasets(datasets, own_store, bus),
        workspace,
    )
    own_store.delete(f"{workspace}/")
    for kind in ("names", "models", "datasets", "workspaces"):
        await bus.jetstream.delete_key_value(f"{kind}-{mark}")
    await bus.close()
