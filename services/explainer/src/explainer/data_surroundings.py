"""The surroundings of a sample in the store: its model, and the data set that it lies in."""

from collections.abc import Mapping

import numpy as np

from backplane.catalogue import Catalogue
from domain.errors import HubError, Reason
from domain.manifests import Head, ModelManifest
from explainer.engine import FloatArray
from explainer.surroundings import InputRange
from imaging.decode import decode
from imaging.preprocessing import prepare


class DataSurroundings:
    """What a model and a data set of the store offer to methods.

    Args:
        catalogue: where they are.
        workspace: of both.
        model: the id of the model.
        dataset: the id of the data set.
    """

    def __init__(self, catalogue: Catalogue, workspace: str, model: str, dataset: str) -> None:
        self._catalogue = catalogue
        self._workspace = workspace
        self._model = model
        self._dataset = dataset

    @property
    def input_range(self) -> InputRange:
        """What the network reads for black and white."""
        return InputRange.of(self._manifest.preprocessing)

    @property
    def head(self) -> Head:
        """What makes scores of the logits."""
        return self._manifest.head

    def samples(self, count: int, seed: int) -> FloatArray:
        """Samples of the data set as the network reads them, chosen by the seed."""
        manifest, number = self._manifest, self._catalogue.dataset(self._workspace, self._dataset).samples
        chosen = np.random.default_rng(seed).permutation(number)[:count]
        pictures = (decode(self._catalogue.sample(self._workspace, self._dataset, int(index))[1]) for index in chosen)
        return np.stack([prepare(picture, manifest.preprocessing, manifest.input_shape).input for picture in pictures])

    def patterns(self) -> Mapping[str, FloatArray]:
        """The pattern of each linear layer, fitted on the data set."""
        raise HubError(
            Reason.METHOD_NOT_APPLICABLE,
            f"No patterns were fitted for the model {self._manifest.name!r}.",
            "Fit them first: innhub patterns MODEL DATASET --wait.",
        )

    @property
    def _manifest(self) -> ModelManifest:
        return self._catalogue.model(self._workspace, self._model)
