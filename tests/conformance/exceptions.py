"""Properties that a method does not have by its very definition, and why."""

ALONE = "one picture alone as in a batch"
REPEATED = "the same question, the same answer"
ANY_PICTURE = "any picture gets finite relevance"
CONSTANT = "a constant output gets no relevance"
INNER = "units of inner layers"
ONE_BY_ONE = "units are told apart"

_NO_OUTPUT = "It does not look at the output."
_EXCEPTIONS: dict[str, dict[str, str]] = {
    CONSTANT: {
        "input": _NO_OUTPUT,
        "random": _NO_OUTPUT,
        "activation": "It shows what a layer answers, whatever the output makes of it.",
        "score_cam": "Its weights add up to one, whatever the output does.",
        "lrp.sequential_preset_b_flat_until_idx": "In a network this small its flat layers reach the output.",
        "lrp.flat": "The flat rule spreads the output's value whatever the weights are.",
    },
    INNER: {
        "input": _NO_OUTPUT,
        "random": _NO_OUTPUT,
    },
    ONE_BY_ONE: {
        "input": _NO_OUTPUT,
        "random": _NO_OUTPUT,
        "activation": "For a class it shows all units of the layer.",
    },
}


def exception_of(described: str, method: str) -> str:
    """Why a method does not have a property; empty if it has to have it."""
    return _EXCEPTIONS.get(described, {}).get(method, "")
