"""Targets of explanations as messages, and back."""

from collections.abc import Sequence

from domain.errors import HubError, Reason
from domain.targets import PREDICTED, Target, UnitTarget
from innhub_proto.artifacts.v1 import artifacts_pb2


def target_message(target: Target) -> artifacts_pb2.Target:
    """A target as a message."""
    if isinstance(target, UnitTarget):
        position = target.position or ()
        if target.unit is None:
            return artifacts_pb2.Target(layer=artifacts_pb2.Layer(layer=target.layer, position=position))
        return artifacts_pb2.Target(unit=artifacts_pb2.Unit(layer=target.layer, unit=target.unit, position=position))
    if isinstance(target, tuple):
        return artifacts_pb2.Target(classes=artifacts_pb2.Classes(names=[str(one) for one in target]))
    return artifacts_pb2.Target(index=target) if isinstance(target, int) else artifacts_pb2.Target(named=target)


def target_of(message: artifacts_pb2.Target) -> Target:
    """The target of a message.

    Raises:
        HubError: `TARGET_INVALID` for a position that is no row and column.
    """
    match message.WhichOneof("target"):
        case "unit":
            position = _position(message.unit.position)
            return UnitTarget(layer=message.unit.layer, unit=message.unit.unit, position=position)
        case "layer":
            return UnitTarget(layer=message.layer.layer, position=_position(message.layer.position))
        case "classes":
            return tuple(int(name) if name.isdecimal() else name for name in message.classes.names) or PREDICTED
        case "index":
            return message.index
        case _:
            return message.named or PREDICTED


def _position(places: Sequence[int]) -> tuple[int, int] | None:
    if len(places) not in {0, 2}:
        raise HubError(Reason.TARGET_INVALID, f"The position {list(places)} is no place.", "Give a row and a column.")
    return (places[0], places[1]) if places else None
