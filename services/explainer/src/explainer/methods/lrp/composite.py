"""LRP with rules of the user's own choice."""

from pydantic import Field

from domain.errors import HubError, Reason
from explainer.methods.base import Attribution, Family, Parameters, Problem
from explainer.methods.registry import method
from explainer.propagation.composites import Assignment, RelevanceComposite
from explainer.propagation.preconditions import has_rule_for_every_layer
from explainer.propagation.relevance import relevance
from explainer.propagation.rules import Epsilon, Gamma, ZBox
from explainer.propagation.stages import stages
from network.description import NetworkDescription


class CompositeParameters(Parameters):
    """What can be set."""

    rules: tuple[Assignment, ...] = Field(
        default=(
            Assignment(layers="first", rule=ZBox()),
            Assignment(layers="dense", rule=Epsilon()),
            Assignment(layers="convolution", rule=Gamma()),
        ),
        max_length=100,
        description="Which layers get which rule, the first that fits: layers are first, dense, convolution, any, a "
        "kind such as DepthwiseConv2D, or a pattern of names such as block1_*; rules are z, epsilon, gamma, "
        "alpha_beta, "
        "z_plus, flat, w_square and z_box with their parameters. Layers that nothing fits get LRP-ε.",
    )


@method(
    "lrp.composite",
    title="LRP, your own rules",
    family=Family.RELEVANCE,
    summary="Layer-wise relevance propagation with a rule of your choice for each kind of layer or each name.",
    paper="Montavon et al. 2019, Layer-Wise Relevance Propagation: An Overview, in: Explainable AI, LNCS 11700, "
    "section "
    "10.3 (different rules for different layers)",
    parameters=CompositeParameters,
    obstacle=has_rule_for_every_layer,
)
def lrp_composite(problem: Problem, parameters: CompositeParameters) -> Attribution:
    """Each linear layer gets the rule of the first assignment that fits."""
    refuse_idle(problem.network.description, parameters.rules)
    return relevance(problem, RelevanceComposite(assignments=parameters.rules))


def refuse_idle(description: NetworkDescription, rules: tuple[Assignment, ...]) -> None:
    """Refuses an assignment that fits no layer: a mistyped name would else do nothing, silently.

    Raises:
        HubError: `PARAMETER_INVALID`, naming it.
    """
    linear = [stage for stage in stages(description.nodes) if stage.is_linear]
    idle = next((rule.layers for rule in rules if not any(rule.fits(stage) for stage in linear)), None)
    # The words are for every network, also one that has no layer of the sort.
    if idle is not None and idle not in {"first", "dense", "convolution", "any"}:
        raise HubError(
            Reason.PARAMETER_INVALID,
            f"lrp.composite: no linear layer of the network fits {idle!r}.",
            f"Its linear layers are {', '.join(stage.node.name for stage in linear[:8])} ...",
        )
