"""What is compared: the libraries, which methods each has, and what a method repeats."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.methods import innvestigate_process, tf_keras_vis_process, xplique_process
from bench.methods.environments import python_with

NATIVE = "innhub"
OURS = Path(sys.executable)
"""The Python of the product's environment, in which innvestigate is too, as the reference engine."""


@dataclass(frozen=True)
class Library:
    """Another library: the module that measures it, its methods by our ids, and where its Python is."""

    name: str
    module: str
    methods: Mapping[str, str]
    python: Callable[[], Path]


LIBRARIES = (
    Library("Xplique", xplique_process.__name__, xplique_process.METHODS, lambda: python_with("xplique")),
    Library(
        "tf-keras-vis",
        tf_keras_vis_process.__name__,
        tf_keras_vis_process.METHODS,
        lambda: python_with("tf-keras-vis"),
    ),
    Library("innvestigate", innvestigate_process.__name__, innvestigate_process.METHODS, lambda: OURS),
)

_UNITS: Mapping[str, tuple[str, ...]] = {
    "step": ("integrated_gradients",),
    "sample": ("smoothgrad", "smoothgrad.squared", "smoothgrad.variance", "expected_gradients"),
    "mask": (
        "score_cam",
        "occlusion",
        "prediction_difference",
        "rise",
        "lime",
        "kernel_shap",
        "shapley_sampling",
    ),
}


def unit_of(method: str) -> str:
    """What a method of many evaluations repeats."""
    return next((unit for unit, methods in _UNITS.items() if method in methods), "evaluation")
