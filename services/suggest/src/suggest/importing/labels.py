"""The labels of samples: from a CSV, or from the folders in which the pictures lie."""

from io import BytesIO

import polars as pl
from polars.exceptions import PolarsError

from domain.errors import HubError, Reason

_PATH_COLUMNS = ("path", "file", "filename")
_LABEL_COLUMN = "label"
_ADVICE = "Give a CSV with the columns path and label, and a line for each picture."


def label_table(data: bytes, name: str) -> pl.DataFrame:
    """The rows of a CSV with labels.

    Args:
        data: the file: a header with a path and a label among its columns; commas, semicolons or tabs between them.
        name: what to call it in errors.

    Returns:
        Columns `row` (from 0), `path` (with forward slashes) and `label` (null where the cell is empty).

    Raises:
        HubError: `LABELS_INVALID` without those columns, or where two rows contradict each other.
    """
    try:
        # Nothing of a cell is guessed: 007 stays 007.
        tables = (pl.read_csv(BytesIO(data), separator=mark, infer_schema=False) for mark in ",;\t")
        columns = next((found for table in tables if (found := _columns(table)) is not None), None)
    except PolarsError as problem:
        why = str(problem).splitlines()[0].rstrip(".")
        raise HubError(Reason.LABELS_INVALID, f"{name} is no CSV ({why}).", _ADVICE) from problem
    if columns is None:
        header = data.decode("utf-8-sig", "replace").partition("\n")[0].strip()[:80]
        wanted = ", ".join(_PATH_COLUMNS)
        raise HubError(
            Reason.LABELS_INVALID,
            f"{name} needs a column {_LABEL_COLUMN} and one of {wanted}, but begins with {header!r}.",
            _ADVICE,
        )
    rows = columns.drop_nulls("path").unique(maintain_order=True)
    contradicted = rows.filter(~pl.col("path").is_first_distinct())["path"]
    if len(contradicted):
        raise HubError(
            Reason.LABELS_INVALID,
            f"{name} gives {contradicted[0]!r} two different labels.",
            "Keep one row for each picture.",
        )
    return rows.with_row_index("row")


def _columns(table: pl.DataFrame) -> pl.DataFrame | None:
    """Path and label, if the table has them."""
    names = {column.strip().casefold(): column for column in reversed(table.columns)}
    path = next((names[name] for name in _PATH_COLUMNS if name in names), None)
    if path is None or _LABEL_COLUMN not in names:
        return None
    stripped = table.select(
        path=pl.col(path).str.replace_all("\\", "/", literal=True).str.strip_chars().str.strip_prefix("./"),
        label=pl.col(names[_LABEL_COLUMN]).str.strip_chars(),
    )
    return stripped.with_columns(pl.when(pl.all() != "").then(pl.all()))


def top_folder(files: pl.Series) -> str:
    """The one folder that all paths lie in, with its slash; empty if there is none."""
    tops = files.str.extract("^([^/]+/)").unique()
    return str(tops[0]) if len(tops) == 1 and tops[0] is not None else ""


def by_table(files: pl.Series, top: str, table: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
    """The labels that a table gives to files.

    A row names its file by the path, by the path below the one folder that all files lie in, or by a base name that
    only one file and only one row have; the first of these that leads to a row counts.

    Args:
        files: the paths of all files that are pictures or claim to be.
        top: the one folder that they lie in, as `top_folder` gives it.
        table: as `label_table` makes it.

    Returns:
        A label or null for each file, and the paths in the table that match no file.
    """
    base = pl.col("path").str.extract("([^/]*)$")
    paths = files.to_frame("path").with_columns(
        below=pl.col("path").str.strip_prefix(top),
        base=pl.when(base.is_unique()).then(base),
    )
    bases = table.select("row", "label", base=base).filter(pl.col("base").is_unique())
    matches = (
        paths.join(table, on="path", how="left", maintain_order="left")
        .join(table, left_on="below", right_on="path", how="left", maintain_order="left", suffix="_below")
        .join(bases, on="base", how="left", maintain_order="left", suffix="_base")
        .select(row=pl.coalesce("row", "row_below", "row_base"))
        .join(table, on="row", how="left", maintain_order="left")
    )
    return matches["label"], table.join(matches, on="row", how="anti", maintain_order="left")["path"]


def by_folders(files: pl.Series, top: str) -> pl.Series:
    """Each file's direct folder as its label, if they lie in two folders or more; null for all others.

    The one folder `top` that all files lie in is no label for those that lie right in it.
    """
    below = files.str.strip_prefix(top)
    parents = below.str.extract("^(.*)/[^/]*$")
    if parents.n_unique() < 2:
        return pl.Series(files.name, [None] * len(files), dtype=pl.String)
    return parents.str.extract("([^/]+)$")
