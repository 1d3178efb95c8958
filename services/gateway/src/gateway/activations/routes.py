"""HTTP for activations: what the units of a layer answer to one sample; whole data sets are recorded by runs."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from gateway.activations.schemas import ActivationMapsQuery, ActivationsQuery, LayerActivations
from gateway.dependencies import HubDependency, ScopeDependency

router = APIRouter(prefix="/v1/workspaces/{workspace}/models/{model}/activations", tags=["activations"])


@router.get("")
async def get_activations(
    model: str, query: Annotated[ActivationsQuery, Query()], hub: HubDependency, scope: ScopeDependency
) -> LayerActivations:
    """The units of a layer that answer most strongly to a sample."""
    record = await hub.models.records.ready(scope.workspace, model)
    dataset = await hub.datasets.records.ready(scope.workspace, query.dataset)
    return await hub.inference.activations(scope.workspace, record.id, dataset.id, query)


@router.get("/maps.png", response_class=Response)
async def get_activation_maps(
    model: str, query: Annotated[ActivationMapsQuery, Query()], hub: HubDependency, scope: ScopeDependency
) -> Response:
    """The maps of units of a layer for a sample, tile beside tile."""
    record = await hub.models.records.ready(scope.workspace, model)
    dataset = await hub.datasets.records.ready(scope.workspace, query.dataset)
    png = await hub.inference.activation_maps(scope.workspace, record.id, dataset.id, query)
    return Response(png, media_type="image/png")
