"""Inspect: what is inside a network, and what its units answer to pictures."""

from dataclasses import replace

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, dcc, html
from dash.development.base_component import Component

from innhub import Hub, HubError, Sample
from ui import about_layer, activations, blocks, chooser, exciting, exploring, ids, report, running
from ui.accessible import aria
from ui.api import Reach, alert, sample_address
from ui.blocks import Layer
from ui.kinds import family
from ui.links import View
from ui.loading import loading

PATH = "/inspect"
TITLE = "Inspect"

_PICTURE = 224
_FIRST = "convolution"


def layout(view: View, hub: Hub) -> Component:
    """The page as the link asks for it."""
    view, dataset = chooser.completed(view, hub)
    view = replace(view, model=view.model or view.models[0], sample=min(view.sample or 0, max(len(dataset) - 1, 0)))
    layers = hub.models.graph(view.model)
    view = _completed(view, layers)
    return html.Div(
        [
            dcc.Store(id=ids.LINK, data=view.query()),
            dcc.Store(id=ids.INSPECTED_UNIT, data=view.unit),
            *exploring.stores(view),
            dmc.Group(_choices(view, hub, len(dataset)), className="chooser", align="flex-end"),
            report.report(hub.models.get(view.model), hub),
            html.Div([exploring.panel(view, layers), _inside(view, hub)], className="inspection"),
        ]
    )


def _completed(view: View, layers: list[Layer]) -> View:
    """The view with a layer that the network has, and with what is unfolded to see it."""
    names = [layer["name"] for layer in layers]
    if view.inspected not in names:
        first = next((layer["name"] for layer in layers if family(layer["kind"]).name == _FIRST), names[-1])
        view = replace(view, inspected=view.layer if view.layer in names else first, unit=None)
    whole = blocks.blocks(layers)
    unfolded = blocks.unfolded_at_first(whole) if view.unfolded is None else frozenset(view.unfolded)
    shown = unfolded | blocks.around(whole, names.index(view.inspected))
    return replace(view, unfolded=tuple(sorted(shown)))


def _choices(view: View, hub: Hub, samples: int) -> list[Component]:
    models = list(dict.fromkeys([*(model.name for model in chooser.ready_models(hub)), view.model]))
    datasets = [dataset.name for dataset in hub.datasets.list() if dataset.state == "ready"]
    return [
        dmc.Select(id=ids.INSPECTED_MODEL, label="Model", data=models, value=view.model, allowDeselect=False),
        dmc.Select(id=ids.INSPECTED_DATASET, label="Data set", data=datasets, value=view.dataset, allowDeselect=False),
        dmc.NumberInput(
            id=ids.INSPECTED_SAMPLE,
            label=f"Sample (0 to {samples - 1})",
            value=view.sample,
            min=0,
            max=samples - 1,
            allowDecimal=False,
            debounce=400,
            w=150,
        ),
    ]


def _inside(view: View, hub: Hub) -> html.Div:
    """What is known of the layer, and what it answers."""
    return html.Div(
        [
            loading(html.Section(id=ids.ABOUT_LAYER, **aria(label="Layer", live="polite"))),
            html.Section(
                [
                    dmc.Title("What it answers to the sample", order=3),
                    html.Div(
                        [
                            html.Div(id=ids.INSPECTED_PICTURE, className="inspected-picture"),
                            loading(html.Div(id=ids.ACTIVATIONS)),
                        ],
                        className="answers-to",
                    ),
                ],
                **aria(label="Activations"),
            ),
            html.Section(
                [
                    html.Div(id=ids.EXCITED),
                    *running.watch(exciting.under_way(view, hub)),
                    loading(html.Div(id=ids.STRONGEST)),
                ],
                **aria(label="Samples that excite the unit"),
            ),
        ],
        className="inside",
    )


def register(app: Dash, reach: Reach) -> None:
    """Enters what a choice changes."""
    exploring.register(app, reach)
    activations.register(app)
    exciting.register(app, reach)

    @app.callback(
        Output(ids.ADDRESS, "search", allow_duplicate=True),
        Input(ids.INSPECTED_MODEL, "value"),
        Input(ids.INSPECTED_DATASET, "value"),
        State(ids.LINK, "data"),
        prevent_initial_call=True,
    )
    def choose(model: str, dataset: str, link: str) -> str:
        view = View.parse(link)
        if model != view.model:
            return replace(view, model=model, inspected="", unit=None, unfolded=None).query()
        return replace(view, dataset=dataset, sample=None, tray=(), show="").query()

    @app.callback(Output(ids.ABOUT_LAYER, "children"), Input(ids.INSPECTED_LAYER, "value"), State(ids.LINK, "data"))
    def describe(layer: str, link: str) -> object:
        view = View.parse(link)
        with reach.hub(view) as hub:
            found, layers = hub.models.layer(view.model, layer), hub.models.graph(view.model)
        return about_layer.about(found["layer"], found["weights"], {other["name"]: other for other in layers})

    @app.callback(
        Output(ids.INSPECTED_PICTURE, "children"), Input(ids.INSPECTED_SAMPLE, "value"), State(ids.LINK, "data")
    )
    def show_picture(sample: int, link: str) -> object:
        return html.Img(src=sample_address(View.parse(link), sample, _PICTURE), alt=f"Sample {sample}")

    @app.callback(
        Output(ids.ACTIVATIONS, "children"),
        Input(ids.INSPECTED_LAYER, "value"),
        Input(ids.INSPECTED_SAMPLE, "value"),
        State(ids.INSPECTED_UNIT, "data"),
        State(ids.LINK, "data"),
    )
    def answer(layer: str, sample: int, unit: int | None, link: str) -> object:
        view = replace(View.parse(link), inspected=layer, sample=sample, unit=unit)
        try:
            with reach.hub(view) as hub:
                found = hub.models.activations(view.model, Sample(view.dataset, sample), layer, limit=activations.UNITS)
        except HubError as error:
            return alert(error, title="No answer")
        return activations.strongest(view, found)

    @app.callback(
        Output(ids.LINK, "data", allow_duplicate=True),
        Input(ids.INSPECTED_LAYER, "value"),
        Input(ids.INSPECTED_SAMPLE, "value"),
        Input(ids.INSPECTED_UNIT, "data"),
        Input(ids.UNFOLDED, "data"),
        State(ids.LINK, "data"),
        prevent_initial_call=True,
    )
    def keep(layer: str, sample: int, unit: int | None, unfolded: list[str], link: str) -> str:
        return replace(View.parse(link), inspected=layer, sample=sample, unit=unit, unfolded=tuple(unfolded)).query()
