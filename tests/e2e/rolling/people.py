"""People who go on with their work, each in a thread of their own, and what they were refused."""

import threading
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Self

from e2e.faults.subject import until

Act = Callable[[int], object]
"""Does one thing, given how many came before; an assertion in it is as good as a refusal."""
_LONGEST_SECONDS = 180.0


@dataclass
class Person:
    """Somebody who does the same thing again and again.

    Attributes:
        name: of what is done.
        act: does it once.
        pause_seconds: between one time and the next.
        done: how often it succeeded.
        refused: each time that it did not, as a traceback.
        longest_seconds: of one time.
    """

    name: str
    act: Act
    pause_seconds: float = 0.0
    done: int = 0
    refused: list[str] = field(default_factory=list)
    longest_seconds: float = 0.0

    def work(self, leaving: threading.Event) -> None:
        """Does it until it is time to leave, and then what has begun to its end."""
        number = 0
        while not leaving.is_set():
            begun = time.monotonic()
            try:
                self.act(number)
            except Exception:
                self.refused.append(traceback.format_exc())
            else:
                self.done += 1
            self.longest_seconds = max(self.longest_seconds, time.monotonic() - begun)
            number += 1
            leaving.wait(self.pause_seconds)


class People:
    """All who are there at the same time, for as long as the context lasts.

    Args:
        waiting: those who wait for an answer.
        patient: those who come back when all is done.
    """

    def __init__(self, waiting: Sequence[Person], patient: Sequence[Person]) -> None:
        self.persons = [*waiting, *patient]
        self._waiting = waiting
        self._leaving, self._patient_leaving = threading.Event(), threading.Event()
        self._threads = [
            *self._of(waiting, self._leaving),
            *self._of(patient, self._patient_leaving),
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.leave()

    def let_patient_leave(self) -> None:
        """Those who come back when all is done do not begin anything more; does not wait for them."""
        self._patient_leaving.set()

    def leave(self) -> None:
        """Lets everybody finish, and go."""
        self.let_patient_leave()
        self._leaving.set()
        for thread in self._threads:
            thread.join(_LONGEST_SECONDS)
        assert not any(thread.is_alive() for thread in self._threads), "somebody still waits for an answer"

    def assert_all_are_served(self) -> None:
        """Whoever waits is answered once more, by whoever is there now, and nobody was ever refused."""
        before = [person.done for person in self._waiting]

        def answered() -> bool:
            self.assert_nobody_was_refused()
            # The first answer may come from who was there before.
            return all(person.done >= done + 2 for person, done in zip(self._waiting, before, strict=True))

        until(answered, "everybody to be answered", _LONGEST_SECONDS)

    def assert_nobody_was_refused(self) -> None:
        """Nobody was ever refused anything."""
        refused = [f"{person.name}: {refusal}" for person in self.persons for refusal in person.refused]
        assert not refused, "\n".join(refused)

    @staticmethod
    def _of(persons: Sequence[Person], leaving: threading.Event) -> list[threading.Thread]:
        return [threading.Thread(target=person.work, args=[leaving], daemon=True) for person in persons]
