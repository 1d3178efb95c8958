"""Where the demo keeps what it fetched and made, and how things appear there: whole or not at all."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

EDITION = 1
"""Raise it when a conversion changes what it makes, so that nobody keeps what an older demo made."""


def cache_directory() -> Path:
    """Where to keep things: `INNHUB_CACHE`, else `~/.cache/innhub`."""
    return Path(os.environ.get("INNHUB_CACHE") or "~/.cache/innhub").expanduser()


def made_directory() -> Path:
    """What the demo makes of the packages: converted networks, photographs and their labels."""
    return cache_directory() / f"demo-{EDITION}"


@contextmanager
def appearing(destination: Path) -> Iterator[Path]:
    """A path to write a file or a directory to, which becomes `destination` if the block ends well.

    An interrupted download or conversion therefore never passes for a finished one.
    """
    destination.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=destination.parent, prefix=".unfinished-") as workshop:
        draft = Path(workshop) / destination.name
        yield draft
        draft.replace(destination)
