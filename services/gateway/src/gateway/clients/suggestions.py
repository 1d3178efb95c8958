"""Calls to suggest about samples by what models answer to them."""

import asyncio
from collections.abc import Sequence
from typing import Any, TypeVar

from pydantic import BaseModel

from backplane.replicas import Replicas
from domain.tables import ExportedTable, TableForm
from gateway.clients.messages import parsed
from gateway.nearness.schemas import Clusters, Duplicates, Embedding, Neighbours, Outliers
from gateway.reasons.schemas import ReasonPage, ReasonQuery
from gateway.suggestions.schemas import (
    Agreement,
    Calibration,
    Confusion,
    Histogram,
    SampleQuery,
    SampleQueryPage,
    StrongestSamples,
)
from innhub_proto.suggest.v1 import suggest_pb2, suggest_pb2_grpc

M = TypeVar("M", bound=BaseModel)
_WHOLE_SECONDS = 600.0
"""Some questions go through all that a run has left of a large data set."""
_FORMATS = {
    TableForm.CSV: suggest_pb2.TABLE_FORMAT_UNSPECIFIED,
    TableForm.PARQUET: suggest_pb2.TABLE_FORMAT_PARQUET,
}


class SuggestionsClient:
    """What the gateway asks suggest about answers, embeddings and explanations."""

    def __init__(self, replicas: "Replicas[suggest_pb2_grpc.SuggestServiceAsyncStub]") -> None:
        self._replicas = replicas

    async def agreement(
        self, workspace: str, dataset: str, models: list[str], max_points: int, sure_score: float, where: Sequence[str]
    ) -> Agreement:
        """The agreement map; 0 points stand for as many as suggest finds right."""
        request = suggest_pb2.GetAgreementRequest(
            workspace=workspace,
            dataset=dataset,
            models=models,
            max_points=max_points,
            sure_score=sure_score,
            where=where,
        )
        return await self._ask("GetAgreement", request, Agreement)

    async def histogram(
        self,
        workspace: str,
        dataset: str,
        model: str,
        *,
        bins: int,
        quantity: str,
        layer: str,
        unit: int | None,
        where: Sequence[str],
    ) -> Histogram:
        """How a quantity is spread."""
        request = suggest_pb2.GetHistogramRequest(
            workspace=workspace,
            dataset=dataset,
            model=model,
            bins=bins,
            quantity=quantity,
            layer=layer,
            unit=unit,
            where=where,
        )
        return await self._ask("GetHistogram", request, Histogram)

    async def calibration(
        self, workspace: str, dataset: str, model: str, bins: int, where: Sequence[str]
    ) -> Calibration:
        """Whether a model is right as often as its scores say."""
        request = suggest_pb2.GetCalibrationRequest(
            workspace=workspace, dataset=dataset, model=model, bins=bins, where=where
        )
        return await self._ask("GetCalibration", request, Calibration)

    async def confusion(
        self, workspace: str, dataset: str, models: list[str], column: str, max_classes: int, where: Sequence[str]
    ) -> Confusion:
        """Who says A where the label, or another model, says B."""
        request = suggest_pb2.GetConfusionRequest(
            workspace=workspace, dataset=dataset, models=models, column=column, max_classes=max_classes, where=where
        )
        return await self._ask("GetConfusion", request, Confusion)

    async def query(self, workspace: str, dataset: str, models: list[str], query: SampleQuery) -> SampleQueryPage:
        """Samples with the answers of models, filtered and sorted."""
        request = suggest_pb2.QuerySamplesRequest(
            workspace=workspace,
            dataset=dataset,
            models=models,
            where=query.where,
            label=query.label,
            predicted=query.predicted,
            correct=query.correct,
            min_label_error=query.min_label_error,
            max_label_error=query.max_label_error,
            order_by=query.order,
            descending=query.descending,
            page_size=query.limit,
            page_token=query.cursor or "",
        )
        return await self._ask("QuerySamples", request, SampleQueryPage)

    async def matches(self, workspace: str, dataset: str, models: list[str], where: Sequence[str]) -> tuple[int, ...]:
        """The numbers of all samples that meet conditions."""
        request = suggest_pb2.ListMatchesRequest(workspace=workspace, dataset=dataset, models=models, where=where)
        return tuple((await self._replicas.call("ListMatches", request, key=dataset)).samples)

    async def export(
        self,
        workspace: str,
        dataset: str,
        models: list[str],
        form: TableForm,
        *,
        where: Sequence[str],
        order: str,
        descending: bool,
    ) -> ExportedTable:
        """All samples that meet conditions, as a table."""
        request = suggest_pb2.ExportSamplesRequest(
            workspace=workspace,
            dataset=dataset,
            models=models,
            format=_FORMATS[form],
            where=where,
            order_by=order,
            descending=descending,
        )
        answer = await self._replicas.call("ExportSamples", request, key=dataset, timeout=_WHOLE_SECONDS)
        return _exported(answer.table)

    async def export_predictions(
        self, workspace: str, dataset: str, model: str, form: TableForm, *, embedding: bool
    ) -> ExportedTable:
        """All that a model predicted, as a table."""
        request = suggest_pb2.ExportPredictionsRequest(
            workspace=workspace, dataset=dataset, model=model, format=_FORMATS[form], embedding=embedding
        )
        answer = await self._replicas.call("ExportPredictions", request, key=dataset, timeout=_WHOLE_SECONDS)
        return _exported(answer.table)

    async def strongest(
        self, workspace: str, dataset: str, model: str, layer: str, unit: int, limit: int
    ) -> StrongestSamples:
        """The samples to which a unit answers most strongly."""
        request = suggest_pb2.StrongestSamplesRequest(
            workspace=workspace, dataset=dataset, model=model, layer=layer, unit=unit, limit=limit
        )
        return await self._ask("StrongestSamples", request, StrongestSamples)

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
        return await self._ask("CompareReasons", request, ReasonPage)

    async def embedding(
        self, workspace: str, dataset: str, model: str, projection: str, max_points: int, where: Sequence[str]
    ) -> Embedding:
        """Samples in the plane."""
        request = suggest_pb2.GetEmbeddingRequest(
            workspace=workspace,
            dataset=dataset,
            model=model,
            projection=projection,
            max_points=max_points,
            where=where,
        )
        return await self._ask("GetEmbedding", request, Embedding)

    async def neighbours(self, workspace: str, dataset: str, model: str, sample: int, limit: int) -> Neighbours:
        """The samples nearest to one."""
        request = suggest_pb2.FindNeighboursRequest(
            workspace=workspace, dataset=dataset, model=model, sample=sample, limit=limit
        )
        return await self._ask("FindNeighbours", request, Neighbours)

    async def duplicates(self, workspace: str, dataset: str, model: str, max_distance: float, limit: int) -> Duplicates:
        """Pairs of samples that lie closest together."""
        request = suggest_pb2.FindDuplicatesRequest(
            workspace=workspace, dataset=dataset, model=model, max_distance=max_distance, limit=limit
        )
        return await self._ask("FindDuplicates", request, Duplicates)

    async def outliers(self, workspace: str, dataset: str, model: str, limit: int) -> Outliers:
        """The samples that lie farthest from all others."""
        request = suggest_pb2.FindOutliersRequest(workspace=workspace, dataset=dataset, model=model, limit=limit)
        return await self._ask("FindOutliers", request, Outliers)

    async def clusters(
        self, workspace: str, dataset: str, model: str, digest: str, label: str, max_members: int
    ) -> Clusters:
        """Groups of samples whose explanations look alike."""
        request = suggest_pb2.GetClustersRequest(
            workspace=workspace, dataset=dataset, model=model, digest=digest, label=label, max_members=max_members
        )
        return await self._ask("GetClusters", request, Clusters)

    async def _ask(self, method: str, request: Any, kind: type[M]) -> M:
        """The answer to a question about a data set, read in a thread: large ones would keep others waiting."""
        answer = await self._replicas.call(method, request, key=request.dataset, timeout=_WHOLE_SECONDS)
        return await asyncio.to_thread(parsed, answer, kind)


def _exported(message: suggest_pb2.ExportedTable) -> ExportedTable:
    return ExportedTable(message.object, message.size, message.media_type, message.data)
