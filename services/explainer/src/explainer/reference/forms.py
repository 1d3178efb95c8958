"""The forms in which a network is built for innvestigate."""

from enum import StrEnum


class Form(StrEnum):
    """What the layers of a network are built as: innvestigate goes by their classes."""

    ELEMENTWISE = "elementwise"
    """Whatever works on each number alone is an `Activation`: through these innvestigate hands relevance as it is."""
    FOLDED = "folded"
    """Likewise, and each BatchNormalization is part of the linear layer before it."""
    ORIGINAL = "original"
    """The layers that the network was made of, as somebody who published results with innvestigate had them."""


def layer_name(name: str) -> str:
    """What a layer is called in tf_keras, which allows no slashes."""
    return name.replace("/", "__")
