"""A run as it is asked for, and what is refused before anything else is looked at."""

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

from domain.errors import HubError, Reason
from domain.targets import PREDICTED, Target
from gateway.runs.kinds import Priority, RunKind

_ONE_MODEL = {RunKind.ACTIVATIONS, RunKind.PATTERNS}


class AskedOfAll(BaseModel):
    """What a run explains, of every sample, with the native engine."""

    model_config = ConfigDict(extra="forbid")

    method: str = Field(description="The id of a method, see GET /v1/methods.")
    parameters: dict[str, JsonValue] = Field(default={}, description="Those left out take their defaults.")
    target: Target = Field(
        default=PREDICTED, description='"predicted", "label", a class by name or index, or {"layer": ..., "unit": ...}.'
    )
    layer: str = Field(default="", description="For methods that work at a layer; empty for the default of each model.")


class NewRun(BaseModel):
    """A run to begin.

    A run of the kind `activations` records a whole layer, each unit's mean over all positions: whoever asks later for
    a layer, a channel or a unit reads its columns.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"kind": "predict", "dataset": "photos", "models": ["lite0", "squeezenet"]},
                {"kind": "activations", "dataset": "photos", "models": ["lite0"], "layer": "top_conv"},
                {
                    "kind": "explain",
                    "dataset": "photos",
                    "models": ["lite0", "squeezenet"],
                    "explanation": {"method": "lrp.epsilon", "target": "predicted"},
                },
                {"kind": "patterns", "dataset": "photos", "models": ["squeezenet"]},
                {
                    "kind": "quality",
                    "dataset": "photos",
                    "models": ["squeezenet"],
                    "explanation": {"method": "gradient"},
                    "priority": "low",
                },
                {"kind": "umap", "dataset": "photos", "models": ["lite0"]},
                {"kind": "clusters", "run": "01JD3Q2V6ZP5X9A7W8T4R2M1KC", "label": "beagle"},
            ]
        },
    )

    kind: RunKind
    dataset: str = Field(default="", description="By id or name; for clusters that of the run.")
    models: list[str] = Field(
        default=[],
        max_length=16,
        description="By id or name; exactly one for activations and patterns, for clusters those of the run.",
    )
    layer: str = Field(default="", description="The layer whose activations to record; empty for other kinds.")
    embedding: bool = Field(
        default=True, description="Whether predict keeps what the last hidden layer answers, which umap needs."
    )
    explanation: AskedOfAll | None = Field(
        default=None, description="What to explain, or whose quality to check; for the kinds explain and quality alone."
    )
    run: str = Field(default="", description="The run of the kind explain whose maps to group; for clusters alone.")
    label: str = Field(default="", description="The label whose samples to group; empty for all. For clusters alone.")
    priority: Priority = Field(default=Priority.NORMAL, description="Which of your runs goes first.")
    name: str = Field(default="", max_length=200)

    @model_validator(mode="after")
    def _explanation_to_explain(self) -> Self:
        if self.kind.explains != (self.explanation is not None):
            raise _refused(
                f"A run of the kind {self.kind} has "
                + ("no explanation." if self.explanation is None else "nothing to explain."),
                "Say in explanation what a run of the kinds explain and quality explains, and only there.",
            )
        return self

    @model_validator(mode="after")
    def _models_of_the_kind(self) -> Self:
        count = len(self.models)
        if self.kind is RunKind.CLUSTERS:
            if not self.run or self.dataset or self.models:
                raise _refused(
                    "A run of the kind clusters groups what another run explained.",
                    "Name in run one of the kind explain, and leave dataset and models out: they are its own.",
                )
            return self
        if self.run or self.label:
            raise _refused(f"A run of the kind {self.kind} is not about another run.", "Leave run and label out.")
        if not self.dataset or not count:
            raise _refused(f"A run of the kind {self.kind} needs a data set and models.", "Name dataset and models.")
        if self.kind in _ONE_MODEL and count != 1:
            raise _refused(f"A run of the kind {self.kind} is of one model; this names {count}.", "Begin one for each.")
        return self

    @model_validator(mode="after")
    def _layer_of_activations(self) -> Self:
        if self.kind is RunKind.ACTIVATIONS and not self.layer:
            raise _refused(
                "Activations are recorded for one layer; this names none.", "Name one of the model's layers."
            )
        if self.kind is not RunKind.ACTIVATIONS and self.layer:
            raise _refused(
                f"A run of the kind {self.kind} works on models as a whole, not at a layer.",
                f"Leave layer out, or begin a run of the kind {RunKind.ACTIVATIONS}.",
            )
        return self


def _refused(message: str, advice: str) -> HubError:
    return HubError(Reason.ARGUMENT_INVALID, message, advice)
