"""Measures one method of Xplique, in its environment: `python -m bench.methods.xplique_process TASK`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench.methods.asking import Task, answer
from bench.methods.measuring import BATCH, Effort, Explain, measured
from bench.methods.networks import TARGET, keras_model, pictures

PACKAGES = ("xplique", "tensorflow-cpu", "keras")
METHODS: Mapping[str, str] = {
    "gradient": "Saliency",
    "input_times_gradient": "GradientInput",
    "integrated_gradients": "IntegratedGradients",
    "smoothgrad": "SmoothGrad",
    "smoothgrad.squared": "SquareGrad",
    "smoothgrad.variance": "VarGrad",
    "deconvnet": "DeconvNet",
    "guided_backprop": "GuidedBackprop",
    "grad_cam": "GradCAM",
    "grad_cam_plus_plus": "GradCAMPP",
    "occlusion": "Occlusion",
    "rise": "Rise",
    "lime": "Lime",
    "kernel_shap": "KernelShap",
}


def _arguments(name: str, effort: Effort) -> dict[str, Any]:
    if name == "IntegratedGradients":
        return {"steps": effort.steps, "batch_size": BATCH}
    if name in {"SmoothGrad", "SquareGrad", "VarGrad"}:
        return {"nb_samples": effort.steps, "batch_size": BATCH}
    if name in {"Rise", "Lime", "KernelShap"}:
        return {"nb_samples": effort.masks, "batch_size": BATCH}
    if name == "Occlusion":
        return {"patch_size": effort.patch, "patch_stride": effort.patch, "batch_size": BATCH}
    return {}


def _evaluations(arguments: Mapping[str, Any], side: int) -> int:
    if "patch_size" in arguments:
        return int(((side - arguments["patch_size"]) // arguments["patch_stride"] + 1) ** 2)
    return int(arguments.get("steps") or arguments.get("nb_samples") or 1)


def main() -> None:
    import numpy as np
    import tensorflow as tf
    import xplique.attributions

    task = Task.given()
    model, inputs = keras_model(Path(task.folder)), pictures(Path(task.folder))
    forward = tf.function(lambda some: model(some, training=False))
    portions = {count: tf.constant(inputs[:count]) for count in (1, len(inputs))}
    target = np.eye(model.output_shape[-1], dtype=np.float32)[[TARGET]]
    name = METHODS[task.method]
    arguments = _arguments(name, task.effort)

    def build() -> Explain:
        explainer = getattr(xplique.attributions, name)(model, **arguments)

        def explain() -> int:
            np.asarray(explainer.explain(inputs[:1], target))
            return _evaluations(arguments, inputs.shape[1])

        return explain

    figures = measured(lambda count: forward(portions[count]).numpy(), build, task.effort)
    answer(name, PACKAGES, figures)


if __name__ == "__main__":
    main()
