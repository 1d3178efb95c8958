"""Bodies of activations inside a network."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class LayerQuestion(BaseModel):
    """Which layer, and for which sample."""

    model_config = ConfigDict(extra="forbid")

    dataset: str = Field(description="The data set, by id or name.")
    sample: int = Field(ge=0, description="The number of the sample, from 0.")
    layer: str = Field(min_length=1, description="The name of the layer, see GET .../graph.")


class ActivationsQuery(LayerQuestion):
    """How many units to list."""

    limit: int = Field(default=32, ge=1, le=10_000, description="The most units.")


class ActivationMapsQuery(LayerQuestion):
    """Which maps, and how to draw them."""

    unit: list[Annotated[int, Field(ge=0, lt=2**32)]] = Field(
        default=[], max_length=64, description="Units in the order of the tiles; none for the 16 strongest."
    )
    size: int = Field(default=112, ge=1, le=512, description="The longest side of a tile in pixels.")


class UnitActivation(BaseModel):
    """What a unit answers: over all positions where the layer has maps."""

    unit: int
    mean: float
    maximum: float


class LayerActivations(BaseModel):
    """The units of a layer that answer most strongly, the largest mean first."""

    layer: str
    output_shape: tuple[int, ...]
    units_total: int
    units: list[UnitActivation]
