"""Wrong input is refused with a reason, the name of the thing and the way out, and leaves nothing behind."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from innhub import Hub, HubError

MEDIA_TYPE = "application/problem+json"


def question(**changes: Any) -> dict[str, Any]:
    return {"model": "squeezenet", "dataset": "photos", "sample": 0, "method": "lrp.epsilon", **changes}


@pytest.mark.parametrize(
    ("changes", "status", "reason", "named"),
    [
        ({"model": "nobody"}, 404, "MODEL_NOT_FOUND", "nobody"),
        ({"dataset": "nothing"}, 404, "DATASET_NOT_FOUND", "nothing"),
        ({"sample": 100_000}, 404, "SAMPLE_NOT_FOUND", "100000"),
        ({"method": "voodoo"}, 422, "METHOD_UNKNOWN", "voodoo"),
        ({"parameters": {"epsilon": -1}}, 422, "PARAMETER_INVALID", "epsilon"),
        ({"parameters": {"epsilon": "much"}}, 422, "PARAMETER_INVALID", "epsilon"),
        ({"parameters": {"colour": 1}}, 422, "PARAMETER_INVALID", "colour"),
        ({"target": "unicorn in space"}, 422, "TARGET_INVALID", "unicorn in space"),
        ({"target": 1000}, 422, "TARGET_INVALID", "1000"),
        ({"target": {"layer": "nowhere", "unit": 0}}, 422, "LAYER_UNKNOWN", "nowhere"),
        ({"engine": "steam"}, 422, "ARGUMENT_INVALID", "engine"),
        ({"sample": -1}, 422, "ARGUMENT_INVALID", "sample"),
        ({"surprise": 1}, 422, "ARGUMENT_INVALID", "surprise"),
    ],
)
def test_a_question_that_cannot_be_answered(
    rest: httpx.Client, changes: dict[str, Any], status: int, reason: str, named: str
) -> None:
    answer = rest.post("explanations", json=question(**changes))
    problem = answer.json()
    assert (answer.status_code, problem["reason"]) == (status, reason), problem
    assert answer.headers["content-type"] == MEDIA_TYPE
    assert problem["status"] == status
    assert named in problem["detail"]
    assert problem["advice"] != ""
    assert problem["request_id"] == answer.headers["x-request-id"] != ""


@pytest.mark.parametrize(
    ("method", "path", "reason"),
    [
        ("GET", "models/nobody", "MODEL_NOT_FOUND"),
        ("GET", "datasets/no.such-name", "DATASET_NOT_FOUND"),
        ("GET", "runs/01ARZ3NDEKTSV4RRFFQ69G5FAV", "RUN_NOT_FOUND"),
        ("GET", "explanations/abc", "EXPLANATION_NOT_FOUND"),
        ("GET", "explanations/..%2F..%2Fmodels/relevance.npy", "ROUTE_NOT_FOUND"),
        ("GET", "uploads/abc", "UPLOAD_NOT_FOUND"),
        ("GET", "datasets/photos/samples/99999/image", "SAMPLE_NOT_FOUND"),
        ("GET", "nonsense", "ROUTE_NOT_FOUND"),
        ("DELETE", "models/nobody", "MODEL_NOT_FOUND"),
        ("GET", "../elsewhere/models", "WORKSPACE_NOT_FOUND"),
    ],
)
def test_what_is_not_there_is_a_problem_document(rest: httpx.Client, method: str, path: str, reason: str) -> None:
    answer = rest.request(method, path)
    assert (answer.status_code, answer.json()["reason"]) == (404, reason)
    assert answer.headers["content-type"] == MEDIA_TYPE
    assert answer.json()["advice"] != ""


def test_a_data_set_without_predictions_says_what_to_do(
    hub: Hub, rest: httpx.Client, pictures: Callable[[int, int], Path]
) -> None:
    hub.datasets.add(pictures(3, 16), name="unpredicted")
    answer = rest.get("suggestions/agreement", params={"dataset": "unpredicted", "models": ["lite0"]})
    assert (answer.status_code, answer.json()["reason"]) == (409, "PREDICTIONS_MISSING")
    assert "innhub predict" in answer.json()["advice"]
    hub.datasets.remove("unpredicted")


def refused_model(hub: Hub, path: Path, name: str = "refused", **more: Any) -> HubError:
    """The refusal of a model; after it the name is free and the model is not among those that are ready."""
    with pytest.raises(HubError) as caught:
        hub.models.add(path, name=name, **more)
    records = [model for model in hub.models.list() if model.name == name]
    assert [model.state for model in records] == ["rejected"]
    assert records[0].summary is None
    (failure,) = records[0].failures
    assert failure["reason"] == caught.value.reason
    with pytest.raises(HubError, match="rejected") as unusable:
        hub.models.classes(name)
    assert unusable.value.reason == "NOT_READY"
    hub.models.remove(records[0].id)
    return caught.value


def test_a_file_that_is_no_model(hub: Hub, tmp_path: Path) -> None:
    path = tmp_path / "poem.keras"
    path.write_text("Shall I compare thee to a summer's day?")
    error = refused_model(hub, path)
    assert error.reason == "MODEL_FORMAT_UNSUPPORTED"
    assert "poem.keras" in error.detail
    assert error.advice != ""


def test_a_model_with_code_in_it(hub: Hub, classifier_with_code: Path) -> None:
    error = refused_model(hub, classifier_with_code)
    assert error.reason == "MODEL_FORBIDDEN"
    assert "surprise" in error.detail
    assert error.advice != ""


def test_a_truncated_model(hub: Hub, classifier: Path, tmp_path: Path) -> None:
    path = tmp_path / "half.keras"
    path.write_bytes(classifier.read_bytes()[: classifier.stat().st_size // 2])
    error = refused_model(hub, path)
    assert error.reason == "MODEL_CORRUPT"
    assert error.advice != ""


def test_labels_that_do_not_fit(hub: Hub, classifier: Path) -> None:
    error = refused_model(hub, classifier, labels="imagenet")
    assert error.reason == "LABELS_INVALID"
    assert "1000 labels for 3 classes" in error.detail
    assert error.advice != ""


def test_a_rejected_import_frees_its_name(hub: Hub, classifier: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.keras").write_bytes(b"nothing")
    with pytest.raises(HubError):
        hub.models.add(tmp_path / "bad.keras", name="second-try")
    model = hub.models.add(classifier, name="second-try", preprocessing="unit")
    assert hub.models.get("second-try").id == model.id
    for record in [record for record in hub.models.list() if record.name == "second-try"]:
        hub.models.remove(record.id)


def test_a_folder_whose_pictures_are_none(hub: Hub, tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    for number in range(3):
        (folder / f"{number}.jpg").write_text("no picture")
    with pytest.raises(HubError) as caught:
        hub.datasets.add(folder, name="void")
    assert caught.value.reason == "DATASET_EMPTY"
    assert caught.value.advice != ""
    (record,) = [data for data in hub.datasets.list() if data.name == "void"]
    assert (record.state, record.summary) == ("rejected", None)
    hub.datasets.remove(record.id)


def test_broken_pictures_among_good_ones_are_left_out_and_named(hub: Hub, pictures: Callable[[int, int], Path]) -> None:
    folder = pictures(4, 16)
    (folder / "0" / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 not much of a picture")
    data = hub.datasets.add(folder, name="mended")
    assert len(data) == 4
    assert data.summary is not None
    assert [broken["path"] for broken in data.summary["broken"]] == ["0/broken.jpg"]
    hub.datasets.remove("mended")


def test_a_name_that_is_taken(hub: Hub, rest: httpx.Client, classifier: Path) -> None:
    with pytest.raises(HubError) as caught:
        hub.models.add(classifier, name="squeezenet")
    assert (caught.value.status, caught.value.reason) == (409, "NAME_TAKEN")
    assert "squeezenet" in caught.value.detail
    assert caught.value.advice != ""
    assert [model.state for model in hub.models.list() if model.name == "squeezenet"] == ["ready"]


@pytest.mark.parametrize("name", ["", "has space", "-dash", "a/b", "x" * 64, "01ARZ3NDEKTSV4RRFFQ69G5FAV", "ünïcode"])
def test_a_name_that_is_none(hub: Hub, rest: httpx.Client, classifier: Path, name: str) -> None:
    before = len(hub.models.list())
    with pytest.raises(HubError) as caught:
        hub.models.add(classifier, name=name)
    assert (caught.value.status, caught.value.reason) == (422, "ARGUMENT_INVALID")
    assert repr(name) in caught.value.detail
    assert caught.value.advice != ""
    assert len(hub.models.list()) == before


def test_an_upload_goes_on_only_where_it_stands(rest: httpx.Client) -> None:
    upload = rest.post("uploads", json={"file_name": "x"}).json()["id"]
    assert rest.put(f"uploads/{upload}", params={"offset": 0}, content=b"12345").json()["offset"] == 5
    wrong = rest.put(f"uploads/{upload}", params={"offset": 3}, content=b"45")
    assert (wrong.status_code, wrong.json()["reason"]) == (409, "UPLOAD_OFFSET_MISMATCH")
    assert "offset 5" in wrong.json()["advice"]
    assert rest.get(f"uploads/{upload}").json()["offset"] == 5


def test_a_model_twice_in_a_run_is_refused(rest: httpx.Client) -> None:
    answer = rest.post("runs", json={"kind": "predict", "dataset": "photos", "models": ["lite0", "lite0"]})
    assert (answer.status_code, answer.json()["reason"]) == (422, "ARGUMENT_INVALID")
