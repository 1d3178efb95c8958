from typing import Any

import pytest
import typer

from innhub.cli.targets import target_of


@pytest.mark.parametrize(
    ("texts", "target"),
    [
        (["predicted"], "predicted"),
        (["7"], 7),
        (["tabby, tabby cat"], "tabby, tabby cat"),
        (["label", "7", "dog"], ["label", 7, "dog"]),
        (["conv1:3"], {"layer": "conv1", "unit": 3}),
        (["model/conv1:3@4,5"], {"layer": "model/conv1", "unit": 3, "position": [4, 5]}),
        (["conv1:"], {"layer": "conv1"}),
        (["conv1:@4,5"], {"layer": "conv1", "position": [4, 5]}),
    ],
)
def test_texts_name_a_target(texts: list[str], target: Any) -> None:
    assert target_of(texts) == target


def test_inner_units_cannot_be_explained_together() -> None:
    with pytest.raises(typer.BadParameter, match="only classes"):
        target_of(["conv1:3", "dog"])
