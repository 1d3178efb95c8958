"""Bodies of suggestions: samples by what models answer to them."""

from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from domain.explanations import RankedClass
from gateway.datasets.schemas import Sample

Where = Annotated[
    list[str],
    Query(
        default_factory=list,
        max_length=32,
        description="Conditions that samples must meet, all of them: a quantity, a sign and a value, for instance "
        "`label=cat|dog`, `predicted@lite0!=cat`, `correct=false`, `entropy>=0.5`, `age<30` for a column of the data "
        "set, or `selection=NAME`. Behind `@` stands the model; without it the first one is meant.",
    ),
]


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
    title: str
    meaning: str = Field(description="What it means for who looks at it.")


class AgreementCell(BaseModel):
    """A cell of the map, for drawing what lies beneath the points."""

    lower: float = Field(description="Of the mean scores, included.")
    upper: float
    predicted_classes: int
    samples: int


class Agreement(BaseModel):
    """The agreement map. Quadrants and cells count all samples that meet the conditions, points are a part of them."""

    samples: int = Field(description="How many samples all the models have predicted, and that meet the conditions.")
    points: list[AgreementPoint]
    quadrants: list[Quadrant]
    missing: int = Field(description="How many samples are not yet predicted by all the models.")
    cells: list[AgreementCell] = Field(description="Those that are not empty.")


class HistogramBin(BaseModel):
    """A bar."""

    lower: float
    upper: float
    samples: int
    correct: int


class Histogram(BaseModel):
    """The distribution of a quantity."""

    bins: list[HistogramBin]
    samples: int
    without_label: int


class CalibrationBin(BaseModel):
    """The samples whose predicted class has a score above `lower` and up to `upper`."""

    lower: float
    upper: float
    samples: int
    mean_score: float | None = None
    accuracy: float | None = Field(default=None, description="The share of right answers.")


class Calibration(BaseModel):
    """A reliability diagram."""

    bins: list[CalibrationBin]
    expected_calibration_error: float = Field(description="In [0, 1]; Guo et al. 2017, equation 3.")
    samples: int
    without_label: int
    accuracy: float


class ClassCount(BaseModel):
    """How often a class occurs."""

    name: str
    samples: int


class ConfusionCell(BaseModel):
    """How often two classes meet: a label, or what the first model says, and what the other says."""

    row: str
    column: str
    samples: int


class Confusion(BaseModel):
    """A confusion matrix."""

    rows: list[ClassCount] = Field(description="Labels, or answers of the first model, the most frequent first.")
    columns: list[ClassCount] = Field(description="Answers of the model, or of the second one.")
    cells: list[ConfusionCell] = Field(description="Of these rows and columns, those that are not empty.")
    most_confused: list[ConfusionCell] = Field(description="Two different classes, of all; the fullest first.")
    samples: int
    equal: int = Field(description="To how many samples both sides say the same.")
    without_label: int


class SampleQuery(BaseModel):
    """Which samples, in which order. The first model's answers are filtered and sorted by."""

    model_config = ConfigDict(extra="forbid")

    dataset: str
    models: list[str] = Field(min_length=1, max_length=16)
    where: Where
    label: str | None = None
    predicted: str | None = None
    correct: bool | None = None
    min_label_error: float | None = Field(default=None, ge=0, le=1)
    max_label_error: float | None = Field(default=None, ge=0, le=1)
    order: str = Field(default="number", description="A quantity, for instance mean_score or entropy@lite0.")
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
