"""Between messages and what the core speaks of."""

from google.protobuf.json_format import ParseDict
from google.protobuf.struct_pb2 import Struct

from inference.predictions import Prediction
from innhub_proto.artifacts.v1 import artifacts_pb2
from innhub_proto.inference.v1 import inference_pb2
from network.description import Node


def prediction_message(prediction: Prediction) -> inference_pb2.PredictResponse:
    """An answer as a message."""
    return inference_pb2.PredictResponse(
        top=[
            artifacts_pb2.RankedClass(index=ranked.index, name=ranked.name, score=ranked.score)
            for ranked in prediction.top
        ],
        label=prediction.label,
        label_score=prediction.label_score,
    )


def layer_message(node: Node) -> inference_pb2.Layer:
    """A layer as a message."""
    return inference_pb2.Layer(
        name=node.name,
        kind=node.kind,
        inputs=node.inputs,
        output_shape=node.output_shape,
        parameters=node.parameters,
        hyperparameters=ParseDict(node.arguments, Struct()),
    )
