"""The box that the inputs of a layer lie in, as far as it follows from the range of the pixels."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from explainer.surroundings import InputRange
from network.description import Node

Box = tuple[tuple[float, ...], tuple[float, ...]]
"""The lowest and the highest value, by channel."""
_KEEPS_PIXELS = {"ZeroPadding2D", "Cropping2D", "CenterCrop"}


def box_of(pixels: InputRange) -> Box:
    """The box of the pixels, whichever of black and white the network reads as the larger number."""
    ends = np.stack([pixels.black, pixels.white])
    return tuple(map(float, ends.min(axis=0))), tuple(map(float, ends.max(axis=0)))


def boxes(nodes: Sequence[Node], picture: Box) -> Mapping[str, Box]:
    """The box of each layer's output that only scales, moves or flattens the picture.

    Args:
        nodes: the layers, the first of which stands for the picture.
        picture: the box of the pixels.
    """
    found = {nodes[0].name: picture}
    for node in nodes[1:]:
        box = found.get(node.inputs[0])
        if box is None or len(node.inputs) > 1:
            continue
        if node.kind == "Rescaling":
            found[node.name] = _rescaled(node, box)
        elif node.kind == "Flatten":
            places = node.output_shape[-1] // len(box[0])
            found[node.name] = (box[0] * places, box[1] * places)
        elif node.kind in _KEEPS_PIXELS:
            found[node.name] = box
    return found


def _rescaled(node: Node, box: Box) -> Box:
    scale, offset = (np.asarray(node.arguments[name], np.float64) for name in ("scale", "offset"))
    ends: npt.NDArray[np.float64] = np.stack([np.asarray(end) * scale.ravel() + offset.ravel() for end in box])
    return tuple(map(float, ends.min(axis=0))), tuple(map(float, ends.max(axis=0)))
