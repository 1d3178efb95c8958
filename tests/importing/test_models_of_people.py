"""Models as people build them: each goes in, answers as before, and can be explained."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from conformance.asking import Background
from importing.originals import answers, brought_in, pictures, unsettled

from domain.inside import Training
from explainer.engine import UnitChoice
from explainer.methods import registry
from explainer.methods.base import Problem
from explainer.targets import selection
from network.canonical import CanonicalNetwork

layers = keras.layers


def transfer() -> Any:
    trunk = keras.applications.MobileNetV2(
        weights=None, input_shape=(64, 64, 3), include_top=False, alpha=0.35, pooling="avg"
    )
    trunk.trainable = False
    return keras.Sequential([keras.Input((64, 64, 3)), trunk, layers.Dropout(0.2), layers.Dense(4, "softmax")])


def with_preprocessing() -> Any:
    normalization = layers.Normalization()
    normalization.adapt(pictures((32, 32, 3), 4) / 127.5 - 1.0)
    return keras.Sequential(
        [
            keras.Input((32, 32, 3)),
            layers.RandomFlip("horizontal"),
            layers.Rescaling(1 / 127.5, offset=-1),
            normalization,
            layers.SeparableConv2D(8, 3, activation="relu"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(4, "softmax"),
        ]
    )


def grey() -> Any:
    return keras.Sequential(
        [
            keras.Input((48, 48, 1)),
            layers.Conv2D(6, 5, strides=2),
            layers.LeakyReLU(negative_slope=0.1),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(7, "softmax"),
        ]
    )


def logits() -> Any:
    picture = keras.Input((32, 32, 3))
    maps = layers.Conv2D(6, 3, activation="elu")(picture)
    return keras.Model(picture, layers.Dense(5)(layers.GlobalMaxPooling2D()(maps)))


def softmax_layer() -> Any:
    picture = keras.Input((32, 32, 3))
    maps = layers.PReLU(shared_axes=[1, 2])(layers.Conv2D(6, 3)(picture))
    return keras.Model(picture, layers.Softmax()(layers.Dense(5)(layers.GlobalAveragePooling2D()(maps))))


def one_sigmoid_unit() -> Any:
    picture = keras.Input((32, 32, 3))
    maps = layers.Conv2D(6, 3, activation="relu")(picture)
    return keras.Model(picture, layers.Dense(1, "sigmoid")(layers.GlobalAveragePooling2D()(maps)))


def arithmetic() -> Any:
    """Operators and keras.ops in the place of layers, and one layer used twice."""
    picture = keras.Input((32, 32, 3))
    shared = layers.Conv2D(3, 3, padding="same", name="shared")
    maps = keras.ops.relu(shared(shared(1.0 - picture / 127.5)) * 2.0 + 0.1)
    pooled = keras.ops.mean(maps, axis=(1, 2))
    return keras.Model(picture, layers.Dense(4, "softmax")(keras.ops.concatenate([pooled, -pooled], axis=-1)))


MODELS: dict[str, Callable[[], Any]] = {
    "transfer": transfer,
    "with_preprocessing": with_preprocessing,
    "grey": grey,
    "logits": logits,
    "softmax_layer": softmax_layer,
    "one_sigmoid_unit": one_sigmoid_unit,
    "arithmetic": arithmetic,
}


def expected(model: Any, inputs: np.ndarray) -> np.ndarray:
    found = np.asarray(model(inputs, training=False))
    return np.concatenate([1 - found, found], axis=1) if found.shape[1] == 1 else found


def explained(network: CanonicalNetwork, inputs: np.ndarray, method: str) -> np.ndarray:
    found = registry.get(method)
    assert found.obstacle(network.description) is None
    layer = found.layers(network.description)[0] if found.layers else ""
    choices = [UnitChoice(network.description.output.name, (unit,)) for unit in (1, 0)]
    chosen = selection(network.description, choices)
    problem = Problem(network, tf.constant(inputs), chosen, Background(network), layer)
    attribution = found.explain(problem, found.parameters())
    return np.asarray(attribution.relevance)


@pytest.mark.parametrize("suffix", ["keras", "h5"])
@pytest.mark.parametrize("style", MODELS)
def test_model_answers_as_before_and_can_be_explained(style: str, suffix: str, tmp_path: Path) -> None:
    model = unsettled(MODELS[style]())
    model.save(tmp_path / f"model.{suffix}")
    inputs = pictures(model.input_shape[1:])

    report, network = brought_in(tmp_path / f"model.{suffix}", tmp_path / "import")

    np.testing.assert_allclose(answers(report, network, inputs), expected(model, inputs), rtol=1e-5, atol=1e-5)
    for method in ("gradient", "lrp.epsilon", "grad_cam"):
        relevance = explained(network, inputs, method)
        assert relevance.shape == inputs.shape
        assert np.isfinite(relevance).all()
        if method != "grad_cam":
            assert np.abs(relevance).max() > 0


def test_single_unit_gets_both_classes_and_both_can_be_named(tmp_path: Path) -> None:
    model = one_sigmoid_unit()
    model.save(tmp_path / "model.keras")

    report, _ = brought_in(tmp_path / "model.keras", tmp_path / "import", labels={"names": ["dog"]})

    assert report.labels.names == ("not dog", "dog")
    assert any("second of two classes" in change for change in report.changes)


def test_what_the_file_tells_of_its_training_is_kept(tmp_path: Path) -> None:
    model = logits()
    model.compile(keras.optimizers.SGD(0.05), loss="categorical_crossentropy", metrics=["accuracy"])
    model.save(tmp_path / "model.h5")
    folder = tmp_path / "import"
    folder.mkdir()
    (folder / "history").write_text("epoch,loss,accuracy\n0,2.5,0.1\n1,nan,0.4\n")

    brought_in(tmp_path / "model.h5", folder)

    training = Training.model_validate_json((folder / "training.json").read_bytes())
    assert training.optimizer == "SGD"
    assert training.optimizer_settings["learning_rate"] == pytest.approx(0.05)
    assert training.loss == "categorical_crossentropy"
    assert training.history == {"loss": (2.5, None), "accuracy": (0.1, 0.4)}
