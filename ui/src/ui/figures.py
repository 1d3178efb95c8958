"""The charts. Colours and lines that must suit light and dark pages are set by the style sheet."""

from collections.abc import Mapping, Sequence
from math import log1p
from typing import Any, NamedTuple

import plotly.graph_objects as go

from innhub.suggestions import row

Row = dict[str, Any]

SURE = 0.5
"""The mean score from which the hub counts models as sure."""

POINTS_AS_SHAPES = 3_000
"""More points than this are drawn by the graphics card: shapes would make the page slow."""

_FULL = 20
"""A cell with fewer samples than this is never drawn at full strength."""

_VALIDATED = "val_"
_LINES = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")

_GOLDEN = 0.6180339887498949
_JITTER = 0.35


class Verdict(NamedTuple):
    """How many of the models are right about a sample. Colours are Okabe and Ito's; the symbol says the same."""

    name: str
    color: str
    symbol: str


ALL_CORRECT = Verdict("all correct", "#009E73", "circle")
SOME_CORRECT = Verdict("some correct", "#E69F00", "diamond")
NONE_CORRECT = Verdict("none correct", "#D55E00", "x")
NO_LABEL = Verdict("no label", "#7F8C99", "square")
VERDICTS = (ALL_CORRECT, SOME_CORRECT, NONE_CORRECT, NO_LABEL)


def verdict(answers: Sequence[dict[str, Any]]) -> Verdict:
    """The verdict on answers to one sample."""
    correct = [answer["correct"] for answer in answers if answer["correct"] is not None]
    if not correct:
        return NO_LABEL
    if all(correct):
        return ALL_CORRECT
    return SOME_CORRECT if any(correct) else NONE_CORRECT


def jitter(sample: int) -> float:
    """How far a point is moved up or down so that it hides no other: always the same for a sample.

    Multiples of the golden ratio spread evenly, however many samples share a place.
    """
    return ((sample + 1) * _GOLDEN % 1 - 0.5) * 2 * _JITTER


def agreement(points: Sequence[Row], models: Sequence[str], cells: Sequence[Row] = ()) -> go.Figure:
    """The agreement map.

    Args:
        points: as the hub gives them.
        models: as the hub was asked for them.
        cells: as the hub gives them; they show beneath the points where all samples lie.
    """
    kind = go.Scatter if len(points) <= POINTS_AS_SHAPES else go.Scattergl
    figure = go.Figure()
    if cells:
        figure.add_trace(_density(cells))
    rows = [row(point, models) for point in points]
    verdicts = [verdict(list(flat["answers"].values())) for flat in rows]
    for kept in VERDICTS:
        members = [flat for flat, found in zip(rows, verdicts, strict=True) if found is kept]
        if members:
            figure.add_trace(_trace(kind, kept, members))
    most = max((flat["predicted_classes"] for flat in rows), default=1)
    highest = max(most, len(models)) + 0.5
    figure.add_vline(SURE, line={"dash": "dot", "width": 1})
    figure.add_hline(1.5, line={"dash": "dot", "width": 1})
    figure.update_xaxes(title="Mean score of the predicted classes", range=[-0.02, 1.02], tickformat=".0%")
    figure.update_yaxes(title="Number of predicted classes", range=[0.5, highest], tick0=1, dtick=1)
    lay_out(figure)
    figure.update_layout(dragmode="lasso", clickmode="event")
    return figure


def _density(cells: Sequence[Row]) -> go.Heatmap:
    """How many samples lie where, by the logarithm: a single one can still be seen beside a million."""
    width = cells[0]["upper"] - cells[0]["lower"]
    columns = round(1 / width)
    grid: list[list[float | None]] = [[None] * columns for _ in range(max(cell["predicted_classes"] for cell in cells))]
    for cell in cells:
        grid[cell["predicted_classes"] - 1][round(cell["lower"] / width)] = log1p(cell["samples"])
    return go.Heatmap(
        z=grid,
        x0=width / 2,
        dx=width,
        y0=1,
        dy=1,
        zmin=0,
        zmax=max(log1p(_FULL), *(log1p(cell["samples"]) for cell in cells)),
        colorscale=[[0, "rgba(86,130,190,0.04)"], [1, "rgba(86,130,190,0.55)"]],
        showscale=False,
        hoverinfo="skip",
        xgap=1,
        ygap=6,
    )


def _trace(kind: type[Any], kept: Verdict, members: Sequence[Row]) -> Any:
    return kind(
        x=[flat["mean_score"] for flat in members],
        y=[flat["predicted_classes"] + jitter(flat["sample"]) for flat in members],
        customdata=[for_hover(flat) for flat in members],
        name=f"{kept.name} ({len(members):,})",
        mode="markers",
        hoverinfo="none",
        marker={"color": kept.color, "symbol": kept.symbol, "size": 9, "opacity": 0.85, "line": {"width": 0}},
    )


def for_hover(flat: Row) -> Row:
    """What the card beside a point says of a sample, given as a row of the client."""
    return {
        "sample": flat["sample"],
        "label": flat["label"],
        "answers": [
            {"model": model, **{key: answer[key] for key in ("class", "score", "correct")}}
            for model, answer in flat["answers"].items()
        ],
    }


def history(quantities: Mapping[str, Sequence[float]]) -> go.Figure:
    """The course of a training: losses by the left axis, all else by the right. What was validated is dashed."""
    figure = go.Figure()
    for place, (name, values) in enumerate(quantities.items()):
        measured, validated = name.removeprefix(_VALIDATED), name.startswith(_VALIDATED)
        same = list(dict.fromkeys(other.removeprefix(_VALIDATED) for other in quantities)).index(measured)
        figure.add_trace(
            go.Scatter(
                x=list(range(1, len(values) + 1)),
                y=list(values),
                name=name,
                mode="lines+markers",
                yaxis="y" if "loss" in name else "y2",
                line={"color": _LINES[same % len(_LINES)], "dash": "dash" if validated else "solid"},
                marker={"symbol": place, "size": 6},
            )
        )
    lay_out(figure)
    figure.update_xaxes(title="Epoch", rangemode="tozero")
    figure.update_layout(
        yaxis={"title": "Loss", "rangemode": "tozero"},
        yaxis2={"overlaying": "y", "side": "right", "showgrid": False, "rangemode": "tozero", "tickmode": "auto"},
        margin={"r": 56},
    )
    return figure


def lay_out(figure: go.Figure) -> None:
    """What all charts have in common."""
    transparent = "rgba(0,0,0,0)"
    figure.update_layout(
        paper_bgcolor=transparent,
        plot_bgcolor=transparent,
        margin={"l": 56, "r": 16, "t": 32, "b": 48},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        uirevision="kept",
        font={"family": "inherit", "size": 13},
        modebar={"orientation": "h", "bgcolor": transparent},
    )
    figure.update_xaxes(zeroline=False)
    figure.update_yaxes(zeroline=False)
