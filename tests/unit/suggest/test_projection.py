"""UMAP keeps together what lies together, however many samples there are."""

from collections.abc import Iterator
from io import BytesIO

import numpy as np
import polars as pl
import pytest

from domain.errors import HubError, Reason
from suggest.statistics import projection as projecting
from suggest.statistics.embeddings import Embedded
from suggest.statistics.projection import projection


def two_groups(samples: int) -> list[Embedded]:
    """Samples around two directions in turn, in two shards."""
    generator = np.random.default_rng(0)
    vectors = generator.standard_normal((samples, 60)) * 0.1
    vectors[::2, 0] += 3
    vectors[1::2, 1] += 3
    halves, numbers = vectors.astype(np.float16), np.arange(samples)
    middle = samples // 2
    return [Embedded(numbers[:middle], halves[:middle]), Embedded(numbers[middle:], halves[middle:])]


def laid_out(samples: int) -> pl.DataFrame:
    def parts() -> Iterator[Embedded]:
        return iter(two_groups(samples))

    return pl.read_parquet(BytesIO(projection(parts, samples)))


def assert_groups_are_kept(frame: pl.DataFrame) -> None:
    places = frame.select("x", "y").to_numpy()
    centres = [places[start::2].mean(axis=0) for start in (0, 1)]
    spread = max(np.linalg.norm(places[start::2] - centres[start], axis=1).mean() for start in (0, 1))
    assert np.linalg.norm(centres[0] - centres[1]) > 2 * spread
    nearest = np.asarray(frame["nearest"].to_list())
    assert (nearest % 2 == frame["sample"].to_numpy()[:, None] % 2).all()
    assert (np.diff(np.asarray(frame["distances"].to_list()), axis=1) >= 0).all()


def test_groups_stay_groups() -> None:
    assert_groups_are_kept(laid_out(80))


def test_of_many_samples_neighbours_are_searched_for_in_fewer_directions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(projecting, "EXACT", 100)
    frame = laid_out(200)
    assert frame.height == 200
    assert_groups_are_kept(frame)


def test_distances_are_those_of_the_embedding_however_they_were_searched_for(monkeypatch: pytest.MonkeyPatch) -> None:
    positive = np.abs(np.random.default_rng(1).standard_normal((300, 200)) + 2).astype(np.float16)
    positive[1] = positive[0]
    embedded = Embedded(np.arange(300), positive)

    def laid(exact: int) -> pl.DataFrame:
        monkeypatch.setattr(projecting, "EXACT", exact)
        return pl.read_parquet(BytesIO(projection(lambda: iter([embedded]), 300)))

    exact, searched = laid(300), laid(100)
    nearest = [np.asarray(frame["distances"].to_list()) for frame in (exact, searched)]
    assert searched["distances"][0][0] == pytest.approx(0, abs=1e-5)
    assert np.median(nearest[1]) == pytest.approx(np.median(nearest[0]), rel=0.15)


def test_few_samples_are_laid_out_without_umap() -> None:
    frame = laid_out(4)
    assert frame["sample"].to_list() == [0, 1, 2, 3]
    assert np.isfinite(frame.select("x", "y").to_numpy()).all()


def test_without_an_embedding_there_is_nothing_to_lay_out() -> None:
    with pytest.raises(HubError) as caught:
        projection(lambda: iter([]), 0)
    assert caught.value.reason is Reason.EMBEDDING_NOT_FOUND
