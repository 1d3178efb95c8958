from types import SimpleNamespace

import pytest
import tensorflow as tf

from network.devices import gpu_memory


def test_without_a_gpu_there_is_no_memory_of_one() -> None:
    assert gpu_memory() == {}


def test_the_memory_of_each_gpu_is_what_tensorflow_says(monkeypatch: pytest.MonkeyPatch) -> None:
    devices = [SimpleNamespace(name=f"/device:GPU:{number}") for number in range(2)]
    monkeypatch.setattr(tf.config, "list_logical_devices", {"GPU": devices}.__getitem__)
    held = {"/device:GPU:0": {"current": 3, "peak": 5}, "/device:GPU:1": {"current": 7, "peak": 11}}
    monkeypatch.setattr(tf.config.experimental, "get_memory_info", held.__getitem__)
    assert gpu_memory() == {"/device:GPU:0": (3, 5), "/device:GPU:1": (7, 11)}
