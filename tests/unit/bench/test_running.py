"""The order of the measurements, and what becomes of those that fail."""

from pathlib import Path
from typing import Any

import pytest

from bench.methods import running
from bench.methods.asking import Measurement, ProcessFailedError, Task, answered
from bench.methods.comparison import LIBRARIES, NATIVE, OURS
from bench.methods.measuring import QUICK, Figures
from bench.methods.running import Choice, run

_FIGURES = Figures(1, 2.0, 2.0, 2.0, 1.0, 1.0, 1.0, 1.0, 3)
_LISTED = [
    {"id": "rise", "title": "RISE", "obstacle": ""},
    {"id": "gradient", "title": "Gradient", "obstacle": ""},
    {"id": "grad_cam", "title": "Grad-CAM", "obstacle": "No layer gives maps."},
]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What was measured, as modules and methods; Xplique fails, and no process is started."""
    found: list[tuple[str, str]] = []

    def measurement(_: Path, module: str, task: Task) -> Measurement:
        name = module.rpartition(".")[2]
        found.append((name, task.method))
        if name == "xplique_process":
            raise ProcessFailedError("ended by signal 9")
        return Measurement("its name", {}, _FIGURES)

    def listing(*_: Any, **__: Any) -> Any:
        return _LISTED

    monkeypatch.setattr(running, "measurement", measurement)
    monkeypatch.setattr(running, "answered", listing)
    monkeypatch.setattr("bench.methods.comparison.python_with", lambda _: OURS)
    return found


def _choice(*methods: str, libraries: tuple[str, ...] = ()) -> Choice:
    return Choice(["VGG16"], methods, libraries, QUICK)


def test_a_method_is_measured_in_all_libraries_before_the_next_one(asked: list[tuple[str, str]]) -> None:
    list(run(_choice("gradient", "rise")))
    assert asked == [
        ("native_process", "rise"),
        ("xplique_process", "rise"),
        ("native_process", "gradient"),
        ("xplique_process", "gradient"),
        ("tf_keras_vis_process", "gradient"),
        ("innvestigate_process", "gradient"),
    ]


def test_a_process_that_fails_leaves_a_row_with_its_reason_and_the_next_one_begins(
    asked: list[tuple[str, str]],
) -> None:
    ours, xplique = run(_choice("rise"))
    assert (ours.library, ours.figures, ours.failure) == (NATIVE, _FIGURES, "")
    assert (xplique.library, xplique.figures, xplique.failure) == ("Xplique", None, "ended by signal 9")


def test_a_method_that_does_not_apply_is_told_of_and_not_run(asked: list[tuple[str, str]]) -> None:
    (row,) = run(_choice("grad_cam", libraries=(NATIVE,)))
    assert row.failure == "does not apply: No layer gives maps."
    assert asked == []


def test_what_only_others_have_comes_last(asked: list[tuple[str, str]]) -> None:
    methods = [row.method for row in run(_choice()) if row.library != NATIVE]
    assert list(dict.fromkeys(methods))[:2] == ["rise", "gradient"]
    assert set(methods) == {method for library in LIBRARIES for method in library.methods}


def test_a_process_that_cannot_start_says_why() -> None:
    with pytest.raises(ProcessFailedError, match=r"No module named bench\.methods\.nothing"):
        answered(OURS, "bench.methods.nothing", limit_seconds=60.0)
