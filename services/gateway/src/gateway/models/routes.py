"""HTTP for models."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query

from domain.inside import Training
from gateway.dependencies import Cursor, HubDependency, Limit, ScopeDependency
from gateway.methods.schemas import Applicabilities
from gateway.models.schemas import ClassNames, LayerInside, ModelRecord, NetworkGraph, NewModel
from gateway.records import Page

router = APIRouter(prefix="/v1/workspaces/{workspace}/models", tags=["models"])
LayerName = Annotated[str, Query(description="The name of the layer, see GET .../graph.")]


@router.get("")
async def list_models(
    hub: HubDependency, scope: ScopeDependency, limit: Limit = 100, cursor: Cursor = None
) -> Page[ModelRecord]:
    """The models, oldest first."""
    return await hub.models.records.page(scope.workspace, limit, cursor)


@router.post("", status_code=HTTPStatus.ACCEPTED)
async def add_model(new: NewModel, hub: HubDependency, scope: ScopeDependency) -> ModelRecord:
    """Imports a model from an upload, or one that Keras brings along. It is `pending` until the import has ended."""
    return await hub.models.add(scope.workspace, new, scope.principal.name)


@router.get("/{model}")
async def get_model(model: str, hub: HubDependency, scope: ScopeDependency) -> ModelRecord:
    """A model, by id or name."""
    return await hub.models.records.get(scope.workspace, model)


@router.delete("/{model}", status_code=HTTPStatus.NO_CONTENT)
async def remove_model(model: str, hub: HubDependency, scope: ScopeDependency) -> None:
    """Removes a model and what it made of data sets: predictions, activations, relevance and patterns."""
    await hub.models.remove(scope.workspace, model, await hub.datasets.records.list(scope.workspace))


@router.get("/{model}/classes")
async def get_classes(model: str, hub: HubDependency, scope: ScopeDependency) -> ClassNames:
    """The names of the classes, in the order of the output units."""
    return await hub.models.class_names(scope.workspace, model)


@router.get("/{model}/graph")
async def get_graph(model: str, hub: HubDependency, scope: ScopeDependency) -> NetworkGraph:
    """The layers of the network."""
    record = await hub.models.records.ready(scope.workspace, model)
    return await hub.inference.graph(scope.workspace, record.id)


@router.get("/{model}/layer")
async def get_layer(model: str, name: LayerName, hub: HubDependency, scope: ScopeDependency) -> LayerInside:
    """One layer of the network, and how the values of its weights are spread."""
    record = await hub.models.records.ready(scope.workspace, model)
    return await hub.inference.layer(scope.workspace, record.id, name)


@router.get("/{model}/training")
async def get_training(model: str, hub: HubDependency, scope: ScopeDependency) -> Training:
    """How the network was trained, as far as its file or a history beside it tells; what is not known is empty."""
    record = await hub.models.records.ready(scope.workspace, model)
    return await hub.inference.training(scope.workspace, record.id)


@router.get("/{model}/methods")
async def get_methods(model: str, hub: HubDependency, scope: ScopeDependency) -> Applicabilities:
    """Which methods explain this network, and for each that does not, why."""
    record = await hub.models.records.ready(scope.workspace, model)
    return await hub.explainer.applicable_methods(scope.workspace, record.id)
