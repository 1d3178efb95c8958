"""A run that a page waits for: its progress, said until it has ended."""

from collections.abc import Callable
from typing import Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from innhub import Hub, HubError
from innhub.runs import ENDED, Run
from ui import ids
from ui.accessible import aria
from ui.api import Reach, alert
from ui.links import View

_PAUSE_MILLISECONDS = 1_000
_WORK = {
    "predict": "Predicting",
    "activations": "Reading activations",
    "explain": "Explaining",
    "patterns": "Fitting patterns",
    "quality": "Checking maps",
    "umap": "Laying out",
    "clusters": "Grouping",
}


def watch(run: Run | None) -> list[Component]:
    """What watches a run: one that is under way already, or the one that a button starts."""
    return [
        dcc.Store(id=ids.RUN, data=run.id if run else None),
        dcc.Store(id=ids.REVISION, data=0),
        dcc.Interval(id=ids.RUN_CLOCK, interval=_PAUSE_MILLISECONDS, disabled=run is None),
        html.Div(bar(run) if run else None, id=ids.RUN_PROGRESS, **aria(live="polite")),
    ]


def under_way(hub: Hub, wanted: Callable[[Run], object]) -> Run | None:
    """The first run that has not ended and is wanted."""
    active = hub.runs.iterate(state=["pending", "running", "paused"])
    return next((run for run in active if run.state not in ENDED and wanted(run)), None)


def bar(run: Run) -> dmc.Paper:
    """How far a run is."""
    progress = run.progress
    done, total = progress["samples_done"], progress["samples_total"]
    rate, left = progress.get("samples_a_second"), progress.get("seconds_left")
    text = f"{_WORK.get(run.kind, run.kind)}: {done:,} of {total:,}"
    if run.pause:
        text += f", paused. {run.pause['reason']}"
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
                **aria(label="Progress of the run"),
            ),
        ],
        withBorder=True,
        p="sm",
        mb="md",
    )


def register(app: Dash, reach: Reach) -> None:
    """Enters the clock."""

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
            return bar(run), news, False
        return _ended(run), now, True


def _ended(run: Run) -> dmc.Alert | None:
    if run.state == "done":
        return None
    if run.state == "cancelled":
        return dmc.Alert("The run was cancelled.", color="yellow", mb="md")
    first = run.failures[0]["failure"] if run.failures else {"reason": "INTERNAL", "detail": "No reason was given."}
    error = HubError(first["reason"], first["detail"], first.get("advice", ""))
    return alert(error, title=f"{run.progress['shards_failed']} parts of the run failed")
