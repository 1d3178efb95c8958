"""What is checked before a run begins, so that it is not found out in every shard."""

import asyncio

from domain.errors import HubError, Reason
from gateway.dependencies import Hub
from gateway.runs.schemas import NewRun, RunKind

_PATTERN_METHOD = "pattern_net"


async def completed(hub: Hub, workspace: str, new: NewRun, dataset: str, models: list[str]) -> tuple[NewRun, str]:
    """The run with all parameters of what it explains, and the digest of that; empty for a run that explains nothing.

    Raises:
        HubError: naming what one of the models does not have or allow.
    """
    if new.kind is RunKind.ACTIVATIONS:
        await hub.inference.layer(workspace, models[0], new.layer)
    if new.kind is RunKind.PATTERNS:
        await _require_patterns_to_apply(hub, workspace, models[0])
    if new.explanation is None:
        return new, ""
    asked = new.explanation
    plans = await asyncio.gather(*(hub.explainer.plan(workspace, model, dataset, asked) for model in models))
    explanation, digest = plans[0]
    return new.model_copy(update={"explanation": explanation}), digest


async def _require_patterns_to_apply(hub: Hub, workspace: str, model: str) -> None:
    rows = (await hub.explainer.applicable_methods(workspace, model)).methods
    refused = next((row for row in rows if row.method == _PATTERN_METHOD and not row.applicable), None)
    if refused is not None:
        raise HubError(
            Reason.METHOD_NOT_APPLICABLE,
            f"Patterns would be of no use for this model: {refused.reason}",
            "GET .../models/{model}/methods says which methods apply.",
        )
