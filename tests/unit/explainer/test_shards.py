"""Shards for runs: chunks, records and coarse maps, and the sums that patterns are fitted from."""

import dataclasses
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, cast

import numpy as np
import pytest
from conformance.networks import CLASSES, SIDE, network

from backplane.artifacts import ArtifactStore, StoredObject
from backplane.catalogue import Catalogue
from backplane.results import Results
from domain.errors import HubError, Reason
from domain.explanations import Engine
from domain.labels import ClassLabels
from domain.manifests import DatasetManifest, Head, ModelManifest
from domain.preprocessing import PRESETS
from domain.quality import AssessedShard, Grade, RandomisationStep
from domain.relevance import CHUNK_SAMPLES, COARSE_SIDE, ExplainedShard
from domain.samples import SampleEntry
from explainer.answering import Answering
from explainer.assessed_shards import AssessedShards
from explainer.engine import Answer, Asked, ExplanationEngine, FloatArray
from explainer.explained_shards import ExplainedShards, coarse
from explainer.fitted_patterns import FittedPatterns
from explainer.native import NativeEngine
from explainer.pattern_fitting import PatternFitting
from explainer.propagation.patterns import patterns, statistics
from explainer.question import Question
from explainer.trust.checks import Case, Checks
from explainer.trust.curves import CurveKind
from imaging.arrays import from_npy
from imaging.geometry import Geometry
from inputs.reading import Batch, Inputs
from network.canonical import CanonicalNetwork

SAMPLES = CHUNK_SAMPLES + 3
PICTURES = np.random.default_rng(2).normal(size=(SAMPLES, SIDE, SIDE, 3)).astype(np.float32)
GEOMETRY = Geometry(picture_size=(SIDE, SIDE), box=(0, 0, SIDE, SIDE))
MADE: Any = {"created_at": datetime.now(UTC), "created_by": "somebody"}


class Objects:
    """An object store in memory."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}

    def put(self, key: str, data: bytes, _: str = "") -> None:
        self.objects[key] = data

    def get(self, key: str) -> bytes:
        return self.objects[key]

    def list(self, prefix: str) -> Iterator[StoredObject]:
        return (StoredObject(key, len(data)) for key, data in self.objects.items() if key.startswith(prefix))


class Shelf:
    """A catalogue of one model and one data set of two shards."""

    def __init__(self) -> None:
        self.store = Objects()

    def model(self, _: str, model: str) -> ModelManifest:
        return ModelManifest(
            id=model,
            name="tiny",
            network_digest="n",
            input_shape=(SIDE, SIDE, 3),
            head=Head.SOFTMAX,
            preprocessing=PRESETS["unit"],
            labels=ClassLabels(names=tuple("abcde")),
            layers=3,
            parameters=10,
            **MADE,
        )

    def dataset(self, _: str, dataset: str) -> DatasetManifest:
        return DatasetManifest(id=dataset, name="noise", samples=2 * SAMPLES, shards=2, shard_size=SAMPLES, **MADE)


class Pictures:
    """Two shards of noise, in chunks; only samples with even numbers have a label."""

    def shard(self, _: str, __: str, ___: str, shard: int) -> Iterator[Batch]:
        for begin in range(0, SAMPLES, CHUNK_SAMPLES):
            rows = range(begin, min(begin + CHUNK_SAMPLES, SAMPLES))
            entries = tuple(self._entry(shard * SAMPLES + row) for row in rows)
            yield Batch(entries, PICTURES[rows] * (shard + 1), (GEOMETRY,) * len(rows))

    def _entry(self, number: int) -> SampleEntry:
        label = "b" if number % 2 == 0 else None
        return SampleEntry(number=number, path="p", label=label, width=1, height=1, format="png", offset=0, size=1)


class Doubling:
    """An engine that answers with the inputs times two, and with infinity where a pixel says so."""

    def logits(self, _: str, __: str, inputs: FloatArray) -> FloatArray:
        return np.asarray(inputs[:, 0, 0, :1] + np.arange(CLASSES), np.float32)

    def output_layer(self, _: str, __: str) -> str:
        return "logits"

    def explain(self, asked: Asked) -> Answer:
        relevance = asked.inputs * 2
        relevance[asked.inputs[:, 0, 0, 0] == PICTURES[17, 0, 0, 0]] = np.inf
        return Answer(relevance, None, {}, signed=True)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


def question(target: str) -> Question:
    return Question("w", "m", "d", 0, "doubling", {}, target, "", Engine.NATIVE)


def explained(shelf: Shelf, target: str, shard: int) -> tuple[ExplainedShard, FloatArray, FloatArray]:
    catalogue, engine = cast(Catalogue, shelf), cast(ExplanationEngine, Doubling())
    answering = Answering(catalogue, engine, FittedPatterns(catalogue, lambda _, __: network("plain")))
    shards = ExplainedShards(catalogue, engine, cast(Inputs, Pictures()), answering)
    assert shards.explain(question(target), "ab", shard) == SAMPLES
    paths, objects = Results("w", "d", "m").relevance("ab"), shelf.store.objects
    assert list(objects)[-1] == paths.record(shard), "the record is written last"
    record = ExplainedShard.model_validate_json(objects[paths.record(shard)])
    chunks = [from_npy(objects[paths.chunk(shard, number)]) for number in range(record.chunks)]
    assert [len(chunk) for chunk in chunks] == [CHUNK_SAMPLES, SAMPLES - CHUNK_SAMPLES]
    return record, np.concatenate(chunks), from_npy(objects[paths.coarse(shard)])


def test_a_shard_is_explained_sample_by_sample(shelf: Shelf) -> None:
    record, maps, small = explained(shelf, "predicted", 1)
    assert (record.height, record.width) == (SIDE, SIDE)
    assert [sample.sample for sample in record.samples] == list(range(SAMPLES, 2 * SAMPLES))
    wanted = (PICTURES * 4).sum(axis=-1)
    np.testing.assert_allclose(maps, wanted, rtol=1e-4, atol=1e-4)
    assert small.shape == (SAMPLES, COARSE_SIDE, COARSE_SIDE)
    for sample, relevance in zip(record.samples, wanted, strict=True):
        assert (sample.predicted.name, sample.target_index, sample.target_name) == ("e", 4, "e")
        assert sample.relevance_sum == pytest.approx(float(relevance.sum()), rel=1e-3, abs=1e-3)
        assert sample.refusal is None


def test_samples_without_the_target_or_with_endless_values_are_listed_and_the_others_explained(shelf: Shelf) -> None:
    record, maps, small = explained(shelf, "label", 0)
    refused = {sample.sample: sample.refusal.reason for sample in record.samples if sample.refusal}
    assert refused == dict.fromkeys(range(1, SAMPLES, 2), Reason.LABELS_MISSING)
    predicted, more, _ = explained(shelf, "predicted", 0)
    endless = [sample for sample in predicted.samples if sample.refusal]
    assert [sample.sample for sample in endless] == [17]
    assert endless[0].refusal is not None
    assert endless[0].refusal.reason is Reason.METHOD_NOT_APPLICABLE
    for found, unexplained in ((maps, refused), (small, refused), (more, {17})):
        for number, relevance in enumerate(found):
            assert np.isnan(relevance).all() == np.isnan(relevance).any() == (number in unexplained)


class Checking:
    """Checks that find nothing to say of the samples that they are told about, for a reason."""

    def __init__(self, silent: set[float], reason: Reason) -> None:
        self._silent = silent
        self._reason = reason

    def depths(self, case: Case) -> tuple[int, tuple[int, ...]]:
        if float(case.asked.inputs[0, 0, 0, 0]) in self._silent:
            raise HubError(self._reason, "nothing there")
        return 1, (1,)

    def randomised(self, case: Case, _: int) -> RandomisationStep:
        assert case.original.shape == (SIDE, SIDE)
        figures = dict.fromkeys(("rank_correlation", "rank_correlation_absolute", "ssim", "ssim_absolute"), 0.0)
        return RandomisationStep(layer="logits", stages=1, **figures)

    def curve(self, case: Case, kind: CurveKind, number: int | None) -> tuple[float, ...]:
        marked = (1.0, 0.1, 0.0) if kind is CurveKind.DELETION else (0.0, 0.9, 1.0)
        return marked if number is None else (marked[0], 0.5, marked[-1])

    def disturbed(self, case: Case, number: int) -> tuple[float, float]:
        return 0.1, 0.9


def assessed(shelf: Shelf, silent: set[float], reason: Reason) -> AssessedShard:
    catalogue, engine = cast(Catalogue, shelf), cast(ExplanationEngine, Doubling())
    answering = Answering(catalogue, engine, FittedPatterns(catalogue, lambda _, __: network("plain")))
    checks = cast(Checks, Checking(silent, reason))
    shards = AssessedShards(catalogue, engine, cast(Inputs, Pictures()), answering, checks)
    assert shards.assess(question("predicted"), "ab", 0) == SAMPLES
    return AssessedShard.model_validate_json(shelf.store.objects[Results("w", "d", "m").quality_part("ab", 0)])


def test_the_maps_of_a_shard_are_checked_one_by_one_and_one_that_fails_spoils_no_other(shelf: Shelf) -> None:
    found = assessed(shelf, {float(PICTURES[3, 0, 0, 0])}, Reason.METHOD_NOT_APPLICABLE).samples
    assert [one.sample for one in found] == list(range(SAMPLES))
    refused = {one.sample: one.refusal.detail for one in found if one.refusal}
    assert refused.keys() == {3, 17}
    assert refused[3] == "nothing there"
    good = [one.quality for one in found if one.quality]
    assert len(good) == SAMPLES - 2
    assert {one.grade for one in good} == {Grade.GOOD}
    assert len({one.explanation for one in good}) == len(good)
    alone = dataclasses.replace(question("predicted"), sample=5)
    assert good[4].explanation == alone.digest("n"), "it is the quality of the explanation that people can ask for"


def test_a_store_that_is_away_says_nothing_about_samples(shelf: Shelf) -> None:
    with pytest.raises(HubError) as caught:
        assessed(shelf, {float(PICTURES[3, 0, 0, 0])}, Reason.STORE_UNAVAILABLE)
    assert caught.value.reason is Reason.STORE_UNAVAILABLE
    assert shelf.store.objects == {}


def test_a_coarse_map_lies_on_the_whole_picture() -> None:
    relevance = np.zeros((8, 8), np.float32)
    relevance[:, 4:] = 1
    # The network saw the middle half of a picture that is twice as wide as high.
    found = coarse(relevance, Geometry(picture_size=(64, 32), box=(16, 0, 48, 32)))
    quarter = COARSE_SIDE // 4
    assert np.isnan(found[:, :quarter]).all()
    assert np.isnan(found[:, -quarter:]).all()
    assert (found[:, quarter : quarter + 6] == 0).all()
    assert (found[:, -quarter - 6 : -quarter] == 1).all()


def test_patterns_of_all_shards_are_those_of_all_samples_and_wait_for_all(shelf: Shelf) -> None:
    tiny: CanonicalNetwork = network("plain")
    catalogue, lookups = cast(Catalogue, shelf), []

    def tiny_network(*key: str) -> CanonicalNetwork:
        lookups.append(key)
        return tiny

    class Networks:
        network = staticmethod(tiny_network)

    store, inputs = cast(ArtifactStore, shelf.store), cast(Inputs, Pictures())
    fitting = PatternFitting(store, cast(NativeEngine, Networks()), inputs, 10**5)
    fitted = FittedPatterns(catalogue, tiny_network)
    for shard in range(2):
        with pytest.raises(HubError, match="innhub patterns tiny noise --wait") as caught:
            fitted.get("w", "m", "d")
        assert caught.value.reason is Reason.METHOD_NOT_APPLICABLE
        assert f"{2 - shard} of 2 shards" in caught.value.message
        assert fitting.gather("w", "m", "d", shard) == SAMPLES
    found = fitted.get("w", "m", "d")
    wanted = patterns(tiny, statistics(tiny, np.concatenate([PICTURES, 2 * PICTURES])))
    assert found.keys() == wanted.keys()
    for name, pattern in wanted.items():
        np.testing.assert_allclose(found[name], pattern, rtol=1e-3, atol=1e-4)
    before = len(lookups)
    assert fitted.get("w", "m", "d") is found
    assert len(lookups) == before
