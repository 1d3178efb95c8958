"""What an explanation explains: an output of the network, several at once, or something inside it."""

from pydantic import BaseModel, ConfigDict, Field

PREDICTED = "predicted"
LABEL = "label"


class UnitTarget(BaseModel):
    """A layer, one of its units, or one place of a unit.

    A unit of a layer with maps is a channel: its value is the mean over all places, unless one is named. A layer's
    value is the sum over its units.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    layer: str
    unit: int | None = Field(default=None, ge=0, description="Left out, all units of the layer.")
    position: tuple[int, int] | None = Field(default=None, description="Row and column of one place of the maps.")

    def __str__(self) -> str:
        unit = "all units" if self.unit is None else f"unit {self.unit}"
        place = "" if self.position is None else f" at row {self.position[0]}, column {self.position[1]}"
        return f"{self.layer}, {unit}{place}"


ClassTarget = str | int
"""A class by index or name, `"predicted"` or `"label"`."""
Target = ClassTarget | UnitTarget | tuple[ClassTarget, ...]
"""`"predicted"`, `"label"`, a class by index or name, several of these (the sum of their outputs), or a
`UnitTarget`."""
