"""The stack in the foreground: `python -m laptop up`."""

import asyncio
import signal
import sys

from laptop.home import Home
from laptop.journal import Journal
from laptop.ports import require_free
from laptop.record import Record, already_running, end_remains
from laptop.settings import read_settings
from laptop.stack import compose
from laptop.supervisor import Supervisor


def up() -> int:
    """Runs the stack in the foreground until Ctrl-C; 0 after an orderly end. A demo that fails is only a warning."""
    settings = read_settings()
    home = Home(settings.home)
    home.prepare()
    claim = home.lock()
    if claim is None:
        raise already_running(home)
    with claim:
        journal = Journal(home.logs, sys.stdout)
        if count := end_remains(home):
            journal.say(f"ended {count} processes that an earlier stack had left behind")
        require_free(settings.port)
        stack = compose(settings, home)
        record = Record.of_this_process(settings.port, stack.url)
        record.write(home.record)
        try:
            return asyncio.run(_supervise(Supervisor(stack, journal, record, home.record, str(home.folder))))
        finally:
            home.record.unlink(missing_ok=True)
            journal.close()


async def _supervise(supervisor: Supervisor) -> int:
    stopping = asyncio.Event()

    def stop_or_kill() -> None:
        if stopping.is_set():
            supervisor.kill()
        stopping.set()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stop_or_kill)
    await supervisor.run(stopping)
    return 0
