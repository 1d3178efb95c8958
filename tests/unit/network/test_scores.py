import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from domain.manifests import Head
from network.scores import best, entropy, scores

_LOGITS = arrays(np.float32, (2, 6), elements=st.floats(-1e4, 1e4, width=32))


@given(_LOGITS, st.sampled_from([Head.SOFTMAX, Head.LOGITS]))
def test_scores_of_classes_sum_to_one(logits: np.ndarray, head: Head) -> None:
    np.testing.assert_allclose(scores(logits, head).sum(axis=1), 1.0, rtol=1e-12)


@given(_LOGITS)
def test_softmax_keeps_the_order(logits: np.ndarray) -> None:
    found = scores(logits, Head.SOFTMAX)

    assert (np.take_along_axis(found, np.argsort(logits, axis=1), axis=1)[:, 1:].max(axis=1) == found.max(axis=1)).all()


def test_softmax_of_known_logits() -> None:
    np.testing.assert_allclose(scores([[0.0, np.log(3.0)]], Head.SOFTMAX), [[0.25, 0.75]])


def test_sigmoid_scores_each_unit_by_itself() -> None:
    np.testing.assert_allclose(scores([[0.0, np.log(3.0), -1e4]], Head.SIGMOID), [[0.5, 0.75, 0.0]])


@given(_LOGITS, st.sampled_from(list(Head)))
def test_entropy_is_finite_and_never_negative(logits: np.ndarray, head: Head) -> None:
    found = entropy(scores(logits, head), head)

    assert np.isfinite(found).all()
    assert (found >= 0).all()


def test_entropy_is_largest_where_all_classes_are_alike() -> None:
    assert entropy(np.full((1, 4), 0.25), Head.SOFTMAX)[0] == pytest.approx(np.log(4))
    assert entropy(np.array([[1.0, 0.0]]), Head.SOFTMAX)[0] == 0
    assert entropy(np.array([[0.5, 1.0]]), Head.SIGMOID)[0] == pytest.approx(np.log(2) / 2)


def test_best_classes_come_first_and_ties_in_the_order_of_units() -> None:
    values = np.array([[0.1, 0.3, 0.3, 0.2, 0.1], [0.2, 0.2, 0.2, 0.2, 0.2]])

    assert best(values, 4).tolist() == [[1, 2, 3, 0], [0, 1, 2, 3]]


def test_no_more_classes_come_than_there_are() -> None:
    assert best(np.array([[0.4, 0.6]]), 5).tolist() == [[1, 0]]
