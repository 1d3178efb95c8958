"""Calls to inference."""

from backplane.replicas import Replicas
from gateway.clients.messages import parsed
from gateway.models.schemas import NetworkGraph
from gateway.predictions.schemas import Prediction
from innhub_proto.inference.v1 import inference_pb2, inference_pb2_grpc

_PREDICT_SECONDS = 150.0


class InferenceClient:
    """What the gateway asks inference."""

    def __init__(self, addresses: str) -> None:
        self.replicas = Replicas(addresses, inference_pb2_grpc.InferenceServiceStub)

    async def predict(self, workspace: str, model: str, dataset: str, sample: int, top_k: int) -> Prediction:
        """The answer for one sample."""
        request = inference_pb2.PredictRequest(
            workspace=workspace, model=model, dataset=dataset, sample=sample, top_k=top_k
        )
        answer = await self.replicas.call("Predict", request, key=model, timeout=_PREDICT_SECONDS)
        return parsed(answer, Prediction)

    async def graph(self, workspace: str, model: str) -> NetworkGraph:
        """The layers of a network."""
        request = inference_pb2.DescribeNetworkRequest(workspace=workspace, model=model)
        return parsed(await self.replicas.call("DescribeNetwork", request, key=model), NetworkGraph)
