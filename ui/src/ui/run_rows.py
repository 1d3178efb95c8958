"""A run as a row: what it does, for whom, how far it is, why parts of it failed, and how it is steered."""

from typing import Any

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from innhub.documents import moment
from innhub.runs import ENDED, Run
from ui import ids
from ui.accessible import aria

COLORS = {"done": "teal", "failed": "red", "pending": "blue", "running": "blue", "paused": "yellow"}
COUNTED = {"predict": "predictions", "explain": "explanations", "quality": "checked maps"}
"""What the samples of a run are called once they are done; `samples` for other kinds."""
_FAILURES_SHOWN = 5


def row(run: Run, names: dict[str, str]) -> html.Div:
    """A run as an item of a list.

    Args:
        run: the run.
        names: of models and data sets, by id.
    """
    return html.Div(
        [
            dmc.Group(
                [
                    dmc.Text(run.name or run.kind, fw=600, style={"overflowWrap": "anywhere"}),
                    dmc.Group([*_buttons(run), _state(run)], gap="xs", wrap="nowrap"),
                ],
                justify="space-between",
                wrap="nowrap",
            ),
            dmc.Text(_about(run, names), size="sm", c="dimmed"),
            html.Div(live(run), id=ids.run_live(run.id)),
            *([dmc.Text(_paused(run.pause), size="sm")] if run.pause else []),
            *_failures(run, names),
        ],
        className="row",
        role="listitem",
    )


def shape(run: Run) -> list[object]:
    """What changes a row as a whole; all else about it is `live`."""
    return [run.id, run.state, len(run.failures), run.pause]


def live(run: Run) -> list[Component]:
    """What changes all the time: how far it is. It stands apart, so that a button keeps the focus of the keyboard."""
    bar = [_bar(run)] if run.state not in ENDED else []
    return [*bar, dmc.Text(progress(run), size="sm")]


def progress(run: Run) -> str:
    """How far a run is, how fast, and how long it still takes; or how long it took."""
    done, total = run.progress["samples_done"], run.progress["samples_total"]
    rate, left = run.progress.get("samples_a_second"), run.progress.get("seconds_left")
    parts = [f"{done:,} of {total:,} {COUNTED.get(run.kind, 'samples')}"]
    if rate:
        parts.append(f"{rate:,.1f} a second")
    if left is not None:
        parts.append(f"{duration(left)} left")
    if run.started_at and run.ended_at:
        parts.append(f"took {duration((moment(run.ended_at) - moment(run.started_at)).total_seconds())}")
    return " · ".join(parts)


def duration(seconds: float) -> str:
    """A time span in words, as exact as anybody wants to know."""
    whole = round(seconds)
    if whole < 100:
        return f"{whole} s"
    minutes = round(whole / 60)
    return f"{minutes} min" if minutes < 100 else f"{minutes / 60:.1f} h"


def _about(run: Run, names: dict[str, str]) -> str:
    what = f"{run.kind}: {names.get(run.dataset, run.dataset)} by " + ", ".join(
        names.get(model, model) for model in run.models
    )
    details = [what, run.layer, (run.explanation or {}).get("method", ""), run.label]
    if run.priority != "normal":
        details.append(f"{run.priority} priority")
    details.append(f"asked for by {run.created_by}, {moment(run.created_at):%Y-%m-%d %H:%M} (UTC)")
    return " · ".join(detail for detail in details if detail)


def _state(run: Run) -> dmc.Badge:
    return dmc.Badge(run.state, color=COLORS.get(run.state, "gray"), variant="light", tt="none")


def _bar(run: Run) -> dmc.Progress:
    done, total = run.progress["samples_done"], run.progress["samples_total"]
    return dmc.Progress(
        value=100 * done / max(total, 1),
        mt=6,
        mb=4,
        animated=run.state == "running",
        **aria(label=f"{run.name or run.kind}: {done} of {total}"),
    )


def _buttons(run: Run) -> list[Component]:
    if run.state not in ENDED:
        return [_button("cancel", "Cancel", run)]
    return [_button("retry", "Try again", run)] if run.state == "failed" else []


def _button(action: str, word: str, run: Run) -> dmc.Button:
    return dmc.Button(
        word,
        id=ids.steer(action, run.id),
        size="compact-sm",
        variant="default",
        **aria(label=f"{word}: {run.name or run.kind}"),
    )


def _paused(pause: dict[str, Any]) -> str:
    return f"{pause['reason']} It goes on at {moment(pause['resumes_at']):%Y-%m-%d %H:%M} (UTC). {pause['advice']}"


def _failures(run: Run, names: dict[str, str]) -> list[Component]:
    lines = [
        f"{names.get(one['model'], one['model'])}, part {one['shard']}: {one['failure']['detail']} "
        f"{one['failure'].get('advice', '')}"
        for one in run.failures[:_FAILURES_SHOWN]
    ]
    more = run.progress.get("shards_failed", len(run.failures)) - len(lines)
    if more > 0:
        lines.append(f"Parts that failed, too: {more:,}. `innhub runs show {run.id}` says why.")
    return [dmc.Text(line.strip(), size="sm", className="reason") for line in lines]
