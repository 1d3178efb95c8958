"""Bodies of suggestions."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from domain.explanations import RankedClass
from gateway.datasets.schemas import Sample


class Answer(BaseModel):
    """The answer of one model for one sample."""

    model: str = Field(description="The id of the model.")
    predicted: RankedClass
    label_score: float | None = None
    correct: bool | None = None


class AgreementPoint(BaseModel):
    """A sample on the agreement map."""

    sample: Sample
    mean_score: float = Field(description="Mean over the models of the score of their predicted class, unrounded.")
    predicted_classes: int = Field(description="How many different classes the models predict.")
    answers: list[Answer] = Field(description="In the order of the models asked for.")


class Quadrant(BaseModel):
    """A quarter of the map."""

    agree: bool
    sure: bool
    samples: int


class Agreement(BaseModel):
    """The agreement map."""

    samples: int = Field(description="How many samples all the models have predicted.")
    points: list[AgreementPoint]
    quadrants: list[Quadrant]
    missing: int = Field(description="How many samples are not yet predicted by all the models.")


class HistogramBin(BaseModel):
    """A bar."""

    lower: float
    upper: float
    samples: int
    correct: int


class Histogram(BaseModel):
    """The distribution of 1 - p(label)."""

    bins: list[HistogramBin]
    samples: int
    without_label: int


class SampleOrder(StrEnum):
    """What samples can be sorted by."""

    NUMBER = "number"
    MEAN_SCORE = "mean_score"
    PREDICTED_CLASSES = "predicted_classes"
    LABEL_ERROR = "label_error"

    @property
    def message_name(self) -> str:
        """Its name in messages."""
        return f"SAMPLE_ORDER_{'UNSPECIFIED' if self is SampleOrder.NUMBER else self.name}"


class SampleQuery(BaseModel):
    """Which samples, in which order. The first model's answers are filtered and sorted by."""

    model_config = ConfigDict(extra="forbid")

    dataset: str
    models: list[str] = Field(min_length=1, max_length=16)
    label: str | None = None
    predicted: str | None = None
    correct: bool | None = None
    min_label_error: float | None = Field(default=None, ge=0, le=1)
    max_label_error: float | None = Field(default=None, ge=0, le=1)
    order: SampleOrder = SampleOrder.NUMBER
    descending: bool = False
    limit: int = Field(default=100, ge=1, le=1000)
    cursor: str | None = None


class SampleQueryPage(BaseModel):
    """A page of samples with the answers of the models."""

    points: list[AgreementPoint] = Field(serialization_alias="items")
    next_page_token: str | None = Field(serialization_alias="next")
    samples: int = Field(description="How many samples meet the filters.")


class ActivatingSample(BaseModel):
    """A sample and what a unit answers to it."""

    sample: int = Field(description="The number of the sample.")
    label: str | None = None
    activation: float = Field(description="The unit's mean over all positions.")


class StrongestSamples(BaseModel):
    """The samples to which a unit answers most strongly, the largest activation first."""

    total: int = Field(description="How many samples are recorded by now.")
    samples: list[ActivatingSample] = Field(serialization_alias="items")
