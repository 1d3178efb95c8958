"""Measures one method of the product: `python -m bench.methods.native_process TASK`.

With a folder in place of the task it lists the methods.
"""

import json
import sys
from dataclasses import asdict
from pathlib import Path

from bench.methods.asking import Task, answer
from bench.methods.measuring import Explain, measured
from bench.methods.networks import pictures

PACKAGES = ("tensorflow-cpu", "keras")


def main() -> None:
    from bench.methods import native

    if Path(sys.argv[1]).is_dir():
        print(json.dumps([asdict(found) for found in native.listed(Path(sys.argv[1]))]))
        return
    import tensorflow as tf

    task = Task.given()
    network = native.loaded(Path(task.folder))
    inputs = tf.constant(pictures(Path(task.folder)))
    portions = {count: inputs[:count] for count in (1, len(inputs))}

    def explain() -> int:
        before = network.pictures_seen
        native.explain(network, task.method, portions[1], task.effort)
        return network.pictures_seen - before

    def build() -> Explain:
        return explain

    figures = measured(lambda count: network.logits(portions[count]), build, task.effort)
    answer(task.method, PACKAGES, figures)


if __name__ == "__main__":
    main()
