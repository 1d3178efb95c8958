"""gRPC for inference: a thin skin over the core."""

from typing import Any

import grpc.aio

from domain.errors import HubError, Reason
from domain.predictions import TOP_CLASSES
from imaging.feature_maps import DEFAULT_SIZE
from inference import converters
from inference.core import Inference
from innhub_proto.inference.v1 import inference_pb2, inference_pb2_grpc

Context = grpc.aio.ServicerContext[Any, Any]
_MOST_CLASSES = 1000
_MOST_UNITS = 10_000
_UNITS = 32


class InferenceServicer(inference_pb2_grpc.InferenceServiceServicer):
    """Answers `innhub.inference.v1.InferenceService`."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference

    async def Predict(  # noqa: N802
        self, request: inference_pb2.PredictRequest, _: Context
    ) -> inference_pb2.PredictResponse:
        """Predicts one sample."""
        top_k = _at_most(_MOST_CLASSES, "top_k", request.top_k or TOP_CLASSES)
        prediction = await self._inference.predict_sample(
            request.workspace, request.model, request.dataset, request.sample, top_k
        )
        return converters.prediction_message(prediction)

    async def DescribeNetwork(  # noqa: N802
        self, request: inference_pb2.DescribeNetworkRequest, _: Context
    ) -> inference_pb2.DescribeNetworkResponse:
        """Describes the layers of a network."""
        nodes = await self._inference.describe(request.workspace, request.model)
        return inference_pb2.DescribeNetworkResponse(layers=[converters.layer_message(node) for node in nodes])

    async def DescribeLayer(  # noqa: N802
        self, request: inference_pb2.DescribeLayerRequest, _: Context
    ) -> inference_pb2.DescribeLayerResponse:
        """Describes one layer and its weights."""
        described = await self._inference.describe_layer(request.workspace, request.model, request.layer)
        return converters.layer_description_message(*described)

    async def DescribeTraining(  # noqa: N802
        self, request: inference_pb2.DescribeTrainingRequest, _: Context
    ) -> inference_pb2.DescribeTrainingResponse:
        """Says how a network was trained."""
        return converters.training_message(await self._inference.describe_training(request.workspace, request.model))

    async def Activations(  # noqa: N802
        self, request: inference_pb2.ActivationsRequest, _: Context
    ) -> inference_pb2.ActivationsResponse:
        """Lists the strongest units of a layer."""
        limit = _at_most(_MOST_UNITS, "limit", request.limit or _UNITS)
        activations = await self._inference.activations(
            request.workspace, request.model, request.dataset, request.sample, request.layer, limit
        )
        return converters.activations_message(activations)

    async def DrawActivationMaps(  # noqa: N802
        self, request: inference_pb2.DrawActivationMapsRequest, _: Context
    ) -> inference_pb2.DrawActivationMapsResponse:
        """Draws the maps of units."""
        png = await self._inference.activation_maps(
            request.workspace,
            request.model,
            request.dataset,
            request.sample,
            request.layer,
            tuple(request.units),
            request.size or DEFAULT_SIZE,
        )
        return inference_pb2.DrawActivationMapsResponse(png=png)


def _at_most(most: int, name: str, value: int) -> int:
    if value > most:
        raise HubError(Reason.ARGUMENT_INVALID, f"{name} is {value}.", f"It is at most {most}.")
    return value
