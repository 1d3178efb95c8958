"""Data set and models, chosen at the head of Suggest and Compare.

A choice opens the page anew: everything else on it depends on these two, and so does what a link means.
"""

from dataclasses import replace

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, no_update

from innhub import Hub, HubError
from innhub.datasets import Dataset
from innhub.models import Model
from ui import conditions, ids
from ui.links import View

MOST_MODELS = 16


def completed(view: View, hub: Hub) -> tuple[View, Dataset]:
    """The view with a data set and models: all that are ready where the link names none.

    Raises:
        HubError: the workspace has none, or none of that name.
    """
    if view.dataset:
        dataset = hub.datasets.get(view.dataset)
        if dataset.state != "ready":
            raise HubError("NOT_READY", f"The data set {dataset.name} is {dataset.state}.", "Home shows how far it is.")
    else:
        dataset = _first_ready(hub.datasets.list())
    models = view.models or tuple(model.name for model in ready_models(hub))
    if not models:
        raise HubError("NOT_READY", "No model is ready.", "Home says how to add one.")
    return replace(view, dataset=dataset.name, models=models[:MOST_MODELS]), dataset


def ready_models(hub: Hub) -> list[Model]:
    """The models that can be asked."""
    return [model for model in hub.models.list() if model.state == "ready"]


def _first_ready(datasets: list[Dataset]) -> Dataset:
    ready = [dataset for dataset in datasets if dataset.state == "ready"]
    if not ready:
        raise HubError("NOT_READY", "No data set is ready.", "Home says how to add one.")
    return ready[0]


def controls(view: View, hub: Hub) -> list[dmc.Select | dmc.MultiSelect]:
    """The two controls."""
    datasets = sorted({data.name for data in hub.datasets.list() if data.state == "ready"} | {view.dataset})
    models = list(dict.fromkeys([*(model.name for model in ready_models(hub)), *view.models]))
    return [
        dmc.Select(id=ids.DATASET, label="Data set", data=datasets, value=view.dataset, allowDeselect=False),
        dmc.MultiSelect(
            id=ids.MODELS,
            label="Models",
            data=models,
            value=list(view.models),
            maxValues=MOST_MODELS,
            searchable=True,
            debounce=True,
            hidePickedOptions=True,
            placeholder="" if view.models else "Choose at least one",
        ),
    ]


def register(app: Dash) -> None:
    """Enters the choice."""

    @app.callback(
        Output(ids.ADDRESS, "search"),
        Input(ids.DATASET, "value"),
        Input(ids.MODELS, "value"),
        State(ids.LINK, "data"),
        prevent_initial_call=True,
    )
    def choose(dataset: str | None, models: list[str] | None, link: str) -> object:
        view = View.parse(link)
        if dataset and dataset != view.dataset:
            # Sample numbers, labels and columns mean nothing in another data set.
            return replace(view, dataset=dataset, where=(), tray=(), sample=None, show="").query()
        if models and tuple(models) != view.models:
            kept = conditions.kept(view.where, view.models[0], models)
            return replace(view, models=tuple(models), where=kept, show="").query()
        return no_update
