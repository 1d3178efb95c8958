"""Folders and files become one tar on the way, with the paths that their owner sees."""

import tarfile
import tracemalloc
from io import BytesIO
from pathlib import Path

import pytest

from innhub import HubError
from innhub.packing import packed


def write(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name * 200)


def unpacked(paths: list[Path]) -> dict[str, str]:
    parcel = packed(paths, "photos")
    assert parcel.name == "photos.tar"
    data = b"".join(parcel.chunks)
    assert len(data) == parcel.size
    with tarfile.open(fileobj=BytesIO(data)) as tar:
        members = [(member.name, tar.extractfile(member)) for member in tar]
        return {name: content.read().decode() for name, content in members if content is not None}


def test_a_folder_is_packed_with_paths_below_it_in_their_order(tmp_path: Path) -> None:
    names = ["a/1.jpg", "a-2.jpg", f"b/{'long' * 40}.jpg", "ä.jpg"]
    write(tmp_path, *names)
    found = unpacked([tmp_path])
    assert list(found) == names
    assert found == {name: name * 200 for name in names}


def test_several_pictures_and_folders_are_named_below_what_they_share(tmp_path: Path) -> None:
    write(tmp_path, "x/cat/1.jpg", "x/dog/1.jpg", "x/other.jpg")
    assert list(unpacked([tmp_path / "x/dog", tmp_path / "x/other.jpg", tmp_path / "x/cat/1.jpg"])) == [
        "dog/1.jpg",
        "other.jpg",
        "cat/1.jpg",
    ]


def test_relative_paths_are_those_of_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "a.jpg", "b.jpg")
    monkeypatch.chdir(tmp_path)
    assert list(unpacked([Path("a.jpg"), Path("b.jpg")])) == ["a.jpg", "b.jpg"]
    assert list(unpacked([Path()])) == ["a.jpg", "b.jpg"]


def test_one_file_is_sent_as_it_is(tmp_path: Path) -> None:
    write(tmp_path, "set.zip")
    parcel = packed([tmp_path / "set.zip"], "photos")
    assert (parcel.name, b"".join(parcel.chunks)) == ("set.zip", b"set.zip" * 200)


def test_what_cannot_be_packed_is_named(tmp_path: Path) -> None:
    write(tmp_path, "a.jpg", "set.zip")
    for paths, named in (
        ([], "nothing"),
        ([tmp_path / "a.jpg", tmp_path / "set.zip"], "set.zip"),
        ([tmp_path / "a.jpg", tmp_path / "absent.jpg"], "absent.jpg"),
        ([tmp_path / "absent"], "absent"),
    ):
        with pytest.raises(HubError, match=named):
            packed(paths, "photos")


def test_files_that_change_on_the_way_are_not_sent_half(tmp_path: Path) -> None:
    write(tmp_path, "a.jpg", "b.jpg")
    shorter = packed([tmp_path / "b.jpg"], "photos")
    folder = packed([tmp_path], "photos")
    (tmp_path / "b.jpg").write_text("short")
    for parcel in (shorter, folder):
        with pytest.raises(HubError) as caught:
            list(parcel.chunks)
        assert caught.value.reason == "FILE_CHANGED"


def test_packing_takes_memory_for_one_chunk_and_not_for_all(tmp_path: Path) -> None:
    for number in range(30):
        (tmp_path / f"{number}.jpg").write_bytes(bytes(500_000))
    tracemalloc.start()
    assert sum(map(len, packed([tmp_path], "photos").chunks)) > 15_000_000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3_000_000
