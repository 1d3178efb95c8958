"""HTTP for explanations."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from domain.explanations import ExplanationRecord
from domain.quality import Quality
from gateway.datasets.routes import FOREVER
from gateway.dependencies import HubDependency, ScopeDependency
from gateway.disconnecting import while_connected
from gateway.explanations import service
from gateway.explanations.schemas import ExplanationRequest, HeatmapStyle, QualityRequest

router = APIRouter(prefix="/v1/workspaces/{workspace}/explanations", tags=["explanations"])
_AS_USUAL = QualityRequest()


@router.post("")
async def explain(
    request: ExplanationRequest, response: Response, hub: HubDependency, scope: ScopeDependency
) -> ExplanationRecord:
    """Explains one sample; asked again, the stored explanation comes back (`X-Cache: hit`)."""
    model = await hub.models.records.ready(scope.workspace, request.model)
    dataset = await hub.datasets.records.ready(scope.workspace, request.dataset)
    explanation, cached = await hub.explainer.explain(scope.workspace, model.id, dataset.id, request)
    response.headers["X-Cache"] = "hit" if cached else "miss"
    return explanation


@router.get("/{explanation}")
async def get_explanation(explanation: str, hub: HubDependency, scope: ScopeDependency) -> ExplanationRecord:
    """The record of an explanation."""
    return await service.record(hub.store, scope.workspace, explanation)


@router.get("/{explanation}/relevance.npy", response_class=Response)
async def get_relevance(explanation: str, hub: HubDependency, scope: ScopeDependency) -> Response:
    """The relevance: float32 (height, width, channels) as NPY."""
    data = await service.relevance(hub.store, scope.workspace, explanation)
    return Response(data, media_type="application/x-npy", headers=FOREVER)


@router.post("/{explanation}/quality")
async def assess(
    explanation: str,
    request: Request,
    response: Response,
    hub: HubDependency,
    scope: ScopeDependency,
    wanted: QualityRequest = _AS_USUAL,
) -> Quality:
    """Checks how far the map can be trusted; asked again, what was found comes back (`X-Cache: hit`).

    It ends early for who hangs up.
    """
    await service.record(hub.store, scope.workspace, explanation)
    assessing = hub.explainer.quality(scope.workspace, explanation, wanted.patience_seconds)
    quality, cached = await while_connected(request, assessing)
    response.headers["X-Cache"] = "hit" if cached else "miss"
    return quality


@router.get("/{explanation}/quality")
async def get_quality(explanation: str, hub: HubDependency, scope: ScopeDependency) -> Quality:
    """What was found out about the explanation."""
    return await service.quality(hub.store, scope.workspace, explanation)


@router.get("/{explanation}/heatmap.png", response_class=Response)
async def get_heatmap(
    explanation: str, style: Annotated[HeatmapStyle, Query()], hub: HubDependency, scope: ScopeDependency
) -> Response:
    """The explanation drawn over its picture."""
    await service.record(hub.store, scope.workspace, explanation)
    png = await hub.explainer.heatmap(scope.workspace, explanation, style)
    return Response(png, media_type="image/png", headers=FOREVER)
