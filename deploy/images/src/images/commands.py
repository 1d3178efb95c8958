"""Other programs, run so that a failure says what they said."""

import subprocess
from pathlib import Path

from domain.errors import HubError, Reason

_LAST_LINES = 15
# What podman takes where it does not work by itself: on a machine without systemd, with cgroups of version 1, and where
# nobody may raise limits.
PODMAN = ("podman", "--runtime", "runc", "--cgroup-manager", "cgroupfs")


def run(*command: str, log: Path | None = None, given: str | None = None) -> str:
    """Runs a program and returns what it wrote.

    Args:
        command: the program and its arguments.
        log: gets what it writes, and then nothing is returned.
        given: its standard input.

    Raises:
        HubError: it could not be started, or ended with another code than 0.
    """
    try:
        done = subprocess.run(command, input=given, capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        raise HubError(
            Reason.INTERNAL, f"There is no program {command[0]}.", "`make images` installs it on Debian and Ubuntu."
        ) from error
    if log is not None:
        log.write_text(done.stdout + done.stderr)
    if done.returncode:
        said = "\n".join((done.stdout + done.stderr).splitlines()[-_LAST_LINES:])
        raise HubError(
            Reason.INTERNAL,
            f"`{' '.join(command[:6])} …` ended with {done.returncode}:\n{said}",
            f"All that it said is in {log}." if log else "",
        )
    return done.stdout


def podman(*arguments: str, given: str | None = None) -> str:
    """Runs podman; raises as `run` does."""
    return run(*PODMAN, *arguments, given=given)
