from typing import Any

import keras
import numpy as np
import pytest
from unit.network.keras_models import (
    SHAPE,
    AnyWeights,
    configuration,
    flattened,
    functional,
    layers,
    nested,
    sequential,
)

from domain.errors import HubError, Reason
from network.flatten import flatten


@keras.saving.register_keras_serializable("elsewhere")
class Doubling(layers.Layer):  # type: ignore[misc]
    def call(self, inputs: Any) -> Any:
        return 2 * inputs


def _refused(model: Any) -> HubError:
    with pytest.raises(HubError) as refusal:
        flattened(model)
    return refusal.value


def _around(*inside: Any) -> Any:
    return keras.Sequential([keras.Input(SHAPE), *inside, layers.Flatten(), layers.Dense(2)])


def test_layers_of_a_sequential_model_come_in_order() -> None:
    kinds = [node.kind for node in flattened(sequential()).nodes]

    assert kinds == [
        "InputLayer",
        "Rescaling",
        "Conv2D",
        "Activation",
        "BatchNormalization",
        "MaxPooling2D",
        "Flatten",
        "Dense",
        "Activation",
    ]


def test_what_only_matters_in_training_is_left_out_and_said_so() -> None:
    found = flattened(sequential())

    assert not {"RandomFlip", "Dropout"} & {node.kind for node in found.nodes}
    assert [change for change in found.changes if "Dropout" in change]
    assert [change for change in found.changes if "RandomFlip" in change]


def test_activation_becomes_a_layer_of_its_own() -> None:
    found = flattened(_around(layers.Conv2D(4, 3, activation="tanh", name="maps")))

    assert [node.name for node in found.nodes[1:3]] == ["maps", "maps.tanh"]
    assert "activation" not in found.nodes[1].arguments
    assert found.nodes[2].arguments == {"activation": "tanh"}


def test_branches_read_what_they_read_in_the_file() -> None:
    nodes = {node.kind: node for node in flattened(functional()).nodes}

    assert nodes["Add"].inputs == (nodes["ReLU"].name, nodes["DepthwiseConv2D"].name)
    assert nodes["DepthwiseConv2D"].inputs == (nodes["ReLU"].name,)


def test_nested_models_are_flattened_under_their_names() -> None:
    found = flattened(nested())

    names = [node.name for node in found.nodes]
    assert any(name.startswith("trunk/") for name in names)
    assert any(name.startswith("head/") for name in names)
    assert [node.kind for node in found.nodes].count("InputLayer") == 1
    assert {"The nested model 'trunk' was flattened."} <= set(found.changes)


def test_layer_used_twice_becomes_two_nodes_with_the_same_weights() -> None:
    picture = keras.Input(SHAPE)
    shared = layers.Conv2D(3, 3, padding="same", name="shared")
    found = flattened(keras.Model(picture, layers.Flatten()(shared(shared(picture)))))

    assert [(node.name, node.inputs) for node in found.nodes[1:3]] == [
        ("shared", (found.nodes[0].name,)),
        ("shared#2", ("shared",)),
    ]
    np.testing.assert_array_equal(found.weights["shared.kernel"], found.weights["shared#2.kernel"])


def test_lambda_is_refused_by_name_and_a_way_out_is_given() -> None:
    error = _refused(_around(layers.Lambda(lambda x: x + 1, name="secret")))

    assert error.reason is Reason.MODEL_FORBIDDEN
    assert "'secret'" in error.message
    assert "Rescaling" in error.advice


def test_custom_layer_is_refused_by_name() -> None:
    error = _refused(_around(Doubling(name="mine")))

    assert error.reason is Reason.MODEL_FORBIDDEN
    assert "'mine'" in error.message
    assert "elsewhere>Doubling" in error.message


def test_object_in_place_of_an_argument_is_refused() -> None:
    model = configuration(_around(layers.Conv2D(4, 3, name="maps")))
    model["config"]["layers"][1]["config"]["activation"] = {"class_name": "function", "config": "os.system"}

    with pytest.raises(HubError, match=r"'maps'.*activation") as refusal:
        flatten(model, AnyWeights())

    assert refusal.value.reason is Reason.MODEL_FORBIDDEN


def test_unknown_argument_is_refused_by_name() -> None:
    model = configuration(_around(layers.Conv2D(4, 3, name="maps")))
    model["config"]["layers"][1]["config"]["surprise"] = 1

    with pytest.raises(HubError, match=r"'maps'.*'surprise'") as refusal:
        flatten(model, AnyWeights())

    assert refusal.value.reason is Reason.MODEL_FORBIDDEN


def test_two_inputs_are_refused() -> None:
    first, second = keras.Input(SHAPE), keras.Input(SHAPE)
    error = _refused(keras.Model([first, second], layers.Flatten()(layers.Add()([first, second]))))

    assert error.reason is Reason.MODEL_UNSUPPORTED
    assert "2 inputs" in error.message


@pytest.mark.parametrize("shape", [(8,), (8, 8), (8, 8, 4), (8, 8, 2), (None, None, 3), (5000, 8, 3)])
def test_input_that_is_no_picture_of_fixed_size_is_refused(shape: tuple[int, ...]) -> None:
    picture = keras.Input(shape)

    error = _refused(keras.Model(picture, layers.Activation("relu")(picture)))

    assert error.reason is Reason.MODEL_UNSUPPORTED


@pytest.mark.parametrize("broken", [{}, {"class_name": "Functional"}, {"class_name": "MyModel", "config": {}}])
def test_model_without_a_graph_of_layers_is_refused(broken: dict[str, Any]) -> None:
    with pytest.raises(HubError) as refusal:
        flatten(broken, AnyWeights())

    assert refusal.value.reason is Reason.MODEL_UNSUPPORTED


def test_configuration_that_keras_did_not_write_is_called_corrupt() -> None:
    with pytest.raises(HubError) as refusal:
        flatten({"class_name": "Functional", "config": {"layers": [{"class_name": "Dense"}]}}, AnyWeights())

    assert refusal.value.reason is Reason.MODEL_CORRUPT


def test_layers_that_the_output_does_not_need_are_left_out() -> None:
    model = configuration(functional())
    extra = {"class_name": "Dense", "module": "keras.layers", "registered_name": None, "name": "idle"}
    reads = model["config"]["layers"][-1]["inbound_nodes"]
    model["config"]["layers"].append(extra | {"config": {"name": "idle", "units": 2}, "inbound_nodes": reads})

    assert "idle" not in [node.name for node in flatten(model, AnyWeights()).nodes]
