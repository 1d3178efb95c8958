"""Selections: the tray, or what the filters leave, saved under a name for everybody in the workspace."""

from typing import Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, html, no_update

from innhub import Hub, HubError
from innhub.datasets import Dataset
from ui import ids
from ui.accessible import aria
from ui.api import Reach
from ui.links import View

_TRAY = "tray"
_CHOICES = ((_TRAY, "The tray"), ("filtered", "What the filters leave"))


def names(dataset: Dataset, hub: Hub, chosen: str = "") -> list[str]:
    """The selections of a data set, and the one that is chosen."""
    found = [one["name"] for one in hub.selections.list() if one["dataset"] == dataset.id]
    return list(dict.fromkeys([*found, *([chosen] if chosen else [])]))


def button() -> dmc.Popover:
    """The button, and the form behind it."""
    return dmc.Popover(
        [
            dmc.PopoverTarget(dmc.Button("Save as a selection", size="compact-sm", variant="light")),
            dmc.PopoverDropdown(
                dmc.Stack(
                    [
                        dmc.RadioGroup(
                            dmc.Group([dmc.Radio(label, value=value) for value, label in _CHOICES]),
                            id=ids.SAVED_SAMPLES,
                            label="Samples",
                            value=_TRAY,
                        ),
                        dmc.TextInput(id=ids.SAVED_NAME, label="Name", placeholder="odd-ones"),
                        dmc.TextInput(id=ids.SAVED_NOTE, label="What they have in common", placeholder="Optional"),
                        dmc.Group([dmc.Button("Save", id=ids.SAVE), html.Div(id=ids.SAVED, role="status")]),
                    ],
                    gap="sm",
                )
            ),
        ],
        width=380,
        shadow="md",
        withArrow=True,
        trapFocus=True,
        position="bottom-end",
        keepMounted=True,
        **aria(label="Save as a selection"),
    )


def register(app: Dash, reach: Reach) -> None:
    """Enters the button in the form."""

    @app.callback(
        Output(ids.SAVED, "children"),
        Output(ids.SAVED_NAME, "error"),
        Output(ids.SELECTION_FILTER, "data"),
        Input(ids.SAVE, "n_clicks"),
        State(ids.SAVED_SAMPLES, "value"),
        State(ids.SAVED_NAME, "value"),
        State(ids.SAVED_NOTE, "value"),
        State(ids.WHERE, "data"),
        State(ids.tray("suggest"), "data"),
        State(ids.SELECTION_FILTER, "value"),
        State(ids.LINK, "data"),
        running=[(Output(ids.SAVE, "loading"), True, False)],
        prevent_initial_call=True,
    )
    def save(
        pressed: int | None,
        samples: str,
        name: str | None,
        note: str | None,
        where: list[str],
        tray: list[int],
        chosen: str | None,
        link: str,
    ) -> tuple[object, object, object]:
        if not pressed:
            return no_update, no_update, no_update
        view = View.parse(link).filtered(where)
        try:
            asked = _asked(view, samples, tray)
            with reach.hub(view) as hub:
                saved = hub.selections.save((name or "").strip(), view.dataset, note=(note or "").strip(), **asked)
                known = names(hub.datasets.get(view.dataset), hub, chosen or "")
        except HubError as error:
            return "", f"{error.detail} {error.advice}".strip(), no_update
        return dmc.Text(f"{saved['name']} holds {saved['count']:,} samples.", size="sm"), None, known


def _asked(view: View, samples: str, tray: list[int]) -> dict[str, Any]:
    """What the hub is asked to save.

    Raises:
        HubError: there would be nothing in it, or everything.
    """
    if samples == _TRAY:
        if not tray:
            raise HubError("ARGUMENT_INVALID", "The tray is empty.", "Put samples into it, or save what filters leave.")
        return {"samples": tray}
    if not view.where:
        raise HubError("ARGUMENT_INVALID", "No filter is set, so all samples are left.", "Set a filter first.")
    return {"models": view.models, "where": view.where}
