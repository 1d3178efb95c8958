"""What innvestigate is asked in all tests: one process answers everything, which builds a graph for each question."""

from typing import Any

from conformance.asking import GRADIENTS, applies
from conformance.networks import NETWORKS, network
from conformance.reference import ReferenceQuestion

from domain.explanations import Engine
from explainer.reference.offers import OFFERS

_FOUND = OFFERS[Engine.INNVESTIGATE]
_NAMED = Engine.INNVESTIGATE_NAMED
NORMALISED = "normalised"
_STRANGE = {"gated", "standardised", "enlarging"}
"""Networks with layers that innvestigate hands relevance through wrongly, or not at all."""
_EVERYWHERE = {"gradient", "lrp.z", "lrp.alpha_2_beta_1_ib", "deep_taylor.bounded"}
"""Asked on all other networks."""
_WITH_NORMALISATION = {*GRADIENTS, "guided_backprop", "deconvnet", "lrp.z_ib", "lrp.epsilon", "lrp.z_plus_fast"}
"""Asked on `plain`, which has biases, and on the network that has normalisations; all others on `plain` alone."""
_DEEP_TAYLOR = ("deep_taylor", "deep_taylor.bounded")
_ONE_RULE = [{"layers": "second", "rule": {"name": "alpha_beta", "alpha": 3.5}}]
_ANY_GAMMA = [{"layers": "any", "rule": {"name": "gamma"}}]
_OTHER_PARAMETERS: list[tuple[str, dict[str, Any]]] = [
    ("random", {"deviation": 2.5, "seed": 3}),
    ("gradient", {"reduction": "absolute"}),
    ("gradient", {"reduction": "max"}),
    ("gradient", {"reduction": "sum"}),
    ("guided_backprop", {"start": "output"}),
    ("deconvnet", {"start": "output"}),
    ("integrated_gradients", {"steps": 18, "baseline": "blur"}),
    ("integrated_gradients", {"steps": 3, "baseline": "uniform", "seed": 5}),
    ("integrated_gradients", {"steps": 3, "baseline": "white"}),
    ("smoothgrad", {"samples": 20, "noise": 0.5, "seed": 9}),
    ("lrp.epsilon", {"epsilon": 0.05}),
    ("lrp.epsilon_ib", {"epsilon": 0.05}),
    ("lrp.alpha_beta", {"alpha": 3.5, "bias": "none"}),
    ("lrp.alpha_2_beta_1", {"bias": "none"}),
    ("lrp.sequential_preset_a", {"epsilon": 0.25, "bias": "none"}),
    ("lrp.sequential_preset_b_flat_until_idx", {"index": 1}),
    ("lrp.rule_until_idx", {"index": 1, "lower": "z_plus", "upper": "alpha_2_beta_1"}),
    ("lrp.rule_until_idx", {"lower": "z_box", "upper": "w_square"}),
    ("deep_taylor.bounded", {"low": -5.0, "high": 6.5}),
]
"""Beside the defaults, so that both engines are seen to heed what they are told."""
_ON_NORMALISED: list[tuple[str, dict[str, Any]]] = [
    ("lrp.epsilon", {"epsilon": 0.05}),
    ("lrp.alpha_1_beta_0", {"bias": "full"}),
    ("lrp.sequential_preset_b_flat_until_idx", {"index": 1, "bias": "none"}),
]
"""Where a normalisation counts as part of the layer before it, also in the numbers of the layers.

The biases that it brings may almost cancel the denominators of the αβ-rule with β > 0 and full biases: there a change
of the weights in their last digit changes the map by 3e-4.
"""
_GIVEN: dict[str, dict[str, Any]] = {"lrp.composite": {"rules": _ONE_RULE}}
"""Instead of defaults that innvestigate cannot follow."""
_NAMED_ELSEWHERE = {"deep_taylor.bounded": "linear"}
"""innvestigate's own takes the gradient at average pooling, where the paper shares in proportion."""
_UNLIKE_NAMED = {"integrated_gradients", "deep_taylor"}
"""Of the named analyzers: one takes other points, the other never uses the w²-rule that the paper has for pixels."""

UNABLE = [
    ReferenceQuestion("plain", "lrp.alpha_beta", {"bias": "signed"}),
    ReferenceQuestion("plain", "lrp.composite", {"rules": _ANY_GAMMA}),
    ReferenceQuestion("plain", "lrp.rule_until_idx", {"lower": "gamma"}),
    ReferenceQuestion("plain", "lrp.composite", {"rules": [{"layers": "secnd", "rule": {"name": "z"}}]}),
    ReferenceQuestion("plain", "lrp.sequential_preset_a", {"bias": "none"}, _NAMED),
    ReferenceQuestion("plain", "lrp.alpha_1_beta_0", {"bias": "signed"}, _NAMED),
    ReferenceQuestion("gated", "lrp.z"),
    ReferenceQuestion("standardised", "lrp.z"),
    ReferenceQuestion("enlarging", "gradient"),
]
"""What innvestigate cannot do."""
WARNED = [
    ReferenceQuestion(NORMALISED, method, engine=_NAMED)
    for method in ("lrp.z", "lrp.epsilon", "lrp.alpha_2_beta_1", "lrp.sequential_preset_a", "lrp.z_box", *_DEEP_TAYLOR)
]
"""Named analyzers that go wrong through BatchNormalization."""
LOSSY = [ReferenceQuestion(NORMALISED, method, engine=_NAMED) for method in ("lrp.flat", "lrp.w_square")]
"""Named analyzers that do not, but lose what arrives at closed units of `ReLU` layers."""
UNTOUCHED = [ReferenceQuestion(NORMALISED, "gradient", engine=_NAMED)]
"""Named analyzers that do not."""


def shared() -> list[ReferenceQuestion]:
    """What both engines are to answer in the same way."""
    usual = [
        ReferenceQuestion(name, method, _GIVEN.get(method, {}))
        for method in _FOUND
        for name in NETWORKS
        if name not in _STRANGE
        and applies(method, network(name))
        and (name == "plain" or method in _EVERYWHERE or (name == NORMALISED and method in _WITH_NORMALISATION))
    ]
    others = [ReferenceQuestion("plain", method, parameters) for method, parameters in _OTHER_PARAMETERS]
    folded = [ReferenceQuestion(NORMALISED, method, parameters) for method, parameters in _ON_NORMALISED]
    strange = [ReferenceQuestion(name, "gradient") for name in ("gated", "standardised")]
    return [*usual, *others, *folded, *strange]


def named() -> list[ReferenceQuestion]:
    """What the named analyzers are to answer as the native engine does: on networks without BatchNormalization."""
    asked = [
        ReferenceQuestion(_NAMED_ELSEWHERE.get(method, "plain"), method, engine=_NAMED) for method in OFFERS[_NAMED]
    ]
    return [question for question in asked if question.method not in _UNLIKE_NAMED]


def everything() -> list[ReferenceQuestion]:
    """All questions, each once."""
    found = [*shared(), *named(), *WARNED, *LOSSY, *UNTOUCHED, *UNABLE]
    return list({question.name: question for question in found}.values())
