"""Calls to suggest about samples as they are."""

from backplane.replicas import Replicas
from gateway.clients.messages import parsed
from gateway.datasets.schemas import SamplePage
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
