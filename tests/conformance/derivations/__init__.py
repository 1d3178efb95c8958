"""The methods once more, from the papers, slowly (see `conformance.slow_network`)."""

from conformance.derivations.backprop import BACKPROP
from conformance.derivations.base import Derivation
from conformance.derivations.black_box import BLACK_BOX
from conformance.derivations.controls import CONTROLS
from conformance.derivations.gradients import GRADIENTS
from conformance.derivations.maps import MAPS
from conformance.derivations.relevance import RELEVANCE

DERIVATIONS: dict[str, Derivation] = {**GRADIENTS, **BACKPROP, **RELEVANCE, **MAPS, **BLACK_BOX, **CONTROLS}
"""By the id of the method."""
