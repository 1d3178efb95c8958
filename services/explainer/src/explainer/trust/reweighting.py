"""Engines as the randomisation check needs them: with other weights for the time of one explanation."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from safetensors.numpy import load_file, save_file

from backplane.catalogue import Catalogue
from domain.explanations import Engine
from explainer.engine import Answer, Asked, ExplanationEngine
from explainer.native import NativeEngine
from explainer.trust.randomisation import Weights
from explainer.workshop import Workshop


class Reweighting(Protocol):
    """An engine of which the weights can be changed."""

    def weights(self, workspace: str, model: str) -> Weights:
        """All weights of a network by `<layer>.<weight>`."""

    def explain(self, asked: Asked, changed: Weights) -> Answer:
        """Explains with some weights changed; afterwards they are what they were.

        Raises:
            HubError: naming what does not fit.
        """


class NativeReweighting:
    """The native engine: it changes the network that it has loaded, and changes it back."""

    def __init__(self, engine: NativeEngine) -> None:
        self._engine = engine

    def weights(self, workspace: str, model: str) -> Weights:
        """All weights of a network by `<layer>.<weight>`."""
        return self._engine.network(workspace, model).weights()

    def explain(self, asked: Asked, changed: Weights) -> Answer:
        """Explains with some weights changed."""
        with self._engine.network(asked.workspace, asked.model).with_weights(changed):
            return self._engine.explain(asked)


class RebuildingReweighting:
    """An engine that keeps weights in graphs of its own: each time it is made anew, on a catalogue with the changes.

    Args:
        catalogue: where networks are.
        engine: makes an engine on a catalogue.
    """

    def __init__(self, catalogue: Catalogue, engine: Callable[[Catalogue], ExplanationEngine]) -> None:
        self._catalogue = catalogue
        self._engine = engine

    def weights(self, workspace: str, model: str) -> Weights:
        """All weights of a network by `<layer>.<weight>`."""
        with TemporaryDirectory() as folder:
            found: Weights = load_file(self._catalogue.network(workspace, model, Path(folder))[1])
            return found

    def explain(self, asked: Asked, changed: Weights) -> Answer:
        """Explains with some weights changed."""
        return self._engine(_WithWeights(self._catalogue, changed)).explain(asked)


class _WithWeights(Catalogue):
    """A catalogue in which every network has some weights changed."""

    def __init__(self, catalogue: Catalogue, changed: Weights) -> None:
        super().__init__(catalogue.store)
        self._changed = changed

    def network(self, workspace: str, model: str, folder: Path) -> tuple[bytes, Path]:
        """The description of a network, and its weights with the changes as a file in `folder`."""
        description, file = super().network(workspace, model, folder)
        save_file({**load_file(file), **self._changed}, file)
        return description, file


def reweighting(equipped: Workshop, engine: Engine) -> Reweighting:
    """An engine as the randomisation check needs it."""
    found = equipped.engines[engine]
    if isinstance(found, NativeEngine):
        return NativeReweighting(found)
    from explainer.reference.engine import reference_engines

    return RebuildingReweighting(equipped.catalogue, lambda catalogue: reference_engines(catalogue)[engine])
