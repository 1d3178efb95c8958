"""Composites: which rule each layer gets.

Linear layers get theirs from a list of assignments, the first that fits. All other layers have one way to pass
relevance on, whatever the composite.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field

from domain.errors import HubError, Reason
from explainer.propagation.boxes import Box, boxes
from explainer.propagation.linear import LINEAR_KINDS, NORMALISATION
from explainer.propagation.normalisation import NORMALISING_KINDS
from explainer.propagation.passing import chain_rule, gated, identity, normalising, proportional
from explainer.propagation.rules import AnyRule, Epsilon, ZBox
from explainer.propagation.stages import Stage, stages
from explainer.propagation.walk import Propagate, Step
from network.description import Node

_CONVOLUTIONS = LINEAR_KINDS - {"Dense"}
_STABILISER = 1e-7

_PASSING: dict[str, Propagate] = {
    **dict.fromkeys(["Activation", "ReLU", "LeakyReLU", "ELU", "PReLU", "Rescaling", "UnitNormalization"], identity),
    **dict.fromkeys(["MaxPooling2D", "GlobalMaxPooling2D", "Maximum", "Minimum"], chain_rule),
    **dict.fromkeys(["Concatenate", "ZeroPadding2D", "Cropping2D", "CenterCrop", "Flatten", "Reshape"], chain_rule),
    **dict.fromkeys(["Add", "Subtract", "Average", "AveragePooling2D", "GlobalAveragePooling2D"], proportional),
    **dict.fromkeys(["UpSampling2D", "Resizing"], proportional),
    **dict.fromkeys(NORMALISING_KINDS, normalising(_STABILISER)),
    "Multiply": gated,
}


class Assignment(BaseModel):
    """Some layers, and the rule that they get."""

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="forbid")

    layers: str = Field(
        min_length=1,
        description="first (linear layers that see the picture itself), dense, convolution, any, a kind of layer such "
        "as DepthwiseConv2D, or a pattern of names such as block1_*.",
    )
    rule: AnyRule

    def fits(self, stage: Stage) -> bool:
        """Whether a linear stage is among the layers."""
        match self.layers:
            case "any":
                return True
            case "first":
                return stage.first
            case "dense":
                return stage.node.kind == "Dense"
            case "convolution":
                return stage.node.kind in _CONVOLUTIONS
            case pattern:
                return pattern == stage.node.kind or fnmatchcase(stage.node.name, pattern)


@dataclass(frozen=True)
class LayerRules:
    """The rule of each linear layer of one network, by name; all other layers pass relevance on in the way of their
    kind."""

    rules: tuple[tuple[str, AnyRule], ...]

    def __call__(self, step: Step) -> Propagate:
        """How a stage propagates."""
        if not step.stage.is_linear:
            return _PASSING[step.node.kind]
        return dict(self.rules).get(step.node.name, _OTHERWISE)


class RelevanceComposite(BaseModel):
    """Layer-wise relevance propagation with rules for linear layers; those that no assignment fits get LRP-ε."""

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="forbid")

    assignments: tuple[Assignment, ...]
    until: int = -1
    """The number of the last linear layer that gets the rule `below`; none does where it is negative."""
    below: AnyRule = Epsilon()

    def for_network(self, nodes: Sequence[Node], picture: Box) -> LayerRules:
        """The rule of each layer of a network whose pixels lie in a box: z^B-rules that name no box get their own.

        Raises:
            HubError: `PARAMETER_INVALID` for a z^B-rule without a box at a layer that does not see the picture.
        """
        found = boxes(nodes, picture)
        linear = [stage for stage in stages(nodes) if stage.is_linear]
        return LayerRules(tuple((stage.node.name, _boxed(self._rule(stage), stage, found)) for stage in linear))

    def _rule(self, stage: Stage) -> AnyRule:
        if stage.node.kind == NORMALISATION:
            # It stands alone, with one input for each output: there is nothing to share out by one rule or another.
            return _OTHERWISE
        if stage.number is not None and stage.number <= self.until:
            return self.below
        return next((assignment.rule for assignment in self.assignments if assignment.fits(stage)), _OTHERWISE)


def _boxed(rule: AnyRule, stage: Stage, found: Mapping[str, Box]) -> AnyRule:
    if not isinstance(rule, ZBox) or (rule.low is not None and rule.high is not None):
        return rule
    box = found.get(stage.node.inputs[0])
    if box is None:
        raise HubError(
            Reason.PARAMETER_INVALID,
            f"The layer {stage.node.name!r} does not see the picture, so the range of its inputs is not known.",
            "Give the z_box rule low and high, or use it for first layers only.",
        )
    return rule.model_copy(update={"low": rule.low or box[0], "high": rule.high or box[1]})


_OTHERWISE = Epsilon(epsilon=_STABILISER)


def composite(**rules: AnyRule) -> RelevanceComposite:
    """A composite in short: the rules by the layers that they are for, in order."""
    return RelevanceComposite(assignments=tuple(Assignment(layers=layers, rule=rule) for layers, rule in rules.items()))


def unexplained_node(nodes: Sequence[Node]) -> Node | None:
    """The first layer that relevance cannot pass, if any."""
    known = {*_PASSING, *LINEAR_KINDS, NORMALISATION, "InputLayer"}
    for node in nodes:
        if node.kind not in known or node.arguments.get("activation") == "softmax":
            return node
    return None
