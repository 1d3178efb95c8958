"""What a person meets who starts the product: the demo, predicted, compared and explained."""

import asyncio
import io
from statistics import fmean
from typing import Any

import httpx
import numpy as np
import pytest
from conftest import HubStack
from PIL import Image

from innhub import Dataset, Hub

MODELS = ["lite0", "lite2", "squeezenet"]


@pytest.fixture(scope="module")
def points(hub: Hub) -> list[dict[str, Any]]:
    return hub.suggest.agreement("photos", MODELS).points


def test_three_models_are_ready(hub: Hub) -> None:
    models = {model.name: model for model in hub.models.list()}
    assert set(MODELS) <= models.keys()
    for name in MODELS:
        assert models[name].state == "ready"
        assert (models[name].summary or {})["classes"] == 1000
        assert len(hub.models.classes(name)) == 1000


def test_the_photographs_are_there_with_their_labels(hub: Hub, photos: Dataset) -> None:
    assert photos.state == "ready"
    samples = list(hub.datasets.samples("photos"))
    assert len(samples) == len(photos) >= 30
    assert [sample.number for sample in samples] == list(range(len(photos)))
    assert sum(sample.label is not None for sample in samples) == 20
    for sample in samples:
        assert hub.datasets.image(sample, size=64).size[0] <= 64


def test_the_run_predicted_every_sample_with_every_model(hub: Hub, photos: Dataset) -> None:
    run = hub.runs.list(kind="predict", dataset=photos.id)[0]
    assert run.state == "done"
    assert set(run.models) == {hub.models.get(name).id for name in MODELS}
    assert run.progress["samples_done"] == run.progress["samples_total"] == len(photos) * len(MODELS)
    assert run.progress["shards_failed"] == 0


def test_the_agreement_map_has_one_unrounded_point_a_sample(points: list[dict[str, Any]], photos: Dataset) -> None:
    assert sorted(point["sample"]["number"] for point in points) == list(range(len(photos)))
    for point in points:
        predicted = [answer["predicted"] for answer in point["answers"]]
        assert len(predicted) == len(MODELS)
        assert point["mean_score"] == pytest.approx(fmean(answer["score"] for answer in predicted), rel=1e-12)
        assert point["predicted_classes"] == len({answer["name"] for answer in predicted})
    assert any(point["mean_score"] != round(point["mean_score"], 6) for point in points)


@pytest.mark.parametrize(("model", "accuracy"), [("lite0", 0.90), ("lite2", 0.90), ("squeezenet", 0.70)])
def test_the_models_know_the_labelled_photographs(
    hub: Hub, points: list[dict[str, Any]], model: str, accuracy: float
) -> None:
    place = MODELS.index(model)
    judged = [point["answers"][place]["correct"] for point in points if point["sample"]["label"] is not None]
    assert len(judged) == 20
    assert judged.count(True) / len(judged) == accuracy
    found = list(hub.suggest.samples("photos", [model], correct=True))
    assert len(found) == judged.count(True)


def test_a_single_prediction_is_that_of_the_run(hub: Hub, points: list[dict[str, Any]], photos: Dataset) -> None:
    for model, place in (("squeezenet", 2), ("lite0", 0)):
        for point in points[:3]:
            alone = hub.predict_sample(model, photos[point["sample"]["number"]])
            together = point["answers"][place]
            assert alone["top"][0]["index"] == together["predicted"]["index"]
            assert alone["top"][0]["score"] == pytest.approx(together["predicted"]["score"], abs=1e-4)
            assert alone["label"] == point["sample"]["label"]
            scores = [ranked["score"] for ranked in alone["top"]]
            assert scores == sorted(scores, reverse=True)


def test_the_histogram_counts_every_labelled_photograph(hub: Hub) -> None:
    histogram = hub.suggest.histogram("photos", "lite0", bins=10)
    assert len(histogram["bins"]) == 10
    assert histogram["samples"] == sum(bar["samples"] for bar in histogram["bins"]) == 20
    assert sum(bar["correct"] for bar in histogram["bins"]) == 18


def test_a_heatmap_is_a_picture_that_follows_its_style(hub: Hub, photos: Dataset) -> None:
    explanation = hub.explain("squeezenet", photos[2], method="gradient")
    faint, strong = (np.asarray(explanation.image(overlay=overlay, size=200)) for overlay in (0.1, 0.9))
    assert max(faint.shape[:2]) == 200
    assert faint.shape == strong.shape
    assert np.abs(faint.astype(int) - strong.astype(int)).max() > 20
    picture = hub.datasets.image(photos[2])
    bare = explanation.image(overlay=0.0)
    assert bare.size[0] / bare.size[1] == pytest.approx(picture.size[0] / picture.size[1], rel=0.02)


async def test_the_same_question_ten_times_at_once_is_computed_once(hub_stack: HubStack) -> None:
    question = {"model": "squeezenet", "dataset": "photos", "sample": 7, "method": "integrated_gradients"}
    known = {method["id"]: method for method in hub_stack.hub().methods()}
    question["method"] = next(name for name in known if "integrated" in name)
    async with httpx.AsyncClient(
        base_url=hub_stack.url, headers={"Authorization": f"Bearer {hub_stack.token}"}, timeout=300
    ) as client:
        answers = await asyncio.gather(
            *(client.post("/v1/workspaces/default/explanations", json=question) for _ in range(10))
        )
    assert [answer.status_code for answer in answers] == [200] * 10
    assert len({answer.json()["id"] for answer in answers}) == 1
    # Those who came while it was computed waited for the same computation: one measured time. The router knows two
    # replicas that suit a model, and may have asked both.
    assert len({answer.json()["seconds"] for answer in answers}) <= 2
    stored = hub_stack.hub().explanations.get(answers[0].json()["id"])
    assert stored.seconds in {answer.json()["seconds"] for answer in answers}


@pytest.mark.parametrize("method", ["gradient", "lrp.epsilon"])
@pytest.mark.parametrize("engine", ["innvestigate", "innvestigate-named"])
def test_engines_agree(hub: Hub, photos: Dataset, method: str, engine: str) -> None:
    native, reference = (
        hub.explain("squeezenet", photos[0], method=method, engine=name) for name in ("native", engine)
    )
    assert native.id != reference.id
    assert native.target_index == reference.target_index
    scale = np.abs(reference.relevance).max()
    assert np.abs(native.relevance - reference.relevance).max() <= 1e-4 * scale


def test_the_events_of_a_run_end_with_done(hub: Hub, photos: Dataset) -> None:
    run = hub.predict("photos", ["squeezenet"])
    states = list(hub.runs.watch(run.id))
    assert states[-1].state == "done"
    assert [state.state for state in states].count("done") == 1
    done = [state.progress["samples_done"] for state in states]
    assert done == sorted(done)
    assert done[-1] == len(photos)


def test_the_pages_are_on_the_same_address(hub_stack: HubStack) -> None:
    with httpx.Client(base_url=hub_stack.url) as stranger:
        assert stranger.get("/").status_code == 401
        assert stranger.get("/v1/me").json()["reason"] == "UNAUTHENTICATED"
        entered = stranger.get("/", params={"token": hub_stack.token})
        assert entered.status_code == 303
        assert hub_stack.token not in entered.headers["location"]
        assert stranger.get("/").status_code == 200
        assert stranger.get("/v1/me").json() == {"name": "local", "operator": True, "signed_in": "token"}


def test_a_picture_arrives_as_it_was_sent(hub: Hub, photos: Dataset, rest: httpx.Client) -> None:
    answer = rest.get("datasets/photos/samples/0/image")
    assert answer.headers["content-type"].startswith("image/")
    assert Image.open(io.BytesIO(answer.content)).size == (
        next(hub.datasets.samples("photos")).width,
        next(hub.datasets.samples("photos")).height,
    )
