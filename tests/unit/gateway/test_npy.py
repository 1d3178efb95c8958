"""NPY files in pieces, read by NumPy itself."""

from io import BytesIO

import numpy as np
import pytest

from gateway.runs import npy
from imaging.arrays import to_npy


@pytest.mark.parametrize("shape", [(1,), (5, 3, 2), (123_456_789, 224, 224), (0, 7)])
def test_a_header_is_as_numpy_writes_it(shape: tuple[int, ...]) -> None:
    file = BytesIO(npy.header(shape))
    assert np.lib.format.read_magic(file) == (1, 0)
    assert np.lib.format.read_array_header_1_0(file) == (shape, False, np.dtype("<f4"))
    assert file.read() == b""
    assert len(npy.header(shape)) % 64 == 0


def test_chunks_behind_one_header_are_one_array() -> None:
    values = np.random.default_rng(3).normal(size=(37, 5, 4)).astype(np.float32)
    chunks = [to_npy(values[begin : begin + 16]) for begin in range(0, len(values), 16)]
    file = npy.header(values.shape) + b"".join(npy.elements(chunk) for chunk in chunks)
    np.testing.assert_array_equal(np.load(BytesIO(file), allow_pickle=False), values)
