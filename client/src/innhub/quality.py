"""How far a map can be trusted, as the hub found out."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from innhub.connection import JSON
from innhub.documents import parsed

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Finding:
    """What a check has found: `good`, `doubtful`, `poor` or `not checked`, and what that means for a reader."""

    check: str
    grade: str
    sentence: str


@dataclass(frozen=True)
class Curve:
    """The network's answer while the most relevant pixels go (deletion) or come (insertion)."""

    baseline: str
    fractions: FloatArray
    """The share of the pixels that has gone or come (points,)."""
    values: FloatArray
    """The score of the target class, or the value of the unit (points,)."""
    area: float
    random_values: FloatArray
    """The mean of the same for random orders (points,)."""
    random_areas: FloatArray
    """The area of each random order."""


@dataclass(frozen=True)
class Randomisation:
    """The map against those of a network with random weights, from the topmost layer alone (first) to all (last)."""

    stages: int
    layers: tuple[str, ...]
    """The lowest layer with random weights at each step."""
    depths: FloatArray
    """How many layers have random weights (steps,)."""
    rank_correlation: FloatArray
    """Spearman's, of the pixels (steps,)."""
    rank_correlation_absolute: FloatArray
    """The same of their magnitudes (steps,)."""
    ssim: FloatArray
    """Structural similarity (steps,)."""
    ssim_absolute: FloatArray
    """The same of the magnitudes (steps,)."""


@dataclass(frozen=True)
class Stability:
    """How much the map changes for noisy copies of the picture."""

    radius: float
    changes: FloatArray
    """|changed map - map| / |map| for each copy."""
    max_sensitivity: float
    rank_correlation: float


@dataclass(frozen=True)
class Quality:
    """What was found out about an explanation; `grade` is the worst of all checks."""

    explanation: str
    grade: str
    summary: str
    findings: tuple[Finding, ...]
    randomisation: Randomisation
    deletion: Curve
    insertion: Curve
    stability: Stability
    seed: int
    explanations: int
    """How many explanations with the same method were computed for it."""
    forward_passes: int
    seconds: float
    document: JSON = field(repr=False, compare=False)
    """All of it as JSON."""

    @classmethod
    def of(cls, document: JSON) -> "Quality":
        """From the document of a hub."""
        return parsed(
            cls,
            {
                **document,
                "document": document,
                "findings": tuple(parsed(Finding, one) for one in document["findings"]),
                "randomisation": _randomisation(document["randomisation"]),
                "deletion": parsed(Curve, _with_arrays(document["deletion"])),
                "insertion": parsed(Curve, _with_arrays(document["insertion"])),
                "stability": parsed(Stability, _with_arrays(document["stability"])),
            },
        )


def _randomisation(document: JSON) -> Randomisation:
    steps = document["steps"]
    names = ("rank_correlation", "rank_correlation_absolute", "ssim", "ssim_absolute")
    return Randomisation(
        stages=document["stages"],
        layers=tuple(step["layer"] for step in steps),
        depths=np.array([step["stages"] for step in steps], np.float64),
        **{name: np.array([step[name] for step in steps], np.float64) for name in names},
    )


def _with_arrays(document: JSON) -> JSON:
    return {name: np.array(value) if isinstance(value, list) else value for name, value in document.items()}
