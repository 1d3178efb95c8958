"""Layer-wise relevance propagation of a problem, with the composite that makes the method."""

import tensorflow as tf

from explainer.methods.base import Attribution, Problem
from explainer.propagation.boxes import box_of
from explainer.propagation.composites import LayerRules, RelevanceComposite
from explainer.propagation.walk import backward, forward
from network.canonical import CanonicalNetwork


def relevance(problem: Problem, composite: RelevanceComposite, *, positive: bool = False) -> Attribution:
    """The relevance of the inputs: the value explained, handed back layer by layer (Bach et al. 2015, eq. 2 and 13).

    Args:
        problem: what is explained.
        composite: the rules.
        positive: whether to begin from max(f, 0), as deep Taylor decomposition does, which explains what speaks for a
            unit only.
    """
    rules = composite.for_network(problem.network.description.nodes, box_of(problem.input_range))
    return Attribution(problem.compiled(_walk, rules=rules, positive=positive))


def _walk(
    network: CanonicalNetwork, inputs: tf.Tensor, weights: tf.Tensor, *, node: str, rules: LayerRules, positive: bool
) -> tf.Tensor:
    steps = forward(network, inputs, node)
    output = tf.nn.relu(steps[node].output) if positive else steps[node].output
    return backward(steps, node, output * weights, rules)
