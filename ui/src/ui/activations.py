"""What the units of a layer answer to a picture: the strongest, as maps and as bars. A click on one chooses it."""

from math import ceil, sqrt
from typing import Any

import dash_mantine_components as dmc
from dash import ALL, Dash, Input, Output, State, ctx, html, no_update
from dash.development.base_component import Component

from ui import ids
from ui.accessible import aria
from ui.api import maps_address
from ui.links import View
from ui.quantities import value

UNITS = 16
_TILE = 112
_WITH_MAPS = 3
"""Height, width, units: the shape of a layer with maps has as many sides."""


def strongest(view: View, answer: dict[str, Any]) -> list[Component]:
    """The strongest units of the layer, as the hub names them for the sample of the view."""
    units = answer["units"]
    total = answer["units_total"]
    maps = [_maps(view, units)] if len(answer["output_shape"]) == _WITH_MAPS else []
    return [
        dmc.Text(
            f"The {len(units)} strongest of {total:,} units. Choose one to see what excites it."
            if total > len(units)
            else f"All {total:,} units. Choose one to see what excites it.",
            size="sm",
            c="dimmed",
        ),
        html.Div([*maps, _bars(view, units)], className="units"),
    ]


def unit_class(place: str, chosen: bool) -> str:
    """The style of a unit among the `map`s or `bar`s."""
    return f"unit-{place} chosen" if chosen else f"unit-{place}"


def _maps(view: View, units: list[dict[str, Any]]) -> html.Div:
    """One picture of all maps, with a button over each; the hub draws about as many columns as rows."""
    columns = ceil(sqrt(len(units)))
    numbers = [unit["unit"] for unit in units]
    buttons = [
        html.Button(
            html.Span(str(number), className="number"),
            **_chooses(view, number, "map"),
            **aria(label=f"Map of unit {number}"),
        )
        for number in numbers
    ]
    picture = html.Img(
        src=maps_address(view, numbers, _TILE),
        alt=f"Maps of the {len(units)} strongest units",
    )
    grid = html.Div(buttons, style={"gridTemplateColumns": f"repeat({columns}, 1fr)"}, className="tiles")
    return html.Div([picture, grid], className="maps")


def _bars(view: View, units: list[dict[str, Any]]) -> html.Ol:
    most = max(unit["mean"] for unit in units)
    return html.Ol(
        [html.Li(_bar(view, unit, max(unit["mean"], 0) / most if most > 0 else 0)) for unit in units],
        className="unit-bars",
        **aria(label="Strongest units"),
    )


def _bar(view: View, unit: dict[str, Any], share: float) -> html.Button:
    number = unit["unit"]
    return html.Button(
        [
            html.Span(style={"width": f"{100 * share:.1f}%"}, className="fill", **aria(hidden="true")),
            html.Span(f"Unit {number}", className="name"),
            html.Span(value(unit["mean"]), className="score", title=f"At most {value(unit['maximum'])}"),
        ],
        **_chooses(view, number, "bar"),
    )


def _chooses(view: View, number: int, place: str) -> dict[str, Any]:
    return {"id": ids.unit(number, place), "className": unit_class(place, number == view.unit)}


def register(app: Dash) -> None:
    """Enters the choice of a unit."""

    @app.callback(
        Output(ids.INSPECTED_UNIT, "data"),
        Input(ids.unit(ALL, ALL), "n_clicks"),
        Input(ids.INSPECTED_LAYER, "value"),
        prevent_initial_call=True,
    )
    def choose(_: list[int | None], __: str) -> object:
        if ctx.triggered_id == ids.INSPECTED_LAYER:
            return None
        return ctx.triggered_id["unit"] if ctx.triggered[0]["value"] else no_update

    @app.callback(
        Output(ids.unit(ALL, ALL), "className"),
        Input(ids.INSPECTED_UNIT, "data"),
        State(ids.unit(ALL, ALL), "id"),
        prevent_initial_call=True,
    )
    def mark(chosen: int | None, buttons: list[dict[str, Any]]) -> list[str]:
        return [unit_class(button["place"], button["unit"] == chosen) for button in buttons]
