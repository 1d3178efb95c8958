"""Calls to the explainers."""

from dataclasses import dataclass

from backplane.converters import target_message
from backplane.replicas import Replicas
from domain.explanations import ExplanationRecord
from domain.quality import Quality
from gateway.clients.messages import fields, parsed, struct
from gateway.explanations.schemas import ExplanationRequest, HeatmapStyle
from gateway.methods.schemas import Applicabilities, Catalogue
from gateway.runs.new import AskedOfAll
from innhub_proto.explainer.v1 import explainer_pb2, explainer_pb2_grpc

_EXPLAIN_SECONDS = 630.0


@dataclass(frozen=True)
class Plan:
    """What runs ask of every sample: with all parameters, its digest, and the edition of the engine that answers."""

    asked: AskedOfAll
    digest: str
    edition: int | None


class ExplainerClient:
    """What the gateway asks the explainers."""

    def __init__(self, addresses: str) -> None:
        self.replicas = Replicas(addresses, explainer_pb2_grpc.ExplainerServiceStub)

    async def methods(self) -> Catalogue:
        """The catalogue of methods."""
        return parsed(await self.replicas.call("ListMethods", explainer_pb2.ListMethodsRequest()), Catalogue)

    async def applicable_methods(self, workspace: str, model: str) -> Applicabilities:
        """Which methods apply to a model."""
        request = explainer_pb2.ListApplicableMethodsRequest(workspace=workspace, model=model)
        return parsed(await self.replicas.call("ListApplicableMethods", request, key=model), Applicabilities)

    async def plan(self, workspace: str, model: str, dataset: str, asked: AskedOfAll) -> Plan:
        """What is asked of all samples of a data set, with all parameters.

        Raises:
            HubError: naming what keeps it from being answered for this model.
        """
        request = explainer_pb2.PlanExplanationsRequest(
            workspace=workspace,
            model=model,
            dataset=dataset,
            method=asked.method,
            parameters=struct(asked.parameters),
            target=target_message(asked.target),
            layer=asked.layer,
        )
        answer = await self.replicas.call("PlanExplanations", request, key=model, timeout=_EXPLAIN_SECONDS)
        asked = asked.model_copy(update={"parameters": fields(answer.parameters)})
        return Plan(asked, answer.digest, answer.edition or None)

    async def explain(
        self, workspace: str, model: str, dataset: str, wanted: ExplanationRequest
    ) -> tuple[ExplanationRecord, bool]:
        """The explanation, and whether it was there before."""
        request = explainer_pb2.ExplainRequest(
            workspace=workspace,
            model=model,
            dataset=dataset,
            sample=wanted.sample,
            method=wanted.method,
            parameters=struct(wanted.parameters),
            target=target_message(wanted.target),
            layer=wanted.layer,
            engine=wanted.engine,
        )
        # Replicas hold the networks that they have explained before.
        answer = await self.replicas.call("Explain", request, key=model, timeout=_EXPLAIN_SECONDS)
        document = fields(answer.explanation)
        document["target"] = wanted.target
        document.setdefault("target_index", None)
        return ExplanationRecord.model_validate(document), answer.cached

    async def quality(self, workspace: str, explanation: str, patience_seconds: float) -> tuple[Quality, bool]:
        """How far an explanation can be trusted, and whether that was known before."""
        request = explainer_pb2.AssessExplanationRequest(
            workspace=workspace, explanation=explanation, patience_seconds=patience_seconds
        )
        answer = await self.replicas.call("AssessExplanation", request, key=explanation, timeout=_EXPLAIN_SECONDS)
        return parsed(answer.quality, Quality), answer.cached

    async def heatmap(self, workspace: str, explanation: str, style: HeatmapStyle) -> bytes:
        """An explanation as a PNG."""
        request = explainer_pb2.RenderHeatmapRequest(
            workspace=workspace,
            explanation=explanation,
            colormap=style.colormap,
            overlay=style.overlay,
            percentile=style.percentile,
            size=style.size,
        )
        answer: explainer_pb2.RenderHeatmapResponse = await self.replicas.call(
            "RenderHeatmap", request, key=explanation
        )
        return answer.png
