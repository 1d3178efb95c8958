"""Suggest: which samples deserve a look."""

from dataclasses import replace
from typing import Any

import dash_mantine_components as dmc
from dash import ALL, ClientsideFunction, Dash, Input, Output, State, ctx, dcc, html, no_update
from dash.development.base_component import Component

from innhub import Hub, HubError
from innhub.datasets import Dataset
from ui import charts, chooser, conditions, filters, gallery, hover, ids, parts, predicting, running, sides, tray
from ui.accessible import aria
from ui.api import Reach, alert
from ui.links import View

PATH = "/suggest"
TITLE = "Suggest"


def layout(view: View, hub: Hub) -> Component:
    """The page as the link asks for it."""
    view, dataset = chooser.completed(view, hub)
    kind = charts.kind(view)
    return html.Div(
        [
            dcc.Store(id=ids.LINK, data=view.query()),
            dcc.Store(id=ids.tray("suggest"), data=list(view.tray)),
            dcc.Store(id=ids.SHOW, data=view.show),
            dmc.Group(
                [*chooser.controls(view, hub), html.Div(charts.about(kind), id=ids.PURPOSE, className="purpose")],
                className="chooser",
                align="flex-end",
            ),
            filters.controls(view, dataset, hub),
            _chart_row(view, dataset, kind),
            *running.watch(predicting.under_way(view, hub)),
            dcc.Loading(
                html.Div(id=ids.CHART, className="chart"),
                custom_spinner=dmc.Loader(),
                delay_show=500,
                overlay_style={"visibility": "visible", "opacity": 0.5},
            ),
            hover.card(),
            dcc.Loading(
                html.Div(id=ids.GALLERY),
                custom_spinner=dmc.Loader(),
                delay_show=300,
                overlay_style={"visibility": "visible", "opacity": 0.5},
            ),
            html.Div(id=ids.SUGGEST_STRIP, className="tray", role="region", **aria(label="Tray")),
        ]
    )


def _chart_row(view: View, dataset: Dataset, kind: str) -> html.Div:
    """The choice of a chart, and the settings of that one."""
    rows, columns = sides.chosen(view)
    quantities = [{"value": value, "label": label} for value, label in parts.QUANTITIES.items()]
    settings = {
        charts.HISTOGRAM: [_setting(ids.QUANTITY, "Quantity", quantities, charts.counted(view))],
        charts.CONFUSION: [
            _setting(ids.ROWS, "Rows", sides.rows_of(view, dataset), rows),
            _setting(ids.COLUMNS, "Columns", sides.columns_of(view), columns),
        ],
    }
    return html.Div(
        [
            dmc.SegmentedControl(id=ids.CHART_KIND, data=charts.kinds(view), value=kind, **aria(label="Chart")),
            *(
                html.Div(fields, id=ids.setting(chart), hidden=chart != kind, className="settings")
                for chart, fields in settings.items()
            ),
        ],
        className="chart-row",
    )


def _setting(identifier: str, label: str, data: list[dict[str, Any]], value: str) -> dmc.Select:
    return dmc.Select(id=identifier, label=label, data=data, value=value, allowDeselect=False)


def register(app: Dash, reach: Reach) -> None:
    """Enters the chart, the gallery, the tray and the link."""
    predicting.register(app, reach)
    _register_chart(app, reach)

    filters.register(app, reach)

    @app.callback(
        Output(ids.LINK, "data", allow_duplicate=True),
        Output(ids.SUGGEST_STRIP, "children"),
        Input(ids.tray("suggest"), "data"),
        Input(ids.SHOW, "data"),
        *_DRAWN_BY,
        State(ids.LINK, "data"),
        prevent_initial_call="initial_duplicate",
    )
    def keep(samples: list[int], show: str, *drawn: Any) -> tuple[str, object]:
        view = replace(_drawn(*drawn), tray=tuple(samples), show=show)
        return view.query(), tray.foot(view)

    @app.callback(
        Output(ids.show(ALL), "className"),
        Input(ids.SHOW, "data"),
        State(ids.show(ALL), "id"),
        State(ids.show(ALL), "className"),
        prevent_initial_call=True,
    )
    def mark_shown(show: str, identifiers: list[dict[str, str]], before: list[str]) -> list[str]:
        return [
            charts.part_class(identifier["show"], show, row="part-row" in style)
            for identifier, style in zip(identifiers, before, strict=True)
        ]

    @app.callback(
        Output(ids.GALLERY, "children"),
        Input(ids.SHOW, "data"),
        Input(ids.WHERE, "data"),
        State(ids.LINK, "data"),
    )
    def list_samples(show: str, where: list[str], link: str) -> object:
        view = replace(View.parse(link), show=show).filtered(where)
        try:
            with reach.hub(view) as hub:
                return gallery.contents(view, hub)
        except HubError as error:
            # What is missing, and what is wrong with filters, stands where the chart would be.
            return None if error.reason in {predicting.MISSING, *conditions.REFUSALS} else alert(error)


_DRAWN_BY = (
    Input(ids.WHERE, "data"),
    Input(ids.CHART_KIND, "value"),
    Input(ids.QUANTITY, "value"),
    Input(ids.ROWS, "value"),
    Input(ids.COLUMNS, "value"),
)


def _drawn(where: list[str], chart: str, quantity: str, rows: str, columns: str, link: str) -> View:
    """The view with what determines the chart."""
    found = View.parse(link).filtered(where)
    return replace(found, chart=chart, quantity=quantity, rows=rows, columns=columns)


def _register_chart(app: Dash, reach: Reach) -> None:
    @app.callback(Output(ids.CHART, "children"), Input(ids.REVISION, "data"), *_DRAWN_BY, State(ids.LINK, "data"))
    def draw(_: object, *drawn: Any) -> object:
        view = _drawn(*drawn)
        with reach.hub(view) as hub:
            return charts.contents(view, hub)

    @app.callback(
        Output(ids.PURPOSE, "children"),
        Output(ids.setting(ALL), "hidden"),
        Input(ids.CHART_KIND, "value"),
        State(ids.setting(ALL), "id"),
        prevent_initial_call=True,
    )
    def choose_chart(kind: str, identifiers: list[dict[str, str]]) -> tuple[str, list[bool]]:
        return charts.about(kind), [identifier["setting"] != kind for identifier in identifiers]

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
        # Points of the map are samples, which go into the tray; cells of a confusion have their key as text.
        point = value["points"][0]
        return (point.get("customdata") or {}).get("show") or point.get("text") or no_update

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
