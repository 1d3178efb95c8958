"""From the files of an archive to shards: what is a picture is kept as it came, what claims to be one is listed."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl
from PIL import Image

from domain.errors import HubError, Reason
from domain.manifests import BrokenImage
from domain.samples import read_index
from imaging.decode import ImageFormat, decode, image_format
from imaging.encode import THUMBNAIL_SIDE, thumbnail
from imaging.shards import Shard, ShardWriter
from suggest.importing import foreign, paths
from suggest.importing.archives import Member
from suggest.importing.exchange import LISTED_BROKEN, Limits, shard_file, thumbnail_file

LABEL_TABLES = ("labels.csv", "labels.parquet")
"""Files of these names, at the root of an archive or one folder below it, are tables and not pictures."""

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
        "thumbnail_offset": pl.Int64,
        "thumbnail_size": pl.Int64,
    }
)
"""The fixed columns of `samples.parquet`: the entries of all indexes, and the shard that each stands in."""

_LISTED_CHARACTERS = 300_000
"""Of all files left out that are listed: the list travels in one message."""


@dataclass
class Findings:
    """What an archive holds. A sample takes about a hundred bytes here; its picture is in its shard already."""

    files: int = 0
    """Files looked at: all but directories and hidden ones."""
    samples: list[pl.DataFrame] = field(default_factory=list)
    """A frame of `SCHEMA` a shard; nothing has a label yet."""
    broken: list[BrokenImage] = field(default_factory=list)
    """The first of them."""
    broken_paths: list[str] = field(default_factory=list)
    """All of them."""
    label_tables: dict[str, Path] = field(default_factory=dict)
    """Where the tables of labels are left, by their path in the archive."""
    _listed_characters: int = 0

    def leave_out(self, path: str, reason: str) -> None:
        """Notes a file that is no sample."""
        self.broken_paths.append(path)
        self.mention(path, reason)

    def mention(self, path: str, reason: str) -> None:
        """Names a file among those left out, while there is room."""
        self._listed_characters += len(path) + len(reason)
        if len(self.broken) < LISTED_BROKEN and self._listed_characters <= _LISTED_CHARACTERS:
            self.broken.append(BrokenImage(path=path, reason=reason))


class Collector:
    """Looks at each file once and leaves the shards in the folder.

    Args:
        limits: of files and of the whole.
        folder: where to leave shards, and tables of labels.
    """

    def __init__(self, limits: Limits, folder: Path) -> None:
        self._limits = limits
        self._folder = folder
        self._findings = Findings()

    def collect(self, members: Iterable[Member]) -> Findings:
        """Looks at all.

        Raises:
            HubError: `TOO_LARGE` beyond the limits of a data set; whatever `members` raises.
        """
        unfinished = self._folder / "unfinished"
        unfinished.mkdir()
        total = 0
        with ShardWriter(unfinished) as writer:
            for member in members:
                if not member.problem and paths.hidden(member.path):
                    continue
                self._findings.files += 1
                total += self._take(member, writer)
                self._check_limits(total)
            self._keep(writer.finish())
        return self._findings

    def _take(self, member: Member, writer: ShardWriter) -> int:
        """Looks at one file; returns how many bytes of it were read."""
        if member.problem:
            self._findings.leave_out(member.path, member.problem)
            return 0
        try:
            if _may_hold_labels(member.path):
                return self._set_aside(member)
            data = member.read(self._limits.image_bytes + 1)
            kind = self._kind(data, member.path)
            if kind is not None:
                picture = decode(data, max_pixels=self._limits.image_pixels)
                self._keep(writer.add(member.path, None, data, *picture.size, kind, _thumbnail(picture)))
        except HubError as error:
            if error.reason is not Reason.IMAGE_BROKEN:
                raise
            self._findings.leave_out(member.path, error.message)
            return 0
        return len(data)

    def _set_aside(self, member: Member) -> int:
        """Leaves a table of labels for the end, when it is known whether it is the one."""
        table = member.read(self._limits.labels_bytes + 1)
        file = self._folder / f"labels-{len(self._findings.label_tables)}"
        file.write_bytes(table)
        self._findings.label_tables[member.path] = file
        return len(table)

    def _kind(self, data: bytes, path: str) -> ImageFormat | None:
        """The format of a picture; None for a file that neither is one nor claims to be."""
        if paths.promises_picture(path) and len(data) > self._limits.image_bytes:
            raise self._too_many_bytes()
        try:
            kind = image_format(data)
        except HubError as error:
            if paths.promises_picture(path):
                raise foreign.named(data, error) from error
            return None
        if len(data) > self._limits.image_bytes:
            raise self._too_many_bytes()
        return kind

    def _keep(self, shard: Shard | None) -> None:
        if shard is None:
            return
        rows = [entry.model_dump(mode="json") | {"shard": shard.number} for entry in read_index(shard.index)]
        self._findings.samples.append(pl.DataFrame(rows, schema=SCHEMA))
        # The tar comes last: whoever sees it may take both away.
        if shard.thumbnails is not None:
            shard.thumbnails.rename(thumbnail_file(self._folder, shard.number))
        shard.tar.rename(shard_file(self._folder, shard.number))

    def _check_limits(self, total: int) -> None:
        limits, advice = self._limits, "Split it into several data sets, or ask an operator for higher limits."
        if self._findings.files > limits.dataset_files:
            raise HubError(Reason.TOO_LARGE, f"The data set has more than {limits.dataset_files:,} files.", advice)
        if total > limits.dataset_bytes:
            raise HubError(Reason.TOO_LARGE, f"The data set has more than {limits.dataset_bytes:,} bytes.", advice)

    def _too_many_bytes(self) -> HubError:
        return HubError(
            Reason.IMAGE_BROKEN, f"The picture has more than {self._limits.image_bytes:,} bytes.", "Scale it down."
        )


def _thumbnail(picture: Image.Image) -> bytes | None:
    """A thumbnail where that is smaller than the picture."""
    return thumbnail(picture, THUMBNAIL_SIDE) if max(picture.size) > THUMBNAIL_SIDE else None


def _may_hold_labels(path: str) -> bool:
    *folders, name = path.split("/")
    return name in LABEL_TABLES and len(folders) <= 1
