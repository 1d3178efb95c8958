"""What an assessment costs: how much each check computes, and the refusal of what takes too long."""

from domain.errors import HubError, Reason
from domain.explanations import ExplanationRecord

RANDOMISATION_STEPS = 5
"""Maps of networks with random weights, evenly over the depth of the network."""
NOISY_COPIES = 5
CURVES = 2
RANDOM_ORDERS = 3
"""For each curve, beside the order of the map."""
CURVE_STEPS = 20

EXPLANATIONS = RANDOMISATION_STEPS + NOISY_COPIES
FORWARD_PASSES = CURVES * (1 + RANDOM_ORDERS) * (CURVE_STEPS + 1)


def refuse_impatience(record: ExplanationRecord, patience_seconds: float) -> None:
    """Refuses what is expected to take longer than somebody wants to wait.

    Raises:
        HubError: `TOO_LARGE`, saying what it costs.
    """
    seconds = EXPLANATIONS * record.seconds
    if seconds > patience_seconds:
        raise HubError(
            Reason.TOO_LARGE,
            f"To check this map takes {EXPLANATIONS} explanations like it, about {seconds:.0f} s at the "
            f"{record.seconds:.1f} s that it took itself, and {FORWARD_PASSES} forward passes; the patience is "
            f"{patience_seconds:g} s.",
            f"Ask with a patience of {seconds + 1:.0f} seconds, or for a cheaper setting of {record.method}.",
        )
