"""Parameters that several methods of relevance propagation share."""

from pydantic import Field

from explainer.methods.base import Parameters
from explainer.propagation.composites import RelevanceComposite, composite
from explainer.propagation.rules import AlphaBeta, AnyRule, Epsilon
from explainer.propagation.rules.base import Bias


class EpsilonParameters(Parameters):
    """The ε-rule at every linear layer."""

    epsilon: float = Field(
        default=1e-7, gt=0, le=1, description="The stabiliser: larger values absorb weak and contradictory relevance."
    )


class PresetParameters(Parameters):
    """The ε-rule at dense layers, the αβ-rule at convolutions."""

    epsilon: float = Field(default=0.1, gt=0, le=1, description="The stabiliser at dense layers.")
    bias: Bias = Field(
        default=Bias.FULL,
        description="What the αβ-rule shares with a layer's bias: 'full' puts all of it into both denominators, as "
        "innvestigate does, from which the preset comes; 'signed' its positive part into the one and its negative part "
        "into the other, as the paper does; 'none' leaves it out.",
    )

    def composite(self, alpha: float, **before: AnyRule) -> RelevanceComposite:
        """The ε-rule at dense layers, the αβ-rule at convolutions; other rules may stand before them, by layers."""
        convolution = AlphaBeta(alpha=alpha, bias=self.bias)
        return composite(**before, dense=Epsilon(epsilon=self.epsilon), convolution=convolution)


class BiasParameters(Parameters):
    """What becomes of biases in the αβ-rule."""

    bias: Bias = Field(
        default=Bias.FULL,
        description="'full' puts all of a bias into both denominators, as innvestigate does; 'signed' its positive "
        "part "
        "into the one and its negative part into the other, as the paper does; 'none' leaves it out.",
    )
