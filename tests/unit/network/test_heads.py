import pytest

from domain.manifests import Head
from network.description import Node
from network.heads import take_off


def _nodes(*ends: Node) -> tuple[Node, ...]:
    begin = (Node(name="input", kind="InputLayer"), Node(name="logits", kind="Dense", inputs=("input",)))
    return (*begin, *ends)


def _activation(name: str, function: str, source: str = "logits") -> Node:
    return Node(name=name, kind="Activation", arguments={"activation": function}, inputs=(source,))


@pytest.mark.parametrize(
    ("end", "head"),
    [
        (_activation("end", "softmax"), Head.SOFTMAX),
        (Node(name="end", kind="Softmax", inputs=("logits",)), Head.SOFTMAX),
        (_activation("end", "sigmoid"), Head.SIGMOID),
    ],
    ids=["softmax activation", "softmax layer", "sigmoid"],
)
def test_head_is_taken_off(end: Node, head: Head) -> None:
    nodes, found = take_off(_nodes(end))

    assert found is head
    assert nodes == _nodes()


@pytest.mark.parametrize("function", ["relu", "tanh", "hard_sigmoid"])
def test_other_activations_stay(function: str) -> None:
    end = _activation("end", function)

    assert take_off(_nodes(end)) == (_nodes(end), Head.LOGITS)


def test_network_that_answers_with_logits_stays_as_it_is() -> None:
    assert take_off(_nodes()) == (_nodes(), Head.LOGITS)


def test_softmax_stays_where_others_read_the_logits_too() -> None:
    nodes = _nodes(
        Node(name="scaled", kind="Rescaling", inputs=("logits",)),
        Node(name="sum", kind="Add", inputs=("logits", "scaled")),
        _activation("end", "softmax", "logits"),
    )

    assert take_off(nodes) == (nodes, Head.LOGITS)


def test_softmax_that_feeds_two_others_is_no_head() -> None:
    nodes = _nodes(
        _activation("shares", "softmax"),
        _activation("left", "tanh", "shares"),
        _activation("right", "relu", "shares"),
        Node(name="sum", kind="Add", inputs=("left", "right")),
    )

    assert take_off(nodes) == (nodes, Head.LOGITS)


def test_layer_that_gives_the_logits_comes_last() -> None:
    nodes = (
        Node(name="input", kind="InputLayer"),
        Node(name="logits", kind="Dense", inputs=("input",)),
        Node(name="other", kind="Flatten", inputs=("input",)),
        _activation("end", "softmax"),
    )

    assert [node.name for node in take_off(nodes)[0]] == ["input", "other", "logits"]
