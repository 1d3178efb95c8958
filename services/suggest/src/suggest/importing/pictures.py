"""From the files of an archive to shards: what is a picture is kept as it came, what claims to be one is listed."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from domain.errors import HubError, Reason
from domain.manifests import BrokenImage
from domain.samples import read_index
from imaging.decode import ImageFormat, decode, image_format
from imaging.shards import Shard, ShardWriter
from suggest.importing import paths
from suggest.importing.archives import Member
from suggest.importing.exchange import LABELS_FILE, Limits, shard_file

SCHEMA = pl.Schema(
    {
        "number": pl.Int64,
        "path": pl.String,
        "label": pl.String,
        "width": pl.Int32,
        "height": pl.Int32,
        "format": pl.String,
        "shard": pl.Int32,
        "offset": pl.Int64,
        "size": pl.Int64,
    }
)
"""The columns of `samples.parquet`: the entries of all indexes, and the shard that each stands in."""


@dataclass
class Findings:
    """What an archive holds. A sample takes about a hundred bytes here; its picture is in its shard already."""

    files: int = 0
    """Files looked at: all but directories and hidden ones."""
    samples: list[pl.DataFrame] = field(default_factory=list)
    """A frame of `SCHEMA` a shard; nothing has a label yet."""
    broken: list[BrokenImage] = field(default_factory=list)
    label_tables: dict[str, bytes] = field(default_factory=dict)
    """The files `labels.csv` at the root or one folder below it, by path."""


def collect(members: Iterable[Member], limits: Limits, folder: Path) -> Findings:
    """Looks at each file once and leaves the shards in the folder.

    Raises:
        HubError: `TOO_LARGE` beyond the limits of a data set; whatever `members` raises.
    """
    findings, total = Findings(), 0
    with ShardWriter(folder) as writer:
        for member in members:
            if not member.problem and paths.hidden(member.path):
                continue
            findings.files += 1
            total += _take(member, limits, writer, findings, folder)
            _check_limits(findings.files, total, limits)
        _keep(writer.finish(), findings, folder)
    return findings


def _take(member: Member, limits: Limits, writer: ShardWriter, findings: Findings, folder: Path) -> int:
    """Looks at one file; returns how many bytes of it were read."""
    if member.problem:
        findings.broken.append(BrokenImage(path=member.path, reason=member.problem))
        return 0
    try:
        if _may_hold_labels(member.path):
            table = findings.label_tables[member.path] = member.read(limits.labels_bytes + 1)
            return len(table)
        data = member.read(limits.image_bytes + 1)
        kind = _kind(data, member.path, limits)
        if kind is not None:
            width, height = decode(data, max_pixels=limits.image_pixels).size
            _keep(writer.add(member.path, None, data, width, height, kind), findings, folder)
    except HubError as error:
        if error.reason is not Reason.IMAGE_BROKEN:
            raise
        findings.broken.append(BrokenImage(path=member.path, reason=error.message))
        return 0
    return len(data)


def _kind(data: bytes, path: str, limits: Limits) -> ImageFormat | None:
    """The format of a picture; None for a file that neither is one nor claims to be."""
    if paths.promises_picture(path) and len(data) > limits.image_bytes:
        raise _too_many_bytes(limits)
    try:
        kind = image_format(data)
    except HubError:
        if paths.promises_picture(path):
            raise
        return None
    if len(data) > limits.image_bytes:
        raise _too_many_bytes(limits)
    return kind


def _keep(shard: Shard | None, findings: Findings, folder: Path) -> None:
    if shard is None:
        return
    shard.tar.rename(shard_file(folder, shard.number))
    rows = [entry.model_dump(mode="json") | {"shard": shard.number} for entry in read_index(shard.index)]
    findings.samples.append(pl.DataFrame(rows, schema=SCHEMA))


def _may_hold_labels(path: str) -> bool:
    *folders, name = path.split("/")
    return name == LABELS_FILE and len(folders) <= 1


def _check_limits(files: int, total: int, limits: Limits) -> None:
    advice = "Split it into several data sets, or ask an operator for higher limits."
    if files > limits.dataset_files:
        raise HubError(Reason.TOO_LARGE, f"The data set has more than {limits.dataset_files:,} files.", advice)
    if total > limits.dataset_bytes:
        raise HubError(Reason.TOO_LARGE, f"The data set has more than {limits.dataset_bytes:,} bytes.", advice)


def _too_many_bytes(limits: Limits) -> HubError:
    return HubError(Reason.IMAGE_BROKEN, f"The picture has more than {limits.image_bytes:,} bytes.", "Scale it down.")
