"""Putting the demo into a running Hub through its Python client, as anybody would with networks of their own."""

import logging
from typing import TYPE_CHECKING

from demo import photographs
from demo.networks import NETWORKS, DemoNetwork

if TYPE_CHECKING:
    from innhub import Dataset, Hub, Model

LOG = logging.getLogger(__name__)

DATASET = "photos"


def load(hub: "Hub") -> None:
    """Bring in what the Hub does not have yet, by name, and let every network predict every photograph."""
    models = [_model(hub, network) for network in NETWORKS]
    dataset = _dataset(hub)
    if not any(run.kind == "predict" for run in hub.runs.list()):
        LOG.info("predicting %s with %s", dataset.name, ", ".join(model.name for model in models))
        hub.predict(dataset, models).wait()


def _model(hub: "Hub", network: DemoNetwork) -> "Model":
    for model in hub.models.list():
        if model.name == network.name:
            return model
    LOG.info("adding the network %s", network.name)
    return hub.models.add(
        network.prepare(),
        name=network.name,
        labels="imagenet",
        preprocessing=network.preprocessing.model_dump(mode="json"),
    )


def _dataset(hub: "Hub") -> "Dataset":
    for dataset in hub.datasets.list():
        if dataset.name == DATASET:
            return dataset
    LOG.info("adding the photographs as %s", DATASET)
    folder = photographs.prepare()
    return hub.datasets.add(folder.photographs, name=DATASET, labels=folder.labels)
