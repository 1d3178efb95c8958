"""Targets as they are written on the command line."""

import re
from typing import Annotated, Any

import typer

from innhub.explanations import Target

PREDICTED = "predicted"
_HELP = (
    "predicted (the default), label, or a class by name or index; several times for the sum of several classes. "
    "LAYER:UNIT is a unit inside the network, LAYER:UNIT@ROW,COLUMN one place of it, LAYER: all units of a layer."
)
Targets = Annotated[list[str] | None, typer.Option("--target", help=_HELP)]
_INSIDE = re.compile(r"(?P<layer>.+):(?P<unit>\d*)(?:@(?P<row>\d+),(?P<column>\d+))?")


def target_of(texts: list[str] | None) -> Target:
    """The target that one or several texts name; none means the predicted class.

    Raises:
        typer.BadParameter: if something inside the network is named beside other targets.
    """
    found = [_target(text) for text in texts or [PREDICTED]]
    if len(found) == 1:
        return found[0]
    classes = [target for target in found if not isinstance(target, dict | list)]
    if len(classes) < len(found):
        raise typer.BadParameter("only classes can be explained together", param_hint="--target")
    return classes


def _target(text: str) -> Target:
    if text.isdecimal():
        return int(text)
    inside = _INSIDE.fullmatch(text)
    if inside is None:
        return text
    target: dict[str, Any] = {"layer": inside["layer"]}
    if inside["unit"]:
        target["unit"] = int(inside["unit"])
    if inside["row"]:
        target["position"] = [int(inside["row"]), int(inside["column"])]
    return target
