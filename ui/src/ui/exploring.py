"""Finding the way in a network: unfolding and folding its blocks, and choosing a layer by a click or by its name."""

from typing import Any

import dash_mantine_components as dmc
from dash import ALL, ClientsideFunction, Dash, Input, Output, State, ctx, dcc, html, no_update

from innhub import HubError
from ui import blocks, ids, network
from ui.accessible import aria
from ui.api import Reach
from ui.blocks import Block, Layer
from ui.kinds import FAMILIES, family
from ui.links import View
from ui.loading import loading

_MOST_AT_ONCE = 300
_CHANGES = {"more": blocks.one_level_more, "less": blocks.one_level_less}


def stores(view: View) -> list[dcc.Store]:
    """What is unfolded, and which node is to be seen."""
    return [
        dcc.Store(id=ids.UNFOLDED, data=list(view.unfolded or ())),
        dcc.Store(id=ids.SEEN, data=network.layer_node(view.inspected)),
    ]


def panel(view: View, layers: list[Layer]) -> html.Section:
    """The search, the buttons, the drawing and what its colours mean."""
    buttons = [
        dmc.Button(text, id=ids.level(change), variant="default", size="compact-sm")
        for change, text in (("more", "Unfold a level"), ("less", "Fold a level"))
    ]
    return html.Section(
        [
            dmc.Select(
                id=ids.INSPECTED_LAYER,
                label="Layer",
                description="Type a name or a kind; or click in the drawing.",
                data=_layers(layers),
                value=view.inspected,
                searchable=True,
                allowDeselect=False,
                limit=200,
                nothingFoundMessage="No layer is called so",
            ),
            dmc.Group(buttons, gap="xs", my="xs"),
            html.Div(
                loading(html.Div(id=ids.DRAWING)),
                className="drawing",
                tabIndex=0,
                role="img",
                **aria(label=f"The network {view.model} as a graph; the field Layer lists all of its layers"),
            ),
            network.legend(),
        ],
        className="exploring",
        **aria(label="Network"),
    )


def _layers(layers: list[Layer]) -> list[dict[str, Any]]:
    """All layers as choices, by family. The kind is in the label: that is what a search looks at."""
    found: dict[str, list[dict[str, str]]] = {}
    for layer in layers:
        choice = {"value": layer["name"], "label": f"{layer['name']} · {layer['kind']}"}
        found.setdefault(family(layer["kind"]).name, []).append(choice)
    return [{"group": kept.name, "items": found[kept.name]} for kept in FAMILIES if kept.name in found]


def levelled(whole: Block, unfolded: frozenset[str], change: str) -> frozenset[str]:
    """What is unfolded after `more` or `less`.

    Raises:
        HubError: so much would be drawn that the browser would take long and nobody could read it.
    """
    after = _CHANGES[change](whole, unfolded)
    count = sum(1 for _ in blocks.drawn(whole, after))
    if change == "more" and count > _MOST_AT_ONCE:
        raise HubError("TOO_LARGE", f"That would draw {count} nodes at once.", "Click the blocks that you want to see.")
    return after


def register(app: Dash, reach: Reach) -> None:
    """Enters the ways through the network, the drawing, and the mark on the chosen layer."""
    _register_ways(app, reach)
    _register_drawing(app, reach)


def _register_ways(app: Dash, reach: Reach) -> None:
    """Enters each way through the network as a callback of its own.

    Components that come onto the page call those that they are inputs of, and a new call of a callback drops the one
    that is under way: a click that nobody had answered yet would be lost.
    """

    @app.callback(
        Output(ids.UNFOLDED, "data"),
        Output(ids.SEEN, "data"),
        Input(ids.INSPECTED_LAYER, "value"),
        State(ids.UNFOLDED, "data"),
        State(ids.LINK, "data"),
        prevent_initial_call=True,
    )
    def show(layer: str, unfolded: list[str], link: str) -> tuple[object, object]:
        layers, before = _layers_of(link, reach), frozenset(unfolded)
        position = next(place for place, other in enumerate(layers) if other["name"] == layer)
        after = before | blocks.around(blocks.blocks(layers), position)
        return no_update if after == before else sorted(after), network.layer_node(layer)

    @app.callback(
        Output(ids.INSPECTED_LAYER, "value", allow_duplicate=True),
        Output(ids.UNFOLDED, "data", allow_duplicate=True),
        Output(ids.SEEN, "data", allow_duplicate=True),
        Input(ids.network(ALL), "tapNodeData"),
        State(ids.UNFOLDED, "data"),
        prevent_initial_call=True,
    )
    def tap(_: object, unfolded: list[str]) -> tuple[object, object, object]:
        node = ctx.triggered[0]["value"]
        if not node:
            return no_update, no_update, no_update
        if "layer" in node:
            return node["layer"], no_update, no_update
        return no_update, sorted(frozenset(unfolded) ^ {node["block"]}), network.block_node(node["block"])

    @app.callback(
        Output(ids.INSPECTED_LAYER, "value", allow_duplicate=True),
        Input(ids.layer(ALL, ALL), "n_clicks"),
        prevent_initial_call=True,
    )
    def follow(_: object) -> object:
        return ctx.triggered_id["layer"] if ctx.triggered[0]["value"] else no_update

    @app.callback(
        Output(ids.UNFOLDED, "data", allow_duplicate=True),
        Input(ids.level(ALL), "n_clicks"),
        State(ids.UNFOLDED, "data"),
        State(ids.LINK, "data"),
        prevent_initial_call=True,
    )
    def change_level(_: object, unfolded: list[str], link: str) -> object:
        if not ctx.triggered[0]["value"]:
            return no_update
        return sorted(levelled(blocks.blocks(_layers_of(link, reach)), frozenset(unfolded), ctx.triggered_id["level"]))


def _register_drawing(app: Dash, reach: Reach) -> None:
    @app.callback(
        Output(ids.DRAWING, "children"),
        Input(ids.UNFOLDED, "data"),
        State(ids.INSPECTED_LAYER, "value"),
        State(ids.LINK, "data"),
    )
    def draw(unfolded: list[str], layer: str, link: str) -> object:
        layers = _layers_of(link, reach)
        return network.drawing(layers, blocks.blocks(layers), frozenset(unfolded), layer)

    @app.callback(
        Output(ids.network(ALL), "stylesheet"),
        Input(ids.INSPECTED_LAYER, "value"),
        State(ids.network(ALL), "id"),
        prevent_initial_call=True,
    )
    def mark(layer: str, drawings: list[object]) -> list[object]:
        return [network.marked(layer)] * len(drawings)

    app.clientside_callback(  # type: ignore[no-untyped-call]
        ClientsideFunction("network", "show"),
        Output(ids.DRAWING, "title"),
        Input(ids.SEEN, "data"),
        Input(ids.DRAWING, "children"),
    )


def _layers_of(link: str, reach: Reach) -> list[Layer]:
    """The layers of the network that a link names."""
    view = View.parse(link)
    with reach.hub(view) as hub:
        return hub.models.graph(view.model)
