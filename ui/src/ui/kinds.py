"""Kinds of layers in families, each with its colour.

Colours are Okabe and Ito's, all light enough for black text; the kind itself is always written, too.
"""

from typing import NamedTuple


class Family(NamedTuple):
    """Kinds that do the same sort of work."""

    name: str
    color: str
    kinds: tuple[str, ...]
    """Parts of the names of the kinds."""


OTHER = Family("input and shape", "#C3C8CE", ())
FAMILIES = (
    Family("convolution", "#56B4E9", ("Conv",)),
    Family("dense", "#D98A5B", ("Dense",)),
    Family("normalisation", "#F0E442", ("Normalization",)),
    Family("activation", "#E69F00", ("Activation", "ReLU", "ELU", "Softmax")),
    Family("pooling", "#2FB894", ("Pooling",)),
    Family("joining", "#CC79A7", ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate")),
    OTHER,
)


def family(kind: str) -> Family:
    """The family of a kind."""
    return next((found for found in FAMILIES if any(part in kind for part in found.kinds)), OTHER)
