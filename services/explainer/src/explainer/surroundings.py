"""What a method may know beside the network and the input: the range of pixels, the head, and the data set around."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from domain.errors import HubError, Reason
from domain.manifests import Head
from domain.preprocessing import Preprocessing
from explainer.engine import FloatArray


@dataclass(frozen=True)
class InputRange:
    """The numbers that the network reads for black and for white, (channels,) each, in its channel order."""

    black: FloatArray
    white: FloatArray

    @classmethod
    def of(cls, preprocessing: Preprocessing) -> "InputRange":
        """What preprocessing makes of black and white pixels."""
        mean, scale = np.asarray(preprocessing.mean, np.float32), np.asarray(preprocessing.scale, np.float32)
        return cls(black=(0.0 - mean) / scale, white=(255.0 - mean) / scale)


class Surroundings(Protocol):
    """What is known of a model and its data beside the network."""

    @property
    def input_range(self) -> InputRange:
        """What the network reads for black and white."""

    @property
    def head(self) -> Head:
        """What makes scores of the logits."""

    def samples(self, count: int, seed: int) -> FloatArray:
        """Other samples as the network reads them, chosen by the seed: (at most count, height, width, channels).

        Raises:
            HubError: `METHOD_NOT_APPLICABLE` if there are none.
        """

    def patterns(self) -> Mapping[str, FloatArray]:
        """The pattern of each linear layer by its name, in the shape of its kernel.

        Raises:
            HubError: `METHOD_NOT_APPLICABLE` if none were fitted.
        """


@dataclass(frozen=True)
class Alone:
    """The surroundings of a sample that stands alone."""

    input_range: InputRange
    head: Head = Head.SOFTMAX

    def samples(self, count: int, seed: int) -> FloatArray:  # noqa: ARG002
        """Refuses."""
        raise HubError(
            Reason.METHOD_NOT_APPLICABLE,
            "The method compares with other samples of the data set, and there are none.",
            "Use integrated_gradients, which compares with a fixed baseline.",
        )

    def patterns(self) -> Mapping[str, FloatArray]:
        """Refuses."""
        raise HubError(
            Reason.METHOD_NOT_APPLICABLE,
            "No patterns were fitted for the network.",
            "Begin a run of the kind `patterns` over a data set that resembles what the network was trained on.",
        )
