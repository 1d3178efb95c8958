"""Controls for the parameters of a method, made from its JSON Schema, and their values read back."""

import json
from collections.abc import Iterable
from typing import Any

import dash_mantine_components as dmc
from dash.development.base_component import Component

from ui import ids

Schema = dict[str, Any]

VALUE, CHECKED = "value", "checked"
"""The properties in which controls keep what is set."""


def properties(schema: Schema) -> dict[str, Schema]:
    """The parameters by name, each with what it refers to put in and `null` taken out of its choices."""
    definitions = schema.get("$defs", {})
    return {name: _resolved(found, definitions) for name, found in schema.get("properties", {}).items()}


def _resolved(schema: Schema, definitions: dict[str, Schema]) -> Schema:
    parts = [
        definitions[part["$ref"].rpartition("/")[2]] for part in [schema, *schema.get("allOf", [])] if "$ref" in part
    ]
    options = [option for option in schema.get("anyOf", []) if option.get("type") != "null"]
    if len(options) == 1:
        parts.append(_resolved(options[0], definitions))
    merged: Schema = {}
    for part in [*parts, schema]:
        merged |= part
    return merged


def defaults(schema: Schema) -> dict[str, Any]:
    """What every parameter is where nobody sets it."""
    return {name: _cast(found, found["default"]) for name, found in properties(schema).items() if "default" in found}


def controls(schema: Schema, method: str, values: dict[str, Any]) -> list[Component]:
    """A control for every parameter.

    Args:
        schema: of the parameters.
        method: whose they are; part of the controls' ids, so that values are not taken for those of another method.
        values: to begin with; for those left out, the defaults.
    """
    values = defaults(schema) | values
    return [_control(name, found, method, values.get(name)) for name, found in properties(schema).items()]


def _control(name: str, schema: Schema, method: str, value: Any) -> Any:
    said = {"label": name.replace("_", " "), "description": schema.get("description"), "size": "sm"}
    kind = schema.get("type")
    if kind == "boolean":
        return dmc.Switch(id=ids.parameter(name, method, CHECKED), checked=bool(value), **said)
    identifier = ids.parameter(name, method, VALUE)
    if "enum" in schema:
        choices = [{"value": json.dumps(choice), "label": str(choice)} for choice in schema["enum"]]
        return dmc.Select(id=identifier, data=choices, value=json.dumps(value), allowDeselect=False, **said)
    if kind in {"number", "integer"}:
        return _number(identifier, schema, value, said)
    text = value if kind == "string" else json.dumps(value)
    return dmc.TextInput(id=identifier, value=text, debounce=True, **said)


def _number(identifier: ids.Pattern, schema: Schema, value: Any, said: dict[str, Any]) -> Any:
    low = schema.get("minimum", schema.get("exclusiveMinimum"))
    high = schema.get("maximum", schema.get("exclusiveMaximum"))
    return dmc.NumberInput(
        id=identifier,
        value="" if value is None else value,
        min=low,
        max=high,
        step=_step(schema, value),
        allowDecimal=schema["type"] == "number",
        decimalScale=12,
        clampBehavior="blur",
        debounce=500,
        **{**said, "description": " ".join(filter(None, [said["description"], _range(schema)]))},
    )


def _step(schema: Schema, value: Any) -> float:
    """A step that suits the size of the value."""
    if schema["type"] == "integer":
        return 1
    magnitude = abs(float(value or 0))
    return float(f"1e{int(f'{magnitude:e}'.partition('e')[2]) - 1}") if magnitude else 0.1


def _range(schema: Schema) -> str:
    low, high = schema.get("minimum"), schema.get("maximum")
    above, below = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
    parts = [
        f"from {low:g}" if low is not None else f"above {above:g}" if above is not None else "",
        f"to {high:g}" if high is not None else f"below {below:g}" if below is not None else "",
    ]
    text = " ".join(part for part in parts if part)
    return f"({text})" if text else ""


def read(schema: Schema, method: str, entries: Iterable[tuple[dict[str, Any], Any]]) -> dict[str, Any]:
    """The values of all parameters.

    Args:
        schema: of the parameters.
        method: whose they are; controls of other methods are passed over.
        entries: the ids of controls with their values. One that is empty or cannot be read is as if not set.
    """
    known = properties(schema)
    found = {}
    for identifier, value in entries:
        name = identifier["parameter"]
        if identifier["method"] == method and name in known and value is not None and value != "":
            try:
                found[name] = _parsed(known[name], value)
            except (ValueError, TypeError):
                continue
    return defaults(schema) | found


def _parsed(schema: Schema, value: Any) -> Any:
    if "enum" in schema:
        return json.loads(value)
    if schema.get("type") in {"number", "integer", "boolean", "string"}:
        return _cast(schema, value)
    return json.loads(value)


def _cast(schema: Schema, value: Any) -> Any:
    if value is None or "enum" in schema:
        return value
    if schema.get("type") == "number":
        return float(value)
    if schema.get("type") == "integer":
        return int(value)
    return value
