"""The most memory that a child process may take: who asks for more costs one task, and not the machine.

The process watches itself. A limit of the system (`RLIMIT_DATA`) would count what is only reserved, of which TensorFlow
and graphics cards reserve much, and the kernel's own end of a process that is too large may hit a neighbour.
"""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psutil

from domain.errors import HubError, Reason

EXIT_CODE = 113
"""Of a process that has ended itself."""
_LOOK_SECONDS = 0.05


def keep(most_bytes: int) -> None:
    """Ends this process, whatever it is doing, as soon as it holds more than these bytes."""
    threading.Thread(target=_watch, args=(most_bytes,), name="memory limit", daemon=True).start()


@contextmanager
def named() -> Iterator[None]:
    """Says plainly that memory ran out where the system, or TensorFlow, refused to give more.

    Raises:
        HubError: `TOO_LARGE`.
    """
    try:
        yield
    except Exception as error:
        # TensorFlow's own error is known by its name here, where there is no TensorFlow.
        if isinstance(error, MemoryError) or type(error).__name__ == "ResourceExhaustedError":
            raise _too_large("more memory than there is") from error
        raise


def exceeded(most_bytes: int) -> HubError:
    """What to say of a task in whose course the process ended itself."""
    return _too_large(f"more than the {most_bytes / 1024**3:.1f} GB of memory that a process may have")


def _too_large(what: str) -> HubError:
    return HubError(
        Reason.TOO_LARGE,
        f"The work needs {what}.",
        "Take a smaller network or a cheaper method, or ask an operator to raise INNHUB_CHILD_MOST_MEMORY_BYTES.",
    )


def _watch(most_bytes: int) -> None:
    process = psutil.Process()
    while process.memory_info().rss <= most_bytes:
        time.sleep(_LOOK_SECONDS)
    os._exit(EXIT_CODE)
