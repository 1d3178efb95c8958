"""The boxes of Compare: the picture, then one a model."""

from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from innhub import Explanation, HubError
from ui import ids, quality, reproduce
from ui.accessible import aria
from ui.api import alert, heatmap_address, relevance_address, sample_address
from ui.links import View

_SIZE = 512


def picture_box() -> html.Article:
    """The picture itself, without a map."""
    return html.Article(
        [dmc.Title("Picture", order=3), html.Div(id=ids.PICTURE), html.Div(id=ids.LABEL)],
        className="box",
        **aria(label="The picture"),
    )


def picture(view: View, sample: int) -> list[Component]:
    """What is in the picture's box: the picture, and the way to all of its pixels."""
    shown = html.Img(src=sample_address(view, sample, _SIZE), alt=f"Sample {sample}", className="raw")
    full_size = html.A("Full size", href=sample_address(view, sample), target="_blank", className="save")
    return [html.Div(shown, className="stage"), html.Div(full_size, className="full-size")]


def label(predictions: list[dict[str, Any]]) -> dmc.Text:
    """The label of the sample, as those say who have predicted it."""
    if not predictions:
        return dmc.Text("The label is not known while no network answers.", size="sm", c="dimmed")
    known = predictions[0].get("label")
    return dmc.Text(["Label: ", html.Strong(known)] if known else "No label", size="sm")


def model_box(model: str) -> html.Article:
    """The box of a model, still without content."""
    return html.Article(
        [
            dmc.Title(model, order=3),
            dcc.Store(id=ids.box("record", model)),
            quality.panel(model),
            dcc.Loading(
                [html.Div(id=ids.box("heatmap", model), className="stage"), html.Div(id=ids.box("explained", model))],
                custom_spinner=dmc.Stack([dmc.Loader(), dmc.Text("Computing the map", size="sm")], align="center"),
                overlay_style={"visibility": "visible", "opacity": 0.35},
                delay_show=250,
                show_initially=False,
            ),
            dcc.Loading(
                html.Div(id=ids.box("answers", model), className="answers"),
                custom_spinner=dmc.Loader(type="dots"),
                delay_show=500,
                show_initially=False,
            ),
            dmc.Group([html.Div(id=ids.box("links", model)), quality.button(model)], gap="xs", mt="xs"),
        ],
        className="box",
        **aria(label=model),
    )


def answers(prediction: dict[str, Any] | HubError) -> object:
    """The best answers of a model, as bars; the one that is the label is marked. Or why there are none."""
    if isinstance(prediction, HubError):
        return alert(prediction, title="No answer")
    label = prediction.get("label")
    rows = [_bar(ranked, right=ranked["name"] == label) for ranked in prediction["top"]]
    named = any(ranked["name"] == label for ranked in prediction["top"])
    if prediction.get("label_score") is not None and not named:
        rows.append(_bar({"name": f"{label} (label)", "score": prediction["label_score"]}, right=True))
    return [html.Ol(rows, className="bars", **aria(label="Best answers"))]


def _bar(ranked: dict[str, Any], *, right: bool) -> html.Li:
    score = ranked["score"]
    return html.Li(
        [
            html.Span(style={"width": f"{100 * score:.2f}%"}, className="fill", **aria(hidden="true")),
            html.Span(f"✓ {ranked['name']}" if right else ranked["name"], className="name", title=ranked["name"]),
            html.Span(f"{score:.1%}", className="score"),
        ],
        className="right" if right else "",
    )


def explained(explanation: Explanation, note: str) -> list[Component]:
    """What was explained, and what a reader of the map should know."""
    at_layer = f" at {explanation.layer}" if explanation.layer else ""
    said = [note, *explanation.warnings] if note else list(explanation.warnings)
    return [
        dmc.Text(
            ["Explains ", html.Strong(explanation.target_name), f" (value {explanation.target_value:.4g}){at_layer}"],
            size="sm",
            mt="xs",
            className="explained",
        ),
        *(dmc.Alert(warning, color="yellow", variant="light", p="xs", mt="xs") for warning in said),
    ]


def heatmap(view: View, explanation: Explanation, model: str) -> list[Component]:
    """The map over the picture, with the bare picture beneath it for the key R."""
    return [
        html.Img(src=sample_address(view, explanation.sample, _SIZE), alt="", className="raw"),
        html.Img(
            src=heatmap_address(view, explanation.id, _SIZE),
            alt=f"{explanation.method} for {model} on sample {explanation.sample}: {explanation.target_name}",
            className="heatmap",
        ),
    ]


def links(view: View, explanation: Explanation, model: str) -> dmc.Group:
    """The map to take along: as a picture, as numbers, as code."""
    stem = f"{model}-{view.dataset}-{explanation.sample}-{explanation.method}"
    return dmc.Group(
        [
            html.A("PNG", href=heatmap_address(view, explanation.id), download=f"{stem}.png", className="save"),
            html.A("NPY", href=relevance_address(view, explanation.id), download=f"{stem}.npy", className="save"),
            dmc.Popover(
                [
                    dmc.PopoverTarget(dmc.Button("Reproduce", size="compact-sm", variant="subtle")),
                    dmc.PopoverDropdown(_code(view, explanation, model), className="reproduce"),
                ],
                width=520,
                position="top",
                shadow="md",
                withArrow=True,
                trapFocus=True,
                withinPortal=True,
            ),
        ],
        gap="xs",
    )


def _code(view: View, explanation: Explanation, model: str) -> list[Component]:
    made = (
        ("Python", reproduce.python_lines(view, explanation, model)),
        ("Command line", reproduce.command(view, explanation, model)),
    )
    return [
        html.Div(
            [
                dmc.Group(
                    [
                        dmc.Text(title, fw=600, size="sm"),
                        dmc.CopyButton(value=text, children="Copy", copiedChildren="Copied", size="compact-xs"),
                    ],
                    justify="space-between",
                ),
                html.Pre(text, className="lines", tabIndex=0),
            ]
        )
        for title, text in made
    ]
