"""Tables that say more of pictures than their files do: a label and any other columns, as CSV or Parquet."""

from pathlib import Path
from typing import NamedTuple

import polars as pl
from polars.exceptions import PolarsError

from domain.errors import HubError, Reason
from domain.manifests import ColumnKind, SampleColumn

MOST_COLUMNS = 100
LONGEST_NAME = 100
PREFIX = "column:"
"""What stands before the name of a column in the table of samples."""

_PARQUET_MAGIC = b"PAR1"
_PATH_COLUMNS = ("path", "file", "filename")
_LABEL_COLUMN = "label"
_SEPARATORS = ",;\t"
_ADVICE = (
    "Give a CSV or Parquet table with a column path, and beside it label or other columns; a row for each picture."
)
_NOT_A_QUANTITY = r"^[+-]?(0\d|\d{16})"
"""What looks like a number and stands for something else: 007, and codes with more digits than a number holds."""


class Table(NamedTuple):
    """The rows of a table, and the columns that stand in it beside path and label.

    Attributes:
        rows: `row` (from 0), `path` (with forward slashes), `label` if the table has it, and `column:NAME` for each of
            the others; null where a cell is empty.
        columns: the others.
    """

    rows: pl.DataFrame
    columns: tuple[SampleColumn, ...]


def read_table(file: Path, name: str, most_rows: int) -> Table:
    """Reads a table of labels.

    Args:
        file: a CSV (commas, semicolons or tabs between the cells) or a Parquet file, known by its content.
        name: what to call it in errors.
        most_rows: how many rows it may have.

    Raises:
        HubError: `LABELS_INVALID` without a path or anything beside it, with more columns than are kept, or where two
            rows contradict each other; `TOO_LARGE`.
    """
    with file.open("rb") as stream:
        is_parquet = stream.read(len(_PARQUET_MAGIC)) == _PARQUET_MAGIC
    try:
        table = _parquet(file, name, most_rows) if is_parquet else _csv(file)
        # As a stream, so that no more than the result is in memory.
        rows = _plain(table, _headers(table.collect_schema().names(), name)).collect(engine="streaming")
    except PolarsError as problem:
        why = (str(problem).splitlines() or [type(problem).__name__])[0].rstrip(".")
        kind = "Parquet table" if is_parquet else "CSV"
        raise HubError(Reason.LABELS_INVALID, f"{name} is no {kind} ({why}).", _ADVICE) from problem
    if rows.height > most_rows:
        raise _too_long(name, most_rows)
    rows = _distinct(rows, name)
    others = [column for column in rows.columns if column not in ("path", _LABEL_COLUMN)]
    columns = []
    for other in others:
        values, column = _typed(rows[other])
        columns.append(column)
        rows = rows.drop(other).with_columns(values.alias(f"{PREFIX}{other}"))
    return Table(rows.with_row_index("row"), tuple(columns))


def _csv(file: Path) -> pl.LazyFrame:
    # Nothing of a cell is guessed here: 007 stays 007.
    heads = {mark: pl.read_csv(file, separator=mark, infer_schema=False, n_rows=0).columns for mark in _SEPARATORS}
    mark = next((mark for mark, head in heads.items() if _path_column(head)), _SEPARATORS[0])
    return pl.scan_csv(file, separator=mark, infer_schema=False)


def _parquet(file: Path, name: str, most_rows: int) -> pl.LazyFrame:
    """The cells as text, which is what those of a CSV are."""
    lazy = pl.scan_parquet(file)
    schema = lazy.collect_schema()
    odd = next((column for column, kind in schema.items() if kind.is_nested() or kind in (pl.Binary, pl.Object)), None)
    if odd is not None:
        raise HubError(
            Reason.LABELS_INVALID,
            f"The column {odd!r:.120} of {name} holds {schema[odd]}.",
            "Keep columns of text, numbers and dates.",
        )
    # A few bytes can stand for very many rows.
    if lazy.select(pl.len()).collect().item() > most_rows:
        raise _too_long(name, most_rows)
    return lazy.select(pl.all().cast(pl.String))


def _path_column(headers: list[str]) -> str | None:
    names = {header.strip().casefold(): header for header in reversed(headers)}
    return next((names[name] for name in _PATH_COLUMNS if name in names), None)


def _headers(headers: list[str], name: str) -> dict[str, str]:
    """What to call each column that is kept; one without a name, as an index of pandas is, is not."""
    path = _path_column(headers)
    names = {header: header.strip() for header in headers if header.strip() and header != path}
    if path is None or not names:
        wanted, there = ", ".join(_PATH_COLUMNS), ",".join(headers)
        raise HubError(
            Reason.LABELS_INVALID,
            f"{name} needs one of the columns {wanted}, and label or others beside it; it has {there!r:.200}.",
            _ADVICE,
        )
    label = next((header for header in names if names[header].casefold() == _LABEL_COLUMN), None)
    if label is not None:
        names[label] = _LABEL_COLUMN
    _check_names([given for header, given in names.items() if header != label], name)
    return {path: "path", **names}


def _check_names(names: list[str], table: str) -> None:
    def refused(why: str, advice: str) -> HubError:
        return HubError(Reason.LABELS_INVALID, f"{table} has {why}.", advice)

    if len(names) > MOST_COLUMNS:
        raise refused(
            f"{len(names)} columns beside path and label, more than the {MOST_COLUMNS} that are kept",
            "Leave out those that nobody will look for.",
        )
    met = {"path", _LABEL_COLUMN}
    for name in names:
        if len(name) > LONGEST_NAME:
            raise refused(
                f"a column {name[:30]!r}... whose name is longer than {LONGEST_NAME} characters",
                "Give it a shorter one.",
            )
        if name.casefold() in met:
            raise refused(f"two columns {name!r}", "Give each column a name of its own; case does not count.")
        met.add(name.casefold())


def _plain(table: pl.LazyFrame, headers: dict[str, str]) -> pl.LazyFrame:
    """The columns by their names, as text without space around it; null where a cell is empty."""
    stripped = table.select(pl.col(header).str.strip_chars().alias(name) for header, name in headers.items())
    forward = pl.col("path").str.replace_all("\\", "/", literal=True).str.strip_prefix("./")
    plain = stripped.with_columns(forward)
    return plain.with_columns(pl.when(pl.all() != "").then(pl.all())).drop_nulls("path")


def _distinct(rows: pl.DataFrame, name: str) -> pl.DataFrame:
    """The rows without those that say the same again."""
    if rows["path"].n_unique() == rows.height:
        return rows
    rows = rows.unique(maintain_order=True)
    contradicted = rows.filter(~pl.col("path").is_first_distinct())["path"]
    if len(contradicted):
        raise HubError(
            Reason.LABELS_INVALID,
            f"{name} has two different rows for {contradicted[0]!r}.",
            "Keep one row for each picture.",
        )
    return rows


def _typed(cells: pl.Series) -> tuple[pl.Series, SampleColumn]:
    """A column with its kind: by its name a label, by its cells numbers, else text."""
    if cells.name.casefold().startswith(_LABEL_COLUMN):
        return cells, SampleColumn(name=cells.name, kind=ColumnKind.LABEL)
    numbers = _numbers(cells)
    if numbers is None:
        return cells, SampleColumn(name=cells.name, kind=ColumnKind.TEXT)
    return numbers, SampleColumn(name=cells.name, kind=ColumnKind.NUMBER)


def _numbers(cells: pl.Series) -> pl.Series | None:
    """The cells as numbers, NaN as unknown; None if one of them is no number, or there is none at all."""
    if cells.null_count() == len(cells) or cells.str.contains(_NOT_A_QUANTITY).any():
        return None
    numbers = cells.cast(pl.Float64, strict=False)
    if numbers.null_count() > cells.null_count() or numbers.is_infinite().any():
        return None
    return numbers.fill_nan(None)


def _too_long(name: str, most_rows: int) -> HubError:
    return HubError(Reason.TOO_LARGE, f"{name} has more than {most_rows:,} rows.", "Keep one row for each picture.")
