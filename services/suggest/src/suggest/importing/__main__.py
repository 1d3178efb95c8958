"""The throw-away process: `python -m suggest.importing FOLDER`."""

import sys
from pathlib import Path

import polars as pl

from backplane.throwaway import Refused
from domain.errors import HubError, Reason
from domain.manifests import SampleColumn
from domain.samples import SampleEntry, write_index
from imaging.shards import SHARD_SIZE
from suggest.importing import labels
from suggest.importing.archives import members
from suggest.importing.exchange import (
    LABEL_TABLE_FILE,
    LABELS_FILE,
    REQUEST_FILE,
    SAMPLES_FILE,
    UPLOAD_FILE,
    Imported,
    ImportRequest,
    Limits,
    Report,
    index_file,
)
from suggest.importing.pictures import LABEL_TABLES, Collector, Findings
from suggest.importing.tables import PREFIX, Table, read_table

_NAMED_REASONS = 3
_LABEL_CHARACTERS = 400_000
"""Of all labels together: they travel in one message."""


def main(folder: Path) -> None:
    """Imports, or says why not. Either way there is a report."""
    try:
        request = ImportRequest.model_validate_json((folder / REQUEST_FILE).read_bytes())
        Report(result=imported(request, folder)).write(folder)
    except HubError as error:
        Report(result=Refused.of(error)).write(folder)
    except MemoryError:
        refusal = HubError(Reason.TOO_LARGE, "The data set needs more memory than an import may have.")
        Report(result=Refused.of(refusal)).write(folder)


def imported(request: ImportRequest, folder: Path) -> Imported:
    """Reads the upload once, and leaves shards, indexes and the tables of samples in the folder."""
    findings = Collector(request.limits, folder).collect(members(folder / UPLOAD_FILE, request.file_name))
    if not findings.samples:
        raise _empty(request.file_name, findings)
    found = pl.concat(findings.samples)
    findings.samples.clear()
    samples, columns, lost = _described(found, findings, folder, request.limits)
    classes = tuple(samples["label"].drop_nulls().unique().sort())
    _check_classes(classes)
    _write(samples, columns, folder)
    for path in lost:
        findings.mention(path, "listed in the labels, not in the archive")
    return Imported(
        samples=samples.height,
        shards=-(-samples.height // SHARD_SIZE),
        shard_size=SHARD_SIZE,
        labels=classes,
        labelled=samples["label"].count(),
        columns=columns,
        broken=tuple(findings.broken),
        broken_count=len(findings.broken_paths) + len(lost),
    )


def _described(
    samples: pl.DataFrame, findings: Findings, folder: Path, limits: Limits
) -> tuple[pl.DataFrame, tuple[SampleColumn, ...], pl.Series]:
    """The samples with all that is known of them, what that is, and the paths that only the table knows.

    Their paths differ, whatever those in the archive did.
    """
    top = labels.top_folder(samples["path"])
    table = _table(findings, folder, limits, top)
    paths = labels.distinct(samples["path"])
    if table is None:
        by_folders = labels.by_folders(samples["path"], top).alias("label")
        return samples.with_columns(by_folders, paths), (), pl.Series(dtype=pl.String)
    # A row for a picture that is broken is no mistake in the table.
    broken = pl.Series("path", findings.broken_paths, dtype=pl.String)
    matches = labels.matching_rows(pl.concat([samples["path"], broken]), top, table.rows)
    named = table.rows.select("row", "path")
    lost = named.join(matches.to_frame("row"), on="row", how="anti", maintain_order="left")["path"]
    known = table.rows.drop("row", "path").select(pl.all().gather(matches.head(samples.height)))
    if "label" not in known.columns:
        known = known.with_columns(labels.by_folders(samples["path"], top).alias("label"))
    return samples.with_columns(known).with_columns(paths), table.columns, lost


def _table(findings: Findings, folder: Path, limits: Limits, top: str) -> Table | None:
    """The table that was uploaded, else the one at the root of the archive or in its one folder, else None."""
    file, name = folder / LABELS_FILE, "The file with labels"
    if not file.exists():
        places = [f"{place}{table}" for place in ("", top) for table in LABEL_TABLES]
        path = next((path for path in places if path in findings.label_tables), None)
        if path is None:
            return None
        file, name = findings.label_tables[path], f"The file {path!r} in the archive"
    if file.stat().st_size > limits.labels_bytes:
        raise HubError(Reason.TOO_LARGE, f"{name} has more than {limits.labels_bytes:,} bytes.")
    return read_table(file, name, limits.dataset_files)


def _write(samples: pl.DataFrame, columns: tuple[SampleColumn, ...], folder: Path) -> None:
    """The indexes, the table of samples, and the table of labels that leaves with an export."""
    entries = samples.select(name for name in SampleEntry.model_fields)
    for shard, rows in enumerate(entries.iter_slices(SHARD_SIZE)):
        index = write_index(tuple(SampleEntry(**row) for row in rows.iter_rows(named=True)))
        index_file(folder, shard).write_bytes(index)
    samples.write_parquet(folder / SAMPLES_FILE, compression="zstd")
    others = {f"{PREFIX}{column.name}": column.name for column in columns}
    samples.select("path", "label", *others).rename(others).write_csv(folder / LABEL_TABLE_FILE)


def _check_classes(classes: tuple[str, ...]) -> None:
    if sum(map(len, classes)) > _LABEL_CHARACTERS:
        raise HubError(
            Reason.LABELS_INVALID,
            f"The samples have {len(classes):,} different labels, which are too many or too long to be classes.",
            "Give the column another name than label: then it is kept as text.",
        )


def _empty(file_name: str, findings: Findings) -> HubError:
    count = f"{findings.files} {'file was' if findings.files == 1 else 'files were'} looked at"
    reasons = [f"{image.path}: {image.reason.rstrip('.')}" for image in findings.broken[:_NAMED_REASONS]]
    return HubError(
        Reason.DATASET_EMPTY,
        f"{file_name!r} holds no readable picture; {'; '.join([count, *reasons])}.",
        "Upload a zip or tar archive of JPEG, PNG, WebP, GIF, BMP or TIFF files, or one such file.",
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
