"""The rules of layer-wise relevance propagation for linear layers, one file each.

A rule says how a layer z = Wx + b hands the relevance R_j of its outputs back to its inputs. All have one shape: z is
taken apart into parts x_i w_ij, in which the rule has put other inputs or weights in place of the layer's own, and each
input gets its share of them.
"""

from typing import Annotated

from pydantic import Field

from explainer.propagation.rules.alpha_beta import AlphaBeta
from explainer.propagation.rules.epsilon import Epsilon
from explainer.propagation.rules.flat import Flat
from explainer.propagation.rules.gamma import Gamma
from explainer.propagation.rules.w_square import WSquare
from explainer.propagation.rules.z import Z
from explainer.propagation.rules.z_box import ZBox
from explainer.propagation.rules.z_plus import ZPlus

AnyRule = Annotated[Z | Epsilon | Gamma | AlphaBeta | ZPlus | Flat | WSquare | ZBox, Field(discriminator="name")]
"""A rule with its parameters, as it is written in a request: `{"name": "epsilon", "epsilon": 0.1}`."""

__all__ = ["AlphaBeta", "AnyRule", "Epsilon", "Flat", "Gamma", "WSquare", "Z", "ZBox", "ZPlus"]
