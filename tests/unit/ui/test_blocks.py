from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui import blocks
from ui.blocks import Block


def chain(*names: str) -> list[dict[str, Any]]:
    """Layers that each read the one before."""
    return [{"name": name, "inputs": [*names[:place]][-1:]} for place, name in enumerate(names)]


def residual(block: str) -> list[str]:
    return [f"{block}_1_conv", f"{block}_1_bn", f"{block}_1_relu", f"{block}_2_conv", f"{block}_2_bn", f"{block}_out"]


RESNET = chain(
    "input", *(name for block in ("conv2_block1", "conv2_block2", "conv3_block1") for name in residual(block))
)


def names(block: Block) -> dict[str, Any]:
    return {part.name: names(part) for part in block.parts}


@pytest.mark.parametrize(
    ("members", "block"),
    [
        (["fire3/squeeze1x1", "fire3/relu", "fire3/expand1x1", "fire3/concat"], "fire3"),
        (["block2a_expand_conv", "block2a_bn", "block2a_dwconv", "block2a_add"], "block2a"),
        (["layer1.0.conv1", "layer1.0.bn1", "layer1.0.conv2", "layer1.0.bn2"], "layer1.0"),
        (["conv_dw_1", "conv_dw_1_pad", "conv_dw_1_bn", "conv_dw_1_relu"], "conv_dw_1"),
    ],
)
def test_a_name_before_a_separator_makes_a_block(members: list[str], block: str) -> None:
    whole = blocks.blocks(chain("input", *members, "predictions"))
    assert whole.parts == (Block(block, 1, 5),)


def test_blocks_are_in_blocks() -> None:
    assert names(blocks.blocks(RESNET)) == {
        "conv2": {"conv2_block1": {}, "conv2_block2": {}},
        "conv3_block1": {},
    }


def test_a_name_that_is_scattered_makes_no_block() -> None:
    scattered = [
        name for number in range(9) for name in (f"conv2d_{number}", f"batch_normalization_{number}", f"re_lu_{number}")
    ]
    assert blocks.blocks(chain(*scattered)).parts == ()


def test_a_stranger_may_stand_in_a_block() -> None:
    whole = blocks.blocks(chain("input", "stage_conv", "stage_bn", "activation_3", "stage_pool", "stage_add", "top"))
    assert whole.parts == (Block("stage", 1, 6),)


def test_a_long_row_without_names_is_cut_where_one_output_passes() -> None:
    layers: list[dict[str, Any]] = []
    for number in range(20):
        before = [layers[-1]["name"]] if layers else []
        branches = [{"name": f"branch{side}of{number}", "inputs": before} for side in range(4)]
        layers += [*branches, {"name": f"join{number}", "inputs": [branch["name"] for branch in branches]}]
    parts = blocks.blocks(layers).parts
    assert parts[0] == Block("layers 1 to 15", 0, 15)
    assert {layers[part.end - 1]["name"][:4] for part in parts} == {"join"}


def test_a_long_row_without_a_narrow_place_is_cut_all_the_same() -> None:
    layers = [{"name": f"l{n}", "inputs": [f"l{other}" for other in (n - 2, n - 1) if other >= 0]} for n in range(800)]
    whole = blocks.blocks(layers)
    assert len(list(blocks.drawn(whole, blocks.unfolded_at_first(whole)))) <= blocks.MOST_DRAWN
    assert max(part.end - part.first for part in whole.parts) == 40


NAMES = st.lists(st.text("ab_/1", min_size=1, max_size=6), min_size=1, max_size=90, unique=True)


@given(NAMES)
def test_every_layer_is_drawn_once_and_in_order_however_much_is_unfolded(given_names: list[str]) -> None:
    whole = blocks.blocks(chain(*given_names))
    unfolded: frozenset[str] = frozenset()
    for _ in range(4):
        positions: list[int] = []
        for unit in blocks.drawn(whole, unfolded):
            positions.extend(range(unit.first, unit.end) if isinstance(unit, Block) else [unit])
        assert positions == list(range(len(given_names)))
        unfolded = blocks.one_level_more(whole, unfolded)


@given(NAMES)
def test_blocks_have_names_of_their_own(given_names: list[str]) -> None:
    def named(block: Block) -> list[str]:
        return [name for part in block.parts for name in (part.name, *named(part))]

    found = named(blocks.blocks(chain(*given_names)))
    assert len(found) == len(set(found))


def test_what_is_around_a_layer_must_be_unfolded_to_see_it() -> None:
    whole = blocks.blocks(RESNET)
    assert blocks.around(whole, 8) == {"conv2", "conv2_block2"}
    assert blocks.around(whole, 0) == frozenset()
    assert 8 in blocks.drawn(whole, blocks.around(whole, 8))


def test_levels_are_unfolded_and_folded_again() -> None:
    whole = blocks.blocks(RESNET)
    one = blocks.one_level_more(whole, frozenset())
    two = blocks.one_level_more(whole, one)
    assert one == {"conv2", "conv3_block1"}
    assert two == one | {"conv2_block1", "conv2_block2"}
    assert blocks.one_level_less(whole, two) == {"conv2"}
    assert blocks.one_level_less(whole, frozenset({"conv2"})) == frozenset()


def test_a_small_network_is_unfolded_at_first_and_a_large_one_is_not() -> None:
    assert blocks.unfolded_at_first(blocks.blocks(RESNET)) == {"conv2", "conv3_block1", "conv2_block1", "conv2_block2"}
    large = blocks.blocks(chain("input", *(name for n in range(2, 20) for name in residual(f"conv{n}_block1"))))
    assert len(list(blocks.drawn(large, blocks.unfolded_at_first(large)))) == 19
