"""What a model predicts for a data set: the columns of a part, and how scores are made of logits.

A part is a Parquet file with one row a sample of one shard. Inference writes parts, suggest reads them.
"""

from enum import StrEnum

TOP_CLASSES = 5
"""How many classes a part keeps for each sample."""


class Column(StrEnum):
    """The columns of a part."""

    SAMPLE = "sample"
    """int64: number of the sample in the data set."""
    LABEL = "label"
    """string or null: the sample's label."""
    LABEL_INDEX = "label_index"
    """int32 or null: the output unit of the label, where the model knows it."""
    LABEL_SCORE = "label_score"
    """float64 or null: p(label), unrounded."""
    TOP_INDICES = "top_indices"
    """list of int32: output units of the best classes, best first."""
    TOP_CLASSES = "top_classes"
    """list of string: their names."""
    TOP_SCORES = "top_scores"
    """list of float64: their scores, unrounded."""
    MARGIN = "margin"
    """float64: best score minus second best."""
    ENTROPY = "entropy"
    """float64: entropy of the scores in nats; for sigmoid heads the mean over the units."""


EMBEDDING = "embedding"
"""In a table that is asked for with it: list of float16 of one length, what the last hidden layer answers to a sample.
In the store it lies beside the parts, since most who read them do without it."""
