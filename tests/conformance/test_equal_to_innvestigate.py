import pytest
from conformance.asking import difference, explained
from conformance.networks import FloatArray, best_units, inputs, network
from conformance.reference import ReferenceAnswers, ReferenceQuestion
from conformance.reference_questions import LOSSY, UNABLE, UNTOUCHED, WARNED, named, shared


def _relevance(question: ReferenceQuestion, answers: ReferenceAnswers) -> FloatArray:
    answer = answers[question.name]
    assert answer.relevance is not None, answer.refusal
    return answer.relevance


def _native(question: ReferenceQuestion) -> FloatArray:
    pictures = inputs(question.network)
    units = best_units(question.network, pictures)
    return explained(question.method, network(question.network), pictures, units, parameters=question.parameters)


@pytest.mark.parametrize("question", [*shared(), *named()], ids=lambda question: question.name)
def test_native_method_equals_innvestigate(question: ReferenceQuestion, reference: ReferenceAnswers) -> None:
    wanted = _relevance(question, reference)

    assert difference(_native(question), wanted) <= 1e-4
    assert abs(wanted).max() > 0
    assert reference[question.name].warnings == ()


@pytest.mark.parametrize("question", WARNED, ids=lambda question: question.name)
def test_named_analyzer_is_wrong_through_normalisation_and_says_so(
    question: ReferenceQuestion, reference: ReferenceAnswers
) -> None:
    found = _relevance(question, reference)

    assert difference(found, _native(question)) > 0.01
    wrong, lost = reference[question.name].warnings
    assert "BatchNormalization, here first at 'first_norm'" in wrong
    assert "The engines innvestigate and native are right" in wrong
    assert "'first_relu' (ReLU)" in lost


@pytest.mark.parametrize("question", LOSSY, ids=lambda question: question.name)
def test_named_analyzer_that_loses_relevance_in_closed_units_says_so(
    question: ReferenceQuestion, reference: ReferenceAnswers
) -> None:
    assert difference(_relevance(question, reference), _native(question)) > 0.01
    (lost,) = reference[question.name].warnings
    assert "'first_relu' (ReLU)" in lost


@pytest.mark.parametrize("question", UNTOUCHED, ids=lambda question: question.name)
def test_named_analyzer_that_normalisation_does_not_touch_carries_no_warning(
    question: ReferenceQuestion, reference: ReferenceAnswers
) -> None:
    assert difference(_relevance(question, reference), _native(question)) <= 1e-4
    assert reference[question.name].warnings == ()


@pytest.mark.parametrize("question", UNABLE, ids=lambda question: question.name)
def test_what_innvestigate_cannot_do_is_refused_by_name(
    question: ReferenceQuestion, reference: ReferenceAnswers
) -> None:
    refusal = reference[question.name].refusal

    named = ("bias = 'signed'", "bias = 'none'", "'gamma'", "'secnd'", "'opened'", "'patches_norm'", "'groups'")
    assert any(word in refusal for word in named)
