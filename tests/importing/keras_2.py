"""Models saved by Keras 2, in a process of its own: `python keras_2.py FOLDER` leaves files and their answers."""

import os
import sys
from pathlib import Path
from typing import Any

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_USE_LEGACY_KERAS"] = "1"

import numpy as np
import tf_keras as keras

layers = keras.layers
SHAPE = (32, 32, 3)


def plain() -> Any:
    return keras.Sequential(
        [
            layers.Rescaling(1 / 127.5, offset=-1, input_shape=SHAPE),
            layers.Conv2D(4, 3, activation="hard_sigmoid"),
            layers.LeakyReLU(alpha=0.2),
            layers.BatchNormalization(),
            layers.SeparableConv2D(6, 3, activation="swish"),
            layers.ThresholdedReLU(0.1),
            layers.GlobalAveragePooling2D(),
            layers.Dense(5, activation="softmax"),
        ]
    )


def transfer() -> Any:
    """A nested model with functions of TensorFlow in it, as MobileNetV3 has them."""
    trunk = keras.applications.MobileNetV3Small(weights=None, input_shape=SHAPE, include_top=False, pooling="avg")
    trunk.trainable = False
    return keras.Sequential([layers.RandomFlip(input_shape=SHAPE), trunk, layers.Dense(5, activation="softmax")])


def operators() -> Any:
    picture = keras.Input(SHAPE)
    maps = layers.Conv2D(4, 3)(1.0 - picture / 127.5)
    side = layers.Conv2D(4, 3, name="side")(picture)
    return keras.Model(picture, layers.Dense(5)(layers.Flatten()(maps * 2.0 + side)))


def main(folder: Path) -> None:
    keras.utils.set_random_seed(7)
    random = np.random.default_rng(0)
    inputs = random.uniform(0.0, 255.0, (2, *SHAPE)).astype(np.float32)
    np.save(folder / "inputs.npy", inputs)
    for make in (plain, transfer, operators):
        model = make()
        for weight in model.weights:
            if "moving" in weight.name or "gamma" in weight.name:
                weight.assign(random.uniform(0.6, 1.2, weight.shape))
        model.compile("adam", loss="categorical_crossentropy")
        for suffix in ("h5", "keras"):
            model.save(folder / f"{make.__name__}.{suffix}")
        np.save(folder / f"{make.__name__}.npy", model.predict(inputs, verbose=0))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
