"""The gallery on Suggest: samples of a part of the chart, as pictures to put into the tray."""

from collections.abc import Collection, Sequence
from itertools import islice
from typing import Any

import dash_mantine_components as dmc
from dash import ALL, Dash, Input, Output, State, html

from innhub import Hub
from ui import ids, parts
from ui.accessible import aria
from ui.api import sample_address
from ui.links import View

_SHOWN = 48
_THUMBNAIL = 160


def contents(view: View, hub: Hub) -> html.Section | None:
    """The samples that `view.show` names, with buttons; nothing if it names none."""
    part = parts.part(view.show, view.models)
    if part is None:
        return None
    found = hub.suggest.samples(
        view.dataset,
        view.models,
        where=[*view.where, *part.where],
        order=part.order,
        descending=part.descending,
        limit=_SHOWN + 1,
    )
    title, shown = part.title, list(islice(found, _SHOWN + 1))
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
    cards = [_answered(view, point) for point in shown[:_SHOWN]]
    return html.Section([head, html.Div(cards, className="gallery")], **aria(label=title))


def _count(found: int) -> str:
    if found == 0:
        return "No sample is like this."
    if found > _SHOWN:
        return f"The first {_SHOWN}. A click puts one into the tray, or takes it out."
    return f"{found} sample{'s' if found > 1 else ''}. A click puts one into the tray, or takes it out."


def _answered(view: View, point: dict[str, Any]) -> html.Button:
    # Answers come in the order of the models asked for; of a single one, the name goes without saying.
    models = view.models if len(view.models) > 1 else ("",)
    said = [answer(given, model) for model, given in zip(models, point["answers"], strict=True)]
    return card(view, point["sample"], said)


def card(view: View, sample: dict[str, Any], said: Sequence[str]) -> html.Button:
    """A sample with what is said of it, as a button that puts it into the tray or takes it out."""
    number, label = sample["number"], sample["label"]
    return html.Button(
        [
            html.Img(
                src=sample_address(view, number, _THUMBNAIL),
                alt=f"Sample {number}" + (f", labelled {label}" if label else ""),
            ),
            html.Span(f"{number} · {label or 'no label'}", className="label"),
            *(html.Span(line, className="answer") for line in said),
        ],
        id=ids.pick(number),
        className=card_class(number, view.tray),
        **aria(label=f"Sample {number}, into the tray or out of it"),
    )


def card_class(sample: int, tray: Collection[int]) -> str:
    """The style of a card: another one for those in the tray."""
    return "card picked" if sample in tray else "card"


def answer(given: dict[str, Any], model: str = "") -> str:
    """An answer in a line; the mark says whether it is right."""
    predicted = given["predicted"]
    mark = {True: "✓ ", False: "✗ ", None: ""}[given["correct"]]
    name = f"{model}: " if model else ""
    return f"{mark}{name}{predicted['name']} {predicted['score']:.0%}"


def register(app: Dash) -> None:
    """Enters the marks on samples that are in the tray."""

    @app.callback(
        Output(ids.pick(ALL), "className"),
        Input(ids.tray(ALL), "data"),
        State(ids.pick(ALL), "id"),
        prevent_initial_call=True,
    )
    def mark(trays: list[list[int]], identifiers: list[dict[str, int]]) -> list[str]:
        return [card_class(identifier["pick"], trays[0]) for identifier in identifiers]
