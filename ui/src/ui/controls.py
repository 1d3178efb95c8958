"""The panel of Compare: how to explain, and how to draw it. What is set holds for all boxes."""

from dataclasses import replace
from typing import Any

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from innhub import Hub
from innhub.explanations import Target
from ui import catalogue, forms, ids
from ui.catalogue import Entry
from ui.links import View, class_targets

_SEQUENTIAL = ("inferno", "viridis", "magma", "cividis", "grey")
_DIVERGING = ("red-blue", "orange-purple", "vik")
AUTOMATIC = "auto"
DEFAULT_LAYER = "default"


def completed(view: View, methods: list[Entry]) -> View:
    """The view with a method and all of its parameters: what a link leaves out is spelled out from now on."""
    method = view.method or catalogue.default(methods, view.models)
    found = catalogue.entry(methods, method)
    return replace(
        view,
        method=method,
        parameters=forms.defaults(found["parameters"]) | view.parameters,
        engine=view.engine or next(iter(found["engines"]), ""),
    )


def panel(view: View, hub: Hub, methods: list[Entry], *, labelled: bool) -> Component:
    """The whole panel."""
    found = catalogue.entry(methods, view.method)
    return html.Div(
        [
            dmc.Fieldset(_explaining(view, hub, methods, found, labelled=labelled), legend="Explain", className="set"),
            dmc.Fieldset(_drawing(view), legend="Draw", className="set"),
            _keys(),
        ],
        className="panel",
    )


def _explaining(view: View, hub: Hub, methods: list[Entry], found: Entry, *, labelled: bool) -> list[Component]:
    return [
        dmc.Select(
            id=ids.METHOD,
            label="Method",
            data=catalogue.choices(methods, view.models),
            value=view.method,
            searchable=True,
            allowDeselect=False,
            nothingFoundMessage="No method is called so",
            maxDropdownHeight=360,
        ),
        html.Div(about(found), id=ids.METHOD_ABOUT, className="about-method"),
        html.Div(forms.controls(found["parameters"], view.method, view.parameters), id=ids.FORM, className="form"),
        dmc.Select(
            id=ids.LAYER,
            label="Layer",
            searchable=True,
            allowDeselect=False,
            limit=200,
            **layer_properties(found, view.layer),
        ),
        dmc.Select(id=ids.ENGINE, label="Engine", allowDeselect=False, **engine_properties(found, view.engine)),
        dmc.Select(
            id=ids.TARGET,
            label="Answer to explain",
            description="Type to find a class.",
            data=_targets(view, hub, labelled=labelled),
            value=view.target,
            searchable=True,
            allowDeselect=False,
            limit=60,
            nothingFoundMessage="No class is called so",
        ),
    ]


def about(found: Entry) -> list[Component]:
    """What the method does, where it comes from, and which of the models it does not explain."""
    refusals = [dmc.Text([html.Strong(model), f": {reason}"], size="xs") for model, reason in found["refusals"].items()]
    return [
        dmc.Text(found["summary"], size="xs", c="dimmed"),
        html.Details([html.Summary("Paper"), dmc.Text(found["paper"], size="xs")]) if found["paper"] else html.Span(),
        *([html.Div([dmc.Text("Does not explain", size="xs", fw=600), *refusals])] if refusals else []),
    ]


def refused(methods: list[Entry], models: tuple[str, ...]) -> Component | None:
    """The methods that explain none of the models, with the reason."""
    rows = [found for found in methods if found["refusals"] and len(found["refusals"]) == len(models)]
    if not rows:
        return None
    lines = [
        dmc.Text([html.Strong(row["title"]), f": {next(iter(row['refusals'].values()))}"], size="xs") for row in rows
    ]
    return html.Details([html.Summary(f"{len(rows)} methods do not apply here"), *lines])


def layer_properties(found: Entry, layer: str) -> dict[str, Any]:
    """Properties of the drop-down of layers; not shown for methods that take none."""
    default = {"value": DEFAULT_LAYER, "label": "Each network's default"}
    return {
        "data": [default, *catalogue.layer_choices(found)],
        "value": layer if layer and catalogue.has_layer(found, layer) else DEFAULT_LAYER,
        "display": "block" if found["takes_layer"] else "none",
    }


def engine_properties(found: Entry, engine: str) -> dict[str, Any]:
    """Properties of the drop-down of engines; not shown where there is no choice."""
    engines = found["engines"]
    return {
        "data": engines,
        "value": engine if engine in engines or not engines else engines[0],
        "display": "block" if len(engines) > 1 else "none",
    }


def _targets(view: View, hub: Hub, *, labelled: bool) -> list[dict[str, Any]]:
    answers: list[dict[str, Any]] = [
        {"value": "predicted", "label": "Each network's answer"},
        {
            "value": "label",
            "label": "The label" if labelled else "The label (there are none)",
            "disabled": not labelled,
        },
    ]
    classes = class_targets(hub.models.classes(view.models[0]))
    if view.target not in {choice["value"] for choice in [*answers, *classes]}:
        classes.insert(0, {"value": view.target, "label": _said(view.explained)})
    return [{"group": "Answer", "items": answers}, {"group": f"Classes of {view.models[0]}", "items": classes}]


def _said(target: Target) -> str:
    return f"unit {target['unit']} of {target['layer']}" if isinstance(target, dict) else str(target)


def _drawing(view: View) -> list[Component]:
    colormaps = [
        {"group": "Chosen for you", "items": [{"value": AUTOMATIC, "label": "fits the method"}]},
        {"group": "One direction (how much)", "items": list(_SEQUENTIAL)},
        {"group": "Two directions (for and against)", "items": list(_DIVERGING)},
    ]
    return [
        html.Div(
            [
                dmc.Text("Strength over the picture", size="sm", fw=500),
                dmc.Slider(
                    id=ids.OVERLAY,
                    min=0,
                    max=1,
                    step=0.05,
                    precision=2,
                    value=view.overlay,
                    thumbLabel="Strength over the picture",
                    marks=[{"value": 0, "label": "picture"}, {"value": 1, "label": "map"}],
                    mb="lg",
                    mx="xs",
                ),
            ]
        ),
        dmc.Select(
            id=ids.COLORMAP, label="Colours", data=colormaps, value=view.colormap or AUTOMATIC, allowDeselect=False
        ),
        dmc.NumberInput(
            id=ids.PERCENTILE,
            label="Clip above percentile",
            description="Stronger relevance than this is drawn as if it were this.",
            value=view.percentile,
            min=50.1,
            max=100,
            step=0.5,
            decimalScale=1,
            debounce=300,
        ),
    ]


def _keys() -> html.Div:
    return html.Div(
        [
            dmc.Text([dmc.Kbd("←"), " ", dmc.Kbd("→"), " other samples"], size="xs", c="dimmed"),
            dmc.Text([dmc.Kbd("R"), " pictures without maps"], size="xs", c="dimmed"),
        ],
        className="keys",
    )
