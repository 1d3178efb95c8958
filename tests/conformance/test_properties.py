import re
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import numpy as np
import pytest
from conformance.asking import METHODS, explained, parameters_of
from conformance.conftest import NotApplicable
from conformance.exceptions import ALONE, ANY_PICTURE, CONSTANT, INNER, ONE_BY_ONE, REPEATED
from conformance.networks import NETWORKS, FloatArray, best_units, constant_network, inputs, network

from explainer.methods import registry

Test = TypeVar("Test", bound=Callable[..., None])
_NOT_MAPS = [found.id for found in registry.methods().values() if found.layers is None]
_INNER = [("plain", "pool"), ("normalised", "sum"), ("branched", "both")]


def _on_all_networks(test: Test) -> Test:
    on_networks: Test = pytest.mark.parametrize("name", NETWORKS)(test)
    of_all_methods: Test = pytest.mark.parametrize("method", METHODS)(on_networks)
    return of_all_methods


def _cheap(method: str) -> dict[str, int]:
    """Parameters that only say how often the same is done, small."""
    few = {"samples": 4, "steps": 6, "permutations": 2, "masks": 24}
    return {name: value for name, value in few.items() if name in parameters_of(method)}


def _pictures(name: str, kind: str) -> FloatArray:
    if kind == "huge":
        return inputs(name) * np.float32(1e3)
    return np.full_like(inputs(name), {"black": -1.0, "nothing": 0.0, "white": 1.0}[kind])


@pytest.mark.conformance(ALONE)
@_on_all_networks
def test_a_picture_alone_is_explained_as_in_a_batch(method: str, name: str, not_applicable: NotApplicable) -> None:
    if not_applicable(method, network(name)):
        return
    pictures = inputs(name)
    units = best_units(name, pictures)

    together = explained(method, network(name), pictures, units, parameters=_cheap(method))

    for row, unit in enumerate(units):
        alone = explained(method, network(name), pictures[row : row + 1], [unit], parameters=_cheap(method))[0]
        np.testing.assert_allclose(alone, together[row], rtol=1e-3, atol=1e-5 * float(np.abs(together[row]).max()))


@pytest.mark.conformance(REPEATED)
@_on_all_networks
def test_the_same_question_has_the_same_answer(method: str, name: str, not_applicable: NotApplicable) -> None:
    if not_applicable(method, network(name)):
        return
    pictures = inputs(name)

    first = explained(method, network(name), pictures, [0, 1], parameters=_cheap(method))

    again = explained(method, network(name), pictures, [0, 1], parameters=_cheap(method))
    np.testing.assert_array_equal(again, first)


@pytest.mark.conformance(ANY_PICTURE)
@pytest.mark.parametrize("kind", ["black", "nothing", "white", "huge"])
@_on_all_networks
def test_any_picture_gets_finite_relevance_in_its_shape(
    method: str, name: str, kind: str, not_applicable: NotApplicable
) -> None:
    if not_applicable(method, network(name)):
        return
    pictures = _pictures(name, kind)

    found = explained(method, network(name), pictures, best_units(name, pictures), parameters=_cheap(method))

    assert found.shape == pictures.shape
    assert np.isfinite(found).all()


@pytest.mark.conformance(CONSTANT)
@pytest.mark.parametrize("name", ["plain"])
@pytest.mark.parametrize("method", METHODS)
def test_a_constant_output_gives_no_attribution(method: str, name: str, not_applicable: NotApplicable) -> None:
    if not_applicable(method, constant_network()):
        return

    found = explained(method, constant_network(), inputs(name), [0, 1], parameters=_cheap(method))

    assert np.abs(found).max() < 1e-6


@pytest.mark.conformance(INNER)
@pytest.mark.parametrize(("name", "node"), _INNER)
@pytest.mark.parametrize("method", _NOT_MAPS)
def test_units_of_inner_layers_can_be_explained(
    method: str, name: str, node: str, not_applicable: NotApplicable
) -> None:
    if not_applicable(method, network(name)):
        return
    pictures = inputs(name)

    found = explained(method, network(name), pictures, [0, 2], node=node, parameters=_cheap(method))

    assert found.shape == pictures.shape
    assert np.isfinite(found).all()
    assert np.abs(found).max(axis=(1, 2, 3)).min() > 0


@pytest.mark.conformance(ONE_BY_ONE)
@pytest.mark.parametrize("name", ["plain"])
@pytest.mark.parametrize("method", METHODS)
def test_units_are_explained_one_by_one(method: str, name: str, not_applicable: NotApplicable) -> None:
    if not_applicable(method, network(name)):
        return
    pictures = np.repeat(inputs(name)[:1], 2, axis=0)

    found = explained(method, network(name), pictures, [0, 1], parameters=_cheap(method))

    assert not np.allclose(found[0], found[1])


@pytest.mark.parametrize("method", METHODS)
def test_a_method_without_sign_has_no_negative_relevance(method: str) -> None:
    units = best_units("plain", inputs("plain"))

    found = explained(method, network("plain"), inputs("plain"), units, parameters=_cheap(method))

    assert registry.get(method).signed or found.min() >= 0


@pytest.mark.parametrize("method", METHODS)
def test_card_says_what_the_method_is(method: str) -> None:
    card = registry.get(method)

    assert re.fullmatch(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*", card.id)
    assert card.title.strip()
    assert len(card.summary) > 40
    assert re.search(r"\b(19|20)\d\d\b", card.paper), "a paper has a year"


def _parameters() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for found in registry.methods().values():
        for name, schema in found.parameters.model_json_schema().get("properties", {}).items():
            yield found.id, name, schema


@pytest.mark.parametrize(
    ("method", "name", "schema"), list(_parameters()), ids=lambda part: part if isinstance(part, str) else ""
)
def test_parameter_has_a_default_that_is_allowed_and_a_description(
    method: str, name: str, schema: dict[str, Any]
) -> None:
    assert schema["description"].strip()
    registry.get(method).parameters.model_validate({name: schema["default"]})


@pytest.mark.parametrize("method", METHODS)
def test_unknown_parameter_is_refused(method: str) -> None:
    with pytest.raises(ValueError, match="no_such_parameter"):
        registry.get(method).parameters.model_validate({"no_such_parameter": 1})
