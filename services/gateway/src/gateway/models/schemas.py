"""Bodies of models."""

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

from domain.errors import HubError, Reason
from domain.manifests import Head
from domain.preprocessing import PRESETS, Preprocessing
from gateway.applications.service import application
from gateway.imported_records import ImportedRecord

IMAGENET = "imagenet"
NO_WEIGHTS = "none"


class ModelSummary(BaseModel):
    """What is known of a model that is ready."""

    network_digest: str
    input_shape: tuple[int, int, int] = Field(description="Height, width and channels.")
    classes: int
    head: Head
    preprocessing: Preprocessing
    layers: int
    parameters: int
    multiply_adds: int = Field(default=0, description="Multiplications with additions that one picture costs.")
    weight_bytes: int = Field(default=0, description="Memory of all weights.")
    activation_bytes: int = Field(default=0, description="Memory of all layer outputs for one picture.")
    source: str = Field(default="", description="The name of the file, or `keras:NAME`.")
    changes: tuple[str, ...] = Field(description="What the import changed or assumed, in plain words.")


class ModelRecord(ImportedRecord):
    """A model."""

    summary: ModelSummary | None = Field(default=None, description="Present once the model is ready.")


class NewModel(BaseModel):
    """A model to import."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"name": "lite0", "upload": "01JD3Q2V6ZP5X9A7W8T4R2M1KC", "labels": "imagenet", "preprocessing": "tf"},
                {"name": "vgg16", "builtin": "keras:VGG16", "labels": "imagenet"},
            ]
        },
    )

    name: str = Field(description="1 to 63 letters, digits, dots, underscores or dashes.")
    upload: str = Field(default="", description="The id of the upload that holds the file.")
    builtin: str = Field(default="", description="Instead of an upload: `keras:NAME`, see GET /v1/applications.")
    weights: str = Field(
        default="",
        description=f'With `builtin`: "{IMAGENET}" (also if empty), "{NO_WEIGHTS}", or the id of an upload of weights.',
    )
    labels: str = Field(default="", description=f'"{IMAGENET}", or the id of an upload with labels; empty for numbers.')
    preprocessing: str | Preprocessing | None = Field(
        default=None, description=f"One of {', '.join(PRESETS)}, or the values themselves; none to guess."
    )
    history: str = Field(
        default="",
        description="The id of an upload with the history of the training: a CSV with a column a quantity, or a JSON "
        "object with a list a quantity; empty for none.",
    )

    @property
    def uploads(self) -> set[str]:
        """The ids of all uploads that it names."""
        weights, labels = {self.weights} - {IMAGENET, NO_WEIGHTS}, {self.labels} - {IMAGENET}
        return {self.upload, self.history, *weights, *labels} - {""}

    @model_validator(mode="after")
    def _has_one_origin(self) -> Self:
        if bool(self.upload) == bool(self.builtin):
            raise HubError(
                Reason.ARGUMENT_INVALID,
                "A model comes either from an upload or from Keras.",
                "Give upload, or builtin, and not both.",
            )
        if self.builtin:
            application(self.builtin)
        elif self.weights:
            raise HubError(
                Reason.ARGUMENT_INVALID,
                "The weights of an uploaded model are in its file.",
                "Leave weights out, or give builtin instead of upload.",
            )
        return self


class ClassNames(BaseModel):
    """The classes of a model, in the order of its output units."""

    names: tuple[str, ...]


class Layer(BaseModel):
    """A layer of the canonical network."""

    name: str
    kind: str
    inputs: tuple[str, ...]
    output_shape: tuple[int, ...]
    parameters: int
    multiply_adds: int = Field(description="Multiplications with additions that one picture costs.")
    hyperparameters: dict[str, JsonValue]


class NetworkGraph(BaseModel):
    """All layers, each after those that it reads."""

    layers: list[Layer]


class WeightSpread(BaseModel):
    """How the values of one weight of a layer are spread."""

    weight: str = Field(description="Its name in the layer, for instance `kernel`.")
    shape: tuple[int, ...]
    minimum: float
    maximum: float
    mean: float
    deviation: float = Field(description="Standard deviation.")
    zeros: float = Field(description="The share of values that are exactly zero.")
    edges: tuple[float, ...] = Field(description="Edges of the histogram's bins, one more than there are counts.")
    counts: tuple[int, ...] = Field(description="How many values lie in each bin.")


class LayerInside(BaseModel):
    """A layer and its weights."""

    layer: Layer
    weights: list[WeightSpread]
