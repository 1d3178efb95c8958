"""The samples of a data set that excite a unit most, and the run that finds them."""

from dataclasses import replace
from typing import Any

import dash_mantine_components as dmc
from dash import ALL, Dash, Input, Output, State, ctx, html, no_update
from dash.development.base_component import Component

from innhub import Hub, HubError
from innhub.runs import Run
from ui import ids, running
from ui.accessible import aria
from ui.api import Reach, alert, sample_address
from ui.links import View, unit_target
from ui.quantities import value

MISSING = "ACTIVATIONS_NOT_FOUND"
KIND = "activations"
_SHOWN = 24
_THUMBNAIL = 160


def under_way(view: View, hub: Hub) -> Run | None:
    """A run that reads the activations of this layer."""
    dataset, model = hub.datasets.get(view.dataset).id, hub.models.get(view.model).id
    return running.under_way(
        hub,
        lambda run: (run.kind, run.dataset, run.models, run.layer) == (KIND, dataset, [model], view.inspected),
    )


def heading(view: View) -> Component | None:
    """Whose samples these are, and the way to an explanation of the unit; nothing without a unit."""
    if view.unit is None:
        return None
    # The gradient explains every unit of every network.
    explained = replace(
        view,
        models=(view.model,),
        method="gradient",
        parameters={},
        target=unit_target(view.unit, view.inspected),
        layer="",
    )
    link = dmc.Anchor("Explain this unit", href=explained.on("/compare"), className="save")
    return html.Div([dmc.Title(f"What excites unit {view.unit}", order=3), link], className="titled")


def contents(view: View, hub: Hub) -> list[Component]:
    """The samples for the unit of the view; how to find them where nobody has yet; nothing without a unit."""
    if view.unit is None:
        return []
    try:
        found = hub.suggest.strongest(view.dataset, view.model, view.inspected, view.unit, limit=_SHOWN)
    except HubError as error:
        return [_offer(view) if error.reason == MISSING else alert(error)]
    total, everything = found["total"], len(hub.datasets.get(view.dataset))
    said = f"Of all {total:,} samples" if total == everything else f"Of the {total:,} samples that were read"
    offered = total < everything and under_way(view, hub) is None
    return [
        dmc.Text(f"{said}, the strongest first. A click looks at one.", size="sm", c="dimmed", mb="xs"),
        html.Div([_card(view, item) for item in found["items"]], className="gallery"),
        *([_button("Read the others")] if offered else []),
    ]


def _offer(view: View) -> dmc.Alert:
    text = f"Nobody has looked yet what {view.inspected} answers to the samples of {view.dataset}."
    return dmc.Alert(
        dmc.Group([dmc.Text(text, size="sm", flex="1 1 14rem"), _button("Find the samples")], justify="space-between"),
        color="blue",
        mt="xs",
    )


def _button(text: str) -> dmc.Button:
    return dmc.Button(text, id=ids.record("layer"), size="sm")


def _card(view: View, item: dict[str, Any]) -> html.Button:
    number, label = item["sample"], item["label"]
    return html.Button(
        [
            html.Img(
                src=sample_address(view, number, _THUMBNAIL),
                alt=f"Sample {number}" + (f", labelled {label}" if label else ""),
            ),
            html.Span(f"{number} · {label or 'no label'}", className="label"),
            html.Span(value(item["activation"]), className="answer"),
        ],
        id=ids.exciting(number),
        className="card",
        **aria(label=f"Look at sample {number}"),
    )


def register(app: Dash, reach: Reach) -> None:
    """Enters the button and the gallery."""

    @app.callback(Output(ids.EXCITED, "children"), Input(ids.LINK, "data"))
    def name_unit(link: str) -> object:
        return heading(View.parse(link))

    @app.callback(
        Output(ids.RUN, "data", allow_duplicate=True),
        Output(ids.RUN_CLOCK, "disabled", allow_duplicate=True),
        Output(ids.RUN_PROGRESS, "children", allow_duplicate=True),
        Input(ids.record(ALL), "n_clicks"),
        State(ids.LINK, "data"),
        prevent_initial_call=True,
    )
    def start(_: list[int | None], link: str) -> tuple[object, object, object]:
        if not ctx.triggered[0]["value"]:
            return no_update, no_update, no_update
        view = View.parse(link)
        with reach.hub(view) as hub:
            run = under_way(view, hub) or hub.record_activations(view.model, view.dataset, view.inspected)
        return run.id, False, running.bar(run)

    @app.callback(
        Output(ids.STRONGEST, "children"),
        Input(ids.INSPECTED_UNIT, "data"),
        Input(ids.REVISION, "data"),
        State(ids.INSPECTED_LAYER, "value"),
        State(ids.LINK, "data"),
    )
    def list_samples(unit: int | None, _: object, layer: str, link: str) -> object:
        view = replace(View.parse(link), inspected=layer, unit=unit)
        with reach.hub(view) as hub:
            return contents(view, hub)

    @app.callback(
        Output(ids.INSPECTED_SAMPLE, "value"),
        Input(ids.exciting(ALL), "n_clicks"),
        prevent_initial_call=True,
    )
    def look_at(_: list[int | None]) -> object:
        return ctx.triggered_id["exciting"] if ctx.triggered[0]["value"] else no_update
