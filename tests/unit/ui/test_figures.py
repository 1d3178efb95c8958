from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui import answer_charts, figures


def point(sample: int, mean_score: float, classes: int, correct: bool | None = None) -> dict[str, Any]:
    answer = {"model": "m", "predicted": {"name": "tabby", "index": 1, "score": mean_score}, "label_score": None}
    return {
        "sample": {"number": sample, "path": "", "label": None},
        "mean_score": mean_score,
        "predicted_classes": classes,
        "answers": [{**answer, "correct": correct}],
    }


@given(st.integers(0, 10**7))
def test_a_point_stays_nearest_to_its_row_and_always_in_the_same_place(sample: int) -> None:
    assert abs(figures.jitter(sample)) <= 0.35
    assert figures.jitter(sample) == figures.jitter(sample)


def test_no_two_of_a_hundred_samples_are_moved_alike() -> None:
    moves = sorted(figures.jitter(sample) for sample in range(100))
    assert min(after - before for before, after in pairwise(moves)) > 0.7 / 100 / 3


def test_hovering_shows_the_values_and_not_the_jitter() -> None:
    figure = figures.agreement([point(7, 0.123456789, 2)], ["lite0"])
    [trace] = figure.data
    assert trace.x[0] == 0.123456789
    assert trace.y[0] != 2
    assert trace.customdata[0]["answers"] == [
        {"model": "lite0", "class": "tabby", "score": 0.123456789, "correct": None}
    ]


@pytest.mark.parametrize(
    ("correct", "expected"),
    [
        ([True, True], figures.ALL_CORRECT),
        ([True, False], figures.SOME_CORRECT),
        ([False, False], figures.NONE_CORRECT),
        ([None, None], figures.NO_LABEL),
        ([None, True], figures.ALL_CORRECT),
    ],
)
def test_the_verdict_counts_models_that_know_the_label(correct: list[bool | None], expected: figures.Verdict) -> None:
    assert figures.verdict([{"correct": value} for value in correct]) is expected


def test_many_points_are_drawn_by_the_graphics_card() -> None:
    few, many = (figures.agreement([point(i, 0.5, 1) for i in range(count)], ["a"]) for count in (10, 4_000))
    assert (few.data[0].type, many.data[0].type) == ("scatter", "scattergl")


def test_cells_lie_beneath_the_points_each_at_its_place() -> None:
    cells = [
        {"lower": 0.02, "upper": 0.04, "predicted_classes": 2, "samples": 900},
        {"lower": 0.98, "upper": 1.0, "predicted_classes": 1, "samples": 1},
    ]
    density, points = figures.agreement([point(7, 0.5, 1)], ["a"], cells).data
    assert (density.type, points.type) == ("heatmap", "scatter")
    drawn = {
        (round(density.x0 + column * density.dx, 6), density.y0 + row): value
        for row, line in enumerate(density.z)
        for column, value in enumerate(line)
        if value is not None
    }
    assert drawn.keys() == {(0.03, 2), (0.99, 1)}
    assert drawn[0.03, 2] > drawn[0.99, 1] > 0


BINS = [
    {"lower": 0.0, "upper": 0.5, "samples": 5, "correct": 3},
    {"lower": 0.5, "upper": 1.0, "samples": 1, "correct": 0},
]


def test_bars_split_right_from_wrong_and_know_their_edges() -> None:
    right, wrong = answer_charts.histogram(BINS).data
    assert (right.y[0], wrong.y[0]) == (3, 2)
    assert right.customdata[0] == {"show": "label_error:0.0..0.5", "lower": 0.0, "upper": 0.5}
    assert wrong.customdata[1]["show"] == "label_error:0.5.."


def test_a_confusion_has_the_same_classes_in_the_same_order_on_both_sides() -> None:
    found = {
        "rows": [{"name": "cat", "samples": 3}, {"name": "dog", "samples": 2}],
        "columns": [{"name": "fox", "samples": 3}, {"name": "dog", "samples": 2}, {"name": "cat", "samples": 1}],
        "cells": [{"row": "cat", "column": "fox", "samples": 3}, {"row": "dog", "column": "dog", "samples": 2}],
    }
    figure = answer_charts.confusion(found, "label", "predicted@m", ("Label", "m"))
    [matrix] = figure.data
    assert (figure.layout.yaxis.ticktext, figure.layout.xaxis.ticktext) == (("cat", "dog"), ("cat", "dog", "fox"))
    assert [[value is not None for value in line] for line in matrix.z] == [[False, False, True], [False, True, False]]
    assert matrix.text[0][2] == 'cell:["label", "cat", "predicted@m", "fox"]'
