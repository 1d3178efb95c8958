"""What a model file tells beside the network itself: how its weights are spread, and how it was trained."""

from pydantic import BaseModel, ConfigDict, Field, JsonValue


class WeightStatistics(BaseModel):
    """How the values of one weight of a layer are spread."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    layer: str
    weight: str = Field(description="Its name in the layer, for instance `kernel`.")
    shape: tuple[int, ...]
    minimum: float
    maximum: float
    mean: float
    deviation: float = Field(description="Standard deviation.")
    zeros: float = Field(ge=0, le=1, description="The share of values that are exactly zero.")
    edges: tuple[float, ...] = Field(description="Edges of the histogram's bins, one more than there are counts.")
    counts: tuple[int, ...] = Field(
        description="How many values lie in each bin, of at most a million that were taken evenly."
    )


class AllWeightStatistics(BaseModel):
    """The statistics of every weight of a network, layer by layer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    weights: tuple[WeightStatistics, ...] = ()


class Training(BaseModel):
    """How a network was trained, as far as its file or a history beside it tells."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    optimizer: str = Field(default="", description="The kind of optimizer, for instance `Adam`.")
    optimizer_settings: dict[str, JsonValue] = {}
    loss: str = ""
    metrics: tuple[str, ...] = ()
    history: dict[str, tuple[float | None, ...]] = Field(
        default={}, description="A value an epoch for each quantity; none where it was not finite."
    )
