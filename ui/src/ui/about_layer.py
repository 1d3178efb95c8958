"""What is known of a layer without any picture: its kind, settings, shapes, cost, and how its weights are spread."""

from typing import Any

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from ui import facts, ids
from ui.accessible import aria
from ui.blocks import Layer
from ui.kinds import family
from ui.quantities import many, shape, value

Weight = dict[str, Any]

_COLUMNS = ("Weight", "Shape", "Min", "Max", "Mean", "Deviation", "Zeros", "Spread")


def about(layer: Layer, weights: list[Weight], layers: dict[str, Layer]) -> list[Component]:
    """Everything about a layer; `layers` are those that it reads."""
    kind = layer["kind"]
    return [
        dmc.Group(
            [
                dmc.Title(layer["name"], order=2, className="layer-name"),
                html.Span(kind, className="kind", style={"backgroundColor": family(kind).color}),
            ],
            gap="sm",
        ),
        facts.listed(
            [
                ("Reads", [_input(layers[name]) for name in layer["inputs"]] or "the picture"),
                ("Output", shape(layer["output_shape"])),
                ("Parameters", many(layer["parameters"])),
                ("Multiply-adds", many(layer["multiply_adds"])),
                *((name.replace("_", " "), _setting(given)) for name, given in layer["hyperparameters"].items()),
            ]
        ),
        _weights(weights),
    ]


def _input(layer: Layer) -> html.Div:
    name = html.Button(layer["name"], id=ids.layer(layer["name"], "input"), className="go-layer")
    return html.Div([name, f" {shape(layer['output_shape'])}"])


def _setting(given: object) -> str:
    if isinstance(given, bool):
        return "yes" if given else "no"
    if isinstance(given, float):
        return f"{given:g}"
    return " × ".join(map(_setting, given)) if isinstance(given, list) else str(given)


def _weights(weights: list[Weight]) -> dmc.Text | html.Div:
    if not weights:
        return dmc.Text("This layer has no weights.", size="sm", c="dimmed")
    head = dmc.TableThead(dmc.TableTr([dmc.TableTh(name) for name in _COLUMNS]))
    table = dmc.Table([head, dmc.TableTbody([_row(weight) for weight in weights])], verticalSpacing=4, fz="sm")
    return html.Div(table, className="scrolled weights", tabIndex=0, role="region", **aria(label="Weights"))


def _row(weight: Weight) -> dmc.TableTr:
    measured = [weight[name] for name in ("minimum", "maximum", "mean", "deviation")]
    return dmc.TableTr(
        [
            dmc.TableTd(html.Strong(weight["weight"])),
            dmc.TableTd(shape(weight["shape"])),
            *(dmc.TableTd(value(number)) for number in measured),
            dmc.TableTd(f"{weight['zeros']:.1%}"),
            dmc.TableTd(_histogram(weight)),
        ]
    )


def _histogram(weight: Weight) -> html.Div:
    """Bars as high as the bins are full."""
    most = max(weight["counts"], default=0) or 1
    bars = [html.Span(style={"height": f"{100 * count / most:.1f}%"}) for count in weight["counts"]]
    said = f"Histogram of {weight['weight']} from {value(weight['minimum'])} to {value(weight['maximum'])}"
    return html.Div(bars, className="spread", role="img", title=said, **aria(label=said))
