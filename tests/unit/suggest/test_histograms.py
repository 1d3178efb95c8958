"""Histograms, calibration and confusions: against examples worked by hand, and by what must hold for all."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.suggest.answering import BOTH, FIRST, TABLE, answers, frame, predicted, samples

from domain.errors import HubError, Reason
from domain.labels import ClassLabels
from suggest.statistics.answers import AnsweringModel, Answers, side_by_side
from suggest.statistics.calibration import calibration
from suggest.statistics.confusion import confusion
from suggest.statistics.histogram import Bin, answers_histogram

KNOWN = answers(
    [
        frame(
            (0, 0, 1.0, 0, 1.0000001), (1, 0, 0.75, 0, 0.75), (2, 0, 0.9, 1, 0.0), (3, 0, 0.5, 0, 0.5),
            (4, 0, 0.5, None, None),
        )
    ],
    samples(5),
)  # fmt: skip
UNLABELLED = answers([frame((0, 0, 1, None, None))], samples(1))


def test_label_errors_by_hand() -> None:
    result = answers_histogram(KNOWN, "label_error", 4)
    assert result.bins == (Bin(0, 0.25, 1, 1), Bin(0.25, 0.5, 1, 1), Bin(0.5, 0.75, 1, 1), Bin(0.75, 1, 1, 0))
    assert (result.samples, result.without_label) == (4, 1)


def test_entropies_reach_from_nothing_to_the_largest() -> None:
    result = answers_histogram(KNOWN, "entropy", 2)
    assert result.bins == (Bin(0, 0.25, 2, 1), Bin(0.25, 0.5, 3, 2))
    assert (result.samples, result.without_label) == (5, 0)


def test_without_a_known_label_there_are_no_label_errors_but_scores() -> None:
    with pytest.raises(HubError) as caught:
        answers_histogram(UNLABELLED, "label_error", 4)
    assert caught.value.reason is Reason.LABELS_MISSING
    assert answers_histogram(UNLABELLED, "score", 1).bins == (Bin(0, 1, 1, 0),)


@given(predicted(1), st.integers(1, 50))
def test_bars_add_up(frames: list[pl.DataFrame], bins: int) -> None:
    rows = frames[0]
    labelled = rows.drop_nulls("label_score")
    if labelled.is_empty():
        return
    result = answers_histogram(answers(frames, samples(12)), "label_error", bins)
    assert len(result.bins) == bins
    assert (result.bins[0].lower, result.bins[-1].upper) == (0, 1)
    assert sum(bar.samples for bar in result.bins) == result.samples == labelled.height
    assert sum(bar.correct for bar in result.bins) == (labelled["index"] == labelled["label_index"]).sum()
    assert result.samples + result.without_label == rows.height


def test_calibration_by_hand() -> None:
    result = calibration(KNOWN, 2)
    low, high = result.bins
    assert (low.lower, low.upper, low.samples, low.mean_score, low.accuracy) == (0, 0.5, 1, 0.5, 1)
    assert (high.lower, high.upper, high.samples) == (0.5, 1, 3)
    assert high.mean_score == pytest.approx((1.0 + 0.75 + 0.9) / 3)
    assert high.accuracy == pytest.approx(2 / 3)
    assert result.expected_calibration_error == pytest.approx((0.5 + abs(2 - 2.65)) / 4)
    assert (result.samples, result.without_label, result.accuracy) == (4, 1, 0.75)


def test_an_empty_bin_has_no_mean() -> None:
    assert [(one.mean_score, one.accuracy) for one in calibration(KNOWN, 4).bins[:1]] == [(None, None)]


def test_calibration_needs_labels() -> None:
    with pytest.raises(HubError) as caught:
        calibration(UNLABELLED, 10)
    assert caught.value.reason is Reason.LABELS_MISSING


@given(predicted(1), st.integers(1, 30))
def test_the_calibration_error_is_the_mean_gap(frames: list[pl.DataFrame], bins: int) -> None:
    labelled = frames[0].drop_nulls("label_index")
    if labelled.is_empty():
        return
    result = calibration(answers(frames, samples(12)), bins)
    gaps = [one.samples * abs((one.accuracy or 0) - (one.mean_score or 0)) for one in result.bins if one.samples]
    assert result.expected_calibration_error == pytest.approx(sum(gaps) / result.samples, abs=1e-9)
    assert 0 <= result.expected_calibration_error <= 1


def test_confusion_with_labels_by_hand() -> None:
    found = confusion(answers([FIRST], TABLE), "", 10)
    assert found.rows == (("cat", 2), ("dog", 1))
    assert found.columns == (("cat", 2), ("dog", 1))
    assert found.cells == (("cat", "cat", 1), ("cat", "dog", 1), ("dog", "cat", 1))
    assert found.most_confused == (("cat", "dog", 1), ("dog", "cat", 1))
    assert (found.samples, found.equal, found.without_label) == (3, 1, 0)


def test_confusion_of_two_models_by_hand() -> None:
    found = confusion(BOTH, "", 10)
    assert found.cells == (("cat", "cat", 1), ("cat", "dog", 1), ("dog", "dog", 1))
    assert (found.samples, found.equal) == (3, 2)


def test_confusion_with_another_column_leaves_out_who_has_nothing_there() -> None:
    found = confusion(answers([FIRST], TABLE), "place", 10)
    assert found.cells == (("zoo", "cat", 2),)
    assert (found.samples, found.equal, found.without_label) == (2, 0, 1)


def test_labels_spelled_in_another_way_are_the_same_class() -> None:
    table = samples(2, kind=["Tabby-Cat", "tabby cat"])
    found = confusion(answers([frame((0, 0, 1, None, None), (1, 0, 1, None, None))], table, ("tabby_cat",)), "kind", 9)
    assert found.cells == (("tabby_cat", "tabby_cat", 2),)
    assert found.equal == 2


def test_labels_that_are_aliases_or_numbers_mean_their_classes() -> None:
    labels = ClassLabels(names=("Egyptian_cat", "beagle"), aliases=(("n02124075",), ("n02088364",)))
    table = samples(3, kind=["n02124075", "1", "unknown"]).with_columns(
        label=pl.Series(["n02124075", "1", "unknown"], dtype=pl.Enum(["n02124075", "1", "unknown"]))
    )
    right = frame((0, 0, 1, 0, 1), (1, 1, 1, 1, 1), (2, 1, 1, None, None))
    both = side_by_side([AnsweringModel("m", "net", labels)], [right], table)
    for column in ("", "kind"):
        found = confusion(both, column, 10)
        assert (found.samples, found.equal) == (3, 2)
        assert found.most_confused == (("unknown", "beagle", 1),)


def test_conditions_that_nobody_meets_leave_an_empty_diagram() -> None:
    nobody = Answers(KNOWN.models, KNOWN.rows.clear())
    assert (calibration(nobody, 2).samples, confusion(nobody, "", 5).samples) == (0, 0)
    assert answers_histogram(nobody, "label_error", 2).samples == 0


def test_only_the_most_frequent_classes_are_shown_but_all_are_counted() -> None:
    found = confusion(answers([FIRST], TABLE), "", 1)
    assert (found.rows, found.columns, found.cells) == ((("cat", 2),), (("cat", 2),), (("cat", "cat", 1),))
    assert len(found.most_confused) == 2
    assert found.samples == 3


@pytest.mark.parametrize(("column", "reason"), [("age", Reason.ARGUMENT_INVALID), ("colour", Reason.ARGUMENT_INVALID)])
def test_what_is_no_column_of_words_is_refused(column: str, reason: Reason) -> None:
    with pytest.raises(HubError) as caught:
        confusion(answers([FIRST], TABLE), column, 10)
    assert caught.value.reason is reason
    assert column in caught.value.message


@given(predicted(2))
def test_cells_add_up(frames: list[pl.DataFrame]) -> None:
    found = confusion(answers(frames, samples(12)), "", 10)
    assert sum(count for *_, count in found.cells) == found.samples == frames[0].height
    equal = np.count_nonzero(frames[0]["index"].to_numpy() == frames[1]["index"].to_numpy())
    assert found.equal == equal
