"""gRPC for suggest: a thin skin over the core. Numbers are checked here; all work, messages too, is done in threads."""

import asyncio
from typing import Any

import grpc.aio

from innhub_proto.suggest.v1 import suggest_pb2, suggest_pb2_grpc
from suggest import arguments, converters
from suggest.core import Suggest

Context = grpc.aio.ServicerContext[Any, Any]
_TOP_SHARE = 0.1


class SuggestServicer(suggest_pb2_grpc.SuggestServiceServicer):
    """Answers `innhub.suggest.v1.SuggestService`."""

    def __init__(self, suggest: Suggest) -> None:
        self._suggest = suggest

    async def ListSamples(  # noqa: N802
        self, request: suggest_pb2.ListSamplesRequest, _: Context
    ) -> suggest_pb2.ListSamplesResponse:
        """Lists samples."""
        label = request.label if request.HasField("label") else None
        start, size = arguments.page_position(request.page_token), arguments.page_size(request.page_size)
        page = await asyncio.to_thread(self._suggest.samples, request.workspace, request.dataset, label, start, size)
        return converters.sample_page_message(page)

    async def GetSampleImage(  # noqa: N802
        self, request: suggest_pb2.GetSampleImageRequest, _: Context
    ) -> suggest_pb2.GetSampleImageResponse:
        """Returns the picture of a sample."""
        place = (request.workspace, request.dataset, request.sample)
        if request.HasField("size"):
            size = arguments.within("size", request.size, 16, 4096)
            image = await asyncio.to_thread(self._suggest.thumbnail, *place, size)
        else:
            image = await asyncio.to_thread(self._suggest.image, *place)
        return converters.image_message(image)

    async def GetAgreement(  # noqa: N802
        self, request: suggest_pb2.GetAgreementRequest, _: Context
    ) -> suggest_pb2.GetAgreementResponse:
        """Places samples by how sure the models are and how far they agree."""
        models = arguments.models(request.models)
        max_points = arguments.max_points(request.max_points, len(models))
        sure_score = arguments.fraction("sure_score", request.sure_score) if request.HasField("sure_score") else 0.5

        def answer() -> suggest_pb2.GetAgreementResponse:
            result, missing = self._suggest.agreement(
                request.workspace, request.dataset, models, max_points, sure_score
            )
            return converters.agreement_message(result, missing)

        return await asyncio.to_thread(answer)

    async def GetHistogram(  # noqa: N802
        self, request: suggest_pb2.GetHistogramRequest, _: Context
    ) -> suggest_pb2.GetHistogramResponse:
        """Counts samples by 1 - p(label)."""
        bins = arguments.within("bins", request.bins or 20, 1, 1000)
        result = await asyncio.to_thread(
            self._suggest.histogram, request.workspace, request.dataset, request.model, bins
        )
        return converters.histogram_message(result)

    async def QuerySamples(  # noqa: N802
        self, request: suggest_pb2.QuerySamplesRequest, _: Context
    ) -> suggest_pb2.QuerySamplesResponse:
        """Lists samples with answers."""
        models, query = arguments.models(request.models), converters.query(request)
        start, size = arguments.page_position(request.page_token), arguments.page_size(request.page_size)
        page = await asyncio.to_thread(
            self._suggest.query, request.workspace, request.dataset, models, query, start, size
        )
        return converters.point_page_message(page)

    async def StrongestSamples(  # noqa: N802
        self, request: suggest_pb2.StrongestSamplesRequest, _: Context
    ) -> suggest_pb2.StrongestSamplesResponse:
        """Lists the samples to which a unit answers most strongly."""
        limit = arguments.within("limit", request.limit or 24, 1, 1000)
        place = (request.workspace, request.dataset, request.model, arguments.given("layer", request.layer))
        samples, total = await asyncio.to_thread(self._suggest.strongest, *place, request.unit, limit)
        return converters.strongest_message(samples, total)

    async def CompareReasons(  # noqa: N802
        self, request: suggest_pb2.CompareReasonsRequest, _: Context
    ) -> suggest_pb2.CompareReasonsResponse:
        """Compares the reasons of models."""
        models, digest = arguments.several_models(request.models), arguments.digest(request.digest)
        share = arguments.share("top_share", request.top_share) if request.HasField("top_share") else _TOP_SHARE
        start, size = arguments.page_position(request.page_token), arguments.page_size(request.page_size)
        place = (request.workspace, request.dataset, models, digest)
        compared = await asyncio.to_thread(self._suggest.reasons, *place, share, start, size)
        return converters.comparison_page_message(compared)
