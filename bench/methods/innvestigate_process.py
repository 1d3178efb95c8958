"""Measures one analyzer of innvestigate as it is shipped: `python -m bench.methods.innvestigate_process TASK`.

As shipped, but for what lets it run on the TensorFlow of today: tf_keras, no eager execution, no model checks, and the
flag of tf_keras without which it takes a minute to build an analyzer. One graph and session, as is best for it.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench.methods.asking import Task, answer
from bench.methods.measuring import BATCH, Explain, measured
from bench.methods.networks import TARGET, canonical_files, pictures

PACKAGES = ("innvestigate", "tensorflow-cpu", "tf-keras")
METHODS: Mapping[str, str] = {
    "gradient": "gradient",
    "gradient.baseline": "gradient.baseline",
    "input_times_gradient": "input_t_gradient",
    "integrated_gradients": "integrated_gradients",
    "smoothgrad": "smoothgrad",
    "deconvnet": "deconvnet",
    "guided_backprop": "guided_backprop",
    "deep_taylor": "deep_taylor",
    "deep_taylor.bounded": "deep_taylor.bounded",
    "lrp.z": "lrp.z",
    "lrp.epsilon": "lrp.epsilon",
    "lrp.w_square": "lrp.w_square",
    "lrp.flat": "lrp.flat",
    "lrp.alpha_2_beta_1": "lrp.alpha_2_beta_1",
    "lrp.alpha_2_beta_1_ib": "lrp.alpha_2_beta_1_IB",
    "lrp.alpha_1_beta_0": "lrp.alpha_1_beta_0",
    "lrp.alpha_1_beta_0_ib": "lrp.alpha_1_beta_0_IB",
    "lrp.z_plus": "lrp.z_plus",
    "lrp.z_plus_fast": "lrp.z_plus_fast",
    "lrp.sequential_preset_a": "lrp.sequential_preset_a",
    "lrp.sequential_preset_b": "lrp.sequential_preset_b",
    "lrp.sequential_preset_a_flat": "lrp.sequential_preset_a_flat",
    "lrp.sequential_preset_b_flat": "lrp.sequential_preset_b_flat",
}
_ARGUMENTS: Mapping[str, Mapping[str, Any]] = {
    # It puts all of them through the network at once, so there are as many as the others take at once.
    "integrated_gradients": {"steps": BATCH},
    "smoothgrad": {"augment_by_n": BATCH},
    "deep_taylor.bounded": {"low": -1.0, "high": 1.0},
}


def main() -> None:
    # TensorFlow decides at its import which Keras `tf.keras` is; innvestigate needs the second.
    os.environ["TF_USE_LEGACY_KERAS"] = "1"
    import innvestigate
    import tensorflow as tf
    from safetensors.numpy import load_file
    from tf_keras.src.engine import base_layer_utils

    from explainer.reference.forms import Form
    from explainer.reference.networks import built
    from network.description import NetworkDescription

    tf.compat.v1.disable_eager_execution()
    base_layer_utils._UNSAFE_GRAPH_OP_LAYER_CREATION = True
    task = Task.given()
    inputs = pictures(Path(task.folder))
    description, weights = canonical_files(Path(task.folder))
    name = METHODS[task.method]
    arguments = _ARGUMENTS.get(name, {})
    graph = tf.Graph()
    session = tf.compat.v1.Session(graph=graph)
    with graph.as_default(), session.as_default():
        tf.compat.v1.keras.backend.set_session(session)
        model = built(
            NetworkDescription.model_validate_json(description),
            load_file(weights),
            Form.ORIGINAL,
        )

        def build() -> Explain:
            analyzer = innvestigate.create_analyzer(
                name, model, neuron_selection_mode="index", disable_model_checks=True, **arguments
            )

            def explain() -> int:
                analyzer.analyze(inputs[:1], neuron_selection=[TARGET])
                return int(arguments.get("steps") or arguments.get("augment_by_n") or 1)

            return explain

        figures = measured(lambda count: model.predict_on_batch(inputs[:count]), build, task.effort)
    answer(name, PACKAGES, figures)


if __name__ == "__main__":
    main()
