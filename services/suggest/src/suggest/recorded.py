"""What runs recorded of the units inside networks, whoever asks. All calls block."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backplane.artifacts import ArtifactStore
from backplane.catalogue import Catalogue
from domain.errors import HubError, Reason
from imaging.arrays import Floats
from suggest.statistics.activations import Activation, Activations, strongest


@dataclass(frozen=True)
class Strongest:
    """The samples with the largest activations, and how many samples are recorded by now."""

    samples: list[Activation]
    recorded: int


class RecordedActivations:
    """The activations of all layers for all data sets. Safe for many threads.

    Every call raises `HubError`: `ACTIVATIONS_NOT_FOUND` where nothing is recorded yet, or `ARGUMENT_INVALID` for a
    unit that the layer does not have.
    """

    def __init__(self, store: ArtifactStore, memory_bytes: int) -> None:
        self._catalogue = Catalogue(store)
        self._activations = Activations(store, memory_bytes)

    def strongest(self, workspace: str, dataset: str, model: str, layer: str, unit: int, limit: int) -> Strongest:
        """The samples to which a unit answers most strongly."""
        numbers, values = self.values(workspace, dataset, model, layer, unit)
        return Strongest(strongest(numbers, values, limit), len(numbers))

    def values(
        self, workspace: str, dataset: str, model: str, layer: str, unit: int | None
    ) -> tuple[NDArray[np.int64], Floats]:
        """The numbers of all samples that are recorded, and the activation of a unit, or the mean over the layer."""
        size, name = (
            self._catalogue.dataset(workspace, dataset).shard_size,
            self._catalogue.model(workspace, model).name,
        )
        numbers, values = [], []
        # A layer over a million samples has gigabytes, of which a column is wanted.
        for shard, part in self._activations.parts(workspace, dataset, model, layer):
            if unit is not None:
                _require_unit(part, layer, unit)
            numbers.append(shard * size + np.arange(len(part)))
            values.append(part.mean(axis=1) if unit is None else part[:, unit].copy())
        if not numbers:
            raise HubError(
                Reason.ACTIVATIONS_NOT_FOUND,
                f"What the layer {layer!r} of {name!r} answers to this data set has not been recorded yet.",
                "Begin a run with `innhub activations`, or wait until the one that goes on has its first samples.",
            )
        return np.concatenate(numbers), np.concatenate(values)


def _require_unit(part: Floats, layer: str, unit: int) -> None:
    units = part.shape[1]
    if unit >= units:
        raise HubError(
            Reason.ARGUMENT_INVALID,
            f"The layer {layer!r} has no unit {unit}.",
            f"Its units are numbered from 0 to {units - 1}.",
        )
