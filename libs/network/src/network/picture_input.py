"""The input of a network: a picture of fixed size."""

from collections.abc import Mapping
from typing import Any

from domain.errors import HubError, Reason
from network.layer_arguments import shown

_LARGEST_SIDE = 4096


def picture_shape(name: str, config: Mapping[str, Any]) -> tuple[int, int, int]:
    """Height, width and channels that an input layer stands for.

    Raises:
        HubError: `MODEL_UNSUPPORTED` if it is no picture.
    """
    shape = list(config.get("batch_shape") or config.get("batch_input_shape") or [])
    if len(shape) != 4 or not all(_is_side(side) for side in shape[1:]):
        raise HubError(
            Reason.MODEL_UNSUPPORTED,
            f"The input {name!r} has the shape {shown(shape)}.",
            f"A picture of fixed size is needed: (height, width, channels), each at most {_LARGEST_SIDE}. Rebuild the "
            "model with input_shape set.",
        )
    if shape[3] not in {1, 3}:
        raise HubError(
            Reason.MODEL_UNSUPPORTED,
            f"The input {name!r} has {shape[3]} channels.",
            "Pictures have 1 channel (grey) or 3 (colour).",
        )
    return shape[1], shape[2], shape[3]


def _is_side(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= _LARGEST_SIDE
