"""Calls to inference."""

from math import isfinite

from backplane.replicas import Replicas
from domain.inside import Training
from gateway.activations.schemas import ActivationMapsQuery, ActivationsQuery, LayerActivations
from gateway.clients.messages import fields, parsed
from gateway.models.schemas import LayerInside, NetworkGraph
from gateway.predictions.schemas import Prediction
from innhub_proto.inference.v1 import inference_pb2, inference_pb2_grpc

_SAMPLE_SECONDS = 150.0


class InferenceClient:
    """What the gateway asks inference."""

    def __init__(self, addresses: str) -> None:
        self.replicas = Replicas(addresses, inference_pb2_grpc.InferenceServiceStub)

    async def predict(self, workspace: str, model: str, dataset: str, sample: int, top_k: int) -> Prediction:
        """The answer for one sample."""
        request = inference_pb2.PredictRequest(
            workspace=workspace, model=model, dataset=dataset, sample=sample, top_k=top_k
        )
        answer = await self.replicas.call("Predict", request, key=model, timeout=_SAMPLE_SECONDS)
        return parsed(answer, Prediction)

    async def graph(self, workspace: str, model: str) -> NetworkGraph:
        """The layers of a network."""
        request = inference_pb2.DescribeNetworkRequest(workspace=workspace, model=model)
        return parsed(await self.replicas.call("DescribeNetwork", request, key=model), NetworkGraph)

    async def layer(self, workspace: str, model: str, layer: str) -> LayerInside:
        """A layer and its weights.

        Raises:
            HubError: `LAYER_UNKNOWN`.
        """
        request = inference_pb2.DescribeLayerRequest(workspace=workspace, model=model, layer=layer)
        return parsed(await self.replicas.call("DescribeLayer", request, key=model), LayerInside)

    async def training(self, workspace: str, model: str) -> Training:
        """How a network was trained."""
        request = inference_pb2.DescribeTrainingRequest(workspace=workspace, model=model)
        answer: inference_pb2.DescribeTrainingResponse = await self.replicas.call(
            "DescribeTraining", request, key=model
        )
        return Training(
            optimizer=answer.optimizer,
            optimizer_settings=fields(answer.optimizer_settings),
            loss=answer.loss,
            metrics=tuple(answer.metrics),
            history={
                quantity.name: tuple(value if isfinite(value) else None for value in quantity.values)
                for quantity in answer.history
            },
        )

    async def activations(self, workspace: str, model: str, dataset: str, query: ActivationsQuery) -> LayerActivations:
        """The strongest units of a layer for one sample."""
        request = inference_pb2.ActivationsRequest(
            workspace=workspace,
            model=model,
            dataset=dataset,
            sample=query.sample,
            layer=query.layer,
            limit=query.limit,
        )
        answer = await self.replicas.call("Activations", request, key=model, timeout=_SAMPLE_SECONDS)
        return parsed(answer, LayerActivations)

    async def activation_maps(self, workspace: str, model: str, dataset: str, query: ActivationMapsQuery) -> bytes:
        """The maps of units of a layer for one sample as a PNG."""
        request = inference_pb2.DrawActivationMapsRequest(
            workspace=workspace,
            model=model,
            dataset=dataset,
            sample=query.sample,
            layer=query.layer,
            units=query.unit,
            size=query.size,
        )
        answer: inference_pb2.DrawActivationMapsResponse = await self.replicas.call(
            "DrawActivationMaps", request, key=model, timeout=_SAMPLE_SECONDS
        )
        return answer.png
