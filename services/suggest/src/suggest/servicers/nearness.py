"""gRPC about samples by where they lie in an embedding, and about groups of them."""

import asyncio
from typing import Protocol

from innhub_proto.suggest.v1 import suggest_pb2
from suggest import arguments
from suggest.answered import Asked
from suggest.converters import nearness as messages
from suggest.servicers.base import Context, CoresServicer

_PCA, _UMAP = "pca", "umap"
_DUPLICATE_DISTANCE = 0.05


class NearnessServicer(CoresServicer):
    """The part of the service that speaks of embeddings and groups."""

    async def GetEmbedding(  # noqa: N802
        self, request: suggest_pb2.GetEmbeddingRequest, _: Context
    ) -> suggest_pb2.GetEmbeddingResponse:
        """Lays samples out in the plane."""
        projection = arguments.one_of("projection", request.projection or _PCA, (_PCA, _UMAP))
        points = arguments.within("max_points", request.max_points or 2000, 1, 20_000)
        asked = Asked(request.workspace, request.dataset, (request.model,), tuple(request.where))
        embedded = self._cores.embedded
        lay_out = embedded.principal_components if projection == _PCA else embedded.projected

        def answer() -> suggest_pb2.GetEmbeddingResponse:
            return messages.map_message(lay_out(asked, points))

        return await asyncio.to_thread(answer)

    async def FindNeighbours(  # noqa: N802
        self, request: suggest_pb2.FindNeighboursRequest, _: Context
    ) -> suggest_pb2.FindNeighboursResponse:
        """Lists the samples nearest to one."""
        limit = arguments.within("limit", request.limit or 12, 1, 1000)
        asked = _asked(request)
        found = await asyncio.to_thread(self._cores.embedded.neighbours, asked, request.sample, limit)
        return messages.neighbours_message(found)

    async def FindDuplicates(  # noqa: N802
        self, request: suggest_pb2.FindDuplicatesRequest, _: Context
    ) -> suggest_pb2.FindDuplicatesResponse:
        """Lists pairs that lie closest together."""
        limit = arguments.within("limit", request.limit or 100, 1, 1000)
        distance = request.max_distance if request.HasField("max_distance") else _DUPLICATE_DISTANCE
        arguments.between("max_distance", distance, 0, 2)
        found = await asyncio.to_thread(self._cores.embedded.duplicates, _asked(request), distance, limit)
        return messages.duplicates_message(found)

    async def FindOutliers(  # noqa: N802
        self, request: suggest_pb2.FindOutliersRequest, _: Context
    ) -> suggest_pb2.FindOutliersResponse:
        """Lists the samples that lie farthest from all others."""
        limit = arguments.within("limit", request.limit or 100, 1, 1000)
        found = await asyncio.to_thread(self._cores.embedded.outliers, _asked(request), limit)
        return messages.outliers_message(found)

    async def GetClusters(  # noqa: N802
        self, request: suggest_pb2.GetClustersRequest, _: Context
    ) -> suggest_pb2.GetClustersResponse:
        """Shows groups of samples whose explanations look alike."""
        digest = arguments.digest(request.digest)
        members = arguments.within("max_members", request.max_members or 12, 1, 1000)
        found = await asyncio.to_thread(self._cores.clustered.clusters, _asked(request), digest, request.label, members)
        return messages.clusters_message(found)


class _OfModel(Protocol):
    """A request about one model and one data set."""

    workspace: str
    dataset: str
    model: str


def _asked(request: _OfModel) -> Asked:
    return Asked(request.workspace, request.dataset, (request.model,))
