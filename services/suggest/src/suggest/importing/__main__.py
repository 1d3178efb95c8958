"""The throw-away process: `python -m suggest.importing FOLDER`."""

import sys
from pathlib import Path

import polars as pl

from backplane.throwaway import Refused
from domain.errors import HubError, Reason
from domain.manifests import BrokenImage
from domain.samples import SampleEntry, write_index
from imaging.shards import SHARD_SIZE
from suggest.importing import labels
from suggest.importing.archives import members
from suggest.importing.exchange import (
    LABELS_FILE,
    LISTED_BROKEN,
    REQUEST_FILE,
    SAMPLES_FILE,
    UPLOAD_FILE,
    Imported,
    ImportRequest,
    Report,
    index_file,
)
from suggest.importing.pictures import Findings, collect

_NAMED_REASONS = 3


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
    """Reads the upload once, and leaves shards, indexes and the table of samples in the folder."""
    findings = collect(members(folder / UPLOAD_FILE, request.file_name), request.limits, folder)
    if not findings.samples:
        raise _empty(request.file_name, findings)
    samples, unmatched = _labelled(pl.concat(findings.samples), findings, folder, request.limits.labels_bytes)
    shards = 0
    for rows in samples.drop("shard").iter_slices(SHARD_SIZE):
        entries = tuple(SampleEntry(**row) for row in rows.iter_rows(named=True))
        index_file(folder, shards).write_bytes(write_index(entries))
        shards += 1
    samples.write_parquet(folder / SAMPLES_FILE, compression="zstd")
    lost = [
        BrokenImage(path=path, reason="listed in the labels, not in the archive") for path in unmatched[:LISTED_BROKEN]
    ]
    return Imported(
        samples=samples.height,
        shards=shards,
        shard_size=SHARD_SIZE,
        labels=tuple(samples["label"].drop_nulls().unique().sort()),
        labelled=samples["label"].count(),
        broken=tuple([*findings.broken[:LISTED_BROKEN], *lost][:LISTED_BROKEN]),
        broken_count=len(findings.broken) + len(unmatched),
    )


def _labelled(
    samples: pl.DataFrame, findings: Findings, folder: Path, labels_bytes: int
) -> tuple[pl.DataFrame, pl.Series]:
    """The samples with their labels, and the paths that only the table of labels knows."""
    top = labels.top_folder(samples["path"])
    table = _table(findings, folder, labels_bytes, top)
    if table is None:
        return samples.with_columns(labels.by_folders(samples["path"], top).alias("label")), pl.Series(dtype=pl.String)
    # A row for a picture that is broken is no mistake in the table.
    broken = pl.Series("path", [image.path for image in findings.broken], dtype=pl.String)
    found, unmatched = labels.by_table(pl.concat([samples["path"], broken]), top, table)
    return samples.with_columns(found.head(samples.height).alias("label")), unmatched


def _table(findings: Findings, folder: Path, most_bytes: int, top: str) -> pl.DataFrame | None:
    """The table that was uploaded, else the one at the root of the archive or in its one folder, else None."""
    uploaded = folder / LABELS_FILE
    if uploaded.exists():
        data, name = uploaded.read_bytes(), "The file with labels"
    else:
        found = [path for path in (LABELS_FILE, f"{top}{LABELS_FILE}") if path in findings.label_tables]
        if not found:
            return None
        data, name = findings.label_tables[found[0]], f"The file {found[0]!r} in the archive"
    if len(data) > most_bytes:
        raise HubError(Reason.TOO_LARGE, f"{name} has more than {most_bytes:,} bytes.")
    return labels.label_table(data, name)


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
