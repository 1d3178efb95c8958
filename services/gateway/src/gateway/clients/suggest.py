"""Calls to suggest."""

from backplane.replicas import Replicas
from gateway.clients.messages import parsed
from gateway.datasets.schemas import SamplePage
from gateway.suggestions.schemas import (
    Agreement,
    Histogram,
    ReasonPage,
    ReasonQuery,
    SampleQuery,
    SampleQueryPage,
    StrongestSamples,
)
from innhub_proto.suggest.v1 import suggest_pb2, suggest_pb2_grpc


class SuggestClient:
    """What the gateway asks suggest."""

    def __init__(self, addresses: str) -> None:
        self.replicas = Replicas(addresses, suggest_pb2_grpc.SuggestServiceStub)

    async def samples(
        self, workspace: str, dataset: str, limit: int, cursor: str | None, label: str | None
    ) -> SamplePage:
        """A page of samples."""
        request = suggest_pb2.ListSamplesRequest(
            workspace=workspace, dataset=dataset, page_size=limit, page_token=cursor or "", label=label
        )
        answer = await self.replicas.call("ListSamples", request, key=dataset)
        return parsed(answer, SamplePage)

    async def image(self, workspace: str, dataset: str, sample: int, size: int | None) -> tuple[bytes, str]:
        """The picture of a sample and its media type."""
        request = suggest_pb2.GetSampleImageRequest(workspace=workspace, dataset=dataset, sample=sample, size=size)
        answer = await self.replicas.call("GetSampleImage", request, key=dataset)
        return answer.image, answer.media_type

    async def agreement(
        self, workspace: str, dataset: str, models: list[str], max_points: int, sure_score: float
    ) -> Agreement:
        """The agreement map."""
        request = suggest_pb2.GetAgreementRequest(
            workspace=workspace, dataset=dataset, models=models, max_points=max_points, sure_score=sure_score
        )
        return parsed(await self.replicas.call("GetAgreement", request, key=dataset), Agreement)

    async def histogram(self, workspace: str, dataset: str, model: str, bins: int) -> Histogram:
        """The histogram of 1 - p(label)."""
        request = suggest_pb2.GetHistogramRequest(workspace=workspace, dataset=dataset, model=model, bins=bins)
        return parsed(await self.replicas.call("GetHistogram", request, key=dataset), Histogram)

    async def query(self, workspace: str, dataset: str, models: list[str], query: SampleQuery) -> SampleQueryPage:
        """Samples with the answers of models, filtered and sorted."""
        request = suggest_pb2.QuerySamplesRequest(
            workspace=workspace,
            dataset=dataset,
            models=models,
            label=query.label,
            predicted=query.predicted,
            correct=query.correct,
            min_label_error=query.min_label_error,
            max_label_error=query.max_label_error,
            order=suggest_pb2.SampleOrder.Value(query.order.message_name),
            descending=query.descending,
            page_size=query.limit,
            page_token=query.cursor or "",
        )
        return parsed(await self.replicas.call("QuerySamples", request, key=dataset), SampleQueryPage)

    async def strongest(
        self, workspace: str, dataset: str, model: str, layer: str, unit: int, limit: int
    ) -> StrongestSamples:
        """The samples to which a unit answers most strongly."""
        request = suggest_pb2.StrongestSamplesRequest(
            workspace=workspace, dataset=dataset, model=model, layer=layer, unit=unit, limit=limit
        )
        return parsed(await self.replicas.call("StrongestSamples", request, key=dataset), StrongestSamples)

    async def reasons(
        self, workspace: str, dataset: str, models: list[str], digest: str, query: ReasonQuery
    ) -> ReasonPage:
        """Samples by how far the reasons of models are alike."""
        request = suggest_pb2.CompareReasonsRequest(
            workspace=workspace,
            dataset=dataset,
            models=models,
            digest=digest,
            top_share=query.top,
            page_size=query.limit,
            page_token=query.cursor or "",
        )
        return parsed(await self.replicas.call("CompareReasons", request, key=dataset), ReasonPage)
