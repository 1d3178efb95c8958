"""A network as blocks of blocks, so that a large one can be drawn folded.

A block is a stretch of consecutive layers, and layers come after those that they read: whatever is folded, what remains
is a graph without circles. Names say which layers belong together (`conv2_block1_1_conv`, `fire3/squeeze1x1`); a long
row of layers whose names say nothing is cut by depth, if possible where a single output passes.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

Layer = dict[str, Any]
"""A layer as the hub describes it; here, `name` and `inputs` matter."""

MOST_DRAWN = 60
"""More nodes than this nobody can take in at once."""

_SEPARATORS = re.compile(r"[/_.]")
_FEWEST = 4
"""A block of fewer layers would hide less than it adds."""
_BELONGING = 2 / 3
"""The share of the layers of a block that must carry its name: others may stand between them."""
_SHORTEST, _LONGEST = 12, 40


@dataclass(frozen=True)
class Block:
    """The layers from `first` up to, but not with, `end`, by their position; `parts` are the blocks among them."""

    name: str
    first: int
    end: int
    parts: tuple["Block", ...] = ()

    @property
    def units(self) -> Iterator["Block | int"]:
        """Its parts, and the positions of the layers that are in none of them."""
        position = self.first
        for part in self.parts:
            yield from range(position, part.first)
            yield part
            position = part.end
        yield from range(position, self.end)


def blocks(layers: Sequence[Layer]) -> Block:
    """The whole network as a block."""
    spans: dict[str, list[int]] = {}
    for position, layer in enumerate(layers):
        for prefix in _prefixes(layer["name"]):
            spans.setdefault(prefix, []).append(position)
    found = [
        Block(prefix, members[0], members[-1] + 1)
        for prefix, members in spans.items()
        if len(members) >= max(_FEWEST, _BELONGING * (members[-1] + 1 - members[0]))
    ]
    # Outer blocks before inner ones; of two with the same layers, the one that says more.
    found.sort(key=lambda block: (block.first, -block.end, -len(block.name)))
    whole = Block("", 0, len(layers))
    return _shortened(replace(whole, parts=_nested(found, whole)), _narrows(layers))


def drawn(whole: Block, unfolded: frozenset[str]) -> Iterator[Block | int]:
    """What is drawn where some blocks are unfolded: folded blocks, and positions of layers."""
    for unit in whole.units:
        if isinstance(unit, Block) and unit.name in unfolded:
            yield from drawn(unit, unfolded)
        else:
            yield unit


def around(whole: Block, position: int) -> frozenset[str]:
    """The blocks that a layer is in: all that must be unfolded to see it."""
    for part in whole.parts:
        if part.first <= position < part.end:
            return around(part, position) | {part.name}
    return frozenset()


def unfolded_at_first(whole: Block) -> frozenset[str]:
    """As many levels as can be taken in at once."""
    unfolded: frozenset[str] = frozenset()
    while (more := one_level_more(whole, unfolded)) != unfolded:
        if sum(1 for _ in drawn(whole, more)) > MOST_DRAWN:
            break
        unfolded = more
    return unfolded


def one_level_more(whole: Block, unfolded: frozenset[str]) -> frozenset[str]:
    """With every block unfolded that is drawn folded."""
    return unfolded | {unit.name for unit in drawn(whole, unfolded) if isinstance(unit, Block)}


def one_level_less(whole: Block, unfolded: frozenset[str]) -> frozenset[str]:
    """With every block folded that has no unfolded one inside."""
    return frozenset(
        block.name
        for block in _all(whole)
        if block.name in unfolded and any(part.name in unfolded for part in block.parts)
    )


def _all(whole: Block) -> Iterator[Block]:
    for part in whole.parts:
        yield part
        yield from _all(part)


def _prefixes(name: str) -> list[str]:
    """`a_b/c` is in `a`, in `a_b`, and is `a_b/c`, which may be the beginning of another name."""
    return [*(name[: separator.start()] for separator in _SEPARATORS.finditer(name) if separator.start()), name]


def _nested(found: Sequence[Block], outer: Block) -> tuple[Block, ...]:
    nested = []
    while found:
        head, *others = found
        inside = [block for block in others if block.end <= head.end]
        # What begins inside and ends outside belongs to neither.
        found = [block for block in others if block.first >= head.end]
        if (head.first, head.end) == (outer.first, outer.end):
            return _nested(inside, outer)
        nested.append(replace(head, parts=_nested(inside, head)))
    return tuple(nested)


def _narrows(layers: Sequence[Layer]) -> frozenset[int]:
    """The positions before which a single output is still needed."""
    position_of = {layer["name"]: position for position, layer in enumerate(layers)}
    last_read = list(range(len(layers)))
    for position, layer in enumerate(layers):
        for name in layer["inputs"]:
            last_read[position_of[name]] = position
    needed, narrows = set[int](), set[int]()
    for position in range(len(layers)):
        needed = {other for other in needed if last_read[other] >= position}
        if len(needed) == 1:
            narrows.add(position)
        needed.add(position)
    return frozenset(narrows)


def _shortened(block: Block, narrows: frozenset[int]) -> Block:
    """The block with stretches of its units as parts if it has too many, and so all the way in."""
    units = list(block.units)
    parts = block.parts if len(units) <= MOST_DRAWN else tuple(_stretches(block, narrows))
    return replace(block, parts=tuple(_shortened(part, narrows) for part in parts))


def _stretches(block: Block, narrows: frozenset[int]) -> Iterator[Block]:
    edges = [unit.first if isinstance(unit, Block) else unit for unit in block.units]
    begin, length = edges[0], 0
    for edge in [*edges[1:], block.end]:
        length += 1
        if length == _LONGEST or edge == block.end or (length >= _SHORTEST and edge in narrows):
            inside = tuple(part for part in block.parts if begin <= part.first < edge)
            if length < _FEWEST:
                yield from inside
            else:
                yield Block(f"layers {begin + 1} to {edge}", begin, edge, inside)
            begin, length = edge, 0
