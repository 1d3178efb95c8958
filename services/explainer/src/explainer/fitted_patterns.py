"""The patterns that runs have fitted, added up from the parts of all shards. Lives in a child process."""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache

from safetensors.numpy import load

from backplane.catalogue import Catalogue
from explainer.engine import FloatArray
from explainer.pattern_statistics import complete_parts
from explainer.propagation.patterns import Statistics, added, patterns
from network.canonical import CanonicalNetwork

_MOST_FITTED = 4
Fitted = Mapping[str, FloatArray]


class FittedPatterns:
    """Patterns by model and data set; those asked for last are kept.

    Args:
        catalogue: where models and data sets are.
        network: the network of a workspace and model.
    """

    def __init__(self, catalogue: Catalogue, network: Callable[[str, str], CanonicalNetwork]) -> None:
        self._catalogue = catalogue
        self._network = network
        # A cache of this instance. What is complete never changes.
        self._kept = lru_cache(maxsize=_MOST_FITTED)(self._added_up)

    def get(self, workspace: str, model: str, dataset: str) -> Fitted:
        """The pattern of each linear layer, in the shape of its kernel.

        Raises:
            HubError: `METHOD_NOT_APPLICABLE` while the run that fits them has shards left.
        """
        return self._kept(workspace, model, dataset)

    def _added_up(self, workspace: str, model: str, dataset: str) -> Fitted:
        parts = complete_parts(self._catalogue, workspace, model, dataset)
        return patterns(self._network(workspace, model), added(self._read(parts)))

    def _read(self, keys: tuple[str, ...]) -> Iterator[Statistics]:
        for key in keys:
            yield load(self._catalogue.store.get(key))
