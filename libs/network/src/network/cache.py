"""Networks that are loaded: those of the workspace that holds most make room first when memory runs short."""

from collections import Counter, OrderedDict
from collections.abc import Callable

from network.canonical import CanonicalNetwork

_BYTES_A_WEIGHT = 4


class NetworkCache:
    """Loaded networks by key, bounded by the memory of their weights. For one thread, so nothing is loaded twice.

    Who fills the memory empties his own share: the least recently used network of the workspace with the most weights
    goes first.

    Args:
        load: makes the network for a key (workspace, model).
        memory_bytes: how much the weights of all networks may take; the newest one always stays.
        looked_up: told of every network that is asked for whether it was loaded.
    """

    def __init__(
        self,
        load: Callable[[str, str], CanonicalNetwork],
        memory_bytes: int,
        looked_up: Callable[[bool], None] = lambda _: None,
    ) -> None:
        self._load = load
        self._memory_bytes = memory_bytes
        self._looked_up = looked_up
        self._networks: OrderedDict[tuple[str, str], CanonicalNetwork] = OrderedDict()

    def get(self, workspace: str, model: str) -> CanonicalNetwork:
        """The network, loaded if it was not."""
        key = (workspace, model)
        self._looked_up(key in self._networks)
        if key not in self._networks:
            self._networks[key] = self._load(workspace, model)
        self._networks.move_to_end(key)
        while len(self._networks) > 1 and (held := self._held()).total() > self._memory_bytes:
            del self._networks[self._first_to_go(held)]
        return self._networks[key]

    def _first_to_go(self, held: Counter[str]) -> tuple[str, str]:
        *others, _ = self._networks
        return max(others, key=lambda other: held[other[0]])

    def _held(self) -> Counter[str]:
        """Bytes of weights by workspace."""
        held: Counter[str] = Counter()
        for (workspace, _), network in self._networks.items():
            held[workspace] += network.description.parameters * _BYTES_A_WEIGHT
        return held
