"""How a model was trained: from what Keras keeps in a file, and from a history that was given beside it."""

import csv
import io
import json
import math
from collections.abc import Mapping
from typing import Any

from pydantic import JsonValue, TypeAdapter, ValidationError

from domain.errors import HubError, Reason
from domain.inside import Training

_MOST_SETTINGS = 16_384
_JSON_OBJECT = TypeAdapter(dict[str, JsonValue])


def training_of(compiled: Any) -> Training:
    """What the configuration of a compiled model tells, whichever Keras wrote it; empty where it tells nothing."""
    if not isinstance(compiled, Mapping):
        return Training()
    optimizer = compiled.get("optimizer_config") or compiled.get("optimizer") or {}
    named = optimizer if isinstance(optimizer, Mapping) else {"class_name": optimizer}
    return Training(
        optimizer=_word(named.get("class_name")).rpartition(">")[2],
        optimizer_settings=_settings(named.get("config")),
        loss=_word(compiled.get("loss")),
        metrics=tuple(_words(compiled.get("metrics"))),
    )


def parsed_history(data: bytes) -> dict[str, tuple[float | None, ...]]:
    """A history of training: a CSV with a heading and a row an epoch, or JSON as `History.history` is.

    Raises:
        HubError: `ARGUMENT_INVALID`.
    """
    try:
        text = data.decode("utf-8-sig")
        columns = json.loads(text) if text.lstrip().startswith("{") else _columns(text)
        history = {
            str(name): tuple(_value(value) for value in values)
            for name, values in columns.items()
            if name and name != "epoch"
        }
        if not history:
            raise ValueError("no quantity is named")  # noqa: TRY301 - one wording for whatever is wrong
    except (ValueError, TypeError, AttributeError, csv.Error, RecursionError) as error:
        raise HubError(
            Reason.ARGUMENT_INVALID,
            f"The history of training cannot be read ({error}).",
            'Write a CSV with a heading such as epoch,loss,val_loss and a row an epoch, or JSON {"loss": [1.2, 0.8]}.',
        ) from error
    return history


def _columns(text: str) -> dict[str, list[str]]:
    rows = list(csv.DictReader(io.StringIO(text, newline=None), restval=""))
    return {name: [row[name] for row in rows] for name in (rows[0] if rows else {})}


def _value(value: Any) -> float | None:
    number = float(value)
    return number if math.isfinite(number) else None


def _settings(config: Any) -> dict[str, JsonValue]:
    try:
        settings = _JSON_OBJECT.validate_python(config or {})
        return settings if len(json.dumps(settings, allow_nan=False)) <= _MOST_SETTINGS else {}
    except (ValidationError, ValueError):
        return {}


def _words(metrics: Any) -> list[str]:
    items = metrics if isinstance(metrics, list) else [metrics]
    return [word for item in items for word in (_words(item) if isinstance(item, list) else [_word(item)]) if word]


def _word(value: Any) -> str:
    """The name of a loss, a metric or an optimizer, whether it stands there itself or as the object it names."""
    if isinstance(value, Mapping):
        config = value.get("config")
        inner = config.get("name") if isinstance(config, Mapping) else config
        return _word(inner if value.get("class_name") in {"function", "MeanMetricWrapper"} else value.get("class_name"))
    return value[:100] if isinstance(value, str) else ""
