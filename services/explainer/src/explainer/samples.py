"""Samples as a network reads them, with what it answers to them: people ask one method after the other of the same
one."""

from collections import OrderedDict
from dataclasses import dataclass

from backplane.catalogue import Catalogue
from domain.samples import SampleEntry
from explainer.engine import ExplanationEngine, FloatArray
from imaging.decode import decode
from imaging.geometry import Geometry
from imaging.preprocessing import prepare

_MOST_SAMPLES = 64


@dataclass(frozen=True)
class PreparedSample:
    """A sample, ready to be explained.

    Attributes:
        entry: its number, path and label.
        inputs: (height, width, channels) as the network reads it.
        geometry: which part of the picture that is.
        logits: what the network answers (classes,).
    """

    entry: SampleEntry
    inputs: FloatArray
    geometry: Geometry
    logits: FloatArray


class PreparedSamples:
    """The samples asked for last. For one thread.

    Args:
        catalogue: where models and data sets are.
        engine: answers.
    """

    def __init__(self, catalogue: Catalogue, engine: ExplanationEngine) -> None:
        self._catalogue = catalogue
        self._engine = engine
        self._held: OrderedDict[tuple[str, str, str, int], PreparedSample] = OrderedDict()

    def get(self, workspace: str, model: str, dataset: str, sample: int) -> PreparedSample:
        """A sample for a model.

        Raises:
            HubError: if model, data set or sample do not exist, or the picture cannot be read.
        """
        key = (workspace, model, dataset, sample)
        if key not in self._held:
            self._held[key] = self._prepared(*key)
        self._held.move_to_end(key)
        while len(self._held) > _MOST_SAMPLES:
            self._held.popitem(last=False)
        return self._held[key]

    def _prepared(self, workspace: str, model: str, dataset: str, sample: int) -> PreparedSample:
        manifest = self._catalogue.model(workspace, model)
        entry, data = self._catalogue.sample(workspace, dataset, sample)
        prepared = prepare(decode(data), manifest.preprocessing, manifest.input_shape)
        logits = self._engine.logits(workspace, model, prepared.input[None])[0]
        return PreparedSample(entry, prepared.input, prepared.geometry, logits)
