"""A set of shard numbers that stays small: a bit a shard, so that a record of thousands of shards is still short."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import PlainSerializer, PlainValidator


class ShardSet:
    """An immutable set of shard numbers."""

    def __init__(self, bits: int = 0) -> None:
        self._bits = bits

    def with_shard(self, shard: int) -> "ShardSet":
        """This set and one more shard; the same set if it was in it."""
        return ShardSet(self._bits | 1 << shard)

    @property
    def lowest_missing(self) -> int:
        """The lowest number that is not in it."""
        return (~self._bits & (self._bits + 1)).bit_length() - 1

    def __iter__(self) -> Iterator[int]:
        return (shard for shard in range(self._bits.bit_length()) if shard in self)

    def __contains__(self, shard: int) -> bool:
        return bool(self._bits >> shard & 1)

    def __len__(self) -> int:
        return self._bits.bit_count()

    def __or__(self, other: "ShardSet") -> "ShardSet":
        return ShardSet(self._bits | other._bits)

    def __sub__(self, other: "ShardSet") -> "ShardSet":
        return ShardSet(self._bits & ~other._bits)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ShardSet) and self._bits == other._bits

    def __hash__(self) -> int:
        return hash(self._bits)

    @classmethod
    def parsed(cls, value: "ShardSet | str") -> "ShardSet":
        """From the form in which it is stored."""
        return value if isinstance(value, ShardSet) else cls(int(value, 16))

    def __str__(self) -> str:
        return f"{self._bits:x}"


StoredShardSet = Annotated[ShardSet, PlainValidator(ShardSet.parsed), PlainSerializer(str, return_type=str)]
"""A shard set that is stored in a record as hexadecimal digits."""
