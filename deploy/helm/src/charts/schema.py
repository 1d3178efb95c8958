"""The schema of the values, made of their description: a value that the chart does not know is refused by its name."""

import json
from typing import Any

from charts.described import Value

Schema = dict[str, Any]
_TEXT: Schema = {"type": "string"}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_QUANTITY: Schema = {"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)?(m|k|Ki|M|Mi|G|Gi|T|Ti)?$"}
_OF_KIND: dict[str, Schema] = {
    "strings": {"type": "array", "items": _TEXT},
    "objects": {"type": "array", "items": {"type": "object"}},
    "object": {"type": "object"},
    "labels": {"type": "object", "additionalProperties": _TEXT},
    "count": _COUNT,
    "positive": {"type": "integer", "minimum": 1},
    # Whole ones: templates add them up.
    "seconds": _COUNT,
    "number": {"type": "number"},
    "countOrPercent": {"oneOf": [_COUNT, {"type": "string", "pattern": "^[0-9]+%$"}]},
    "quantity": _QUANTITY,
    "digest": {"type": "string", "pattern": "^(sha256:[0-9a-f]{64})?$"},
    "resources": {
        "type": "object",
        "additionalProperties": False,
        "required": ["requests", "limits"],
        "properties": {
            side: {
                "type": "object",
                "required": ["cpu", "memory"],
                "additionalProperties": {"oneOf": [_QUANTITY, {"type": "integer"}]},
            }
            for side in ("requests", "limits")
        },
    },
}


def of(groups: dict[str, Value]) -> str:
    """The schema as text."""
    schema = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Values of the chart innhub",
        "type": "object",
        "additionalProperties": False,
        # Helm itself hands this to every chart.
        "properties": {
            "global": {"type": "object"},
            **{name: _schema(value, groups) for name, value in groups.items()},
        },
    }
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"


def _schema(value: Value, groups: dict[str, Value]) -> Schema:
    described: Schema = {"description": value.comment}
    if value.kind == "enum":
        return described | {"enum": list(value.words)}
    if value.kind == "settings":
        # Numbers and truths are written as they are read.
        setting: Schema = {"type": ["string", "number", "boolean"]}
        properties = dict.fromkeys(value.words, setting)
        return described | {"type": "object", "additionalProperties": False, "properties": properties}
    if value.kind:
        return described | _OF_KIND[value.kind]
    if not value.parts:
        return described | _by_default(value.default)
    parts = {**(groups[value.like].parts if value.like else {}), **value.parts}
    properties = {name: _schema(part, groups) for name, part in parts.items()}
    return described | {"type": "object", "additionalProperties": False, "properties": properties}


def _by_default(default: object) -> Schema:
    if isinstance(default, bool):
        return {"type": "boolean"}
    return _COUNT if isinstance(default, int) else _TEXT
