"""What is inside a network, through every door: REST, gRPC, the client and the command line."""

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import grpc
import httpx
import numpy as np
import psutil
import pytest
from conftest import HubStack
from e2e.program import Innhub, document
from PIL import Image
from pydantic import SecretStr

from backplane.artifacts import ArtifactStore
from backplane.results import Results
from backplane.settings import StoreSettings
from innhub import Dataset, Hub, HubError, Run
from innhub_proto.inference.v1 import inference_pb2, inference_pb2_grpc
from innhub_proto.suggest.v1 import suggest_pb2, suggest_pb2_grpc

SECONDS = 120.0


@pytest.fixture(scope="module")
def layers(hub: Hub) -> list[dict[str, Any]]:
    return hub.models.graph("lite0")


@pytest.fixture(scope="module")
def maps(layers: list[dict[str, Any]]) -> str:
    """A layer with many maps, deep in the network."""
    return str([layer["name"] for layer in layers if len(layer["output_shape"]) == 3][-1])


@pytest.fixture(scope="module")
def vector(layers: list[dict[str, Any]]) -> str:
    """The layer that gives the logits."""
    return str(layers[-1]["name"])


@pytest.fixture(scope="module")
def recorded(hub: Hub, maps: str) -> Run:
    """The run that recorded a layer for all photographs."""
    return hub.record_activations("lite0", "photos", maps).wait(bar=False)


def refusal(answer: httpx.Response) -> tuple[int, str]:
    problem = answer.json()
    assert problem["advice"] != "", problem
    return answer.status_code, problem["reason"]


def test_the_graph_says_what_every_layer_costs(hub: Hub, layers: list[dict[str, Any]]) -> None:
    summary = hub.models.get("lite0").summary or {}
    assert len(layers) == summary["layers"]
    assert sum(layer["parameters"] for layer in layers) == summary["parameters"]
    assert sum(layer["multiply_adds"] for layer in layers) == summary["multiply_adds"]
    assert summary["weight_bytes"] == 4 * summary["parameters"]
    assert summary["activation_bytes"] > 0
    assert summary["source"] != ""


def test_a_layer_comes_with_the_spread_of_its_weights(
    hub: Hub, rest: httpx.Client, layers: list[dict[str, Any]]
) -> None:
    convolution = next(layer for layer in layers if layer["kind"] == "Conv2D")
    found = hub.models.layer("lite0", convolution["name"])
    assert found["layer"] == convolution
    assert sum(np.prod(weight["shape"]) for weight in found["weights"]) == convolution["parameters"]
    for weight in found["weights"]:
        assert "layer" not in weight
        assert weight["minimum"] <= weight["mean"] <= weight["maximum"]
        assert len(weight["edges"]) == len(weight["counts"]) + 1
        assert sum(weight["counts"]) == np.prod(weight["shape"])
    assert hub.models.layer("lite0", layers[0]["name"])["weights"] == []
    assert refusal(rest.get("models/lite0/layer", params={"name": "nowhere"})) == (422, "LAYER_UNKNOWN")


def test_a_model_that_tells_nothing_of_its_training_is_answered_so(hub: Hub) -> None:
    training = hub.models.training("lite0")
    assert training.keys() == {"optimizer", "optimizer_settings", "loss", "metrics", "history"}
    assert not training["history"]


def test_applications_are_listed(hub: Hub) -> None:
    applications = {application["name"]: application for application in hub.applications()}
    assert applications["VGG16"] == {"name": "VGG16", "side": 224, "preset": "caffe"}
    assert len(applications) > 30


def test_units_are_listed_strongest_first(hub: Hub, photos: Dataset, maps: str, vector: str) -> None:
    every = hub.models.activations("lite0", photos[2], maps, limit=10_000)
    assert every["units_total"] == every["output_shape"][-1] == len(every["units"]) > 64
    means = [unit["mean"] for unit in every["units"]]
    assert means == sorted(means, reverse=True)
    assert all(unit["maximum"] >= unit["mean"] - 1e-5 for unit in every["units"])
    few = hub.models.activations("lite0", photos[2], maps, limit=3)
    assert [unit["unit"] for unit in few["units"]] == [unit["unit"] for unit in every["units"][:3]]
    best = hub.predict_sample("lite0", photos[2], top_k=1)["top"][0]["index"]
    assert hub.models.activations("lite0", photos[2], vector, limit=1)["units"][0]["unit"] == best


def test_maps_are_drawn_as_tiles(hub: Hub, rest: httpx.Client, photos: Dataset, maps: str) -> None:
    assert hub.models.activation_maps("lite0", photos[2], maps).size == (4 * 112 + 6, 4 * 112 + 6)
    assert hub.models.activation_maps("lite0", photos[2], maps, [7, 3], size=50).size == (102, 50)
    first = hub.models.activations("lite0", photos[2], maps, limit=1)["units"][0]["unit"]
    query: dict[str, Any] = {"dataset": "photos", "sample": 2, "layer": maps, "unit": [first], "size": 40}
    answer = rest.get("models/lite0/activations/maps.png", params=query)
    assert answer.headers["content-type"] == "image/png"
    assert Image.open(io.BytesIO(answer.content)).size == (40, 40)
    assert len(np.unique(np.asarray(Image.open(io.BytesIO(answer.content))).reshape(-1, 3), axis=0)) > 2


def test_a_run_records_a_layer_for_every_sample(hub: Hub, recorded: Run, photos: Dataset, maps: str) -> None:
    assert (recorded.kind, recorded.state, recorded.layer) == ("activations", "done", maps)
    assert recorded.progress["samples_done"] == len(photos)
    again = hub.record_activations("lite0", "photos", maps).wait(bar=False)
    assert (again.state, again.progress["samples_done"]) == ("done", len(photos))


def test_the_strongest_samples_answer_as_they_do_alone(hub: Hub, recorded: Run, photos: Dataset, maps: str) -> None:
    unit = hub.models.activations("lite0", photos[0], maps, limit=1)["units"][0]["unit"]
    found = hub.suggest.strongest("photos", "lite0", maps, unit, limit=100)
    assert found["total"] == len(photos)
    assert sorted(entry["sample"] for entry in found["items"]) == list(range(len(photos)))
    values = [entry["activation"] for entry in found["items"]]
    assert values == sorted(values, reverse=True)
    labels = {sample.number: sample.label for sample in hub.datasets.samples("photos")}
    assert {entry["sample"]: entry["label"] for entry in found["items"]} == labels
    for entry in (found["items"][0], found["items"][-1]):
        alone = hub.models.activations("lite0", photos[entry["sample"]], maps, limit=10_000)["units"]
        mean = next(one["mean"] for one in alone if one["unit"] == unit)
        assert entry["activation"] == pytest.approx(mean, rel=1e-3, abs=1e-4)


def test_grpc_answers_as_rest_does(
    hub_stack: HubStack, hub: Hub, recorded: Run, photos: Dataset, layers: list[dict[str, Any]], maps: str
) -> None:
    token = (("authorization", f"Bearer {hub_stack.token}"),)
    names = {"workspace": "default", "model": "lite0"}
    question: dict[str, Any] = {**names, "dataset": "photos", "layer": maps}
    with grpc.insecure_channel(hub_stack.grpc_address) as channel:
        inference = inference_pb2_grpc.InferenceServiceStub(channel)
        suggest = suggest_pb2_grpc.SuggestServiceStub(channel)
        calls: dict[str, Any] = {"timeout": SECONDS, "metadata": token}
        graph = inference.DescribeNetwork(inference_pb2.DescribeNetworkRequest(**names), **calls)
        layer = inference.DescribeLayer(inference_pb2.DescribeLayerRequest(**names, layer=maps), **calls)
        training = inference.DescribeTraining(inference_pb2.DescribeTrainingRequest(**names), **calls)
        units = inference.Activations(inference_pb2.ActivationsRequest(**question, sample=2), **calls)
        drawn = inference.DrawActivationMaps(
            inference_pb2.DrawActivationMapsRequest(**question, sample=2, units=[5], size=30), **calls
        )
        strongest = suggest.StrongestSamples(suggest_pb2.StrongestSamplesRequest(**question, unit=1, limit=4), **calls)
        with pytest.raises(grpc.RpcError) as nothing:
            suggest.StrongestSamples(suggest_pb2.StrongestSamplesRequest(**{**question, "layer": ""}), **calls)
    assert [one.multiply_adds for one in graph.layers] == [one["multiply_adds"] for one in layers]
    assert (layer.layer.name, list(training.history)) == (maps, [])
    same = hub.models.activations("lite0", photos[2], maps)
    assert (units.units_total, len(units.units)) == (same["units_total"], 32)
    assert [one.unit for one in units.units] == [one["unit"] for one in same["units"]]
    assert Image.open(io.BytesIO(drawn.png)).size == (30, 30)
    items = hub.suggest.strongest("photos", "lite0", maps, 1, limit=4)["items"]
    assert [one.sample for one in strongest.samples] == [item["sample"] for item in items]
    error: Any = nothing.value
    assert error.code() is grpc.StatusCode.INVALID_ARGUMENT


def test_the_command_line_shows_what_is_inside(
    innhub: Innhub, hub: Hub, recorded: Run, maps: str, tmp_path: Path
) -> None:
    assert document(innhub("models", "layer", "lite0", maps, "--json")) == hub.models.layer("lite0", maps)
    assert document(innhub("models", "training", "lite0", "--json")) == hub.models.training("lite0")
    drawn = tmp_path / "maps.png"
    units = document(innhub("models", "activations", "lite0", "photos", 3, maps, "-o", drawn, "--limit", 5, "--json"))
    assert len(units["units"]) == 5
    assert Image.open(drawn).format == "PNG"
    run = document(innhub("activations", "lite0", "photos", maps, "--wait", "--json"))
    assert (run["state"], run["layer"]) == ("done", maps)
    strongest = document(innhub("suggest", "strongest", "lite0", "photos", maps, 0, "--limit", 2, "--json"))
    assert strongest == hub.suggest.strongest("photos", "lite0", maps, 0, limit=2)["items"]


def test_the_doctor_speaks_plainly(innhub: Innhub, hub: Hub) -> None:
    examined = document(innhub("models", "doctor", "lite0", "--json"))
    assert examined["model"]["name"] == "lite0"
    assert examined["methods"] == hub.models.methods("lite0")
    spoken = " ".join(innhub("models", "doctor", "lite0").stdout.split())
    camera = next(row["layer"] for row in examined["methods"] if row["method"] == "grad_cam")
    for part in ("224 x 224 pixels", "1000 classes", "softmax", "multiply-adds", f"maps at {camera}", "lrp.epsilon"):
        assert part in spoken


def test_people_get_tables_of_what_is_inside(innhub: Innhub, recorded: Run, maps: str) -> None:
    for arguments, part in (
        (("models", "layer", "lite0", maps), "output shape"),
        (("models", "training", "lite0"), "Nothing tells"),
        (("models", "activations", "lite0", "photos", 0, maps), "32 of"),
        (("suggest", "strongest", "lite0", "photos", maps, 0), "samples recorded"),
    ):
        shown = innhub(*arguments)
        assert shown.returncode == 0, shown.stderr
        assert part in shown.stdout


@pytest.mark.parametrize(
    ("path", "parameters", "expected"),
    [
        ("activations", {"layer": "nowhere"}, (422, "LAYER_UNKNOWN")),
        ("activations", {"sample": 9999}, (404, "SAMPLE_NOT_FOUND")),
        ("activations", {"sample": -1}, (422, "ARGUMENT_INVALID")),
        ("activations", {"layer": ""}, (422, "ARGUMENT_INVALID")),
        ("activations", {"limit": 0}, (422, "ARGUMENT_INVALID")),
        ("activations", {"dataset": "nothing"}, (404, "DATASET_NOT_FOUND")),
        ("activations/maps.png", {"unit": 100_000}, (422, "ARGUMENT_INVALID")),
        ("activations/maps.png", {"unit": list(range(65))}, (422, "ARGUMENT_INVALID")),
        ("activations/maps.png", {"size": 5000}, (422, "ARGUMENT_INVALID")),
        ("activations/maps.png", {"layer": "nowhere"}, (422, "LAYER_UNKNOWN")),
    ],
)
def test_a_question_about_activations_that_cannot_be_answered(
    rest: httpx.Client, maps: str, path: str, parameters: dict[str, Any], expected: tuple[int, str]
) -> None:
    question = {"dataset": "photos", "sample": 0, "layer": maps, **parameters}
    assert refusal(rest.get(f"models/lite0/{path}", params=question)) == expected


def test_a_layer_without_maps_cannot_be_drawn(rest: httpx.Client, vector: str) -> None:
    question: dict[str, Any] = {"dataset": "photos", "sample": 0, "layer": vector}
    answer = rest.get("models/lite0/activations/maps.png", params=question)
    assert refusal(answer) == (422, "ARGUMENT_INVALID")
    assert "activations" in answer.json()["advice"]


def test_strongest_samples_of_what_was_not_recorded_say_what_to_do(
    rest: httpx.Client, recorded: Run, maps: str, vector: str
) -> None:
    question: dict[str, Any] = {"dataset": "photos", "model": "lite0", "layer": vector, "unit": 0}
    answer = rest.get("suggestions/strongest", params=question)
    assert refusal(answer) == (404, "ACTIVATIONS_NOT_FOUND")
    assert "innhub activations" in answer.json()["advice"]
    beyond = rest.get("suggestions/strongest", params={**question, "layer": maps, "unit": 100_000})
    assert refusal(beyond) == (422, "ARGUMENT_INVALID")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"layer": "nowhere"}, "LAYER_UNKNOWN"),
        ({"layer": ""}, "ARGUMENT_INVALID"),
        ({"models": ["lite0", "lite2"]}, "ARGUMENT_INVALID"),
        ({"kind": "predict"}, "ARGUMENT_INVALID"),
        ({"kind": "dream"}, "ARGUMENT_INVALID"),
    ],
)
def test_a_run_that_cannot_be_begun(rest: httpx.Client, maps: str, changes: dict[str, Any], reason: str) -> None:
    before = len(rest.get("runs", params={"limit": 1000}).json()["items"])
    body = {"kind": "activations", "dataset": "photos", "models": ["lite0"], "layer": maps, **changes}
    assert refusal(rest.post("runs", json=body)) == (422, reason)
    assert len(rest.get("runs", params={"limit": 1000}).json()["items"]) == before


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"upload": "u", "builtin": "keras:VGG16"},
        {"builtin": "keras:VGG17"},
        {"builtin": "VGG16"},
        {"upload": "u", "weights": "none"},
    ],
)
def test_a_model_that_cannot_be_asked_for(rest: httpx.Client, body: dict[str, str]) -> None:
    assert refusal(rest.post("models", json={"name": "never", **body})) == (422, "ARGUMENT_INVALID")


@pytest.mark.parametrize("field", ["weights", "labels", "history"])
def test_uploads_that_a_model_names_must_exist(rest: httpx.Client, field: str) -> None:
    answer = rest.post("models", json={"name": "never", "builtin": "keras:VGG16", field: "absent"})
    assert refusal(answer) == (404, "UPLOAD_NOT_FOUND")


def test_a_history_beside_the_file_tells_of_the_training(hub: Hub, classifier: Path, tmp_path: Path) -> None:
    history = tmp_path / "history.json"
    history.write_text(json.dumps({"loss": [2.0, 1.5, 1.25], "val_loss": [2.5, 2.0, 1.75]}))
    hub.models.add(classifier, name="trained", preprocessing="unit", history=history)
    assert hub.models.training("trained")["history"] == {"loss": [2.0, 1.5, 1.25], "val_loss": [2.5, 2.0, 1.75]}
    hub.models.remove("trained")


def test_an_architecture_of_keras_is_imported_without_an_upload(hub: Hub) -> None:
    model = hub.models.add("keras:MobileNetV3Small", name="untrained", weights="none")
    summary = model.summary or {}
    assert (summary["source"], summary["input_shape"]) == ("keras:MobileNetV3Small", [224, 224, 3])
    hub.models.remove("untrained")


@pytest.fixture
def many(hub: Hub, pictures: Callable[[int, int], Path]) -> Iterator[Dataset]:
    dataset = hub.datasets.add(pictures(1100, 64), name="many-inside")
    yield dataset
    hub.datasets.remove(dataset.id)


def test_a_cancelled_recording_ends_and_what_it_has_done_can_be_read(hub: Hub, many: Dataset) -> None:
    layer = hub.models.graph("squeezenet")[-1]["name"]
    run = hub.record_activations("squeezenet", many.id, layer)
    for state in hub.runs.watch(run.id):
        if state.progress["samples_done"]:
            break
    partial = hub.suggest.strongest(many.id, "squeezenet", layer, 0, limit=1)
    assert 0 < partial["total"] <= len(many)
    assert len(partial["items"]) == 1
    cancelled = hub.runs.cancel(run.id)
    assert cancelled.state == "cancelled"
    assert [state.state for state in hub.runs.watch(run.id)] == ["cancelled"]
    assert hub.runs.get(run.id).progress["samples_done"] < len(many)


def store_of(hub_stack: HubStack) -> ArtifactStore:
    """The object store, as the gateway was told of it."""
    told = psutil.Process(hub_stack.pid("gateway")).environ()
    return ArtifactStore.connect(
        StoreSettings(
            endpoint=told["INNHUB_S3_ENDPOINT"],
            access_key=SecretStr(told["INNHUB_S3_ACCESS_KEY"]),
            secret_key=SecretStr(told["INNHUB_S3_SECRET_KEY"]),
            bucket=told["INNHUB_S3_BUCKET"],
        )
    )


def test_what_a_model_made_of_a_data_set_goes_with_either_of_them(
    hub_stack: HubStack,
    hub: Hub,
    classifier: Path,
    pictures: Callable[[int, int], Path],
    eventually: Callable[..., None],
) -> None:
    store = store_of(hub_stack)

    def made(dataset: str, model: str) -> int:
        return sum(1 for folder in Results("default", dataset, model).folders for _ in store.list(folder))

    data = {name: hub.datasets.add(pictures(4, 16), name=name) for name in ("left", "right")}
    models = {name: hub.models.add(classifier, name=name, preprocessing="unit") for name in ("one", "two")}
    layer = hub.models.graph("one")[-1]["name"]
    for dataset in data.values():
        hub.predict(dataset, list(models.values())).wait(bar=False)
        for model in models.values():
            hub.record_activations(model, dataset, layer).wait(bar=False)
            hub.fit_patterns(model, dataset).wait(bar=False)
        hub.explain_all(dataset, list(models.values()), method="gradient").wait(bar=False)
    left, right, one, two = data["left"].id, data["right"].id, models["one"].id, models["two"].id
    # Merged tables come when the run has ended already.
    merged = [
        Results("default", dataset, model).merged_predictions for dataset in (left, right) for model in (one, two)
    ]
    eventually(lambda: all(store.exists(key) for key in merged))
    assert [made(dataset, model) for dataset in (left, right) for model in (one, two)] == [8, 8, 8, 8]
    hub.models.remove("one")
    assert [made(dataset, model) for dataset in (left, right) for model in (one, two)] == [0, 8, 0, 8]
    hub.datasets.remove("left")
    assert [made(dataset, model) for dataset in (left, right) for model in (one, two)] == [0, 0, 0, 8]
    hub.models.remove("two")
    hub.datasets.remove("right")
    with pytest.raises(HubError):
        hub.suggest.strongest("right", "two", layer, 0)
