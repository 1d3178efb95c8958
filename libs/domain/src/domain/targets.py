"""What an explanation explains: one output of the network, or one unit inside it."""

from pydantic import BaseModel, ConfigDict, Field

PREDICTED = "predicted"
LABEL = "label"


class UnitTarget(BaseModel):
    """A unit of an inner layer: the mean of one channel where the layer has maps."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    layer: str
    unit: int = Field(ge=0)


Target = str | int | UnitTarget
"""`"predicted"`, `"label"`, a class by index or name, or a `UnitTarget`."""
