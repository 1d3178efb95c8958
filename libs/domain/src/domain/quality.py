"""The quality of an explanation: how far its map can be trusted, measured three ways, and in plain words."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from domain.relevance import Refusal


class Grade(StrEnum):
    """How well a map passes a check."""

    GOOD = "good"
    DOUBTFUL = "doubtful"
    POOR = "poor"
    NOT_CHECKED = "not checked"
    """The check says nothing about such a map."""


class Check(StrEnum):
    """What is checked."""

    RANDOMISATION = "randomisation"
    """Whether the map depends on what the network has learnt."""
    CURVES = "curves"
    """Whether the pixels that it marks matter to the answer."""
    STABILITY = "stability"
    """Whether the map stays as it is under noise that nobody sees."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class Finding(_Frozen):
    """What a check has found."""

    check: Check
    grade: Grade
    sentence: str = Field(description="What that means for a reader of the map.")


class RandomisationStep(_Frozen):
    """The map of a network of which the layers nearest to the output have random weights, held against the map."""

    layer: str = Field(description="The lowest of the layers with random weights.")
    stages: int = Field(description="How many layers with weights have random ones, counted from the output.")
    rank_correlation: float = Field(description="Spearman's, of the pixels, in [-1, 1].")
    rank_correlation_absolute: float = Field(description="The same of the magnitudes.")
    ssim: float = Field(description="Structural similarity of the two maps, in [-1, 1].")
    ssim_absolute: float = Field(description="The same of the magnitudes.")


class Randomisation(_Frozen):
    """Cascading model randomisation, from the output to the input."""

    stages: int = Field(description="How many layers with weights the explained value depends on.")
    steps: tuple[RandomisationStep, ...]


class Curve(_Frozen):
    """What the network answers while pixels go (deletion) or come (insertion) in the order of their relevance."""

    baseline: str = Field(description="What stands where pixels are missing.")
    fractions: tuple[float, ...] = Field(description="The share of the pixels that has gone or come, in [0, 1].")
    values: tuple[float, ...] = Field(description="The score of the target class, or the value of the unit.")
    area: float = Field(description="Under the curve, over the fractions.")
    random_values: tuple[float, ...] = Field(description="The mean of the same for several random orders.")
    random_areas: tuple[float, ...] = Field(description="The area of each of these.")


class Stability(_Frozen):
    """How much the map changes for noisy copies of the picture."""

    radius: float = Field(description="The largest change of a pixel, as a share of the range from black to white.")
    changes: tuple[float, ...] = Field(description="For each copy |changed map - map| / |map|.")
    max_sensitivity: float = Field(description="The largest of them.")
    rank_correlation: float = Field(description="The mean of Spearman's between the map and each changed one.")


class Quality(_Frozen):
    """All that was found out about an explanation; it is stored beside it."""

    explanation: str = Field(description="The id of the explanation.")
    edition: int = Field(description="Of the checks: what an older edition found is not used any more.")
    seed: int = Field(description="Of all that is random: the same seed finds the same.")
    grade: Grade = Field(description="The badge: the worst grade of all checks.")
    summary: str = Field(description="What it means for a reader of the map.")
    findings: tuple[Finding, ...]
    randomisation: Randomisation
    deletion: Curve
    insertion: Curve
    stability: Stability
    explanations: int = Field(description="How many explanations with the same method were computed for it.")
    forward_passes: int = Field(description="How many pictures the network answered beside these.")
    seconds: float = Field(description="How long it took.")


class AssessedSample(_Frozen):
    """How far the explanation of a sample can be trusted, or why it was not checked."""

    sample: int = Field(description="The number of the sample.")
    quality: Quality | None = Field(default=None, description="What was found out.")
    refusal: Refusal | None = Field(default=None, description="Why there is nothing to find out.")


class AssessedShard(_Frozen):
    """What a run of the kind quality stores for a shard."""

    edition: int = Field(description="Of the checks.")
    samples: tuple[AssessedSample, ...] = Field(description="In the order of their numbers.")
