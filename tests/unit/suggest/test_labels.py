"""Labels find their pictures: by table, and by folder."""

import polars as pl
import pytest

from suggest.importing.labels import by_folders, distinct, matching_rows, top_folder


def paths(*names: str) -> pl.Series:
    return pl.Series("path", names, dtype=pl.String)


def matched(files: pl.Series, *rows: str) -> list[str | None]:
    """The path in the table that each file is found by."""
    table = pl.DataFrame({"path": rows}).with_row_index("row")
    return [None if row is None else rows[row] for row in matching_rows(files, top_folder(files), table)]


def foldered(*names: str) -> list[str | None]:
    files = paths(*names)
    return by_folders(files, top_folder(files)).to_list()


def test_a_path_finds_its_picture() -> None:
    assert matched(paths("a/1.png", "a/2.png", " a/3.png"), "a/1.png", "a/3.png") == ["a/1.png", None, "a/3.png"]


def test_a_path_below_the_single_top_folder_finds_its_picture() -> None:
    assert matched(paths("set/a/1.png", "set/b/1.png"), "b/1.png", "a/1.png") == ["a/1.png", "b/1.png"]


def test_a_base_name_finds_its_picture_only_if_nothing_else_has_it() -> None:
    files = paths("a/1.png", "b/1.png", "b/2.png", "b/3.png")
    assert matched(files, "1.png", "/home/me/2.png", "c/3.png", "d/3.png") == [None, None, "/home/me/2.png", None]


def test_the_exact_path_goes_before_the_base_name() -> None:
    assert matched(paths("1.png", "a/2.png"), "1.png", "a/2.png", "b/2.png") == ["1.png", "a/2.png"]


def test_a_path_that_occurs_again_gets_a_number_that_no_other_has() -> None:
    files = paths("a/1.png", "a/1.png", "a/1 (2).png", "b.c/d", "b.c/d")
    assert distinct(files).to_list() == ["a/1.png", "a/1 (2).png", "a/1 (2) (2).png", "b.c/d", "b.c/d (2)"]


def test_folders_label_their_pictures() -> None:
    assert foldered("cat/1.png", "dog/2.png", "dog/3.png") == ["cat", "dog", "dog"]


def test_a_common_top_folder_labels_nothing() -> None:
    assert foldered("set/cat/1.png", "set/dog/2.png", "set/3.png") == ["cat", "dog", None]


def test_the_direct_folder_labels_in_a_deep_tree() -> None:
    assert foldered("train/cat/1.png", "test/cat/2.png", "test/dog/3.png") == ["cat", "cat", "dog"]


@pytest.mark.parametrize("names", [("1.png", "2.png"), ("set/1.png", "set/2.png"), ("a/b/1.png", "a/b/2.png")])
def test_pictures_in_a_single_folder_have_no_labels(names: tuple[str, ...]) -> None:
    assert foldered(*names) == [None, None]
