"""The folder that holds a stack: its data, logs, credentials and the record of what runs."""

import fcntl
import os
import secrets
import shutil
from pathlib import Path
from typing import TextIO

from laptop.problems import StackError

LEAST_FREE_BYTES = 500 * 1024**2
LONGEST_PATH = 3000
"""Linux takes 4096 characters; what NATS and SeaweedFS make below the home needs the rest."""


class Home:
    """The paths of one stack.

    Args:
        folder: need not exist yet.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder.expanduser().absolute()
        self.logs = self.folder / "logs"
        self.record = self.folder / "stack.json"
        self.stack_log = self.logs / "stack.log"

    def prepare(self) -> None:
        """Makes the folders.

        Raises:
            StackError: they cannot be made or written, or the disk is full.
        """
        if len(str(self.folder)) > LONGEST_PATH:
            raise StackError(
                f"The path of the home has {len(str(self.folder))} characters; {LONGEST_PATH} is the most.",
                "Set INNHUB_HOME to a shorter path.",
            )
        probe = self.folder / f".writable-{os.getpid()}"
        try:
            self.logs.mkdir(parents=True, exist_ok=True)
            probe.write_text("")
            probe.unlink()
            free_bytes = shutil.disk_usage(self.folder).free
        except OSError as error:
            raise StackError(
                f"{self.folder} cannot be written: {error.strerror}.", "Set INNHUB_HOME to a folder of yours."
            ) from error
        if free_bytes < LEAST_FREE_BYTES:
            raise StackError(
                f"The disk of {self.folder} has {free_bytes // 1024**2} MB left; "
                f"{LEAST_FREE_BYTES // 1024**2} MB is the least.",
                "Make room, or set INNHUB_HOME to a folder on another disk.",
            )

    def secret(self, name: str) -> str:
        """A random text that only the owner can read, made once and then always the same."""
        path = self.folder / name
        if not path.exists() or not path.read_text().strip():
            write_private(path, secrets.token_urlsafe(24) + "\n")
        return path.read_text().strip()

    def lock(self) -> TextIO | None:
        """Claims the home for as long as the answer stays open; None if another stack has it.

        The kernel gives the claim back when its holder dies, however it dies, so it never has to be cleaned up.
        """
        claim = (self.folder / "lock").open("a")
        try:
            fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            claim.close()
            return None
        return claim


def write_private(path: Path, text: str) -> None:
    """Writes a file that only the owner can read; a reader sees the old text or the new one, never a part."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.draft")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
        stream.write(text)
    draft.replace(path)
