"""From an upload to every answer of the service, with a dictionary for an object store."""

import io
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np
import pytest
from PIL import Image

from backplane.artifacts import ArtifactMissingError, ArtifactStore, StoredObject
from backplane.layout import Layout
from backplane.results import Results
from backplane.uploads import Upload, Uploads
from domain.errors import HubError, Reason
from domain.labels import ClassLabels
from domain.manifests import DatasetManifest, Head, ModelManifest
from domain.preprocessing import PRESETS
from imaging.arrays import to_npy
from inference.parts import PartRow, part
from innhub_proto.suggest.v1 import suggest_pb2
from suggest.cores import Cores
from suggest.dataset_import import DatasetImport, DatasetImporter
from suggest.servicers import SuggestServicer
from suggest.servicers.base import Context
from suggest.settings import SuggestSettings

LAYOUT = Layout("w")
CONTEXT = cast(Context, None)


class DictStore:
    """An object store in memory."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.ever: set[str] = set()
        """What was put here as a stream, whatever became of it."""

    def put(self, key: str, data: bytes, _: str = "") -> None:
        self.objects[key] = data

    def put_file(self, key: str, path: Path, _: str = "") -> None:
        self.objects[key] = path.read_bytes()

    def put_stream(self, key: str, stream: BinaryIO, size: int, _: str = "") -> None:
        self.objects[key] = stream.read(size)
        self.ever.add(key)

    def get(self, key: str, offset: int = 0, length: int = 0) -> bytes:
        if key not in self.objects:
            raise ArtifactMissingError(key)
        return self.objects[key][offset : offset + length if length else None]

    def exists(self, key: str) -> bool:
        return key in self.objects

    def delete(self, prefix: str) -> None:
        for entry in list(self.list(prefix)):
            del self.objects[entry.key]

    def list(self, prefix: str) -> Iterator[StoredObject]:
        return (StoredObject(key, len(data)) for key, data in sorted(self.objects.items()) if key.startswith(prefix))


def picture(colour: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (64, 32), colour).save(file, "PNG")
    return file.getvalue()


def archive() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as stream:
        for name in ("cat/1.png", "cat/2.png", "dog/3.png"):
            stream.writestr(name, picture("red"))
        stream.writestr("dog/4.png", "broken")
    return file.getvalue()


def model_manifest(model: str) -> bytes:
    manifest = ModelManifest(
        id=model,
        name=f"net-{model}",
        created_at="2026-01-01T00:00:00Z",
        created_by="ann",
        network_digest="",
        input_shape=(8, 8, 3),
        head=Head.SOFTMAX,
        preprocessing=PRESETS["raw"],
        labels=ClassLabels(names=("cat", "dog")),
        layers=1,
        parameters=1,
    )
    return manifest.model_dump_json().encode()


def prediction(number: int, best: int, score: float, label: int) -> PartRow:
    names = ("cat", "dog")
    label_score = score if best == label else 1 - score
    return PartRow(number, names[label], label, label_score, (best,), (names[best],), (score,), score, 0.0)


@pytest.fixture
def store() -> DictStore:
    store = DictStore()
    uploads = Uploads(cast(ArtifactStore, store), "w")
    for upload, data in {"pictures": archive(), "nothing": b"nothing"}.items():
        uploads.begin(Upload(id=upload, file_name="set.zip", created_by="ann"))
        uploads.append(upload, 0, data)
    for model in ("m1", "m2", "idle"):
        store.put(LAYOUT.model(model).manifest, model_manifest(model))
    store.put(Results("w", "d", "m1").prediction_part(0), part([prediction(n, 0, 0.9, n // 2) for n in range(3)]))
    store.put(Results("w", "d", "m2").prediction_part(0), part([prediction(n, n % 2, 0.7, n // 2) for n in range(2)]))
    store.put(
        Results("w", "d", "m1").activation_part("conv", 0), to_npy(np.asarray([[1, 7], [3, 8], [2, 9]], np.float32))
    )
    return store


@pytest.fixture
def importer(store: DictStore) -> DatasetImporter:
    return DatasetImporter(cast(ArtifactStore, store), settings())


@pytest.fixture
async def servicer(store: DictStore, importer: DatasetImporter) -> SuggestServicer:
    await importer.run(work("pictures"))
    return SuggestServicer(Cores.of(cast(ArtifactStore, store), settings()))


def settings() -> SuggestSettings:
    keys = {"access_key": "nobody", "secret_key": "nothing"}
    return SuggestSettings.model_validate({"store": {"endpoint": "nowhere", **keys}, "bus": {"url": "nats://nowhere"}})


def work(upload: str) -> DatasetImport:
    return DatasetImport("w", "d", "my-set", "ann", upload, "")


async def test_an_import_leaves_a_manifest_and_a_second_one_changes_nothing(
    store: DictStore, importer: DatasetImporter
) -> None:
    await importer.run(work("pictures"))
    before = dict(store.objects)
    manifest = DatasetManifest.model_validate_json(before[LAYOUT.dataset("d").manifest])
    assert (manifest.samples, manifest.shards, manifest.labels, manifest.labelled) == (3, 1, ("cat", "dog"), 3)
    assert (manifest.broken_count, manifest.broken[0].path) == (1, "dog/4.png")
    await importer.run(work("pictures"))
    assert store.objects == before


async def test_a_refused_import_leaves_nothing(store: DictStore, importer: DatasetImporter) -> None:
    with pytest.raises(HubError) as caught:
        await importer.run(work("nothing"))
    assert caught.value.reason is Reason.DATASET_EMPTY
    assert not list(store.list(f"{LAYOUT.dataset('d').root}/"))


async def test_an_import_that_is_refused_late_takes_back_what_it_has_stored(
    store: DictStore, importer: DatasetImporter
) -> None:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as stream:
        for number in range(300):
            member = tarfile.TarInfo(f"{number}.png")
            member.size = len(picture("red"))
            stream.addfile(member, io.BytesIO(picture("red")))
    uploads = Uploads(cast(ArtifactStore, store), "w")
    uploads.begin(Upload(id="cut", file_name="set.tar", created_by="ann"))
    uploads.append("cut", 0, file.getvalue()[:-20_000])
    with pytest.raises(HubError) as caught:
        await importer.run(work("cut"))
    assert caught.value.reason is Reason.ARCHIVE_CORRUPT
    assert LAYOUT.dataset("d").shard(0) in store.ever
    assert not list(store.list(f"{LAYOUT.dataset('d').root}/"))


async def test_small_sizes_come_from_the_thumbnail_that_the_import_made(
    store: DictStore, importer: DatasetImporter
) -> None:
    file = io.BytesIO()
    Image.new("RGB", (900, 300), "red").save(file, "PNG")
    uploads = Uploads(cast(ArtifactStore, store), "w")
    uploads.begin(Upload(id="large", file_name="large.png", created_by="ann"))
    uploads.append("large", 0, file.getvalue())
    await importer.run(work("large"))
    store.objects.pop(LAYOUT.dataset("d").shard(0))
    suggest = Cores.of(cast(ArtifactStore, store), settings()).samples
    for size, expected in ((256, (256, 85)), (64, (64, 21))):
        with Image.open(io.BytesIO(suggest.thumbnail("w", "d", 0, size).data)) as small:
            assert (small.format, small.size) == ("JPEG", expected)
    with pytest.raises(ArtifactMissingError):
        suggest.thumbnail("w", "d", 0, 257)


async def test_samples_are_listed_in_pages(servicer: SuggestServicer) -> None:
    request = suggest_pb2.ListSamplesRequest(workspace="w", dataset="d", page_size=2)
    first = await servicer.ListSamples(request, CONTEXT)
    request.page_token = first.next_page_token
    second = await servicer.ListSamples(request, CONTEXT)
    assert [sample.path for sample in [*first.samples, *second.samples]] == ["cat/1.png", "cat/2.png", "dog/3.png"]
    assert first.next_page_token
    assert not second.next_page_token
    dogs = await servicer.ListSamples(suggest_pb2.ListSamplesRequest(workspace="w", dataset="d", label="dog"), CONTEXT)
    assert [sample.number for sample in dogs.samples] == [2]


async def test_a_picture_comes_as_it_was_and_as_a_thumbnail(servicer: SuggestServicer, store: DictStore) -> None:
    request = suggest_pb2.GetSampleImageRequest(workspace="w", dataset="d", sample=1)
    original = await servicer.GetSampleImage(request, CONTEXT)
    assert (original.image, original.media_type) == (picture("red"), "image/png")
    request.size = 16
    small = await servicer.GetSampleImage(request, CONTEXT)
    assert small.media_type == "image/jpeg"
    assert Image.open(io.BytesIO(small.image)).size == (16, 8)
    store.objects.pop(LAYOUT.dataset("d").shard(0))
    assert (await servicer.GetSampleImage(request, CONTEXT)).image == small.image


@pytest.mark.parametrize("size", [0, 15, 4097])
async def test_sizes_have_bounds(servicer: SuggestServicer, size: int) -> None:
    with pytest.raises(HubError) as caught:
        await servicer.GetSampleImage(
            suggest_pb2.GetSampleImageRequest(workspace="w", dataset="d", sample=1, size=size), CONTEXT
        )
    assert caught.value.reason is Reason.ARGUMENT_INVALID


async def test_agreement_counts_what_is_missing(servicer: SuggestServicer) -> None:
    request = suggest_pb2.GetAgreementRequest(workspace="w", dataset="d", models=["m1", "m2"])
    answer = await servicer.GetAgreement(request, CONTEXT)
    assert (answer.samples, answer.missing, len(answer.quadrants)) == (2, 1, 4)
    assert [(point.mean_score, point.predicted_classes) for point in answer.points] == [(0.8, 1), (0.8, 2)]
    assert [its.correct for its in answer.points[1].answers] == [True, False]


@pytest.mark.parametrize("models", [[], ["m1", "m1"], [f"m{number}" for number in range(17)]])
async def test_models_are_one_to_sixteen_different_ones(servicer: SuggestServicer, models: list[str]) -> None:
    with pytest.raises(HubError) as caught:
        await servicer.GetAgreement(suggest_pb2.GetAgreementRequest(workspace="w", dataset="d", models=models), CONTEXT)
    assert caught.value.reason is Reason.ARGUMENT_INVALID


async def test_a_histogram_and_a_query_are_answered(servicer: SuggestServicer) -> None:
    bars = await servicer.GetHistogram(
        suggest_pb2.GetHistogramRequest(workspace="w", dataset="d", model="m1", bins=2), CONTEXT
    )
    assert [(bar.lower, bar.upper, bar.samples, bar.correct) for bar in bars.bins] == [(0, 0.5, 2, 2), (0.5, 1, 1, 0)]
    wrong = await servicer.QuerySamples(
        suggest_pb2.QuerySamplesRequest(workspace="w", dataset="d", models=["m1"], correct=False), CONTEXT
    )
    assert (wrong.samples, [point.sample.path for point in wrong.points]) == (1, ["dog/3.png"])


def strongest(**changes: Any) -> suggest_pb2.StrongestSamplesRequest:
    asked = {"workspace": "w", "dataset": "d", "model": "m1", "layer": "conv", "unit": 0, **changes}
    return suggest_pb2.StrongestSamplesRequest(**asked)


async def test_the_strongest_samples_come_with_their_labels(servicer: SuggestServicer) -> None:
    answer = await servicer.StrongestSamples(strongest(limit=2), CONTEXT)
    assert answer.total == 3
    assert [(one.sample, one.label, one.activation) for one in answer.samples] == [(1, "cat", 3.0), (2, "dog", 2.0)]


@pytest.mark.parametrize(
    ("changes", "reason", "named"),
    [
        ({"layer": "pool"}, Reason.ACTIVATIONS_NOT_FOUND, "pool"),
        ({"model": "idle"}, Reason.ACTIVATIONS_NOT_FOUND, "net-idle"),
        ({"model": "none"}, Reason.MODEL_NOT_FOUND, "none"),
        ({"layer": ""}, Reason.ARGUMENT_INVALID, "layer"),
        ({"unit": 2}, Reason.ARGUMENT_INVALID, "2"),
        ({"limit": 1001}, Reason.ARGUMENT_INVALID, "1001"),
    ],
)
async def test_what_no_run_has_recorded_is_named_with_the_way_out(
    servicer: SuggestServicer, changes: dict[str, Any], reason: Reason, named: str
) -> None:
    with pytest.raises(HubError) as caught:
        await servicer.StrongestSamples(strongest(**changes), CONTEXT)
    assert caught.value.reason is reason
    assert named in caught.value.message
    assert caught.value.advice


@pytest.mark.parametrize(
    ("dataset", "model", "reason", "named"),
    [
        ("d", "idle", Reason.PREDICTIONS_MISSING, "net-idle"),
        ("d", "none", Reason.MODEL_NOT_FOUND, "none"),
        ("none", "m1", Reason.DATASET_NOT_FOUND, "none"),
    ],
)
async def test_what_is_missing_is_named(
    servicer: SuggestServicer, dataset: str, model: str, reason: Reason, named: str
) -> None:
    with pytest.raises(HubError) as caught:
        await servicer.GetAgreement(
            suggest_pb2.GetAgreementRequest(workspace="w", dataset=dataset, models=[model]), CONTEXT
        )
    assert caught.value.reason is reason
    assert named in caught.value.message


async def test_tables_come_as_files(servicer: SuggestServicer) -> None:
    samples = suggest_pb2.ExportSamplesRequest(workspace="w", dataset="d", models=["m1"], order_by="score")
    table = (await servicer.ExportSamples(samples, CONTEXT)).table
    assert (table.media_type, table.size, table.object) == ("text/csv", len(table.data), "")
    assert table.data.decode().splitlines()[0].startswith("sample,path,label,mean_score,predicted_classes,net-m1 class")
    assert len(table.data.decode().splitlines()) == 4
    predictions = suggest_pb2.ExportPredictionsRequest(workspace="w", dataset="d", model="m1")
    flat = (await servicer.ExportPredictions(predictions, CONTEXT)).table.data.decode().splitlines()
    assert flat[1].split(",")[:2] == ["0", "cat"]
    predictions.embedding, predictions.format = True, suggest_pb2.TABLE_FORMAT_PARQUET
    with pytest.raises(HubError) as caught:
        await servicer.ExportPredictions(predictions, CONTEXT)
    assert caught.value.reason is Reason.EMBEDDING_NOT_FOUND
