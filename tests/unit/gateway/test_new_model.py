"""A model comes from an upload or from Keras: what is asked for is checked once, where it enters."""

from typing import Any

import pytest
from pydantic import ValidationError

from domain.applications import APPLICATIONS
from domain.errors import HubError, Reason
from gateway.applications.service import application
from gateway.models.schemas import NewModel


def refusal(**body: Any) -> HubError:
    with pytest.raises(HubError) as caught:
        NewModel(name="m", **body)
    assert caught.value.reason is Reason.ARGUMENT_INVALID
    assert caught.value.advice
    return caught.value


@pytest.mark.parametrize("body", [{}, {"upload": "u", "builtin": "keras:VGG16"}, {"labels": "imagenet"}])
def test_exactly_one_origin_is_given(body: dict[str, str]) -> None:
    assert "upload" in str(refusal(**body))


def test_weights_belong_to_what_keras_brings_along() -> None:
    assert "weights" in str(refusal(upload="u", weights="none"))
    assert NewModel(name="m", builtin="keras:VGG16", weights="none").weights == "none"


@pytest.mark.parametrize(
    ("builtin", "meant"),
    [("keras:vgg16", "keras:VGG16"), ("VGG16", "keras:VGG16"), ("keras:EficientNetB0", "keras:EfficientNetB0")],
)
def test_a_name_that_is_nearly_right_is_answered_with_the_right_one(builtin: str, meant: str) -> None:
    error = refusal(builtin=builtin)
    assert repr(builtin) in error.message
    assert meant in error.advice


def test_a_name_like_no_other_is_answered_with_the_list() -> None:
    assert "/v1/applications" in refusal(builtin="keras:Q").advice


@pytest.mark.parametrize("name", APPLICATIONS)
def test_every_application_can_be_asked_for(name: str) -> None:
    assert application(f"keras:{name}") == APPLICATIONS[name]
    assert NewModel(name="m", builtin=f"keras:{name}").uploads == set()


def test_all_uploads_that_are_named_must_exist() -> None:
    words = NewModel(name="m", builtin="keras:VGG16", weights="imagenet", labels="imagenet")
    assert words.uploads == set()
    files = NewModel(name="m", builtin="keras:VGG16", weights="w", labels="l", history="h")
    assert files.uploads == {"w", "l", "h"}
    assert NewModel(name="m", upload="u", labels="none", history="imagenet").uploads == {"u", "none", "imagenet"}


def test_unknown_fields_are_refused() -> None:
    with pytest.raises(ValidationError):
        NewModel.model_validate({"name": "m", "upload": "u", "wieghts": "none"})
