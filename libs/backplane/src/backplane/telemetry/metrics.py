"""All metrics of the house, for Prometheus. docs/operations/observability.md has the same list for people."""

from collections.abc import Callable

from prometheus_client import Counter, Gauge, Histogram, start_http_server

from backplane.telemetry.carried import carried_home

_CALL_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600)
_TASK_SECONDS = (0.1, 0.5, 1, 5, 15, 30, 60, 300, 900, 1800, 3600, 7200, 21600)

HTTP_REQUESTS = Histogram(
    "innhub_http_request_seconds",
    "Time until an HTTP request is answered (until the first byte), by the template of its route.",
    ["method", "route", "status"],
    buckets=_CALL_SECONDS,
)
CALLS = Histogram(
    "innhub_call_seconds",
    "Time of answered gRPC calls, by the door that they came through: public or internal.",
    ["door", "service", "method", "outcome"],
    buckets=_CALL_SECONDS,
)
TASKS = Histogram(
    "innhub_task_seconds",
    "Time that messages of a queue took, by what became of them: done, again, refused.",
    ["queue", "outcome"],
    buckets=_TASK_SECONDS,
)
TASKS_RUNNING = Gauge("innhub_tasks_running", "Messages of a queue that a replica works on.", ["queue"])
QUEUE_WAITING = Gauge("innhub_queue_waiting", "Messages of a queue that are not settled.", ["queue"])
QUEUE_OLDEST = Gauge("innhub_queue_oldest_seconds", "Age of the oldest message that is not settled.", ["queue"])
RUNS = Gauge("innhub_runs", "Runs that have not ended.", ["state"])
RUN_TASKS = Gauge("innhub_run_tasks_waiting", "Tasks of runs that are not on their queue yet.", ["queue"])
KERNELS = Histogram(
    "innhub_kernel_seconds",
    "Time of one batch in TensorFlow, by operation and method.",
    ["operation", "method", "engine"],
    buckets=_CALL_SECONDS,
)
KERNEL_SAMPLES = Counter("innhub_kernel_samples_total", "Samples of these batches.", ["operation", "method", "engine"])
CACHE_LOOKUPS = Counter("innhub_cache_lookups_total", "What was looked for in a cache.", ["cache", "outcome"])
QUESTIONS_WAITING = Gauge("innhub_questions_waiting", "Explanations that people wait for and nobody computes yet.")
CHILD_WAITING = Gauge("innhub_child_waiting", "Tasks that a child process does, or that wait for it.", ["child"])
CHILD_MEMORY = Gauge("innhub_child_resident_bytes", "Memory of a child process after its last task.", ["child"])
CHILD_ENDINGS = Counter(
    "innhub_child_endings_total",
    "Child processes that ended: died, out_of_memory, timed_out, or replaced for their size.",
    ["child", "how"],
)
GPU_MEMORY = Gauge(
    "innhub_gpu_memory_bytes",
    "Memory that TensorFlow holds on a GPU, current or peak, after the last task of a child process.",
    ["child", "device", "measure"],
)


@carried_home
def looked_up(cache: str, outcome: str) -> None:
    """Counts what was looked for in a cache: `hit`, `miss`, or `joined` for what was being made already."""
    CACHE_LOOKUPS.labels(cache, outcome).inc()


def looked_up_in(cache: str) -> Callable[[bool], None]:
    """The same for a cache that says whether it held what was looked for."""
    return lambda held: looked_up(cache, "hit" if held else "miss")


@carried_home
def computed(operation: str, method: str, engine: str, samples: int, seconds: float) -> None:
    """Counts a batch that TensorFlow computed."""
    KERNELS.labels(operation, method, engine).observe(seconds)
    KERNEL_SAMPLES.labels(operation, method, engine).inc(samples)


@carried_home
def gpu_memory(child: str, device: str, current: int, peak: int) -> None:
    """Notes what TensorFlow holds on a GPU."""
    GPU_MEMORY.labels(child, device, "current").set(current)
    GPU_MEMORY.labels(child, device, "peak").set(peak)


def serve_metrics(host: str, port: int) -> None:
    """Answers Prometheus on a port of its own; 0 for nowhere."""
    if port:
        start_http_server(port, host)
