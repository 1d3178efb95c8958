"""Predictions that are missing: said on Suggest, started by a button, watched until they are there."""

from typing import Any

import dash_mantine_components as dmc
from dash import ALL, Dash, Input, Output, State, ctx, dcc, html, no_update
from dash.development.base_component import Component

from innhub import Hub, HubError
from innhub.runs import ENDED, Run
from ui import ids
from ui.accessible import aria
from ui.api import Reach, alert
from ui.links import View

MISSING = "PREDICTIONS_MISSING"
_PAUSE_MILLISECONDS = 1_000


def watch(view: View, hub: Hub) -> list[Component]:
    """What watches a run: one that is under way already for this data set, or the one that the button starts."""
    run = _under_way(view, hub)
    return [
        dcc.Store(id=ids.RUN, data=run.id if run else None),
        dcc.Store(id=ids.REVISION, data=0),
        dcc.Interval(id=ids.RUN_CLOCK, interval=_PAUSE_MILLISECONDS, disabled=run is None),
        html.Div(_bar(run) if run else None, id=ids.RUN_PROGRESS, **aria(live="polite")),
    ]


def _under_way(view: View, hub: Hub) -> Run | None:
    dataset = hub.datasets.get(view.dataset).id
    models = {hub.models.get(model).id for model in view.models}
    running = [run for run in hub.runs.list() if run.state not in ENDED]
    return next((run for run in running if run.dataset == dataset and models & set(run.models)), None)


def offer(view: View, count: int | None = None) -> dmc.Alert:
    """Says that predictions are missing, with the button that starts them; `count` samples, or all."""
    who = "The networks have" if len(view.models) > 1 else f"{view.models[0]} has"
    text = (
        f"{count:,} samples of {view.dataset} are not on the chart: not all of the networks have predicted them."
        if count
        else f"{who} not predicted {view.dataset} yet."
    )
    return dmc.Alert(
        dmc.Group(
            [dmc.Text(text, size="sm"), dmc.Button("Predict now", id=ids.predict("now"), size="sm")],
            justify="space-between",
        ),
        title="Predictions are missing",
        color="yellow",
        mb="md",
    )


def _bar(run: Run) -> dmc.Paper:
    progress = run.progress
    done, total = progress["samples_done"], progress["samples_total"]
    rate, left = progress.get("samples_a_second"), progress.get("seconds_left")
    text = f"Predicting: {done:,} of {total:,}"
    if rate:
        text += f", {rate:,.0f} a second"
    if left is not None:
        text += f", {left:,.0f} s left"
    return dmc.Paper(
        [
            dmc.Text(text, size="sm", mb=6),
            dmc.Progress(
                value=100 * done / max(total, 1),
                animated=True,
                size="lg",
                **aria(label="Progress of the predictions"),
            ),
        ],
        withBorder=True,
        p="sm",
        mb="md",
    )


def _lacking(view: View, hub: Hub) -> list[str]:
    """The models that have not predicted everything."""
    lacking = []
    for model in view.models:
        try:
            complete = hub.suggest.agreement(view.dataset, [model], max_points=1).missing == 0
        except HubError as error:
            if error.reason != MISSING:
                raise
            complete = False
        if not complete:
            lacking.append(model)
    return lacking


def register(app: Dash, reach: Reach) -> None:
    """Enters the button and the clock."""

    @app.callback(
        Output(ids.RUN, "data"),
        Output(ids.RUN_CLOCK, "disabled", allow_duplicate=True),
        Output(ids.RUN_PROGRESS, "children", allow_duplicate=True),
        Input(ids.predict(ALL), "n_clicks"),
        State(ids.LINK, "data"),
        prevent_initial_call=True,
    )
    def start(_: list[int | None], link: str) -> tuple[object, object, object]:
        if not ctx.triggered[0]["value"]:
            return no_update, no_update, no_update
        view = View.parse(link)
        with reach.hub(view) as hub:
            run = _under_way(view, hub) or hub.predict(view.dataset, _lacking(view, hub) or view.models)
        return run.id, False, _bar(run)

    @app.callback(
        Output(ids.RUN_PROGRESS, "children"),
        Output(ids.REVISION, "data"),
        Output(ids.RUN_CLOCK, "disabled"),
        Input(ids.RUN_CLOCK, "n_intervals"),
        State(ids.RUN, "data"),
        State(ids.REVISION, "data"),
        State(ids.LINK, "data"),
        prevent_initial_call=True,
    )
    def look(_: int, run_id: str | None, revision: Any, link: str) -> tuple[object, object, bool]:
        if run_id is None:
            return None, no_update, True
        view = View.parse(link)
        with reach.hub(view) as hub:
            run = hub.runs.get(run_id)
        now = f"{run.state} {run.progress['samples_done']}"
        news = no_update if now == revision else now
        if run.state not in ENDED:
            return _bar(run), news, False
        return _ended(run), now, True


def _ended(run: Run) -> dmc.Alert | None:
    if run.state == "done":
        return None
    if run.state == "cancelled":
        return dmc.Alert("The predictions were cancelled.", color="yellow", mb="md")
    first = run.failures[0]["failure"] if run.failures else {"reason": "INTERNAL", "detail": "No reason was given."}
    error = HubError(first["reason"], first["detail"], first.get("advice", ""))
    return alert(error, title=f"{len(run.failures)} parts of the predictions failed")
