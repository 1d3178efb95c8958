"""Data sets of one's own: over a connection that breaks, with columns, out again and in again."""

import socket
import socketserver
import threading
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from conftest import HubStack
from e2e.program import Innhub, document
from PIL import Image

from innhub import Hub


class Breaking(socketserver.ThreadingTCPServer):
    """A way to the hub that breaks once after so many bytes, and is closed to the next few who come."""

    daemon_threads = True

    def __init__(self, port: int, after_bytes: int, refusals: int) -> None:
        super().__init__(("127.0.0.1", 0), Passing)
        self.port = port
        self.left = after_bytes
        self.refusals = 0
        self.refusals_after = refusals
        self.broken = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Passing(socketserver.BaseRequestHandler):
    server: Breaking

    def handle(self) -> None:
        if self.server.refusals:
            self.server.refusals -= 1
            return
        with closing(socket.create_connection(("127.0.0.1", self.server.port))) as hub:
            back = threading.Thread(target=self._pass_back, args=(hub,))
            back.start()
            while data := self.request.recv(65536):
                self.server.left -= len(data)
                if self.server.left < 0 and not self.server.broken:
                    self.server.broken, self.server.refusals = True, self.server.refusals_after
                    self.request.shutdown(socket.SHUT_RDWR)
                    break
                hub.sendall(data)
            hub.shutdown(socket.SHUT_RDWR)
            back.join()

    def _pass_back(self, hub: socket.socket) -> None:
        try:
            while data := hub.recv(65536):
                self.request.sendall(data)
        except OSError:
            return


@pytest.fixture
def breaking(hub_stack: HubStack) -> Iterator[Breaking]:
    with Breaking(hub_stack.port, after_bytes=11_000_000, refusals=3) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def noise(path: Path, seed: int, size: tuple[int, int]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.random.default_rng(seed).integers(0, 256, (size[1], size[0], 3), np.uint8)
    Image.fromarray(pixels).save(path)


def test_an_upload_goes_on_after_the_connection_broke_and_the_hub_was_away(
    hub_stack: HubStack, breaking: Breaking, tmp_path: Path
) -> None:
    for number in range(20):
        noise(tmp_path / "set" / f"{number:02d}.bmp", number, (500, 600))
    told: list[int] = []
    with Hub(breaking.url, hub_stack.token) as hub:
        data = hub.datasets.add(tmp_path / "set", name="broken-off", progress=lambda sent, _: told.append(sent))
        assert (breaking.broken, breaking.refusals) == (True, 0)
        assert (len(data), data.summary and data.summary["broken_count"]) == (20, 0)
        assert told == sorted(told)
        assert told[-1] > 18_000_000
        hub.datasets.remove(data.id)


def test_a_data_set_leaves_and_comes_back_the_same(hub_stack: HubStack, innhub: Innhub, tmp_path: Path) -> None:
    files = [tmp_path / "cats" / "1.png", tmp_path / "cats" / "ä 2.jpg", tmp_path / "dogs" / "1.webp"]
    for seed, file in enumerate(files):
        noise(file, seed, (400, 200))
    table = tmp_path / "known.parquet"
    pl.DataFrame(
        {
            "path": ["cats/1.png", "cats/ä 2.jpg", "dogs/1.webp"],
            "label": ["cat", None, "dog"],
            "label_coarse": ["pet", "pet", "pet"],
            "age": [3.5, None, 7],
            "note": ['says "meow", often', None, "barks"],
        }
    ).write_parquet(table)
    added = innhub("datasets", "add", *files, "--name", "zoo", "--labels", table, "--json")
    first = document(added)
    columns = [{"name": "label_coarse", "kind": "label"}, {"name": "age", "kind": "number"}]
    assert first["summary"]["columns"] == [*columns, {"name": "note", "kind": "text"}]
    assert (first["summary"]["samples"], first["summary"]["labels"]) == (3, ["cat", "dog"])

    assert innhub("datasets", "export", "zoo", "-o", tmp_path / "zoo.zip").returncode == 0
    with zipfile.ZipFile(tmp_path / "zoo.zip") as archive:
        assert {name: archive.read(name) for name in archive.namelist() if name != "labels.csv"} == {
            str(file.relative_to(tmp_path)): file.read_bytes() for file in files
        }
    second = document(innhub("datasets", "add", tmp_path / "zoo.zip", "--name", "zoo-again", "--json"))
    assert second["summary"] == first["summary"]
    assert innhub("datasets", "export", "zoo-again", "-o", tmp_path / "again.zip").returncode == 0
    with zipfile.ZipFile(tmp_path / "zoo.zip") as one, zipfile.ZipFile(tmp_path / "again.zip") as other:
        assert one.read("labels.csv") == other.read("labels.csv")

    with hub_stack.hub() as hub:
        samples = list(hub.datasets.samples("zoo-again"))
        assert [(sample.path, sample.label) for sample in samples] == [
            ("cats/1.png", "cat"),
            ("cats/ä 2.jpg", None),
            ("dogs/1.webp", "dog"),
        ]
        assert [hub.datasets.image(samples[0], size).size for size in (64, 256, 300)] == [
            (64, 32),
            (256, 128),
            (300, 150),
        ]
        assert not list(tmp_path.glob("*.part"))
    for name in ("zoo", "zoo-again"):
        assert innhub("datasets", "remove", name).returncode == 0


def test_an_export_that_is_refused_leaves_no_file(innhub: Innhub, tmp_path: Path) -> None:
    failed = innhub("datasets", "export", "nothing", "-o", tmp_path / "nothing.zip")
    assert failed.returncode == 1
    assert "DATASET_NOT_FOUND" in failed.stderr
    assert list(tmp_path.iterdir()) == []
