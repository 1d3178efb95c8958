"""Runs: what goes on and what has been, with buttons to end it or to try it again."""

from itertools import islice

import dash_mantine_components as dmc
from dash import ALL, Dash, Input, Output, State, ctx, dcc, html, no_update
from dash.development.base_component import Component

from innhub import Hub, HubError
from innhub.runs import ENDED
from ui import ids
from ui.api import Reach, alert
from ui.links import View
from ui.run_rows import row

PATH = "/runs"
TITLE = "Runs"

_BUSY_MILLISECONDS, _IDLE_MILLISECONDS = 1_000, 5_000
_SHOWN = 50


def layout(view: View, hub: Hub) -> dmc.Container:
    """The page; a clock looks after it."""
    content, busy = _content(hub)
    return dmc.Container(
        [
            dcc.Store(id=ids.LINK, data=view.query()),
            dcc.Interval(id=ids.RUNS_CLOCK, interval=_pause(busy)),
            dmc.Title("Runs", order=2, mb="xs"),
            dmc.Text(
                "Work over whole data sets, the newest first. Everybody's runs have their turns; what is done stays, "
                "whatever becomes of a run.",
                c="dimmed",
                size="sm",
                mb="md",
            ),
            html.Div(content, id=ids.RUNS),
        ],
        size="lg",
    )


def register(app: Dash, reach: Reach) -> None:
    """Enters the clock and the buttons."""

    @app.callback(
        Output(ids.RUNS, "children"),
        Output(ids.RUNS_CLOCK, "interval"),
        Input(ids.RUNS_CLOCK, "n_intervals"),
        Input(ids.steer(ALL, ALL), "n_clicks"),
        State(ids.LINK, "data"),
        prevent_initial_call=True,
    )
    def refresh(_: int, __: list[int | None], link: str) -> tuple[object, object]:
        pressed = ctx.triggered_id if isinstance(ctx.triggered_id, dict) else None
        if pressed is not None and not ctx.triggered[0]["value"]:
            # A button that has just been drawn.
            return no_update, no_update
        try:
            with reach.hub(View.parse(link)) as hub:
                if pressed is not None:
                    (hub.runs.cancel if pressed["steer"] == "cancel" else hub.runs.retry)(pressed["run"])
                content, busy = _content(hub)
        except HubError as error:
            return alert(error, title="The runs cannot be read just now"), _IDLE_MILLISECONDS
        return content, _pause(busy)


def _pause(busy: bool) -> int:
    return _BUSY_MILLISECONDS if busy else _IDLE_MILLISECONDS


def _content(hub: Hub) -> tuple[Component, bool]:
    runs = list(islice(hub.runs.iterate(order="newest", limit=_SHOWN), _SHOWN))
    if not runs:
        nothing = "No run yet. Suggest begins one where predictions are missing; `innhub predict` does, too."
        return dmc.Text(nothing, c="dimmed"), False
    names = {model.id: model.name for model in hub.models.list()} | {
        dataset.id: dataset.name for dataset in hub.datasets.list()
    }
    busy = any(run.state not in ENDED for run in runs)
    return html.Div([row(run, names) for run in runs], className="rows", role="list"), busy
