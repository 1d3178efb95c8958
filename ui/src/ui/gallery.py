"""The gallery on Suggest: samples of a part of the chart, as pictures to put into the tray."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any

import dash_mantine_components as dmc
from dash import html

from innhub import Hub
from ui import ids
from ui.accessible import aria
from ui.api import sample_address
from ui.figures import SURE
from ui.links import View

WRONG = "wrong"
_ERROR = "error:"
_SHOWN = 48
_THUMBNAIL = 160


@dataclass(frozen=True)
class Quadrant:
    """A quarter of the agreement map, and what the samples in it are good for."""

    key: str
    agree: bool
    sure: bool
    title: str
    about: str

    def holds(self, point: dict[str, Any]) -> bool:
        """Whether a sample lies in it."""
        return (point["predicted_classes"] == 1) is self.agree and (point["mean_score"] >= SURE) is self.sure


QUADRANTS = (
    Quadrant(
        "disagree-unsure", False, False, "Disagree, unsure", "Borderline samples, or right for some networks only."
    ),
    Quadrant(
        "disagree-sure",
        False,
        True,
        "Disagree, sure",
        "Outliers and samples that fool a network: each is sure of its own.",
    ),
    Quadrant(
        "agree-unsure",
        True,
        False,
        "Agree, unsure",
        "The same answer with little conviction: look for what is missing.",
    ),
    Quadrant("agree-sure", True, True, "Agree, sure", "Likely right. Look here for biases that all networks share."),
)
"""As they lie on the map: the upper two, then the lower two."""


def bar(lower: float, upper: float) -> str:
    """What to show for a bar of the histogram."""
    return f"{_ERROR}{lower:g}-{upper:g}"


def contents(view: View, hub: Hub) -> html.Section | None:
    """The samples that `view.show` names, with buttons; nothing if it names none."""
    found = _points(view, hub)
    if found is None:
        return None
    title, points = found
    shown = list(islice(points, _SHOWN + 1))
    head = dmc.Group(
        [
            dmc.Title(title, order=3),
            dmc.Text(_count(len(shown)), c="dimmed", size="sm"),
            dmc.Button("All of these into the tray", id=ids.tray_button("all"), size="compact-sm", variant="light")
            if shown
            else None,
        ],
        mb="xs",
    )
    cards = [_card(view, point) for point in shown[:_SHOWN]]
    return html.Section([head, html.Div(cards, className="gallery")], **aria(label=title))


def _count(found: int) -> str:
    if found == 0:
        return "No sample is like this."
    if found > _SHOWN:
        return f"The first {_SHOWN}. A click puts one into the tray, or takes it out."
    return f"{found} sample{'s' if found > 1 else ''}. A click puts one into the tray, or takes it out."


def _points(view: View, hub: Hub) -> tuple[str, Iterable[dict[str, Any]]] | None:
    quadrant = next((quadrant for quadrant in QUADRANTS if quadrant.key == view.show), None)
    if quadrant is not None and len(view.models) > 1:
        points = hub.suggest.agreement(view.dataset, view.models).points
        members = [point for point in points if quadrant.holds(point)]
        return quadrant.title, sorted(members, key=lambda point: point["mean_score"], reverse=quadrant.sure)
    if len(view.models) != 1:
        return None
    if view.show == WRONG:
        return "Wrong answers, furthest from the label first", _by_error(view, hub, correct=False)
    lower, upper = _edges(view.show)
    if upper is None:
        return None
    title = f"1 - p(label) from {lower:g} to {upper:g}"
    return title, _by_error(view, hub, min_label_error=lower, max_label_error=upper)


def _edges(show: str) -> tuple[float, float] | tuple[None, None]:
    try:
        lower, upper = map(float, show.removeprefix(_ERROR).split("-")) if show.startswith(_ERROR) else (None, None)
    except ValueError:
        return None, None
    return (lower, upper) if lower is not None and upper is not None and 0 <= lower <= upper <= 1 else (None, None)


def _by_error(view: View, hub: Hub, **filters: Any) -> Iterable[dict[str, Any]]:
    return hub.suggest.samples(
        view.dataset, view.models, order="label_error", descending=True, limit=_SHOWN + 1, **filters
    )


def _card(view: View, point: dict[str, Any]) -> html.Button:
    sample = point["sample"]
    number, label = sample["number"], sample["label"]
    # Answers come in the order of the models asked for; of a single one, the name goes without saying.
    models = view.models if len(view.models) > 1 else ("",)
    said = [_answer(answer, model) for model, answer in zip(models, point["answers"], strict=True)]
    return html.Button(
        [
            html.Img(
                src=sample_address(view, number, _THUMBNAIL),
                alt=f"Sample {number}" + (f", labelled {label}" if label else ""),
            ),
            html.Span(f"{number} · {label or 'no label'}", className="label"),
            *said,
        ],
        id=ids.pick(number),
        className=card_class(number, view.tray),
        **aria(label=f"Sample {number}, into the tray or out of it"),
    )


def card_class(sample: int, tray: Collection[int]) -> str:
    """The style of a card: another one for those in the tray."""
    return "card picked" if sample in tray else "card"


def _answer(answer: dict[str, Any], model: str) -> html.Span:
    predicted = answer["predicted"]
    mark = {True: "✓ ", False: "✗ ", None: ""}[answer["correct"]]
    name = f"{model}: " if model else ""
    return html.Span(f"{mark}{name}{predicted['name']} {predicted['score']:.0%}", className="answer")
