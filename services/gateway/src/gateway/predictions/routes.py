"""HTTP for predictions: of single samples, and, as a table, of whole data sets that runs have predicted."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from domain.tables import TableForm
from gateway.dependencies import HubDependency, ScopeDependency
from gateway.predictions.schemas import Prediction, PredictionRequest
from gateway.suggestions.naming import ids
from gateway.tables import table

router = APIRouter(prefix="/v1/workspaces/{workspace}/predictions", tags=["predictions"])


@router.post("")
async def predict(request: PredictionRequest, hub: HubDependency, scope: ScopeDependency) -> Prediction:
    """Predicts one sample."""
    model = await hub.models.records.ready(scope.workspace, request.model)
    dataset = await hub.datasets.records.ready(scope.workspace, request.dataset)
    return await hub.inference.predict(scope.workspace, model.id, dataset.id, request.sample, request.top_k)


@router.get("/table.{form}", response_class=Response)
async def export_predictions(
    form: TableForm,
    dataset: str,
    model: str,
    hub: HubDependency,
    scope: ScopeDependency,
    embedding: Annotated[bool, Query(description="With what the last hidden layer answers; Parquet alone.")] = False,
) -> Response:
    """All that a model has predicted for a data set by now: docs/suggestions.md says what the columns are."""
    data, (found,) = await ids(hub, scope, dataset, [model])
    exported = await hub.suggestions.export_predictions(scope.workspace, data, found, form, embedding=embedding)
    return table(hub.store, exported, f"predictions.{form}")
