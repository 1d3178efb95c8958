"""How a model was trained, as far as its file or a history beside it tells."""

from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from ui import facts, figures


def details(training: dict[str, Any]) -> html.Details:
    """Optimizer, loss and the course of the training."""
    settings = {name: _said(value) for name, value in training["optimizer_settings"].items()}
    known: list[facts.Fact] = [
        ("Optimizer", training["optimizer"]),
        *settings.items(),
        ("Loss", training["loss"]),
        ("Metrics", ", ".join(training["metrics"])),
    ]
    history = training["history"]
    if not history and not any(said for _, said in known):
        nothing = "The file tells nothing of the training. Setup takes a history beside the file."
        return html.Details([html.Summary("Training unknown"), dmc.Text(nothing, size="sm", mt="xs")])
    epochs = max(map(len, history.values()), default=0)
    title = f"Trained for {epochs} epochs" if epochs else "How it was trained"
    chart = dcc.Graph(figure=figures.history(history), config={"displayModeBar": False}, className="graph history")
    return html.Details([html.Summary(title), facts.listed(known), *([chart] if history else [])])


def _said(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)
