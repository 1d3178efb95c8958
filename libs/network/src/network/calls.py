"""The calls of a layer in a functional model: what it reads, in the dialects in which Keras 2 and 3 write it down."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from heapq import heappop, heappush
from typing import Any

from domain.errors import HubError, Reason


@dataclass(frozen=True, order=True)
class Source:
    """The output of a layer: of its first call, its second, ..."""

    layer: str
    call: int


Operand = Source | Any
"""What a call is given: the output of a layer, or a plain value."""


@dataclass(frozen=True)
class Call:
    """One use of a layer: what stands in its parentheses, lists laid flat."""

    operands: tuple[Operand, ...]
    keywords: Mapping[str, Operand] = field(default_factory=dict)

    @property
    def sources(self) -> list[Source]:
        """The layers it reads, in order."""
        return [operand for operand in (*self.operands, *self.keywords.values()) if isinstance(operand, Source)]

    @property
    def values(self) -> list[Any]:
        """The plain values among what it reads."""
        return [operand for operand in self.operands if not isinstance(operand, Source)]


def calls_of(layer: Mapping[str, Any]) -> list[Call]:
    """All calls of a layer, in order; none for an input."""
    nodes = layer.get("inbound_nodes", [])
    return [_keras_3(node) if isinstance(node, dict) else _keras_2(node) for node in nodes]


def exits(value: list[Any]) -> list[Source]:
    """The inputs or outputs of a model: Keras writes one as [name, 0, 0] and several as a list of these."""
    return [_source(value)] if value and isinstance(value[0], str) else [_source(item) for item in value]


def in_order(reads: Mapping[Source, Sequence[Source]]) -> Iterator[Source]:
    """Calls in an order in which each follows those that it reads, and else in the order in which they are given.

    Raises:
        HubError: `MODEL_CORRUPT` if some read each other in a circle.
    """
    sorter = TopologicalSorter(reads)
    try:
        sorter.prepare()
    except CycleError as error:
        circle = " - ".join(source.layer for source in error.args[1][:6])
        raise HubError(
            Reason.MODEL_CORRUPT,
            f"Layers read each other in a circle: {circle:.200}.",
            "Save the model again with model.save('name.keras').",
        ) from error
    places = {source: number for number, source in enumerate(reads)}
    ready: list[tuple[int, Source]] = []
    while sorter.is_active():
        for source in sorter.get_ready():
            heappush(ready, (places.get(source, -1), source))
        _, source = heappop(ready)
        yield source
        sorter.done(source)


def _keras_3(node: Mapping[str, Any]) -> Call:
    """{"args": [tensor or value or list of them, ...], "kwargs": {...}}."""
    operands = tuple(operand for value in node["args"] for operand in _operands(value))
    keywords = {name: next(_operands(value), None) for name, value in node.get("kwargs", {}).items()}
    return Call(operands, {name: operand for name, operand in keywords.items() if operand is not None})


def _operands(value: Any) -> Iterator[Operand]:
    if isinstance(value, dict) and value.get("class_name") == "__keras_tensor__":
        yield _source(value["config"]["keras_history"])
    elif isinstance(value, list) and any(isinstance(item, dict | list) for item in value):
        for item in value:
            yield from _operands(item)
    else:
        yield value


def _keras_2(node: list[Any]) -> Call:
    """[[layer, call, 0, keywords], ...], or one of these alone."""
    tensors = [node] if node and isinstance(node[0], str) else node
    keywords = tensors[0][3] if tensors and len(tensors[0]) > 3 else {}
    return Call(
        tuple(tensor[2] if tensor[0] == "_CONSTANT_VALUE" else _source(tensor) for tensor in tensors),
        {
            name: _source(value) if _is_tensor(value) else value
            for name, value in keywords.items()
            if value is not None and name not in {"name", "training"}
        },
    )


def _is_tensor(value: Any) -> bool:
    return isinstance(value, list) and len(value) >= 3 and isinstance(value[0], str)


def _source(history: list[Any]) -> Source:
    name, call, tensor = history[0], history[1], history[2]
    if tensor != 0 or isinstance(call, bool) or not isinstance(call, int):
        raise ValueError(f"{history!r:.80} is no output of a layer")
    return Source(str(name), call)
