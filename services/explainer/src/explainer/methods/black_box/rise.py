"""RISE."""

import numpy as np
import numpy.typing as npt
import tensorflow as tf
from pydantic import Field

from explainer.engine import FloatArray
from explainer.methods.base import Attribution, Family, Parameters, Problem, Quantity
from explainer.methods.baselines import BASELINE_HELP, Baseline
from explainer.methods.black_box.games import QUANTITY_HELP
from explainer.methods.gradients.gradient import over_channels
from explainer.methods.registry import method


class RiseParameters(Parameters):
    """What can be set."""

    masks: int = Field(
        default=4000,
        ge=2,
        le=65536,
        description="How many masks are tried: each costs a forward pass. The paper takes 4000 for VGG16 and 8000 for "
        "ResNet50.",
    )
    cells: int = Field(default=7, ge=1, le=64, description="Cells of a mask along each side.")
    seen: float = Field(default=0.5, gt=0, lt=1, description="The probability that a cell is seen.")
    centred: bool = Field(
        default=True,
        description="Whether the mean over all masks counts as nothing, so that a constant output gives no relevance "
        "and chance moves the map less. The order of the places is expected to be the same as without, in the paper.",
    )
    baseline: Baseline = Field(default=Baseline.ZERO, description=BASELINE_HELP)
    quantity: Quantity = Field(default=Quantity.SCORE, description=QUANTITY_HELP)
    seed: int = Field(default=0, ge=0, le=2**31 - 1, description="Of the masks: the same seed, the same map.")


@method(
    "rise",
    title="RISE",
    family=Family.BLACK_BOX,
    summary="The picture is seen through many soft random masks: places that are seen when the output is high are "
    "relevant.",
    paper="Petsiuk, Das, Saenko 2018, RISE: Randomized Input Sampling for Explanation of Black-box Models, BMVC, "
    "arXiv:1806.07421, eq. 6 and section 3.2",
    parameters=RiseParameters,
)
def rise(problem: Problem, parameters: RiseParameters) -> Attribution:
    """S = 1 / (p n) Σ_k (f(x ⊙ M_k) - f̄) M_k, with f̄ the mean over all masks, or 0 if not centred."""
    images, height, width, channels = problem.inputs.shape
    baseline = problem.baseline(parameters.baseline, parameters.seed)
    cells, shifts = drawn_cells(parameters, (height, width))
    # Differences from the whole picture are exactly zero for a constant output; the mean takes the same from each.
    whole = problem.values(problem.inputs, tf.range(images), parameters.quantity) * float(parameters.centred)
    values = np.zeros(images * parameters.masks)
    weighted, plain = tf.zeros([images, height, width]), tf.zeros([images, height, width])
    for numbers in problem.portions(images * parameters.masks):
        row, number = np.divmod(np.array(numbers), parameters.masks)
        rows, masks = tf.constant(row, tf.int32), _enlarged(cells[number], shifts[number], (height, width))
        inputs = tf.gather(baseline, rows)
        inputs += masks[..., None] * (tf.gather(problem.inputs, rows) - inputs)
        found = problem.values(inputs, rows, parameters.quantity) - whole[row]
        values[numbers.start : numbers.stop] = found
        weighted += tf.math.unsorted_segment_sum(found[:, None, None] * masks, rows, images)
        plain += tf.math.unsorted_segment_sum(masks, rows, images)
    if parameters.centred:
        mean = tf.constant(values.reshape(images, -1).mean(axis=1), tf.float32)
        weighted -= mean[:, None, None] * plain
    places = np.asarray(weighted, np.float32) / np.float32(parameters.seen * parameters.masks)
    return Attribution(tf.constant(over_channels(places, channels)))


def drawn_cells(parameters: RiseParameters, shape: tuple[int, int]) -> tuple[FloatArray, npt.NDArray[np.int64]]:
    """For each mask which cells are seen (masks, cells, cells), and by how many pixels it is shifted (masks, 2)."""
    random = np.random.default_rng(parameters.seed)
    cells = random.random((parameters.masks, parameters.cells, parameters.cells)) < parameters.seen
    return cells.astype(np.float32), random.integers(0, _cell_size(parameters.cells, shape), (parameters.masks, 2))


def _enlarged(cells: FloatArray, shifts: npt.NDArray[np.int64], shape: tuple[int, int]) -> tf.Tensor:
    """Masks (count, height, width): cells enlarged bilinearly to one cell more than the picture, and cut to it."""
    across = cells.shape[-1]
    scaled = [_linear(across, (across + 1) * size) for size in _cell_size(across, shape)]
    down, along = (scaled[axis][shifts[:, axis, None] + np.arange(shape[axis])] for axis in (0, 1))
    return tf.matmul(tf.matmul(down, cells), along, transpose_b=True)


def _cell_size(across: int, shape: tuple[int, int]) -> tuple[int, int]:
    return -(-shape[0] // across), -(-shape[1] // across)


def _linear(few: int, many: int) -> FloatArray:
    """Linear interpolation along one side, as a matrix (many, few)."""
    return np.asarray(tf.image.resize(tf.eye(few)[..., None], [many, few], method="bilinear")[..., 0], np.float32)
