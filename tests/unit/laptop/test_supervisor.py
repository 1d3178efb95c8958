"""The supervisor with real processes that are quick to start."""

import asyncio
import contextlib
import io
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest

from laptop.home import Home
from laptop.journal import Journal
from laptop.problems import StackError
from laptop.programs import Patience, Program
from laptop.record import Record, end_remains, remains
from laptop.stack import Stack
from laptop.supervisor import Supervisor

Until = Callable[[Callable[[], object]], Awaitable[None]]
PATIENCE = Patience(ready_seconds=20, shortest_pause_seconds=0.02, longest_pause_seconds=0.1, grace_seconds=5)
SAYS_HELLO = """
import pathlib, signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: (pathlib.Path("order").open("a").write(sys.argv[1] + " "), sys.exit(0)))
pathlib.Path("order").open("a").write(sys.argv[1] + " ")
pathlib.Path(sys.argv[1]).write_text("ready")
time.sleep(1000)
"""


class Trial:
    """A supervisor of a few programs, and what it said and wrote."""

    def __init__(self, folder: Path) -> None:
        self.home = Home(folder)
        self.home.prepare()
        self.screen = io.StringIO()
        self.stopping = asyncio.Event()

    def program(self, name: str, source: str = SAYS_HELLO, needs: tuple[str, ...] = ()) -> Program:
        async def ready() -> bool:
            return (self.home.folder / name).exists()

        command = (sys.executable, "-c", source, name)
        return Program(name, command, ready, needs=needs, folder=self.home.folder)

    async def run(self, *programs: Program, demo: Program | None = None, patience: Patience = PATIENCE) -> None:
        supervisor = Supervisor(
            Stack(programs, "http://somewhere", demo),
            Journal(self.home.logs, self.screen),
            Record.of_this_process(1, "http://somewhere"),
            self.home.record,
            str(self.home.folder),
            patience,
        )
        await supervisor.run(self.stopping)

    @asynccontextmanager
    async def running(self, *programs: Program, demo: Program | None = None) -> AsyncIterator[None]:
        task = asyncio.create_task(self.run(*programs, demo=demo))
        try:
            yield
        finally:
            self.stopping.set()
            await task

    def record(self) -> Record:
        record = Record.read(self.home.record)
        assert record is not None
        return record

    def settled(self) -> bool:
        record = Record.read(self.home.record)
        return record is not None and record.ready and bool(record.demo)

    @property
    def said(self) -> str:
        return self.screen.getvalue()


@pytest.fixture
def trial(tmp_path: Path) -> Trial:
    return Trial(tmp_path)


async def test_starts_in_order_and_stops_in_the_opposite_one(trial: Trial, until: Until) -> None:
    first, second = trial.program("first"), trial.program("second", needs=("first",))
    third = trial.program("third", needs=("first", "second"))
    async with trial.running(first, second, third):
        await until(trial.settled)
        assert trial.record().demo == "left out"
        assert [program.state for program in trial.record().programs.values()] == ["ready"] * 3
    assert (trial.home.folder / "order").read_text().split() == ["first", "second", "third", "third", "second", "first"]
    assert "open http://somewhere" in trial.said
    assert remains(trial.home) == []


async def test_a_program_that_dies_is_started_again(trial: Trial, until: Until) -> None:
    async with trial.running(trial.program("worker")):
        await until(trial.settled)
        first = trial.record().programs["worker"].pid
        psutil.Process(first).kill()
        await until(lambda: trial.record().programs["worker"].pid not in {0, first})
        await until(lambda: trial.record().programs["worker"].state == "ready")
    assert "worker was killed by signal 9; it is started again" in trial.said
    assert remains(trial.home) == []


async def test_one_that_never_becomes_ready_fails_the_start_with_its_last_words(trial: Trial) -> None:
    broken = trial.program("broken", "import sys; print('the reason'); sys.exit(3)")
    with pytest.raises(StackError, match=r"broken ended with code 3, 3 times") as raised:
        await trial.run(trial.program("good"), broken)
    assert "the reason" in raised.value.advice
    assert remains(trial.home) == []


async def test_one_that_takes_too_long_fails_the_start(trial: Trial) -> None:
    slow = trial.program("slow", "import time; time.sleep(1000)")
    with pytest.raises(StackError, match=r"slow was not ready within 0\.5 s"):
        await trial.run(slow, patience=Patience(ready_seconds=0.5))
    assert remains(trial.home) == []


async def test_one_that_does_not_listen_is_killed_with_its_children(trial: Trial, until: Until) -> None:
    stubborn = trial.program(
        "stubborn",
        "import pathlib, signal, subprocess, sys, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(1000)'])\n"
        "pathlib.Path('stubborn').write_text('')\n"
        "time.sleep(1000)",
    )
    task = asyncio.create_task(trial.run(stubborn, patience=Patience(grace_seconds=0.2)))
    await until(trial.settled)
    assert len(remains(trial.home)) == 2
    trial.stopping.set()
    await task
    assert "stubborn did not end within 0.2 s and was killed" in trial.said
    assert remains(trial.home) == []


async def test_can_be_stopped_while_it_starts(trial: Trial, until: Until) -> None:
    slow = trial.program("slow", "print('here', flush=True); import time; time.sleep(1000)")
    async with trial.running(slow, trial.program("next", needs=("slow",))):
        await until(lambda: "here" in trial.said)
    assert "everything is ready" not in trial.said
    assert remains(trial.home) == []


@pytest.mark.parametrize(("code", "outcome"), [(0, "loaded"), (1, "failed")])
async def test_the_demo_never_ends_the_stack(trial: Trial, until: Until, code: int, outcome: str) -> None:
    demo = trial.program("demo", f"import sys; print('no network'); sys.exit({code})")
    async with trial.running(trial.program("good"), demo=demo):
        await until(trial.settled)
        assert trial.record().demo == outcome
        assert trial.record().programs["good"].state == "ready"
        await until(lambda: "open http://somewhere" in trial.said)
    assert ("The demo could not be loaded" in trial.said) is bool(code)


async def test_very_long_lines_do_not_stop_the_reading(trial: Trial, until: Until) -> None:
    wordy = trial.program("wordy", f"print('x' * 3_000_000); print('after', flush=True)\n{SAYS_HELLO}")
    async with trial.running(wordy):
        await until(lambda: "| after" in trial.said)


def test_what_a_dead_supervisor_left_is_ended(tmp_path: Path) -> None:
    home = Home(tmp_path)
    orphan = psutil.Popen(
        [sys.executable, "-c", "import time; time.sleep(1000)"], env={"INNHUB_STACK": str(home.folder)}
    )
    stranger = psutil.Popen(
        [sys.executable, "-c", "import time; time.sleep(1000)"], env={"INNHUB_STACK": str(tmp_path / "other")}
    )
    try:
        assert end_remains(home) == 1
        assert not orphan.is_running()
        assert stranger.is_running()
    finally:
        for process in (orphan, stranger):
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
                process.wait(5)
