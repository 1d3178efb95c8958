"""What is known of samples beside their pixels: from a table, or from the folders in which the pictures lie."""

import polars as pl


def top_folder(files: pl.Series) -> str:
    """The one folder that all paths lie in, with its slash; empty if there is none."""
    tops = files.str.extract("^([^/]+/)").unique()
    return str(tops[0]) if len(tops) == 1 and tops[0] is not None else ""


def matching_rows(files: pl.Series, top: str, table: pl.DataFrame) -> pl.Series:
    """The number of the row in which a table speaks of each file; null where it does not.

    A row names its file by the path, by the path below the one folder that all files lie in, or by a base name that
    only one file and only one row have; the first of these that leads to a row counts. Space around a path does not.

    Args:
        files: the paths of all files that are pictures or claim to be.
        top: the one folder that they lie in, as `top_folder` gives it.
        table: columns `row` and `path`, each path once.
    """
    paths, rows = files.str.strip_chars().alias("path"), table.select("row", "path")
    found = _joined(paths, rows)
    if top and found.null_count():
        found = found.fill_null(_joined(paths.str.strip_prefix(top), rows))
    # Names are compared only where that is needed: it takes much memory.
    if found.null_count() and found.n_unique() <= table.height:
        base = pl.col("path").str.extract("([^/]*)$")
        bases = rows.select("row", path=base).filter(pl.col("path").is_unique())
        names = paths.to_frame().select(pl.when(base.is_unique()).then(base))["path"]
        found = found.fill_null(_joined(names, bases))
    return found


def _joined(names: pl.Series, rows: pl.DataFrame) -> pl.Series:
    return names.to_frame("path").join(rows, on="path", how="left", maintain_order="left")["row"]


def by_folders(files: pl.Series, top: str) -> pl.Series:
    """Each file's direct folder as its label, if they lie in two folders or more; null for all others.

    The one folder `top` that all files lie in is no label for those that lie right in it.
    """
    below = files.str.strip_prefix(top)
    parents = below.str.extract("^(.*)/[^/]*$")
    if parents.n_unique() < 2:
        return pl.Series(files.name, [None] * len(files), dtype=pl.String)
    return parents.str.extract("([^/]+)$")


def distinct(files: pl.Series) -> pl.Series:
    """The paths, with a number where one occurs again: a/1.png and a/1 (2).png."""
    while files.n_unique() < len(files):
        turn = pl.int_range(1, pl.len() + 1).over("path")
        numbered = pl.col("path").str.replace(r"(\.[^./]*)?$", pl.format(" ({})${{1}}", turn))
        files = files.to_frame("path").select(pl.when(turn > 1).then(numbered).otherwise("path"))["path"]
    return files
