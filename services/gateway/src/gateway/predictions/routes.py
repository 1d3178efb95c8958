"""HTTP for predictions of single samples; whole data sets are predicted by runs."""

from fastapi import APIRouter

from gateway.dependencies import HubDependency, ScopeDependency
from gateway.predictions.schemas import Prediction, PredictionRequest

router = APIRouter(prefix="/v1/workspaces/{workspace}/predictions", tags=["predictions"])


@router.post("")
async def predict(request: PredictionRequest, hub: HubDependency, scope: ScopeDependency) -> Prediction:
    """Predicts one sample."""
    model = await hub.models.records.ready(scope.workspace, request.model)
    dataset = await hub.datasets.records.ready(scope.workspace, request.dataset)
    return await hub.inference.predict(scope.workspace, model.id, dataset.id, request.sample, request.top_k)
