"""Class labels: what the units of a network's output stand for, and how a data set's label finds its unit."""

import re
from functools import cached_property

from pydantic import BaseModel, ConfigDict


def normalised(label: str) -> str:
    """A label in the form in which labels are compared: lower case, words joined by one space."""
    return re.sub(r"[\s_\-]+", " ", label).strip().casefold()


class ClassLabels(BaseModel):
    """The names of a network's classes, in the order of its output units.

    `aliases` holds, a class, other words for the same thing (WordNet ids for ImageNet).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    names: tuple[str, ...]
    aliases: tuple[tuple[str, ...], ...] = ()

    @classmethod
    def numbered(cls, count: int) -> "ClassLabels":
        """Labels for a network that came without any: the numbers of its units."""
        return cls(names=tuple(str(index) for index in range(count)))

    @cached_property
    def _index(self) -> dict[str, int]:
        index: dict[str, int] = {}
        for number, name in enumerate(self.names):
            index.setdefault(normalised(name), number)
        for number, words in enumerate(self.aliases):
            for word in words:
                index.setdefault(normalised(word), number)
        return index

    def index_of(self, label: str) -> int | None:
        """The unit that a label names (by name or alias, else by number), or None."""
        found = self._index.get(normalised(label))
        if found is None and label.isdecimal() and int(label) < len(self.names):
            return int(label)
        return found
