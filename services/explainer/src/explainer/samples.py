"""Samples as a network reads them, with what it answers to them: people ask one method after the other of the same
one."""

from collections import OrderedDict
from dataclasses import dataclass

from backplane.catalogue import Catalogue
from backplane.telemetry.metrics import looked_up_in
from domain.samples import SampleEntry
from explainer.engine import ExplanationEngine, FloatArray
from imaging.geometry import Geometry
from inputs.reading import Batch, Inputs

_MOST_SAMPLES = 64
_looked_up = looked_up_in("samples")


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
        self._inputs = Inputs(catalogue)
        self._engine = engine
        self._held: OrderedDict[tuple[str, str, str, int], PreparedSample] = OrderedDict()

    def get(self, workspace: str, model: str, dataset: str, sample: int) -> PreparedSample:
        """A sample for a model.

        Raises:
            HubError: if model, data set or sample do not exist, or the picture cannot be read.
        """
        key = (workspace, model, dataset, sample)
        _looked_up(key in self._held)
        if key not in self._held:
            self._held[key] = self._prepared(*key)
        self._held.move_to_end(key)
        while len(self._held) > _MOST_SAMPLES:
            self._held.popitem(last=False)
        return self._held[key]

    def _prepared(self, workspace: str, model: str, dataset: str, sample: int) -> PreparedSample:
        (found,) = prepared_samples(
            self._engine, workspace, model, self._inputs.sample(workspace, model, dataset, sample)
        )
        return found


def prepared_samples(engine: ExplanationEngine, workspace: str, model: str, batch: Batch) -> list[PreparedSample]:
    """The samples of a batch with what the network answers."""
    rows = zip(
        batch.entries, batch.inputs, batch.geometries, engine.logits(workspace, model, batch.inputs), strict=True
    )
    return [PreparedSample(*row) for row in rows]
