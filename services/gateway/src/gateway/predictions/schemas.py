"""Bodies of predictions."""

from pydantic import BaseModel, ConfigDict, Field

from domain.explanations import RankedClass


class PredictionRequest(BaseModel):
    """Which sample, by which model."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"model": "lite0", "dataset": "photos", "sample": 0}]}
    )

    model: str
    dataset: str
    sample: int = Field(ge=0)
    top_k: int = Field(default=5, ge=1, le=1000)


class Prediction(BaseModel):
    """The model's answer for one sample."""

    top: list[RankedClass]
    label: str | None = None
    label_score: float | None = Field(default=None, description="p(label), where the model knows the label.")
