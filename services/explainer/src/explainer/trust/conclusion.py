"""From figures to the quality of an explanation, whoever gathered them."""

from domain.quality import Curve, Quality, Randomisation, Stability
from explainer.trust.cost import FORWARD_PASSES
from explainer.trust.verdict import badge, findings

EDITION = 1
"""Raised when a change of the checks changes what they find: what was stored before is then computed anew."""
SEED = 0
"""Of all that is random in the checks."""


def concluded(
    explanation: str,
    randomisation: Randomisation,
    deletion: Curve,
    insertion: Curve,
    stability: Stability,
    seconds: float,
) -> Quality:
    """All that was found out about an explanation, with a verdict.

    Args:
        explanation: its id.
        randomisation: figures of that check.
        deletion: the curve while pixels go.
        insertion: the curve while they come.
        stability: figures of that check.
        seconds: how long it took.
    """
    found = findings(randomisation, deletion, insertion, stability)
    grade, summary = badge(found)
    return Quality(
        explanation=explanation,
        edition=EDITION,
        seed=SEED,
        grade=grade,
        summary=summary,
        findings=found,
        randomisation=randomisation,
        deletion=deletion,
        insertion=insertion,
        stability=stability,
        explanations=len(randomisation.steps) + len(stability.changes),
        forward_passes=FORWARD_PASSES,
        seconds=seconds,
    )
