"""Archives become data sets in the real throw-away process, and hostile or broken files never do harm."""

import io
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from PIL import Image
from unit.suggest.importing_process import LIMITS, Import, picture, tarred, zipped

from domain.errors import Reason
from domain.samples import read_index
from imaging.shards import iterate
from suggest.importing.exchange import LABEL_TABLE_FILE, SAMPLES_FILE, Limits, index_file, shard_file, thumbnail_file

Run = Callable[..., Import]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def importing(upload: bytes, name: str = "set.zip", labels: bytes | None = None, limits: Limits = LIMITS) -> Import:
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        folder.mkdir()
        return Import(folder, upload, name, labels, limits)

    return importing


def test_every_format_is_kept_byte_by_byte_in_the_order_of_paths(run: Run) -> None:
    files = {f"{kind.lower()}.{kind.lower()}": picture(kind=kind) for kind in ("TIFF", "PNG", "JPEG", "GIF", "BMP")}
    files |= {"webp.webp": picture(kind="WEBP"), "grey.png": picture(mode="L"), "palette.png": picture(mode="P")}
    done = run(zipped(files))
    assert done.imported.samples == 8
    assert done.imported.broken_count == 0
    index = read_index(index_file(done.folder, 0).read_bytes())
    assert [entry.path for entry in index] == sorted(files)
    stored = shard_file(done.folder, 0).read_bytes()
    assert {entry.path: data for entry, data in iterate(stored, index)} == files
    assert done.samples.drop("shard").rows(named=True) == [entry.model_dump() for entry in index]


def test_a_zip_is_read_folder_by_folder(run: Run) -> None:
    done = run(zipped(dict.fromkeys(["b.png", "a-b/1.png", "a/2.png", "a/1.png"], picture())))
    assert list(done.labels) == ["a/1.png", "a/2.png", "a-b/1.png", "b.png"]


def test_more_samples_than_a_shard_holds_go_on_in_the_next(run: Run) -> None:
    files = {f"{number:04d}.png": picture(size=(number % 7 + 1, 2)) for number in range(300)}
    done = run(zipped(files))
    assert (done.imported.samples, done.imported.shards, done.imported.shard_size) == (300, 2, 256)
    assert [len(read_index(index_file(done.folder, shard).read_bytes())) for shard in (0, 1)] == [256, 44]
    assert done.samples["number"].to_list() == list(range(300))
    assert done.samples["shard"].to_list() == [0] * 256 + [1] * 44
    assert done.samples["width"].to_list() == [number % 7 + 1 for number in range(300)]


def test_broken_pictures_are_listed_and_other_files_are_ignored(run: Run) -> None:
    done = run(
        zipped(
            {
                "good.png": picture(),
                "picture-without-suffix": picture(),
                "text.png": b"no picture",
                "cut.jpg": picture(kind="JPEG", size=(200, 200))[:-40],
                "phone.heic": b"\0\0\0\x18ftypheic",
                "empty.gif": b"",
                "README.md": b"# a set",
                "notes": b"bytes",
                "meta/data.json": b"{}",
                "__MACOSX/good.png": picture(),
                ".hidden.png": picture(),
                "a/.git/x.png": picture(),
                "Thumbs.db": b"\xd0\xcf\x11\xe0",
            }
        )
    )
    assert list(done.labels) == ["good.png", "picture-without-suffix"]
    assert set(done.broken) == {"text.png", "cut.jpg", "phone.heic", "empty.gif"}
    assert "truncated" in done.broken["cut.jpg"]


def test_paths_that_lead_out_are_not_followed(run: Run, tmp_path: Path) -> None:
    outside = tmp_path / "escaped.png"
    names = ["../escaped.png", "a/../../escaped.png", str(outside), "C:\\windows\\x.png", "..\\y.png"]
    for upload in (zipped, tarred):
        done = run(upload({"ok.png": picture()} | dict.fromkeys(names, picture())))
        assert done.imported.samples == 1
        assert done.imported.broken_count == len(names)
        assert all(reason.startswith("unsafe path") for reason in done.broken.values())
    assert not outside.exists()


def test_links_and_devices_are_listed_and_never_followed(run: Run) -> None:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        for name, kind in {"soft.png": tarfile.SYMTYPE, "hard.png": tarfile.LNKTYPE, "zero.png": tarfile.CHRTYPE,
                           "pipe.png": tarfile.FIFOTYPE}.items():  # fmt: skip
            member = tarfile.TarInfo(name)
            member.type, member.linkname = kind, "/etc/passwd"
            archive.addfile(member)
        member = tarfile.TarInfo("ok.png")
        member.size = len(picture())
        archive.addfile(member, io.BytesIO(picture()))
    done = run(file.getvalue(), "set.tar")
    assert list(done.labels) == ["ok.png"]
    assert done.broken["soft.png"] == done.broken["hard.png"] == "unsafe path: it is a link"
    assert done.broken["zero.png"] == done.broken["pipe.png"] == "unsafe path: it is a device or a pipe"


def test_a_symbolic_link_in_a_zip_is_listed(run: Run) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        link = zipfile.ZipInfo("link.png")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("ok.png", picture())
    done = run(file.getvalue())
    assert done.broken == {"link.png": "unsafe path: it is a link"}
    assert list(done.labels) == ["ok.png"]


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_tars_are_read_in_the_order_of_the_archive(run: Run, mode: str) -> None:
    done = run(tarred({"./b/2.png": picture(), "./b/1.png": picture(), "./a/3.png": picture()}, mode), "set.tar.gz")
    assert list(done.labels.items()) == [("b/2.png", "b"), ("b/1.png", "b"), ("a/3.png", "a")]


def test_a_single_picture_is_a_data_set_of_one(run: Run) -> None:
    done = run(picture(kind="JPEG", size=(30, 20)), "cat.jpg")
    assert done.samples.select("path", "label", "width", "height", "format").rows() == [
        ("cat.jpg", None, 30, 20, "jpeg")
    ]


def test_pictures_beyond_the_limits_are_left_out(run: Run) -> None:
    noise = Image.effect_noise((300, 300), 90)
    file = io.BytesIO()
    noise.save(file, "PNG")
    files = {"ok.png": picture(), "bytes.png": file.getvalue(), "pixels.png": picture(size=(400, 400))}
    limits = LIMITS.model_copy(update={"image_bytes": 20_000, "image_pixels": 100_000})
    done = run(zipped(files), limits=limits)
    assert list(done.labels) == ["ok.png"]
    assert done.broken["bytes.png"] == "The picture has more than 20,000 bytes."
    assert "100,000" in done.broken["pixels.png"]


@pytest.mark.parametrize("limit", [{"dataset_files": 2}, {"dataset_bytes": 150}])
def test_a_data_set_beyond_the_limits_is_refused(run: Run, limit: dict[str, int]) -> None:
    files = {f"{number}.png": picture() for number in range(3)}
    assert run(zipped(files), limits=LIMITS.model_copy(update=limit)).refused.reason is Reason.TOO_LARGE


def test_without_any_picture_the_refusal_names_count_and_reasons(run: Run) -> None:
    refused = run(zipped({"a.png": b"x", "b.txt": b"y"})).refused
    assert refused.reason is Reason.DATASET_EMPTY
    assert "'set.zip'" in refused.message
    assert "2 files were looked at; a.png: The file is no readable picture" in refused.message


@pytest.mark.parametrize("upload", [zipped({}), tarred({}), b"", b"Rar!\x1a\x07\x00"])
def test_an_upload_without_files_holds_no_picture(run: Run, upload: bytes) -> None:
    assert run(upload).refused.reason is Reason.DATASET_EMPTY


def whole(mode: str) -> bytes:
    files = {f"{number}.bmp": picture(kind="BMP", size=(40, 40 + number)) for number in range(20)}
    return zipped(files) if mode == "zip" else tarred(files, mode)


@pytest.mark.parametrize("mode", ["zip", "w", "w:gz", "w:bz2", "w:xz"])
def test_a_truncated_archive_is_corrupt_and_leaves_no_table(run: Run, mode: str) -> None:
    upload = whole(mode)
    done = run(upload[: len(upload) * 2 // 3], "half")
    assert done.refused.reason is Reason.ARCHIVE_CORRUPT
    assert "'half'" in done.refused.message
    assert not (done.folder / SAMPLES_FILE).exists()


def test_damage_between_two_files_of_a_tar_is_not_taken_for_its_end(run: Run) -> None:
    upload = bytearray(whole("w"))
    second = upload.index(b"1.bmp\0")
    upload[second : second + 100] = b"\x99" * 100
    assert run(bytes(upload), "set.tar").refused.reason is Reason.ARCHIVE_CORRUPT


def test_damage_inside_one_file_of_a_zip_breaks_only_that_file(run: Run) -> None:
    upload = bytearray(zipped({"1.bmp": picture(kind="BMP"), "2.bmp": picture("blue", kind="BMP", size=(9, 9))}))
    begin = upload.index(b"1.bmp") + 5
    upload[begin : begin + 20] = b"\xff" * 20
    done = run(bytes(upload))
    assert list(done.labels) == ["2.bmp"]
    assert set(done.broken) == {"1.bmp"}


def test_labels_at_the_root_of_the_archive_count_unless_others_were_given(run: Run) -> None:
    files = {"set/labels.csv": b"file,label\n1.png,inside\n", "set/1.png": picture()}
    assert run(zipped(files)).labels == {"set/1.png": "inside"}
    given = run(zipped(files), labels=b"path;label\nset/1.png;given\nset/9.png;lost\n")
    assert given.labels == {"set/1.png": "given"}
    assert given.broken == {"set/9.png": "listed in the labels, not in the archive"}
    assert (given.imported.labels, given.imported.labelled, given.imported.broken_count) == (("given",), 1, 1)


def test_a_label_for_a_broken_picture_is_no_lost_label(run: Run) -> None:
    done = run(zipped({"1.png": picture(), "2.png": b"x"}), labels=b"path,label\n1.png,a\n2.png,b\n")
    assert set(done.broken) == {"2.png"}
    assert "listed" not in done.broken["2.png"]


def test_further_columns_stand_in_the_table_of_samples(run: Run) -> None:
    table = b"path,label,age,label_coarse,note\na.png,cat,3,pet,\nb.png,dog,,pet,big\nlost.png,cat,1,pet,x\n"
    done = run(zipped({"a.png": picture(), "b.png": picture(), "c.png": picture()}), labels=table)
    assert [(column.name, column.kind.value) for column in done.imported.columns] == [
        ("age", "number"),
        ("label_coarse", "label"),
        ("note", "text"),
    ]
    assert done.samples.select("path", "label", "column:age", "column:label_coarse", "column:note").rows() == [
        ("a.png", "cat", 3.0, "pet", None),
        ("b.png", "dog", None, "pet", "big"),
        ("c.png", None, None, None, None),
    ]
    assert list(done.broken) == ["lost.png"]
    exported = (done.folder / LABEL_TABLE_FILE).read_text()
    assert exported.splitlines() == [
        "path,label,age,label_coarse,note",
        "a.png,cat,3.0,pet,",
        "b.png,dog,,pet,big",
        "c.png,,,,",
    ]


def test_a_parquet_table_in_the_archive_without_labels_leaves_those_to_the_folders(run: Run) -> None:
    table = io.BytesIO()
    pl.DataFrame({"file": ["cat/1.png", "dog/2.png"], "age": [3, 4]}).write_parquet(table)
    files = {"set/cat/1.png": picture(), "set/dog/2.png": picture(), "set/labels.parquet": table.getvalue()}
    done = run(zipped(files))
    assert done.labels == {"set/cat/1.png": "cat", "set/dog/2.png": "dog"}
    assert done.samples["column:age"].to_list() == [3.0, 4.0]


def test_a_path_that_occurs_twice_is_kept_twice_and_labelled_twice(run: Run) -> None:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        for colour in ("red", "blue"):
            member = tarfile.TarInfo("a.png")
            member.size = len(picture(colour))
            archive.addfile(member, io.BytesIO(picture(colour)))
    done = run(file.getvalue(), "set.tar", labels=b"path,label\na.png,x\n")
    assert done.labels == {"a.png": "x", "a (2).png": "x"}


def test_thumbnails_are_made_of_pictures_that_are_larger(run: Run) -> None:
    files = {"a.png": picture(size=(600, 300)), "b.png": picture(size=(256, 10)), "c.png": picture(size=(20, 257))}
    done = run(zipped(files))
    stored = thumbnail_file(done.folder, 0).read_bytes()
    sizes = []
    for entry in read_index(index_file(done.folder, 0).read_bytes()):
        if entry.thumbnail_offset is not None and entry.thumbnail_size is not None:
            data = stored[entry.thumbnail_offset : entry.thumbnail_offset + entry.thumbnail_size]
            with Image.open(io.BytesIO(data)) as small:
                sizes.append((entry.path, small.format, small.size))
    assert sizes == [("a.png", "JPEG", (256, 128)), ("c.png", "JPEG", (20, 256))]


def test_labels_that_are_different_for_everything_are_no_classes(run: Run) -> None:
    rows = b"".join(b"%d.png,%s\n" % (number, b"x" * 250_000 + b"%d" % number) for number in range(2))
    limits = LIMITS.model_copy(update={"labels_bytes": 1_000_000})
    refused = run(
        zipped({"0.png": picture(), "1.png": picture()}), labels=b"path,label\n" + rows, limits=limits
    ).refused
    assert refused.reason is Reason.LABELS_INVALID
    assert "2 different labels" in refused.message


def test_labels_without_the_columns_are_refused(run: Run) -> None:
    refused = run(zipped({"1.png": picture()}), labels=b"name,class\n1.png,a\n").refused
    assert refused.reason is Reason.LABELS_INVALID
    assert "name,class" in refused.message
