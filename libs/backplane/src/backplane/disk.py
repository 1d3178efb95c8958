"""Room on the disk where imports are unpacked: where there is none, that is said, and another try may find some."""

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from domain.errors import HubError, Reason

_LEAST_FREE_BYTES = 1024**2


@contextmanager
def writing() -> Iterator[None]:
    """Around what writes files.

    Raises:
        HubError: `SERVICE_UNAVAILABLE` where the disk is full.
    """
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise disk_full() from error
        raise


def is_full(folder: Path) -> bool:
    """Whether nothing more can be written to a folder."""
    return shutil.disk_usage(folder).free < _LEAST_FREE_BYTES


def disk_full() -> HubError:
    """What to say then."""
    return HubError(
        Reason.SERVICE_UNAVAILABLE,
        "The disk on which imports are unpacked is full.",
        "Try again later, or ask an operator for room: it takes twice that of what is imported.",
    )
