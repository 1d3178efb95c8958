"""The surroundings of a sample in the store: its model, and the data set that it lies in."""

from collections.abc import Mapping

import numpy as np

from backplane.catalogue import Catalogue
from domain.manifests import Head, ModelManifest
from explainer.engine import FloatArray
from explainer.fitted_patterns import FittedPatterns
from explainer.surroundings import InputRange
from inputs.reading import Inputs


class DataSurroundings:
    """What a model and a data set of the store offer to methods.

    Args:
        catalogue: where they are.
        workspace: of both.
        model: the id of the model.
        dataset: the id of the data set.
        fitted: the patterns that runs have fitted.
    """

    def __init__(self, catalogue: Catalogue, workspace: str, model: str, dataset: str, fitted: FittedPatterns) -> None:
        self._catalogue = catalogue
        self._workspace = workspace
        self._model = model
        self._dataset = dataset
        self._fitted = fitted

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
        inputs, number = Inputs(self._catalogue), self._catalogue.dataset(self._workspace, self._dataset).samples
        chosen = np.random.default_rng(seed).permutation(number)[:count]
        batches = (inputs.sample(self._workspace, self._model, self._dataset, int(index)) for index in chosen)
        return np.concatenate([batch.inputs for batch in batches])

    def patterns(self) -> Mapping[str, FloatArray]:
        """The pattern of each linear layer, fitted on the data set."""
        return self._fitted.get(self._workspace, self._model, self._dataset)

    @property
    def _manifest(self) -> ModelManifest:
        return self._catalogue.model(self._workspace, self._model)
