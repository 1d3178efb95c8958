"""The tray: samples that were put aside to be looked at, as a strip of thumbnails at the foot of the page."""

from dataclasses import replace
from typing import Any

import dash_mantine_components as dmc
from dash import ALL, Dash, Input, Output, State, ctx, html, no_update

from ui import ids
from ui.accessible import aria
from ui.api import sample_address
from ui.links import TRAY_LIMIT, View

_THUMBNAIL = 96


def strip(view: View, current: int | None = None) -> html.Div:
    """The thumbnails; `current` is marked, and on Compare a click on another one goes there."""
    return html.Div([_thumbnail(view, sample, current) for sample in view.tray], className="strip")


def _thumbnail(view: View, sample: int, current: int | None) -> html.Div:
    picture = html.Img(src=sample_address(view, sample, _THUMBNAIL), alt=f"Sample {sample}")
    return html.Div(
        [
            html.Button(
                [picture, html.Span(str(sample), className="number")],
                id=ids.go(sample),
                className="thumbnail current" if sample == current else "thumbnail",
                **aria(label=f"Compare sample {sample}", current="true" if sample == current else "false"),
            ),
            html.Button(
                "×",
                id=ids.remove(sample),
                className="remove",
                **aria(label=f"Take sample {sample} out of the tray"),
            ),
        ],
        className="slot",
    )


def clear_button() -> dmc.Button:
    """Empties the tray."""
    return dmc.Button("Empty the tray", id=ids.tray_button("clear"), variant="subtle", size="compact-sm", color="gray")


def foot(view: View) -> object:
    """The tray where it is filled: its samples, and the way to their comparison."""
    if not view.tray:
        return dmc.Text("The tray is empty. What you put into it here is compared next.", c="dimmed", size="sm")
    go_on = dmc.Anchor(
        f"Compare {len(view.tray)}",
        href=replace(view, sample=view.tray[0]).on("/compare"),
        id="compare-tray-link",
        className="action",
        underline="never",
    )
    return html.Div([strip(view), clear_button(), go_on], className="tray-row")


def toggled(tray: list[int], sample: int) -> list[int]:
    """The tray with the sample, or without it if it was there."""
    return [other for other in tray if other != sample] if sample in tray else [*tray, sample]


def added(tray: list[int], samples: list[int]) -> list[int]:
    """The tray with more samples, as many as it takes."""
    return list(dict.fromkeys([*tray, *samples]))[:TRAY_LIMIT]


def samples_of(selection: dict[str, Any] | None) -> list[int]:
    """The samples among the points of a click or lasso on the agreement map."""
    points = (selection or {}).get("points", [])
    given = [point.get("customdata", {}) for point in points]
    return [int(data["sample"]) for data in given if "sample" in data]


def register(app: Dash) -> None:
    """Enters everything that fills and empties the tray, on whichever page it is."""

    @app.callback(
        Output(ids.tray(ALL), "data"),
        Output(ids.NOTICES, "sendNotifications"),
        Input(ids.pick(ALL), "n_clicks"),
        Input(ids.pair(ALL, ALL), "n_clicks"),
        Input(ids.remove(ALL), "n_clicks"),
        Input(ids.tray_button(ALL), "n_clicks"),
        Input(ids.graph(ALL), "clickData"),
        Input(ids.graph(ALL), "selectedData"),
        State(ids.pick(ALL), "id"),
        State(ids.tray(ALL), "data"),
        prevent_initial_call=True,
    )
    def change(*arguments: Any) -> tuple[object, object]:
        picks, [tray] = arguments[-2:]
        source, value = ctx.triggered_id, ctx.triggered[0]["value"]
        if not value or not isinstance(source, dict):
            # Components that have just come onto the page trigger too; nobody has clicked them.
            return [no_update], no_update
        if "pick" in source:
            return [toggled(tray, source["pick"])], no_update
        if "pair" in source:
            return _with(tray, [source["pair"], source["with"]])
        if "remove" in source:
            return [toggled(tray, source["remove"])], no_update
        if source == ids.tray_button("clear"):
            return [[]], no_update
        if source == ids.tray_button("all"):
            return _with(tray, [pick["pick"] for pick in picks])
        return _with(tray, samples_of(value))


def _with(tray: list[int], samples: list[int]) -> tuple[object, object]:
    if not samples:
        return [no_update], no_update
    surplus = len({*tray, *samples}) - TRAY_LIMIT
    notice = {
        "action": "show",
        "title": f"The tray holds {TRAY_LIMIT} samples",
        "message": f"{surplus} of those that you marked were left out.",
        "color": "orange",
    }
    return [added(tray, samples)], [notice] if surplus > 0 else no_update
