"""The weights of a PyTorch network as NumPy arrays, without PyTorch and without trusting the file.

The format is the one of `torch.save` before PyTorch 1.6: five pickles (a magic number, the protocol, the machine, the
tensors, the keys of their storages), then the raw storages in the order of the keys.
"""

import io
import pickle
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy as np

from demo.strict_pickle import StrictUnpickler

MAGIC_NUMBER = 0x1950A86A20F9469CFC6C

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class _Storage:
    """Numbers in a row, which stand further down in the file."""

    key: str
    dtype: np.dtype[Any]


@dataclass(frozen=True)
class _Tensor:
    """A view into a storage."""

    storage: _Storage
    offset: int
    shape: tuple[int, ...]
    stride: tuple[int, ...]

    def over(self, numbers: Array) -> Array:
        itemsize = numbers.itemsize
        strides = tuple(step * itemsize for step in self.stride)
        try:
            # Unlike `as_strided`, this refuses to reach beyond the numbers.
            return np.ndarray(self.shape, numbers.dtype, numbers, self.offset * itemsize, strides)
        except ValueError as error:
            raise pickle.UnpicklingError(f"a tensor reaches beyond its storage: {error}") from error


def _rebuild_tensor(
    storage: _Storage, offset: int, shape: tuple[int, ...], stride: tuple[int, ...], *_gradients_and_hooks: object
) -> _Tensor:
    return _Tensor(storage, offset, shape, stride)


class _StateUnpickler(StrictUnpickler):
    """Reads the pickles of the file, leaving a description where PyTorch would put a tensor."""

    _ALLOWED: Mapping[tuple[str, str], Any] = {
        ("collections", "OrderedDict"): OrderedDict,
        ("torch._utils", "_rebuild_tensor_v2"): _rebuild_tensor,
        ("torch", "FloatStorage"): np.dtype("<f4"),
        ("torch", "LongStorage"): np.dtype("<i8"),
    }

    def __init__(self, content: BinaryIO) -> None:
        super().__init__(content, self._ALLOWED)

    def persistent_load(self, pid: Any) -> _Storage:
        _kind, dtype, key, *_location_and_size = pid
        return _Storage(key, dtype)


def read_state_dict(content: bytes) -> dict[str, Array]:
    """Every tensor of the file by its name.

    Raises:
        UnpicklingError: if the file is of another format, or asks for anything but tensors.
    """
    file = io.BytesIO(content)

    def next_pickle() -> Any:
        return _StateUnpickler(file).load()

    if next_pickle() != MAGIC_NUMBER:
        raise pickle.UnpicklingError("not a file of PyTorch's older format")
    _protocol, _machine, tensors, keys = (next_pickle() for _ in range(4))
    dtypes = {tensor.storage.key: tensor.storage.dtype for tensor in tensors.values()}
    numbers = {key: _next_storage(file, dtypes[key]) for key in keys}
    return {name: tensor.over(numbers[tensor.storage.key]) for name, tensor in tensors.items()}


def _next_storage(file: BinaryIO, dtype: np.dtype[Any]) -> Array:
    count = int.from_bytes(file.read(8), "little")
    return np.frombuffer(file.read(count * dtype.itemsize), dtype)
