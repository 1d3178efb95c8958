"""Controls."""

import numpy as np
from conformance.derivations.base import Case, Derivation
from conformance.slow_network import Vector


def _random(case: Case) -> Vector:
    noise = np.random.default_rng(int(case.settings["seed"])).standard_normal(case.picture.shape, np.float32)
    return np.asarray(float(case.settings["deviation"]) * noise)


CONTROLS: dict[str, Derivation] = {"input": lambda case: np.asarray(case.picture, np.float64), "random": _random}
