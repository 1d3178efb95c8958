"""Every method of the catalogue on the networks of the demo, over REST and with the client."""

import io
from typing import Any

import httpx
import numpy as np
import pytest

from innhub import Dataset, Hub, HubError

_FEW = {"samples": 3, "steps": 2, "masks": 8, "coalitions": 8, "permutations": 2, "channels": 4, "window": 24}
"""Parameters that only say how often the same is done."""
OF_THE_PAPER = {
    *("gradient", "smoothgrad", "deconvnet", "guided_backprop", "pattern_net", "grad_cam", "guided_grad_cam"),
    *("input_times_gradient", "lrp.epsilon", "integrated_gradients", "deep_taylor", "deep_lift", "pattern_attribution"),
    *("prediction_difference", "occlusion", "lime", "shapley_sampling"),
}
"""The methods in the table of the paper on iNNvestigate-GUI."""


def few(method: dict[str, Any]) -> dict[str, int]:
    return {name: value for name, value in _FEW.items() if name in method["parameters"].get("properties", {})}


def test_the_catalogue_has_every_method_of_the_paper(hub: Hub) -> None:
    found = {method["id"] for method in hub.methods()}

    assert found >= OF_THE_PAPER
    assert len(found) >= 45


def test_every_method_explains_and_answers_from_the_store_when_asked_again(
    hub: Hub, rest: httpx.Client, photos: Dataset
) -> None:
    hub.fit_patterns("squeezenet", photos).wait(bar=False)
    applicable = {row["method"]: row for row in hub.models.methods("squeezenet")}
    catalogue = hub.methods()
    assert applicable.keys() == {method["id"] for method in catalogue}
    for method in catalogue:
        assert applicable[method["id"]]["applicable"], applicable[method["id"]]["reason"]
        question = {"model": "squeezenet", "dataset": "photos", "sample": 1, "method": method["id"]}
        question |= {"parameters": few(method)}
        first = rest.post("explanations", json=question)
        assert first.status_code == 200, first.text
        assert first.headers["X-Cache"] == "miss"
        record = first.json()
        stored = np.load(io.BytesIO(rest.get(f"explanations/{record['id']}/relevance.npy").content), allow_pickle=False)
        assert stored.dtype == np.float32
        assert stored.shape == tuple(record["shape"]) == (227, 227, 3)
        assert np.isfinite(stored).all()
        assert np.abs(stored).max() > 0
        assert record["relevance_sum"] == pytest.approx(float(stored.sum(dtype=np.float64)), rel=1e-3, abs=1e-3)
        again = rest.post("explanations", json=question)
        assert again.headers["X-Cache"] == "hit"
        assert again.json() == record
        assert rest.get(f"explanations/{record['id']}").json()["id"] == record["id"]


def test_every_method_explains_another_network_or_says_why_not(hub: Hub, photos: Dataset) -> None:
    hub.fit_patterns("lite0", photos).wait(bar=False)
    refused = {row["method"]: row["reason"] for row in hub.models.methods("lite0") if not row["applicable"]}
    for method in hub.methods():
        if method["id"] in refused:
            with pytest.raises(HubError, match=r"\w"):
                hub.explain("lite0", photos[4], method=method["id"], parameters=few(method))
            continue
        explanation = hub.explain("lite0", photos[4], method=method["id"], parameters=few(method))
        assert explanation.relevance.shape == tuple(explanation.shape), method["id"]
        assert np.isfinite(explanation.relevance).all(), method["id"]
        assert np.abs(explanation.relevance).max() > 0, method["id"]
