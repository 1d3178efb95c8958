"""The object store: the plain S3 calls that all compatible servers understand. `layout` says where each artifact lies.

Artifacts are immutable. Their manifest is written last and is the commit mark: a folder without one does not exist.
All calls block; asynchronous code runs them in a thread.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import urllib3
from minio import Minio
from minio.deleteobjects import DeleteObject
from minio.error import InvalidResponseError, S3Error, ServerError

from backplane.settings import StoreSettings
from domain.errors import HubError, Reason

_LONG_AGO = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True)
class StoredObject:
    """An object in a listing: its key, its size in bytes, and when it was written."""

    key: str
    size: int
    modified: datetime = _LONG_AGO


class ArtifactMissingError(Exception):
    """There is no object under this key."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


class ArtifactStore:
    """One bucket of an S3-compatible server. Safe for many threads.

    Every call raises `HubError` (`STORE_UNAVAILABLE`) where the server cannot be reached or refuses.
    """

    def __init__(self, client: Minio, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    @classmethod
    def connect(cls, settings: StoreSettings) -> "ArtifactStore":
        """A store that has not yet spoken to its server."""
        pool = urllib3.PoolManager(
            maxsize=32,
            timeout=urllib3.Timeout(connect=3, read=60),
            retries=urllib3.Retry(total=4, backoff_factor=0.2, status_forcelist=[500, 502, 503, 504]),
        )
        client = Minio(
            settings.endpoint,
            access_key=settings.access_key.get_secret_value(),
            secret_key=settings.secret_key.get_secret_value(),
            secure=settings.secure,
            region=settings.region,
            http_client=pool,
        )
        return cls(client, settings.bucket)

    def ensure_bucket(self) -> None:
        """Makes the bucket if there is none yet."""
        with _store_errors(self._bucket):
            if not self._client.bucket_exists(self._bucket):
                self._client.make_bucket(self._bucket)

    def check(self) -> None:
        """Raises if the store cannot be used now."""
        with _store_errors(self._bucket):
            if not self._client.bucket_exists(self._bucket):
                raise HubError(Reason.STORE_UNAVAILABLE, f"The bucket {self._bucket!r} does not exist.")

    def put(self, key: str, data: bytes, media_type: str = "application/octet-stream") -> None:
        """Writes an object whole."""
        with _store_errors(key):
            self._client.put_object(self._bucket, key, io.BytesIO(data), len(data), content_type=media_type)

    def put_file(self, key: str, path: Path, media_type: str = "application/octet-stream") -> None:
        """Writes an object from a file, in parts where it is large."""
        with _store_errors(key):
            self._client.fput_object(self._bucket, key, str(path), content_type=media_type)

    def put_stream(self, key: str, stream: BinaryIO, size: int, media_type: str = "application/octet-stream") -> None:
        """Writes an object from a file that is open, in parts where it is large."""
        with _store_errors(key):
            self._client.put_object(self._bucket, key, stream, size, content_type=media_type)

    def get(self, key: str, offset: int = 0, length: int = 0) -> bytes:
        """Reads an object, or `length` bytes of it from `offset`.

        Raises:
            ArtifactMissingError: there is no such object.
        """
        with _store_errors(key):
            response = self._client.get_object(self._bucket, key, offset=offset, length=length)
            try:
                data: bytes = response.read()
            finally:
                response.close()
                response.release_conn()
            return data

    def download(self, key: str, path: Path) -> None:
        """Writes an object to a file.

        Raises:
            ArtifactMissingError: there is no such object.
        """
        with _store_errors(key):
            self._client.fget_object(self._bucket, key, str(path))

    def exists(self, key: str) -> bool:
        """Whether there is such an object."""
        try:
            with _store_errors(key):
                self._client.stat_object(self._bucket, key)
        except ArtifactMissingError:
            return False
        return True

    def list(self, prefix: str) -> Iterator[StoredObject]:
        """All objects below a prefix, sorted by key."""
        with _store_errors(prefix):
            for entry in self._client.list_objects(self._bucket, prefix, recursive=True):
                if not entry.is_dir:
                    yield StoredObject(entry.object_name, entry.size, entry.last_modified)

    def folders(self, prefix: str) -> Iterator[str]:
        """The names of the folders right below a prefix, sorted; a prefix ends with a slash or is empty."""
        with _store_errors(prefix):
            for entry in self._client.list_objects(self._bucket, prefix):
                if entry.is_dir:
                    yield entry.object_name.removeprefix(prefix).rstrip("/")

    def delete(self, prefix: str) -> None:
        """Removes all objects below a prefix; none is no error."""
        keys = (DeleteObject(entry.key) for entry in self.list(prefix))
        with _store_errors(prefix):
            for failure in self._client.remove_objects(self._bucket, keys):
                raise HubError(Reason.STORE_UNAVAILABLE, f"{failure.name} could not be deleted: {failure.message}.")


@contextmanager
def _store_errors(key: str) -> Iterator[None]:
    try:
        yield
    except S3Error as error:
        if error.code in {"NoSuchKey", "NoSuchObject"}:
            raise ArtifactMissingError(key) from error
        raise HubError(
            Reason.STORE_UNAVAILABLE,
            f"The object store refused {key!r}: {error.code} {str(error.message).rstrip('.')}.",
            "An operator must look at the store: it may be full, or no longer know us.",
        ) from error
    except (urllib3.exceptions.HTTPError, InvalidResponseError, ServerError) as error:
        raise HubError(
            Reason.STORE_UNAVAILABLE,
            f"The object store did not answer for {key!r} ({type(error).__name__}).",
            "Try again in a moment; if it stays, an operator must look at the store.",
        ) from error
