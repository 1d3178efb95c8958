"""The badge in each box of Compare: how far the map can be trusted, checked on request, and a panel that shows why."""

from typing import Any

import dash_mantine_components as dmc
from dash import MATCH, Dash, Input, Output, State, ctx, dcc, html, no_update
from dash.development.base_component import Component

from innhub import HubError, Quality
from innhub.quality import Finding
from ui import ids, quality_charts
from ui.accessible import aria
from ui.api import Reach, alert
from ui.links import View

_TITLES = {
    "randomisation": "Does it depend on what the network learnt?",
    "curves": "Do the marked pixels matter?",
    "stability": "Does it stay as it is under noise?",
}
_TOO_LONG = "TOO_LARGE"
_LONGEST_SECONDS = 600
Found = dict[str, Any]
"""What is kept of a check: the id of the `explanation`, and either its `quality` or the `error`."""


def button(model: str) -> dmc.Button:
    """Checks the map; once it is checked, it says the verdict and opens the panel."""
    return dmc.Button(_word(""), id=ids.box("check", model), variant="default", size="compact-sm", disabled=True)


def panel(model: str) -> html.Div:
    """The panel of a box, closed, and what has been found out for it."""
    all_the_same = dmc.Button("Check all the same", id=ids.box("insist", model), display="none", mt="sm", size="sm")
    return html.Div(
        [
            dcc.Store(id=ids.box("quality", model)),
            dmc.Modal(
                [html.Div(id=ids.box("findings", model)), all_the_same],
                id=ids.box("panel", model),
                title=f"How far can the map of {model} be trusted?",
                size="60rem",
                closeButtonProps={"aria-label": "Close"},
            ),
        ]
    )


def contents(quality: Quality) -> list[Component]:
    """The panel: the verdict, and each check with its sentence and its figures."""
    findings = {finding.check: finding for finding in quality.findings}
    stability = quality.stability
    changes = ", ".join(f"{change:.0%}" for change in sorted(stability.changes))
    return [
        dmc.Text([html.Strong(_word(quality.grade)), " ", quality.summary], className="verdict"),
        _check(
            findings["curves"],
            html.Div(
                [
                    _graph(quality_charts.curve("Deletion", quality.deletion)),
                    _graph(quality_charts.curve("Insertion", quality.insertion)),
                ],
                className="charts",
            ),
            dmc.Text(
                f"Deletion: the most relevant pixels go first, and {quality.deletion.baseline} takes their place. "
                f"Insertion: they come first, into {quality.insertion.baseline}.",
                size="xs",
                c="dimmed",
            ),
        ),
        _check(findings["randomisation"], _graph(quality_charts.randomisation(quality.randomisation))),
        _check(
            findings["stability"],
            dmc.Text(
                f"{len(stability.changes)} copies of the picture, each value changed by at most {stability.radius:.0%} "
                f"of the range: the map changes by {changes} of itself.",
                size="sm",
            ),
        ),
        dmc.Text(
            f"It took {quality.explanations} explanations and {quality.forward_passes} forward passes, "
            f"{quality.seconds:.0f} s; the same again with the seed {quality.seed}.",
            size="xs",
            c="dimmed",
            mt="md",
        ),
    ]


def _check(finding: Finding, *figures: Component) -> html.Section:
    return html.Section(
        [
            dmc.Group([dmc.Title(_TITLES[finding.check], order=3, size="h5"), _word(finding.grade)], gap="sm"),
            dmc.Text(finding.sentence, size="sm"),
            *figures,
        ],
        className="check",
        **aria(label=_TITLES[finding.check]),
    )


def _graph(figure: Any) -> dcc.Graph:
    return dcc.Graph(figure=figure, className="graph small", config={"displayModeBar": False, "responsive": True})


def _word(grade: str) -> html.Span:
    """The grade with its mark; the offer where there is none yet."""
    if not grade:
        return html.Span("Check")
    mark = html.Span(className=f"grade {grade.replace(' ', '-')}", **aria(hidden="true"))
    return html.Span([mark, grade.capitalize()])


def register(app: Dash, reach: Reach) -> None:
    """Enters the check, and what it changes."""

    @app.callback(
        Output(ids.box("quality", MATCH), "data"),
        Output(ids.box("panel", MATCH), "opened"),
        Input(ids.box("check", MATCH), "n_clicks"),
        Input(ids.box("insist", MATCH), "n_clicks"),
        State(ids.box("record", MATCH), "data"),
        State(ids.box("quality", MATCH), "data"),
        State(ids.LINK, "data"),
        running=[
            (Output(ids.box("check", MATCH), "loading"), True, False),
            (Output(ids.box("insist", MATCH), "loading"), True, False),
        ],
        prevent_initial_call=True,
    )
    def check(
        _: int | None, __: int | None, record: dict[str, Any] | None, found: Found | None, link: str
    ) -> tuple[object, object]:
        if record is None or not ctx.triggered[0]["value"]:
            return no_update, no_update
        insists = ctx.triggered_id["box"] == "insist"
        if _of(found, record) is not None and not insists:
            return no_update, True
        patience = {"patience_seconds": _LONGEST_SECONDS} if insists else {}
        kept: Found = {"explanation": record["id"]}
        try:
            with reach.hub(View.parse(link)) as hub:
                return kept | {"quality": hub.explanations.quality(record["id"], **patience).document}, no_update
        except HubError as error:
            return kept | {"error": [error.reason, error.detail, error.advice]}, True

    @app.callback(
        Output(ids.box("check", MATCH), "children"),
        Output(ids.box("check", MATCH), "disabled"),
        Output(ids.box("findings", MATCH), "children"),
        Output(ids.box("insist", MATCH), "display"),
        Input(ids.box("quality", MATCH), "data"),
        Input(ids.box("record", MATCH), "data"),
    )
    def show(found: Found | None, record: dict[str, Any] | None) -> tuple[object, bool, object, str]:
        known = _of(found, record)
        if known is None:
            return _word(""), record is None, None, "none"
        if "error" in known:
            error = HubError(*known["error"])
            return _word("not checked"), False, alert(error), "block" if error.reason == _TOO_LONG else "none"
        quality = Quality.of(known["quality"])
        return _word(quality.grade), False, contents(quality), "none"


def _of(found: Found | None, record: dict[str, Any] | None) -> Found | None:
    """What was found, if it is about the map that is shown: that may have changed while it was checked."""
    return found if found and record and found["explanation"] == record["id"] else None
