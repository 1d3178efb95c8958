"""The charts of a quality: the two curves, and how alike the map is to those of networks with random weights."""

import numpy as np
import plotly.graph_objects as go

from innhub.quality import Curve, Randomisation
from ui.figures import lay_out

_MAP, _RANDOM = "#0072B2", "#7F8C99"
_SIMILARITIES = (
    ("rank_correlation", "rank correlation", "#0072B2", "circle"),
    ("rank_correlation_absolute", "rank correlation of magnitudes", "#56B4E9", "diamond"),
    ("ssim", "SSIM", "#D55E00", "square"),
    ("ssim_absolute", "SSIM of magnitudes", "#E69F00", "x"),
)


def curve(name: str, found: Curve) -> go.Figure:
    """The answer while pixels go or come, for the order of the map and for random orders."""
    figure = go.Figure()
    lines = (
        (f"map ({found.area:.3f})", found.values, _MAP, "solid"),
        (f"random ({np.mean(found.random_areas):.3f})", found.random_values, _RANDOM, "dash"),
    )
    for label, values, color, dash in lines:
        figure.add_trace(
            go.Scatter(
                x=found.fractions, y=values, name=label, mode="lines", line={"color": color, "dash": dash, "width": 2.5}
            )
        )
    figure.update_xaxes(title=f"{name}: share of the pixels", range=[0, 1], tickformat=".0%", dtick=0.25)
    figure.update_yaxes(title="Answer", rangemode="tozero")
    lay_out(figure)
    return figure


def randomisation(found: Randomisation) -> go.Figure:
    """Similarity with the map, by how many layers have random weights."""
    figure = go.Figure()
    places = [f"{depth:.0f}: {layer}" for depth, layer in zip(found.depths, found.layers, strict=True)]
    for attribute, label, color, symbol in _SIMILARITIES:
        figure.add_trace(
            go.Scatter(
                x=places,
                y=getattr(found, attribute),
                name=label,
                mode="lines+markers",
                line={"color": color, "width": 2},
                marker={"symbol": symbol, "size": 8},
            )
        )
    figure.update_xaxes(title=f"Layers with random weights, of {found.stages}, and the lowest of them", type="category")
    lowest = min([0.0, *found.rank_correlation, *found.ssim])
    figure.update_yaxes(title="Similarity", range=[lowest - 0.05, 1.05])
    lay_out(figure)
    return figure
