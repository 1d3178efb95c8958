"""Runs: what goes on and what has been, with buttons to end it or to try it again."""

from itertools import islice

import dash_mantine_components as dmc
from dash import ALL, Dash, Input, Output, State, ctx, dcc, html, no_update

from innhub import Hub, HubError
from innhub.runs import ENDED, Run
from ui import ids
from ui.api import Reach, alert
from ui.links import View
from ui.run_rows import live, row, shape

PATH = "/runs"
TITLE = "Runs"

_BUSY_MILLISECONDS, _IDLE_MILLISECONDS = 1_000, 5_000
_SHOWN = 50


def layout(view: View, hub: Hub) -> dmc.Container:
    """The page; a clock looks after it."""
    runs = _newest(hub)
    return dmc.Container(
        [
            dcc.Store(id=ids.LINK, data=view.query()),
            dcc.Store(id=ids.RUNS_SHAPE, data=_shape(runs)),
            dcc.Interval(id=ids.RUNS_CLOCK, interval=_pause(runs)),
            dmc.Title("Runs", order=2, mb="xs"),
            dmc.Text(
                "Work over whole data sets, the newest first. Everybody's runs have their turns; what is done stays, "
                "whatever becomes of a run.",
                c="dimmed",
                size="sm",
                mb="md",
            ),
            html.Div(_rows(hub, runs), id=ids.RUNS),
        ],
        size="lg",
    )


def register(app: Dash, reach: Reach) -> None:
    """Enters the clock and the buttons."""

    @app.callback(
        Output(ids.RUNS, "children"),
        Output(ids.RUNS_SHAPE, "data"),
        Output(ids.RUNS_CLOCK, "interval"),
        Output(ids.run_live(ALL), "children"),
        Input(ids.RUNS_CLOCK, "n_intervals"),
        Input(ids.steer(ALL, ALL), "n_clicks"),
        State(ids.RUNS_SHAPE, "data"),
        State(ids.LINK, "data"),
        prevent_initial_call=True,
    )
    def refresh(_: int, __: list[int | None], known: object, link: str) -> tuple[object, object, object, list[object]]:
        shown = [output["id"]["run-live"] for output in ctx.outputs_list[3]]
        same: list[object] = [no_update for _ in shown]
        pressed = ctx.triggered_id if isinstance(ctx.triggered_id, dict) else None
        if pressed is not None and not ctx.triggered[0]["value"]:
            # A button that has just been drawn.
            return no_update, no_update, no_update, same
        try:
            with reach.hub(View.parse(link)) as hub:
                if pressed is not None:
                    (hub.runs.cancel if pressed["steer"] == "cancel" else hub.runs.retry)(pressed["run"])
                runs = _newest(hub)
                if _shape(runs) != known:
                    return _rows(hub, runs), _shape(runs), _pause(runs), same
        except HubError as error:
            return alert(error, title="The runs cannot be read just now"), None, _IDLE_MILLISECONDS, same
        lives = {run.id: live(run) for run in runs}
        return no_update, no_update, _pause(runs), [lives[run] for run in shown]


def _newest(hub: Hub) -> list[Run]:
    return list(islice(hub.runs.iterate(order="newest", limit=_SHOWN), _SHOWN))


def _shape(runs: list[Run]) -> list[list[object]]:
    return [shape(run) for run in runs]


def _pause(runs: list[Run]) -> int:
    return _BUSY_MILLISECONDS if any(run.state not in ENDED for run in runs) else _IDLE_MILLISECONDS


def _rows(hub: Hub, runs: list[Run]) -> html.Div:
    if not runs:
        nothing = "No run yet. Suggest begins one where predictions are missing; `innhub predict` does, too."
        return html.Div(dmc.Text(nothing, c="dimmed"))
    names = {model.id: model.name for model in hub.models.list()} | {
        dataset.id: dataset.name for dataset in hub.datasets.list()
    }
    return html.Div([row(run, names) for run in runs], className="rows", role="list")
