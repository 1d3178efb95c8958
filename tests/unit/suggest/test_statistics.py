"""Agreement, histogram and queries: against examples worked by hand, and by what must hold for all."""

from collections.abc import Sequence

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import HubError, Reason
from suggest.statistics.agreement import Agreement, Quadrant, agreement
from suggest.statistics.answers import Answer, Point, Sample
from suggest.statistics.histogram import Bin, histogram
from suggest.statistics.predictions import SCHEMA
from suggest.statistics.samples import Order, Query, point_page, sample_page

Row = tuple[int, int, str, float, int | None, float | None]
CLASSES = ("cat", "dog", "owl")


def frame(*rows: Row) -> pl.DataFrame:
    """Predictions: sample, index, name, score, label_index, label_score."""
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def samples(count: int, labels: Sequence[str | None] = ()) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "number": range(count),
            "path": [f"{number}.png" for number in range(count)],
            "label": pl.Series([*labels, *[None] * (count - len(labels))], dtype=pl.String),
            "width": [8] * count,
            "height": [6] * count,
        }
    )


FIRST = frame((0, 0, "cat", 0.9, 0, 0.9), (1, 1, "dog", 0.6, 0, 0.3), (2, 0, "cat", 0.2, None, None))
SECOND = frame(
    (0, 0, "cat", 0.7, 0, 0.7), (1, 7, "dog", 0.2, 3, 0.1), (2, 1, "dog", 0.9, 1, 0.9), (3, 0, "cat", 1, 0, 1)
)
TABLE = samples(5, ["cat", "cat", "dog", "cat"])
MODELS = ("m1", "m2")


def test_agreement_by_hand() -> None:
    result = agreement([FIRST, SECOND], TABLE, MODELS, 10, 0.5)
    assert result == Agreement(
        samples=3,
        points=(
            Point(
                Sample(0, "0.png", "cat", 8, 6),
                0.8,
                1,
                (Answer("m1", 0, "cat", 0.9, 0.9, True), Answer("m2", 0, "cat", 0.7, 0.7, True)),
            ),
            Point(
                Sample(1, "1.png", "cat", 8, 6),
                0.4,
                1,
                (Answer("m1", 1, "dog", 0.6, 0.3, False), Answer("m2", 7, "dog", 0.2, 0.1, False)),
            ),
            Point(
                Sample(2, "2.png", "dog", 8, 6),
                0.55,
                2,
                (Answer("m1", 0, "cat", 0.2, None, None), Answer("m2", 1, "dog", 0.9, 0.9, True)),
            ),
        ),
        quadrants=(
            Quadrant(True, True, 1),
            Quadrant(True, False, 1),
            Quadrant(False, True, 1),
            Quadrant(False, False, 0),
        ),
    )


def test_a_mean_on_the_threshold_is_sure() -> None:
    quadrants = agreement([frame((0, 0, "cat", 0.5, None, None))], samples(1), ("m",), 10, 0.5).quadrants
    assert quadrants[0] == Quadrant(agree=True, sure=True, samples=1)


def test_answers_stand_in_the_order_of_the_models() -> None:
    point = agreement([SECOND, FIRST], TABLE, ("m2", "m1"), 10, 0.5).points[2]
    assert [(answer.model, answer.name) for answer in point.answers] == [("m2", "dog"), ("m1", "cat")]


def test_models_without_a_common_sample_give_an_empty_map() -> None:
    result = agreement([FIRST, frame((9, 0, "cat", 1, None, None))], TABLE, MODELS, 10, 0.5)
    assert (result.samples, result.points, [quadrant.samples for quadrant in result.quadrants]) == (0, (), [0] * 4)


def test_of_many_samples_the_same_part_is_shown_in_order() -> None:
    many = frame(*((number, 0, "cat", 0.5, None, None) for number in range(1000)))
    first, second = (agreement([many], samples(1000), ("m",), 100, 0.5) for _ in range(2))
    numbers = [point.sample.number for point in first.points]
    assert first == second
    assert first.samples == first.quadrants[0].samples == 1000
    assert len(numbers) == len(set(numbers)) == 100
    assert numbers == sorted(numbers)
    assert 350 < np.mean(numbers) < 650


scores = st.floats(0, 1)


@st.composite
def predicted(draw: st.DrawFn, models: int) -> list[pl.DataFrame]:
    count = draw(st.integers(0, 12))
    row = st.tuples(st.sampled_from(range(3)), scores, st.none() | st.tuples(st.sampled_from(range(3)), scores))

    def model() -> pl.DataFrame:
        answers = draw(st.lists(row, min_size=count, max_size=count))
        return frame(
            *(
                (number, index, CLASSES[index], score, *(label or (None, None)))
                for number, (index, score, label) in enumerate(answers)
            )
        )

    return [model() for _ in range(models)]


@given(st.integers(1, 16).flatmap(predicted), scores)
@settings(deadline=None)
def test_means_are_exact_and_counts_add_up(frames: list[pl.DataFrame], sure_score: float) -> None:
    models = [f"m{number}" for number in range(len(frames))]
    result = agreement(frames, samples(12), models, 100, sure_score)
    assert sum(quadrant.samples for quadrant in result.quadrants) == result.samples == len(result.points)
    for point in result.points:
        assert point.mean_score == np.mean([answer.score for answer in point.answers])
        assert point.predicted_classes == len({answer.name for answer in point.answers})


def test_histogram_by_hand() -> None:
    rows = frame(
        (0, 0, "cat", 1.0, 0, 1.0000001),
        (1, 0, "cat", 0.75, 0, 0.75),
        (2, 0, "cat", 0.9, 1, 0.0),
        (3, 0, "cat", 0.5, 0, 0.5),
        (4, 0, "cat", 0.5, None, None),
    )
    result = histogram(rows, 4)
    assert result.bins == (Bin(0, 0.25, 1, 1), Bin(0.25, 0.5, 1, 1), Bin(0.5, 0.75, 1, 1), Bin(0.75, 1, 1, 0))
    assert (result.samples, result.without_label) == (4, 1)


def test_without_a_known_label_there_is_no_histogram() -> None:
    with pytest.raises(HubError) as caught:
        histogram(frame((0, 0, "cat", 1, None, None)), 4)
    assert caught.value.reason is Reason.LABELS_MISSING


@given(predicted(1), st.integers(1, 50))
@settings(deadline=None)
def test_bars_add_up(frames: list[pl.DataFrame], bins: int) -> None:
    rows = frames[0]
    labelled = rows.drop_nulls("label_score")
    if labelled.is_empty():
        return
    result = histogram(rows, bins)
    assert len(result.bins) == bins
    assert (result.bins[0].lower, result.bins[-1].upper) == (0, 1)
    assert sum(bar.samples for bar in result.bins) == result.samples == labelled.height
    assert sum(bar.correct for bar in result.bins) == (labelled["index"] == labelled["label_index"]).sum()
    assert result.samples + result.without_label == rows.height


def found(query: Query, frames: Sequence[pl.DataFrame] = (FIRST, SECOND)) -> list[int]:
    page = point_page(frames, TABLE, MODELS[: len(frames)], query, 0, 10)
    assert page.matches == len(page.points)
    return [point.sample.number for point in page.points]


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        (Query(), [0, 1, 2]),
        (Query(descending=True), [2, 1, 0]),
        (Query(label="cat"), [0, 1]),
        (Query(label="owl"), []),
        (Query(predicted="cat"), [0, 2]),
        (Query(predicted="no such class"), []),
        (Query(correct=True), [0]),
        (Query(correct=False), [1]),
        (Query(min_label_error=0.5), [1]),
        (Query(max_label_error=0.5), [0]),
        (Query(order=Order.MEAN_SCORE), [1, 2, 0]),
        (Query(order=Order.PREDICTED_CLASSES, descending=True), [2, 0, 1]),
        (Query(order=Order.LABEL_ERROR), [0, 1, 2]),
        (Query(order=Order.LABEL_ERROR, descending=True), [1, 0, 2]),
    ],
)
def test_queries_by_hand(query: Query, numbers: list[int]) -> None:
    assert found(query) == numbers


queries = st.builds(
    Query,
    label=st.none() | st.sampled_from(CLASSES),
    predicted=st.none() | st.sampled_from(CLASSES),
    correct=st.none() | st.booleans(),
    order=st.sampled_from(Order),
    descending=st.booleans(),
)


@given(predicted(2), queries, st.integers(1, 5))
@settings(deadline=None)
def test_all_pages_of_a_query_are_the_whole(frames: list[pl.DataFrame], query: Query, size: int) -> None:
    table = samples(12, [CLASSES[number % 3] for number in range(10)])
    everything = point_page(frames, table, MODELS, query, 0, 100)
    collected: list[Point] = []
    position: int | None = 0
    while position is not None:
        page = point_page(frames, table, MODELS, query, position, size)
        assert page.matches == everything.matches
        collected += page.points
        position = page.next_position
    assert tuple(collected) == everything.points
    assert len({point.sample.number for point in collected}) == everything.matches


@given(
    st.lists(st.none() | st.sampled_from(CLASSES), max_size=12), st.none() | st.sampled_from(CLASSES), st.integers(1, 5)
)
@settings(deadline=None)
def test_all_pages_of_samples_are_the_whole(labels: list[str | None], label: str | None, size: int) -> None:
    table = samples(len(labels), labels)
    collected: list[Sample] = []
    start: int | None = 0
    while start is not None:
        page = sample_page(table, label, start, size)
        collected += page.samples
        start = page.next_number
    wanted = [number for number, its in enumerate(labels) if label is None or its == label]
    assert [sample.number for sample in collected] == wanted
