"""Bodies of selections."""

from pydantic import BaseModel, ConfigDict, Field

from domain.selections import Selection
from gateway.suggestions.schemas import Where

MOST_SAMPLES = 1_000_000


class NewSelection(BaseModel):
    """A selection to save: samples by their numbers, or all that meet conditions now."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"name": "odd-ones", "dataset": "photos", "samples": [3, 17]},
                {"name": "unsure", "dataset": "photos", "models": ["lite0"], "where": ["entropy>=1.5"]},
            ]
        },
    )

    name: str = Field(description="1 to 63 letters, digits, dots, underscores or dashes; new in the workspace.")
    dataset: str
    note: str = Field(default="", max_length=2000, description="What they have in common, in words.")
    samples: list[int] | None = Field(default=None, max_length=MOST_SAMPLES)
    models: list[str] = Field(default=[], max_length=16, description="Whose answers the conditions speak of.")
    where: Where


class SelectionDetails(Selection):
    """A selection with the numbers of its samples, in order."""

    samples: tuple[int, ...]


class SelectionList(BaseModel):
    """All selections of a workspace, by name."""

    items: list[Selection]
    next: None = None
