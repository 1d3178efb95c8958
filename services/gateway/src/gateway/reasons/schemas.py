"""Bodies of comparisons of reasons."""

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, Json, JsonValue, TypeAdapter, ValidationError, model_validator

from domain.errors import HubError, Reason
from domain.explanations import RankedClass
from domain.targets import PREDICTED, Target
from gateway.datasets.schemas import Sample
from gateway.runs.new import AskedOfAll


class ReasonQuery(BaseModel):
    """Whose reasons to compare: those of a run that explains, or of models that runs have explained in the same way."""

    model_config = ConfigDict(extra="forbid")

    run: str = Field(default="", description="A run of the kind explain; then nothing else says what to compare.")
    dataset: str = Field(default="", description="Without a run.")
    models: list[str] = Field(default=[], max_length=16, description="At least two; with a run, some of its models.")
    method: str = Field(default="", description="Without a run: the method that explained.")
    parameters: Json[dict[str, JsonValue]] = Field(default={}, description="Its parameters, as a JSON object.")
    target: str = Field(default=PREDICTED, description="Its target; one that is no word, as JSON.")
    layer: str = ""
    top: float = Field(default=0.1, gt=0, le=1, description="The share of cells that count as the most relevant ones.")
    limit: int = Field(default=100, ge=1, le=1000)
    cursor: str | None = None

    @model_validator(mode="after")
    def _by_run_or_by_question(self) -> Self:
        asked = {"dataset", "method", "parameters", "target", "layer"} & self.model_fields_set
        if self.run and asked:
            raise HubError(
                Reason.ARGUMENT_INVALID,
                f"The query names a run, and {', '.join(sorted(asked))} beside it.",
                "Name either a run, or a data set, models and a method.",
            )
        if not self.run and not (self.dataset and self.models and self.method):
            raise HubError(
                Reason.ARGUMENT_INVALID,
                "The query says neither a run, nor a data set, models and a method.",
                "Name a run of the kind explain, or a data set, models and a method.",
            )
        return self

    @property
    def asked(self) -> AskedOfAll:
        """What was asked of every sample."""
        return AskedOfAll(method=self.method, parameters=self.parameters, target=_target(self.target), layer=self.layer)


class ReasonComparison(BaseModel):
    """How far the reasons of the models are alike for one sample; measures are over all pairs of models."""

    sample: Sample
    same_answer: bool = Field(description="Whether all models predict the same class.")
    predicted: list[RankedClass] = Field(description="What each model predicts, in the order of `models`.")
    mean_correlation: float | None = Field(
        default=None, description="Spearman's rank correlation of the maps, in [-1, 1]; none where nothing differs."
    )
    lowest_correlation: float | None = None
    mean_overlap: float | None = Field(
        default=None, description="The share of the most relevant cells that maps have in common, in [0, 1]."
    )
    lowest_overlap: float | None = None


class ReasonPage(BaseModel):
    """A page of samples: those with the same answer first, and of these the least alike first."""

    comparisons: list[ReasonComparison] = Field(serialization_alias="items")
    next_page_token: str | None = Field(serialization_alias="next")
    models: list[str] = Field(default=[], description="The ids of the models compared.")
    samples: int = Field(description="How many samples all the models have explained.")
    same_answer: int = Field(description="To how many of them all the models give the same answer.")
    missing: int = Field(description="How many samples not all the models have explained, not yet or not at all.")


def _target(text: str) -> Target:
    """A target as it stands in an address: a word as it is, everything else as JSON."""
    try:
        found: Target = _TARGET.validate_json(text)
    except ValidationError:
        return text
    return found


_TARGET: TypeAdapter[Target] = TypeAdapter(Target)
