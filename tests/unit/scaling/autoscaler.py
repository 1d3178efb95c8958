"""How an autoscaler of Kubernetes decides on replicas, given the work that waits: the one model of it in the tests.

This is the horizontal pod autoscaler on an external metric with an average value, which KEDA makes: as many replicas as
give each so many tasks; no change where that differs by a tenth at most; up at once, but to the double or by four at
most; down to the most that was wanted within the last while.
"""

import math
from collections import deque
from dataclasses import dataclass

_TOLERANCE = 0.1
_MOST_ADDED, _MOST_TIMES = 4, 2


@dataclass(frozen=True)
class Policy:
    """What an operator chooses."""

    tasks_per_replica: int
    max_replicas: int
    min_replicas: int = 1
    polling_seconds: float = 15.0
    scale_down_stabilization_seconds: float = 300.0


class Autoscaler:
    """The autoscaler of one service."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self._wanted: deque[tuple[float, int]] = deque()

    def replicas(self, now: float, waiting: int, replicas: int) -> int:
        """How many replicas there should be from now on.

        Args:
            now: seconds of a clock that never goes back.
            waiting: tasks that nobody has finished: on the queue, or being worked on.
            replicas: how many there are.
        """
        wanted = self._wanted_now(waiting, replicas)
        self._wanted.append((now, wanted))
        while self._wanted[0][0] < now - self.policy.scale_down_stabilization_seconds:
            self._wanted.popleft()
        if wanted < replicas:
            # One that is more than ever wanted in that time is not needed; one that was wanted stays.
            return min(replicas, max(earlier for _, earlier in self._wanted))
        return min(wanted, max(_MOST_TIMES * replicas, replicas + _MOST_ADDED))

    def _wanted_now(self, waiting: int, replicas: int) -> int:
        policy = self.policy
        if abs(waiting / (policy.tasks_per_replica * replicas) - 1) <= _TOLERANCE:
            wanted = replicas
        else:
            wanted = math.ceil(waiting / policy.tasks_per_replica)
        return min(max(wanted, policy.min_replicas), policy.max_replicas)
