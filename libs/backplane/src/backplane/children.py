"""Child processes: where work runs that may crash, leak or never end, so that it costs one task and nothing else.

Children are spawned fresh (nothing of the parent's state, locks or sockets comes along), do one thing at a time,
and are replaced when they have grown too large. Pebble watches them from outside, `memory_limit` from inside.
"""

import asyncio
import multiprocessing
import os
import signal
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from typing import Any, ParamSpec, TypeVar

import psutil
from pebble import ProcessExpired, ProcessPool

from backplane import memory_limit
from backplane.telemetry import get_logger, metrics, tracing
from backplane.telemetry.carried import Figure, keep_figures, note_figures, taken_figures
from domain.errors import HubError, Reason

_log = get_logger(__name__)

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


class Child:
    """One child process, started at its first task.

    Args:
        name: for the logs.
        initialize: called in each new process before its first task; importable from a module that is cheap to import.
        arguments: passed to `initialize`; must be picklable.
        memory_bytes: a process that is larger than this after a task is replaced.
        most_memory_bytes: a process that becomes larger than this during a task is ended there and then.
    """

    def __init__(
        self,
        name: str,
        initialize: Callable[..., None],
        arguments: tuple[Any, ...] = (),
        *,
        memory_bytes: int,
        most_memory_bytes: int,
    ) -> None:
        self._name = name
        self._initialize = initialize
        self._arguments = arguments
        self._memory_bytes = memory_bytes
        self._most_memory_bytes = most_memory_bytes
        self._pool: ProcessPool | None = None
        self._turn = asyncio.Lock()
        self.waiting = 0
        """Tasks that wait or run; what a router may want to know."""

    async def run(
        self,
        timeout_seconds: float,
        function: Callable[Arguments, Result],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Result:
        """Runs a function in the child, after the tasks that came before. Cancelling kills the process.

        Raises:
            HubError: `WORKER_CRASHED` if the process died, `TOO_LARGE` if it needed more memory than it may have,
                `TIMED_OUT` if the task took too long, and whatever `HubError` the function itself raises.
        """
        self.waiting += 1
        metrics.CHILD_WAITING.labels(self._name).inc()
        try:
            with tracing.span(f"child {self._name}"):
                async with self._turn:
                    tracing.current_span().add_event("its turn")
                    result: Result = await self._run(
                        timeout_seconds, _measured, tracing.carried(), function, args, kwargs
                    )
                    return result
        finally:
            self.waiting -= 1
            metrics.CHILD_WAITING.labels(self._name).dec()

    async def _run(self, timeout_seconds: float, *task: Any) -> Any:
        if self._pool is None or not self._pool.active:
            self._pool = ProcessPool(
                max_workers=1,
                context=multiprocessing.get_context("spawn"),
                initializer=_begin,
                initargs=[
                    tracing.traced_service(),
                    self._name,
                    self._most_memory_bytes,
                    self._initialize,
                    self._arguments,
                ],
            )
        future = self._pool.schedule(task[0], args=list(task[1:]), timeout=timeout_seconds)
        try:
            result, resident_bytes, figures = await asyncio.wrap_future(future)
        except (ProcessExpired, BrokenProcessPool) as error:
            # Broken is a pool whose process died before it had taken up the task.
            exit_code = error.exitcode if isinstance(error, ProcessExpired) else None
            _log.error("child died", child=self._name, exit_code=exit_code)
            outgrown = exit_code == memory_limit.EXIT_CODE
            self._ended("out_of_memory" if outgrown else "died")
            if outgrown:
                raise memory_limit.exceeded(self._most_memory_bytes) from error
            raise HubError(
                Reason.WORKER_CRASHED,
                f"The process that did the work died ({_ending(exit_code)}).",
                "If it happens again, the input may need more memory than there is.",
            ) from error
        except TimeoutError as error:
            self._ended("timed_out")
            raise HubError(
                Reason.TIMED_OUT,
                f"The work took longer than {timeout_seconds:g} s.",
                "Try a cheaper method, fewer steps or a smaller network.",
            ) from error
        note_figures(figures)
        metrics.CHILD_MEMORY.labels(self._name).set(resident_bytes)
        if resident_bytes > self._memory_bytes:
            self._ended("replaced")
            _log.info("child replaced", child=self._name, resident_bytes=resident_bytes)
            self._pool.close()
            self._pool = None
        return result

    def _ended(self, how: str) -> None:
        metrics.CHILD_ENDINGS.labels(self._name, how).inc()

    async def stop(self) -> None:
        """Ends the process, whatever it is doing."""
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.stop()
            await asyncio.to_thread(pool.join)


def _begin(
    service: str, name: str, most_memory_bytes: int, initialize: Callable[..., None], arguments: tuple[Any, ...]
) -> None:
    """Runs in the child, first of all."""
    memory_limit.keep(most_memory_bytes)
    keep_figures(name)
    tracing.configure_tracing(service)
    initialize(*arguments)


def _measured(
    carrier: tracing.Carrier, function: Callable[..., Result], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[Result, int, list[Figure]]:
    """Runs in the child: the result, how large the process has become, and what it has measured."""
    about: dict[str, tracing.Attribute] = {"process.pid": os.getpid()}
    with tracing.span(_named(function), attributes=about, carrier=carrier), memory_limit.named():
        result = function(*args, **kwargs)
    return result, int(psutil.Process().memory_info().rss), taken_figures()


def _named(function: Callable[..., object]) -> str:
    return str((function.func if isinstance(function, partial) else function).__name__)


def _ending(exit_code: int | None) -> str:
    """How a process ended, in words."""
    if exit_code is None:
        return "before it could begin"
    return f"by {signal.Signals(-exit_code).name}" if exit_code < 0 else f"exit code {exit_code}"
