"""A Secret in the binary form of Kubernetes, in which helm sends what it remembers of a release; it is only read."""

from base64 import b64encode
from collections.abc import Iterator
from typing import Any

MAGIC = b"k8s\0"
_TEXT = 2
"""The kind of wire of text, bytes and messages."""


def secret(data: bytes) -> dict[str, Any]:
    """The same in the form of JSON: name, labels, type and data."""
    assert data.startswith(MAGIC)
    document = {number: value for number, value in _fields(data.removeprefix(MAGIC)) if isinstance(value, bytes)}
    parts = list(_fields(document[2]))
    metadata = list(_fields(next(value for number, value in parts if number == 1 and isinstance(value, bytes))))
    names = {number: value.decode() for number, value in metadata if number in {1, 3} and isinstance(value, bytes)}
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {
            "name": names[1],
            "namespace": names.get(3, ""),
            "labels": {key.decode(): value.decode() for key, value in _entries(metadata, 11)},
        },
        "type": next(value.decode() for number, value in parts if number == 3 and isinstance(value, bytes)),
        "data": {key.decode(): b64encode(value).decode() for key, value in _entries(parts, 2)},
    }


def _entries(fields: list[tuple[int, int | bytes]], wanted: int) -> Iterator[tuple[bytes, bytes]]:
    """The pairs of a map."""
    for number, value in fields:
        if number == wanted and isinstance(value, bytes):
            pair = {inner: content for inner, content in _fields(value) if isinstance(content, bytes)}
            yield pair[1], pair.get(2, b"")


def _fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    at = 0
    while at < len(data):
        key, at = _number(data, at)
        value, at = _number(data, at)
        if key & 7 == _TEXT:
            yield key >> 3, data[at : at + value]
            at += value
        else:
            assert key & 7 == 0, "a Secret holds numbers and text only"
            yield key >> 3, value


def _number(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        value, shift, at = value | (byte & 0x7F) << shift, shift + 7, at + 1
        if byte < 0x80:
            return value, at
