"""gRPC about samples as they are."""

import asyncio

from innhub_proto.suggest.v1 import suggest_pb2
from suggest import arguments
from suggest.converters import samples as messages
from suggest.servicers.base import Context, CoresServicer

_TOP_SHARE = 0.1


class SamplesServicer(CoresServicer):
    """The part of the service that speaks of samples."""

    async def ListSamples(  # noqa: N802
        self, request: suggest_pb2.ListSamplesRequest, _: Context
    ) -> suggest_pb2.ListSamplesResponse:
        """Lists samples."""
        label = request.label if request.HasField("label") else None
        start, size = arguments.page_position(request.page_token), arguments.page_size(request.page_size)
        page = await asyncio.to_thread(self._cores.samples.page, request.workspace, request.dataset, label, start, size)
        return messages.sample_page_message(page)

    async def GetSampleImage(  # noqa: N802
        self, request: suggest_pb2.GetSampleImageRequest, _: Context
    ) -> suggest_pb2.GetSampleImageResponse:
        """Returns the picture of a sample."""
        place = (request.workspace, request.dataset, request.sample)
        if request.HasField("size"):
            size = arguments.within("size", request.size, 16, 4096)
            image = await asyncio.to_thread(self._cores.samples.thumbnail, *place, size)
        else:
            image = await asyncio.to_thread(self._cores.samples.image, *place)
        return messages.image_message(image)

    async def StrongestSamples(  # noqa: N802
        self, request: suggest_pb2.StrongestSamplesRequest, _: Context
    ) -> suggest_pb2.StrongestSamplesResponse:
        """Lists the samples to which a unit answers most strongly."""
        limit = arguments.within("limit", request.limit or 24, 1, 1000)
        place = (request.workspace, request.dataset, request.model, arguments.given("layer", request.layer))
        return messages.strongest_message(
            *await asyncio.to_thread(self._cores.samples.strongest, *place, request.unit, limit)
        )

    async def CompareReasons(  # noqa: N802
        self, request: suggest_pb2.CompareReasonsRequest, _: Context
    ) -> suggest_pb2.CompareReasonsResponse:
        """Compares the reasons of models."""
        models, digest = arguments.several_models(request.models), arguments.digest(request.digest)
        share = arguments.share("top_share", request.top_share) if request.HasField("top_share") else _TOP_SHARE
        start, size = arguments.page_position(request.page_token), arguments.page_size(request.page_size)
        place = (request.workspace, request.dataset, models, digest)
        compared = await asyncio.to_thread(self._cores.samples.reasons, *place, share, start, size)
        return messages.comparison_page_message(compared)
