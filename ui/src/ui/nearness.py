"""What lies near what: neighbours of the chosen sample, pairs that are almost the same, and outliers."""

from dataclasses import replace

import dash_mantine_components as dmc
from dash import html

from innhub import Hub
from innhub.connection import JSON
from ui import gallery, ids
from ui.accessible import aria
from ui.api import sample_address
from ui.links import View

NEIGHBOURS, DUPLICATES, OUTLIERS = "neighbours", "duplicates", "outliers"

_SHOWN = 16
_FARTHEST = 0.1
"""Pairs of samples farther apart than this cosine distance are not almost the same."""
_THUMBNAIL = 160


def neighbours(view: View, hub: Hub) -> object:
    """The samples that lie nearest to the chosen one."""
    if view.sample is None:
        return dmc.Text("Click a point, or name a sample above, to see what lies nearest to it.", size="sm", c="dimmed")
    found = hub.suggest.neighbours(view.dataset, view.model, view.sample, limit=_SHOWN)
    explained = dmc.Anchor(
        "Compare it with its neighbours",
        href=_compared(view, [view.sample, *(one["sample"]["number"] for one in found["items"])]),
        className="save",
    )
    picture = html.Img(
        src=sample_address(view, view.sample, _THUMBNAIL), alt=f"Sample {view.sample}", className="chosen-picture"
    )
    head = html.Div(
        [
            picture,
            html.Div(
                [
                    dmc.Title(f"Nearest to sample {view.sample}", order=3),
                    dmc.Text(
                        f"Of {found['samples']:,} samples, by cosine distance in the last hidden layer; nearest "
                        "first. A click puts one into the tray.",
                        size="sm",
                        c="dimmed",
                    ),
                    explained,
                ]
            ),
        ],
        className="near-head",
    )
    return html.Div([head, _distant(view, found["items"])])


def outliers(view: View, hub: Hub) -> object:
    """The samples that lie farthest from their neighbours."""
    found = hub.suggest.outliers(view.dataset, view.model, limit=_SHOWN)
    about = (
        f"The samples that lie farthest from their own neighbours, of {found['samples']:,}: rare, broken or misplaced."
    )
    return html.Div([dmc.Text(about, size="sm", c="dimmed", mb="xs"), _distant(view, found["items"])])


def duplicates(view: View, hub: Hub) -> object:
    """Pairs of samples that are almost the same."""
    found = hub.suggest.duplicates(view.dataset, view.model, max_distance=_FARTHEST, limit=_SHOWN)
    if not found["items"]:
        nothing = f"No two of {found['samples']:,} samples lie closer together than a cosine distance of {_FARTHEST}."
        return dmc.Text(nothing, size="sm", c="dimmed")
    about = f"{found['total']:,} pairs, the closest first. A click puts both into the tray."
    pairs = html.Div([_pair(view, pair) for pair in found["items"]], className="gallery pairs")
    return html.Div([dmc.Text(about, size="sm", c="dimmed", mb="xs"), pairs])


def _distant(view: View, items: list[JSON]) -> html.Div:
    cards = [
        gallery.card(view, one["sample"], [gallery.answer(one["answer"]), f"distance {one['distance']:.3f}"])
        for one in items
    ]
    return html.Div(cards, className="gallery")


def _pair(view: View, pair: JSON) -> html.Button:
    both = [pair["first"], pair["second"]]
    numbers = [sample["number"] for sample in both]
    labels = [sample["label"] or "no label" for sample in both]
    pictures = [html.Img(src=sample_address(view, number, _THUMBNAIL), alt=f"Sample {number}") for number in numbers]
    said = labels[0] if labels[0] == labels[1] else f"✗ {labels[0]} / {labels[1]}"
    return html.Button(
        [
            html.Span(pictures, className="both"),
            html.Span(f"{numbers[0]} and {numbers[1]} · {said}", className="label"),
            html.Span(f"distance {pair['distance']:.3f}", className="answer"),
        ],
        id=ids.pair(*numbers),
        className="card",
        **aria(label=f"Samples {numbers[0]} and {numbers[1]}, into the tray"),
    )


def _compared(view: View, samples: list[int]) -> str:
    return replace(view, models=(view.model,), tray=tuple(samples), sample=samples[0]).on("/compare")
