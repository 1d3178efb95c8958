"""A file of somebody's own, sent from their browser straight to the hub: large ones, too, in pieces and with progress.

`assets/upload.js` does the sending. What was sent stands in a store: `{"id": of the upload, "name": of the file}`.
"""

from dataclasses import dataclass
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from ui.accessible import aria
from ui.links import View


@dataclass(frozen=True)
class Wanted:
    """A file that is asked for."""

    store: str
    """The id of the store that says what was sent."""
    label: str
    about: str
    accept: str
    """Endings of files that suit, with commas."""


def field(view: View, wanted: Wanted) -> html.Div:
    """Where a file is dropped or chosen."""
    attributes: dict[str, Any] = {
        "data-upload": wanted.store,
        "data-workspace": view.workspace,
        "data-accept": wanted.accept,
    }
    return html.Div(
        [
            dcc.Store(id=wanted.store),
            dmc.Text(wanted.label, size="sm", fw=500),
            dmc.Text(wanted.about, size="xs", c="dimmed"),
            html.Div(
                [
                    html.Button("Choose a file", type="button", **aria(label=f"Choose a file: {wanted.label}")),
                    html.Span(" or drop it here", **aria(hidden="true")),
                    html.Progress(max="1", hidden=True, **aria(label=f"Progress of sending: {wanted.label}")),
                    html.Div(className="sent", role="status"),
                ],
                className="drop",
                **attributes,
            ),
        ],
        className="file",
    )
