"""Files that are something else, broken, or archives that reach out of themselves."""

import gzip
import json
import pickle
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import h5py
from hostile.corpus import CORRUPT, FORBIDDEN, FORMAT, LARGE, Hostile
from hostile.dialects import Write, classifier, hdf5, hdf5_of_keras_3, keras_3, weights

GIGABYTE = 1024**3
NO_MODEL = "holds no config.json and no model.weights.h5"
NOT_WHOLE = "no complete .keras archive (File is not a zip file)"


class Springing:
    """Runs a command when it is unpickled."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return exec, ("import os, pathlib; (pathlib.Path(os.environ['HOME']).parent / 'canary').touch()",)


def content(data: bytes) -> Write:
    return lambda path: path.write_bytes(data)


def cut(write: Write, share: float) -> Write:
    """A file that ends too early."""

    def cut_off(path: Path) -> None:
        write(path)
        path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])

    return cut_off


def changed(change: Callable[[zipfile.ZipFile], object]) -> Write:
    """An honest archive, to which something is done before it is closed."""

    def write(path: Path) -> None:
        keras_3()(path)
        with zipfile.ZipFile(path, "a") as archive:
            change(archive)
            archive._didModify = True  # type: ignore[attr-defined]

    return write


def weighing(data: bytes) -> Write:
    """An honest configuration, with these weights."""

    def write(path: Path) -> None:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("config.json", json.dumps(classifier()))
            archive.writestr("model.weights.h5", data)

    return write


def listing(*names: str) -> Write:
    """An archive of empty files."""

    def write(path: Path) -> None:
        with zipfile.ZipFile(path, "w") as archive:
            for name in names:
                archive.writestr(name, b"")

    return write


def zeros(gigabytes: float) -> Write:
    """A small archive whose configuration is large."""

    def write(path: Path) -> None:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            archive.writestr("model.weights.h5", b"")
            with archive.open("config.json", "w", force_zip64=True) as member:
                for _ in range(int(gigabytes * 64)):
                    member.write(bytes(GIGABYTE // 64))

    return write


def member_above(archive: zipfile.ZipFile) -> None:
    archive.writestr("../canary", b"")


def member_anywhere(archive: zipfile.ZipFile) -> None:
    """By its whole path, to where the trap looks."""
    member = zipfile.ZipInfo("anywhere")
    member.filename = str(Path(str(archive.filename)).parents[1] / "anywhere")
    archive.writestr(member, b"")


def link(archive: zipfile.ZipFile) -> None:
    member = zipfile.ZipInfo("config.json.link")
    member.external_attr = (stat.S_IFLNK | 0o777) << 16
    archive.writestr(member, "/etc/passwd")


def declare(name: str, size: int) -> Callable[[zipfile.ZipFile], object]:
    """Says in the directory that a member has this size."""
    return lambda archive: setattr(archive.getinfo(name), "file_size", size)


def weights_only(path: Path) -> None:
    with h5py.File(path, "w") as file:
        weights(file)


HOSTILE = [
    Hostile("nothing", FORMAT, "it is empty", content(b"")),
    Hostile("text", FORMAT, "of no known kind", content(b"just some text")),
    Hostile("a pickle that runs", FORMAT, "a pickle", content(pickle.dumps(Springing()))),
    Hostile("a picture", FORMAT, "a picture", content(b"\x89PNG\r\n\x1a\n" + bytes(100))),
    Hostile("a program", FORMAT, "a program", content(b"\x7fELF\x02\x01\x01" + bytes(100))),
    Hostile("gzip", FORMAT, "a gzip archive", content(gzip.compress(b"model"))),
    Hostile("a SavedModel alone", FORMAT, "perhaps a SavedModel", content(b"\x08\x01\x12" + bytes(100))),
    Hostile("a SavedModel, zipped", FORMAT, NO_MODEL, listing("saved_model.pb", "variables/variables.index")),
    Hostile("a PyTorch file", FORMAT, NO_MODEL, listing("archive/data.pkl", "archive/data/0")),
    Hostile("an archive without weights", FORMAT, "holds no model.weights.h5", listing("config.json")),
    Hostile("an archive cut at 10 %", CORRUPT, NOT_WHOLE, cut(keras_3(), 0.1)),
    Hostile("an archive cut at 50 %", CORRUPT, NOT_WHOLE, cut(keras_3(), 0.5)),
    Hostile("an archive cut at 90 %", CORRUPT, NOT_WHOLE, cut(keras_3(), 0.9)),
    Hostile("an archive cut in its directory", CORRUPT, NOT_WHOLE, cut(keras_3(), 0.99)),
    Hostile("HDF5 cut at 10 %", CORRUPT, "The file is no complete HDF5 file", cut(hdf5_of_keras_3(), 0.1)),
    Hostile("HDF5 cut at 50 %", CORRUPT, "The file is no complete HDF5 file", cut(hdf5_of_keras_3(), 0.5)),
    Hostile("HDF5 cut at 90 %", CORRUPT, "The file is no complete HDF5 file", cut(hdf5_of_keras_3(), 0.9)),
    Hostile("weights without a model", FORMAT, "weights alone", weights_only),
    Hostile(
        "HDF5 without a configuration",
        FORMAT,
        "HDF5 file has no model_config",
        hdf5(None, "classes/kernel", "classes/bias"),
    ),
    Hostile(
        "HDF5 with half a configuration", CORRUPT, "model_config of the file is no JSON", hdf5('{"class_name', "kernel")
    ),
    Hostile("a member above the archive", FORBIDDEN, "'../canary'", changed(member_above)),
    Hostile("a member anywhere", FORBIDDEN, "/anywhere'", changed(member_anywhere)),
    Hostile("a link to a file", FORBIDDEN, "'config.json.link'", changed(link)),
    Hostile("two configurations", FORBIDDEN, "'config.json' twice", changed(lambda a: a.writestr("config.json", "{}"))),
    Hostile("a configuration of 1 GB", LARGE, "config.json in the archive has", zeros(1)),
    Hostile("a configuration that lies about its size", CORRUPT, "(Bad CRC-32", changed(declare("config.json", 10))),
    Hostile(
        "weights of 20 GB",
        LARGE,
        "model.weights.h5 in the archive has",
        changed(declare("model.weights.h5", 20 * GIGABYTE)),
    ),
    Hostile("weights that are no HDF5", CORRUPT, "weights in the archive are no complete HDF5", weighing(b"numbers")),
    Hostile(
        "an encrypted member",
        CORRUPT,
        "is encrypted",
        changed(lambda archive: setattr(archive.getinfo("config.json"), "flag_bits", 1)),
    ),
    Hostile(
        "an unknown compression",
        CORRUPT,
        "compression method is not supported",
        changed(lambda archive: setattr(archive.getinfo("config.json"), "compress_type", 99)),
    ),
]
