"""A flat network in the making: its nodes, their weights, and what people should know of how it came about."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from domain.errors import HubError, Reason
from network.description import Node
from network.pieces import Array, Piece

MOST_LAYERS = 5_000


@dataclass
class Flattened:
    """The nodes in order, their weights by `<layer>.<weight>`, and what was changed."""

    nodes: list[Node] = field(default_factory=list)
    weights: dict[str, Array] = field(default_factory=dict)
    changes: list[str] = field(default_factory=list)
    input_shape: tuple[int, int, int] = (0, 0, 0)
    _names: set[str] = field(default_factory=set)

    def add(self, pieces: Sequence[Piece]) -> None:
        """Adds nodes with their weights.

        Raises:
            HubError: `MODEL_CORRUPT` for a name that is there already, `TOO_LARGE` if there are too many.
        """
        for piece in pieces:
            name = piece.node.name
            if name in self._names:
                raise HubError(Reason.MODEL_CORRUPT, f"Two layers are called {name!r}.", "Give each a name of its own.")
            if len(self.nodes) >= MOST_LAYERS:
                raise too_many_layers()
            self._names.add(name)
            self.nodes.append(piece.node)
            self.weights |= {f"{name}.{weight}": array for weight, array in piece.weights.items()}

    def end_at(self, output: str) -> None:
        """Leaves out the nodes that the output does not depend on, and puts the output last."""
        needed = {output}
        for node in reversed(self.nodes):
            if node.name in needed:
                needed.update(node.inputs)
        kept = [node for node in self.nodes if node.name in needed and node.name != output]
        self.nodes = [*kept, next(node for node in self.nodes if node.name == output)]


def too_many_layers() -> HubError:
    """The error for a model without measure."""
    return HubError(Reason.TOO_LARGE, f"The model has more than {MOST_LAYERS} layers.", "Explain a smaller part of it.")
