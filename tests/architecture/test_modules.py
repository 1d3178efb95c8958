"""Modules stay small, say what they are for, and are named after it."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted(
    path
    for pattern in ("libs/*/src", "services/*/src", "ui/src", "client/src", "deploy/*/src", "examples/src")
    for folder in ROOT.glob(pattern)
    for path in folder.rglob("*.py")
)
MOST_LINES = 250
NAMES_THAT_SAY_NOTHING = {"utils", "util", "helpers", "helper", "common", "manager", "misc", "base_classes", "stuff"}


def test_there_are_modules() -> None:
    assert len(SOURCES) > 100


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_is_small_and_says_what_it_is_for(path: Path) -> None:
    text = path.read_text()
    assert len(text.splitlines()) <= MOST_LINES
    assert ast.get_docstring(ast.parse(text))


@pytest.mark.parametrize("folder", ["libs", "services", "ui", "client", "deploy", "examples", "tests", "proto"])
def test_no_module_has_a_name_that_says_nothing(folder: str) -> None:
    vague = {
        str(path.relative_to(ROOT))
        for path in (ROOT / folder).rglob("*.py")
        if {path.stem, path.parent.name} & NAMES_THAT_SAY_NOTHING and "node_modules" not in path.parts
    }
    assert vague == set()
