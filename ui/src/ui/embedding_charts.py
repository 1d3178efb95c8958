"""The charts of Embeddings: samples in the plane, and the typical map of a group of explanations."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

import plotly.graph_objects as go

from ui.figures import ALL_CORRECT, NO_LABEL, NONE_CORRECT, POINTS_AS_SHAPES, lay_out

Row = dict[str, Any]

COLOURED = {"label": "Label", "prediction": "Answer", "correctness": "Correctness"}
"""By what points are coloured."""

# Okabe and Ito's colours; the symbols say the same.
_COLORS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#B5A800")
_SYMBOLS = ("circle", "diamond", "square", "triangle-up", "cross", "x", "star")
_OTHERS = "all others"
_DIVERGING = [[0, "#0072B2"], [0.5, "#f7f7f7"], [1, "#D55E00"]]


class _Group(NamedTuple):
    """Points that are drawn alike."""

    name: str
    color: str
    symbol: str
    size: int = 9


def embedding(found: Row, coloured: str, model: str, chosen: int | None = None) -> go.Figure:
    """The samples in the plane.

    Args:
        found: as the hub gives it.
        coloured: one of `COLOURED`.
        model: what the model is called.
        chosen: a sample that is marked.
    """
    points = found["points"]
    kind = go.Scatter if len(points) <= POINTS_AS_SHAPES else go.Scattergl
    figure = go.Figure()
    names = [_name(point, coloured) for point in points]
    groups = _groups(names, coloured)
    own = {group.name for group in groups}
    for group in groups:
        members = [point for point, name in zip(points, names, strict=True) if _group_of(name, own) == group.name]
        if members:
            figure.add_trace(_trace(kind, group, members, model))
    marked = [point for point in points if point["sample"]["number"] == chosen]
    if marked:
        ring = {"symbol": "circle-open", "size": 20, "color": "#7F8C99", "line": {"width": 3}}
        figure.add_trace(
            kind(
                x=[marked[0]["x"]],
                y=[marked[0]["y"]],
                mode="markers",
                name="chosen",
                hoverinfo="skip",
                marker=ring,
            )
        )
    shares = found["explained_variance"]
    titles = [f"Component {place + 1}: {share:.1%} of the variance" for place, share in enumerate(shares)]
    across, up = titles if len(titles) == len("xy") else ("UMAP 1", "UMAP 2")
    figure.update_xaxes(title=across, showticklabels=bool(shares))
    figure.update_yaxes(title=up, showticklabels=bool(shares))
    lay_out(figure)
    figure.update_layout(dragmode="lasso", clickmode="event")
    return figure


def _name(point: Row, coloured: str) -> str | None:
    """What decides about the colour of a point; none where that is unknown."""
    if coloured == "correctness":
        correct = point["answer"]["correct"]
        return None if correct is None else ("right" if correct else "wrong")
    name: str | None = point["answer"]["predicted"]["name"] if coloured == "prediction" else point["sample"]["label"]
    return name


def _groups(names: Sequence[str | None], coloured: str) -> list[_Group]:
    unknown = _Group(NO_LABEL.name, NO_LABEL.color, NO_LABEL.symbol, 7)
    if coloured == "correctness":
        kept = (("right", ALL_CORRECT), ("wrong", NONE_CORRECT))
        return [*(_Group(name, verdict.color, verdict.symbol) for name, verdict in kept), unknown]
    frequent = _frequent(names)
    look = zip(frequent, _COLORS, _SYMBOLS, strict=False)
    return [*(_Group(*one) for one in look), _Group(_OTHERS, "#A0A7B0", "circle", 7), unknown]


def _frequent(names: Sequence[str | None]) -> list[str]:
    """The names that have a colour of their own: as many as can be told apart, each of at least two points."""
    counts = Counter(name for name in names if name is not None)
    return [name for name, count in counts.most_common(len(_COLORS)) if count > 1]


def _group_of(name: str | None, own: set[str]) -> str:
    if name is None:
        return NO_LABEL.name
    return name if name in own else _OTHERS


def _trace(kind: type[Any], group: _Group, members: Sequence[Row], model: str) -> Any:
    return kind(
        x=[point["x"] for point in members],
        y=[point["y"] for point in members],
        customdata=[_for_hover(point, model) for point in members],
        name=f"{group.name} ({len(members):,})",
        mode="markers",
        hoverinfo="none",
        marker={"color": group.color, "symbol": group.symbol, "size": group.size, "opacity": 0.85},
    )


def _for_hover(point: Row, model: str) -> Row:
    answer = point["answer"]
    said = {
        "model": model,
        "class": answer["predicted"]["name"],
        "score": answer["predicted"]["score"],
        "correct": answer["correct"],
    }
    return {"sample": point["sample"]["number"], "label": point["sample"]["label"], "answers": [said]}


def typical_map(values: Sequence[float], side: int) -> go.Figure:
    """The mean of the maps of a group (side x side), row by row: orange speaks for the answer, blue against it."""
    strongest = max((abs(value) for value in values), default=1) or 1
    figure = go.Figure(
        go.Heatmap(
            z=[list(values[row * side : (row + 1) * side]) for row in range(side)],
            zmin=-strongest,
            zmax=strongest,
            colorscale=_DIVERGING,
            showscale=False,
            hoverinfo="skip",
        )
    )
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False, autorange="reversed", scaleanchor="x")
    figure.update_layout(margin={"l": 0, "r": 0, "t": 0, "b": 0}, paper_bgcolor="rgba(0,0,0,0)")
    return figure
