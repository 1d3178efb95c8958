"""Measures one method of tf-keras-vis, in its environment: `python -m bench.methods.tf_keras_vis_process TASK`."""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from bench.methods.asking import Task, answer
from bench.methods.measuring import BATCH, Effort, Explain, measured
from bench.methods.networks import TARGET, keras_model, pictures

PACKAGES = ("tf-keras-vis", "tensorflow-cpu", "keras")
METHODS: Mapping[str, str] = {
    "gradient": "saliency.Saliency",
    "smoothgrad": "saliency.Saliency",
    "grad_cam": "gradcam.Gradcam",
    "grad_cam_plus_plus": "gradcam_plus_plus.GradcamPlusPlus",
    "layer_cam": "layercam.Layercam",
    "score_cam": "scorecam.Scorecam",
}


def _arguments(method: str, effort: Effort) -> dict[str, Any]:
    if method == "smoothgrad":
        return {"smooth_samples": effort.steps}
    if method == "score_cam":
        return {"max_N": effort.masks, "batch_size": BATCH}
    return {}


def main() -> None:
    import keras
    import tensorflow as tf
    from tf_keras_vis.utils.scores import CategoricalScore

    # Scorecam predicts with a progress bar, which would go where the answer goes.
    keras.config.disable_interactive_logging()
    task = Task.given()
    model, inputs = keras_model(Path(task.folder)), pictures(Path(task.folder))
    forward = tf.function(lambda some: model(some, training=False))
    portions = {count: tf.constant(inputs[:count]) for count in (1, len(inputs))}
    name = METHODS[task.method]
    module, _, kind = name.partition(".")
    arguments = _arguments(task.method, task.effort)

    def build() -> Explain:
        visualization = getattr(import_module(f"tf_keras_vis.{module}"), kind)(model)

        def explain() -> int:
            visualization(CategoricalScore([TARGET]), inputs[:1], **arguments)
            return int(arguments.get("smooth_samples") or arguments.get("max_N") or 1)

        return explain

    figures = measured(lambda count: forward(portions[count]).numpy(), build, task.effort)
    answer(kind, PACKAGES, figures)


if __name__ == "__main__":
    main()
