"""Deletion and insertion: whether the pixels that a map marks are those that the answer rests on.

Petsiuk, Das, Saenko 2018, RISE, BMVC, arXiv:1806.07421, section 4.1 and algorithm 1. Deletion takes the pixels out of
the picture, the most relevant first, and watches the score of the class fall: the smaller the area under the curve, the
better. Insertion brings them into a picture that shows nothing, and watches the score rise: the larger the area, the
better. As in the paper, a colour stands for pixels that are taken out, and a blurred picture is where insertion begins.

An area says little by itself, since some pictures need few pixels and some networks break at once: beside each stands
the area for random orders.
"""

from collections.abc import Callable, Sequence
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from domain.quality import Curve
from explainer.engine import FloatArray
from explainer.trust.cost import CURVE_STEPS
from explainer.trust.maps import Map


class CurveKind(StrEnum):
    """Whether pixels go or come."""

    DELETION = "deletion"
    INSERTION = "insertion"


BASELINES = {CurveKind.DELETION: "the mean colour of the picture", CurveKind.INSERTION: "the picture under a blur"}
Order = npt.NDArray[np.int64]
"""All pixels, by their number row by row, in the order in which they go or come."""
Values = tuple[float, ...]
Value = Callable[[FloatArray], FloatArray]
"""What the network answers to pictures: (count, height, width, channels) to (count,)."""


def relevance_order(found: Map, seed: int) -> Order:
    """The most relevant pixel first; pixels of equal relevance in random order, so that none has an advantage."""
    chance = np.random.default_rng(seed).random(found.size)
    return np.lexsort((chance, -found.ravel()))


def random_order(pixels: int, seed: int, number: int) -> Order:
    """Some random order of the pixels, always the same for a seed and a number."""
    return np.random.default_rng([seed, number + 1]).permutation(pixels)


def curve_values(value: Value, before: FloatArray, after: FloatArray, order: Order, steps: int = CURVE_STEPS) -> Values:
    """The answers while pixels of one picture become those of another: `steps` + 1 values, the first for `before`.

    Args:
        value: what the network answers.
        before: (height, width, channels); for deletion the picture, for insertion the baseline.
        after: the other one.
        order: of the pixels.
        steps: how many times pixels change.
    """
    channels = before.shape[-1]
    target, pictures = after.reshape(-1, channels), np.repeat(before[None], steps + 1, axis=0)
    for step, picture in enumerate(pictures.reshape(steps + 1, -1, channels)):
        changed = order[: round(step * len(order) / steps)]
        picture[changed] = target[changed]
    return tuple(float(one) for one in value(pictures))


def area(values: Sequence[float]) -> float:
    """The area under a curve over [0, 1], by the trapezoidal rule."""
    return float(np.trapezoid(values, dx=1.0 / (len(values) - 1)))


def curve(baseline: str, values: Values, random: Sequence[Values]) -> Curve:
    """A curve with its area, beside those of random orders."""
    return Curve(
        baseline=baseline,
        fractions=tuple(float(one) for one in np.linspace(0.0, 1.0, len(values))),
        values=values,
        area=area(values),
        random_values=tuple(float(one) for one in np.mean(random, axis=0)),
        random_areas=tuple(area(other) for other in random),
    )
