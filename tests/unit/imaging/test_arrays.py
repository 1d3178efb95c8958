"""Arrays survive storage, and no bytes from a stranger do more than become numbers."""

from io import BytesIO
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of
from numpy.typing import NDArray

from domain.errors import HubError, Reason
from imaging.arrays import from_npy, to_npy


def refused(data: bytes) -> str:
    with pytest.raises(HubError) as caught:
        from_npy(data)
    assert caught.value.reason is Reason.ARGUMENT_INVALID
    return str(caught.value)


def header(shape: str, kind: str = "<f4") -> bytes:
    text = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text


@given(
    arrays_of.arrays(
        st.sampled_from([np.float32, np.float64, np.uint8, np.int64, np.bool_]),
        arrays_of.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4),
    ),
    st.booleans(),
)
def test_an_array_comes_back_as_it_was(array: NDArray[Any], transposed: bool) -> None:
    stored = array.T if transposed else array
    loaded = from_npy(to_npy(stored))
    assert loaded.dtype == stored.dtype
    np.testing.assert_array_equal(loaded, stored)


def test_the_bytes_are_those_of_numpy() -> None:
    array = np.arange(6, dtype=np.float32).reshape(2, 3)
    np.testing.assert_array_equal(np.load(BytesIO(to_npy(array))), array)


def test_pickled_objects_are_neither_written_nor_read() -> None:
    objects = np.array([object()], dtype=object)
    with pytest.raises(HubError):
        to_npy(objects)
    file = BytesIO()
    np.save(file, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    assert "not numbers" in refused(file.getvalue())


def test_a_header_that_promises_terabytes_allocates_nothing() -> None:
    assert "follow the header" in refused(header("(1000000000000,)") + b"\0" * 16)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no array",
        to_npy(np.zeros(4, np.float32))[:-1],
        to_npy(np.zeros(4, np.float32)) + b"\0",
        header("(-1, -1)") + b"\0" * 4,
        header("(0, 1000000000000000000000000000000)"),
        header("(2,", "<f4"),
        header("(1,)", "nonsense") + b"\0" * 4,
    ],
)
def test_what_is_no_array_is_refused(data: bytes) -> None:
    refused(data)


@given(st.binary(max_size=200))
def test_any_bytes_after_the_magic_give_an_array_or_a_reason(tail: bytes) -> None:
    for data in (tail, b"\x93NUMPY\x01\x00" + tail, header("(1,)")[:-8] + tail):
        try:
            from_npy(data)
        except HubError as error:
            assert error.reason is Reason.ARGUMENT_INVALID  # noqa: PT017 - either outcome is right
