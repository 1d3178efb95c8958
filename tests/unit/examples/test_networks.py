"""Each network is converted once; the second start needs neither TensorFlow nor the network."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from demo import photographs
from demo.networks import NETWORKS, DemoNetwork
from domain.preprocessing import ChannelOrder, Preprocessing


class Trained:
    """Stands for a Keras model, and counts how often it is made."""

    def __init__(self) -> None:
        self.made = 0

    def __call__(self) -> "Trained":
        self.made += 1
        return self

    def save(self, path: Path) -> None:
        path.write_text("weights")


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache."""
    monkeypatch.setenv("INNHUB_CACHE", str(tmp_path))
    return tmp_path


def test_a_network_is_converted_once() -> None:
    trained = Trained()
    network = DemoNetwork("small", Preprocessing(), trained)
    assert network.prepare() == network.prepare() == network.path
    assert network.path.read_text() == "weights"
    assert trained.made == 1


def test_each_network_sees_pictures_as_it_was_trained_to() -> None:
    lite0, lite2, squeezenet = (network.preprocessing for network in NETWORKS)
    assert [network.name for network in NETWORKS] == ["lite0", "lite2", "squeezenet"]
    for lite in (lite0, lite2):
        assert (lite.channel_order, lite.mean, lite.scale) == (ChannelOrder.RGB, (127.0,) * 3, (128.0,) * 3)
    assert (lite0.crop_fraction, lite2.crop_fraction) == (0.875, 0.89)
    assert (squeezenet.channel_order, squeezenet.mean) == (ChannelOrder.BGR, (103.939, 116.779, 123.68))


def test_a_second_start_imports_no_tensorflow(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photographs, "fetched", lambda package: Path(package.filename))
    monkeypatch.setattr(photographs, "member", lambda _archive, name: name.encode())
    photographs.prepare()
    for network in NETWORKS:
        DemoNetwork(network.name, network.preprocessing, Trained()).prepare()
    script = "import sys; from demo.__main__ import prepare; prepare(); print(*sys.modules, sep='\\n')"
    started = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=os.environ)
    assert str(cache) in started.stdout
    assert {"tensorflow", "keras", "requests"}.isdisjoint(started.stdout.split())


def test_published_weights_fill_every_layer_of_an_efficientnet_and_nothing_is_left() -> None:
    from demo import efficientnet_lite

    network = efficientnet_lite.build(efficientnet_lite.LITE0)
    state = _published_for(network)
    efficientnet_lite.assign(network, dict(state))
    depthwise = network.get_layer("block3_depthwise_convolution").get_weights()[0]
    assert depthwise[1, 2, 7, 0] == pytest.approx(state["_blocks.3._depthwise_conv.weight"][7, 0, 1, 2])
    assert sum(weight.size for weight in state.values()) == network.count_params() == 4_694_024

    with pytest.raises(ValueError, match="_surplus"):
        efficientnet_lite.assign(network, {**state, "_surplus": np.zeros(1)})
    del state["_conv_stem.weight"]
    with pytest.raises(KeyError, match="_conv_stem"):
        efficientnet_lite.assign(network, state)


def _published_for(network: object) -> dict[str, np.ndarray]:
    """Random weights under the names and in the axes of PyTorch."""
    from keras import layers

    from demo.efficientnet_lite import pytorch_name

    random = np.random.default_rng(0)
    state: dict[str, np.ndarray] = {}
    for layer in network.layers:  # type: ignore[attr-defined]
        name, shapes = pytorch_name(layer.name) if layer.weights else "", [weight.shape for weight in layer.weights]
        match layer:
            case layers.BatchNormalization():
                for part in ("weight", "bias", "running_mean", "running_var"):
                    state[f"{name}.{part}"] = random.random(shapes[0])
            case layers.Dense():
                state[f"{name}.weight"], state[f"{name}.bias"] = (
                    random.random(shapes[0][::-1]),
                    random.random(shapes[1]),
                )
            case layers.DepthwiseConv2D():
                height, width, channels, multiplier = shapes[0]
                state[f"{name}.weight"] = random.random((channels, multiplier, height, width))
            case layers.Conv2D():
                height, width, channels_in, channels_out = shapes[0]
                state[f"{name}.weight"] = random.random((channels_out, channels_in, height, width))
    return state


def test_squeezenet_has_the_size_of_the_published_one() -> None:
    from demo import squeezenet

    network = squeezenet.build()
    assert network.input_shape == (None, 227, 227, 3)
    assert network.count_params() == 1_235_496
