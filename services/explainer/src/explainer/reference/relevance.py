"""Layer-wise relevance propagation on innvestigate: its generic analyzer and its rules, the right one for each layer.

The named analyzers of innvestigate are wrong through BatchNormalization (see `named`). Here each BatchNormalization is
part of the layer before it, as on the native engine; but for LRP-z, which gives the same one layer after the other, and
so shows that both ways through it are right.
"""

from collections.abc import Callable, Mapping
from typing import Any

from domain.errors import HubError, Reason
from explainer.methods.lrp.composite import refuse_idle
from explainer.methods.lrp.rule_until_idx import RULES
from explainer.propagation.boxes import box_of
from explainer.propagation.composites import RelevanceComposite, composite
from explainer.propagation.linear import LINEAR_KINDS, NORMALISATION
from explainer.propagation.rules import AlphaBeta, AnyRule, Epsilon, Flat, WSquare, Z, ZBox, ZPlus
from explainer.propagation.rules.base import Bias
from explainer.reference.analyzers import Analyze, Analyzer, Case, created
from explainer.reference.forms import Form, layer_name
from explainer.reference.rules import translated
from network.description import NetworkDescription

Rules = Callable[[Any], RelevanceComposite]
"""From the parameters of a method to its composite."""

_ELEMENTWISE = {"Activation", "ReLU", "LeakyReLU", "ELU", "Rescaling"}
_SUMS = {"Add", "AveragePooling2D", "GlobalAveragePooling2D"}
_ROUTES = {
    "Concatenate",
    "Cropping2D",
    "CenterCrop",
    "Flatten",
    "GlobalMaxPooling2D",
    "MaxPooling2D",
    "Maximum",
    "Minimum",
    "Reshape",
    "ZeroPadding2D",
}
RIGHT_KINDS = {"InputLayer", NORMALISATION, *LINEAR_KINDS, *_ELEMENTWISE, *_SUMS, *_ROUTES}
"""Layers that relevance passes on innvestigate as it should; through all others it goes by the gradient."""


def _preset(alpha: float, **others: AnyRule) -> Rules:
    return lambda wanted: composite(
        **others, dense=Epsilon(epsilon=wanted.epsilon), convolution=AlphaBeta(alpha=alpha, bias=wanted.bias)
    )


def _until(index: int, below: AnyRule, above: RelevanceComposite) -> RelevanceComposite:
    return RelevanceComposite(until=index, below=below, assignments=above.assignments)


# Said here once more, apart from `explainer.methods`: what both took from one place would prove nothing of it.
_COMPOSITES: Mapping[str, Rules] = {
    "lrp.z": lambda _: composite(any=Z()),
    "lrp.z_ib": lambda _: composite(any=Z(bias=False)),
    "lrp.epsilon": lambda wanted: composite(any=Epsilon(epsilon=wanted.epsilon)),
    "lrp.epsilon_ib": lambda wanted: composite(any=Epsilon(epsilon=wanted.epsilon, bias=False)),
    "lrp.w_square": lambda _: composite(any=WSquare()),
    "lrp.flat": lambda _: composite(any=Flat()),
    "lrp.alpha_beta": lambda wanted: composite(any=AlphaBeta(alpha=wanted.alpha, bias=wanted.bias)),
    "lrp.alpha_2_beta_1": lambda wanted: composite(any=AlphaBeta(alpha=2, bias=wanted.bias)),
    "lrp.alpha_2_beta_1_ib": lambda _: composite(any=AlphaBeta(alpha=2, bias=Bias.NONE)),
    "lrp.alpha_1_beta_0": lambda wanted: composite(any=AlphaBeta(alpha=1, bias=wanted.bias)),
    "lrp.alpha_1_beta_0_ib": lambda _: composite(any=AlphaBeta(alpha=1, bias=Bias.NONE)),
    "lrp.z_plus": lambda _: composite(any=ZPlus()),
    "lrp.z_plus_fast": lambda _: composite(any=ZPlus(inputs="assumed_positive")),
    "lrp.z_box": lambda _: composite(first=ZBox(), any=ZPlus()),
    "lrp.sequential_preset_a": _preset(1),
    "lrp.sequential_preset_a_flat": _preset(1, first=Flat()),
    "lrp.sequential_preset_b": _preset(2),
    "lrp.sequential_preset_b_flat": _preset(2, first=Flat()),
    "lrp.sequential_preset_b_flat_until_idx": lambda wanted: _until(wanted.index, Flat(), _preset(2)(wanted)),
    "lrp.rule_until_idx": lambda wanted: _until(wanted.index, RULES[wanted.lower], composite(any=RULES[wanted.upper])),
    "lrp.composite": lambda wanted: RelevanceComposite(assignments=wanted.rules),
}
_DEEP_TAYLOR: Mapping[str, Rules] = {
    "deep_taylor": lambda _: composite(first=WSquare(), any=ZPlus()),
    "deep_taylor.bounded": lambda wanted: composite(first=bounded(wanted), any=ZPlus()),
}


def bounded(wanted: Any) -> ZBox:
    """The z^B-rule with the bounds of `deep_taylor.bounded`."""
    return ZBox(low=None if wanted.low is None else (wanted.low,), high=None if wanted.high is None else (wanted.high,))


def _propagated(rules: Rules, *, positive: bool = False) -> Callable[[Case], Analyze]:
    def build(case: Case) -> Analyze:
        import tensorflow as tf

        _refuse_wrong_layer(case.description)
        nodes, chosen = case.description.nodes, rules(case.parameters)
        by_name = chosen.for_network(nodes, box_of(case.input_range)).rules
        return created(
            "lrp",
            case,
            head=tf.nn.relu if positive else None,
            rule=[(_is(layer_name(name)), translated(rule, name)) for name, rule in by_name],
        )

    return build


def _own_rules(case: Case) -> Analyze:
    refuse_idle(case.description, case.parameters.rules)
    return _propagated(_COMPOSITES["lrp.composite"])(case)


def _is(name: str) -> Callable[[Any], bool]:
    return lambda layer: bool(layer.name == name)


def _refuse_wrong_layer(description: NetworkDescription) -> None:
    wrong = next((node for node in description.nodes if node.kind not in RIGHT_KINDS), None)
    if wrong is not None:
        raise HubError(
            Reason.METHOD_NOT_APPLICABLE,
            f"innvestigate hands relevance back through the layer {wrong.name!r} ({wrong.kind}) by its gradient, which "
            "does not keep its sum.",
            "Use the native engine.",
        )


RELEVANCE = {
    **{method: Analyzer(_propagated(rules), Form.FOLDED) for method, rules in _COMPOSITES.items()},
    **{method: Analyzer(_propagated(rules, positive=True), Form.FOLDED) for method, rules in _DEEP_TAYLOR.items()},
    "lrp.z": Analyzer(_propagated(_COMPOSITES["lrp.z"])),
    "lrp.composite": Analyzer(_own_rules, Form.FOLDED),
}
"""How each is asked of innvestigate."""
