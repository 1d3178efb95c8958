"""Time-lapse of a queue of tasks, its workers and their autoscaler: what the product does, in steps of a second.

The gateway keeps a window of tasks on the queue and refills it as they end. A worker has one task at a time; told to
leave, it finishes that, or hands it back after its grace.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from unit.scaling.autoscaler import Autoscaler, Policy

_START_SECONDS = 30
_GRACE_SECONDS = 60


@dataclass
class Worker:
    """A replica: it works once it has started."""

    starts: int
    task: int | None = None
    left: int = 0
    leaves: int | None = None


@dataclass(frozen=True)
class Moment:
    """What was seen at a time."""

    second: int
    waiting: int
    replicas: int
    """How many are wanted."""
    done: int


@dataclass
class Queue:
    """Of one service.

    Args:
        policy: of its autoscaler.
        window: the most tasks that are on the queue or in work.
        begun: how many tasks people begin at which second.
        task_seconds: how long each takes.
    """

    policy: Policy
    window: int
    begun: Mapping[int, int]
    task_seconds: int
    finished: list[int] = field(default_factory=list)
    _not_handed_out: list[int] = field(default_factory=list)
    _queued: list[int] = field(default_factory=list)
    _workers: list[Worker] = field(default_factory=list)

    def moments(self, most_seconds: int) -> Iterator[Moment]:
        """Seconds until all is done and nothing changes any more."""
        autoscaler = Autoscaler(self.policy)
        self._workers = [Worker(0) for _ in range(self.policy.min_replicas)]
        numbers, last = iter(range(sum(self.begun.values()))), max(self.begun, default=0)
        for second in range(most_seconds):
            self._not_handed_out += [next(numbers) for _ in range(self.begun.get(second, 0))]
            self._work(second)
            waiting = len(self._queued) + sum(worker.task is not None for worker in self._workers)
            staying = [worker for worker in self._workers if worker.leaves is None]
            replicas = len(staying)
            if second % int(self.policy.polling_seconds) == 0:
                replicas = autoscaler.replicas(second, waiting, replicas)
                self._workers += [Worker(second + _START_SECONDS) for _ in range(replicas - len(staying))]
                for worker in staying[replicas:]:
                    worker.leaves = second + _GRACE_SECONDS
            yield Moment(second, waiting, replicas, len(self.finished))
            if second >= last and not waiting and not self._not_handed_out and replicas == self.policy.min_replicas:
                return

    def _work(self, second: int) -> None:
        for worker in self._workers:
            worker.left -= worker.task is not None
            if worker.task is not None and worker.left <= 0:
                self.finished.append(worker.task)
                worker.task = None
            elif worker.task is not None and worker.leaves is not None and second >= worker.leaves:
                self._queued.append(worker.task)
                worker.task = None
        self._workers = [worker for worker in self._workers if worker.leaves is None or worker.task is not None]
        for worker in self._workers:
            self._hand_out()
            if worker.task is None and worker.starts <= second and worker.leaves is None and self._queued:
                worker.task, worker.left = self._queued.pop(0), self.task_seconds
        self._hand_out()

    def _hand_out(self) -> None:
        in_work = sum(worker.task is not None for worker in self._workers)
        room = max(0, self.window - len(self._queued) - in_work)
        self._queued += self._not_handed_out[:room]
        del self._not_handed_out[:room]
