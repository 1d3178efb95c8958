"""The named analyzers of innvestigate as it ships them, so that published results can be reproduced.

Left out are `random` and `smoothgrad`, whose noise innvestigate draws without a seed, and what it has no name for. Its
own SmoothGrad ignores how much noise is wanted; integrated gradients begin each step at its beginning.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from domain.errors import HubError, Reason
from explainer.propagation.boxes import box_of
from explainer.propagation.composites import composite
from explainer.propagation.rules import ZBox, ZPlus
from explainer.propagation.rules.base import Bias
from explainer.propagation.stages import stages
from explainer.reference.analyzers import Analyze, Analyzer, Case, created
from explainer.reference.forms import Form, layer_name
from explainer.reference.gradients import gradient, integrated_gradients, modified
from explainer.reference.named_warnings import (
    Warnings,
    lost_in_rectifiers,
    scaled_by_normalisation,
    wrong_through_normalisation,
)
from explainer.reference.relevance import bounded
from explainer.reference.rules import has_bias

Options = Mapping[str, Any]


def _epsilon(case: Case) -> Options:
    return {"epsilon": case.parameters.epsilon, "bias": True}


def _epsilon_without_bias(case: Case) -> Options:
    return {"epsilon": case.parameters.epsilon, "bias": False}


def _alpha_beta(alpha: float, case: Case) -> Options:
    return {"alpha": alpha, "bias": has_bias(case.parameters.bias)}


def _preset(case: Case) -> Options:
    if case.parameters.bias is not Bias.FULL:
        raise HubError(
            Reason.PARAMETER_INVALID,
            f"bias = {case.parameters.bias.value!r}: innvestigate's own presets put the whole bias into both "
            "denominators.",
            "Set bias to 'full', or use the engine innvestigate.",
        )
    return {"epsilon": case.parameters.epsilon}


def _preset_until(case: Case) -> Options:
    return {**_preset(case), "until_layer_idx": _position(case)}


def _boxed(rule: ZBox, case: Case) -> tuple[Any, Any]:
    """The bounds of the first layer, as arrays that broadcast over its inputs."""
    import numpy as np

    rules = composite(first=rule, any=ZPlus()).for_network(case.description.nodes, box_of(case.input_range)).rules
    box = next(chosen for _, chosen in rules if isinstance(chosen, ZBox))
    return np.asarray(box.low, np.float32), np.asarray(box.high, np.float32)


def _first_bounded(case: Case) -> Options:
    return {"input_layer_rule": _boxed(ZBox(), case)}


def _bounds(case: Case) -> Options:
    low, high = _boxed(bounded(case.parameters), case)
    return {"low": low, "high": high}


def _position(case: Case) -> int:
    """Where innvestigate finds the layer whose number is wanted: it counts all layers, in an order of its own.

    Raises:
        HubError: `PARAMETER_INVALID` if it would take other layers than those up to that number.
    """
    order = [layer.name for layer in case.model.layers]
    places = {
        stage.number: order.index(layer_name(stage.node.name))
        for stage in stages(case.description.nodes)
        if stage.number is not None
    }
    wanted = {number for number in places if number <= case.parameters.index}
    position = max(places[number] for number in wanted)
    taken = {number for number, place in places.items() if place <= position}
    if taken != wanted:
        raise HubError(
            Reason.PARAMETER_INVALID,
            f"index = {case.parameters.index}: innvestigate takes the layers in another order, and would give the rule "
            f"to {', '.join(order[places[number]] for number in sorted(taken - wanted))} too.",
            "Choose another index, or use the engine innvestigate.",
        )
    return position


def _named(
    name: str, options: Callable[[Case], Options] = lambda _: {}, warnings: Warnings = wrong_through_normalisation
) -> Analyzer:
    def build(case: Case) -> Analyze:
        return created(name, case, **options(case))

    return Analyzer(build, Form.ORIGINAL, warnings)


def _unchanged(build: Callable[[Case], Analyze]) -> Analyzer:
    return Analyzer(build, Form.ORIGINAL)


NAMED = {
    "input": _unchanged(lambda case: created("input", case)),
    "gradient": _unchanged(gradient),
    "gradient.baseline": _unchanged(lambda case: created("gradient.baseline", case)),
    "input_times_gradient": _unchanged(lambda case: created("input_t_gradient", case)),
    "integrated_gradients": _unchanged(lambda case: integrated_gradients(case, within_step=0.0)),
    "deconvnet": _unchanged(modified("deconvnet")),
    "guided_backprop": _unchanged(modified("guided_backprop")),
    "lrp.z": _named("lrp.z"),
    "lrp.epsilon": _named("lrp.epsilon", _epsilon),
    "lrp.epsilon_ib": _named("lrp.epsilon", _epsilon_without_bias),
    "lrp.w_square": _named("lrp.w_square", warnings=lost_in_rectifiers),
    "lrp.flat": _named("lrp.flat", warnings=lost_in_rectifiers),
    "lrp.alpha_beta": _named("lrp.alpha_beta", lambda case: _alpha_beta(case.parameters.alpha, case)),
    "lrp.alpha_2_beta_1": _named("lrp.alpha_beta", partial(_alpha_beta, 2)),
    "lrp.alpha_2_beta_1_ib": _named("lrp.alpha_2_beta_1_IB"),
    "lrp.alpha_1_beta_0": _named("lrp.alpha_beta", partial(_alpha_beta, 1)),
    "lrp.alpha_1_beta_0_ib": _named("lrp.alpha_1_beta_0_IB"),
    "lrp.z_plus": _named("lrp.z_plus"),
    "lrp.z_plus_fast": _named("lrp.z_plus_fast"),
    "lrp.z_box": _named("lrp.z_plus", _first_bounded),
    "lrp.sequential_preset_a": _named("lrp.sequential_preset_a", _preset),
    "lrp.sequential_preset_a_flat": _named("lrp.sequential_preset_a_flat", _preset),
    "lrp.sequential_preset_b": _named("lrp.sequential_preset_b", _preset),
    "lrp.sequential_preset_b_flat": _named("lrp.sequential_preset_b_flat", _preset),
    "lrp.sequential_preset_b_flat_until_idx": _named("lrp.sequential_preset_b_flat_until_idx", _preset_until),
    "deep_taylor": _named("deep_taylor", warnings=scaled_by_normalisation),
    "deep_taylor.bounded": _named("deep_taylor.bounded", _bounds, scaled_by_normalisation),
}
"""How each is asked of innvestigate."""
