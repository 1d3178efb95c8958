"""From figures to words. The thresholds stand here, and nowhere else.

| check | good | poor |
|---|---|---|
| randomisation: the larger magnitude of both rank correlations, the mean over all steps | <= 0.45 | > 0.65 |
| curves: below, or above, those of random orders by more than twice their spread and 5 % of the range | both | none |
| stability: max-sensitivity and mean rank correlation under noise | <= 0.5 and >= 0.8 | > 1.0 or < 0.5 |

The mean over the cascade, since a map must change as soon as the layers near the output have forgotten their classes.
What is neither good nor poor is doubtful. SSIM is shown and not judged: two maps that are mostly empty are alike by it
whatever they show. With these thresholds the methods come out on the demo's networks as their papers say: the gradient
and Grad-CAM pass the randomisation check, guided backpropagation fails it (Adebayo et al. 2018), and so do the rules of
LRP that take positive contributions only (Sixt, Granz, Landgraf 2020, arXiv:1912.09818).
"""

import numpy as np

from domain.quality import Check, Curve, Finding, Grade, Randomisation, Stability

_FORGOTTEN, _KEPT = 0.45, 0.65
_SPREADS, _LEAST_ADVANTAGE = 2.0, 0.05
_STEADY_CHANGE, _LARGEST_CHANGE = 0.5, 1.0
_STEADY_ORDER, _LOWEST_ORDER = 0.8, 0.5
_WORST_FIRST = (Grade.POOR, Grade.DOUBTFUL, Grade.GOOD)
_SUMMARIES = {
    Grade.GOOD: "The map passed every check: it shows what this network has learnt, and what its answer rests on.",
    Grade.DOUBTFUL: "Read the map with care: it passed some checks in part only.",
    Grade.POOR: "Do not rely on this map alone: it failed a check.",
    Grade.NOT_CHECKED: "Nothing can be said of this map.",
}


def findings(
    randomisation: Randomisation, deletion: Curve, insertion: Curve, stability: Stability
) -> tuple[Finding, ...]:
    """What each check has found, in words."""
    return (judged_randomisation(randomisation), judged_curves(deletion, insertion), judged_stability(stability))


def badge(found: tuple[Finding, ...]) -> tuple[Grade, str]:
    """The worst grade of all checks, and what it means."""
    grades = {finding.grade for finding in found}
    worst = next((grade for grade in _WORST_FIRST if grade in grades), Grade.NOT_CHECKED)
    return worst, _SUMMARIES[worst]


def judged_randomisation(found: Randomisation) -> Finding:
    """Whether the map depends on what the network has learnt."""
    if not found.steps:
        said = "What is explained depends on no weights, so there are none to make random."
        return Finding(check=Check.RANDOMISATION, grade=Grade.NOT_CHECKED, sentence=said)
    steps = [max(abs(step.rank_correlation), abs(step.rank_correlation_absolute)) for step in found.steps]
    alike = float(np.mean(steps))
    if alike <= _FORGOTTEN:
        grade, said = Grade.GOOD, "With random weights the map becomes another one: it shows what the network learnt"
    elif alike <= _KEPT:
        grade, said = Grade.DOUBTFUL, "With random weights part of the map stays: that part tells of the picture alone"
    else:
        grade, said = Grade.POOR, "With random weights the map stays much as it is: it tells of the picture"
    sentence = (
        f"{said} (rank correlation {alike:.2f} on average, {steps[-1]:.2f} with all {found.stages} layers random)."
    )
    return Finding(check=Check.RANDOMISATION, grade=grade, sentence=sentence)


def judged_curves(deletion: Curve, insertion: Curve) -> Finding:
    """Whether the pixels that the map marks matter to the answer."""
    falls = advantage(deletion) < -threshold(deletion)
    rises = advantage(insertion) > threshold(insertion)
    areas = (
        f"(areas: deletion {deletion.area:.3f}, at random {np.mean(deletion.random_areas):.3f}; "
        f"insertion {insertion.area:.3f}, at random {np.mean(insertion.random_areas):.3f})."
    )
    if falls and rises:
        grade, said = Grade.GOOD, "The marked pixels matter: without them the answer falls, with them alone it rises"
    elif falls:
        grade, said = (
            Grade.DOUBTFUL,
            "Without the marked pixels the answer falls, but they bring it back no sooner than by chance",
        )
    elif rises:
        grade, said = (
            Grade.DOUBTFUL,
            "The marked pixels bring the answer back, but without them it falls no faster than by chance",
        )
    else:
        grade, said = Grade.POOR, "The marked pixels matter no more to the answer than pixels chosen at random"
    return Finding(check=Check.CURVES, grade=grade, sentence=f"{said} {areas}")


def judged_stability(found: Stability) -> Finding:
    """Whether the map stays as it is under noise that nobody sees."""
    change, order = found.max_sensitivity, found.rank_correlation
    if change <= _STEADY_CHANGE and order >= _STEADY_ORDER:
        grade, said = Grade.GOOD, "Noise that nobody sees leaves the map as it is"
    elif change > _LARGEST_CHANGE or order < _LOWEST_ORDER:
        grade, said = Grade.POOR, "Noise that nobody sees makes another map: do not read single pixels"
    else:
        grade, said = Grade.DOUBTFUL, "Noise that nobody sees moves the map in part: read its areas, not single pixels"
    sentence = f"{said} (changes by at most {change:.0%}, rank correlation {order:.2f})."
    return Finding(check=Check.STABILITY, grade=grade, sentence=sentence)


def advantage(found: Curve) -> float:
    """The area of the map's order less the mean area of random ones."""
    return found.area - float(np.mean(found.random_areas))


def threshold(found: Curve) -> float:
    """How much an area must differ from that of random orders to count."""
    span = abs(found.values[-1] - found.values[0])
    return max(_SPREADS * float(np.std(found.random_areas, ddof=1)), _LEAST_ADVANTAGE * span)
