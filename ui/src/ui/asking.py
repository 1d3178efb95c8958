"""What fills the boxes of Compare: every box asks for itself, so that none waits for another, or fails with it."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from typing import Any

from dash import ALL, MATCH, Dash, Input, Output, State, no_update

from innhub import Explanation, Hub, HubError, Sample
from ui import boxes, catalogue, ids
from ui.api import Reach, alert
from ui.catalogue import Entry
from ui.links import View


def register(app: Dash, reach: Reach) -> None:
    """Enters what fills the boxes."""

    @app.callback(Output(ids.PICTURE, "children"), Input(ids.SAMPLE, "value"), State(ids.LINK, "data"))
    def show_picture(sample: object, link: str) -> object:
        return boxes.picture(View.parse(link), sample) if isinstance(sample, int) else no_update

    @app.callback(
        output=[Output(ids.box("answers", ALL), "children"), Output(ids.LABEL, "children")],
        inputs=[Input(ids.SAMPLE, "value"), State(ids.box("answers", ALL), "id"), State(ids.LINK, "data")],
    )
    def answer(sample: object, identifiers: list[dict[str, str]], link: str) -> tuple[list[object], object]:
        if not isinstance(sample, int):
            return [no_update] * len(identifiers), no_update
        view = View.parse(link)
        with reach.hub(view) as hub:
            found = _predictions(hub, [identifier["model"] for identifier in identifiers], Sample(view.dataset, sample))
        known = [prediction for prediction in found if not isinstance(prediction, HubError)]
        return [boxes.answers(prediction) for prediction in found], boxes.label(known)

    @app.callback(
        Output(ids.box("explained", MATCH), "children"),
        Output(ids.box("record", MATCH), "data"),
        Input(ids.QUESTION, "data"),
        State(ids.CATALOGUE, "data"),
        State(ids.box("explained", MATCH), "id"),
    )
    def explain(question: str, methods: list[Entry], identifier: dict[str, str]) -> tuple[object, object]:
        view, model = View.parse(question), identifier["model"]
        assert view.sample is not None
        layers = catalogue.entry(methods, view.method)["model_layers"].get(model, [])
        foreign = bool(view.layer) and view.layer not in layers
        try:
            with reach.hub(view) as hub:
                explanation = hub.explain(
                    model,
                    Sample(view.dataset, view.sample),
                    method=view.method,
                    parameters=view.parameters,
                    target=view.explained,
                    layer="" if foreign else view.layer,
                    engine=view.engine or "native",
                )
        except HubError as error:
            return alert(error, title="No explanation"), None
        note = f"It has no layer {view.layer}; its default is shown." if foreign else ""
        return boxes.explained(explanation, note), asdict(replace(explanation, explanations=None))

    @app.callback(
        Output(ids.box("heatmap", MATCH), "children"),
        Output(ids.box("links", MATCH), "children"),
        Input(ids.box("record", MATCH), "data"),
        Input(ids.LINK, "data"),
        State(ids.box("record", MATCH), "id"),
        prevent_initial_call=True,
    )
    def draw(record: dict[str, Any] | None, link: str, identifier: dict[str, str]) -> tuple[object, object]:
        if record is None:
            return None, None
        view, model, explanation = View.parse(link), identifier["model"], Explanation(**record)
        return boxes.heatmap(view, explanation, model), boxes.links(view, explanation, model)


def _predictions(hub: Hub, models: list[str], sample: Sample) -> list[dict[str, Any] | HubError]:
    """What each model answers, or why it does not.

    Asked all at once, in one request of the browser: it has few at a time, and the explanations need them longer.
    """

    def predict(model: str) -> dict[str, Any] | HubError:
        try:
            return hub.predict_sample(model, sample)
        except HubError as error:
            return error

    with ThreadPoolExecutor(max_workers=len(models)) as pool:
        return list(pool.map(predict, models))
