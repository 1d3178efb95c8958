"""What is kept of runs and how they are listed, through every door; and what is refused before one begins."""

from typing import Any

import httpx
import pytest
from conftest import HubStack
from e2e.program import Innhub, document

from innhub import Hub, HubError, Run


@pytest.fixture(scope="module")
def explained(hub: Hub) -> Run:
    return hub.explain_all("photos", ["squeezenet"], method="input").wait(bar=False)


def test_a_run_says_who_asked_for_what_with_which_versions_and_what_it_cost(hub: Hub, explained: Run) -> None:
    model = hub.models.get("squeezenet")
    assert model.summary is not None
    assert (explained.created_by, explained.priority, explained.state) == ("local", "normal", "done")
    assert (explained.explanation or {})["method"] == "input"
    assert explained.versions["networks"] == {model.id: model.summary["network_digest"]}
    assert explained.versions["engine"] >= 1
    assert explained.versions["hub"]
    assert explained.created_at <= (explained.started_at or "") <= (explained.ended_at or "")
    assert explained.work["seconds"] > 0
    assert (explained.work["deliveries"], explained.work["retries"]) == (1, 0)
    assert sum(explained.work["samples_by_day"].values()) == explained.progress["samples_done"]


def test_runs_are_listed_by_what_they_are_and_the_newest_first(hub: Hub, explained: Run) -> None:
    kinds = {run.kind for run in hub.runs.list(kind=["explain", "predict"], limit=1)}
    assert kinds == {"explain", "predict"}
    assert hub.runs.list(kind="explain", state="done", dataset="photos", order="newest")[0].id == explained.id
    ids = [run.id for run in hub.runs.list(limit=1)]
    assert ids == sorted(ids)
    assert [run.id for run in hub.runs.list(limit=1, order="newest")] == ids[::-1]
    assert hub.runs.list(created_by="nobody") == []
    with pytest.raises(HubError) as caught:
        hub.runs.list(state="sleeping")
    assert caught.value.reason == "ARGUMENT_INVALID"


def test_the_command_line_shows_the_history(innhub: Innhub, explained: Run) -> None:
    assert document(innhub("runs", "list", "--kind", "explain", "--newest", "--json"))[0]["id"] == explained.id
    assert "asked for" in innhub("runs", "list").stdout
    shown = innhub("runs", "show", explained.id)
    assert shown.returncode == 0, shown.stderr
    for word in ("asked for by", "local", "edition of the engine", "explanation: method", "network of"):
        assert word in shown.stdout
    assert document(innhub("runs", "retry", explained.id, "--json"))["state"] == "done"


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        ({"kind": "clusters", "run": "nothing"}, 404, "RUN_NOT_FOUND"),
        ({"kind": "clusters", "run": "PREDICTED"}, 422, "ARGUMENT_INVALID"),
        ({"kind": "clusters", "run": "EXPLAINED", "label": "unicorn"}, 422, "ARGUMENT_INVALID"),
        ({"kind": "umap", "dataset": "photos", "models": ["nobody"]}, 404, "MODEL_NOT_FOUND"),
        ({"kind": "quality", "dataset": "photos", "models": ["lite0"]}, 422, "ARGUMENT_INVALID"),
        ({"kind": "predict", "dataset": "photos", "models": ["lite0"], "priority": "now"}, 422, "ARGUMENT_INVALID"),
    ],
)
def test_what_cannot_be_done_is_refused_before_it_begins(
    hub_stack: HubStack, hub: Hub, explained: Run, body: dict[str, Any], status: int, reason: str
) -> None:
    named = {"EXPLAINED": explained.id, "PREDICTED": hub.runs.list(kind="predict")[0].id}
    asked = {name: named.get(value, value) if isinstance(value, str) else value for name, value in body.items()}
    address = f"{hub_stack.url}/v1/workspaces/default/runs"
    problem = httpx.post(address, json=asked, headers={"Authorization": f"Bearer {hub_stack.token}"}).json()
    assert (problem["status"], problem["reason"], bool(problem["advice"])) == (status, reason, True), problem
