"""Suggestions over the demo: the same over REST, gRPC and the command line, and what runs make of whole data sets."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import grpc
import httpx
import numpy as np
import polars as pl
import pytest
from conftest import HubStack
from e2e.program import Innhub, document
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message

from innhub import Hub, HubError, Run
from innhub_proto.suggest.v1 import suggest_pb2, suggest_pb2_grpc

MODELS = ["lite0", "lite2", "squeezenet"]
PLACE: dict[str, Any] = {"workspace": "default", "dataset": "photos"}
Suggest = suggest_pb2_grpc.SuggestServiceStub


@pytest.fixture(scope="module")
def calls(hub_stack: HubStack) -> Any:
    return {"metadata": (("authorization", f"Bearer {hub_stack.token}"),), "timeout": 120.0}


@pytest.fixture(scope="module")
def suggest(hub_stack: HubStack) -> Iterator[Any]:
    with grpc.insecure_channel(hub_stack.grpc_address) as channel:
        yield Suggest(channel)


@pytest.fixture(scope="module")
def projected(hub: Hub) -> Run:
    return hub.umap("photos", ["lite0"]).wait()


@pytest.fixture(scope="module")
def clustered(hub: Hub) -> Run:
    explained = hub.explain_all("photos", ["squeezenet"], method="gradient").wait()
    return hub.runs.clusters(explained.id).wait()


def same(message: Message, document: Any) -> bool:
    """Whether a message says what a document does, as far as it says anything."""
    return _within(
        MessageToDict(message, preserving_proto_field_name=True, always_print_fields_with_no_presence=True), document
    )


def _within(part: Any, whole: Any) -> bool:
    if isinstance(part, dict):
        names = {"neighbours": "items", "pairs": "items", "outliers": "items", "clusters": "items", "points": "points"}
        return all(_within(value, whole[names.get(name, name)]) for name, value in part.items())
    if isinstance(part, list):
        return len(part) == len(whole) and all(map(_within, part, whole))
    return part == whole or str(whole) == part or float(part) == pytest.approx(float(whole))


def test_agreement_is_counted_in_quadrants_and_cells(hub: Hub, suggest: Any, calls: Any) -> None:
    found = hub.suggest.agreement("photos", MODELS)
    assert sum(quadrant["samples"] for quadrant in found.quadrants) == found.samples == 35
    assert sum(cell["samples"] for cell in found.cells) == 35
    assert all(quadrant["meaning"] for quadrant in found.quadrants)
    told = suggest.GetAgreement(suggest_pb2.GetAgreementRequest(**PLACE, models=MODELS), **calls)
    assert [(cell.lower, cell.samples) for cell in told.cells] == [
        (cell["lower"], cell["samples"]) for cell in found.cells
    ]


@pytest.mark.parametrize(
    "where",
    [
        ["label=jeep"],
        ["correct=true", "correct@squeezenet=false"],
        ["entropy@lite2>=1", "mean_score<0.9"],
        ["predicted@squeezenet=jeep|convertible"],
    ],
)
def test_conditions_mean_the_same_everywhere(
    hub: Hub, suggest: Any, calls: Any, innhub: Innhub, where: list[str]
) -> None:
    found = hub.suggest.agreement("photos", MODELS, where=where)
    numbers = [point["sample"]["number"] for point in found.points]
    assert 0 < len(numbers) < 35
    told = suggest.GetAgreement(suggest_pb2.GetAgreementRequest(**PLACE, models=MODELS, where=where), **calls)
    assert [point.sample.number for point in told.points] == numbers
    matches = suggest.ListMatches(suggest_pb2.ListMatchesRequest(**PLACE, models=MODELS, where=where), **calls)
    assert list(matches.samples) == numbers
    options = [word for condition in where for word in ("--where", condition)]
    listed = document(innhub("suggest", "samples", "photos", *MODELS, *options, "--json"))
    assert [row["sample"] for row in listed] == numbers


def test_histograms_calibration_and_confusions_are_the_same_over_grpc(hub: Hub, suggest: Any, calls: Any) -> None:
    entropy = hub.suggest.histogram("photos", "lite0", quantity="entropy", bins=5)
    asked = suggest_pb2.GetHistogramRequest(**PLACE, model="lite0", quantity="entropy", bins=5)
    assert sum(bar["samples"] for bar in entropy["bins"]) == 35
    assert same(suggest.GetHistogram(asked, **calls), entropy)
    calibration = hub.suggest.calibration("photos", "lite0")
    assert calibration["samples"] == 20
    assert 0 < calibration["expected_calibration_error"] < 1
    assert same(suggest.GetCalibration(suggest_pb2.GetCalibrationRequest(**PLACE, model="lite0"), **calls), calibration)
    confusion = hub.suggest.confusion("photos", ["lite0", "squeezenet"])
    assert confusion["equal"] + sum(cell["samples"] for cell in confusion["most_confused"]) == 35
    asked_two = suggest_pb2.GetConfusionRequest(**PLACE, models=["lite0", "squeezenet"])
    assert same(suggest.GetConfusion(asked_two, **calls), confusion)


def test_a_cell_of_a_confusion_leads_to_its_samples(hub: Hub) -> None:
    cell = hub.suggest.confusion("photos", ["lite0", "squeezenet"])["most_confused"][0]
    where = [f"predicted@lite0={cell['row']}", f"predicted@squeezenet={cell['column']}"]
    assert len(list(hub.suggest.samples("photos", ["lite0", "squeezenet"], where=where))) == cell["samples"]


def test_an_embedding_is_there_at_once_and_near_things_are_alike(hub: Hub, suggest: Any, calls: Any) -> None:
    found = hub.suggest.embedding("photos", "lite0")
    assert len(found["points"]) == found["samples"] == 35
    assert len(found["explained_variance"]) == 2
    told = suggest.GetEmbedding(suggest_pb2.GetEmbeddingRequest(**PLACE, model="lite0"), **calls)
    assert [point.x for point in told.points] == pytest.approx([point["x"] for point in found["points"]])
    jeeps = [sample.number for sample in hub.datasets.samples("photos", label="jeep")]
    near = hub.suggest.neighbours("photos", "lite0", jeeps[0], limit=1)["items"]
    assert [one["sample"]["number"] for one in near] == jeeps[1:]
    asked = suggest_pb2.FindNeighboursRequest(**PLACE, model="lite0", sample=jeeps[0], limit=1)
    assert same(suggest.FindNeighbours(asked, **calls), {"items": near, "samples": 35})


def test_duplicates_and_outliers_are_found(hub: Hub, suggest: Any, calls: Any) -> None:
    pairs = hub.suggest.duplicates("photos", "lite0", max_distance=0.6)
    first = pairs["items"][0]
    assert (first["first"]["label"], first["second"]["label"]) == ("jeep", "jeep")
    asked = suggest_pb2.FindDuplicatesRequest(**PLACE, model="lite0", max_distance=0.6)
    assert same(suggest.FindDuplicates(asked, **calls), pairs)
    outliers = hub.suggest.outliers("photos", "lite0", limit=3)
    assert [one["distance"] for one in outliers["items"]] == sorted(
        (one["distance"] for one in outliers["items"]), reverse=True
    )
    assert same(
        suggest.FindOutliers(suggest_pb2.FindOutliersRequest(**PLACE, model="lite0", limit=3), **calls), outliers
    )


def test_umap_is_made_by_a_run(hub: Hub, projected: Run, innhub: Innhub) -> None:
    found = document(innhub("suggest", "embedding", "photos", "lite0", "--projection", "umap", "--json"))
    assert len(found["points"]) == 35
    assert found == hub.suggest.embedding("photos", "lite0", projection="umap")
    assert projected.progress["samples_done"] == 35


def test_without_a_run_umap_says_how_to_get_there(hub: Hub) -> None:
    with pytest.raises(HubError, match="innhub umap"):
        hub.suggest.embedding("photos", "lite2", projection="umap")


def test_explanations_are_grouped_by_a_run(hub: Hub, suggest: Any, calls: Any, clustered: Run, innhub: Innhub) -> None:
    found = hub.suggest.clusters(clustered.id)
    assert len(found["items"]) >= 2
    assert sum(group["samples"] for group in found["items"]) == found["samples"] == 35
    assert all(len(group["typical_map"]) == found["map_side"] ** 2 for group in found["items"])
    assert document(innhub("suggest", "clusters", clustered.id, "--json")) == found["items"]
    asked = suggest_pb2.GetClustersRequest(**PLACE, model="squeezenet", digest=clustered.digest)
    told = suggest.GetClusters(asked, **calls)
    assert [[member.sample.number for member in group.members] for group in told.clusters] == [
        [member["sample"]["number"] for member in group["members"]] for group in found["items"]
    ]


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_samples_leave_as_a_table(hub: Hub, innhub: Innhub, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"samples.{suffix}"
    asked = ("suggest", "samples", "photos", "lite0", "--order", "entropy", "--descending", "-o", path)
    assert innhub(*asked).returncode == 0
    table = pl.read_csv(path) if suffix == "csv" else pl.read_parquet(path)
    rows = list(hub.suggest.samples("photos", ["lite0"], order="entropy", descending=True))
    assert table["sample"].to_list() == [row["sample"]["number"] for row in rows]
    assert table["lite0 class"].to_list() == [row["answers"][0]["predicted"]["name"] for row in rows]
    assert table["lite0 entropy"].is_sorted(descending=True)


def test_predictions_leave_whole_with_their_embedding(rest: httpx.Client, hub: Hub) -> None:
    asked = {"dataset": "photos", "model": "lite0"}
    whole = rest.get("predictions/table.parquet", params={**asked, "embedding": True})
    assert whole.headers["content-disposition"] == 'attachment; filename="predictions.parquet"'
    table = pl.read_parquet(BytesIO(whole.content))
    assert table["sample"].to_list() == list(range(35))
    assert np.asarray(table["embedding"].to_list()).shape == (35, 1280)
    flat = pl.read_csv(BytesIO(rest.get("predictions/table.csv", params=asked).content))
    assert flat["entropy"].to_list() == pytest.approx(table["entropy"].to_list())
    assert flat["top_classes"][0].split("|") == table["top_classes"][0].to_list()
    refused = rest.get("predictions/table.csv", params={**asked, "embedding": True})
    assert (refused.status_code, refused.json()["reason"]) == (422, "ARGUMENT_INVALID")


def test_a_selection_is_saved_for_others_and_found_again(hub: Hub, innhub: Innhub, rest: httpx.Client) -> None:
    wrong = document(
        innhub("selections", "save", "wrong", "photos", "--model", "lite0", "--where", "correct=false", "--json")
    )
    chosen = hub.selections.save("chosen", "photos", samples=[7, 3, 3], note="look at these")
    assert (wrong["count"], chosen["count"]) == (2, 2)
    assert hub.selections.get("chosen")["samples"] == [3, 7]
    assert {one["name"] for one in hub.selections.list()} >= {"wrong", "chosen"}
    found = list(hub.suggest.samples("photos", ["lite0"], where=["selection=chosen"]))
    assert [point["sample"]["number"] for point in found] == [3, 7]
    assert rest.post("selections", json={"name": "chosen", "dataset": "photos", "samples": [1]}).status_code == 409
    hub.selections.remove("chosen")
    with pytest.raises(HubError) as caught:
        list(hub.suggest.samples("photos", ["lite0"], where=["selection=chosen"]))
    assert caught.value.reason == "SELECTION_NOT_FOUND"
    hub.selections.remove("wrong")


@pytest.mark.parametrize(
    ("path", "parameters", "named"),
    [
        ("agreement", {"models": ["lite0"], "where": ["colour=red"]}, "colour"),
        ("agreement", {"models": ["lite0"], "where": ["entropy=much"]}, "much"),
        ("samples", {"models": ["lite0"], "order": "horse"}, "horse"),
        ("histogram", {"model": "lite0", "quantity": "weight"}, "quantity"),
        ("histogram", {"model": "lite0", "quantity": "activation"}, "layer"),
        ("confusion", {"models": MODELS}, "models"),
        ("confusion", {"models": ["lite0"], "column": "number"}, "number"),
        ("embedding", {"model": "lite0", "projection": "tsne"}, "projection"),
        ("duplicates", {"model": "lite0", "max_distance": 3}, "max_distance"),
        ("samples.xlsx", {"models": ["lite0"]}, "form"),
    ],
)
def test_bad_questions_are_answered_with_what_is_wrong(
    rest: httpx.Client, path: str, parameters: dict[str, Any], named: str
) -> None:
    answer = rest.get(f"suggestions/{path}", params={"dataset": "photos", **parameters})
    assert answer.status_code == 422
    problem = answer.json()
    assert problem["reason"] == "ARGUMENT_INVALID"
    assert named in str(problem)


@pytest.mark.parametrize("body", [{}, {"samples": [1], "where": ["label=jeep"]}, {"samples": [99]}, {"samples": [-1]}])
def test_a_selection_must_say_what_it_holds(rest: httpx.Client, body: dict[str, Any]) -> None:
    answer = rest.post("selections", json={"name": "nothing", "dataset": "photos", **body})
    assert answer.status_code in {404, 422}
    assert answer.json()["advice"]
