"""The two sides of a confusion: labels, a column of the data set, or what a model says.

In the link a side is the quantity that the hub compares: `label`, `column:NAME` or `predicted@MODEL`.
"""

from typing import Any

from innhub import Hub, HubError
from innhub.datasets import Dataset
from ui import conditions
from ui.links import View

LABEL = "label"
_MODEL = "predicted@"
_CLASSES = "label"
"""The kind of columns that class samples in another way than the label does."""


def rows_of(view: View, dataset: Dataset) -> list[dict[str, Any]]:
    """What the rows can be."""
    columns = (dataset.summary or {}).get("columns", [])
    models = columns_of(view) if len(view.models) > 1 else []
    return [
        {"value": LABEL, "label": "Label"},
        *(
            {"value": f"column:{column['name']}", "label": f"Column {column['name']}"}
            for column in columns
            if column["kind"] == _CLASSES
        ),
        *models,
    ]


def columns_of(view: View) -> list[dict[str, Any]]:
    """What the columns can be."""
    return [{"value": f"{_MODEL}{model}", "label": model} for model in view.models]


def chosen(view: View) -> tuple[str, str]:
    """Rows and columns: those of the link, or else the labels or first model, and the other model."""
    several = len(view.models) > 1
    first = f"{_MODEL}{view.models[0]}" if several else LABEL
    said = [f"{_MODEL}{model}" for model in view.models]
    rows = first if view.rows.startswith(_MODEL) and view.rows not in said else view.rows or first
    columns = view.columns if view.columns in said else next((side for side in said if side != rows), said[0])
    return rows, columns


def title(side: str) -> str:
    """A side in words."""
    if side.startswith(_MODEL):
        return side.removeprefix(_MODEL)
    return "Label" if side == LABEL else side.removeprefix("column:")


def confusion(view: View, hub: Hub, most: int) -> dict[str, Any]:
    """The confusion of the chosen sides, as the hub counts it.

    Raises:
        HubError: the sides are the same, or a condition speaks of a model that is neither of them.
    """
    rows, columns = chosen(view)
    if rows == columns:
        raise HubError(
            "ARGUMENT_INVALID", f"{title(rows)} cannot be confused with itself.", "Choose another for rows or columns."
        )
    models = [side.removeprefix(_MODEL) for side in (rows, columns) if side.startswith(_MODEL)]
    where = conditions.qualified(view.where, view.models[0])
    strangers = conditions.strangers(where, models)
    if strangers:
        raise HubError(
            "ARGUMENT_INVALID",
            f"A filter speaks of {', '.join(strangers)}, and a confusion knows {' and '.join(models)} alone.",
            "Take that filter out, or choose that network for the rows or columns.",
        )
    column = "" if rows == LABEL or len(models) > 1 else rows
    return hub.suggest.confusion(view.dataset, models, column=column, max_classes=most, where=where)
