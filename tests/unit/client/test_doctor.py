"""What the doctor says of a model."""

from typing import Any

import pytest

from innhub.cli.doctor import findings

SUMMARY: dict[str, Any] = {
    "source": "lite0.keras",
    "input_shape": [200, 224, 3],
    "preprocessing": {"channel_order": "bgr", "mean": [1.0], "scale": [2.0], "resize": "crop"},
    "classes": 7,
    "head": "softmax",
    "layers": 92,
    "parameters": 4_652_008,
    "weight_bytes": 18_608_032,
    "multiply_adds": 385_000_000,
    "activation_bytes": 27_000_000,
    "changes": ["The softmax stands beside the network now."],
}
GRAD_CAM = {"method": "grad_cam", "applicable": True, "layer": "top", "reason": ""}


def spoken(methods: list[dict[str, Any]], **changes: Any) -> str:
    return "\n".join(findings({**SUMMARY, **changes}, methods))


def test_everything_worth_knowing_is_said() -> None:
    said = spoken([GRAD_CAM])
    for part in ("lite0.keras", "224 x 200", "bgr", "7 classes", "softmax", "4,652,008", "385.0 million", "18.6 MB"):
        assert part in said
    assert "class activation maps at top" in said
    assert "note: The softmax" in said


@pytest.mark.parametrize("methods", [[], [{**GRAD_CAM, "applicable": False}]])
def test_a_network_without_a_layer_for_class_activation_maps_is_told_so(methods: list[dict[str, Any]]) -> None:
    assert "no layer for class activation maps" in spoken(methods)


@pytest.mark.parametrize("head", ["softmax", "sigmoid", "logits"])
def test_every_head_has_words(head: str) -> None:
    assert head in spoken([], head=head)


def test_what_was_not_noted_is_not_made_up() -> None:
    said = spoken([], source="", multiply_adds=0, weight_bytes=0, activation_bytes=0)
    assert "costs" not in said
    assert "comes from" not in said
