import pytest
from conformance.asking import difference, explained
from conformance.networks import best_units, inputs, network
from conformance.reference import ReferenceAnswers, ReferenceQuestion, questions


@pytest.mark.parametrize("question", questions(), ids=lambda question: question.name)
def test_native_method_equals_innvestigate(question: ReferenceQuestion, reference: ReferenceAnswers) -> None:
    pictures = inputs(question.network)
    units = best_units(question.network, pictures)

    found = explained(question.method, network(question.network), pictures, units, parameters=question.parameters)

    wanted = reference[question.name]
    assert difference(found, wanted) <= 1e-4
    assert abs(wanted).max() > 0
