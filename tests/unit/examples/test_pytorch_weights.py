"""The reader of PyTorch's weights reads tensors, and does nothing else that a file may ask for."""

import io
import os
import pickle
import sys
from collections import OrderedDict
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from demo.pytorch_weights import MAGIC_NUMBER, read_state_dict

NUMBERS = np.arange(6, dtype="<f4")


class Storage:
    """Six numbers in a row."""


class Tensor:
    """Pickles as PyTorch's tensors do: as a call that rebuilds a view into a storage."""

    def __init__(self, offset: int, shape: tuple[int, ...], stride: tuple[int, ...]) -> None:
        hooks: OrderedDict[str, object] = OrderedDict()
        self._view = (Storage(), offset, shape, stride, False, hooks)

    def __reduce__(self) -> Any:
        return sys.modules["torch._utils"]._rebuild_tensor_v2, self._view


class Writer(pickle.Pickler):
    """Writes storages by reference, as PyTorch does."""

    def persistent_id(self, thing: Any) -> Any:
        if isinstance(thing, Storage):
            return ("storage", sys.modules["torch"].FloatStorage, "numbers", "cpu", len(NUMBERS), None)
        return None


@pytest.fixture(autouse=True)
def pytorch(monkeypatch: pytest.MonkeyPatch) -> None:
    """The names of PyTorch that a pickler looks up while it writes."""
    torch, internals = ModuleType("torch"), ModuleType("torch._utils")
    torch.FloatStorage = type("FloatStorage", (), {"__module__": "torch"})  # type: ignore[attr-defined]

    def _rebuild_tensor_v2() -> None: ...

    _rebuild_tensor_v2.__module__, _rebuild_tensor_v2.__qualname__ = "torch._utils", "_rebuild_tensor_v2"
    internals._rebuild_tensor_v2 = _rebuild_tensor_v2  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "torch", torch)
    monkeypatch.setitem(sys.modules, "torch._utils", internals)


def saved(state: object) -> bytes:
    """A file as `torch.save` wrote them before PyTorch 1.6."""
    file = io.BytesIO()
    for part in (MAGIC_NUMBER, 1001, {"little_endian": True}, state, ["numbers"]):
        Writer(file, protocol=2).dump(part)
    return file.getvalue() + len(NUMBERS).to_bytes(8, "little") + NUMBERS.tobytes()


def test_tensors_are_views_into_their_storage() -> None:
    state = read_state_dict(
        saved(
            OrderedDict(
                matrix=Tensor(0, (2, 3), (3, 1)),
                transposed=Tensor(0, (3, 2), (1, 3)),
                tail=Tensor(4, (2,), (1,)),
                scalar=Tensor(5, (), ()),
            )
        )
    )
    np.testing.assert_array_equal(state["matrix"], NUMBERS.reshape(2, 3))
    np.testing.assert_array_equal(state["transposed"], NUMBERS.reshape(2, 3).T)
    np.testing.assert_array_equal(state["tail"], [4, 5])
    assert state["scalar"] == 5


@pytest.mark.parametrize("tensor", [Tensor(4, (3,), (1,)), Tensor(0, (2, 3), (30, 1)), Tensor(1, (2,), (-2,))])
def test_a_tensor_that_reaches_beyond_its_storage_is_refused(tensor: Tensor) -> None:
    with pytest.raises(pickle.UnpicklingError, match="beyond its storage"):
        read_state_dict(saved({"weight": tensor}))


class Attack:
    """Pickles as a call of any function."""

    def __reduce__(self) -> Any:
        return os.mkdir, ("made-by-a-pickle",)


def test_a_call_of_anything_else_is_refused_by_name_and_not_made(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(pickle.UnpicklingError, match=r"posix\.mkdir, which is not allowed"):
        read_state_dict(saved({"weight": Attack()}))
    assert list(tmp_path.iterdir()) == []


def test_the_first_pickle_is_read_as_strictly_as_the_others(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(pickle.UnpicklingError, match="not allowed"):
        read_state_dict(pickle.dumps(Attack()))
    assert list(tmp_path.iterdir()) == []


def test_another_format_is_refused() -> None:
    with pytest.raises(pickle.UnpicklingError, match="older format"):
        read_state_dict(pickle.dumps("not the magic number"))
