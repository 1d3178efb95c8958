"""What a run explained: the record of a shard, which stands beside its maps and is written last.

Maps hold the relevance of every sample, summed over channels. Those of a shard lie in chunks of `CHUNK_SAMPLES`, in the
geometry of the network's input. Beside them lie coarse ones that cover the whole pictures, so that models with
different inputs can be compared. A sample that could not be explained has NaN everywhere, as has what a network does
not see.
"""

from pydantic import BaseModel, ConfigDict, Field

from domain.errors import Reason
from domain.explanations import RankedClass

CHUNK_SAMPLES = 16
"""Samples of a chunk; only the last one of a shard may hold fewer."""
COARSE_SIDE = 32
"""Rows and columns of a coarse map."""


class Refusal(BaseModel):
    """Why a sample could not be explained."""

    model_config = ConfigDict(frozen=True)

    reason: Reason
    detail: str
    advice: str


class ExplainedSample(BaseModel):
    """What was explained for a sample, or why it was not."""

    model_config = ConfigDict(frozen=True)

    sample: int = Field(description="The number of the sample.")
    predicted: RankedClass = Field(description="What the model answers.")
    target_index: int | None = Field(default=None, description="The output unit explained, if it is one.")
    target_name: str = Field(default="", description="What was explained in words.")
    target_value: float | None = Field(default=None, description="Its logit or activation.")
    relevance_sum: float | None = Field(default=None, description="The sum of the map.")
    refusal: Refusal | None = Field(default=None, description="Why the sample could not be explained.")


class ExplainedShard(BaseModel):
    """The record of a shard."""

    model_config = ConfigDict(frozen=True)

    height: int = Field(description="Of the maps, which are as large as the network's input.")
    width: int
    samples: tuple[ExplainedSample, ...] = Field(description="In the order of their numbers.")

    @property
    def chunks(self) -> int:
        """How many chunks the maps lie in."""
        return -(-len(self.samples) // CHUNK_SAMPLES)
