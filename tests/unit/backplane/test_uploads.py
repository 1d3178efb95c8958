"""Uploads on a real S3 server: pieces, interruptions and what becomes of them."""

from pathlib import Path

import pytest

from backplane.artifacts import ArtifactMissingError, ArtifactStore
from backplane.uploads import PIECE_BYTES, Upload, Uploads
from domain.errors import HubError, Reason
from domain.identifiers import new_id

MOST_BYTES = 9


@pytest.fixture
def uploads(artifact_store: ArtifactStore) -> Uploads:
    return Uploads(artifact_store, f"w-{new_id()}".lower())


def begun(uploads: Uploads) -> str:
    upload = Upload(id=new_id(), file_name="tiny.keras", created_by="somebody")
    uploads.begin(upload)
    assert uploads.open(upload.id) == upload
    return upload.id


def test_pieces_are_joined_in_order(uploads: Uploads, tmp_path: Path) -> None:
    upload = begun(uploads)
    assert uploads.size(upload) == 0
    for offset, piece in ((0, b"abc"), (3, b"defgh"), (8, b"i")):
        uploads.append(upload, offset, piece)
    assert uploads.size(upload) == 9
    uploads.download(upload, tmp_path / "file", most_bytes=MOST_BYTES)
    assert (tmp_path / "file").read_bytes() == uploads.read(upload) == b"abcdefghi"


def test_what_is_too_large_is_refused_before_it_fills_the_disk(uploads: Uploads, tmp_path: Path) -> None:
    upload = begun(uploads)
    uploads.append(upload, 0, b"abcdefghij")
    with pytest.raises(HubError) as caught:
        uploads.download(upload, tmp_path / "file", most_bytes=MOST_BYTES)
    assert caught.value.reason is Reason.TOO_LARGE
    assert "10 bytes" in caught.value.message
    assert not (tmp_path / "file").exists()


def test_a_full_disk_is_called_by_its_name(uploads: Uploads) -> None:
    upload = begun(uploads)
    uploads.append(upload, 0, b"abc")
    with pytest.raises(HubError) as caught:
        uploads.download(upload, Path("/dev/full"), most_bytes=MOST_BYTES)
    assert caught.value.reason is Reason.SERVICE_UNAVAILABLE
    assert "full" in caught.value.message


def test_the_same_piece_again_changes_nothing(uploads: Uploads) -> None:
    upload = begun(uploads)
    uploads.append(upload, 0, b"abc")
    uploads.append(upload, 0, b"abc")
    assert uploads.size(upload) == 3


def test_a_late_beginning_of_a_piece_does_not_cut_it(uploads: Uploads) -> None:
    upload = begun(uploads)
    uploads.append(upload, 0, b"abcdef")
    uploads.append(upload, 6, b"ghi")
    uploads.append(upload, 0, b"abc")
    assert uploads.size(upload) == 9
    assert uploads.read(upload) == b"abcdefghi"


def test_what_lies_behind_a_gap_does_not_count(uploads: Uploads) -> None:
    upload = begun(uploads)
    uploads.append(upload, 0, b"abc")
    uploads.append(upload, 10, b"far away")
    assert uploads.size(upload) == 3
    assert uploads.read(upload) == b"abc"


def test_an_upload_that_was_not_begun_is_not_found(uploads: Uploads) -> None:
    for ask in (uploads.open, uploads.read):
        with pytest.raises(HubError) as caught:
            ask("absent")
        assert caught.value.reason is Reason.UPLOAD_NOT_FOUND
        assert "absent" in caught.value.message


def test_a_large_upload_is_not_read_into_memory(uploads: Uploads) -> None:
    upload = begun(uploads)
    uploads.append(upload, 0, bytes(PIECE_BYTES))
    uploads.append(upload, PIECE_BYTES, b"!")
    with pytest.raises(HubError) as caught:
        uploads.read(upload)
    assert caught.value.reason is Reason.TOO_LARGE


def test_nothing_is_left_of_a_deleted_upload(uploads: Uploads) -> None:
    upload, other = begun(uploads), begun(uploads)
    uploads.append(upload, 0, b"abc")
    uploads.append(other, 0, b"xyz")
    uploads.delete(upload)
    with pytest.raises(HubError):
        uploads.open(upload)
    assert uploads.size(upload) == 0
    assert uploads.read(other) == b"xyz"


def test_the_store_reads_parts_and_knows_what_is_missing(artifact_store: ArtifactStore) -> None:
    folder = new_id()
    artifact_store.put(f"{folder}/a", b"0123456789")
    assert artifact_store.get(f"{folder}/a", offset=3, length=4) == b"3456"
    assert artifact_store.exists(f"{folder}/a")
    assert not artifact_store.exists(f"{folder}/b")
    with pytest.raises(ArtifactMissingError):
        artifact_store.get(f"{folder}/b")
    assert [(entry.key, entry.size) for entry in artifact_store.list(f"{folder}/")] == [(f"{folder}/a", 10)]
