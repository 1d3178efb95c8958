"""Every method of the catalogue on the networks of the demo, over REST."""

import numpy as np
import pytest
from conftest import HubStack

from innhub import Hub, HubError

_FEW = {"samples": 3, "steps": 2, "masks": 8, "coalitions": 8, "permutations": 2, "channels": 4, "window": 24}
"""Parameters that only say how often the same is done."""
OF_THE_PAPER = {
    *("gradient", "smoothgrad", "deconvnet", "guided_backprop", "pattern_net", "grad_cam", "guided_grad_cam"),
    *("input_times_gradient", "lrp.epsilon", "integrated_gradients", "deep_taylor", "deep_lift", "pattern_attribution"),
    *("prediction_difference", "occlusion", "lime", "shapley_sampling"),
}
"""The methods in the table of the paper on iNNvestigate-GUI."""


@pytest.fixture(scope="module")
def hub(hub_stack: HubStack) -> Hub:
    hub = hub_stack.hub()
    for model in ("squeezenet", "lite0"):
        hub.fit_patterns(model, "photos").wait()
    return hub


def test_the_catalogue_has_every_method_of_the_paper(hub: Hub) -> None:
    found = {method["id"] for method in hub.methods()}

    assert found >= OF_THE_PAPER
    assert len(found) >= 45


@pytest.mark.parametrize("model", ["squeezenet", "lite0"])
def test_every_method_explains_or_says_why_not(hub: Hub, model: str) -> None:
    sample = hub.datasets.get("photos")[4]
    refused = {row["method"]: row["reason"] for row in hub.models.methods(model) if not row["applicable"]}

    for method in hub.methods():
        few = {name: value for name, value in _FEW.items() if name in method["parameters"].get("properties", {})}
        if method["id"] in refused:
            with pytest.raises(HubError, match=r"\w"):
                hub.explain(model, sample, method=method["id"], parameters=few)
            continue
        explanation = hub.explain(model, sample, method=method["id"], parameters=few)
        assert explanation.relevance.shape == tuple(explanation.shape), method["id"]
        assert np.isfinite(explanation.relevance).all(), method["id"]
        assert np.abs(explanation.relevance).max() > 0, method["id"]
    if model == "squeezenet":
        assert not refused
