"""Compare: why each model answers so."""

from dataclasses import replace
from typing import Any

import dash_mantine_components as dmc
from dash import ALL, ClientsideFunction, Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from innhub import Hub
from ui import asking, boxes, catalogue, chooser, controls, forms, ids, quality, tray
from ui.accessible import aria
from ui.api import Reach
from ui.catalogue import Entry
from ui.links import View

PATH = "/compare"
TITLE = "Compare"


def layout(view: View, hub: Hub) -> Component:
    """The page as the link asks for it."""
    view, dataset = chooser.completed(view, hub)
    methods = catalogue.offered(view, hub)
    view = controls.completed(replace(view, sample=_first_sample(view, len(dataset))), methods)
    labelled = bool(dataset.summary and dataset.summary["labelled"])
    return html.Div(
        [
            dcc.Store(id=ids.LINK, data=view.query()),
            dcc.Store(id=ids.QUESTION, data=view.question()),
            dcc.Store(id=ids.tray("compare"), data=list(view.tray)),
            dcc.Store(id=ids.CATALOGUE, data=methods),
            dmc.Group(
                [*chooser.controls(view, hub), _stepper(view, len(dataset))], className="chooser", align="flex-end"
            ),
            html.Div(
                [
                    html.Aside(
                        [controls.panel(view, hub, methods, labelled=labelled), controls.refused(methods, view.models)],
                        **aria(label="How to explain and draw"),
                    ),
                    html.Div([boxes.picture_box(), *map(boxes.model_box, view.models)], className="boxes"),
                ],
                className="comparison",
            ),
            html.Div(id=ids.COMPARE_STRIP, className="tray", role="region", **aria(label="Tray")),
        ]
    )


def _first_sample(view: View, samples: int) -> int:
    wanted = view.sample if view.sample is not None else next(iter(view.tray), 0)
    return min(wanted, max(samples - 1, 0))


def _stepper(view: View, samples: int) -> dmc.Group:
    return dmc.Group(
        [
            dmc.Button("←", id=ids.PREVIOUS, variant="default", px="sm", **aria(label="Previous sample")),
            dmc.NumberInput(
                id=ids.SAMPLE,
                label=f"Sample (0 to {samples - 1})",
                value=view.sample,
                min=0,
                max=samples - 1,
                allowDecimal=False,
                # Sent on Enter or when it is left. After a pause, it would also undo steps taken in the meantime.
                debounce=True,
                hideControls=True,
                w=150,
            ),
            dmc.Button("→", id=ids.NEXT, variant="default", px="sm", **aria(label="Next sample")),
            dmc.Text(id=ids.POSITION, size="sm", c="dimmed", **aria(live="polite")),
        ],
        gap="xs",
        align="flex-end",
        wrap="nowrap",
    )


def register(app: Dash, reach: Reach) -> None:
    """Enters the controls, the link, the steps and the boxes."""
    _register_controls(app)
    asking.register(app, reach)
    quality.register(app, reach)

    app.clientside_callback(  # type: ignore[no-untyped-call]
        ClientsideFunction("steps", "move"),
        Output(ids.SAMPLE, "value"),
        Input(ids.PREVIOUS, "n_clicks"),
        Input(ids.NEXT, "n_clicks"),
        Input(ids.go(ALL), "n_clicks"),
        State(ids.SAMPLE, "value"),
        State(ids.SAMPLE, "max"),
        State(ids.tray("compare"), "data"),
        prevent_initial_call=True,
    )

    @app.callback(
        Output(ids.COMPARE_STRIP, "children"),
        Output(ids.POSITION, "children"),
        Input(ids.tray("compare"), "data"),
        Input(ids.SAMPLE, "value"),
        State(ids.LINK, "data"),
    )
    def show_tray(samples: list[int], sample: object, link: str) -> tuple[object, str]:
        view = replace(View.parse(link), tray=tuple(samples))
        if not samples:
            return None, "The tray is empty: steps go through the data set."
        position = (
            f"{samples.index(sample) + 1} of {len(samples)} in the tray" if sample in samples else "Not in the tray"
        )
        current = sample if isinstance(sample, int) else None
        return html.Div([tray.strip(view, current), tray.clear_button()], className="tray-row"), position


def _register_controls(app: Dash) -> None:
    @app.callback(
        output=[
            Output(ids.METHOD_ABOUT, "children"),
            Output(ids.FORM, "children"),
            {name: Output(ids.LAYER, name) for name in ("data", "value", "display")},
            {name: Output(ids.ENGINE, name) for name in ("data", "value", "display")},
        ],
        inputs=[Input(ids.METHOD, "value"), State(ids.CATALOGUE, "data")],
        prevent_initial_call=True,
    )
    def change_method(method: str, methods: list[Entry]) -> tuple[object, ...]:
        found = catalogue.entry(methods, method)
        layer, engine = controls.layer_properties(found, ""), controls.engine_properties(found, "")
        form = forms.controls(found["parameters"], method, {})
        return controls.about(found), form, layer, engine

    settings = {
        "method": Input(ids.METHOD, "value"),
        "engine": Input(ids.ENGINE, "value"),
        "target": Input(ids.TARGET, "value"),
        "layer": Input(ids.LAYER, "value"),
        "overlay": Input(ids.OVERLAY, "value"),
        "colormap": Input(ids.COLORMAP, "value"),
        "percentile": Input(ids.PERCENTILE, "value"),
        "sample": Input(ids.SAMPLE, "value"),
        "tray": Input(ids.tray("compare"), "data"),
    }
    fields = {
        kind: (Input(ids.parameter(ALL, ALL, kind), kind), State(ids.parameter(ALL, ALL, kind), "id"))
        for kind in (forms.VALUE, forms.CHECKED)
    }
    known = {
        "link": State(ids.LINK, "data"),
        "asked": State(ids.QUESTION, "data"),
        "methods": State(ids.CATALOGUE, "data"),
    }

    @app.callback(
        output=[Output(ids.LINK, "data", allow_duplicate=True), Output(ids.QUESTION, "data")],
        inputs={"settings": settings, "fields": fields, "known": known},
        prevent_initial_call=True,
    )
    def keep(settings: dict[str, Any], fields: dict[str, Any], known: dict[str, Any]) -> tuple[str, object]:
        found = catalogue.entry(known["methods"], settings["method"])
        entries = [
            (identifier, value)
            for values, identifiers in fields.values()
            for value, identifier in zip(values, identifiers, strict=True)
        ]
        view = _settled(View.parse(known["link"]), settings, found)
        view = replace(view, parameters=forms.read(found["parameters"], found["id"], entries))
        question = view.question()
        return view.query(), no_update if question == known["asked"] else question


def _settled(view: View, settings: dict[str, Any], found: Entry) -> View:
    """The view with what the controls say; just after a change of method, some still say what suits the former."""
    layer = settings["layer"] if catalogue.has_layer(found, settings["layer"] or "") else ""
    return replace(
        view,
        method=settings["method"],
        engine=str(controls.engine_properties(found, settings["engine"])["value"] or ""),
        target=settings["target"] or view.target,
        layer=layer,
        overlay=float(settings["overlay"]),
        colormap="" if settings["colormap"] == controls.AUTOMATIC else settings["colormap"],
        percentile=_number(settings["percentile"], view.percentile),
        sample=int(_number(settings["sample"], view.sample or 0)),
        tray=tuple(settings["tray"]),
    )


def _number(value: object, otherwise: float) -> float:
    """What a number field says; nothing while somebody has emptied it to type anew."""
    return float(value) if isinstance(value, int | float) else otherwise
