from network.cache import NetworkCache
from network.canonical import CanonicalNetwork
from network.description import NetworkDescription, Node

_DENSE_WEIGHTS = 12 * 2 + 2
_BYTES = _DENSE_WEIGHTS * 4


class _Loads:
    """Loads small networks, and remembers which."""

    def __init__(self) -> None:
        self.keys: list[str] = []

    def __call__(self, workspace: str, model: str) -> CanonicalNetwork:
        self.keys.append(f"{workspace}/{model}")
        nodes = (
            Node(name="input", kind="InputLayer"),
            Node(name="flat", kind="Flatten", inputs=("input",)),
            Node(name="logits", kind="Dense", arguments={"units": 2}, inputs=("flat",)),
        )
        return CanonicalNetwork(NetworkDescription(input_shape=(2, 2, 3), nodes=nodes))


def test_network_is_loaded_once() -> None:
    loads = _Loads()
    cache = NetworkCache(loads, 10 * _BYTES)

    assert cache.get("w", "a") is cache.get("w", "a")
    assert loads.keys == ["w/a"]


def test_workspaces_are_kept_apart() -> None:
    cache = NetworkCache(_Loads(), 10 * _BYTES)

    assert cache.get("w", "a") is not cache.get("v", "a")


def test_least_recently_used_makes_room() -> None:
    loads = _Loads()
    cache = NetworkCache(loads, 2 * _BYTES)

    for model in ["a", "b", "a", "c", "a", "b"]:
        cache.get("w", model)

    assert loads.keys == ["w/a", "w/b", "w/c", "w/b"]


def test_the_newest_stays_however_large() -> None:
    loads = _Loads()
    cache = NetworkCache(loads, 1)

    for model in ["a", "a", "b", "a"]:
        cache.get("w", model)

    assert loads.keys == ["w/a", "w/b", "w/a"]


def test_a_workspace_that_brings_many_networks_evicts_its_own() -> None:
    loads = _Loads()
    cache = NetworkCache(loads, 3 * _BYTES)

    cache.get("quiet", "a")
    for model in ["a", "b", "c", "d", "e"]:
        cache.get("busy", model)
    cache.get("quiet", "a")

    assert loads.keys.count("quiet/a") == 1
