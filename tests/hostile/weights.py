"""Weights that lie elsewhere, are no numbers, or do not fit."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from hostile import dialects
from hostile.corpus import CORRUPT, FORBIDDEN, LARGE, Hostile
from hostile.dialects import KERNEL, Write, archive, classifier, dense

VAST = (2**20, 2**20)


def kernel(name: str, put: Callable[[h5py.Group], object]) -> Write:
    """A `.keras` file with another kernel in its classifier, which has this name."""

    def fill(file: h5py.File) -> None:
        variables = dialects.weights(file)
        del variables["0"]
        put(variables)

    return archive(classifier(last=dense(name)), fill)


def stored(values: Any) -> Callable[[h5py.Group], object]:
    return lambda group: group.create_dataset("0", data=values)


def linked(link: Any) -> Callable[[h5py.Group], object]:
    return lambda group: group.__setitem__("0", link)


def virtual(group: h5py.Group) -> None:
    layout = h5py.VirtualLayout(KERNEL.shape, np.float32)
    layout[:] = h5py.VirtualSource("/etc/passwd", "kernel", shape=KERNEL.shape)
    group.create_virtual_dataset("0", layout)


def raw(group: h5py.Group) -> None:
    group.create_dataset("0", KERNEL.shape, np.float32, external=[("/etc/passwd", 0, 384)])


def hdf5_kernel(name: str, put: Callable[[h5py.Group], object], of: str = "classes/kernel:0") -> Write:
    """A `.h5` file of Keras 2 with another kernel in its classifier, which has this name."""

    def change(group: h5py.Group) -> None:
        del group["classes/kernel:0"]
        put(group["classes"])

    def write(path: Path) -> None:
        dialects.hdf5(_classifier_2(name), "classes/kernel:0", "classes/bias:0", change=change)(path)
        with h5py.File(path, "r+") as file:
            file["model_weights"].move("classes", name)
            file["model_weights"].attrs["layer_names"] = ["flat", name]
            file[f"model_weights/{name}"].attrs["weight_names"] = [of, "classes/bias:0"]

    return write


def _classifier_2(name: str) -> dialects.Json:
    return dialects.without_origin(dialects.of_keras_2(classifier(last=dense(name))))


HOSTILE = [
    Hostile(
        "weights in another file, by a link",
        FORBIDDEN,
        "'outward' are a link",
        kernel("outward", linked(h5py.ExternalLink("/etc/passwd", "/kernel"))),
    ),
    Hostile(
        "weights elsewhere in the file, by a link",
        FORBIDDEN,
        "'sideways' are a link",
        kernel("sideways", linked(h5py.SoftLink("/layers/dense/vars/1"))),
    ),
    Hostile(
        "weights in another file, by a view", FORBIDDEN, "'virtual' lie in another file", kernel("virtual", virtual)
    ),
    Hostile("weights in another file, as bytes", FORBIDDEN, "'raw' lie in another file", kernel("raw", raw)),
    Hostile(
        "weights of two parts",
        CORRUPT,
        "'compound'",
        kernel("compound", stored(np.zeros(KERNEL.shape, [("a", "f4"), ("b", "i8")]))),
    ),
    Hostile("weights of bytes", CORRUPT, "'opaque'", kernel("opaque", stored(np.zeros(KERNEL.shape, "V4")))),
    Hostile("whole numbers", CORRUPT, "'integers'", kernel("integers", stored(KERNEL.astype(np.int32)))),
    Hostile(
        "weights of terabytes in a small file",
        LARGE,
        "'vast' has the shape (1048576, 1048576)",
        kernel("vast", lambda group: group.create_dataset("0", VAST, np.float32, chunks=(1024, 1024))),
    ),
    Hostile(
        "weights of 4 GB in a small file",
        LARGE,
        "'large' has the shape (32768, 32768)",
        kernel("large", lambda group: group.create_dataset("0", (2**15, 2**15), np.float32, chunks=(1024, 1024))),
    ),
    Hostile("a group for an array", CORRUPT, "'group'", kernel("group", lambda group: group.create_group("0"))),
    Hostile("NaN", CORRUPT, "A weight of 'nan' holds values", kernel("nan", stored(np.full_like(KERNEL, np.nan)))),
    Hostile("infinity", CORRUPT, "A weight of 'inf' holds values", kernel("inf", stored(np.full_like(KERNEL, np.inf)))),
    Hostile(
        "a transposed kernel", CORRUPT, "transposed.kernel is of shape (2, 48)", kernel("transposed", stored(KERNEL.T))
    ),
    Hostile("no kernel", CORRUPT, "'bare'", kernel("bare", lambda group: None)),
    Hostile(
        "no weights at all", CORRUPT, "'empty' (Dense)", archive(classifier(last=dense("empty")), lambda file: None)
    ),
    Hostile(
        ".h5: weights in another file, by a link",
        FORBIDDEN,
        "'h5 outward' are a link",
        hdf5_kernel("h5 outward", lambda group: group.__setitem__("kernel:0", h5py.ExternalLink("/etc/passwd", "/x"))),
    ),
    Hostile(
        ".h5: a name that climbs",
        CORRUPT,
        "'h5 climbing'",
        hdf5_kernel("h5 climbing", lambda group: None, of="../../../../etc/passwd"),
    ),
    Hostile(".h5: no kernel", CORRUPT, "'h5 bare'", hdf5_kernel("h5 bare", lambda group: None)),
]
