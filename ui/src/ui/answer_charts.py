"""The charts of answers: histograms, the reliability diagram, and confusions. A click on a part lists its samples."""

from collections.abc import Sequence
from math import log1p
from typing import Any

import plotly.graph_objects as go

from ui import parts
from ui.figures import ALL_CORRECT, NONE_CORRECT, lay_out

Row = dict[str, Any]

_SHADES = [[0, "#d1e5f0"], [0.5, "#67a9cf"], [1, "#2166ac"]]
"""From hardly any to many, in one hue: lightness alone tells, on light pages and on dark ones."""
_FULL = 4
"""A cell with fewer samples than this is never drawn at full strength."""
_PALE = 0.6
"""Up to this share of the scale, dark digits can be read on a cell."""
_DIGITS = 16
"""More rows or columns than this leave no room for numbers in their cells."""
_LONGEST_NAME = 22
_AXES = {
    "label_error": "1 - p(label): left the label is certain, right it is ruled out",
    "score": "Score of the answer: left unsure, right sure",
    "margin": "Margin: how far the answer is before the second; left a close call",
    "entropy": "Entropy of the answer, in nats: left one class alone, right many",
}


def histogram(bins: Sequence[Row], quantity: str = "label_error") -> go.Figure:
    """The bars of a quantity, split into right and other answers."""
    figure = go.Figure()
    keys = bar_keys(bins, quantity)
    right = [found["correct"] for found in bins]
    others = [found["samples"] - found["correct"] for found in bins]
    rest = "wrong" if quantity == "label_error" else "wrong or unlabelled"
    for name, kept, counts, pattern in (("right", ALL_CORRECT, right, ""), (rest, NONE_CORRECT, others, "/")):
        figure.add_trace(
            go.Bar(
                x=[(found["lower"] + found["upper"]) / 2 for found in bins],
                y=counts,
                width=[(found["upper"] - found["lower"]) * 0.94 for found in bins],
                customdata=[
                    {"show": key, "lower": found["lower"], "upper": found["upper"]}
                    for key, found in zip(keys, bins, strict=True)
                ],
                name=f"{name} ({sum(counts):,})",
                marker={"color": kept.color, "line": {"width": 0}, "pattern": {"shape": pattern}},
                hovertemplate=f"%{{y}} {name}<br>{parts.QUANTITIES[quantity]} from %{{customdata.lower:.2f}} "
                "to %{customdata.upper:.2f}<extra></extra>",
            )
        )
    edges = [bins[0]["lower"], bins[-1]["upper"]] if bins else [0, 1]
    figure.update_xaxes(title=_AXES[quantity], range=edges)
    figure.update_yaxes(title="Samples")
    lay_out(figure)
    figure.update_layout(barmode="stack", dragmode=False)
    return figure


def bar_keys(bins: Sequence[Row], quantity: str) -> list[str]:
    """What a click on each bar shows."""
    return [
        parts.bar(quantity, found["lower"], found["upper"], last=place == len(bins) - 1)
        for place, found in enumerate(bins)
    ]


def calibration(found: Row) -> go.Figure:
    """The reliability diagram: how often answers are right, by their score. On the diagonal, scores keep their word."""
    bins = [one for one in found["bins"] if one["samples"]]
    figure = go.Figure()
    figure.add_trace(
        go.Bar(
            x=[(one["lower"] + one["upper"]) / 2 for one in bins],
            y=[one["accuracy"] for one in bins],
            width=[(one["upper"] - one["lower"]) * 0.94 for one in bins],
            customdata=[{"show": parts.confidence(one["lower"], one["upper"]), **one} for one in bins],
            name="right",
            marker={"color": ALL_CORRECT.color, "opacity": 0.75},
            hovertemplate="%{customdata.samples} samples with scores from %{customdata.lower:.2f} to "
            "%{customdata.upper:.2f}<br>%{y:.1%} right, mean score %{customdata.mean_score:.1%}<extra></extra>",
        )
    )
    figure.add_trace(
        go.Scatter(
            x=[one["mean_score"] for one in bins],
            y=[one["mean_score"] for one in bins],
            customdata=[{"show": parts.confidence(one["lower"], one["upper"])} for one in bins],
            name="mean score",
            mode="markers",
            marker={"symbol": "line-ew-open", "size": 26, "color": NONE_CORRECT.color, "line": {"width": 3}},
            hovertemplate="mean score %{y:.1%}<extra></extra>",
        )
    )
    figure.add_shape(type="line", x0=0, y0=0, x1=1, y1=1, line={"dash": "dot", "width": 1})
    figure.update_xaxes(title="Score of the answer", range=[0, 1], tickformat=".0%")
    figure.update_yaxes(title="Share of right answers", range=[0, 1.02], tickformat=".0%")
    lay_out(figure)
    figure.update_layout(dragmode=False)
    return figure


def confusion(found: Row, rows: str, columns: str, titles: tuple[str, str]) -> go.Figure:
    """The matrix, with the same classes in the same order on both sides as far as they have them.

    Args:
        found: as the hub gives it.
        rows: the quantity that the rows are, see `sides`.
        columns: the quantity that the columns are.
        titles: what rows and columns are called.
    """
    down = [one["name"] for one in found["rows"]]
    said = [one["name"] for one in found["columns"]]
    across = [name for name in down if name in said] + [name for name in said if name not in down]
    counts = {(cell["row"], cell["column"]): cell["samples"] for cell in found["cells"]}
    most = max(_FULL, *counts.values()) if counts else _FULL
    grid = [[counts.get((row, column), 0) for column in across] for row in down]
    digits = max(len(down), len(across)) <= _DIGITS
    figure = go.Figure(
        go.Heatmap(
            x=list(range(len(across))),
            y=list(range(len(down))),
            z=[[log1p(count) if count else None for count in line] for line in grid],
            zmin=0,
            zmax=log1p(most),
            colorscale=_SHADES,
            showscale=False,
            hoverongaps=False,
            xgap=1,
            ygap=1,
            # Of a click on a cell Dash keeps the text, but no custom data; nobody sees it without a template.
            text=[[parts.cell(rows, row, columns, column) for column in across] for row in down],
            customdata=[
                [{"row": row, "column": column, "samples": count} for column, count in zip(across, line, strict=True)]
                for row, line in zip(down, grid, strict=True)
            ],
            hovertemplate=f"{titles[0]}: %{{customdata.row}}<br>{titles[1]}: %{{customdata.column}}<br>"
            "%{customdata.samples} samples<extra></extra>",
        )
    )
    if digits:
        for (row, column), count in counts.items():
            pale = log1p(count) / log1p(most) < _PALE
            figure.add_annotation(
                x=across.index(column),
                y=down.index(row),
                text=str(count),
                showarrow=False,
                captureevents=False,
                font={"color": "#14181d" if pale else "#ffffff"},
            )
    _name(figure.update_xaxes, across, titles[1])
    _name(figure.update_yaxes, down, titles[0])
    figure.update_yaxes(autorange="reversed")
    lay_out(figure)
    figure.update_layout(dragmode=False, margin={"l": 8, "b": 8}, uirevision=None)
    return figure


def _name(update: Any, names: Sequence[str], title: str) -> None:
    update(
        title=title,
        tickmode="array",
        tickvals=list(range(len(names))),
        ticktext=[name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…" for name in names],
        showgrid=False,
        automargin=True,
        tickfont={"size": 11},
        range=[-0.5, len(names) - 0.5],
    )
