"""gRPC for the explainer: a thin skin over the core."""

from typing import Any

import grpc.aio

from explainer import converters
from explainer.core import Explainer
from explainer.trust.assessments import PATIENCE_SECONDS, Assessments
from explainer.trust.converters import quality_message
from innhub_proto.explainer.v1 import explainer_pb2, explainer_pb2_grpc

Context = grpc.aio.ServicerContext[Any, Any]
_OVERLAY, _PERCENTILE = 0.6, 99.0


class ExplainerServicer(explainer_pb2_grpc.ExplainerServiceServicer):
    """Answers `innhub.explainer.v1.ExplainerService`."""

    def __init__(self, explainer: Explainer, assessments: Assessments) -> None:
        self._explainer = explainer
        self._assessments = assessments

    async def ListMethods(  # noqa: N802
        self, _: explainer_pb2.ListMethodsRequest, __: Context
    ) -> explainer_pb2.ListMethodsResponse:
        """Lists all methods with the schema of their parameters."""
        cards = await self._explainer.cards()
        return explainer_pb2.ListMethodsResponse(methods=[converters.method_message(card) for card in cards.values()])

    async def ListApplicableMethods(  # noqa: N802
        self, request: explainer_pb2.ListApplicableMethodsRequest, _: Context
    ) -> explainer_pb2.ListApplicableMethodsResponse:
        """Says for one model which methods apply, and why the others do not."""
        rows = await self._explainer.applicable_methods(request.workspace, request.model)
        messages = [converters.applicability_message(row) for row in rows]
        return explainer_pb2.ListApplicableMethodsResponse(methods=messages)

    async def Explain(  # noqa: N802
        self, request: explainer_pb2.ExplainRequest, _: Context
    ) -> explainer_pb2.ExplainResponse:
        """Explains one sample, or returns the stored explanation."""
        record, cached = await self._explainer.explain(converters.question(request))
        return explainer_pb2.ExplainResponse(explanation=converters.explanation_message(record), cached=cached)

    async def RenderHeatmap(  # noqa: N802
        self, request: explainer_pb2.RenderHeatmapRequest, _: Context
    ) -> explainer_pb2.RenderHeatmapResponse:
        """Draws a stored explanation as a PNG."""
        png = await self._explainer.render(
            request.workspace,
            request.explanation,
            request.colormap,
            request.overlay if request.HasField("overlay") else _OVERLAY,
            request.percentile if request.HasField("percentile") else _PERCENTILE,
            request.size if request.HasField("size") else None,
        )
        return explainer_pb2.RenderHeatmapResponse(png=png)

    async def AssessExplanation(  # noqa: N802
        self, request: explainer_pb2.AssessExplanationRequest, _: Context
    ) -> explainer_pb2.AssessExplanationResponse:
        """Checks how far a stored explanation can be trusted."""
        patience = request.patience_seconds if request.HasField("patience_seconds") else PATIENCE_SECONDS
        quality, cached = await self._assessments.assess(request.workspace, request.explanation, patience)
        return explainer_pb2.AssessExplanationResponse(quality=quality_message(quality), cached=cached)

    async def PlanExplanations(  # noqa: N802
        self, request: explainer_pb2.PlanExplanationsRequest, _: Context
    ) -> explainer_pb2.PlanExplanationsResponse:
        """Checks a question about all samples of a data set."""
        return converters.plan_message(await self._explainer.plan(converters.planned_question(request)))
