"""Home: what the workspace holds, how far it is, and what to do next."""

from itertools import islice
from typing import Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, dcc, html
from dash.development.base_component import Component

from innhub import Hub, HubError
from innhub.datasets import Dataset
from innhub.models import Model
from innhub.runs import ENDED, Run
from ui import ids, run_rows
from ui.accessible import aria
from ui.api import Reach, alert
from ui.chooser import MOST_MODELS
from ui.links import View

PATH = "/"
TITLE = "Home"

_COLORS = {"ready": "teal", "rejected": "red", **run_rows.COLORS}
_BUSY_MILLISECONDS, _IDLE_MILLISECONDS = 1_000, 5_000
_RUNS_SHOWN = 8


def layout(view: View, hub: Hub) -> dmc.Container:
    """The page; a clock looks after it."""
    content, busy = _content(view, hub)
    return dmc.Container(
        [
            dcc.Store(id=ids.LINK, data=view.query()),
            dcc.Interval(id=ids.HOME_CLOCK, interval=_pause(busy)),
            html.Div(content, id=ids.HOME),
        ],
        size="lg",
    )


def register(app: Dash, reach: Reach) -> None:
    """Enters the clock."""

    @app.callback(
        Output(ids.HOME, "children"),
        Output(ids.HOME_CLOCK, "interval"),
        Input(ids.HOME_CLOCK, "n_intervals"),
        State(ids.LINK, "data"),
        prevent_initial_call=True,
    )
    def refresh(_: int, link: str) -> tuple[object, int]:
        view = View.parse(link)
        try:
            with reach.hub(view) as hub:
                content, busy = _content(view, hub)
        except HubError as error:
            return alert(error, title="The workspace cannot be read just now"), _IDLE_MILLISECONDS
        return content, _pause(busy)


def _pause(busy: bool) -> int:
    return _BUSY_MILLISECONDS if busy else _IDLE_MILLISECONDS


def _content(view: View, hub: Hub) -> tuple[list[Component], bool]:
    models, datasets, runs = (
        hub.models.list(),
        hub.datasets.list(),
        list(islice(hub.runs.iterate(order="newest", limit=_RUNS_SHOWN), _RUNS_SHOWN)),
    )
    imports: list[Model | Dataset] = [*models, *datasets]
    busy = any(thing.state == "pending" for thing in imports) or any(run.state not in ENDED for run in runs)
    names = {thing.id: thing.name for thing in imports}
    return [
        _next_step(view, models, datasets),
        dmc.SimpleGrid(
            [
                _section("Models", [_model(view, model) for model in models], "No model yet."),
                _section("Data sets", [_dataset(dataset) for dataset in datasets], "No data set yet."),
            ],
            cols={"base": 1, "sm": 2},
            mt="lg",
        ),
        _section(
            "Runs",
            [_run(run, names) for run in runs],
            "No run yet. A run predicts a whole data set; Suggest starts it where it is missing.",
        ),
    ], busy


def _next_step(view: View, models: list[Model], datasets: list[Dataset]) -> dmc.Paper:
    ready = [model.name for model in models if model.state == "ready"][:MOST_MODELS]
    data = next((dataset for dataset in datasets if dataset.state == "ready"), None)
    if not ready or data is None:
        return _first_steps(view, not models, not datasets)
    start = View(workspace=view.workspace, dataset=data.name, models=tuple(ready))
    networks = ready[0] if len(ready) == 1 else f"{len(ready)} networks"
    return dmc.Paper(
        dmc.Group(
            [
                html.Div(
                    [
                        dmc.Title("Why do your networks answer so?", order=2),
                        dmc.Text(
                            f"Find the samples of {data.name} on which {networks} agree or disagree, put some into the "
                            "tray, and compare the explanations side by side.",
                            mt=4,
                        ),
                    ],
                    style={"flex": "1 1 20rem"},
                ),
                dmc.Anchor(f"Start with {networks}", href=start.on("/suggest"), className="action", underline="never"),
            ],
            justify="space-between",
        ),
        className="welcome",
        p="lg",
    )


def _first_steps(view: View, no_model: bool, no_data: bool) -> dmc.Paper:
    lines = [
        *(["innhub models add network.keras --name network --labels imagenet"] if no_model else []),
        *(["innhub datasets add photos/ --name photos"] if no_data else []),
    ]
    return dmc.Paper(
        [
            dmc.Title("What to do first" if lines else "Nearly there", order=2),
            dmc.Text(
                "Bring a model and a data set with Setup, or run this where your files are."
                if lines
                else "What was added is being read; when a model and a data set are ready, you can start here.",
                mt=4,
            ),
            *([html.Pre("\n".join(lines), className="lines")] if lines else []),
            dmc.Anchor("Open Setup", href=view.on("/setup"), className="action", underline="never", mt="md"),
        ],
        className="welcome",
        p="lg",
    )


def _section(title: str, rows: list[Component], nothing: str) -> html.Section:
    return html.Section(
        [
            dmc.Title(title, order=3, mb="xs", mt="lg"),
            html.Div(
                rows or dmc.Text(nothing, c="dimmed", p="sm", size="sm"),
                className="rows",
                role="list" if rows else None,
            ),
        ]
    )


def _row(name: str | Component, state: str, about: str, *more: Component) -> html.Div:
    return html.Div(
        [
            dmc.Group(
                [
                    dmc.Text(name, fw=600, style={"overflowWrap": "anywhere"}),
                    dmc.Badge(state, color=_COLORS.get(state, "gray"), variant="light", tt="none"),
                ],
                justify="space-between",
                wrap="nowrap",
            ),
            *([dmc.Text(about, size="sm", c="dimmed")] if about else []),
            *more,
        ],
        className="row",
        role="listitem",
    )


def _failures(failures: tuple[dict[str, Any], ...]) -> list[Component]:
    return [
        dmc.Text(f"{failure['detail']} {failure.get('advice', '')}", size="sm", className="reason")
        for failure in failures[:3]
    ]


def _model(view: View, model: Model) -> Component:
    if model.summary is None:
        return _row(model.name, model.state, "", *_failures(model.failures))
    height, width, channels = model.summary["input_shape"]
    about = (
        f"{model.summary['classes']:,} classes · {height} × {width} × {channels} · "
        f"{model.summary['parameters'] / 1e6:.1f} M parameters"
    )
    inspected = View(workspace=view.workspace, model=model.name).on("/inspect")
    return _row(dmc.Anchor(model.name, href=inspected), model.state, about, *_failures(model.failures))


def _dataset(dataset: Dataset) -> Component:
    if dataset.summary is None:
        return _row(dataset.name, dataset.state, "", *_failures(dataset.failures))
    summary = dataset.summary
    about = f"{summary['samples']:,} samples · {summary['labelled']:,} with a label"
    if summary.get("broken_count"):
        about += f" · {summary['broken_count']:,} files left out"
    return _row(dataset.name, dataset.state, about)


def _run(run: Run, names: dict[str, str]) -> Component:
    progress = run.progress
    done, total = progress["samples_done"], progress["samples_total"]
    about = f"{names.get(run.dataset, run.dataset)} by {', '.join(names.get(model, model) for model in run.models)}"
    if run.state not in ENDED:
        bar = dmc.Progress(
            value=100 * done / max(total, 1),
            mt=6,
            animated=True,
            **aria(label=f"{done} of {total} {run_rows.COUNTED.get(run.kind, 'samples')}"),
        )
        return _row(run.name or run.kind, run.state, f"{about} · {done:,} of {total:,}", bar)
    failures = tuple(failure["failure"] for failure in run.failures)
    return _row(
        run.name or run.kind,
        run.state,
        f"{about} · {done:,} {run_rows.COUNTED.get(run.kind, 'samples')}",
        *_failures(failures),
    )
