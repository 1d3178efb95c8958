"""`values.yaml` as a tree: every value with its default, the comment above it, and what kind of thing it is.

A comment of a value stands directly above it. A line `@kind words` in it says what the default does not show; `@like
part` takes everything of another part over. Among parts that are like the same one, a value without a comment is
described by the first of its path: what is explained once means the same in all of them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from domain.errors import HubError, Reason

_INDENT = 2


@dataclass
class Value:
    """A value, or a group of them."""

    path: tuple[str, ...]
    default: Any
    comment: str = ""
    kind: str = ""
    words: tuple[str, ...] = ()
    like: str = ""
    parts: dict[str, "Value"] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """As a person writes it."""
        return ".".join(self.path)

    def leaves(self) -> Iterator["Value"]:
        """The values in it that are no groups."""
        if not self.parts:
            yield self
        for part in self.parts.values():
            yield from part.leaves()


def read(path: Path) -> dict[str, Value]:
    """The groups of a file by their names, in its order.

    Raises:
        HubError: a value has no description.
    """
    text = path.read_text()
    comments = _comments(text)
    root = _value((), yaml.load(text, Loader=yaml.CSafeLoader), comments)
    said: dict[tuple[str, ...], str] = {}
    for group in root.parts.values():
        for value in _all(group):
            key = (group.like or group.name, *value.path[1:])
            value.comment = value.comment or said.get(key, "")
            if not value.comment:
                raise HubError(
                    Reason.INTERNAL, f"{value.name} has no description.", "Write one above it in values.yaml."
                )
            said.setdefault(key, value.comment)
    return root.parts


def _all(value: Value) -> Iterator[Value]:
    yield value
    for part in value.parts.values():
        yield from _all(part)


def _value(path: tuple[str, ...], default: Any, comments: dict[tuple[str, ...], list[str]]) -> Value:
    value = Value(path, default)
    said = []
    for line in comments.get(path, []):
        mark, *words = line.split()
        if mark == "@like":
            value.like = words[0]
        elif mark.startswith("@"):
            # Many words stand on several lines, each with its mark.
            value.kind, value.words = mark[1:], (*value.words, *(word.strip('"') for word in words))
        else:
            said.append(line)
    value.comment = " ".join(said)
    if isinstance(default, dict) and not value.kind:
        value.parts = {key: _value((*path, key), part, comments) for key, part in default.items()}
    return value


def _comments(text: str) -> dict[tuple[str, ...], list[str]]:
    """The lines of comment directly above each key."""
    found: dict[tuple[str, ...], list[str]] = {}
    above: list[str] = []
    path: list[str] = []
    for line in text.splitlines():
        stripped = line.strip()
        if stripped.startswith("# "):
            above.append(stripped.removeprefix("# "))
        elif key := re.match(r"( *)([\w-]+):(?: |$)", line):
            path = [*path[: len(key[1]) // _INDENT], key[2]]
            found[tuple(path)] = above
            above = []
        else:
            above = []
    return found
