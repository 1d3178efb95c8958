"""Conditions, orders and pages of samples: against examples worked by hand, and by what must hold for all."""

from collections.abc import Sequence

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.suggest.answering import BOTH, CLASSES, TABLE, answers, predicted, samples

from domain.errors import HubError, Reason
from suggest.statistics.answers import Answers, Point, Sample
from suggest.statistics.conditions import matching
from suggest.statistics.samples import Order, PointPage, ordered, point_page, sample_page


def selected(name: str) -> Sequence[int]:
    return {"odd": [1, 3]}[name]


def numbers(*where: str, among: Answers = BOTH) -> list[int]:
    return list(matching(among, where, selected).rows["number"])


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ([], [0, 1, 2]),
        (["label=cat"], [0, 1]),
        (["label=Cat|dog"], [0, 1, 2]),
        (["age!=30"], [1, 2]),
        (["age!=7"], [0, 2]),
        (["label!=cat"], [2]),
        (["predicted=cat"], [0, 2]),
        (["predicted@m2=dog"], [1, 2]),
        (["predicted@net-2 = dog"], [1, 2]),
        (["correct=true"], [0]),
        (["correct=false"], [1]),
        (["correct!=true"], [1, 2]),
        (["correct@m2=TRUE"], [0, 2]),
        (["correct@m1=false", "correct@m2=false"], [1]),
        (["label_error>=0.5"], [1]),
        (["label_error<0.5"], [0]),
        (["mean_score>0.5", "predicted_classes=1"], [0]),
        (["score@m2<=0.7"], [0, 1]),
        (["entropy>0.5"], [2]),
        (["margin>=0.6"], [0, 1]),
        (["number>=1"], [1, 2]),
        (["path=2.png"], [2]),
        (["age<20"], [1]),
        (["column:age>=7"], [0, 1]),
        (["place=zoo"], [0, 2]),
        (["place!=zoo"], [1]),
        (["selection=odd"], [1]),
        (["selection!=odd"], [0, 2]),
        (["width=8", "height=6"], [0, 1, 2]),
    ],
)
def test_conditions_by_hand(where: list[str], expected: list[int]) -> None:
    assert numbers(*where) == expected


def test_a_label_may_hold_what_stands_between_words() -> None:
    table = samples(2).with_columns(label=pl.Series(["cat|dog", "cat"], dtype=pl.Enum(["cat", "cat|dog"])))
    assert numbers("label=cat|dog", among=Answers((), table)) == [0]


def test_samples_can_be_asked_for_without_models() -> None:
    assert numbers("place=home", among=Answers((), TABLE)) == [3, 4]


@pytest.mark.parametrize(
    ("where", "named"),
    [
        ("colour=red", "colour"),
        ("label", "label"),
        ("=cat", "=cat"),
        ("label>cat", ">"),
        ("selection>odd", ">"),
        ("label=owls", "owls"),
        ("predicted=horse", "horse"),
        ("entropy>=much", "much"),
        ("entropy>=nan", "nan"),
        ("correct=perhaps", "perhaps"),
        ("score@m9>1", "m9"),
        ("label@m1=cat", "label@m1"),
    ],
)
def test_a_condition_that_says_nothing_is_named_with_the_way_out(where: str, named: str) -> None:
    with pytest.raises(HubError) as caught:
        numbers(where)
    assert caught.value.reason is Reason.ARGUMENT_INVALID
    assert named in caught.value.message
    assert caught.value.advice


def test_answers_without_models_are_refused() -> None:
    with pytest.raises(HubError, match="No model"):
        numbers("correct=true", among=Answers((), TABLE))


def test_there_is_a_limit_to_conditions() -> None:
    with pytest.raises(HubError, match="33"):
        numbers(*["number>=0"] * 33)


def page(order: Order, among: Answers = BOTH, start: int = 0, size: int = 10) -> PointPage:
    return point_page(among, ordered(among, order, pl.lit(value=True)), start, size)


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (Order(), [0, 1, 2]),
        (Order(descending=True), [2, 1, 0]),
        (Order("mean_score"), [1, 2, 0]),
        (Order("predicted_classes", descending=True), [2, 0, 1]),
        (Order("label_error"), [0, 1, 2]),
        (Order("label_error", descending=True), [1, 0, 2]),
        (Order("score@m2"), [1, 0, 2]),
        (Order("age"), [1, 0, 2]),
        (Order("predicted", descending=True), [1, 0, 2]),
    ],
)
def test_orders_by_hand(order: Order, expected: list[int]) -> None:
    assert [point.sample.number for point in page(order).points] == expected


conditions = st.lists(
    st.sampled_from(["label=cat", "label=dog|cat", "predicted=owl", "correct=false", "score@m2>0.5", "entropy<0.9"]),
    max_size=2,
)
orders = st.builds(
    Order,
    st.sampled_from(["number", "mean_score", "predicted_classes", "label_error@m2", "entropy"]),
    descending=st.booleans(),
)


@given(predicted(2), conditions, orders, st.integers(1, 5))
def test_all_pages_of_a_query_are_the_whole(
    frames: list[pl.DataFrame], where: list[str], order: Order, size: int
) -> None:
    table = samples(12, [CLASSES[number % 3] for number in range(10)])
    among = matching(answers(frames, table), where, selected)
    everything = page(order, among, 0, 100)
    collected: list[Point] = []
    position: int | None = 0
    while position is not None:
        part = page(order, among, position, size)
        assert part.matches == everything.matches == among.rows.height
        collected += part.points
        position = part.next_position
    assert tuple(collected) == everything.points
    assert len({point.sample.number for point in collected}) == everything.matches


@given(
    st.lists(st.none() | st.sampled_from(CLASSES), max_size=12), st.none() | st.sampled_from(CLASSES), st.integers(1, 5)
)
def test_all_pages_of_samples_are_the_whole(labels: list[str | None], label: str | None, size: int) -> None:
    table = samples(len(labels), labels)
    collected: list[Sample] = []
    start: int | None = 0
    while start is not None:
        part = sample_page(table, label, start, size)
        collected += part.samples
        start = part.next_number
    wanted = [number for number, its in enumerate(labels) if label is None or its == label]
    assert [sample.number for sample in collected] == wanted
