"""Arrays to and from the bytes in which they are stored: NumPy's own `.npy`, which every tool knows."""

from io import BytesIO
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from domain.errors import HubError, Reason

Floats = NDArray[np.float32]
AnyFloats = NDArray[np.floating[Any]]
Numbers = NDArray[np.number[Any]] | NDArray[np.bool_]

_HEADER_READERS = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}


def to_npy(array: Numbers) -> bytes:
    """The array as an `.npy` file.

    Raises:
        HubError: `ARGUMENT_INVALID` if its elements are no numbers.
    """
    _check_dtype(array.dtype)
    file = BytesIO()
    np.save(file, array, allow_pickle=False)
    return file.getvalue()


def from_npy(data: bytes) -> NDArray[Any]:
    """The array in an `.npy` file: a read-only view of `data`, so that a large array costs no copy.

    Nothing is unpickled, and nothing is allocated on the word of the header alone.

    Raises:
        HubError: `ARGUMENT_INVALID` if it is no `.npy` file, its elements are no numbers, or its data is
            not as long as the header says.
    """
    file = BytesIO(data)
    try:
        version = np.lib.format.read_magic(file)
        shape, fortran_order, dtype = _HEADER_READERS[version](file)
    except Exception as problem:
        # The header is a Python literal from a stranger, and its parser raises whatever the text provokes.
        raise _refused(f"it has no valid header ({problem})") from problem
    _check_dtype(dtype)
    expected, present = prod(shape) * dtype.itemsize, len(data) - file.tell()
    if min(shape, default=0) < 0 or expected != present:
        raise _refused(f"shape {shape} of {dtype} takes {expected} bytes, but {present} follow the header")
    flat = np.frombuffer(data, dtype, prod(shape), file.tell()) if expected else np.empty(0, dtype)
    try:
        return flat.reshape(shape, order="F" if fortran_order else "C")
    except (ValueError, OverflowError) as problem:
        # Only an array without elements can claim sides that no memory could hold.
        raise _refused(f"shape {shape} is too large") from problem


def _check_dtype(dtype: np.dtype[Any]) -> None:
    if dtype.kind not in "biuf":
        raise _refused(f"its elements are {dtype}, not numbers")


def _refused(why: str) -> HubError:
    return HubError(
        Reason.ARGUMENT_INVALID,
        f"The array cannot be read: {why}.",
        "Store an array of numbers with numpy.save(file, array, allow_pickle=False).",
    )
