"""Embeddings: what lies near what, as a network sees it, and what it explains alike."""

from dataclasses import replace

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, dcc, html
from dash.development.base_component import Component

from innhub import Hub, HubError
from innhub.datasets import Dataset
from ui import chooser, embedding_charts, grouping, hover, ids, nearness, plane, predicting, running, tray
from ui.accessible import aria
from ui.api import Reach, alert
from ui.links import View
from ui.loading import loading

PATH = "/embeddings"
TITLE = "Embeddings"

_GROUPS = "groups"
_LISTED = {
    nearness.NEIGHBOURS: "Neighbours",
    nearness.DUPLICATES: "Duplicates",
    nearness.OUTLIERS: "Outliers",
    _GROUPS: "Groups of explanations",
}
_NEAR = {
    nearness.NEIGHBOURS: nearness.neighbours,
    nearness.DUPLICATES: nearness.duplicates,
    nearness.OUTLIERS: nearness.outliers,
}


def layout(view: View, hub: Hub) -> Component:
    """The page as the link asks for it."""
    view, dataset = chooser.completed(view, hub)
    view = replace(
        view,
        model=view.model or view.models[0],
        projection=_known(view.projection, plane.PROJECTIONS),
        coloured=_known(view.coloured, embedding_charts.COLOURED),
        listed=_known(view.listed, _LISTED),
    )
    groups = grouping.controls(view, dataset, hub)
    return html.Div(
        [
            dcc.Store(id=ids.LINK, data=view.query()),
            dcc.Store(id=ids.tray("embeddings"), data=list(view.tray)),
            dmc.Group(_choices(view, dataset, hub), className="chooser", align="flex-end"),
            *running.watch(plane.under_way(view, hub)),
            loading(html.Div(id=ids.EMBEDDING, className="chart")),
            hover.card(),
            html.Section(
                [
                    _segments(ids.LISTED, "Lists", _LISTED, view.listed),
                    html.Div(
                        [groups, loading(html.Div(id=ids.GROUPS))],
                        id=ids.GROUPING,
                        hidden=view.listed != _GROUPS,
                    ),
                    loading(html.Div(id=ids.NEAR)),
                ],
                className="near",
                **aria(label="What lies near what"),
            ),
            html.Div(id=ids.EMBEDDINGS_STRIP, className="tray", role="region", **aria(label="Tray")),
        ]
    )


def _known(value: str, offered: dict[str, str]) -> str:
    return value if value in offered else next(iter(offered))


def _choices(view: View, dataset: Dataset, hub: Hub) -> list[Component]:
    models = list(dict.fromkeys([*(model.name for model in chooser.ready_models(hub)), view.model]))
    datasets = [other.name for other in hub.datasets.list() if other.state == "ready"]
    last = max(len(dataset) - 1, 0)
    return [
        dmc.Select(id=ids.EMBEDDED_DATASET, label="Data set", data=datasets, value=view.dataset, allowDeselect=False),
        dmc.Select(id=ids.EMBEDDED_MODEL, label="Model", data=models, value=view.model, allowDeselect=False),
        _titled("Layout", _segments(ids.PROJECTION, "Layout", plane.PROJECTIONS, view.projection)),
        _titled("Colour by", _segments(ids.COLOURED, "Colour by", embedding_charts.COLOURED, view.coloured)),
        dmc.NumberInput(
            id=ids.EMBEDDED_SAMPLE,
            label=f"Sample (0 to {last})",
            value=view.sample if view.sample is not None and view.sample <= last else "",
            min=0,
            max=last,
            allowDecimal=False,
            debounce=400,
            placeholder="None",
            w=150,
        ),
        html.Div(
            "Every point is a sample; what the last hidden layer answers alike lies together. Hover to see it; "
            "click or lasso to put samples into the tray.",
            className="purpose",
        ),
    ]


def _titled(title: str, control: Component) -> html.Div:
    return html.Div([dmc.Text(title, size="sm", fw=500, mb=2, **aria(hidden="true")), control])


def _segments(identifier: str, name: str, offered: dict[str, str], value: str) -> dmc.SegmentedControl:
    data = [{"value": key, "label": label} for key, label in offered.items()]
    return dmc.SegmentedControl(id=identifier, data=data, value=value, **aria(label=name))


def register(app: Dash, reach: Reach) -> None:
    """Enters what a choice changes."""
    grouping.register(app, reach)
    plane.register(app, reach)

    @app.callback(
        Output(ids.ADDRESS, "search", allow_duplicate=True),
        Input(ids.EMBEDDED_DATASET, "value"),
        Input(ids.EMBEDDED_MODEL, "value"),
        State(ids.LINK, "data"),
        prevent_initial_call=True,
    )
    def choose(dataset: str, model: str, link: str) -> str:
        view = replace(View.parse(link), model=model, run="")
        if dataset == view.dataset:
            return view.query()
        # Sample numbers and labels mean nothing in another data set.
        return replace(view, dataset=dataset, sample=None, tray=(), show="", where=(), grouped="").query()

    @app.callback(
        Output(ids.NEAR, "children"),
        Output(ids.GROUPING, "hidden"),
        Input(ids.LISTED, "value"),
        Input(ids.EMBEDDED_SAMPLE, "value"),
        Input(ids.REVISION, "data"),
        State(ids.tray("embeddings"), "data"),
        State(ids.LINK, "data"),
    )
    def list_near(listed: str, sample: object, _: object, samples: list[int], link: str) -> tuple[object, bool]:
        view = replace(View.parse(link), listed=listed, sample=plane.number(sample), tray=tuple(samples))
        hidden = listed != _GROUPS
        if not hidden:
            return None, hidden
        try:
            with reach.hub(view) as hub:
                return _NEAR[listed](view, hub), hidden
        except HubError as error:
            # What is missing stands where the chart would be.
            return None if error.reason in {predicting.MISSING, plane.MISSING} else alert(error), hidden

    @app.callback(
        Output(ids.LINK, "data", allow_duplicate=True),
        Output(ids.EMBEDDINGS_STRIP, "children"),
        Input(ids.tray("embeddings"), "data"),
        Input(ids.PROJECTION, "value"),
        Input(ids.COLOURED, "value"),
        Input(ids.LISTED, "value"),
        Input(ids.EMBEDDED_SAMPLE, "value"),
        Input(ids.GROUPED_RUN, "value"),
        Input(ids.GROUPED_LABEL, "value"),
        State(ids.LINK, "data"),
        prevent_initial_call="initial_duplicate",
    )
    def keep(
        samples: list[int],
        projection: str,
        coloured: str,
        listed: str,
        sample: object,
        run: str | None,
        label: str | None,
        link: str,
    ) -> tuple[str, object]:
        view = replace(
            View.parse(link),
            tray=tuple(samples),
            projection=projection,
            coloured=coloured,
            listed=listed,
            sample=plane.number(sample),
            run=run or "",
            grouped=label or "",
        )
        return view.query(), tray.foot(replace(view, models=view.models or (view.model,)))
