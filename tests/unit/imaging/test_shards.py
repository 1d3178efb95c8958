"""Samples come back from shards as they were, by tar and by range, and hostile names stay harmless."""

import tarfile
import tracemalloc
from io import BytesIO, RawIOBase
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.errors import HubError, Reason
from domain.samples import SampleEntry, read_index
from imaging.decode import ImageFormat
from imaging.shards import Shard, ShardWriter, iterate

Sample = tuple[str, str | None, bytes]


def write(directory: Path, samples: list[Sample], shard_size: int = 256) -> list[Shard]:
    with ShardWriter(directory, shard_size=shard_size) as writer:
        shards = [writer.add(path, label, data, 3, 2, ImageFormat.PNG) for path, label, data in samples]
        shards.append(writer.finish())
    return [shard for shard in shards if shard is not None]


def numbered(count: int) -> list[Sample]:
    return [(f"cats/photo {index}.png", f"label {index % 3}", bytes([index]) * (index + 1)) for index in range(count)]


def corrupt(data: bytes) -> HubError:
    with pytest.raises(HubError) as caught:
        read_index(data)
    assert caught.value.reason is Reason.ARCHIVE_CORRUPT
    return caught.value


NAMES = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["../../etc/passwd", "/etc/passwd", "..", ".", "", "a/", "C:\\x\\y.png", "-rf", "\udcff.png", "é" * 300]
    ),
)


@given(
    st.lists(st.tuples(NAMES, st.none() | st.text(max_size=10), st.binary(min_size=1, max_size=2000)), max_size=9),
    st.integers(1, 4),
)
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_samples_come_back_by_range_by_stream_and_by_tar(
    tmp_path: Path, samples: list[Sample], shard_size: int
) -> None:
    shards = write(tmp_path, samples, shard_size)
    assert [shard.number for shard in shards] == list(range(len(shards)))
    assert all(shard.samples == shard_size for shard in shards[:-1])
    entries: list[SampleEntry] = []
    for shard in shards:
        stored, index = shard.tar.read_bytes(), read_index(shard.index)
        assert shard.samples == len(index)
        expected = [samples[entry.number][2] for entry in index]
        assert [stored[entry.offset : entry.offset + entry.size] for entry in index] == expected
        assert list(iterate(stored, index)) == list(zip(index, expected, strict=True))
        with tarfile.open(shard.tar) as archive:
            members = archive.getmembers()
            names = [PurePosixPath(member.name) for member in members]
            contents = [archive.extractfile(member) for member in members]
            assert [content.read() for content in contents if content] == expected
        assert all(len(name.parts) == 2 and name.parts[0].isdecimal() and name.parts[1] != ".." for name in names)
        assert len(set(names)) == len(names)
        entries += index
    assert [entry.number for entry in entries] == list(range(len(samples)))
    assert all(
        entry.number // shard_size == number for number, shard in enumerate(shards) for entry in read_index(shard.index)
    )


def test_the_index_tells_what_is_known_of_a_sample(tmp_path: Path) -> None:
    (shard,) = write(tmp_path, [("dir/été.png", "chat à poil", b"abc"), ("x.png", None, b"d")])
    first, second = read_index(shard.index)
    assert (first.number, first.path, first.label) == (0, "dir/été.png", "chat à poil")
    assert (first.width, first.height, first.format, first.size) == (3, 2, ImageFormat.PNG, 3)
    assert second.label is None


def test_names_in_the_tar_tell_the_original_and_its_suffix(tmp_path: Path) -> None:
    (shard,) = write(tmp_path, [("a/b/my cat.jpg", None, b"1"), ("n" * 300 + ".webp", None, b"2")])
    with tarfile.open(shard.tar) as archive:
        first, second = archive.getnames()
    assert first == "000000000000/my_cat.jpg"
    assert second.startswith("000000000001/nnn")
    assert second.endswith(".webp")


def test_a_shard_is_returned_as_soon_as_it_is_full(tmp_path: Path) -> None:
    with ShardWriter(tmp_path, shard_size=2) as writer:
        results = [writer.add(path, label, data, 1, 1, ImageFormat.PNG) for path, label, data in numbered(4)]
        assert [result is not None for result in results] == [False, True, False, True]
        assert writer.finish() is None


def test_nothing_added_gives_no_shard(tmp_path: Path) -> None:
    assert write(tmp_path, []) == []
    assert list(tmp_path.iterdir()) == []


def test_leaving_early_leaves_no_half_shard_behind_and_keeps_the_finished_ones(tmp_path: Path) -> None:
    writer = ShardWriter(tmp_path, shard_size=2)
    with writer:
        for path, label, data in numbered(3):
            writer.add(path, label, data, 1, 1, ImageFormat.PNG)
    assert [file.name for file in tmp_path.iterdir()] == ["00000000.tar"]


def test_the_same_samples_give_the_same_bytes(tmp_path: Path) -> None:
    contents = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (shard,) = write(tmp_path / name, numbered(5))
        contents.append((shard.tar.read_bytes(), shard.index))
    assert contents[0] == contents[1]


def test_writing_takes_memory_for_one_sample_and_not_for_all(tmp_path: Path) -> None:
    data = bytes(100_000)
    with ShardWriter(tmp_path, shard_size=50) as writer:
        tracemalloc.start()
        for number in range(200):
            if shard := writer.add(f"{number}.png", None, data, 1, 1, ImageFormat.PNG):
                shard.tar.unlink()
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 1_000_000


class Trickle(RawIOBase):
    """A response body that hands out seven bytes at a time, and cannot seek."""

    def __init__(self, data: bytes) -> None:
        self._file = BytesIO(data)

    def read(self, size: int = -1, /) -> bytes:
        return self._file.read(min(size, 7))


def test_a_shard_is_read_forward_from_a_stream_that_trickles(tmp_path: Path) -> None:
    (shard,) = write(tmp_path, numbered(6))
    stream = Trickle(shard.tar.read_bytes())
    assert [data for _, data in iterate(stream, read_index(shard.index))] == [data for _, _, data in numbered(6)]  # type: ignore[arg-type]


def test_some_of_the_samples_can_be_asked_for_in_any_order(tmp_path: Path) -> None:
    (shard,) = write(tmp_path, numbered(6))
    index = read_index(shard.index)
    found = list(iterate(shard.tar.read_bytes(), [index[4], index[1]]))
    assert [(entry.number, data) for entry, data in found] == [(1, b"\1\1"), (4, b"\4" * 5)]


def test_a_shard_cut_short_is_an_error_that_names_the_sample(tmp_path: Path) -> None:
    (shard,) = write(tmp_path, numbered(3))
    index = read_index(shard.index)
    cut = shard.tar.read_bytes()[: index[2].offset + 1]
    with pytest.raises(HubError, match=r"photo 2\.png") as caught:
        list(iterate(cut, index))
    assert caught.value.reason is Reason.ARCHIVE_CORRUPT


def test_entries_that_overlap_are_an_error(tmp_path: Path) -> None:
    (shard,) = write(tmp_path, numbered(3))
    index = read_index(shard.index)
    with pytest.raises(HubError, match="before"):
        list(iterate(shard.tar.read_bytes(), [index[2], index[2].model_copy(update={"number": 9})]))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no json",
        b"{}",
        b"[1]",
        b'[{"number": 0}]',
        b'[{"number":0,"path":"a","label":null,"width":1,"height":1,"format":"png","offset":-1,"size":1}]',
        b'[{"number":0,"path":"a","label":null,"width":1,"height":1,"format":"exe","offset":1,"size":1}]',
    ],
)
def test_a_corrupt_index_is_an_error(data: bytes) -> None:
    assert corrupt(data).advice


def test_a_shard_holds_at_least_one_sample(tmp_path: Path) -> None:
    with pytest.raises(HubError):
        ShardWriter(tmp_path, shard_size=0)
