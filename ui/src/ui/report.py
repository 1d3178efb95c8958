"""The report on a model: what it reads and answers, what was changed on import, what it costs, what explains it."""

from typing import Any

import dash_mantine_components as dmc
from dash import html

from innhub import Hub
from innhub.models import Model
from ui import facts, training
from ui.accessible import aria
from ui.quantities import many, memory, shape

Summary = dict[str, Any]

_HEADS = {"softmax": "one of them (softmax)", "sigmoid": "each on its own (sigmoid)", "logits": "as logits"}
_RESIZE = {"crop": "cropped to the middle {:.3g} %", "pad": "padded with black", "stretch": "stretched"}
_CLASS_ACTIVATION_MAP = "grad_cam"


def report(model: Model, hub: Hub) -> html.Section:
    """The report on a model that is ready."""
    assert model.summary is not None, "only a model that is ready has a report"
    rows = {row["method"]: row for row in hub.models.methods(model.name)}
    maps_at = rows.get(_CLASS_ACTIVATION_MAP, {}).get("layer", "")
    return html.Section(
        [
            facts.listed(_facts(model.summary, maps_at)),
            html.Div(
                [
                    _changes(model.summary["changes"]),
                    _methods(hub.methods(), rows),
                    training.details(hub.models.training(model.name)),
                ],
                className="folds",
            ),
        ],
        className="report",
        **aria(label=f"Report on {model.name}"),
    )


def _facts(summary: Summary, maps_at: str) -> list[facts.Fact]:
    return [
        ("Reads", f"{shape(summary['input_shape'][:2])} pixels, {_channels(summary['preprocessing'])}"),
        ("Prepared by", _preparation(summary["preprocessing"])),
        ("Answers", f"{summary['classes']:,} classes, {_HEADS.get(summary['head'], summary['head'])}"),
        ("Network", f"{summary['layers']:,} layers, {many(summary['parameters'])} parameters"),
        ("Costs", f"{many(summary['multiply_adds'])} multiply-adds a picture"),
        (
            "Memory",
            f"{memory(summary['weight_bytes'])} of weights, {memory(summary['activation_bytes'])} of activations",
        ),
        ("Class activation maps", f"at {maps_at}, unless another layer is chosen" if maps_at else ""),
        ("Comes from", summary["source"]),
    ]


def _channels(steps: dict[str, Any]) -> str:
    return "grey" if steps["channel_order"] == "grey" else str(steps["channel_order"]).upper()


def _preparation(steps: dict[str, Any]) -> str:
    mean, scale = steps["mean"], steps["scale"]
    said = [
        f"minus {_each(mean)}" if any(mean) else "",
        f"divided by {_each(scale)}" if any(side != 1 for side in scale) else "",
        _RESIZE[steps["resize"]].format(100 * steps["crop_fraction"]),
    ]
    return ", ".join(filter(None, said))


def _each(values: list[float]) -> str:
    """One value where all are alike."""
    return " / ".join(f"{value:g}" for value in (values if len(set(values)) > 1 else values[:1]))


def _changes(changes: list[str]) -> html.Details | None:
    if not changes:
        return None
    title = "1 thing was changed or assumed" if len(changes) == 1 else f"{len(changes)} things were changed or assumed"
    return html.Details([html.Summary(title), html.Ul([html.Li(change) for change in changes], className="changes")])


def _methods(methods: list[dict[str, Any]], rows: dict[str, dict[str, Any]]) -> html.Details:
    known = [(method, rows[method["id"]]) for method in methods if method["id"] in rows]
    applicable = sum(row["applicable"] for _, row in known)
    return html.Details(
        [
            html.Summary(f"{applicable} of {len(known)} methods explain it"),
            html.Div(
                dmc.Table(
                    [
                        dmc.TableThead(dmc.TableTr([dmc.TableTh(head) for head in ("Method", "Explains it", "Where")])),
                        dmc.TableTbody([_method(method, row) for method, row in known]),
                    ],
                    striped=True,
                    verticalSpacing=4,
                ),
                className="scrolled",
                tabIndex=0,
            ),
        ]
    )


def _method(method: dict[str, Any], row: dict[str, Any]) -> dmc.TableTr:
    layer = f"at {row['layer']}" if row["layer"] else ""
    where = layer if row["applicable"] else f"{row['reason']} ({layer})" if layer else row["reason"]
    return dmc.TableTr(
        [
            dmc.TableTd(method["title"]),
            dmc.TableTd("✓ yes" if row["applicable"] else "✗ no", className="yes" if row["applicable"] else "no"),
            dmc.TableTd(where),
        ]
    )
