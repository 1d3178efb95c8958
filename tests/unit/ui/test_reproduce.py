import ast
import shlex
from typing import Any

from innhub import Explanation
from ui import reproduce
from ui.links import View

RECORD: dict[str, Any] = {
    "id": "e",
    "model": "m-1",
    "dataset": "d-1",
    "sample": 3,
    "method": "lrp.epsilon",
    "parameters": {"epsilon": 1e-7, "bias": True},
    "engine": "native",
    "target": "tiger cat",
    "target_index": 1,
    "target_name": "tiger cat",
    "target_value": 7.0,
    "shape": (224, 224, 3),
    "relevance_sum": 1.0,
    "signed": True,
    "layer": "",
    "top": (),
    "seconds": 0.1,
}
VIEW = View(workspace="birds", dataset="photos", models=("lite0",), overlay=0.4)


def test_the_lines_of_python_call_the_client_with_what_was_explained() -> None:
    tree = ast.parse(reproduce.python_lines(VIEW, Explanation(**RECORD), "lite0"))
    calls = {ast.unparse(node.func): node for node in ast.walk(tree) if isinstance(node, ast.Call)}
    given = {keyword.arg: ast.literal_eval(keyword.value) for keyword in calls["hub.explain"].keywords}
    assert given["parameters"] == RECORD["parameters"]
    assert (given["method"], given["target"], given["engine"]) == ("lrp.epsilon", "tiger cat", "native")
    assert ast.unparse(calls["Hub"]) == "Hub(workspace='birds')"


def test_the_command_quotes_what_a_shell_would_take_apart() -> None:
    words = shlex.split(reproduce.command(VIEW, Explanation(**RECORD), "lite0"))
    assert words[:6] == ["innhub", "--workspace", "birds", "explain", "lite0", "photos"]
    assert words[words.index("--target") + 1] == "tiger cat"
    assert "epsilon=1e-07" in words
    assert "bias=true" in words
