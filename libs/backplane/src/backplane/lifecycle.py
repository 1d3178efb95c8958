"""The life of a service: start in order, say ready, wait for a signal, drain, stop in reverse order within a grace.

While it drains, a replica serves as before, but says that it is not ready: those who find replicas by a resolver or by
endpoints need a moment to forget it.
"""

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from backplane.rpc import RpcServer
from backplane.settings import ServiceSettings
from backplane.tasks import Check, QueueWorker
from backplane.telemetry import get_logger, start_telemetry
from domain.errors import HubError

_log = get_logger(__name__)


async def run_service(
    name: str,
    settings: ServiceSettings,
    compose: Callable[[AsyncExitStack], Awaitable["Service"]],
) -> int:
    """Runs a service until SIGTERM or SIGINT.

    Args:
        name: of the service, for logs.
        settings: its settings.
        compose: wires the service; what it enters on the stack is closed at the end, last first.

    Returns:
        The exit code of the process.
    """
    start_telemetry(name, settings)
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    try:
        async with AsyncExitStack() as stack:
            service = await compose(stack)
            await stack.enter_async_context(_serving(service.server, settings.grace_seconds))
            await stack.enter_async_context(working(service.workers, settings.grace_seconds, service.checks))
            async with beside(_watch_readiness(service)):
                _log.info("started", port=service.server.port)
                await stopping.wait()
            _log.info("stopping", drain_seconds=settings.drain_seconds)
            for worker in service.workers:
                worker.stop()
            await service.server.set_ready(ready=False)
            await asyncio.sleep(settings.drain_seconds)
    except HubError as error:
        _log.error("cannot run", reason=error.reason, error=str(error))
        return 1
    return 0


class Service:
    """What a composition root returns: a server, the workers beside it, and what readiness depends on.

    Args:
        server: answers calls.
        workers: take tasks.
        checks: of the parts that it stands on.
        prepare: gets ready what a first caller would else wait for, for instance TensorFlow.
    """

    def __init__(
        self,
        server: RpcServer,
        workers: list[QueueWorker],
        checks: list[Check],
        prepare: Callable[[], Awaitable[object]] | None = None,
    ) -> None:
        self.server = server
        self.workers = workers
        self.checks = checks
        self.prepare = prepare


async def _prepared(service: Service) -> None:
    while service.prepare is not None:
        try:
            await service.prepare()
        except HubError as error:
            _log.warning("cannot get ready", reason=error.reason, error=str(error))
            await asyncio.sleep(1)
        else:
            return


async def _watch_readiness(service: Service) -> None:
    """Readiness follows the parts that the service stands on; liveness depends on nothing outside."""
    await _prepared(service)
    ready: bool | None = None
    while True:
        problem = ""
        for check in service.checks:
            try:
                await check()
            except HubError as error:
                problem = str(error)
                break
        if ready is not (not problem):
            ready = not problem
            _log.info("readiness", ready=ready, problem=problem)
            await service.server.set_ready(ready=ready)
        await asyncio.sleep(1)


@asynccontextmanager
async def _serving(server: RpcServer, grace_seconds: float) -> AsyncIterator[None]:
    await server.start()
    try:
        yield
    finally:
        await server.stop(grace_seconds)


@asynccontextmanager
async def working(
    workers: Sequence[QueueWorker], grace_seconds: float, checks: Sequence[Check] = ()
) -> AsyncIterator[None]:
    """Lets workers work for as long as the context lasts, and finish what they have begun.

    Args:
        workers: the workers.
        grace_seconds: how long they may take to finish; what is not done by then is handed back to the queue.
        checks: of the parts that their work stands on.
    """
    running = [asyncio.create_task(worker.run(checks)) for worker in workers]
    for task in running:
        task.add_done_callback(_end_process_of_broken_worker)
    try:
        yield
    finally:
        for worker in workers:
            worker.stop()
        if running:
            _, unfinished = await asyncio.wait(running, timeout=grace_seconds)
            await _cancelled(unfinished)


@asynccontextmanager
async def beside(*works: Coroutine[object, object, None]) -> AsyncIterator[None]:
    """Lets something go on for as long as the context lasts."""
    running = [asyncio.create_task(work) for work in works]
    for task in running:
        task.add_done_callback(_end_process_of_broken_worker)
    try:
        yield
    finally:
        await _cancelled(set(running))


async def _cancelled(running: set[asyncio.Task[None]]) -> None:
    while running:
        # Again and again: until Python 3.12 `wait_for` may lose a cancellation that comes with what it waits for.
        for task in running:
            task.cancel()
        _, running = await asyncio.wait(running, timeout=1)


def _end_process_of_broken_worker(running: asyncio.Task[None]) -> None:
    """A service whose worker is gone would look alive and do nothing: it ends, and is started anew."""
    if not running.cancelled() and running.exception() is not None:
        _log.critical("worker broke", exc_info=running.exception())
        signal.raise_signal(signal.SIGTERM)
