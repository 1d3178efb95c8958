import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from conformance.asking import METHODS, applies, explained
from conformance.networks import NETWORKS, FloatArray, best_units, constant_network, inputs, network

from explainer.methods import registry
from explainer.methods.base import Family

_PAIRS = [(method, name) for method in METHODS for name in NETWORKS if applies(method, network(name))]
_NOT_MAPS = [found.id for found in registry.methods().values() if found.family is not Family.ACTIVATION_MAP]
_INNER = [("plain", "pool"), ("normalised", "sum"), ("branched", "both")]


def _pictures(name: str, kind: str) -> FloatArray:
    if kind == "huge":
        return inputs(name) * np.float32(1e3)
    return np.full_like(inputs(name), {"black": -1.0, "nothing": 0.0, "white": 1.0}[kind])


@pytest.mark.parametrize(("method", "name"), _PAIRS)
def test_a_picture_alone_is_explained_as_in_a_batch(method: str, name: str) -> None:
    pictures = inputs(name)
    units = best_units(name, pictures)

    together = explained(method, network(name), pictures, units)

    for row, unit in enumerate(units):
        alone = explained(method, network(name), pictures[row : row + 1], [unit])[0]
        np.testing.assert_allclose(alone, together[row], rtol=1e-3, atol=1e-5 * float(np.abs(together[row]).max()))


@pytest.mark.parametrize(("method", "name"), _PAIRS)
def test_the_same_question_has_the_same_answer(method: str, name: str) -> None:
    pictures = inputs(name)

    first = explained(method, network(name), pictures, [0, 1])

    np.testing.assert_array_equal(explained(method, network(name), pictures, [0, 1]), first)


@pytest.mark.parametrize("kind", ["black", "nothing", "white", "huge"])
@pytest.mark.parametrize(("method", "name"), _PAIRS)
def test_any_picture_gets_finite_relevance_in_its_shape(method: str, name: str, kind: str) -> None:
    pictures = _pictures(name, kind)

    found = explained(method, network(name), pictures, best_units(name, pictures))

    assert found.shape == pictures.shape
    assert np.isfinite(found).all()


@pytest.mark.parametrize("method", METHODS)
def test_a_constant_output_gives_no_attribution(method: str) -> None:
    constant = constant_network()
    assert applies(method, constant)

    found = explained(method, constant, inputs("plain"), [0, 1])

    assert np.abs(found).max() == 0


@pytest.mark.parametrize(("name", "node"), _INNER)
@pytest.mark.parametrize("method", _NOT_MAPS)
def test_units_of_inner_layers_can_be_explained(method: str, name: str, node: str) -> None:
    pictures = inputs(name)

    found = explained(method, network(name), pictures, [0, 2], node=node)

    assert found.shape == pictures.shape
    assert np.isfinite(found).all()
    assert np.abs(found).max(axis=(1, 2, 3)).min() > 0


@pytest.mark.parametrize("method", METHODS)
def test_units_are_explained_one_by_one(method: str) -> None:
    pictures = np.repeat(inputs("plain")[:1], 2, axis=0)

    found = explained(method, network("plain"), pictures, [0, 1])

    assert not np.allclose(found[0], found[1])


@pytest.mark.parametrize("method", METHODS)
def test_a_method_without_sign_has_no_negative_relevance(method: str) -> None:
    found = explained(method, network("plain"), inputs("plain"), best_units("plain", inputs("plain")))

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
