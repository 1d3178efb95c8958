"""Networks that are loaded: the least recently used make room when memory runs short."""

from collections import OrderedDict
from collections.abc import Callable

from network.canonical import CanonicalNetwork

_BYTES_A_WEIGHT = 4


class NetworkCache:
    """Loaded networks by key, bounded by the memory of their weights. For one thread.

    Args:
        load: makes the network for a key (workspace, model).
        memory_bytes: how much the weights of all networks may take; the newest one always stays.
    """

    def __init__(self, load: Callable[[str, str], CanonicalNetwork], memory_bytes: int) -> None:
        self._load = load
        self._memory_bytes = memory_bytes
        self._networks: OrderedDict[tuple[str, str], CanonicalNetwork] = OrderedDict()

    def get(self, workspace: str, model: str) -> CanonicalNetwork:
        """The network, loaded if it was not."""
        key = (workspace, model)
        if key not in self._networks:
            self._networks[key] = self._load(workspace, model)
        self._networks.move_to_end(key)
        while len(self._networks) > 1 and self._weight_bytes() > self._memory_bytes:
            self._networks.popitem(last=False)
        return self._networks[key]

    def _weight_bytes(self) -> int:
        return sum(network.description.parameters for network in self._networks.values()) * _BYTES_A_WEIGHT
