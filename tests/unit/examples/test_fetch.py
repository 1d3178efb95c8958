"""Files of packages come from the cache if they are whole, from the index if not, and never unverified."""

import hashlib
import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from demo import fetch
from demo.fetch import FetchError, PackageFile

CONTENT = b"the bytes that were pinned"
FILE = PackageFile("somepackage", "1.0", "somepackage-1.0.tar.gz", hashlib.sha256(CONTENT).hexdigest())


@pytest.fixture
def cached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the file lies once it was fetched."""
    monkeypatch.setenv("INNHUB_CACHE", str(tmp_path))
    return tmp_path / "packages" / FILE.filename


class Index:
    """A package index that answers with the same bytes, or fails; it counts how often it is asked."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, answer: bytes | Exception) -> None:
        self.asked = 0
        self._answer = answer
        monkeypatch.setattr(fetch, "download", self._download)

    def _download(self, _file: PackageFile, destination: Path) -> None:
        self.asked += 1
        if isinstance(self._answer, Exception):
            destination.write_bytes(CONTENT[:5])
            raise self._answer
        destination.write_bytes(self._answer)


def test_a_file_is_downloaded_once(cached: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index = Index(monkeypatch, CONTENT)
    assert fetch.fetched(FILE) == fetch.fetched(FILE) == cached
    assert cached.read_bytes() == CONTENT
    assert index.asked == 1


def test_a_damaged_file_in_the_cache_is_downloaded_again(cached: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cached.parent.mkdir(parents=True)
    cached.write_bytes(CONTENT[:5])
    Index(monkeypatch, CONTENT)
    assert fetch.fetched(FILE).read_bytes() == CONTENT


def test_other_bytes_than_those_pinned_are_refused_and_not_kept(cached: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Index(monkeypatch, b"something else")
    with pytest.raises(FetchError, match="not the one pinned"):
        fetch.fetched(FILE)
    assert list(cached.parent.iterdir()) == []


def test_without_network_the_error_names_the_file_and_the_way_out(
    cached: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Index(monkeypatch, ConnectionError("unreachable"))
    with pytest.raises(FetchError, match=r"somepackage-1\.0\.tar\.gz .* unreachable\. Check the network"):
        fetch.fetched(FILE)
    assert list(cached.parent.iterdir()) == []


def test_members_of_wheels_and_of_source_archives_are_read_alike(tmp_path: Path) -> None:
    wheel = tmp_path / "a.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("package/data.bin", CONTENT)
    source = tmp_path / "a.tar.gz"
    with tarfile.open(source, "w:gz") as tar:
        entry = tarfile.TarInfo("package/data.bin")
        entry.size = len(CONTENT)
        tar.addfile(entry, io.BytesIO(CONTENT))
    for path in (wheel, source):
        assert fetch.member(path, "package/data.bin") == CONTENT
        with pytest.raises(KeyError):
            fetch.member(path, "package/absent.bin")
