"""Runs that explain whole data sets, runs that fit patterns, and what they tell, through every door."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import grpc
import httpx
import numpy as np
import pytest
from conftest import HubStack
from e2e.program import Innhub, document
from google.protobuf.struct_pb2 import Struct

from innhub import Dataset, Hub, HubError, Model, Run
from innhub_proto.explainer.v1 import explainer_pb2, explainer_pb2_grpc
from innhub_proto.suggest.v1 import suggest_pb2, suggest_pb2_grpc

SAMPLES = 19
SIDE = 16
METHOD = "gradient"


@pytest.fixture(scope="module")
def noise(
    hub: Hub, pictures: Callable[[int, int], Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Dataset]:
    """Samples of which the first has no label and the others have the label "1"."""
    folder = pictures(SAMPLES, 32)
    files = sorted(path.relative_to(folder) for path in folder.rglob("*.jpg"))
    labels = tmp_path_factory.mktemp("labels") / "labels.csv"
    labels.write_text("".join(f"{file},1\n" for file in ("path", *files[1:])).replace("path,1", "path,label"))
    dataset = hub.datasets.add(folder, name="noise-explained", labels=labels)
    yield dataset
    hub.datasets.remove(dataset.id)


@pytest.fixture(scope="module")
def models(hub: Hub, classifier: Path) -> Iterator[list[Model]]:
    """The same tiny network under two names, and once more behind another preprocessing."""
    found = [
        hub.models.add(classifier, name=name, preprocessing=preprocessing)
        for name, preprocessing in (("tiny-one", "unit"), ("tiny-same", "unit"), ("tiny-other", "tf"))
    ]
    yield found
    for model in found:
        hub.models.remove(model.id)


@pytest.fixture(scope="module")
def run(hub: Hub, noise: Dataset, models: list[Model]) -> Run:
    return hub.explain_all(noise, models, method=METHOD).wait(bar=False)


def test_a_run_explains_every_sample_for_every_model(run: Run, models: list[Model]) -> None:
    assert (run.kind, run.state) == ("explain", "done")
    assert run.progress["samples_done"] == run.progress["samples_total"] == SAMPLES * len(models)
    asked = run.explanation or {}
    assert (asked["method"], asked["target"], asked["layer"]) == (METHOD, "predicted", "")
    assert len(run.digest) == 64


def test_the_maps_of_a_run_are_those_of_single_explanations(
    hub: Hub, run: Run, noise: Dataset, models: list[Model], tmp_path: Path
) -> None:
    for model in (models[0], models[2]):
        maps = run.relevance(model.name)
        assert maps.shape == (SAMPLES, SIDE, SIDE)
        assert maps.dtype == np.float32
        rows = list(run.explained(model.name))
        assert [row["sample"] for row in rows] == list(range(SAMPLES))
        for sample in (0, 15, 16, SAMPLES - 1):
            alone = hub.explain(model, noise[sample], method=METHOD)
            np.testing.assert_allclose(maps[sample], alone.relevance.sum(axis=-1), rtol=1e-4, atol=1e-6)
            assert rows[sample]["target_index"] == alone.target_index == rows[sample]["predicted"]["index"]
            assert rows[sample]["target_value"] == pytest.approx(alone.target_value, rel=1e-4)
            assert rows[sample]["relevance_sum"] == pytest.approx(float(maps[sample].sum()), rel=1e-3, abs=1e-5)
    run.save_relevance(models[0].name, tmp_path / "maps.npy")
    np.testing.assert_array_equal(np.load(tmp_path / "maps.npy", mmap_mode="r"), run.relevance(models[0].name))


def test_the_samples_of_a_run_are_listed_in_pages(rest: httpx.Client, run: Run) -> None:
    path, seen, cursor = f"runs/{run.id}/explained", [], None
    while True:
        query: dict[str, Any] = {"model": "tiny-one", "limit": 7, **({"cursor": cursor} if cursor else {})}
        page = rest.get(path, params=query).json()
        seen += [item["sample"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
        assert len(page["items"]) == 7
    assert seen == list(range(SAMPLES))


def test_a_sample_that_cannot_be_explained_is_listed_with_its_reason(
    hub: Hub, noise: Dataset, models: list[Model]
) -> None:
    run = hub.explain_all(noise, models[:1], method=METHOD, target="label").wait(bar=False)
    assert run.state == "done"
    rows, maps = list(run.explained("tiny-one")), run.relevance("tiny-one")
    labels = [sample.label for sample in hub.datasets.samples(noise.id)]
    assert labels.count(None) == 1
    for row, label, relevance in zip(rows, labels, maps, strict=True):
        assert np.isnan(relevance).all() == np.isnan(relevance).any() == (label is None)
        if label is None:
            assert row["refusal"]["reason"] == "LABELS_MISSING"
            assert row["refusal"]["advice"]
            assert row["target_value"] is row["relevance_sum"] is None
        else:
            assert row["refusal"] is None


@pytest.mark.parametrize(
    ("changes", "status", "reason", "named"),
    [
        ({"method": "voodoo"}, 422, "METHOD_UNKNOWN", "voodoo"),
        ({"method": "integrated_gradients", "parameters": {"steps": -1}}, 422, "PARAMETER_INVALID", "steps"),
        ({"parameters": {"colour": 1}}, 422, "PARAMETER_INVALID", "colour"),
        ({"target": "unicorn in space"}, 422, "TARGET_INVALID", "unicorn in space"),
        ({"target": {"layer": "nowhere", "unit": 0}}, 422, "LAYER_UNKNOWN", "nowhere"),
        ({"layer": "conv2d"}, 422, "ARGUMENT_INVALID", METHOD),
        ({"method": "grad_cam", "layer": "nowhere"}, 422, "LAYER_UNKNOWN", "nowhere"),
        ({"method": "pattern_net"}, 409, "METHOD_NOT_APPLICABLE", "tiny-one"),
        ({"engine": "native"}, 422, "ARGUMENT_INVALID", "engine"),
    ],
)
def test_what_no_sample_can_be_asked_is_refused_when_the_run_begins(
    rest: httpx.Client,
    noise: Dataset,
    models: list[Model],
    changes: dict[str, Any],
    status: int,
    reason: str,
    named: str,
) -> None:
    before = len(rest.get("runs").json()["items"])
    explanation = {"method": METHOD, **changes}
    body = {"kind": "explain", "dataset": noise.id, "models": ["tiny-one"], "explanation": explanation}
    problem = rest.post("runs", json=body).json()
    assert (problem.get("status"), problem.get("reason")) == (status, reason), problem
    assert named in problem["detail"]
    assert problem["advice"]
    assert len(rest.get("runs").json()["items"]) == before


def test_relevance_is_refused_where_there_is_none(rest: httpx.Client, hub: Hub, run: Run) -> None:
    predicted = next(found for found in hub.runs.list() if found.kind == "predict")
    for path, model, answer in (
        (f"runs/{predicted.id}/relevance.npy", "lite0", (422, "ARGUMENT_INVALID")),
        (f"runs/{predicted.id}/explained", "lite0", (422, "ARGUMENT_INVALID")),
        (f"runs/{run.id}/relevance.npy", "lite0", (422, "ARGUMENT_INVALID")),
        (f"runs/{run.id}/relevance.npy", "nobody", (404, "MODEL_NOT_FOUND")),
        ("runs/01ARZ3NDEKTSV4RRFFQ69G5FAV/relevance.npy", "lite0", (404, "RUN_NOT_FOUND")),
    ):
        problem = rest.get(path, params={"model": model}).json()
        assert (problem["status"], problem["reason"]) == answer, problem
        assert problem["advice"]
    wrong = rest.get(f"runs/{run.id}/explained", params={"model": "tiny-one", "cursor": "x"}).json()
    assert wrong["reason"] == "ARGUMENT_INVALID"


def test_the_same_network_has_the_same_reasons(hub: Hub, run: Run, noise: Dataset) -> None:
    found = list(hub.suggest.reasons(noise.id, ["tiny-one", "tiny-same"], method=METHOD))
    assert [entry["sample"]["number"] for entry in found] == list(range(SAMPLES))
    for entry in found:
        assert entry["same_answer"]
        assert entry["mean_correlation"] == entry["lowest_correlation"] == pytest.approx(1)
        assert entry["mean_overlap"] == entry["lowest_overlap"] == 1


def test_same_answers_come_first_and_of_these_the_least_alike_first(hub: Hub, rest: httpx.Client, run: Run) -> None:
    found = list(hub.suggest.reasons_of_run(run.id))
    assert sorted(entry["sample"]["number"] for entry in found) == list(range(SAMPLES))
    for entry in found:
        assert entry["same_answer"] == (len({answer["name"] for answer in entry["predicted"]}) == 1)
        assert len(entry["predicted"]) == 3
        assert -1 <= entry["lowest_correlation"] <= entry["mean_correlation"] <= 1
        assert 0 <= entry["lowest_overlap"] <= entry["mean_overlap"] <= 1
    keys = [(not entry["same_answer"], entry["mean_correlation"]) for entry in found]
    assert keys == sorted(keys)
    page = rest.get(
        "suggestions/reasons", params={"run": run.id, "limit": 5, "models": ["tiny-one", "tiny-other"]}
    ).json()
    assert len(page["items"]) == 5
    assert page["next"] is not None
    assert (page["samples"], page["missing"], len(page["models"])) == (SAMPLES, 0, 2)
    assert page["same_answer"] == sum(
        len({answer["name"] for answer in (entry["predicted"][0], entry["predicted"][2])}) == 1 for entry in found
    )


@pytest.mark.parametrize(
    ("query", "status", "reason"),
    [
        ({}, 422, "ARGUMENT_INVALID"),
        ({"run": "RUN", "dataset": "photos"}, 422, "ARGUMENT_INVALID"),
        ({"run": "RUN", "models": ["tiny-one"]}, 422, "ARGUMENT_INVALID"),
        ({"run": "RUN", "models": ["tiny-one", "tiny-one"]}, 422, "ARGUMENT_INVALID"),
        ({"run": "RUN", "top": 0}, 422, "ARGUMENT_INVALID"),
        ({"run": "RUN", "cursor": "x"}, 422, "ARGUMENT_INVALID"),
        ({"run": "RUN", "models": ["tiny-one", "lite0"]}, 404, "EXPLANATION_NOT_FOUND"),
        ({"run": "01ARZ3NDEKTSV4RRFFQ69G5FAV"}, 404, "RUN_NOT_FOUND"),
        ({"dataset": "photos", "models": ["lite0", "lite2"], "method": METHOD}, 404, "EXPLANATION_NOT_FOUND"),
        ({"dataset": "photos", "models": ["lite0", "lite2"], "method": "voodoo"}, 422, "METHOD_UNKNOWN"),
        (
            {"dataset": "photos", "models": ["lite0", "lite2"], "method": METHOD, "parameters": "{"},
            422,
            "ARGUMENT_INVALID",
        ),
    ],
)
def test_reasons_that_cannot_be_compared(
    rest: httpx.Client, run: Run, query: dict[str, Any], status: int, reason: str
) -> None:
    asked = {name: run.id if value == "RUN" else value for name, value in query.items()}
    problem = rest.get("suggestions/reasons", params=asked).json()
    assert (problem.get("status"), problem.get("reason")) == (status, reason), problem
    assert problem["advice"]


def test_grpc_compares_as_rest_does(hub_stack: HubStack, hub: Hub, run: Run, noise: Dataset) -> None:
    calls: dict[str, Any] = {"timeout": 120, "metadata": (("authorization", f"Bearer {hub_stack.token}"),)}
    place: dict[str, Any] = {"workspace": "default", "dataset": noise.name}
    with grpc.insecure_channel(hub_stack.grpc_address) as channel:
        explainer = explainer_pb2_grpc.ExplainerServiceStub(channel)
        suggest = suggest_pb2_grpc.SuggestServiceStub(channel)
        plan = explainer.PlanExplanations(
            explainer_pb2.PlanExplanationsRequest(**place, model="tiny-one", method=METHOD, parameters=Struct()),
            **calls,
        )
        compared = suggest.CompareReasons(
            suggest_pb2.CompareReasonsRequest(
                **place, models=["tiny-one", "tiny-other"], digest=plan.digest, page_size=4
            ),
            **calls,
        )
        with pytest.raises(grpc.RpcError) as caught:
            suggest.CompareReasons(suggest_pb2.CompareReasonsRequest(**place, models=["tiny-one"]), **calls)
    assert plan.digest == run.digest
    same = list(hub.suggest.reasons(noise.id, ["tiny-one", "tiny-other"], method=METHOD))[:4]
    assert [one.sample.number for one in compared.comparisons] == [entry["sample"]["number"] for entry in same]
    assert [one.mean_correlation for one in compared.comparisons] == [entry["mean_correlation"] for entry in same]
    assert compared.next_page_token
    error: Any = caught.value
    assert error.code() is grpc.StatusCode.INVALID_ARGUMENT


def test_the_command_line_explains_a_data_set_and_compares_reasons(
    innhub: Innhub, noise: Dataset, models: list[Model], tmp_path: Path
) -> None:
    names, question = ["tiny-one", "tiny-other"], ["--method", "lrp.epsilon", "--set", "epsilon=0.01", "--target", 1]
    run = document(innhub("explain-all", noise.name, *names, *question, "--wait", "--json"))
    assert (run["state"], run["explanation"]["parameters"]["epsilon"]) == ("done", 0.01)
    file = tmp_path / "maps.npy"
    written = innhub("runs", "relevance", run["id"], "--model", "tiny-one", "-o", file)
    assert written.returncode == 0, written.stderr
    assert np.load(file).shape == (SAMPLES, SIDE, SIDE)
    rows = document(innhub("runs", "explained", run["id"], "--model", "tiny-one", "--json"))
    assert {row["target_index"] for row in rows} == {1}
    assert "sum of relevance" in innhub("runs", "explained", run["id"], "--model", "tiny-one").stdout
    compared = document(innhub("suggest", "reasons", noise.name, *names, *question, "--json"))
    assert len(compared) == SAMPLES
    assert compared[0]["answers"].keys() == set(names)
    csv = tmp_path / "reasons.csv"
    assert innhub("suggest", "reasons", noise.name, *names, *question, "-o", csv).returncode == 0
    assert len(csv.read_text().splitlines()) == SAMPLES + 1
    refused = innhub("explain-all", noise.name, *names, "--method", "voodoo")
    assert refused.returncode == 1
    assert "METHOD_UNKNOWN" in refused.stderr


def test_a_run_checks_every_map_as_each_is_checked_alone(
    hub: Hub, rest: httpx.Client, innhub: Innhub, noise: Dataset, models: list[Model]
) -> None:
    asked = ["--method", METHOD, "--target", "label"]
    run = document(innhub("assess-all", noise.name, "tiny-one", *asked, "--wait", "--json"))
    assert (run["kind"], run["state"], run["progress"]["samples_done"]) == ("quality", "done", SAMPLES)
    rows = document(innhub("runs", "quality", run["id"], "--model", "tiny-one", "--json"))
    assert [row["sample"] for row in rows] == list(range(SAMPLES))
    labels = [sample.label for sample in hub.datasets.samples(noise.id)]
    unlabelled = labels.index(None)
    assert {row["sample"]: row["refusal"]["reason"] for row in rows if row["refusal"]} == {unlabelled: "LABELS_MISSING"}
    other = (unlabelled + 1) % SAMPLES
    explanation = hub.explain("tiny-one", noise[other], method=METHOD, target="label")
    alone, found = explanation.quality().document, rows[other]["quality"]
    assert found["explanation"] == explanation.id
    assert [one["grade"] for one in found["findings"]] == [one["grade"] for one in alone["findings"]]
    assert found["deletion"]["area"] == pytest.approx(alone["deletion"]["area"], abs=1e-4)
    assert found["stability"]["changes"] == pytest.approx(alone["stability"]["changes"], rel=1e-2)
    page = rest.get(f"runs/{run['id']}/quality", params={"model": "tiny-one", "limit": 5}).json()
    assert (len(page["items"]), page["next"]) == (5, "4")
    refused = rest.get(f"runs/{run['id']}/relevance.npy", params={"model": "tiny-one"}).json()
    assert refused["reason"] == "ARGUMENT_INVALID"


def test_patterns_are_fitted_by_a_run_and_then_serve_the_methods(
    hub: Hub, rest: httpx.Client, innhub: Innhub, noise: Dataset, models: list[Model]
) -> None:
    with pytest.raises(HubError, match="innhub patterns tiny-one noise-explained --wait") as caught:
        hub.explain("tiny-one", noise[0], method="pattern_net")
    assert caught.value.reason == "METHOD_NOT_APPLICABLE"
    run = document(innhub("patterns", "tiny-one", noise.name, "--wait", "--json"))
    assert (run["kind"], run["state"], run["progress"]["samples_done"]) == ("patterns", "done", SAMPLES)
    for method in ("pattern_net", "pattern_attribution"):
        assert np.abs(hub.explain("tiny-one", noise[0], method=method).relevance).max() > 0
    maps = hub.explain_all(noise, ["tiny-one"], method="pattern_net").wait(bar=False).relevance("tiny-one")
    alone = hub.explain("tiny-one", noise[3], method="pattern_net").relevance.sum(axis=-1)
    np.testing.assert_allclose(maps[3], alone, rtol=1e-3, atol=1e-6)
    both = {"kind": "patterns", "dataset": noise.id, "models": ["tiny-one", "tiny-other"]}
    assert rest.post("runs", json=both).json()["reason"] == "ARGUMENT_INVALID"
    layered = {"kind": "patterns", "dataset": noise.id, "models": ["tiny-one"], "layer": "conv2d"}
    assert rest.post("runs", json=layered).json()["reason"] == "ARGUMENT_INVALID"
