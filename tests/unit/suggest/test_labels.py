"""Labels find their pictures: by table in its many spellings, and by folder."""

import polars as pl
import pytest

from domain.errors import HubError, Reason
from suggest.importing.labels import by_folders, by_table, label_table, top_folder


def paths(*names: str) -> pl.Series:
    return pl.Series("path", names, dtype=pl.String)


def matched(files: pl.Series, table: str) -> tuple[list[str | None], list[str]]:
    labels, unmatched = by_table(files, top_folder(files), label_table(table.encode(), "labels.csv"))
    return labels.to_list(), unmatched.to_list()


def foldered(*names: str) -> list[str | None]:
    files = paths(*names)
    return by_folders(files, top_folder(files)).to_list()


@pytest.mark.parametrize(
    "text",
    [
        "path,label\na/1.png,cat\n",
        "\ufefffilename;extra;label\r\na\\1.png;x;cat\r\n",
        "Label\tFile\ncat\t./a/1.png\n",
        '"label" , "path"\n" cat "," a/1.png "\n'.replace(" , ", ","),
        "file,label\na/1.png,cat\n\na/1.png,cat\n",
    ],
)
def test_tables_are_read_in_all_their_spellings(text: str) -> None:
    assert matched(paths("a/1.png", "a/2.png"), text) == (["cat", None], [])


def test_nothing_of_a_label_is_guessed() -> None:
    table = label_table(b"path,label\n1.png,007\n2.png,true\n3.png,\n", "labels.csv")
    assert table["label"].to_list() == ["007", "true", None]


@pytest.mark.parametrize(
    "data", [b"", b"label\ncat\n", b"path,name\n1.png,cat\n", b"\xff\xfe\x00", b"path,label\n1.png,a\n1.png,b\n"]
)
def test_other_tables_are_refused(data: bytes) -> None:
    with pytest.raises(HubError) as caught:
        label_table(data, "labels.csv")
    assert caught.value.reason is Reason.LABELS_INVALID
    assert "labels.csv" in caught.value.message


def test_a_path_below_the_single_top_folder_finds_its_picture() -> None:
    assert matched(paths("set/a/1.png", "set/b/1.png"), "path,label\na/1.png,x\nb/1.png,y\n") == (["x", "y"], [])


def test_a_base_name_finds_its_picture_only_if_nothing_else_has_it() -> None:
    files = paths("a/1.png", "b/1.png", "b/2.png", "b/3.png")
    labels, unmatched = matched(files, "file,label\n1.png,x\n/home/me/2.png,y\nc/3.png,z\nd/3.png,w\n")
    assert labels == [None, None, "y", None]
    assert unmatched == ["1.png", "c/3.png", "d/3.png"]


def test_the_exact_path_goes_before_the_base_name() -> None:
    assert matched(paths("1.png", "a/2.png"), "file,label\n1.png,x\na/2.png,y\nb/2.png,z\n") == (
        ["x", "y"],
        ["b/2.png"],
    )


def test_folders_label_their_pictures() -> None:
    assert foldered("cat/1.png", "dog/2.png", "dog/3.png") == ["cat", "dog", "dog"]


def test_a_common_top_folder_labels_nothing() -> None:
    assert foldered("set/cat/1.png", "set/dog/2.png", "set/3.png") == ["cat", "dog", None]


def test_the_direct_folder_labels_in_a_deep_tree() -> None:
    assert foldered("train/cat/1.png", "test/cat/2.png", "test/dog/3.png") == ["cat", "cat", "dog"]


@pytest.mark.parametrize("names", [("1.png", "2.png"), ("set/1.png", "set/2.png"), ("a/b/1.png", "a/b/2.png")])
def test_pictures_in_a_single_folder_have_no_labels(names: tuple[str, ...]) -> None:
    assert foldered(*names) == [None, None]
