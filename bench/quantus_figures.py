"""Prints what Quantus and the product find for the same map; `bench.quality` runs it where Quantus is installed.

The network is written in NumPy, so that both are given the very same functions: `value`, `explain`, and the same with
random weights.
"""

from typing import Any

import numpy as np
import quantus
from quantus.functions.similarity_func import correlation_spearman
from quantus.functions.similarity_func import ssim as quantus_ssim
from quantus.helpers.model.model_interface import ModelInterface

from explainer.trust.curves import area, curve_values, relevance_order
from explainer.trust.maps import rank_correlation, ssim
from explainer.trust.stability import noisy_copy, relative_change

SIDE, HIDDEN, COPIES, RADIUS = 16, 64, 400, 0.1
RANDOM = np.random.default_rng(0)
FIRST = RANDOM.normal(0, 1 / SIDE, (SIDE * SIDE, HIDDEN))
LAST = RANDOM.normal(0, 1 / np.sqrt(HIDDEN), HIDDEN)
# Not the same everywhere, as a photograph is not: brighter in the middle.
BUMP = np.exp(-((np.mgrid[:SIDE, :SIDE] - SIDE / 2) ** 2).sum(axis=0) / 30)
PICTURE = (BUMP + RANDOM.uniform(0, 0.5, (SIDE, SIDE)))[..., None].astype(np.float32)


def value(pictures: Any, first: Any = FIRST) -> Any:
    """f(x) = w · relu(W x) for pictures (count, height, width, 1)."""
    return np.maximum(pictures.reshape(len(pictures), -1) @ first, 0) @ LAST


def explain(pictures: Any, first: Any = FIRST) -> Any:
    """Input x gradient (count, height, width)."""
    flat = pictures.reshape(len(pictures), -1)
    gradient = ((flat @ first > 0) * LAST) @ first.T
    return (flat * gradient).reshape(-1, SIDE, SIDE)


class Network(ModelInterface[Any]):  # type: ignore[misc]
    """The network as Quantus wants it: a batch of channel, height and width, and an answer for each class."""

    def predict(self, x: Any, **_: Any) -> Any:
        """The only class."""
        return value(np.asarray(x))[:, None]

    def shape_input(self, x: Any, shape: Any, channel_first: Any = None, batched: bool = False) -> Any:
        return x.reshape(shape)

    def get_model(self) -> Any:
        return self.model

    def _nothing(self, *_: Any, **__: Any) -> Any:
        raise NotImplementedError

    get_softmax_arg_model = state_dict = get_random_layer_generator = _nothing
    add_mean_shift_to_first_layer = get_hidden_representations = random_layer_generator_length = _nothing


def deletion_areas(found: Any) -> tuple[float, float]:
    """The area when a pixel at a time becomes the mean of the picture."""
    mean = float(PICTURE.mean())
    steps = PICTURE.size
    ours = area(curve_values(value, PICTURE, np.full_like(PICTURE, mean), relevance_order(found, 0), steps))
    metric = quantus.PixelFlipping(features_in_step=1, normalise=False, perturb_baseline=mean, disable_warnings=True)
    as_quantus = PICTURE[None, ..., 0][:, None]
    values = metric.evaluate_batch(
        model=Network(None), x_batch=as_quantus, y_batch=np.array([0]), a_batch=found[None, None]
    )[0]
    # Quantus has no value for the whole picture, and a distance of 1 between steps.
    return ours, float(np.trapezoid([value(PICTURE[None])[0], *values], dx=1 / steps))


def sensitivities(found: Any) -> tuple[float, float]:
    """The largest relative change of the map over many noisy copies."""
    copies = (noisy_copy(PICTURE, -10.0, 10.0, RADIUS / 20, 0, number) for number in range(COPIES))
    ours = max(relative_change(found, explain(copy[None])[0]) for copy in copies)
    metric = quantus.MaxSensitivity(
        nr_samples=COPIES, lower_bound=RADIUS, normalise=False, abs=False, disable_warnings=True
    )
    metric.explain_func = lambda model, inputs, targets: explain(inputs)[:, None]
    metric.explain_func_kwargs = {}
    np.random.seed(0)
    theirs = metric.evaluate_batch(
        model=Network(None), x_batch=PICTURE[None, ..., 0][:, None], y_batch=np.array([0]), a_batch=found[None, None]
    )
    return ours, float(theirs[0])


def main() -> None:
    found = explain(PICTURE[None])[0].astype(np.float64)
    other = explain(PICTURE[None], RANDOM.permuted(FIRST))[0].astype(np.float64)
    scaled, scaled_other = (one / np.abs(one).max() for one in (found, other))
    rows = {
        "deletion area (PixelFlipping)": deletion_areas(found),
        f"max-sensitivity, {COPIES} copies (MaxSensitivity)": sensitivities(found),
        "rank correlation, random weights (MPRT)": (
            rank_correlation(found, other),
            float(correlation_spearman(found.ravel(), other.ravel())),
        ),
        "rank correlation of magnitudes (MPRT, abs)": (
            rank_correlation(np.abs(found), np.abs(other)),
            float(correlation_spearman(np.abs(found).ravel(), np.abs(other).ravel())),
        ),
        "SSIM, random weights (MPRT, ssim)": (ssim(found, other), float(quantus_ssim(scaled, scaled_other))),
    }
    print(f"{'':52}{'product':>10}{'Quantus':>10}{'ratio':>8}")
    for name, (ours, theirs) in rows.items():
        print(f"{name:52}{ours:10.5f}{theirs:10.5f}{ours / theirs:8.3f}")


if __name__ == "__main__":
    main()
