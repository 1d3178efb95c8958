"""What was measured, as a table: what stands beside what, which aims are met, who is faster."""

from dataclasses import replace
from typing import Any

import pytest

from bench.methods.aims import most_passes, most_seconds
from bench.methods.comparison import LIBRARIES, NATIVE, unit_of
from bench.methods.measuring import Figures
from bench.methods.rows import Row, paired
from bench.methods.table import tables

_FIGURES = Figures(
    evaluations=1,
    passes=2.4,
    passes_low=2.3,
    passes_high=2.5,
    images_per_second=12.0,
    first_call_seconds=1.5,
    peak_megabytes=80.4,
    forward_milliseconds=35.0,
    rounds=15,
)


def _row(library: str = NATIVE, method: str = "gradient", network: str = "VGG16", **figures: Any) -> Row:
    return Row(network, library, method, f"{library}'s {method}", replace(_FIGURES, **figures), versions={"x": "1"})


def _line(text: str, beginning: str) -> list[str]:
    """The cells of the first line of a table with such a first cell."""
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines()]
    return next(cells for cells in lines if cells[0] == beginning)


def test_rows_of_one_method_stand_together_and_ours_come_first() -> None:
    rows = [_row(), _row("Xplique"), _row("Xplique", "rise"), _row(network="ResNet50")]
    assert {method: list(found) for method, found in paired(rows, "VGG16").items()} == {
        "gradient": [NATIVE, "Xplique"],
        "rise": ["Xplique"],
    }


@pytest.mark.parametrize(("passes", "verdict"), [(2.5, "≤ 2.5 met"), (2.51, "≤ 2.5 not met")])
def test_an_aim_is_met_up_to_its_bound(passes: float, verdict: str) -> None:
    assert _line(tables([_row(passes=passes)]), "gradient")[3] == verdict


def test_an_aim_for_some_networks_holds_for_no_other() -> None:
    assert most_passes("lrp.epsilon", "VGG16") == 2.5
    assert most_passes("lrp.epsilon", "ResNet50") == 3.0
    assert most_passes("lrp.epsilon", "MobileNetV2") is None
    assert most_passes("random", "VGG16") is None


def test_the_first_call_of_a_method_of_many_evaluations_has_no_aim() -> None:
    assert most_seconds("VGG16", _FIGURES) == 2.0
    assert most_seconds("VGG16", replace(_FIGURES, evaluations=64)) is None
    assert most_seconds("MobileNetV2", _FIGURES) is None


def test_a_late_first_call_is_told() -> None:
    assert _line(tables([_row(first_call_seconds=2.14)]), "gradient")[5] == "2.1 (≤ 2 not met)"


def test_methods_of_many_evaluations_are_told_by_what_they_repeat() -> None:
    rows = [_row(method="smoothgrad", evaluations=64), _row(method="rise", evaluations=256), _row(method="odd.one")]
    text = tables(rows)
    assert [_line(text, method)[1] for method in ("smoothgrad", "rise", "odd.one")] == ["sample", "mask", "picture"]
    assert unit_of("odd.one") == "evaluation"


def test_whoever_takes_fewer_forward_passes_is_named() -> None:
    slower = tables([_row(passes=2.4), _row("Xplique", passes=2.3), _row("tf-keras-vis", passes=9.0)])
    assert _line(slower, "gradient")[-1] == "no: Xplique"
    assert _line(tables([_row(passes=2.4), _row("Xplique", passes=2.4)]), "gradient")[-1] == "yes"
    assert _line(tables([_row()]), "gradient")[-1] == ""


def test_what_could_not_be_measured_is_told_with_the_reason_and_counts_for_nothing() -> None:
    failed = Row("VGG16", "innvestigate", "gradient", "gradient", failure="it said nothing")
    refused = Row("VGG16", NATIVE, "grad_cam", "grad_cam", failure="does not apply: no maps")
    text = tables([_row(), failed, refused])
    assert "* innvestigate gradient: it said nothing" in text
    assert f"* {NATIVE} grad_cam: does not apply: no maps" in text
    assert _line(text, "grad_cam")[1:] == [""] * 10
    assert _line(text, "gradient")[-1] == ""


def test_the_outcome_is_counted_over_all_networks() -> None:
    rows = [
        _row(passes=2.4, first_call_seconds=1.0),
        _row("Xplique", passes=3.0),
        _row(network="ResNet50", passes=2.6, first_call_seconds=3.0),
        _row("Xplique", network="ResNet50", passes=2.5),
    ]
    assert "Aims met: 3 of 4. At least as fast as every library that has the method: 1 of 2." in tables(rows)


def test_every_line_of_a_table_has_the_same_cells() -> None:
    rows = [_row(), *(_row(library.name) for library in LIBRARIES), _row("Xplique", "rise", evaluations=256)]
    widths: list[set[int]] = [set()]
    for line in tables(rows).splitlines():
        if line.startswith("|"):
            widths[-1].add(line.count("|"))
        elif widths[-1]:
            widths.append(set())
    assert [len(found) for found in widths if found] == [1, 1]
