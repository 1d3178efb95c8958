"""Setup: bring in a model or a data set, and see what became of it."""

from collections.abc import Callable
from contextlib import closing
from typing import Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, dcc, html
from dash.development.base_component import Component

from innhub import Hub, HubError
from ui import arriving, ids, importing, model_form, uploading
from ui.accessible import aria
from ui.api import Reach, alert
from ui.arriving import DATASET, MODEL
from ui.importing import Sent
from ui.links import View
from ui.uploading import Wanted

PATH = "/setup"
TITLE = "Setup"

Told = tuple[object, str | None, bool]

_PICTURES = Wanted(
    ids.DATASET_FILE,
    "Pictures",
    "A zip or tar, where a folder a class gives the labels; or one picture.",
    ".zip,.tar,.tgz,.gz,image/*",
)
_LABELS = Wanted(
    ids.DATASET_LABELS_FILE,
    "Labels (optional)",
    "A CSV or Parquet table with the columns path and label; others are kept to filter by.",
    ".csv,.tsv,.parquet",
)


def layout(view: View, hub: Hub) -> dmc.Container:
    """The page."""
    return dmc.Container(
        [
            dcc.Store(id=ids.LINK, data=view.query()),
            html.Div(
                [
                    _form("Model", MODEL, model_form.form(view, hub)),
                    _form("Data set", DATASET, _dataset_form(view)),
                ],
                className="bringing",
            ),
        ],
        size="lg",
    )


def _form(title: str, what: str, fields: list[Component]) -> html.Section:
    button = dmc.Button(f"Import the {title.lower()}", id=ids.setup("button", what))
    return html.Section(
        [
            dmc.Title(title, order=2, mb="sm"),
            html.Div([*fields, button], className="fields"),
            arriving.place(what),
        ],
        **aria(label=title),
    )


def _dataset_form(view: View) -> list[Component]:
    return [
        uploading.field(view, _PICTURES),
        dmc.TextInput(id=ids.DATASET_NAME, label="Name", description=importing.NAME_ABOUT),
        uploading.field(view, _LABELS),
    ]


def register(app: Dash, reach: Reach) -> None:
    """Enters the forms."""
    model_form.register(app)
    arriving.register(app, reach)

    def begin(link: str, kind: str, body: Callable[[], dict[str, Any]]) -> Told:
        """Sends a form; what to tell, the id of what will be there, and whether there is nothing to wait for."""
        try:
            with closing(reach.connection(View.parse(link))) as connection:
                found = connection.post(connection.path(kind), body())
        except HubError as error:
            return alert(error), None, True
        return arriving.pending(found["name"]), found["id"], False

    @app.callback(
        output=_told(MODEL),
        inputs=[Input(ids.setup("button", MODEL), "n_clicks"), model_form.FILLED, State(ids.LINK, "data")],
        prevent_initial_call=True,
    )
    def bring_model(_: int, filled: dict[str, Any], link: str) -> Told:
        return begin(link, "models", lambda: importing.model(filled))

    @app.callback(
        output=_told(DATASET),
        inputs=[
            Input(ids.setup("button", DATASET), "n_clicks"),
            State(ids.DATASET_FILE, "data"),
            State(ids.DATASET_NAME, "value"),
            State(ids.DATASET_LABELS_FILE, "data"),
            State(ids.LINK, "data"),
        ],
        prevent_initial_call=True,
    )
    def bring_dataset(_: int, file: Sent, name: str, labels: Sent, link: str) -> Told:
        return begin(link, "datasets", lambda: importing.dataset(name, file, labels))

    @app.callback(Output(ids.DATASET_NAME, "placeholder"), Input(ids.DATASET_FILE, "data"))
    def suggest_name(sent: Sent) -> str:
        return importing.suggested_dataset(sent)


def _told(what: str) -> list[Output]:
    return [
        Output(ids.setup("state", what), "children", allow_duplicate=True),
        Output(ids.setup("incoming", what), "data"),
        Output(ids.setup("clock", what), "disabled", allow_duplicate=True),
    ]
