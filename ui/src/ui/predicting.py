"""Predictions that are missing: said on Suggest, and started by a button."""

from dataclasses import replace

import dash_mantine_components as dmc
from dash import ALL, Dash, Input, Output, State, ctx, no_update

from innhub import Hub, HubError
from innhub.runs import Run
from ui import ids, running
from ui.api import Reach
from ui.links import View

MISSING = "PREDICTIONS_MISSING"
KIND = "predict"


def under_way(view: View, hub: Hub) -> Run | None:
    """A run that predicts this data set by any of the models."""
    dataset = hub.datasets.get(view.dataset).id
    models = {hub.models.get(model).id for model in view.models}
    return running.under_way(hub, lambda run: run.kind == KIND and run.dataset == dataset and models & set(run.models))


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
            [dmc.Text(text, size="sm"), dmc.Button("Predict now", id=ids.predict(",".join(view.models)), size="sm")],
            justify="space-between",
        ),
        title="Predictions are missing",
        color="yellow",
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
    """Enters the button."""

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
        view = replace(View.parse(link), models=tuple(ctx.triggered_id["predict"].split(",")))
        with reach.hub(view) as hub:
            run = under_way(view, hub) or hub.predict(view.dataset, _lacking(view, hub) or view.models)
        return run.id, False, running.bar(run)
