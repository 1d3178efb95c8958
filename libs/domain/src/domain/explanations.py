"""The record of an explanation: what was asked, what was explained, and what a reader of the map should know."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from domain.targets import Target


class Engine(StrEnum):
    """Who computes an explanation."""

    NATIVE = "native"
    INNVESTIGATE = "innvestigate"
    """iNNvestigate's generic analyzers and rules, right through BatchNormalization too."""
    INNVESTIGATE_NAMED = "innvestigate-named"
    """Its named analyzers as it ships them, for published results; wrong through BatchNormalization."""


class RankedClass(BaseModel):
    """A class of a model's answer."""

    model_config = ConfigDict(frozen=True)

    index: int = Field(description="The unit of the network's output.")
    name: str
    score: float = Field(description="In [0, 1], unrounded.")


class ExplanationRecord(BaseModel):
    """An explanation that is stored; its arrays lie beside it."""

    model_config = ConfigDict(frozen=True)

    id: str = Field(description="The digest of all that determines the explanation.")
    model: str
    dataset: str
    sample: int
    method: str
    parameters: dict[str, JsonValue]
    engine: Engine
    target: Target
    target_index: int | None = Field(description="The output unit explained; none for a unit inside the network.")
    target_name: str = Field(description="What was explained in words.")
    target_value: float = Field(description="Its logit or activation.")
    shape: tuple[int, ...] = Field(description="Height, width and channels of the relevance.")
    relevance_sum: float
    signed: bool = Field(description="Whether relevance has a sign that means something.")
    layer: str = Field(description="Where a class activation map was taken; else empty.")
    top: tuple[RankedClass, ...] = Field(description="The model's best answers for the sample, best first.")
    seconds: float = Field(description="How long the computation took.")
    picture_size: tuple[int, int] = Field(description="Width and height of the original picture.")
    box: tuple[float, float, float, float] = Field(
        description="The part of the original that the network sees, in its pixels: left, top, right, bottom."
    )
    warnings: tuple[str, ...] = Field(default=(), description="What a reader of the map should know.")
