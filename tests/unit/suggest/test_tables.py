"""Tables of labels and other columns are read in all their spellings, and refused clearly."""

from datetime import date
from io import BytesIO
from pathlib import Path

import polars as pl
import pytest

from domain.errors import HubError, Reason
from suggest.importing.tables import LONGEST_NAME, MOST_COLUMNS, Table, read_table

NUMBER, LABEL, TEXT = "number", "label", "text"


def read(folder: Path, data: bytes, most_rows: int = 100) -> Table:
    file = folder / "table"
    file.write_bytes(data)
    return read_table(file, "labels.csv", most_rows)


def parquet(**columns: object) -> bytes:
    file = BytesIO()
    pl.DataFrame(columns).write_parquet(file)
    return file.getvalue()


def refused(folder: Path, data: bytes, reason: Reason = Reason.LABELS_INVALID) -> str:
    with pytest.raises(HubError) as caught:
        read(folder, data)
    assert caught.value.reason is reason
    assert "labels.csv" in caught.value.message
    assert caught.value.advice
    return caught.value.message


def kinds(table: Table) -> dict[str, str]:
    return {column.name: column.kind.value for column in table.columns}


@pytest.mark.parametrize(
    "data",
    [
        b"path,label\na/1.png,cat\n",
        "\ufefffilename;extra;label\r\na\\1.png;x;cat\r\n".encode(),
        b"Label\tFile\ncat\t./a/1.png\n",
        b'"label","path"\n" cat "," a/1.png "\n',
        b"file,label\na/1.png,cat\n\na/1.png,cat\n",
        parquet(path=["a/1.png"], label=["cat"]),
        parquet(label=pl.Series(["cat"], dtype=pl.Categorical), File=["./a/1.png"]),
    ],
)
def test_tables_are_read_in_all_their_spellings(tmp_path: Path, data: bytes) -> None:
    assert read(tmp_path, data).rows.select("row", "path", "label").rows() == [(0, "a/1.png", "cat")]


def test_nothing_of_a_label_is_guessed(tmp_path: Path) -> None:
    table = read(tmp_path, b"path,label\n1.png,007\n2.png,true\n3.png,\n")
    assert table.rows["label"].to_list() == ["007", "true", None]


def test_columns_are_labels_by_name_numbers_by_content_and_else_text(tmp_path: Path) -> None:
    table = read(
        tmp_path,
        b"path,label,label_coarse,Label fine,age,weight,plate,code,note,empty\n"
        b"1.png,cat,1,2,3,-2.5e1,B-1,007,nice,\n"
        b"2.png,dog,1,x,,nan,5,1,,\n",
    )
    assert kinds(table) == {
        "label_coarse": LABEL,
        "Label fine": LABEL,
        "age": NUMBER,
        "weight": NUMBER,
        "plate": TEXT,
        "code": TEXT,
        "note": TEXT,
        "empty": TEXT,
    }
    assert table.rows["column:label_coarse"].to_list() == ["1", "1"]
    assert table.rows["column:age"].to_list() == [3.0, None]
    assert table.rows["column:age"].dtype == pl.Float64
    assert table.rows["column:weight"].to_list() == [-25.0, None]
    assert table.rows["column:code"].to_list() == ["007", "1"]
    assert table.rows["column:note"].to_list() == ["nice", None]


def test_a_parquet_table_gives_the_same_kinds(tmp_path: Path) -> None:
    data = parquet(
        path=["1.png", "2.png"],
        label_id=[3, 4],
        age=[1.5, None],
        long=[2**60, 1],
        taken=[date(2026, 1, 2), None],
        sharp=[True, False],
    )
    table = read(tmp_path, data)
    assert kinds(table) == {"label_id": LABEL, "age": NUMBER, "long": TEXT, "taken": TEXT, "sharp": TEXT}
    assert table.rows["column:age"].to_list() == [1.5, None]
    assert table.rows["column:long"].to_list() == [str(2**60), "1"]
    assert table.rows["column:taken"].to_list() == ["2026-01-02", None]
    assert "label" not in table.rows.columns


def test_a_column_without_a_name_is_left_out(tmp_path: Path) -> None:
    assert kinds(read(tmp_path, b",path,age\n0,1.png,3\n")) == {"age": NUMBER}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"label\ncat\n",
        b"name,class\n1.png,cat\n",
        b"path\n1.png\n",
        b"\xff\xfe\x00",
        b"path,label\n1.png,a\n1.png,b\n",
        b"path,age,Age\n1.png,1,2\n",
        b"path,label,Path\n1.png,1,2\n",
        b"PAR1 and then nothing",
        parquet(label=["cat"]),
        parquet(path=["1.png"], where=[[1, 2]]),
        parquet(path=["1.png"], raw=[b"x"]),
    ],
)
def test_other_tables_are_refused(tmp_path: Path, data: bytes) -> None:
    refused(tmp_path, data)


def test_more_columns_than_are_kept_are_refused(tmp_path: Path) -> None:
    names = [f"c{number}" for number in range(MOST_COLUMNS)]
    assert len(read(tmp_path, ",".join(["path", "label", *names]).encode() + b"\n").columns) == MOST_COLUMNS
    assert str(MOST_COLUMNS) in refused(tmp_path, ",".join(["path", *names, "more"]).encode() + b"\n")


def test_a_long_name_of_a_column_is_refused(tmp_path: Path) -> None:
    name = "n" * LONGEST_NAME
    assert kinds(read(tmp_path, f"path,{name}\n1.png,1\n".encode())) == {name: NUMBER}
    assert str(LONGEST_NAME) in refused(tmp_path, f"path,{name}n\n1.png,1\n".encode())


@pytest.mark.parametrize("data", [b"path,age\n" + b"1.png,1\n" * 101, parquet(path=["1.png"] * 101, age=[1] * 101)])
def test_more_rows_than_a_data_set_has_files_are_refused(tmp_path: Path, data: bytes) -> None:
    refused(tmp_path, data, Reason.TOO_LARGE)
