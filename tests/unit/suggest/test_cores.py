"""What is kept in memory follows what lies in the store, and lets go of what nobody needs."""

import gc
from typing import cast
from weakref import ref

import numpy as np
import pytest
from unit.suggest.test_service import DictStore, importer, settings, store, work  # noqa: F401

from backplane.artifacts import ArtifactStore
from backplane.results import Results
from domain.errors import HubError, Reason
from imaging.arrays import to_npy
from suggest.answered import Asked
from suggest.cores import Cores
from suggest.dataset_import import DatasetImporter
from suggest.statistics.samples import Order
from suggest.statistics_runs import StatisticsRuns

RESULTS = Results("w", "d", "m1")
ASKED = Asked("w", "d", ("m1",))


@pytest.fixture
async def cores(store: DictStore, importer: DatasetImporter) -> Cores:  # noqa: F811
    await importer.run(work("pictures"))
    return Cores.of(cast(ArtifactStore, store), settings())


def embed(store: DictStore, *vectors: tuple[float, ...]) -> None:  # noqa: F811
    store.put(RESULTS.embedding_part(0), to_npy(np.asarray(vectors, np.float16)))
    StatisticsRuns(cast(ArtifactStore, store)).project(RESULTS)


async def test_a_layout_that_was_made_again_is_read_again(cores: Cores, store: DictStore) -> None:  # noqa: F811
    embed(store, (1, 0), (0, 1))
    assert cores.embedded.projected(ASKED, 10).samples == 2
    embed(store, (1, 0), (0, 1), (1, 1))
    assert cores.embedded.projected(ASKED, 10).samples == 3
    assert cores.embedded.outliers(ASKED, 10).samples == 3


async def test_neighbours_with_and_without_a_layout_are_the_same(cores: Cores, store: DictStore) -> None:  # noqa: F811
    store.put(RESULTS.embedding_part(0), to_npy(np.asarray([(1, 0), (0, 1), (1, 0.5)], np.float16)))
    scanned = cores.embedded.neighbours(ASKED, 0, 2)
    embed(store, (1, 0), (0, 1), (1, 0.5))
    laid_out = cores.embedded.neighbours(ASKED, 0, 2)
    assert [one.sample for one in scanned.distant] == [one.sample for one in laid_out.distant] == [2, 1]
    assert [one.distance for one in laid_out.distant] == pytest.approx(
        [one.distance for one in scanned.distant], abs=1e-3
    )


async def test_an_order_that_is_kept_keeps_no_answers(cores: Cores, store: DictStore) -> None:  # noqa: F811
    answers, places = cores.answered.ordered(ASKED, Order("score"))
    assert len(places) == 3
    gone = ref(answers)
    cores.answered._answers._values.clear()
    del answers
    gc.collect()
    assert gone() is None
    assert cores.answered.page(ASKED, Order("score"), 0, 10).matches == 3


async def test_groups_need_some_explanations(cores: Cores, store: DictStore) -> None:  # noqa: F811
    with pytest.raises(HubError) as caught:
        StatisticsRuns(cast(ArtifactStore, store)).cluster(RESULTS, "ab" * 32, "")
    assert caught.value.reason is Reason.EXPLANATION_NOT_FOUND
    with pytest.raises(HubError) as missing:
        cores.clustered.clusters(ASKED, "ab" * 32, "", 5)
    assert missing.value.reason is Reason.CLUSTERS_NOT_FOUND


async def test_predictions_are_merged_once_they_are_complete(cores: Cores, store: DictStore) -> None:  # noqa: F811
    runs = StatisticsRuns(cast(ArtifactStore, store))
    runs.merge(Results("w", "d", "m2"))
    assert not store.exists(Results("w", "d", "m2").merged_predictions)
    runs.merge(RESULTS)
    assert store.exists(RESULTS.merged_predictions)
    store.objects.pop(RESULTS.prediction_part(0))
    assert cores.answered.agreement(ASKED, 10, 0.5)[0].samples == 3
