"""The page Runs: what it says of runs, and what its buttons do."""

import json
from typing import Any

import pytest

from innhub import Hub
from ui import run_rows
from ui.links import View
from ui.pages import runs

FAILURE = {"reason": "WORKER_CRASHED", "detail": "The worker died 5 times at this task.", "advice": "Give it memory."}


def text(component: Any) -> str:
    return json.dumps(component, default=lambda part: part.to_plotly_json(), ensure_ascii=False)


def shown(hub: Hub) -> str:
    return text(runs.layout(View(), hub))


def pressed(browser: Any, action: str) -> str:
    button = json.dumps({"run": "r-2", "steer": action}, separators=(",", ":"))
    answer = browser.call("runs.children", {f"{button}.n_clicks": 1, "link.data": ""})
    return text(answer["response"]["runs"]["children"])


def test_a_run_that_goes_on_says_how_far_it_is_and_can_be_cancelled(hub: Hub, stand_in: Any, browser: Any) -> None:
    progress = {"samples_total": 144, "samples_done": 36, "samples_a_second": 12.5, "seconds_left": 3600.0}
    stand_in.run = {"id": "r-2", "name": "big", "state": "running", "priority": "low", "progress": progress}
    said = shown(hub)
    for part in ("36 of 144 predictions", "12.5 a second", "60 min left", "asked for by local", "low priority"):
        assert part in said
    assert "photos by lite0, lite2, squeezenet" in said
    assert '"aria-label": "Cancel: big"' in said
    assert '"aria-label": "big: 36 of 144"' in said
    pressed(browser, "cancel")
    assert stand_in.requests == [{"run": "r-2", "action": "cancel"}]


def test_while_a_run_only_gets_further_nothing_but_that_is_drawn_anew(hub: Hub, stand_in: Any, browser: Any) -> None:
    progress = {"samples_total": 144, "samples_done": 36}
    stand_in.run = {"id": "r-2", "name": "big", "state": "running", "progress": progress}
    page = runs.layout(View(), hub)
    known = next(part.data for part in page.children if getattr(part, "id", "") == "runs-shape")
    progress["samples_done"] = 72
    rows = {f'{{"run-live":"{run}"}}.children': None for run in ("r-2", "r-1")}
    look = {"runs-clock.n_intervals": 1, "runs-shape.data": known, "link.data": "", **rows}
    answer = browser.call("runs.children", look)["response"]
    assert "72 of 144 predictions" in text(answer)
    assert not {"runs", "runs-shape"} & answer.keys()
    stand_in.run["state"] = "done"
    assert "runs" in browser.call("runs.children", look)["response"]


def test_a_run_that_failed_says_why_and_can_be_tried_again(hub: Hub, stand_in: Any, browser: Any) -> None:
    failures = [{"model": "m-lite0", "shard": number, "failure": FAILURE} for number in range(7)]
    progress = {"samples_total": 144, "samples_done": 36, "shards_failed": 7}
    stand_in.run = {"id": "r-2", "name": "big", "state": "failed", "failures": failures, "progress": progress}
    said = shown(hub)
    assert "lite0, part 4: The worker died 5 times at this task. Give it memory." in said
    assert "Parts that failed, too: 2." in said
    assert "Try again" in said
    assert "Cancel" not in said
    pressed(browser, "retry")
    assert stand_in.requests == [{"run": "r-2", "action": "retry"}]


def test_a_run_that_pauses_says_until_when(hub: Hub, stand_in: Any) -> None:
    pause = {"reason": "It is much.", "advice": "Wait.", "resumes_at": "2026-11-25T00:00:00Z"}
    stand_in.run = {"id": "r-2", "state": "paused", "pause": pause}
    assert "It is much. It goes on at 2026-11-25 00:00 (UTC). Wait." in shown(hub)


def test_a_button_that_was_only_drawn_does_nothing(browser: Any, stand_in: Any) -> None:
    button = json.dumps({"run": "r-2", "steer": "cancel"}, separators=(",", ":"))
    browser.call("runs.children", {f"{button}.n_clicks": None, "link.data": ""})
    assert stand_in.requests == []


def test_without_runs_the_page_says_how_one_begins(hub: Hub, stand_in: Any) -> None:
    stand_in.empty = True
    assert "innhub predict" in shown(hub)


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.4, "0 s"), (99, "99 s"), (150, "2 min"), (5940, "99 min"), (9000, "2.5 h")]
)
def test_durations_are_said_as_exactly_as_anybody_wants(seconds: float, said: str) -> None:
    assert run_rows.duration(seconds) == said
