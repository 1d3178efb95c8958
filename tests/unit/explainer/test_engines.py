import pytest

from domain.explanations import Engine
from explainer import child
from explainer.methods import registry
from explainer.reference.offers import OFFERS


@pytest.mark.parametrize(
    ("method", "engines"),
    [
        ("lrp.z", (Engine.NATIVE, Engine.INNVESTIGATE, Engine.INNVESTIGATE_NAMED)),
        ("smoothgrad", (Engine.NATIVE, Engine.INNVESTIGATE)),
        ("grad_cam", (Engine.NATIVE,)),
    ],
)
def test_card_lists_the_engines_that_have_the_method(method: str, engines: tuple[Engine, ...]) -> None:
    (card,) = (card for card in child.catalogue() if card.id == method)

    assert card.engines == engines


def test_innvestigate_offers_no_method_that_does_not_exist() -> None:
    assert {method for analyzers in OFFERS.values() for method in analyzers} <= registry.methods().keys()
