"""What gives an attack away: a file outside the folder of the import, and a connection to a server of ours."""

import base64
import marshal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_PORT_FILE = "port"


def spring() -> None:
    """What all code in the corpus does. It finds the trap by the home of the import, which is its folder."""
    import os
    import pathlib
    import socket

    outside = pathlib.Path(os.environ["HOME"]).parent
    (outside / "canary").touch()
    socket.create_connection(("127.0.0.1", int((outside / "port").read_text()))).close()


CODE = base64.b64encode(marshal.dumps(spring.__code__)).decode()


@dataclass(frozen=True)
class Trap:
    """A folder for an import, in a folder where nothing may appear, beside a server that nobody may call."""

    folder: Path
    _server: socket.socket

    @classmethod
    @contextmanager
    def laid(cls, outside: Path) -> Iterator["Trap"]:
        """A trap in an empty folder."""
        (outside / "import").mkdir()
        with socket.create_server(("127.0.0.1", 0)) as server:
            server.setblocking(False)
            (outside / _PORT_FILE).write_text(str(server.getsockname()[1]))
            yield cls(outside / "import", server)

    def signs(self) -> list[str]:
        """What there is to see of an attack."""
        expected = {self.folder.name, _PORT_FILE}
        found = [path.name for path in self.folder.parent.iterdir() if path.name not in expected]
        try:
            self._server.accept()[0].close()
        except BlockingIOError:
            return found
        return [*found, "a connection"]
