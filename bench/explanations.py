"""What REST adds to an explanation: the whole way over the running hub against the engine's own time for the same."""

import time
from collections.abc import Callable
from statistics import median

from innhub import Dataset, Hub

MODEL, DATASET, METHOD = "squeezenet", "photos", "gradient"
_ROUNDS = 20


def measure(hub: Hub) -> dict[str, float]:
    """Milliseconds and their ratios, all on the CPU."""
    data = hub.datasets.get(DATASET)
    hub.explain(MODEL, data[0], method=METHOD, target=0)
    fresh = _uncached(hub, data)
    again = _milliseconds(lambda: hub.explain(MODEL, data[0], method=METHOD, target=0))
    return {
        "gradient of SqueezeNet over REST, warm, not stored [ms]": fresh[0],
        "the engine's own time for it [ms]": fresh[1],
        "ratio": fresh[0] / fresh[1],
        "the same explanation asked again [ms]": again,
    }


def _uncached(hub: Hub, data: Dataset) -> tuple[float, float]:
    """Medians of the whole call and of the engine's part, over explanations that nobody asked for before."""
    whole, engine = [], []
    for number in range(_ROUNDS):
        # Another target each time: the same work, and a digest that is not stored yet.
        target = int(time.time_ns() // 1000 % 1000)
        begun = time.perf_counter()
        explanation = hub.explain(MODEL, data[number % len(data)], method=METHOD, target=target)
        whole.append(1000 * (time.perf_counter() - begun))
        engine.append(1000 * explanation.seconds)
    return median(whole), median(engine)


def _milliseconds(call: Callable[[], object]) -> float:
    times = []
    for _ in range(_ROUNDS):
        begun = time.perf_counter()
        call()
        times.append(1000 * (time.perf_counter() - begun))
    return median(times)
