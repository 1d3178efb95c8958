"""The form for a model: where it comes from, what it is called, its labels, preprocessing and history."""

import dash_mantine_components as dmc
from dash import ALL, Dash, Input, Output, State, html
from dash.development.base_component import Component

from innhub import Hub
from ui import ids, uploading
from ui.importing import FILE, GUESSED, IMAGENET, KERAS, NAME_ABOUT, NONE, OWN, suggested_model
from ui.links import View
from ui.uploading import Wanted

_MODEL = Wanted(ids.MODEL_FILE, "Model file", "An image classifier of Keras: a .keras or .h5 file.", ".keras,.h5")
_WEIGHTS = Wanted(
    ids.WEIGHTS_FILE, "File of weights", "As Keras saves them for this network.", ".h5,.keras,.weights.h5"
)
_LABELS = Wanted(
    ids.LABELS_FILE, "File of labels", "A class a line, in the order of the outputs; or JSON.", ".txt,.csv,.json"
)
_HISTORY = Wanted(
    ids.HISTORY_FILE, "History of the training (optional)", "A CSV with a column a quantity, or JSON.", ".csv,.json"
)
_PRESETS = ("raw", "unit", "tf", "caffe", "torch")
_ORDERS, _RESIZES = ("rgb", "bgr", "grey"), ("crop", "pad", "stretch")


def form(view: View, hub: Hub) -> list[Component]:
    """All fields."""
    return [
        dmc.SegmentedControl(
            id=ids.MODEL_ORIGIN,
            data=[
                {"value": FILE, "label": "A file of yours"},
                {"value": KERAS, "label": "One that Keras brings along"},
            ],
            value=FILE,
            fullWidth=True,
        ),
        html.Div(uploading.field(view, _MODEL), id=ids.part("file")),
        html.Div([*_application(hub)], id=ids.part("application"), hidden=True, className="fields"),
        html.Div(uploading.field(view, _WEIGHTS), id=ids.part("weights"), hidden=True),
        dmc.TextInput(id=ids.MODEL_NAME, label="Name", description=NAME_ABOUT),
        _select(
            ids.LABELS,
            "Names of the classes",
            {NONE: "Numbers only", IMAGENET: "The 1,000 classes of ImageNet", FILE: "From a file"},
        ),
        html.Div(uploading.field(view, _LABELS), id=ids.part("labels"), hidden=True),
        _select(
            ids.PREPROCESSING,
            "Preprocessing of pictures",
            {GUESSED: "Chosen for you", **{name: name for name in _PRESETS}, OWN: "Values of your own"},
        ),
        html.Div(_own(), id=ids.part("preprocessing"), hidden=True, className="fields own"),
        uploading.field(view, _HISTORY),
    ]


def _application(hub: Hub) -> list[Component]:
    choices = [
        {"value": found["name"], "label": f"{found['name']} ({found['side']} pixels)"} for found in hub.applications()
    ]
    weights = {IMAGENET: "Trained on ImageNet", NONE: "None: not trained at all", FILE: "From a file"}
    return [
        dmc.Select(
            id=ids.APPLICATION, label="Network", data=choices, searchable=True, placeholder="Choose or type", limit=60
        ),
        _select(ids.WEIGHTS, "Weights", weights),
    ]


def _own() -> list[Component]:
    def text(field: str, label: str, value: str) -> dmc.TextInput:
        return dmc.TextInput(id=ids.preprocessing(field), label=label, value=value)

    return [
        text("mean", "Mean, subtracted from each channel (0 to 255)", "127.5, 127.5, 127.5"),
        text("scale", "Scale, which divides each channel then", "127.5, 127.5, 127.5"),
        _select(ids.preprocessing("channel_order"), "Order of channels", {order: order for order in _ORDERS}),
        _select(ids.preprocessing("resize"), "Where the shape differs", {way: way for way in _RESIZES}),
    ]


def _select(identifier: str | ids.Pattern, label: str, choices: dict[str, str]) -> dmc.Select:
    data = [{"value": value, "label": said} for value, said in choices.items()]
    return dmc.Select(id=identifier, label=label, data=data, value=next(iter(choices)), allowDeselect=False)


FILLED = {
    "origin": State(ids.MODEL_ORIGIN, "value"),
    "file": State(ids.MODEL_FILE, "data"),
    "application": State(ids.APPLICATION, "value"),
    "weights": State(ids.WEIGHTS, "value"),
    "weights_file": State(ids.WEIGHTS_FILE, "data"),
    "name": State(ids.MODEL_NAME, "value"),
    "labels": State(ids.LABELS, "value"),
    "labels_file": State(ids.LABELS_FILE, "data"),
    "preprocessing": State(ids.PREPROCESSING, "value"),
    "history_file": State(ids.HISTORY_FILE, "data"),
    "own": {field: State(ids.preprocessing(field), "value") for field in ("mean", "scale", "channel_order", "resize")},
}
"""What is filled in, for a callback."""


def shown(origin: str, weights: str, labels: str, preprocessing: str) -> dict[str, bool]:
    """Which of the parts that are not always needed are."""
    return {
        "file": origin == FILE,
        "application": origin == KERAS,
        "weights": origin == KERAS and weights == FILE,
        "labels": labels == FILE,
        "preprocessing": preprocessing == OWN,
    }


def register(app: Dash) -> None:
    """Enters which parts are shown, and what is filled in beforehand."""

    @app.callback(
        Output(ids.part(ALL), "hidden"),
        Input(ids.MODEL_ORIGIN, "value"),
        Input(ids.WEIGHTS, "value"),
        Input(ids.LABELS, "value"),
        Input(ids.PREPROCESSING, "value"),
        State(ids.part(ALL), "id"),
    )
    def show(origin: str, weights: str, labels: str, preprocessing: str, parts: list[dict[str, str]]) -> list[bool]:
        needed = shown(origin, weights, labels, preprocessing)
        return [not needed[part["part"]] for part in parts]

    @app.callback(Output(ids.LABELS, "value"), Input(ids.MODEL_ORIGIN, "value"), prevent_initial_call=True)
    def likely_labels(origin: str) -> str:
        return IMAGENET if origin == KERAS else NONE

    @app.callback(
        Output(ids.MODEL_NAME, "placeholder"),
        Input(ids.MODEL_ORIGIN, "value"),
        Input(ids.MODEL_FILE, "data"),
        Input(ids.APPLICATION, "value"),
    )
    def suggest_name(origin: str, sent: dict[str, str] | None, application: str | None) -> str:
        return suggested_model(origin, sent, application)
