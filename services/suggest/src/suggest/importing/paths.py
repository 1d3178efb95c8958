"""Names of files in archives: which are safe, which are of no interest, and which promise a picture."""

import re
from pathlib import PurePosixPath

_PICTURE_SUFFIXES = frozenset(
    [
        *(".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff"),
        *(".svg", ".heic", ".heif", ".avif", ".jp2", ".jxl", ".ico", ".psd", ".ppm", ".pgm", ".tga"),
    ]
)
"""Those that are read and those that people take for pictures all the same: whoever sends one wants to be told."""


def cleaned(name: str) -> str:
    """The name as a path with forward slashes and without empty steps, in text that any file can hold.

    Lone surrogates, which stand for bytes that were no UTF-8 in names from old archives, become question marks.
    """
    text = name.encode("utf-8", "replace").decode("utf-8")
    return "/".join(part for part in text.replace("\\", "/").split("/") if part not in ("", "."))


def leads_out(name: str) -> bool:
    """Whether a name would lead out of the folder that an archive is unpacked in, on some system or other."""
    path = name.replace("\\", "/")
    return path.startswith("/") or re.match("[A-Za-z]:/", path) is not None or ".." in path.split("/")


def hidden(path: str) -> bool:
    """Whether a cleaned path is one that its owner's system put there: dot files, and what macOS adds to archives."""
    return any(part.startswith(".") or part == "__MACOSX" for part in path.split("/"))


def promises_picture(path: str) -> bool:
    """Whether the suffix says that the file is a picture."""
    return PurePosixPath(path).suffix.casefold() in _PICTURE_SUFFIXES
