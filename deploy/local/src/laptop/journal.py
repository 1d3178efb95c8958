"""What the programs say: raw in a file each, readable and with their names on the terminal."""

import contextlib
import json
import os
import re
from collections import defaultdict, deque
from pathlib import Path
from typing import BinaryIO, TextIO

_TROUBLE = re.compile(r"^[WEF]\d{4} |\[(WRN|ERR|FTL)\](?! Plaintext passwords)|^panic|^flag provided")
"""How NATS and SeaweedFS begin a warning or an error. NATS also warns of passwords in its own, private, settings."""
_COLOURS = (36, 33, 32, 35, 34, 96, 93, 92, 95)
_RED, _BOLD = 31, 1
_NAME_WIDTH = 11
_LARGEST_LOG_BYTES = 20 * 1024**2
OWN_NAME = "laptop"


class Journal:
    """The terminal and the log files.

    Args:
        folder: of the log files.
        screen: the terminal, or what stands for it.
    """

    def __init__(self, folder: Path, screen: TextIO) -> None:
        self._folder = folder
        self._screen = screen
        self._coloured = screen.isatty() and not os.environ.get("NO_COLOR")
        self._colours: dict[str, int] = {OWN_NAME: _BOLD}
        self._files: dict[str, BinaryIO] = {}
        self._latest: defaultdict[str, deque[str]] = defaultdict(lambda: deque(maxlen=20))

    def take(self, name: str, line: str, *, only_trouble: bool = False) -> None:
        """Keeps a line of a program, and shows it unless only its trouble is wanted and this is none."""
        self._file(name).write(line.encode() + b"\n")
        self._latest[name].append(line)
        if not only_trouble or _TROUBLE.search(line):
            self._show(name, readable(line))

    def say(self, message: str) -> None:
        """Shows a line of our own."""
        self._show(OWN_NAME, message)

    def forget(self, name: str) -> None:
        """Begins the last lines of a program anew, since it is started anew."""
        self._latest.pop(name, None)

    def latest(self, name: str) -> list[str]:
        """The last lines of a program, as they were shown."""
        return [shown for line in self._latest[name] for shown in readable(line).splitlines()]

    def close(self) -> None:
        """Closes the files."""
        for file in self._files.values():
            file.close()

    def _file(self, name: str) -> BinaryIO:
        if name not in self._files:
            path = self._folder / f"{name}.log"
            if path.exists() and path.stat().st_size > _LARGEST_LOG_BYTES:
                path.replace(path.with_suffix(".log.1"))
            self._files[name] = path.open("ab", buffering=0)
        return self._files[name]

    def _show(self, name: str, text: str) -> None:
        colour = self._colours.setdefault(name, _COLOURS[len(self._colours) % len(_COLOURS)])
        label = self._painted(f"{name:<{_NAME_WIDTH}} |", colour)
        for line in text.splitlines() or [""]:
            shown = self._painted(line, _RED) if line.startswith(("error", "critical")) else line
            # A terminal that is gone must not end the stack.
            with contextlib.suppress(OSError, ValueError):
                self._screen.write(f"{label} {shown}\n")
                self._screen.flush()

    def _painted(self, text: str, colour: int) -> str:
        return f"\x1b[{colour}m{text}\x1b[0m" if self._coloured else text


def readable(line: str) -> str:
    """A JSON line of our services as a person reads it; any other line as it is."""
    try:
        fields = json.loads(line)
        event = fields.pop("event")
    except (ValueError, TypeError, KeyError, AttributeError, IndexError):
        return line
    level = fields.pop("level", "info")
    exception = fields.pop("exception", "")
    for known in ("timestamp", "service"):
        fields.pop(known, None)
    words = [] if level == "info" else [level]
    words += [str(event), *(f"{key}={value}" for key, value in fields.items())]
    return " ".join(words) + (f"\n{exception}" if exception else "")
