"""Reading pickles of strangers. A pickle is a program: this reader knows a few names and refuses every other."""

import pickle
from collections.abc import Mapping
from typing import Any, BinaryIO

AllowedNames = Mapping[tuple[str, str], Any]
"""By module and name, what a pickle may call for, and what it gets."""


class StrictUnpickler(pickle.Unpickler):
    """An unpickler that imports nothing: it hands out what it was given, and that is all."""

    def __init__(self, content: BinaryIO, allowed: AllowedNames) -> None:
        super().__init__(content)
        self._allowed = allowed

    def find_class(self, module_name: str, global_name: str) -> Any:
        """What the pickle calls for.

        Raises:
            UnpicklingError: if it is not allowed.
        """
        try:
            return self._allowed[module_name, global_name]
        except KeyError:
            raise pickle.UnpicklingError(
                f"the pickle asks for {module_name}.{global_name}, which is not allowed"
            ) from None
