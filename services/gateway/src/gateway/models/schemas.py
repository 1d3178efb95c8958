"""Bodies of models."""

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from domain.manifests import Head
from domain.preprocessing import PRESETS, Preprocessing
from gateway.records import ImportedRecord


class ModelSummary(BaseModel):
    """What is known of a model that is ready."""

    network_digest: str
    input_shape: tuple[int, int, int] = Field(description="Height, width and channels.")
    classes: int
    head: Head
    preprocessing: Preprocessing
    layers: int
    parameters: int
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
                {"name": "lite0", "upload": "01JD3Q2V6ZP5X9A7W8T4R2M1KC", "labels": "imagenet", "preprocessing": "tf"}
            ]
        },
    )

    name: str = Field(description="1 to 63 letters, digits, dots, underscores or dashes.")
    upload: str = Field(description="The id of the upload that holds the file.")
    labels: str = Field(default="", description='"imagenet", or the id of an upload with labels; empty for numbers.')
    preprocessing: str | Preprocessing | None = Field(
        default=None, description=f"One of {', '.join(PRESETS)}, or the values themselves; none to guess."
    )


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
    hyperparameters: dict[str, JsonValue]


class NetworkGraph(BaseModel):
    """All layers, each after those that it reads."""

    layers: list[Layer]
