"""Which methods the engines have that are not native, by our ids, and how each is asked for."""

from collections.abc import Mapping

from domain.explanations import Engine
from explainer.reference.analyzers import Analyzer
from explainer.reference.gradients import GRADIENTS
from explainer.reference.named import NAMED
from explainer.reference.relevance import RELEVANCE

OFFERS: Mapping[Engine, Mapping[str, Analyzer]] = {
    Engine.INNVESTIGATE: {**GRADIENTS, **RELEVANCE},
    Engine.INNVESTIGATE_NAMED: NAMED,
}


def engines_of(method: str) -> tuple[Engine, ...]:
    """The engines that have a method, the native one first."""
    return (Engine.NATIVE, *(engine for engine, analyzers in OFFERS.items() if method in analyzers))
