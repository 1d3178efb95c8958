"""`innhub models doctor`: what a model is and what can be asked of it, in plain words."""

from collections.abc import Iterator
from typing import Any

import typer

from innhub.cli.connection import hub
from innhub.cli.models import Name, print_methods
from innhub.cli.output import AsJson, console, document, print_json
from innhub.connection import JSON

_HEADS = {
    "softmax": "with scores that sum to 1 (softmax)",
    "sigmoid": "with a score for each class by itself (sigmoid)",
    "logits": "with logits, of which scores are made by softmax",
}


def doctor(context: typer.Context, model: Name, as_json: AsJson = False) -> None:
    """Say in plain words what a model reads and answers, what the import changed, what it costs, and what applies."""
    models = hub(context).models
    methods, found = models.methods(model), models.get(model)
    if as_json:
        print_json({"model": document(found), "methods": methods})
        return
    console.print(f"[bold]{found.name}[/bold] ({found.id})")
    for line in findings(found.summary or {}, methods):
        console.print(f"  {line}", highlight=False)
    print_methods(methods)


def findings(summary: dict[str, Any], methods: list[JSON]) -> Iterator[str]:
    """What there is to say about a model that is ready, line by line."""
    height, width, channels = summary["input_shape"]
    preprocessing = summary["preprocessing"]
    if summary["source"]:
        yield f"comes from {summary['source']}"
    yield f"reads pictures of {width} x {height} pixels in {channels} channels ({preprocessing['channel_order']})"
    yield f"prepares them by (x - {preprocessing['mean']}) / {preprocessing['scale']}, {preprocessing['resize']}"
    yield f"tells {summary['classes']} classes apart, and answers {_HEADS[summary['head']]}"
    yield f"has {summary['layers']} layers with {summary['parameters']:,} weights"
    # Models that were imported before costs were noted have none.
    if summary["multiply_adds"]:
        yield (
            f"costs {summary['multiply_adds'] / 1e6:,.1f} million multiply-adds a picture, and "
            f"{summary['weight_bytes'] / 1e6:,.1f} MB for weights and {summary['activation_bytes'] / 1e6:,.1f} MB for "
            "activations"
        )
    at = next((row["layer"] for row in methods if row["method"] == "grad_cam" and row["applicable"]), None)
    yield f"takes class activation maps at {at}" if at else "has no layer for class activation maps"
    for change in summary["changes"]:
        yield f"note: {change}"
