"""Suggest: which samples deserve a look."""

from dataclasses import replace
from typing import Any

import dash_mantine_components as dmc
from dash import ALL, ClientsideFunction, Dash, Input, Output, State, ctx, dcc, html, no_update
from dash.development.base_component import Component

from innhub import Hub, HubError
from ui import chooser, figures, gallery, ids, predicting, running, tray
from ui.accessible import aria
from ui.api import Reach, alert
from ui.links import View

PATH = "/suggest"
TITLE = "Suggest"

_BINS = 20
# The first of the buttons would send the chart to a host on the internet.
_GRAPH: Any = {"displaylogo": False, "modeBarButtonsToRemove": ["sendChartToCloud", "autoScale2d", "toImage"]}


def layout(view: View, hub: Hub) -> Component:
    """The page as the link asks for it."""
    view, _ = chooser.completed(view, hub)
    return html.Div(
        [
            dcc.Store(id=ids.LINK, data=view.query()),
            dcc.Store(id=ids.tray("suggest"), data=list(view.tray)),
            dcc.Store(id=ids.SHOW, data=view.show),
            dmc.Group(
                [*chooser.controls(view, hub), html.Div(_purpose(view), className="purpose")],
                className="chooser",
                align="flex-end",
            ),
            *running.watch(predicting.under_way(view, hub)),
            dcc.Loading(
                html.Div(id=ids.CHART, className="chart"),
                custom_spinner=dmc.Loader(),
                delay_show=500,
                overlay_style={"visibility": "visible", "opacity": 0.5},
            ),
            dcc.Tooltip(
                id=ids.HOVER,
                direction="right",
                className="sample-card",
                background_color="var(--mantine-color-body)",
                border_color="var(--mantine-color-default-border)",
            ),
            dcc.Loading(
                html.Div(id=ids.GALLERY),
                custom_spinner=dmc.Loader(),
                delay_show=300,
                overlay_style={"visibility": "visible", "opacity": 0.5},
            ),
            html.Div(id=ids.SUGGEST_STRIP, className="tray", role="region", **aria(label="Tray")),
        ]
    )


def _purpose(view: View) -> str:
    if len(view.models) > 1:
        return (
            "Every point is a sample. Hover to see it; click or lasso to put samples into the tray. "
            "A quarter of the map lists what lies in it."
        )
    return (
        "How far the network is from the labels. Click a bar to see its samples. Choose more networks to compare them."
    )


def register(app: Dash, reach: Reach) -> None:
    """Enters the chart, the gallery, the tray and the link."""
    predicting.register(app, reach)
    _register_chart(app, reach)

    @app.callback(
        Output(ids.LINK, "data", allow_duplicate=True),
        Output(ids.SUGGEST_STRIP, "children"),
        Input(ids.tray("suggest"), "data"),
        Input(ids.SHOW, "data"),
        State(ids.LINK, "data"),
        prevent_initial_call="initial_duplicate",
    )
    def keep(samples: list[int], show: str, link: str) -> tuple[str, object]:
        view = replace(View.parse(link), tray=tuple(samples), show=show)
        return view.query(), _tray(view)

    @app.callback(
        Output(ids.show(ALL), "className"),
        Input(ids.SHOW, "data"),
        State(ids.show(ALL), "id"),
        prevent_initial_call=True,
    )
    def mark_shown(show: str, identifiers: list[dict[str, str]]) -> list[str]:
        return [_part_class(identifier["show"], show) for identifier in identifiers]

    @app.callback(
        Output(ids.pick(ALL), "className"),
        Input(ids.tray("suggest"), "data"),
        State(ids.pick(ALL), "id"),
        prevent_initial_call=True,
    )
    def mark_picked(samples: list[int], identifiers: list[dict[str, int]]) -> list[str]:
        return [gallery.card_class(identifier["pick"], samples) for identifier in identifiers]

    @app.callback(Output(ids.GALLERY, "children"), Input(ids.SHOW, "data"), State(ids.LINK, "data"))
    def list_samples(show: str, link: str) -> object:
        view = replace(View.parse(link), show=show)
        try:
            with reach.hub(view) as hub:
                return gallery.contents(view, hub)
        except HubError as error:
            return None if error.reason == predicting.MISSING else alert(error)


def _register_chart(app: Dash, reach: Reach) -> None:
    @app.callback(Output(ids.CHART, "children"), Input(ids.REVISION, "data"), State(ids.LINK, "data"))
    def draw(_: object, link: str) -> object:
        view = View.parse(link)
        try:
            with reach.hub(view) as hub:
                return _map(view, hub) if len(view.models) > 1 else _histogram(view, hub)
        except HubError as error:
            if error.reason == predicting.MISSING:
                return predicting.offer(view)
            if error.reason == "LABELS_MISSING":
                return alert(error, title="There is nothing to hold the answers against")
            return alert(error)

    @app.callback(
        Output(ids.SHOW, "data"),
        Input(ids.show(ALL), "n_clicks"),
        Input(ids.graph(ALL), "clickData"),
        prevent_initial_call=True,
    )
    def choose(_: list[int | None], __: Any) -> object:
        source, value = ctx.triggered_id, ctx.triggered[0]["value"]
        if not value or not isinstance(source, dict):
            return no_update
        if "show" in source:
            return source["show"]
        if source["graph"] != "histogram":
            return no_update
        return gallery.bar(**value["points"][0]["customdata"])

    app.clientside_callback(  # type: ignore[no-untyped-call]
        ClientsideFunction("hover", "card"),
        Output(ids.HOVER, "show"),
        Output(ids.HOVER, "bbox"),
        Output(ids.HOVER, "direction"),
        Output(ids.HOVER, "children"),
        Input(ids.graph(ALL), "hoverData"),
        State(ids.LINK, "data"),
        prevent_initial_call=True,
    )


def _map(view: View, hub: Hub) -> Component:
    found = hub.suggest.agreement(view.dataset, view.models)
    counts = {(quadrant["agree"], quadrant["sure"]): quadrant["samples"] for quadrant in found.quadrants}
    notes = [predicting.offer(view, found.missing)] if found.missing else []
    if len(found.points) < found.samples:
        notes.append(
            dmc.Text(
                f"A fair {len(found.points):,} of {found.samples:,} samples are drawn; the counts are of all.",
                size="sm",
            )
        )
    quarters = [
        _quarter(quadrant, counts.get((quadrant.agree, quadrant.sure), 0), view.show) for quadrant in gallery.QUADRANTS
    ]
    return html.Div(
        [
            *notes,
            html.Div(
                [
                    _graph("agreement", figures.agreement(found.points, view.models)),
                    html.Div(quarters, className="quarters", role="group", **aria(label="Quarters of the map")),
                ],
                className="map",
            ),
        ]
    )


def _part_class(part: str, shown: str) -> str:
    return "part shown" if part == shown else "part"


def _quarter(quadrant: gallery.Quadrant, count: int, shown: str) -> html.Button:
    return html.Button(
        [
            html.Span(
                [html.Strong(quadrant.title), html.Span(f"{count:,}", className="count")], className="quarter-title"
            ),
            html.Span(quadrant.about, className="about"),
        ],
        id=ids.show(quadrant.key),
        className=_part_class(quadrant.key, shown),
    )


def _histogram(view: View, hub: Hub) -> Component:
    found = hub.suggest.histogram(view.dataset, view.models[0], bins=_BINS)
    correct = sum(found_bin["correct"] for found_bin in found["bins"])
    text = f"{correct:,} of {found['samples']:,} labelled samples are answered rightly."
    if found["without_label"]:
        text += f" {found['without_label']:,} have no label that the network knows, and are not on the chart."
    head = dmc.Group(
        [
            dmc.Text(text),
            html.Button(
                "Show the wrong ones", id=ids.show(gallery.WRONG), className=_part_class(gallery.WRONG, view.show)
            ),
        ]
    )
    return html.Div([head, _graph("histogram", figures.histogram(found["bins"]))])


def _graph(kind: str, figure: Any) -> dcc.Graph:
    return dcc.Graph(
        id=ids.graph(kind), figure=figure, config=_GRAPH, clear_on_unhover=True, responsive=True, className="graph"
    )


def _tray(view: View) -> object:
    if not view.tray:
        return dmc.Text("The tray is empty. What you put into it here is compared next.", c="dimmed", size="sm")
    go_on = dmc.Anchor(
        f"Compare {len(view.tray)}",
        href=replace(view, sample=view.tray[0]).on("/compare"),
        id="compare-tray-link",
        className="action",
        underline="never",
    )
    return html.Div([tray.strip(view), tray.clear_button(), go_on], className="tray-row")
