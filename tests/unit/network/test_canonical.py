from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file
from unit.network.keras_models import MODELS, SHAPE, canonical, randomised

from domain.errors import HubError, Reason
from network.canonical import CanonicalNetwork
from network.description import NetworkDescription, Node, digest
from network.scores import scores

_PICTURES = np.random.default_rng(5).uniform(0, 2, (3, *SHAPE)).astype(np.float32)


def _small() -> CanonicalNetwork:
    nodes = (
        Node(name="input", kind="InputLayer"),
        Node(name="maps", kind="Conv2D", arguments={"filters": 2, "kernel_size": [3, 3]}, inputs=("input",)),
        Node(name="norm", kind="BatchNormalization", arguments={"axis": -1}, inputs=("maps",)),
        Node(name="flat", kind="Flatten", inputs=("norm",)),
        Node(name="logits", kind="Dense", arguments={"units": 2}, inputs=("flat",)),
    )
    return CanonicalNetwork(NetworkDescription(input_shape=(4, 4, 3), nodes=nodes))


@pytest.mark.parametrize("style", MODELS)
def test_canonical_network_answers_as_the_keras_model(style: str) -> None:
    model = randomised(MODELS[style]())
    network, head = canonical(model)

    logits = network.logits(_PICTURES)

    found = logits if head == "logits" else scores(logits, head)
    np.testing.assert_allclose(found, model.predict(_PICTURES, verbose=0), rtol=1e-5, atol=1e-5)
    assert np.ptp(logits, axis=0).max() > 1e-3, "pictures must make a difference for this to say anything"


def test_shapes_and_counts_are_filled_in() -> None:
    description = _small().description

    assert description.nodes[1].output_shape == (2, 2, 2)
    assert description.nodes[1].parameters == 3 * 3 * 3 * 2 + 2
    assert description.classes == 2


def test_what_was_saved_is_what_is_loaded(tmp_path: Path) -> None:
    network, _ = canonical(randomised(MODELS["nested"]()))
    network.save_weights(tmp_path / "weights")

    loaded = CanonicalNetwork.load(network.description.model_dump_json().encode(), tmp_path / "weights")

    np.testing.assert_array_equal(loaded.logits(_PICTURES), network.logits(_PICTURES))


def _broken(change: str, weights: dict[str, Any]) -> dict[str, Any]:
    if change == "missing":
        return {name: array for name, array in weights.items() if name != "maps.bias"}
    return weights | {"maps.bias": np.zeros(3, np.float32)}


@pytest.mark.parametrize("change", ["missing", "of another shape"])
def test_weights_that_do_not_fit_are_refused_by_name(change: str, tmp_path: Path) -> None:
    network = _small()
    save_file(_broken(change, network.weights()), tmp_path / "weights")

    with pytest.raises(HubError, match=r"maps\.bias") as refusal:
        CanonicalNetwork.load(network.description.model_dump_json().encode(), tmp_path / "weights")

    assert refusal.value.reason is Reason.MODEL_CORRUPT


def test_file_that_is_no_safetensors_is_refused(tmp_path: Path) -> None:
    (tmp_path / "weights").write_bytes(b"no weights at all")

    with pytest.raises(HubError) as refusal:
        CanonicalNetwork.load(_small().description.model_dump_json().encode(), tmp_path / "weights")

    assert refusal.value.reason is Reason.MODEL_CORRUPT


def test_layer_that_cannot_be_built_is_refused_by_name() -> None:
    wide = Node(name="wide", kind="Conv2D", arguments={"filters": 2, "kernel_size": [9, 9]}, inputs=("input",))

    with pytest.raises(HubError, match="'wide'") as refusal:
        CanonicalNetwork(NetworkDescription(input_shape=(4, 4, 3), nodes=(Node(name="input", kind="InputLayer"), wide)))

    assert refusal.value.reason is Reason.MODEL_CORRUPT


def test_layer_that_is_not_there_is_refused() -> None:
    with pytest.raises(HubError, match="'nowhere'") as refusal:
        _small().outputs(np.zeros((1, 4, 4, 3), np.float32), "nowhere")

    assert refusal.value.reason is Reason.LAYER_UNKNOWN


@pytest.mark.parametrize("name", sorted(_small().weights()))
def test_digest_changes_with_any_weight(name: str, tmp_path: Path) -> None:
    network = _small()
    network.save_weights(tmp_path / "before")
    weights = load_file(tmp_path / "before")
    changed = weights[name].copy()
    changed.flat[-1] = np.nextafter(changed.flat[-1], np.float32(9))

    save_file(weights, tmp_path / "same")
    save_file(weights | {name: changed}, tmp_path / "after")

    before = digest(network.description, tmp_path / "before")
    assert digest(network.description, tmp_path / "same") == before
    assert digest(network.description, tmp_path / "after") != before


def test_digest_changes_with_the_description(tmp_path: Path) -> None:
    network = _small()
    network.save_weights(tmp_path / "weights")
    other = network.description.model_copy(update={"nodes": network.description.nodes[:-1]})

    assert digest(other, tmp_path / "weights") != digest(network.description, tmp_path / "weights")
