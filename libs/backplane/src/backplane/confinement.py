"""What a throw-away process gives up before it touches a stranger's file.

`python -m backplane.confinement BOUNDS MODULE FOLDER` binds itself to the bounds (JSON) for good, says in one line of
complaints why the system did not isolate it (empty if it did), and becomes `python -m MODULE FOLDER`.
"""

import ctypes
import json
import os
import resource
import sys

_CLONE_NEWUSER = 0x1000_0000
_CLONE_NEWNET = 0x4000_0000
_PR_SET_NO_NEW_PRIVS = 38


def limit(*, seconds: float, memory_bytes: int, file_bytes: int) -> None:
    """Limits processor, memory and files of this process, and leaves no memory behind on disk."""
    limits = {
        resource.RLIMIT_DATA: memory_bytes,
        resource.RLIMIT_CPU: max(1, int(seconds)),
        resource.RLIMIT_FSIZE: file_bytes,
        resource.RLIMIT_CORE: 0,
    }
    for kind, value in limits.items():
        resource.setrlimit(kind, (value, value))


def isolate(*, network: bool) -> str:
    """Leaves the users and, but for `network`, the networks of the machine, and rules out any way back.

    A namespace of users comes first: it lets anybody leave the network, and no process of the machine, nor its
    environment, can be looked into from there. A program that is run next has no capability in it.

    Returns:
        Why the system refused; empty if it did not.
    """
    system = ctypes.CDLL(None, use_errno=True)
    system.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    refused = system.unshare(_CLONE_NEWUSER if network else _CLONE_NEWUSER | _CLONE_NEWNET)
    return os.strerror(ctypes.get_errno()) if refused else ""


def main(bounds: str, *program: str) -> None:
    """Confines this process, and becomes the program."""
    limits = json.loads(bounds)
    sys.stderr.write(isolate(network=limits.pop("network")) + "\n")
    sys.stderr.flush()
    limit(**limits)
    os.execv(sys.executable, [sys.executable, "-m", *program])  # noqa: S606 - the module that our caller names


if __name__ == "__main__":
    main(*sys.argv[1:])
