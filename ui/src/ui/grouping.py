"""Groups of samples that a network explains alike, and the run that finds them (SpRAy, Lapuschkin et al. 2019)."""

from dataclasses import replace
from typing import Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, dcc, html

from innhub import Hub, HubError
from innhub.connection import JSON
from innhub.datasets import Dataset
from innhub.runs import Run
from ui import embedding_charts, ids, running
from ui.accessible import aria
from ui.api import Reach, alert, sample_address
from ui.links import View, unit_target

KIND, EXPLAIN = "clusters", "explain"
_METHODS = ("lrp.epsilon", "gradient")
"""The method that the paper groups maps of, and one that explains every network."""
_MISSING = "CLUSTERS_NOT_FOUND"
_MEMBERS = 8
_THUMBNAIL = 96
_ALL = ""


def explained(view: View, hub: Hub) -> list[Run]:
    """The runs that have explained the data set for the model, the newest first."""
    dataset, model = hub.datasets.get(view.dataset).id, hub.models.get(view.model).id
    found = hub.runs.list(kind=EXPLAIN, state="done", dataset=dataset, order="newest")
    return [run for run in found if model in run.models]


def controls(view: View, dataset: Dataset, hub: Hub) -> html.Div:
    """The choice of a run and a label; or how a run is begun where there is none."""
    runs = explained(view, hub)
    labels = (dataset.summary or {}).get("labels", [])
    choices = [{"value": _ALL, "label": "All samples"}, *({"value": name, "label": name} for name in labels)]
    fields = dmc.Group(
        [
            dmc.Select(
                id=ids.GROUPED_RUN,
                label="Explained by",
                data=_choices(runs),
                value=_chosen(view.run, runs),
                allowDeselect=False,
                placeholder="No run yet",
                nothingFoundMessage="No run yet",
                w=320,
            ),
            dmc.Select(
                id=ids.GROUPED_LABEL,
                label="Label",
                data=choices,
                value=view.grouped,
                searchable=True,
                allowDeselect=False,
                limit=100,
                w=220,
            ),
            dmc.Button("Group them", id=ids.begin(KIND), variant="light"),
        ],
        align="flex-end",
    )
    return html.Div([fields, html.Div(_hint(view, runs), id=ids.GROUPED_HINT)], className="how")


def _choices(runs: list[Run]) -> list[dict[str, str]]:
    return [{"value": run.id, "label": _named(run)} for run in runs]


def _chosen(run: str | None, runs: list[Run]) -> str | None:
    known = [other.id for other in runs]
    return run if run in known else next(iter(known), None)


def _hint(view: View, runs: list[Run]) -> dmc.Alert | None:
    """What to do where nothing is explained yet."""
    if runs:
        return None
    text = "Groups are made of the maps of a run that has explained every sample. `innhub explain-all` begins one too."
    return dmc.Alert(
        dmc.Group(
            [
                dmc.Text(text, size="sm", flex="1 1 14rem"),
                dmc.Button("Explain all samples", id=ids.begin(EXPLAIN), size="sm"),
            ],
            justify="space-between",
        ),
        title=f"Nobody has explained {view.dataset} for {view.model} yet",
        color="blue",
        mt="sm",
    )


def _named(run: Run) -> str:
    asked = run.explanation or {}
    target = link_target(asked.get("target", "predicted")).replace(":", " ")
    words = (asked.get("method", ""), target, asked.get("layer", ""), run.created_at[:10])
    return " · ".join(word for word in words if word)


def contents(view: View, hub: Hub) -> object:
    """The groups that a run has found; what to do where none has looked."""
    if not view.run:
        return None
    try:
        found = hub.suggest.clusters(view.run, model=view.model, label=view.grouped, max_members=_MEMBERS)
    except HubError as error:
        if error.reason != _MISSING:
            return alert(error)
        return dmc.Text(
            "Nobody has grouped these maps yet. Group them: that takes some seconds.", size="sm", c="dimmed"
        )
    explanation = hub.runs.get(view.run).explanation or {}
    about = (
        f"{found['samples']:,} samples in {len(found['items'])} groups of maps that look alike. A small group with a "
        "map of its own may be right for the wrong reason. Orange speaks for the answer, blue against it."
    )
    groups = [_group(_comparing(view, explanation), group, found["map_side"]) for group in found["items"]]
    return html.Div([dmc.Text(about, size="sm", c="dimmed", mb="xs"), html.Div(groups, className="groups")])


def _comparing(view: View, explanation: JSON) -> View:
    """The view in which Compare shows the maps that were grouped."""
    return replace(
        view,
        models=(view.model,),
        method=explanation.get("method", ""),
        parameters=explanation.get("parameters", {}),
        target=link_target(explanation.get("target", "predicted")),
        layer=explanation.get("layer", ""),
    )


def link_target(asked: Any) -> str:
    """The target of a run as a link has it; what no link can say becomes the predicted class."""
    match asked:
        case {"layer": str(layer), "unit": int(unit)}:
            return unit_target(unit, layer)
        case int():
            return f"unit:{asked}"
        case str() if asked not in ("predicted", "label"):
            return f"class:{asked}"
        case str():
            return asked
        case _:
            return "predicted"


def _group(view: View, group: JSON, side: int) -> html.Article:
    numbers = tuple(member["sample"]["number"] for member in group["members"])
    accuracy = "" if group["accuracy"] is None else f", {group['accuracy']:.0%} right"
    title = f"Group {group['number'] + 1}"
    members = [_member(replace(view, tray=numbers), member) for member in group["members"]]
    figure = dcc.Graph(
        figure=embedding_charts.typical_map(group["typical_map"], side),
        config={"staticPlot": True},
        className="typical-map",
    )
    said = f"{group['samples']:,} samples{accuracy}"
    return html.Article(
        [
            html.Div(figure, role="img", **aria(label=f"Typical map of {title.lower()}")),
            html.Div(
                [
                    dmc.Group([dmc.Title(title, order=4), dmc.Text(said, size="sm")], gap="sm"),
                    html.Div(members, className="members"),
                ]
            ),
        ],
        className="group",
        **aria(label=f"{title}: {said}"),
    )


def _member(view: View, member: JSON) -> html.A:
    number, label = member["sample"]["number"], member["sample"]["label"]
    name = f"Compare sample {number}" + (f", labelled {label}" if label else "")
    return html.A(
        html.Img(src=sample_address(view, number, _THUMBNAIL), alt=name),
        href=replace(view, sample=number).on("/compare"),
        title=f"{number} · {label or 'no label'}",
        className="thumbnail",
    )


def begin(view: View, hub: Hub) -> Run:
    """The run that groups the maps: one that is under way, or a new one."""
    under_way = running.under_way(hub, lambda run: (run.kind, run.run, run.label) == (KIND, view.run, view.grouped))
    return under_way or hub.runs.clusters(view.run, view.grouped)


def explain(view: View, hub: Hub) -> Run:
    """A run that explains every sample in the way that is grouped best."""
    usable = {row["method"] for row in hub.models.methods(view.model) if row["applicable"]}
    method = next((method for method in _METHODS if method in usable), _METHODS[-1])
    return hub.explain_all(view.dataset, [view.model], method=method)


def register(app: Dash, reach: Reach) -> None:
    """Enters the groups, and the runs that they can be made of."""

    @app.callback(
        Output(ids.GROUPED_RUN, "data"),
        Output(ids.GROUPED_RUN, "value"),
        Output(ids.GROUPED_HINT, "children"),
        Input(ids.REVISION, "data"),
        State(ids.GROUPED_RUN, "value"),
        State(ids.LINK, "data"),
        prevent_initial_call=True,
    )
    def list_runs(_: object, run: str | None, link: str) -> tuple[object, object, object]:
        view = View.parse(link)
        with reach.hub(view) as hub:
            runs = explained(view, hub)
        return _choices(runs), _chosen(run, runs), _hint(view, runs)

    @app.callback(
        Output(ids.GROUPS, "children"),
        Input(ids.GROUPED_RUN, "value"),
        Input(ids.GROUPED_LABEL, "value"),
        Input(ids.REVISION, "data"),
        State(ids.LINK, "data"),
    )
    def show(run: str | None, label: str | None, _: object, link: str) -> object:
        view = replace(View.parse(link), run=run or "", grouped=label or "")
        with reach.hub(view) as hub:
            return contents(view, hub)
