"""The agreement map: against an example worked by hand, and by what must hold for all."""

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st
from unit.suggest.answering import BOTH, FIRST, SECOND, TABLE, answers, frame, model, predicted, samples, scores

from suggest.statistics.agreement import Quadrant, agreement
from suggest.statistics.answers import Answer, Point, Sample, side_by_side


def test_agreement_by_hand() -> None:
    result = agreement(BOTH, 10, 0.5)
    assert result.samples == 3
    assert result.points == (
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
            (Answer("m1", 1, "dog", 0.6, 0.3, False), Answer("m2", 1, "dog", 0.2, 0.1, False)),
        ),
        Point(
            Sample(2, "2.png", "dog", 8, 6),
            0.55,
            2,
            (Answer("m1", 0, "cat", 0.2, None, None), Answer("m2", 1, "dog", 0.9, 0.9, True)),
        ),
    )
    assert result.quadrants == (
        Quadrant(agree=True, sure=True, samples=1),
        Quadrant(agree=True, sure=False, samples=1),
        Quadrant(agree=False, sure=True, samples=1),
        Quadrant(agree=False, sure=False, samples=0),
    )
    assert [(cell.lower, cell.upper, cell.predicted_classes, cell.samples) for cell in result.cells] == [
        (0.4, 0.42, 1, 1),
        (0.54, 0.56, 2, 1),
        (0.8, 0.82, 1, 1),
    ]


def test_quadrants_say_in_words_what_they_are() -> None:
    quadrants = agreement(BOTH, 10, 0.5).quadrants
    assert [one.title for one in quadrants] == ["Agree, sure", "Agree, unsure", "Disagree, sure", "Disagree, unsure"]
    assert len({one.meaning for one in quadrants}) == 4


def test_a_mean_on_the_threshold_is_sure() -> None:
    quadrants = agreement(answers([frame((0, 0, 0.5, None, None))], samples(1)), 10, 0.5).quadrants
    assert quadrants[0] == Quadrant(agree=True, sure=True, samples=1)


def test_answers_stand_in_the_order_of_the_models() -> None:
    point = agreement(side_by_side([model(2), model(1)], [SECOND, FIRST], TABLE), 10, 0.5).points[2]
    assert [(answer.model, answer.name) for answer in point.answers] == [("m2", "dog"), ("m1", "cat")]


def test_units_of_models_with_other_classes_agree_by_their_names() -> None:
    swapped = model(2, ("dog", "cat"))
    same = side_by_side([model(1), swapped], [frame((0, 0, 1, None, None)), frame((0, 1, 1, None, None))], samples(1))
    assert same.rows["predicted_classes"].to_list() == [1]
    assert [answer.name for answer in agreement(same, 10, 0.5).points[0].answers] == ["cat", "cat"]


def test_names_spelled_in_another_way_are_one_class() -> None:
    other = model(2, ("Egyptian cat",))
    frames = [frame((0, 0, 1, None, None))] * 2
    assert side_by_side([model(1, ("Egyptian_cat",)), other], frames, samples(1)).rows["predicted_classes"][0] == 1


def test_models_without_a_common_sample_give_an_empty_map() -> None:
    result = agreement(answers([FIRST, frame((4, 0, 1, None, None))], TABLE), 10, 0.5)
    assert (result.samples, result.points, [quadrant.samples for quadrant in result.quadrants]) == (0, (), [0] * 4)
    assert result.cells == ()


def test_of_many_samples_the_same_part_is_shown_in_order() -> None:
    many = answers([frame(*((number, 0, 0.5, None, None) for number in range(1000)))], samples(1000))
    first, second = (agreement(many, 100, 0.5) for _ in range(2))
    numbers = [point.sample.number for point in first.points]
    assert first == second
    assert first.samples == first.quadrants[0].samples == 1000
    assert len(numbers) == len(set(numbers)) == 100
    assert numbers == sorted(numbers)
    assert 350 < np.mean(numbers) < 650


def test_rare_cases_are_shown_among_many_usual_ones() -> None:
    usual = [(number, 0, 0.9, None, None) for number in range(1000)]
    unlike = [(number, 1 if number in (17, 900) else 0, 0.9, None, None) for number in range(1000)]
    result = agreement(answers([frame(*usual), frame(*unlike)], samples(1000)), 50, 0.5)
    shown = [point.sample.number for point in result.points]
    assert {17, 900} <= set(shown)
    assert len(shown) == 50
    assert sum(cell.samples for cell in result.cells) == 1000


@given(st.integers(1, 16).flatmap(predicted), scores)
def test_means_are_exact_and_counts_add_up(frames: list[pl.DataFrame], sure_score: float) -> None:
    result = agreement(answers(frames, samples(12)), 100, sure_score)
    assert sum(quadrant.samples for quadrant in result.quadrants) == result.samples == len(result.points)
    assert sum(cell.samples for cell in result.cells) == result.samples
    for point in result.points:
        assert point.mean_score == np.mean([answer.score for answer in point.answers])
        assert point.predicted_classes == len({answer.name for answer in point.answers})
