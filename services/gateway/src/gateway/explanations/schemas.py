"""Bodies of explanations."""

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from domain.explanations import Engine
from domain.targets import PREDICTED, Target


class ExplanationRequest(BaseModel):
    """What to explain, and how."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "model": "lite0",
                    "dataset": "photos",
                    "sample": 3,
                    "method": "lrp.epsilon",
                    "parameters": {"epsilon": 1e-7},
                    "target": "predicted",
                }
            ]
        },
    )

    model: str
    dataset: str
    sample: int = Field(ge=0)
    method: str = Field(description="The id of a method, see GET /v1/methods.")
    parameters: dict[str, JsonValue] = Field(default={}, description="Those left out take their defaults.")
    target: Target = Field(
        default=PREDICTED,
        description='"predicted", "label", a class by name or index, a list of these (their sum is explained), or '
        '{"layer": ..., "unit": ..., "position": [row, column]}, of which all but the layer may be left out.',
    )
    layer: str = Field(default="", description="For methods that work at a layer; empty for the default.")
    engine: Engine = Field(
        default=Engine.NATIVE,
        description="native; innvestigate, which computes with the rules of that library; or innvestigate-named, its "
        "own analyzers as it ships them, for published results. GET /v1/methods tells which have the method.",
    )


class HeatmapStyle(BaseModel):
    """How to draw an explanation."""

    model_config = ConfigDict(extra="forbid")

    colormap: str = Field(default="", description="Empty chooses one that fits the method.")
    overlay: float = Field(default=0.6, ge=0, le=1, description="Strength of the map over the picture.")
    percentile: float = Field(default=99.0, gt=50, le=100, description="Magnitudes beyond it are clipped.")
    size: int | None = Field(default=None, ge=16, le=4096, description="The longest side in pixels.")


class QualityRequest(BaseModel):
    """How long to wait for the quality of an explanation."""

    model_config = ConfigDict(extra="forbid")

    patience_seconds: float = Field(
        default=120.0, gt=0, le=600, description="What is expected to take longer is refused, with what it costs."
    )
