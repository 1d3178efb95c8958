"""The methods as Compare offers them: each with the models that it does not explain, and why."""

from typing import Any

from innhub import Hub
from ui.links import View

Entry = dict[str, Any]
"""A method as the hub describes it, with `refusals` (reason by model) and `model_layers` (layers by model)."""

_FAVOURITE = "grad_cam"
"""What newcomers found easiest to read, in the paper's test with users."""


def offered(view: View, hub: Hub) -> list[Entry]:
    """All methods."""
    rows = {model: {row["method"]: row for row in hub.models.methods(model)} for model in view.models}
    return [
        method
        | {
            "refusals": {
                model: found[method["id"]]["reason"]
                for model, found in rows.items()
                if method["id"] in found and not found[method["id"]]["applicable"]
            },
            "model_layers": {
                model: found[method["id"]]["layers"] for model, found in rows.items() if method["id"] in found
            },
        }
        for method in hub.methods()
    ]


def entry(methods: list[Entry], method: str) -> Entry:
    """A method; one that the hub does not know, as a link may name, becomes an empty entry, and the hub says so."""
    unknown = {
        "id": method,
        "title": method,
        "family": "",
        "summary": "",
        "paper": "",
        "parameters": {},
        "engines": [],
        "takes_layer": False,
        "refusals": {},
        "model_layers": {},
    }
    return next((found for found in methods if found["id"] == method), unknown)


def default(methods: list[Entry], models: tuple[str, ...]) -> str:
    """The method to begin with."""
    usable = [found["id"] for found in methods if len(found["refusals"]) < len(models)]
    return _FAVOURITE if _FAVOURITE in usable or not usable else str(usable[0])


def choices(methods: list[Entry], models: tuple[str, ...]) -> list[dict[str, Any]]:
    """The choices of a drop-down, by family. A method that explains none of the models cannot be chosen."""
    families: dict[str, list[dict[str, Any]]] = {}
    for found in methods:
        refused = [model for model in models if model in found["refusals"]]
        label = f"{found['title']} (not {', '.join(refused)})" if 0 < len(refused) < len(models) else found["title"]
        families.setdefault(found["family"], []).append(
            {"value": found["id"], "label": label, "disabled": bool(refused) and len(refused) == len(models)}
        )
    return [{"group": family, "items": items} for family, items in families.items()]


def layer_choices(found: Entry) -> list[dict[str, Any]]:
    """The layers at which a method can work, those that all models have first."""
    by_model: dict[str, list[str]] = {model: layers for model, layers in found["model_layers"].items() if layers}
    if not by_model:
        return []
    shared = [layer for layer in next(iter(by_model.values())) if all(layer in layers for layers in by_model.values())]
    groups = [{"group": "In all networks", "items": shared}] if shared and len(by_model) > 1 else []
    listed = set(shared) if groups else set()
    for model, layers in by_model.items():
        own = [layer for layer in dict.fromkeys(layers) if layer not in listed]
        listed |= set(own)
        if own:
            groups.append({"group": model, "items": own})
    return groups


def has_layer(found: Entry, layer: str) -> bool:
    """Whether any of the models has the layer."""
    return any(layer in layers for layers in found["model_layers"].values())
