"""What an importer of a format finds in a file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from domain.inside import Training
from network.flatten import LayerWeights


@dataclass(frozen=True)
class ModelFile:
    """A model as plain data: nothing of it was built or run.

    Attributes:
        config: the model as Keras describes it.
        weights: of its layers.
        keras_2: whether Keras 2 wrote it.
        training: how it was trained.
    """

    config: Mapping[str, Any]
    weights: LayerWeights
    keras_2: bool = False
    training: Training = field(default_factory=Training)
