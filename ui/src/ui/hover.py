"""The card of the sample under the pointer."""

from dash import dcc

from ui import ids


def card() -> dcc.Tooltip:
    """The card; nothing is on it until somebody points at a sample."""
    return dcc.Tooltip(
        id=ids.HOVER,
        direction="right",
        className="sample-card",
        background_color="var(--mantine-color-body)",
        border_color="var(--mantine-color-default-border)",
    )
