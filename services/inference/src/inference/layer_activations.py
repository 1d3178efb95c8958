"""What the units of a layer answer to one sample, as it passes between processes."""

from dataclasses import dataclass


@dataclass(frozen=True)
class UnitActivation:
    """What a unit answers: mean and maximum over all positions."""

    unit: int
    mean: float
    maximum: float


@dataclass(frozen=True)
class LayerActivations:
    """The units of a layer that answer most strongly, the largest mean first."""

    layer: str
    output_shape: tuple[int, ...]
    units: tuple[UnitActivation, ...]
