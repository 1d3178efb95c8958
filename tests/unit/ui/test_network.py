from typing import Any

import pytest
from unit.ui import inside

from ui import blocks, kinds, network

WHOLE = blocks.blocks(inside.LAYERS)


def elements(*unfolded: str) -> tuple[dict[str, dict[str, Any]], set[tuple[str, str]]]:
    drawn = network.drawing(inside.LAYERS, WHOLE, frozenset(unfolded), "stem").elements
    nodes = {element["data"]["id"]: element["data"] for element in drawn if "source" not in element["data"]}
    return nodes, {(e["data"]["source"], e["data"]["target"]) for e in drawn if "source" in e["data"]}


def test_folded_blocks_stand_for_their_layers() -> None:
    nodes, edges = elements()
    assert list(nodes) == ["layer:image", "layer:stem", "block:fire2", "block:fire3", "layer:pool"]
    assert ("block:fire2", "block:fire3") in edges
    assert len(edges) == 4
    assert nodes["block:fire2"]["label"] == "fire2\n5 layers"


def test_an_unfolded_block_is_a_frame_around_its_layers() -> None:
    nodes, edges = elements("fire2")
    assert nodes["layer:fire2/left"]["parent"] == "block:fire2"
    assert nodes["layer:fire2/left"]["label"] == "left\nConv2D"
    assert {("layer:stem", "layer:fire2/squeeze"), ("layer:fire2/concat", "block:fire3")} <= edges


def test_the_chosen_layer_is_marked_whatever_its_name() -> None:
    assert network.marked('a"b\\c')[-1]["selector"] == 'node[layer = "a\\"b\\\\c"]'


def test_more_to_draw_is_given_more_room() -> None:
    folded, unfolded = (
        network.drawing(inside.LAYERS, WHOLE, frozenset(names), "stem") for names in ([], ["fire2", "fire3"])
    )
    assert int(folded.style["height"][:-2]) < int(unfolded.style["height"][:-2])
    assert folded.id != unfolded.id


@pytest.mark.parametrize(
    ("kind", "family"),
    [
        ("DepthwiseConv2D", "convolution"),
        ("Dense", "dense"),
        ("BatchNormalization", "normalisation"),
        ("PReLU", "activation"),
        ("GlobalAveragePooling2D", "pooling"),
        ("Add", "joining"),
        ("ZeroPadding2D", "input and shape"),
    ],
)
def test_kinds_are_in_families(kind: str, family: str) -> None:
    assert kinds.family(kind).name == family


def luminance(color: str) -> float:
    parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("family", kinds.FAMILIES, ids=lambda family: family.name)
def test_dark_text_can_be_read_on_every_colour(family: kinds.Family) -> None:
    assert (luminance(family.color) + 0.05) / (luminance("#14181d") + 0.05) >= 4.5
