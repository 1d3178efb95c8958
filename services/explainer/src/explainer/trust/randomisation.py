"""Model randomisation: a map that stays as it is while the network forgets what it has learnt explains nothing of it.

Adebayo, Gilmer, Muelly, Goodfellow, Hardt, Kim 2018, Sanity Checks for Saliency Maps, NeurIPS, arXiv:1810.03292,
section 3 (cascading randomisation): the weights are replaced from the output down to the input, the map is computed
again after each step, and held against the first one by Spearman's rank correlation and by SSIM, of the values and of
their magnitudes.

Random weights are the layer's own in a random order: that keeps their distribution, and with it the scale of what
follows, for networks of any initialiser.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from domain.quality import RandomisationStep
from explainer.engine import FloatArray
from explainer.propagation.linear import NORMALISATION
from explainer.propagation.stages import Stage, stages
from explainer.trust.cost import RANDOMISATION_STEPS
from explainer.trust.maps import Map, rank_correlation, ssim
from network.description import NetworkDescription

Weights = Mapping[str, FloatArray]
"""By `<layer>.<weight>`."""


def cascade(description: NetworkDescription, layer: str) -> list[Stage]:
    """The layers with weights that the output of a layer depends on, from the output down to the input; a
    normalisation behind one belongs to it."""
    found = stages(description.ancestors(layer), (layer,))
    return [stage for stage in reversed(found) if stage.is_linear]


def depths(count: int, steps: int = RANDOMISATION_STEPS) -> tuple[int, ...]:
    """How many of `count` layers have random weights at each step: the topmost alone at the first, all at the last."""
    return tuple(int(depth) for depth in np.unique(np.linspace(1, count, steps).round())) if count else ()


def shuffled(weights: Weights, replaced: Sequence[Stage], seed: int) -> dict[str, FloatArray]:
    """The weights of some layers in a random order: for each layer always the same one, whatever others there are.

    What a normalisation knows of a channel moves together, as a mean goes with its variance.
    """
    found: dict[str, FloatArray] = {}
    for stage in replaced:
        random = np.random.default_rng([seed, stage.number or 0])
        for node in (stage.node, stage.normalisation):
            if node is None:
                continue
            # Sorted: engines do not list weights in the same order.
            names = sorted(name for name in weights if name.rpartition(".")[0] == node.name)
            if node.kind == NORMALISATION:
                order = random.permutation(len(weights[names[0]]))
                found.update({name: weights[name][order] for name in names})
            else:
                found.update(
                    {name: random.permuted(weights[name].ravel()).reshape(weights[name].shape) for name in names}
                )
    return found


def randomised(
    explain: Callable[[Weights], Map], weights: Weights, replaced: Sequence[Stage], original: Map, seed: int
) -> RandomisationStep:
    """One step of the cascade.

    Args:
        explain: computes the map of the network with some weights replaced.
        weights: all weights of the network.
        replaced: the layers that get random ones, from the output down.
        original: the map of the network as it is.
        seed: of the random order.
    """
    found = explain(shuffled(weights, replaced, seed))
    return RandomisationStep(
        layer=replaced[-1].node.name,
        stages=len(replaced),
        rank_correlation=rank_correlation(original, found),
        rank_correlation_absolute=rank_correlation(np.abs(original), np.abs(found)),
        ssim=ssim(original, found),
        ssim_absolute=ssim(np.abs(original), np.abs(found)),
    )
