"""What the stand-in tells of the inside of its networks: a small one with two blocks."""

from typing import Any

JSON = dict[str, Any]


def layer(name: str, kind: str, *inputs: str, shape: tuple[int, ...] = (56, 56, 24), **settings: object) -> JSON:
    return {
        "name": name,
        "kind": kind,
        "inputs": list(inputs),
        "output_shape": list(shape),
        "parameters": 650,
        "multiply_adds": 2_000_000,
        "hyperparameters": settings,
    }


def fire(number: int, read: str) -> list[JSON]:
    name = f"fire{number}"
    return [
        layer(f"{name}/squeeze", "Conv2D", read, kernel_size=[1.0, 1.0], use_bias=True),
        layer(f"{name}/relu", "Activation", f"{name}/squeeze"),
        layer(f"{name}/left", "Conv2D", f"{name}/relu"),
        layer(f"{name}/right", "Conv2D", f"{name}/relu"),
        layer(f"{name}/concat", "Concatenate", f"{name}/left", f"{name}/right"),
    ]


LAYERS = [
    layer("image", "InputLayer", shape=(224, 224, 3)),
    layer("stem", "Conv2D", "image", filters=24.0, strides=[2.0, 2.0]),
    *fire(2, "stem"),
    *fire(3, "fire2/concat"),
    layer("pool", "GlobalAveragePooling2D", "fire3/concat", shape=(24,)),
]
WEIGHTS = [
    {
        "weight": "kernel",
        "shape": [3, 3, 3, 24],
        "minimum": -0.5,
        "maximum": 0.75,
        "mean": 0.01,
        "deviation": 0.2,
        "zeros": 0.25,
        "edges": [-0.5, 0.125, 0.75],
        "counts": [1, 4],
    }
]
UNTOLD = {"optimizer": "", "optimizer_settings": {}, "loss": "", "metrics": [], "history": {}}
TRAINING = {
    "optimizer": "Adam",
    "optimizer_settings": {"learning_rate": 0.001},
    "loss": "categorical_crossentropy",
    "metrics": ["accuracy"],
    "history": {"loss": [2.0, 1.0], "val_loss": [2.1, 1.3], "accuracy": [0.4, 0.7]},
}
APPLICATIONS = [{"name": "MobileNetV2", "side": 224, "preset": "tf"}, {"name": "VGG16", "side": 224, "preset": "caffe"}]


def activations(found: JSON, limit: int) -> JSON:
    total = found["output_shape"][-1]
    units = [
        {"unit": (7 * rank) % total, "mean": 5.0 / (rank + 1), "maximum": 9.0} for rank in range(min(limit, total))
    ]
    return {"layer": found["name"], "output_shape": found["output_shape"], "units_total": total, "units": units}
