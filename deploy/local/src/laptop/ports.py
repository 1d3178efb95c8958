"""Which ports a stack listens on. All of them are on this machine's loopback address."""

import socket

from laptop.problems import StackError

HOST = "127.0.0.1"
_FIRST, _LAST = 12_000, 32_000
"""Below the ports that Linux lends to outgoing connections, so that none is taken between the look and the use."""
_STRIDE = 40
"""More than a stack takes, so that two stacks on neighbouring public ports do not even look at the same ones."""


def is_free(port: int) -> bool:
    """Whether a server could listen there now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
            probe.listen()
        except OSError:
            return False
    return True


def require_free(public_port: int) -> None:
    """Looks whether the public ports can be had.

    Raises:
        StackError: one of them is in use.
    """
    for port, purpose in ((public_port, "pages, REST and images"), (public_port + 1, "gRPC, always the next one")):
        if not is_free(port):
            raise StackError(
                f"Port {port} on {HOST} ({purpose}) is in use or not allowed.",
                "End the program that has it, or choose another with INNHUB_PORT, for instance INNHUB_PORT=8180.",
            )


class FreePorts:
    """Hands out ports that nobody uses, each once.

    The search begins at a place that follows from the public port, which no two running stacks share. So stacks that
    start at the same moment do not race for ports, and a stack finds its old ports again.
    """

    def __init__(self, public_port: int) -> None:
        span = _LAST - _FIRST
        start = public_port * _STRIDE % span
        self._candidates = ((_FIRST + (start + step) % span) for step in range(span))
        self._public = {public_port, public_port + 1}

    def take(self, also_free: int = 0) -> int:
        """A free port.

        Args:
            also_free: the port this far above must be free as well.
        """
        for port in self._candidates:
            if port not in self._public and is_free(port) and (not also_free or is_free(port + also_free)):
                return port
        raise StackError(f"No port between {_FIRST} and {_LAST} is free.", "End programs that listen on many ports.")
