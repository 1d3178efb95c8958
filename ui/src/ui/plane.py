"""The samples of a data set in the plane, as a network sees them, and the runs that this takes."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import dash_mantine_components as dmc
from dash import ALL, Dash, Input, Output, State, ctx, html, no_update

from innhub import Hub, HubError
from innhub.runs import Run
from ui import charts, embedding_charts, grouping, ids, predicting, running, tray
from ui.api import Reach, alert
from ui.links import View

MISSING = "EMBEDDING_NOT_FOUND"
_UMAP = "umap"
PROJECTIONS = {"pca": "PCA", _UMAP: "UMAP"}
_QUICK = 5_000
"""So many samples are laid out in seconds."""


def under_way(view: View, hub: Hub) -> Run | None:
    """A run for which this page waits."""
    dataset, model = hub.datasets.get(view.dataset).id, hub.models.get(view.model).id
    kinds = {predicting.KIND, *_BEGUN}
    return running.under_way(hub, lambda run: run.kind in kinds and run.dataset == dataset and model in run.models)


def drawing(view: View, hub: Hub) -> object:
    """The samples in the plane; or what is missing, with the button that makes it."""
    try:
        found = hub.suggest.embedding(view.dataset, view.model, projection=view.projection)
    except HubError as error:
        if error.reason == predicting.MISSING:
            return predicting.offer(replace(view, models=(view.model,)))
        if error.reason == MISSING:
            return _offer(view, hub)
        return alert(error)
    drawn, total = len(found["points"]), found["samples"]
    part = f"A fair {drawn:,} of {total:,} samples are drawn." if drawn < total else f"All {total:,} samples."
    figure = embedding_charts.embedding(found, view.coloured, view.model, view.sample)
    name = f"{PROJECTIONS[view.projection]} of {total:,} samples as {view.model} sees them"
    return html.Div([dmc.Text(part, size="sm", c="dimmed"), charts.graph("embedding", figure, name)])


def _offer(view: View, hub: Hub) -> object:
    if view.projection != _UMAP:
        return predicting.offer(replace(view, models=(view.model,)))
    seconds = "some seconds" if len(hub.datasets.get(view.dataset)) <= _QUICK else "some minutes"
    text = f"UMAP keeps neighbours together that PCA lays on top of others. It is made once, in {seconds}."
    return dmc.Alert(
        dmc.Group(
            [dmc.Text(text, size="sm", flex="1 1 14rem"), dmc.Button("Make it now", id=ids.begin(_UMAP), size="sm")],
            justify="space-between",
        ),
        title=f"Nobody has laid out {view.dataset} for {view.model} yet",
        color="blue",
        mb="md",
    )


def number(value: object) -> int | None:
    """What stands in a field for a number; it is a text while it is empty."""
    return value if isinstance(value, int) else None


def register(app: Dash, reach: Reach) -> None:
    """Enters the drawing, the sample that a click chooses, and the runs that buttons begin."""
    _register_runs(app, reach)

    @app.callback(
        Output(ids.EMBEDDING, "children"),
        Input(ids.REVISION, "data"),
        Input(ids.PROJECTION, "value"),
        Input(ids.COLOURED, "value"),
        Input(ids.EMBEDDED_SAMPLE, "value"),
        State(ids.LINK, "data"),
    )
    def draw(_: object, projection: str, coloured: str, sample: object, link: str) -> object:
        view = replace(View.parse(link), projection=projection, coloured=coloured, sample=number(sample))
        with reach.hub(view) as hub:
            return drawing(view, hub)

    @app.callback(
        Output(ids.EMBEDDED_SAMPLE, "value"), Input(ids.graph("embedding"), "clickData"), prevent_initial_call=True
    )
    def look_at(clicked: dict[str, Any] | None) -> object:
        samples = tray.samples_of(clicked)
        return samples[0] if samples else no_update


_BEGUN: dict[str, Callable[[View, Hub], Run]] = {
    _UMAP: lambda view, hub: hub.umap(view.dataset, [view.model]),
    grouping.EXPLAIN: grouping.explain,
    grouping.KIND: grouping.begin,
}


def _register_runs(app: Dash, reach: Reach) -> None:
    @app.callback(
        Output(ids.RUN, "data", allow_duplicate=True),
        Output(ids.RUN_CLOCK, "disabled", allow_duplicate=True),
        Output(ids.RUN_PROGRESS, "children", allow_duplicate=True),
        Input(ids.begin(ALL), "n_clicks"),
        State(ids.GROUPED_RUN, "value"),
        State(ids.GROUPED_LABEL, "value"),
        State(ids.LINK, "data"),
        prevent_initial_call=True,
    )
    def begin(_: list[int | None], run: str | None, label: str | None, link: str) -> tuple[object, object, object]:
        if not ctx.triggered[0]["value"]:
            return no_update, no_update, no_update
        view = replace(View.parse(link), run=run or "", grouped=label or "")
        try:
            with reach.hub(view) as hub:
                begun = _BEGUN[ctx.triggered_id["begin"]](view, hub)
        except HubError as error:
            return no_update, True, alert(error, title="The run was not begun")
        return begun.id, False, running.bar(begun)
