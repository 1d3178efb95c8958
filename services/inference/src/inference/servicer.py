"""gRPC for inference: a thin skin over the core."""

from typing import Any

import grpc.aio

from domain.errors import HubError, Reason
from domain.predictions import TOP_CLASSES
from inference import converters
from inference.core import Inference
from innhub_proto.inference.v1 import inference_pb2, inference_pb2_grpc

Context = grpc.aio.ServicerContext[Any, Any]
_MOST_CLASSES = 1000


class InferenceServicer(inference_pb2_grpc.InferenceServiceServicer):
    """Answers `innhub.inference.v1.InferenceService`."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference

    async def Predict(  # noqa: N802
        self, request: inference_pb2.PredictRequest, _: Context
    ) -> inference_pb2.PredictResponse:
        """Predicts one sample."""
        top_k = request.top_k or TOP_CLASSES
        if top_k > _MOST_CLASSES:
            raise HubError(Reason.ARGUMENT_INVALID, f"top_k is {top_k}.", f"It is at most {_MOST_CLASSES}.")
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
