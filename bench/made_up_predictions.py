"""Predictions that nobody made: a data set of any size with models that have answered to all of it, in the store."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from io import BytesIO

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from backplane.artifacts import ArtifactStore
from backplane.layout import Layout
from backplane.results import Results
from domain.labels import ClassLabels
from domain.manifests import ColumnKind, DatasetManifest, Head, ModelManifest, SampleColumn
from domain.predictions import TOP_CLASSES
from domain.preprocessing import PRESETS
from imaging.shards import SHARD_SIZE
from inference.parts import SCHEMA

WORKSPACE, DATASET = "default", "01BENCHBENCHBENCHBENCHBEN0"
_CLASSES = tuple(f"class {number:04d}" for number in range(1000))
_WRITERS = 16
_SEED = 0


def model_id(number: int) -> str:
    """The id of a model."""
    return f"01BENCHBENCHBENCHBENCHBEM{number}"


def make(store: ArtifactStore, samples: int, models: int) -> None:
    """Writes the data set `bench` and the models `net-0`, `net-1` ... with all parts that runs would have left."""
    labels = np.random.default_rng(_SEED).integers(0, len(_CLASSES), samples)
    _write_dataset(store, labels)
    for number in range(models):
        manifest = _model(number)
        store.put(Layout(WORKSPACE).model(manifest.id).manifest, manifest.model_dump_json().encode())
        _write_predictions(store, Results(WORKSPACE, DATASET, manifest.id), labels, number)


def _model(number: int) -> ModelManifest:
    return ModelManifest(
        id=model_id(number),
        name=f"net-{number}",
        created_at=datetime.now(UTC),
        created_by="bench",
        network_digest=f"{number}",
        input_shape=(224, 224, 3),
        head=Head.SOFTMAX,
        preprocessing=PRESETS["raw"],
        labels=ClassLabels(names=_CLASSES),
        layers=1,
        parameters=1,
    )


def _write_dataset(store: ArtifactStore, labels: np.ndarray) -> None:
    count, artifacts = len(labels), Layout(WORKSPACE).dataset(DATASET)
    numbers = np.arange(count)
    frame = pl.DataFrame(
        {
            "number": numbers,
            "path": [f"train/{label:04d}/{number:08d}.jpg" for number, label in enumerate(labels)],
            "label": [_CLASSES[label] for label in labels],
            "width": np.full(count, 500, np.int32),
            "height": np.full(count, 375, np.int32),
            "column:age": numbers % 97 + 0.5,
        }
    )
    file = BytesIO()
    frame.write_parquet(file, compression="zstd")
    store.put(artifacts.samples, file.getvalue())
    manifest = DatasetManifest(
        id=DATASET,
        name="bench",
        created_at=datetime.now(UTC),
        created_by="bench",
        samples=count,
        shards=-(-count // SHARD_SIZE),
        shard_size=SHARD_SIZE,
        labels=_CLASSES,
        labelled=count,
        columns=(SampleColumn(name="age", kind=ColumnKind.NUMBER),),
    )
    store.put(artifacts.manifest, manifest.model_dump_json().encode())


def _write_predictions(store: ArtifactStore, results: Results, labels: np.ndarray, model: int) -> None:
    def write(shard: int) -> None:
        start = shard * SHARD_SIZE
        own = labels[start : start + SHARD_SIZE]
        store.put(results.prediction_part(shard), _part(start, own, np.random.default_rng((model, shard))))

    with ThreadPoolExecutor(_WRITERS) as threads:
        for _ in threads.map(write, range(-(-len(labels) // SHARD_SIZE))):
            pass


def _part(start: int, labels: np.ndarray, generator: np.random.Generator) -> bytes:
    """A part as inference leaves it: three of four answers are right, with scores that tell little."""
    count = len(labels)
    right = generator.random(count) < 0.75
    best = np.where(right, labels, generator.integers(0, len(_CLASSES), count))
    others = generator.integers(0, len(_CLASSES), (count, TOP_CLASSES - 1))
    scores = np.sort(generator.dirichlet(np.full(TOP_CLASSES + 1, 0.4), count)[:, :TOP_CLASSES], axis=1)[:, ::-1]
    indices = np.concatenate([best[:, None], others], axis=1).astype(np.int32)
    names = pa.array([_CLASSES[index] for index in indices.ravel()])
    ends = pa.array(np.arange(0, (count + 1) * TOP_CLASSES, TOP_CLASSES, dtype=np.int32))
    columns = [
        pa.array(np.arange(start, start + count)),
        pa.array([_CLASSES[label] for label in labels]).dictionary_encode(),
        pa.array(labels.astype(np.int32)),
        pa.array(np.where(best == labels, scores[:, 0], 1 - scores.sum(axis=1))),
        pa.ListArray.from_arrays(ends, pa.array(indices.ravel())),
        pa.ListArray.from_arrays(ends, names),
        pa.ListArray.from_arrays(ends, pa.array(scores.ravel())),
        pa.array(scores[:, 0] - scores[:, 1]),
        pa.array(-(scores * np.log(scores.clip(1e-12))).sum(axis=1)),
    ]
    file = BytesIO()
    pq.write_table(pa.Table.from_arrays(columns, schema=SCHEMA), file, compression="zstd")
    return file.getvalue()
