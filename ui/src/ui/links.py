"""What a person has set, as the query of a link and back: whoever opens the link sees the same.

Links are read forgivingly. They are edited by hand and outlive what they name, so a value that cannot be read counts as
not set, and the page says what is missing.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar
from urllib.parse import parse_qsl, quote, urlencode

from innhub.explanations import Target

T = TypeVar("T")
Values = dict[str, Any]

TRAY_LIMIT = 200
"""More samples than this nobody looks at one by one, and a link that named them would be too long for some programs."""

_PARAMETER = "p."
_CLASS, _UNIT, _AT = "class:", "unit:", "@"


@dataclass(frozen=True)
class View:
    """Everything that a person can set on the pages."""

    workspace: str = "default"
    dataset: str = ""
    models: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    """The conditions that samples on Suggest must meet, as the hub takes them, see `conditions`."""
    chart: str = ""
    """What Suggest draws, see `charts`; empty for what is drawn first."""
    quantity: str = "label_error"
    """What the histogram counts."""
    rows: str = ""
    """What the rows of the confusion are, see `sides`; empty for a first choice. So for its columns."""
    columns: str = ""
    show: str = ""
    """Which samples Suggest lists, see `parts`."""
    tray: tuple[int, ...] = ()
    sample: int | None = None
    method: str = ""
    parameters: Values = field(default_factory=dict)
    engine: str = ""
    target: str = "predicted"
    """`predicted`, `label`, `class:NAME`, `unit:INDEX`, or `unit:INDEX@LAYER` inside the network."""
    layer: str = ""
    overlay: float = 0.6
    colormap: str = ""
    percentile: float = 99.0
    model: str = ""
    """The one that is looked into."""
    inspected: str = ""
    """The layer of it that is looked into; `layer` is where methods work."""
    unit: int | None = None
    """The one of that layer that is looked into."""
    unfolded: tuple[str, ...] | None = None
    """Blocks of the network that are drawn unfolded; nobody has said where it is none."""
    projection: str = "pca"
    """How Embeddings lays samples out: `pca` or `umap`."""
    coloured: str = "label"
    """By what: `label`, `prediction` or `correctness`."""
    listed: str = "neighbours"
    """What stands below: `neighbours`, `duplicates`, `outliers` or `groups`."""
    run: str = ""
    """The run whose maps are grouped."""
    grouped: str = ""
    """The label whose samples are grouped; empty for all."""

    def query(self) -> str:
        """The query of the link, with its question mark; what is at its default is left out."""
        pairs: list[tuple[str, str]] = []
        for name, write in _WRITERS.items():
            value = getattr(self, name)
            if value != getattr(_DEFAULT, name):
                pairs.append((name, write(value)))
        pairs.extend((_PARAMETER + name, json.dumps(value)) for name, value in self.parameters.items())
        return f"?{urlencode(pairs, safe=',:', quote_via=quote)}" if pairs else ""

    def on(self, page: str) -> str:
        """The address of a page with this view."""
        return f"{page}{self.query()}"

    @classmethod
    def parse(cls, query: str | None) -> "View":
        """The view that a query describes."""
        given = dict(parse_qsl((query or "").removeprefix("?"), keep_blank_values=True))
        settings = {name: read(given[name]) for name, read in _READERS.items() if name in given}
        parameters = {
            name.removeprefix(_PARAMETER): _attempt(json.loads, text)
            for name, text in given.items()
            if name.startswith(_PARAMETER)
        }
        return replace(
            cls(parameters={name: value for name, value in parameters.items() if value is not None}),
            **{name: value for name, value in settings.items() if value is not None},
        )

    def question(self) -> str:
        """The part that determines explanations, as a query: without how they are drawn and what else there is."""
        style = {name: getattr(_DEFAULT, name) for name in (*_STYLE, *_OTHER_PAGES)}
        return replace(self, **style).query()

    def filtered(self, where: Iterable[str]) -> "View":
        """The same, with these conditions."""
        return replace(self, where=tuple(where))

    @property
    def explained(self) -> Target:
        """The target as the client takes it."""
        if not self.target.startswith(_UNIT):
            return self.target.removeprefix(_CLASS)
        unit, _, layer = self.target.removeprefix(_UNIT).partition(_AT)
        return {"layer": layer, "unit": int(unit)} if layer else int(unit)


def unit_target(unit: int, layer: str) -> str:
    """The target that is a unit inside the network."""
    return f"{_UNIT}{unit}{_AT}{layer}"


def class_targets(names: list[str]) -> list[dict[str, str]]:
    """The classes of a model as choices of a target: by name, or by index where several have that name."""
    seen: dict[str, int] = {}
    for name in names:
        seen[name] = seen.get(name, 0) + 1
    return [
        {"value": f"{_CLASS}{name}", "label": name}
        if seen[name] == 1
        else {"value": f"{_UNIT}{index}", "label": f"{name} (unit {index})"}
        for index, name in enumerate(names)
    ]


def _attempt(read: Callable[[str], T], text: str) -> T | None:
    try:
        return read(text)
    except ValueError:
        return None


def _words(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for word in text.split(",") if word))


def _lines(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line.strip() for line in text.split("\n") if line.strip()))


def _number(text: str) -> int:
    number = int(text)
    if number < 0:
        raise ValueError(text)
    return number


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(dict.fromkeys(_number(word) for word in _words(text)))[:TRAY_LIMIT]


def _between(low: float, high: float) -> Callable[[str], float]:
    def read(text: str) -> float:
        number = float(text)
        if not low <= number <= high:
            raise ValueError(text)
        return number

    return read


def _target(text: str) -> str:
    if text in {"predicted", "label"} or (text.startswith(_CLASS) and text != _CLASS):
        return text
    if text.startswith(_UNIT):
        unit, _, layer = text.removeprefix(_UNIT).partition(_AT)
        return unit_target(_number(unit), layer) if layer else f"{_UNIT}{_number(unit)}"
    raise ValueError(text)


def _joined(values: tuple[object, ...]) -> str:
    return ",".join(map(str, values))


def _reader(read: Callable[[str], Any]) -> Callable[[str], Any]:
    return lambda text: _attempt(read, text)


_WRITERS: dict[str, Callable[[Any], str]] = {
    "workspace": str,
    "dataset": str,
    "models": _joined,
    "where": "\n".join,
    "chart": str,
    "quantity": str,
    "rows": str,
    "columns": str,
    "show": str,
    "tray": _joined,
    "sample": str,
    "method": str,
    "engine": str,
    "target": str,
    "layer": str,
    "overlay": repr,
    "colormap": str,
    "percentile": repr,
    "model": str,
    "inspected": str,
    "unit": str,
    "unfolded": _joined,
    "projection": str,
    "coloured": str,
    "listed": str,
    "run": str,
    "grouped": str,
}
_READERS: dict[str, Callable[[str], Any]] = {
    **dict.fromkeys(_WRITERS, _reader(str)),
    "models": _reader(_words),
    "where": _reader(_lines),
    "tray": _reader(_numbers),
    "sample": _reader(_number),
    "target": _reader(_target),
    "overlay": _reader(_between(0, 1)),
    "percentile": _reader(_between(50.1, 100)),
    "unit": _reader(_number),
    "unfolded": _reader(_words),
}
_STYLE = ("show", "tray", "models", "overlay", "colormap", "percentile")
_OTHER_PAGES = (
    *("where", "chart", "quantity", "rows", "columns"),
    *("model", "inspected", "unit", "unfolded"),
    *("projection", "coloured", "listed", "run", "grouped"),
)
_DEFAULT = View()
