"""What Suggest draws.

For several models the map or a confusion; for one a histogram, its calibration or a confusion.
"""

from collections.abc import Callable
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from innhub import Hub, HubError
from ui import answer_charts, conditions, figures, ids, parts, predicting, sides
from ui.accessible import aria
from ui.api import alert
from ui.links import View

MAP, HISTOGRAM, CALIBRATION, CONFUSION = "map", "histogram", "calibration", "confusion"
_TITLES = {MAP: "Map", HISTOGRAM: "Histogram", CALIBRATION: "Calibration", CONFUSION: "Confusion"}
_ABOUT = {
    MAP: "Every point is a sample. Hover to see it; click or lasso to put samples into the tray. "
    "A quarter of the map lists what lies in it.",
    HISTOGRAM: "How an answer is spread over the samples. A click on a bar lists its samples. "
    "Choose more networks to compare them.",
    CALIBRATION: "Whether the network is right as often as its scores say: a bar below the dotted line promises too "
    "much. A click on it lists its samples.",
    CONFUSION: "Who says what where the other says something else. A click on a cell lists its samples.",
}

_BINS = 20
_CONFIDENCE_BINS = 10
_CLASSES = 30
_CONFUSED = 12
# The first of the buttons would send the chart to a host on the internet.
_GRAPH: Any = {"displaylogo": False, "modeBarButtonsToRemove": ["sendChartToCloud", "autoScale2d", "toImage"]}


def kinds(view: View) -> list[dict[str, str]]:
    """The charts that can be chosen."""
    offered = (MAP, CONFUSION) if len(view.models) > 1 else (HISTOGRAM, CALIBRATION, CONFUSION)
    return [{"value": kind, "label": _TITLES[kind]} for kind in offered]


def kind(view: View) -> str:
    """The chart of the link, or the first one where it has none that these models have."""
    offered = [choice["value"] for choice in kinds(view)]
    return view.chart if view.chart in offered else offered[0]


def counted(view: View) -> str:
    """The quantity that the histogram counts."""
    return view.quantity if view.quantity in parts.QUANTITIES else next(iter(parts.QUANTITIES))


def about(kind: str) -> str:
    """What a chart shows, and what can be done with it."""
    return _ABOUT[kind]


def contents(view: View, hub: Hub) -> object:
    """The chart, or why there is none and what to do."""
    drawn = kind(view)
    try:
        return _DRAWN[drawn](view, hub)
    except HubError as error:
        if error.reason == predicting.MISSING:
            return predicting.offer(view)
        return alert(error, title=_titled(error, view))


def _titled(error: HubError, view: View) -> str:
    if error.reason == "LABELS_MISSING":
        return "No sample that is left has a label" if view.where else "There is nothing to hold the answers against"
    return "Nothing is drawn: the filters cannot be applied" if _refuses_filters(error, view) else "That did not work"


def _refuses_filters(error: HubError, view: View) -> bool:
    return bool(view.where) and error.reason in conditions.REFUSALS


def graph(kind: str, figure: Any, about: str) -> html.Div:
    """A chart, with what it shows for those who do not see it."""
    return html.Div(
        dcc.Graph(
            id=ids.graph(kind),
            figure=figure,
            config=_GRAPH,
            clear_on_unhover=True,
            responsive=True,
            className="graph square" if kind == CONFUSION else "graph",
        ),
        role="figure",
        **aria(label=about),
    )


def part_class(part: str, shown: str, *, row: bool = False) -> str:
    """The style of a button that lists samples; `row` for one in a list of them."""
    return " ".join(["part", *(["part-row"] if row else []), *(["shown"] if part == shown else [])])


def _part(key: str, said: list[Component], shown: str, *, row: bool = False) -> html.Button:
    return html.Button(said, id=ids.show(key), className=part_class(key, shown, row=row))


def _map(view: View, hub: Hub) -> Component:
    found = hub.suggest.agreement(view.dataset, view.models, where=view.where)
    notes: list[Component] = [predicting.offer(view, found.missing)] if found.missing else []
    if len(found.points) < found.samples:
        text = f"A fair {len(found.points):,} of {found.samples:,} samples are points; shades and counts are of all."
        notes.append(dmc.Text(text, size="sm"))
    quarters = sorted(found.quadrants, key=lambda quadrant: (quadrant["agree"], quadrant["sure"]))
    figure = figures.agreement(found.points, view.models, found.cells)
    return html.Div(
        [
            *notes,
            html.Div(
                [
                    graph("agreement", figure, f"Agreement map of {found.samples:,} samples"),
                    html.Div(
                        [_quarter(quadrant, view.show) for quadrant in quarters],
                        className="quarters",
                        role="group",
                        **aria(label="Quarters of the map"),
                    ),
                ],
                className="map",
            ),
        ]
    )


def _quarter(quadrant: dict[str, Any], shown: str) -> html.Button:
    title = html.Span(
        [html.Strong(quadrant["title"]), html.Span(f"{quadrant['samples']:,}", className="count")],
        className="quarter-title",
    )
    key = parts.quarter(agree=quadrant["agree"], sure=quadrant["sure"])
    return _part(key, [title, html.Span(quadrant["meaning"], className="about")], shown)


def _histogram(view: View, hub: Hub) -> Component:
    quantity = counted(view)
    found = hub.suggest.histogram(view.dataset, view.models[0], quantity=quantity, bins=_BINS, where=view.where)
    bins = found["bins"]
    correct = sum(bar["correct"] for bar in bins)
    known = "are" if quantity == "label_error" else "are known to be"
    text = f"{correct:,} of {found['samples']:,} samples {known} answered rightly."
    if found["without_label"]:
        text += f" {found['without_label']:,} have no label that the network knows, and are not on the chart."
    head = dmc.Group(
        [dmc.Text(text), _part(parts.WRONG, [html.Span("Show the wrong ones")], view.show)],
        mb="xs",
    )
    keys = answer_charts.bar_keys(bins, quantity)
    rows = [
        _row(
            key,
            f"{bar['lower']:.2f} to {bar['upper']:.2f}",
            f"{bar['samples']:,}, {bar['correct']:,} right",
            view.show,
        )
        for key, bar in zip(keys, bins, strict=True)
        if bar["samples"]
    ]
    figure = answer_charts.histogram(bins, quantity)
    name = f"Histogram of {found['samples']:,} samples: {parts.QUANTITIES[quantity]}"
    return html.Div([head, graph("histogram", figure, name), _as_list("Bars as a list", rows)])


def _calibration(view: View, hub: Hub) -> Component:
    found = hub.suggest.calibration(view.dataset, view.models[0], bins=_CONFIDENCE_BINS, where=view.where)
    error = found["expected_calibration_error"]
    text = [
        "Expected calibration error ",
        html.Strong(f"{error:.1%}"),
        ": by so much, on average, scores miss how often answers are right. ",
        f"{found['accuracy']:.1%} of {found['samples']:,} labelled samples are answered rightly.",
    ]
    rows = [
        _row(
            parts.confidence(bar["lower"], bar["upper"]),
            f"{bar['lower']:.0%} to {bar['upper']:.0%}",
            f"{bar['samples']:,}, {bar['accuracy']:.0%} right",
            view.show,
        )
        for bar in found["bins"]
        if bar["samples"]
    ]
    name = f"Reliability diagram of {found['samples']:,} samples, expected calibration error {error:.1%}"
    figure = answer_charts.calibration(found)
    return html.Div([dmc.Text(text, mb="xs"), graph("calibration", figure, name), _as_list("Bars as a list", rows)])


def _confusion(view: View, hub: Hub) -> Component:
    found = sides.confusion(view, hub, _CLASSES)
    rows, columns = sides.chosen(view)
    titles = sides.title(rows), sides.title(columns)
    text = f"{titles[0]} and {titles[1]} say the same of {found['equal']:,} of {found['samples']:,} samples."
    if found["without_label"]:
        text += f" {found['without_label']:,} have no label, and are not counted."
    if max(len(found["rows"]), len(found["columns"])) == _CLASSES:
        text += f" The {_CLASSES} most frequent classes are drawn."
    confused = [
        _row(
            parts.cell(rows, cell["row"], columns, cell["column"]),
            f"{cell['row']} → {cell['column']}",
            f"{cell['samples']:,}",
            view.show,
        )
        for cell in found["most_confused"][:_CONFUSED]
    ]
    heading = dmc.Title(f"Most confused: {titles[0]} → {titles[1]}", order=3, size="h5")
    nothing = dmc.Text("Nothing is confused here.", size="sm", c="dimmed")
    figure = answer_charts.confusion(found, rows, columns, titles)
    return html.Div(
        [
            dmc.Text(text, mb="xs"),
            html.Div(
                [
                    graph("confusion", figure, f"Confusion of {titles[0]} with {titles[1]}"),
                    html.Section(
                        [heading, html.Div(confused or nothing, className="part-rows")],
                        **aria(label="Most confused"),
                    ),
                ],
                className="map",
            ),
        ]
    )


def _row(key: str, name: str, counts: str, shown: str) -> html.Button:
    return _part(key, [html.Span(name, className="name"), html.Span(counts, className="count")], shown, row=True)


def _as_list(title: str, rows: list[html.Button]) -> html.Details:
    """The parts of a chart for those who use no mouse."""
    return html.Details([html.Summary(title), html.Div(rows, className="part-rows")], className="as-list")


_DRAWN: dict[str, Callable[[View, Hub], Component]] = {
    MAP: _map,
    HISTOGRAM: _histogram,
    CALIBRATION: _calibration,
    CONFUSION: _confusion,
}
