"""Samples of a data set, and the index of a shard, which says where each of them lies in the tar."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from domain.errors import HubError, Reason


class SampleEntry(BaseModel):
    """What the index says of one sample."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: int = Field(ge=0, description="Position in the data set, from 0.")
    path: str = Field(description="Where the file lay in the folder or archive that was imported.")
    label: str | None = Field(description="None if the sample has no label.")
    width: int = Field(gt=0, description="Pixels of the upright picture.")
    height: int = Field(gt=0, description="Pixels of the upright picture.")
    format: Literal["jpeg", "png", "webp", "gif", "bmp", "tiff"]
    offset: int = Field(ge=0, description="First byte of the file's content, in the shard.")
    size: int = Field(gt=0, description="Bytes of the file's content.")
    thumbnail_offset: int | None = Field(
        default=None, ge=0, description="First byte of its thumbnail beside the shard; None if it has none."
    )
    thumbnail_size: int | None = Field(default=None, gt=0, description="Bytes of its thumbnail.")


_INDEX = TypeAdapter(tuple[SampleEntry, ...])


def write_index(entries: tuple[SampleEntry, ...]) -> bytes:
    """The index of a shard as JSON."""
    return _INDEX.dump_json(entries)


def read_index(data: bytes) -> tuple[SampleEntry, ...]:
    """The entries of an index, in the order of their numbers.

    Raises:
        HubError: `ARCHIVE_CORRUPT` if it is none.
    """
    try:
        return _INDEX.validate_json(data)
    except ValidationError as problem:
        raise HubError(
            Reason.ARCHIVE_CORRUPT,
            f"The index of a shard cannot be read ({problem.errors()[0]['msg']}).",
            "Import the data set again.",
        ) from problem
