"""DeepLIFT with the rescale rule."""

import tensorflow as tf
from pydantic import Field

from explainer.methods.base import Attribution, Family, Obstacle, Parameters, Problem
from explainer.methods.baselines import BASELINE_HELP, Baseline
from explainer.methods.registry import method
from explainer.propagation.differences import contributions, passes_differences
from network.description import NetworkDescription


class DeepLiftParameters(Parameters):
    """What can be set."""

    baseline: Baseline = Field(default=Baseline.ZERO, description=BASELINE_HELP)
    seed: int = Field(default=0, ge=0, le=2**31 - 1, description="Of the noise, where the baseline is one.")


def _obstacle(description: NetworkDescription) -> Obstacle | None:
    node = next((node for node in description.nodes if not passes_differences(node)), None)
    if node is None:
        return None
    return Obstacle(
        node.name,
        f"DeepLIFT has no rule for the layer {node.name!r} ({node.kind}).",
        "Use integrated_gradients, which measures from a baseline too and works through any layer.",
    )


@method(
    "deep_lift",
    title="DeepLIFT",
    family=Family.MODIFIED_BACKPROP,
    summary="How much each pixel contributes to the difference between the output and that of a baseline, compared "
    "layer "
    "by layer: adds up to the difference exactly.",
    paper="Shrikumar, Greenside, Kundaje 2017, Learning Important Features Through Propagating Activation Differences, "
    "ICML, arXiv:1704.02685, section 3.5.2 (rescale rule)",
    parameters=DeepLiftParameters,
    obstacle=_obstacle,
)
def deep_lift(problem: Problem, parameters: DeepLiftParameters) -> Attribution:
    """R = m ⊙ (x - x'), with multipliers m that go back by the rescale rule, m_i = m_j Δy_j / Δx_i."""
    baseline = problem.baseline(parameters.baseline, parameters.seed)
    return Attribution(problem.compiled(contributions, tf.constant(baseline)))
