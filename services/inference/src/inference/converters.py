"""Between messages and what the core speaks of."""

from math import nan

from google.protobuf.json_format import ParseDict
from google.protobuf.struct_pb2 import Struct

from domain.inside import Training, WeightStatistics
from inference.layer_activations import LayerActivations
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
        multiply_adds=node.multiply_adds,
    )


def layer_description_message(node: Node, weights: tuple[WeightStatistics, ...]) -> inference_pb2.DescribeLayerResponse:
    """A layer and its weights as a message."""
    return inference_pb2.DescribeLayerResponse(
        layer=layer_message(node),
        weights=[inference_pb2.WeightStatistics(**weight.model_dump(exclude={"layer"})) for weight in weights],
    )


def training_message(training: Training) -> inference_pb2.DescribeTrainingResponse:
    """How a network was trained, as a message."""
    return inference_pb2.DescribeTrainingResponse(
        optimizer=training.optimizer,
        optimizer_settings=ParseDict(training.optimizer_settings, Struct()),
        loss=training.loss,
        metrics=training.metrics,
        history=[
            inference_pb2.TrainingQuantity(name=name, values=[nan if value is None else value for value in values])
            for name, values in training.history.items()
        ],
    )


def activations_message(activations: LayerActivations) -> inference_pb2.ActivationsResponse:
    """The strongest units of a layer as a message."""
    return inference_pb2.ActivationsResponse(
        layer=activations.layer,
        output_shape=activations.output_shape,
        units_total=activations.output_shape[-1],
        units=[
            inference_pb2.UnitActivation(unit=answer.unit, mean=answer.mean, maximum=answer.maximum)
            for answer in activations.units
        ],
    )
