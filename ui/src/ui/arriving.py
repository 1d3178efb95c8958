"""What becomes of a model or data set that was brought in: the state of the import, then the report or the refusal."""

from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any

import dash_mantine_components as dmc
from dash import MATCH, Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from innhub import Hub, HubError, Sample
from innhub.datasets import Dataset
from innhub.models import Model
from ui import facts, ids, report
from ui.accessible import aria
from ui.api import Reach, alert, archive_address, sample_address
from ui.links import View
from ui.quantities import many

MODEL, DATASET = "model", "dataset"

_NOUNS = {MODEL: "model", DATASET: "data set"}
_PAUSE_MILLISECONDS = 700
_PREVIEWED = 6
_LOOKED_THROUGH = 600
_THUMBNAIL = 160


def place(what: str) -> html.Section:
    """Where it is told."""
    return html.Section(
        [
            dcc.Store(id=ids.setup("incoming", what)),
            dcc.Interval(id=ids.setup("clock", what), interval=_PAUSE_MILLISECONDS, disabled=True),
            html.Div(id=ids.setup("state", what)),
        ],
        className="arriving",
        **aria(label=f"Import of the {_NOUNS[what]}", live="polite"),
    )


def pending(name: str) -> dmc.Group:
    """Says that an import goes on."""
    return dmc.Group([dmc.Loader(size="sm"), dmc.Text(f"{name} is being read.", size="sm")], gap="sm")


def told(view: View, found: Model | Dataset, hub: Hub) -> object:
    """What became of it by now."""
    if found.state == "pending":
        return pending(found.name)
    if found.state == "rejected":
        first = found.failures[0] if found.failures else {"reason": "INTERNAL", "detail": "No reason was given."}
        error = HubError(first["reason"], first["detail"], first.get("advice", ""))
        return alert(error, title=f"{found.name} was not taken")
    return _model(view, found, hub) if isinstance(found, Model) else _dataset(view, found, hub)


def _model(view: View, model: Model, hub: Hub) -> list[Component]:
    return [
        _head(model.name, "Inspect it", View(workspace=view.workspace, model=model.name).on("/inspect")),
        report.report(model, hub),
        dcc.Store(id=ids.setup("shown", MODEL), data=model.name),
        dcc.Loading(html.Div(id=ids.setup("preview", MODEL)), custom_spinner=dmc.Loader(), delay_show=300),
    ]


def _dataset(view: View, dataset: Dataset, hub: Hub) -> list[Component]:
    assert dataset.summary is not None, "only a data set that is ready is told"
    summary = dataset.summary
    left_out = summary["broken"][:_PREVIEWED]
    found = View(workspace=view.workspace, dataset=dataset.name)
    return [
        _head(dataset.name, "Find its interesting samples", found.on("/suggest")),
        facts.listed(
            [
                ("Samples", f"{summary['samples']:,}, {summary['labelled']:,} of them with a label"),
                ("Labels", many(len(summary["labels"])) if summary["labels"] else "none"),
                ("Columns", ", ".join(column["name"] for column in summary["columns"])),
                ("Left out", f"{summary['broken_count']:,} of the files" if summary["broken_count"] else ""),
                ("Export", [dmc.Anchor("all files with their labels, as a zip", href=archive_address(found))]),
            ]
        ),
        *(dmc.Text(f"{file['path']}: {file['reason']}", size="xs", className="reason") for file in left_out),
        _pictures(found, {sample.number: sample.label or "no label" for sample in _some(dataset, hub)}),
    ]


def _head(name: str, action: str, address: str) -> dmc.Group:
    return dmc.Group(
        [
            dmc.Title(f"{name} is ready", order=2),
            dmc.Anchor(action, href=address, className="action", underline="never"),
        ],
        justify="space-between",
        mb="sm",
    )


def _some(dataset: Dataset, hub: Hub) -> list[Sample]:
    """A few of the first samples, far enough apart to differ."""
    first = list(islice(hub.datasets.samples(dataset.name), _LOOKED_THROUGH))
    return first[:: max(len(first) // _PREVIEWED, 1)][:_PREVIEWED]


def _pictures(view: View, said: dict[int, str]) -> html.Div:
    cards = [
        html.Figure(
            [
                html.Img(src=sample_address(view, number, _THUMBNAIL), alt=f"Sample {number}"),
                html.Figcaption(text),
            ]
        )
        for number, text in said.items()
    ]
    return html.Div(cards, className="preview")


def register(app: Dash, reach: Reach) -> None:
    """Enters the clocks, and the answers to a few samples."""

    @app.callback(
        Output(ids.setup("state", MATCH), "children"),
        Output(ids.setup("clock", MATCH), "disabled"),
        Input(ids.setup("clock", MATCH), "n_intervals"),
        State(ids.setup("incoming", MATCH), "data"),
        State(ids.setup("clock", MATCH), "id"),
        State(ids.LINK, "data"),
        prevent_initial_call=True,
    )
    def look(_: int, incoming: str | None, clock: dict[str, str], link: str) -> tuple[object, bool]:
        if incoming is None:
            return no_update, True
        view = View.parse(link)
        with reach.hub(view) as hub:
            found = (hub.models if clock["what"] == MODEL else hub.datasets).get(incoming)
            return told(view, found, hub), found.state != "pending"

    @app.callback(
        Output(ids.setup("preview", MATCH), "children"),
        Input(ids.setup("shown", MATCH), "data"),
        State(ids.LINK, "data"),
    )
    def preview(model: str, link: str) -> object:
        view = View.parse(link)
        with reach.hub(view) as hub:
            dataset = next((found for found in hub.datasets.list() if found.state == "ready"), None)
            if dataset is None:
                return dmc.Text("Bring a data set, too, to see what it answers.", size="sm", c="dimmed")
            samples = _some(dataset, hub)
            with ThreadPoolExecutor(max_workers=_PREVIEWED) as pool:
                answers = dict(zip(samples, pool.map(lambda sample: _answer(hub, model, sample), samples), strict=True))
        return [
            dmc.Text(f"What it answers to samples of {dataset.name}", size="sm", fw=600, mt="md"),
            _pictures(
                View(workspace=view.workspace, dataset=dataset.name),
                {sample.number: answer for sample, answer in answers.items()},
            ),
        ]


def _answer(hub: Hub, model: str, sample: Sample) -> str:
    try:
        best: dict[str, Any] = hub.predict_sample(model, sample, top_k=1)["top"][0]
    except HubError as error:
        return error.detail
    return f"{best['name']} {best['score']:.1%}"
