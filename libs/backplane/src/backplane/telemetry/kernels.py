"""What is computed in TensorFlow: where every trace ends, and what takes the time."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from backplane.telemetry import metrics, tracing
from backplane.telemetry.carried import child_name

GpuMemory = Callable[[], Mapping[str, tuple[int, int]]]
"""Current and peak bytes on each GPU."""
_gpu_memory: GpuMemory = dict


def watch_gpu_memory(read: GpuMemory) -> None:
    """From now on the memory on GPUs is read after each kernel of this process."""
    global _gpu_memory
    _gpu_memory = read


@contextmanager
def kernel(operation: str, *, method: str, engine: str, model: str, architecture: str, batch: int) -> Iterator[None]:
    """Traces and measures a batch that is computed in this context.

    Args:
        operation: what is done: `explain` or `predict`.
        method: of the explanation; empty for a prediction.
        engine: what computes.
        model: its id.
        architecture: where its network comes from.
        batch: how many samples at once.
    """
    attributes: dict[str, tracing.Attribute] = {
        "innhub.method": method,
        "innhub.engine": engine,
        "innhub.model": model,
        "innhub.architecture": architecture,
        "innhub.batch": batch,
    }
    begun = time.perf_counter()
    with tracing.span(f"kernel {method or operation}", attributes=attributes):
        yield
    metrics.computed(operation, method, engine, batch, time.perf_counter() - begun)
    for device, (current, peak) in _gpu_memory().items():
        metrics.gpu_memory(child_name(), device, current, peak)
