"""The network as a drawing: folded blocks and layers from top to bottom, unfolded blocks as frames around their layers.

It is drawn at its true size in a box that scrolls, so that names stay readable however deep a network is.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import dash_cytoscape
from dash import html

from ui import ids
from ui.accessible import aria
from ui.blocks import Block, Layer, drawn
from ui.kinds import FAMILIES, family

Element = dict[str, Any]

_NODE_HEIGHT, _RANK_HEIGHT, _FRAME_HEIGHT = 34, 58, 44
_LETTER_WIDTH = 6.6
_MOST_HEIGHT = 14_000
"""Browsers draw no canvas that is much higher."""

_GREY = "#868e96"
_STYLE: list[dict[str, Any]] = [
    {
        "selector": "node",
        "style": {
            "label": "data(label)",
            "shape": "round-rectangle",
            "color": "#14181d",
            "font-size": 11,
            "font-family": "system-ui, sans-serif",
            "text-valign": "center",
            "text-wrap": "wrap",
            "overlay-opacity": 0,
        },
    },
    {
        # Frames take their size from what is in them.
        "selector": "[width]",
        "style": {"width": "data(width)", "height": _NODE_HEIGHT, "background-color": "data(color)"},
    },
    {
        "selector": ".folded",
        "style": {
            "background-color": "#eef1f5",
            "border-width": 4,
            "border-style": "double",
            "border-color": _GREY,
            "font-weight": "bold",
        },
    },
    {
        "selector": ":parent",
        "style": {
            "background-color": _GREY,
            "background-opacity": 0.1,
            "border-width": 1,
            "border-color": _GREY,
            "text-valign": "top",
            "text-background-color": "#eef1f5",
            "text-background-opacity": 1,
            "text-background-padding": 3,
            "padding": 12,
        },
    },
    {
        "selector": "edge",
        "style": {
            "width": 1.5,
            "line-color": _GREY,
            "target-arrow-color": _GREY,
            "target-arrow-shape": "triangle",
            "arrow-scale": 0.8,
            "curve-style": "bezier",
        },
    },
]
_LAYOUT = {"name": "dagre", "rankDir": "TB", "nodeSep": 14, "rankSep": 24, "animate": False, "padding": 14}


def layer_node(name: str) -> str:
    """The id of the node of a layer."""
    return f"layer:{name}"


def block_node(name: str) -> str:
    """The id of the node of a block, and of its frame."""
    return f"block:{name}"


def drawing(layers: Sequence[Layer], whole: Block, unfolded: frozenset[str], chosen: str) -> dash_cytoscape.Cytoscape:
    """The drawing; `chosen` is marked."""
    elements = [*_nodes(layers, whole, unfolded), *_edges(layers, whole, unfolded)]
    width, height = _size(elements)
    # Another drawing is another component: the box must have its new size before anything is laid out in it.
    return dash_cytoscape.Cytoscape(
        id=ids.network(",".join(sorted(unfolded))),
        elements=elements,
        layout=_LAYOUT,
        stylesheet=marked(chosen),
        style={"width": f"max(100%, {width:.0f}px)", "height": f"{height}px"},
        maxZoom=1,
        userZoomingEnabled=False,
        userPanningEnabled=False,
        boxSelectionEnabled=False,
        autoungrabify=True,
        autounselectify=True,
        responsive=True,
        className="network",
    )


def marked(chosen: str) -> list[dict[str, Any]]:
    """The style of the drawing, with a layer marked."""
    style = {"border-width": 4, "border-color": "#0b3d91", "font-weight": "bold"}
    return [*_STYLE, {"selector": f'node[layer = "{_escaped(chosen)}"]', "style": style}]


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def legend() -> html.Ul:
    """What the colours mean."""
    families = [html.Li([_dot(found.color), found.name]) for found in FAMILIES]
    return html.Ul([*families, html.Li([_dot("", "dot block"), "folded block"])], className="legend")


def _dot(color: str, style: str = "dot") -> html.Span:
    return html.Span(className=style, style={"backgroundColor": color} if color else None, **aria(hidden="true"))


def _nodes(layers: Sequence[Layer], block: Block, unfolded: frozenset[str]) -> Iterator[Element]:
    parent = {"parent": block_node(block.name)} if block.name else {}
    for unit in block.units:
        if isinstance(unit, int):
            yield {"data": _layer(layers[unit], block.name) | parent}
        elif unit.name in unfolded:
            data = {"id": block_node(unit.name), "label": unit.name, "block": unit.name}
            yield {"data": data | parent, "classes": "frame"}
            yield from _nodes(layers, unit, unfolded)
        else:
            yield {"data": _folded(unit, block.name) | parent, "classes": "folded"}


def _layer(layer: Layer, within: str) -> dict[str, Any]:
    data = {"id": layer_node(layer["name"]), "layer": layer["name"], "color": family(layer["kind"]).color}
    return data | _labelled(_short(layer["name"], within), layer["kind"])


def _folded(block: Block, within: str) -> dict[str, Any]:
    data = {"id": block_node(block.name), "block": block.name, "color": _GREY}
    return data | _labelled(_short(block.name, within), f"{block.end - block.first} layers")


def _labelled(first: str, second: str) -> dict[str, Any]:
    return {"label": f"{first}\n{second}", "width": 18 + _LETTER_WIDTH * max(len(first), len(second))}


def _short(name: str, within: str) -> str:
    """The name without that of the block around it."""
    return name.removeprefix(within).lstrip("/_.") or name


def _edges(layers: Sequence[Layer], whole: Block, unfolded: frozenset[str]) -> Iterator[Element]:
    node_of: dict[str, str] = {}
    for unit in drawn(whole, unfolded):
        members = layers[unit.first : unit.end] if isinstance(unit, Block) else [layers[unit]]
        for layer in members:
            node_of[layer["name"]] = block_node(unit.name) if isinstance(unit, Block) else layer_node(layer["name"])
    ends = ((node_of[name], node_of[layer["name"]]) for layer in layers for name in layer["inputs"])
    for source, target in dict.fromkeys(ends):
        if source != target:
            yield {"data": {"source": source, "target": target}}


def _size(elements: Sequence[Element]) -> tuple[float, int]:
    """Width and height that the drawing will need, roughly: as deep as its longest way, as wide as its widest row."""
    rank: dict[str, int] = {}
    widths: Counter[int] = Counter()
    frames = 0
    arrows = [element["data"] for element in elements if "source" in element["data"]]
    reads: dict[str, list[str]] = {}
    for arrow in arrows:
        reads.setdefault(arrow["target"], []).append(arrow["source"])
    for element in elements:
        data = element["data"]
        if element.get("classes") == "frame":
            frames += 1
        elif "width" in data:
            rank[data["id"]] = 1 + max((rank[source] for source in reads.get(data["id"], [])), default=-1)
            widths[rank[data["id"]]] += int(data["width"]) + 20
    deepest = max(rank.values(), default=0) + 1
    height = min(deepest * _RANK_HEIGHT + frames * _FRAME_HEIGHT + 40, _MOST_HEIGHT)
    return max(widths.values(), default=0) + 60, height
