"""The filters of Suggest: what everything on the page obeys, and what can be done with the samples that are left."""

from typing import Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, dcc, html
from dash.development.base_component import Component

from innhub import Hub, HubError
from innhub.datasets import Dataset
from ui import conditions, ids, saving
from ui.accessible import aria
from ui.api import Reach, predictions_address, samples_address
from ui.conditions import Filters
from ui.links import View

_OFFERED_AT_ONCE = 100
_HELP = (
    ("of a sample", "label, path, number, width, height, and every column of the data set: age<30"),
    ("of an answer", "predicted, score, label_score, label_error, margin, entropy, correct"),
    ("of several networks", "mean_score, predicted_classes"),
    ("of one of them", "@ and its name behind it; without, the first one is meant: entropy@lite0>=0.5"),
    ("signs", "= and !=; of numbers also <, <=, > and >="),
    ("several words", "with | between them: label=cat|dog"),
    ("a saved selection", "selection=NAME, or != for all others"),
)


def controls(view: View, dataset: Dataset, hub: Hub) -> html.Section:
    """The controls, as the link sets them."""
    filters = Filters.of(view.where, view.models)
    summary = dataset.summary or {}
    return html.Section(
        [
            dcc.Store(id=ids.WHERE, data=list(view.where)),
            html.Div(
                [
                    _words(ids.LABEL_FILTER, "Label", _writable(summary.get("labels", [])), filters.labels),
                    _words(
                        ids.PREDICTED_FILTER,
                        f"{view.models[0]} says",
                        _writable(hub.models.classes(view.models[0])),
                        filters.predicted,
                    ),
                    _words(
                        ids.CORRECT_FILTER,
                        "Right or wrong",
                        [
                            {"value": condition, "label": name}
                            for condition, name in conditions.verdict_conditions(view.models).items()
                        ],
                        filters.correct,
                    ),
                    dmc.Select(
                        id=ids.SELECTION_FILTER,
                        label="Saved selection",
                        data=saving.names(dataset, hub, filters.selection),
                        value=filters.selection or None,
                        clearable=True,
                        placeholder="All samples",
                        nothingFoundMessage="Nothing is saved yet",
                    ),
                    html.Div(
                        [
                            dmc.TagsInput(
                                id=ids.CONDITIONS,
                                label="Further conditions",
                                value=list(filters.others),
                                data=_examples(view, [column["name"] for column in summary.get("columns", [])]),
                                placeholder="" if filters.others else "entropy>=0.5, then Enter",
                                splitChars=[";"],
                            ),
                            _help(),
                        ],
                        className="ask",
                    ),
                ],
                className="filters",
            ),
            html.Div(
                [html.Div(id=ids.MEETING, className="meeting", **aria(live="polite")), saving.button()],
                className="meeting-row",
            ),
        ],
        **aria(label="Filters"),
    )


def _words(identifier: str, label: str, data: list[Any], chosen: tuple[str, ...]) -> dmc.MultiSelect:
    return dmc.MultiSelect(
        id=identifier,
        label=label,
        data=data,
        value=list(chosen),
        searchable=True,
        clearable=True,
        limit=_OFFERED_AT_ONCE,
        hidePickedOptions=True,
        placeholder="" if chosen else "Any",
        nothingFoundMessage="Nothing is called so",
    )


def _writable(names: list[str]) -> list[str]:
    """Names that a condition can hold, each once: a bar would part them."""
    return [name for name in dict.fromkeys(names) if "|" not in name]


def _examples(view: View, columns: list[str]) -> list[str]:
    one = view.models[0]
    several = ["predicted_classes>1", "mean_score<0.5"] if len(view.models) > 1 else []
    return [*several, f"entropy@{one}>=1", f"margin@{one}<0.1", f"label_error@{one}>0.5", *(f"{c}=" for c in columns)]


def _help() -> dmc.Popover:
    lines = [html.Div([html.Dt(name), html.Dd(said)]) for name, said in _HELP]
    return dmc.Popover(
        [
            dmc.PopoverTarget(
                dmc.Button("?", size="compact-xs", variant="default", **aria(label="How conditions are written")),
                boxWrapperProps={"className": "condition-help-button"},
            ),
            dmc.PopoverDropdown(
                [dmc.Text("A quantity, a sign and a value; all conditions must hold.", size="sm"), html.Dl(lines)],
                className="condition-help",
            ),
        ],
        width=420,
        shadow="md",
        withArrow=True,
        position="bottom-end",
    )


def register(app: Dash, reach: Reach) -> None:
    """Enters what the controls change, how many samples are left, and where they cannot be applied, why."""
    saving.register(app, reach)

    @app.callback(
        Output(ids.WHERE, "data"),
        Input(ids.LABEL_FILTER, "value"),
        Input(ids.PREDICTED_FILTER, "value"),
        Input(ids.CORRECT_FILTER, "value"),
        Input(ids.SELECTION_FILTER, "value"),
        Input(ids.CONDITIONS, "value"),
        State(ids.LINK, "data"),
        prevent_initial_call=True,
    )
    def gather(
        labels: list[str] | None,
        predicted: list[str] | None,
        correct: list[str] | None,
        selection: str | None,
        others: list[str] | None,
        link: str,
    ) -> list[str]:
        filters = Filters(
            tuple(labels or ()), tuple(predicted or ()), tuple(correct or ()), selection or "", tuple(others or ())
        )
        return list(filters.where(View.parse(link).models))

    @app.callback(
        Output(ids.MEETING, "children"),
        Output(ids.CONDITIONS, "error"),
        Input(ids.WHERE, "data"),
        Input(ids.REVISION, "data"),
        State(ids.LINK, "data"),
    )
    def count(where: list[str], _: object, link: str) -> tuple[object, object]:
        view = View.parse(link).filtered(where)
        try:
            with reach.hub(view) as hub:
                met = hub.suggest.agreement(view.dataset, view.models, where=view.where, max_points=1).samples
                total = len(hub.datasets.get(view.dataset))
        except HubError as error:
            # What else there is to say stands where the chart would be.
            return "", _said(error) if error.reason in conditions.REFUSALS else None
        return _meeting(view, met, total), None


def _said(error: HubError) -> str:
    return f"{error.detail} {error.advice}".strip()


def _meeting(view: View, met: int, total: int) -> list[Component]:
    text = f"{met:,} of {total:,} samples meet the filters." if view.where else f"All {met:,} predicted samples."
    if view.where and not met:
        text = f"None of {total:,} samples meets the filters. Take one out."
    tables = [
        html.A(
            form, href=samples_address(view, form.lower()), download=f"{view.dataset}.{form.lower()}", className="save"
        )
        for form in ("CSV", "Parquet")
    ]
    if len(view.models) == 1:
        everything = predictions_address(view, view.models[0])
        tables.append(html.A("All scores (Parquet)", href=everything, download="predictions.parquet", className="save"))
    return [dmc.Text(text, size="sm"), html.Span(["As a table: ", *tables], className="tables")]
