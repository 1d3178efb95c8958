"""Our rules of relevance propagation in those of innvestigate."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from domain.errors import HubError, Reason
from explainer.propagation.rules import AlphaBeta, AnyRule, Epsilon, Flat, Gamma, WSquare, Z, ZBox, ZPlus
from explainer.propagation.rules.base import Bias


def translated(rule: AnyRule, layer: str) -> Callable[..., Any]:
    """What innvestigate makes the rule of a layer with.

    Raises:
        HubError: `PARAMETER_INVALID`, naming the rule, if innvestigate does not have it.
    """
    from innvestigate.analyzer.relevance_based import relevance_rule as theirs

    made: Callable[..., Any]
    match rule:
        case Z():
            made = partial(theirs.ZRule, bias=rule.bias)
        case Epsilon():
            made = partial(theirs.EpsilonRule, epsilon=rule.epsilon, bias=rule.bias)
        case AlphaBeta():
            made = partial(theirs.AlphaBetaRule, alpha=rule.alpha, bias=has_bias(rule.bias))
        case ZPlus():
            made = theirs.ZPlusFastRule if rule.inputs == "assumed_positive" else theirs.ZPlusRule
        case Flat():
            made = theirs.FlatRule
        case WSquare():
            made = theirs.WSquareRule
        case ZBox():
            made = partial(theirs.BoundedRule, low=_by_channel(rule.low), high=_by_channel(rule.high))
        case Gamma():
            raise HubError(
                Reason.PARAMETER_INVALID,
                f"innvestigate does not have the rule {rule.name!r}, which the layer {layer!r} is to get.",
                "Choose another rule, or the native engine.",
            )
    return made


def has_bias(bias: Bias) -> bool:
    """Whether the αβ-rule of innvestigate is to heed biases.

    Raises:
        HubError: `PARAMETER_INVALID` if it is to divide them by their signs.
    """
    if bias is Bias.SIGNED:
        raise HubError(
            Reason.PARAMETER_INVALID,
            "bias = 'signed': the αβ-rule of innvestigate puts the whole bias into both denominators, or none of it.",
            "Set bias to 'full' or 'none', or use the native engine.",
        )
    return bias is Bias.FULL


def _by_channel(values: tuple[float, ...] | None) -> Any:
    assert values is not None, "the composite knows the range of the pixels"
    return np.asarray(values, np.float32)
