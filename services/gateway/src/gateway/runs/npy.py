"""NPY files in pieces, without NumPy: a header for an array that is not at hand as a whole, and what follows a header.

The format is that of `numpy.lib.format`, version 1.0: magic, version, length of the header, the header as a Python
literal padded to a multiple of 64 bytes, then the elements.
"""

from collections.abc import Sequence

_MAGIC = b"\x93NUMPY\x01\x00"
_PREFIX = len(_MAGIC) + 2
_ALIGNMENT = 64
FLOAT_BYTES = 4


def header(shape: Sequence[int]) -> bytes:
    """What an NPY file of little-endian float32 in C order begins with."""
    text = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {tuple(shape)}, }}"
    length = -(-(_PREFIX + len(text) + 1) // _ALIGNMENT) * _ALIGNMENT - _PREFIX
    return _MAGIC + length.to_bytes(2, "little") + text.ljust(length - 1).encode("ascii") + b"\n"


def elements(file: bytes) -> bytes:
    """The elements of an NPY file that we have written ourselves."""
    assert file.startswith(_MAGIC), "arrays are stored as NPY, version 1.0"
    return file[_PREFIX + int.from_bytes(file[len(_MAGIC) : _PREFIX], "little") :]
