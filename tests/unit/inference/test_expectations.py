from domain.preprocessing import PRESETS, ChannelOrder
from inference.importing.expectations import guessed
from network.description import NetworkDescription, Node


def _description(channels: int, *kinds: str) -> NetworkDescription:
    nodes = tuple(Node(name=str(number), kind=kind) for number, kind in enumerate(["InputLayer", *kinds]))
    return NetworkDescription(input_shape=(8, 8, channels), nodes=nodes)


def test_network_that_scales_itself_gets_raw_pixels() -> None:
    guess, (remark,) = guessed(_description(3, "Rescaling", "Conv2D"))

    assert guess == PRESETS["raw"]
    assert "'raw'" in remark


def test_other_networks_get_values_around_zero() -> None:
    guess, (remark,) = guessed(_description(3, "Conv2D"))

    assert guess == PRESETS["tf"]
    assert "'tf'" in remark


def test_scaling_deep_in_the_network_is_not_that_of_the_input() -> None:
    assert guessed(_description(3, *["Conv2D"] * 5, "Rescaling"))[0] == PRESETS["tf"]


def test_grey_network_gets_one_channel() -> None:
    guess, _ = guessed(_description(1, "Conv2D"))

    assert guess.channel_order is ChannelOrder.GREY
    assert len(guess.mean) == len(guess.scale) == 1
