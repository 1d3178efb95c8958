"""Runs a program that the kernel kills as soon as its parent is gone, even if the parent could not say so.

`python tether.py PARENT_PID PROGRAM ARGUMENT…`. It is a program of its own, and not a function between fork and exec,
since forking a process with threads (gRPC has some) may leave the child with a lock that nobody will ever release.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def main(parent: int, command: list[str]) -> None:
    """Becomes the command; the tie to the parent stays."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit("The parent was gone before the tie was made.")
    os.execv(command[0], command)  # noqa: S606 (the command is ours)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
