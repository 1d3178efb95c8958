import pytest

from domain.quality import Curve, Grade, Randomisation, RandomisationStep, Stability
from explainer.trust.verdict import badge, findings, judged_curves, judged_randomisation, judged_stability


def randomisation(signed: float, absolute: float) -> Randomisation:
    step = RandomisationStep(
        layer="first",
        stages=4,
        rank_correlation=signed,
        rank_correlation_absolute=absolute,
        ssim=0.9,
        ssim_absolute=0.9,
    )
    return Randomisation(stages=4, steps=(step,))


def curve(area: float, *random: float) -> Curve:
    values = (0.0, 1.0)
    return Curve(baseline="", fractions=(0.0, 1.0), values=values, area=area, random_values=values, random_areas=random)


def stability(change: float, order: float) -> Stability:
    return Stability(radius=0.02, changes=(change,), max_sensitivity=change, rank_correlation=order)


@pytest.mark.parametrize(
    ("signed", "absolute", "grade"),
    [
        (0.0, 0.1, Grade.GOOD),
        (-0.45, 0.4, Grade.GOOD),
        (0.1, 0.5, Grade.DOUBTFUL),
        (-0.7, 0.1, Grade.POOR),
        (0.99, 0.99, Grade.POOR),
    ],
)
def test_the_map_must_not_outlive_the_weights(signed: float, absolute: float, grade: Grade) -> None:
    assert judged_randomisation(randomisation(signed, absolute)).grade is grade


def test_a_map_that_changes_only_when_all_is_random_is_found_out() -> None:
    steps = [*randomisation(1.0, 1.0).steps] * 4 + [*randomisation(0.0, 0.0).steps]
    assert judged_randomisation(Randomisation(stages=5, steps=tuple(steps))).grade is Grade.POOR


def test_without_weights_there_is_nothing_to_randomise() -> None:
    assert judged_randomisation(Randomisation(stages=0, steps=())).grade is Grade.NOT_CHECKED


@pytest.mark.parametrize(
    ("deletion", "insertion", "grade"),
    [
        (0.1, 0.6, Grade.GOOD),
        (0.1, 0.3, Grade.DOUBTFUL),
        (0.3, 0.6, Grade.DOUBTFUL),
        (0.26, 0.6, Grade.DOUBTFUL),
        (0.3, 0.3, Grade.POOR),
        (0.6, 0.1, Grade.POOR),
    ],
)
def test_the_map_must_order_pixels_better_than_chance(deletion: float, insertion: float, grade: Grade) -> None:
    random = (0.29, 0.3, 0.31)
    assert judged_curves(curve(deletion, *random), curve(insertion, *random)).grade is grade


@pytest.mark.parametrize(
    ("change", "order", "grade"),
    [
        (0.1, 0.95, Grade.GOOD),
        (0.7, 0.95, Grade.DOUBTFUL),
        (0.1, 0.7, Grade.DOUBTFUL),
        (1.2, 0.95, Grade.POOR),
        (0.1, 0.2, Grade.POOR),
    ],
)
def test_the_map_must_outlive_noise(change: float, order: float, grade: Grade) -> None:
    assert judged_stability(stability(change, order)).grade is grade


def test_the_badge_is_the_worst_check() -> None:
    random = (0.3, 0.3, 0.3)
    found = findings(randomisation(0, 0), curve(0.1, *random), curve(0.6, *random), stability(0.7, 0.9))
    grades = [finding.grade for finding in found]
    assert grades == [Grade.GOOD, Grade.GOOD, Grade.DOUBTFUL]
    assert badge(found)[0] is Grade.DOUBTFUL
    assert badge(())[0] is Grade.NOT_CHECKED
