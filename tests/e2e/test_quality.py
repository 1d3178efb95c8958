"""How far an explanation can be trusted, asked through every door."""

from collections.abc import Callable

import grpc
import httpx
import numpy as np
import pytest
from conftest import HubStack
from e2e.program import Innhub, document

from innhub import Explanation, Hub
from innhub_proto.explainer.v1 import explainer_pb2, explainer_pb2_grpc

MODEL, DATASET, SAMPLE = "squeezenet", "photos", 3


def explained(hub: Hub, method: str, sample: int = SAMPLE) -> Explanation:
    return hub.explain(MODEL, hub.datasets.get(DATASET)[sample], method=method)


def test_rest_checks_once_and_then_tells(hub: Hub, rest: httpx.Client) -> None:
    address = f"explanations/{explained(hub, 'lrp.epsilon').id}/quality"
    unknown = rest.get(address)
    assert (unknown.status_code, unknown.json()["reason"]) == (404, "QUALITY_NOT_FOUND")
    assert "POST" in unknown.json()["advice"]
    checked = rest.post(address)
    assert (checked.status_code, checked.headers["X-Cache"]) == (200, "miss"), checked.text
    again = rest.post(address, json={})
    assert again.headers["X-Cache"] == "hit"
    assert checked.json() == again.json() == rest.get(address).json()


def test_what_takes_too_long_is_refused_with_its_cost(hub: Hub, rest: httpx.Client) -> None:
    refused = rest.post(f"explanations/{explained(hub, 'smoothgrad').id}/quality", json={"patience_seconds": 0.01})
    assert (refused.status_code, refused.json()["reason"]) == (413, "TOO_LARGE")
    assert "10 explanations" in refused.json()["detail"]


def test_an_explanation_that_is_not_there_has_no_quality(rest: httpx.Client) -> None:
    for answer in (rest.get("explanations/nothing/quality"), rest.post("explanations/nothing/quality")):
        assert (answer.status_code, answer.json()["reason"]) == (404, "EXPLANATION_NOT_FOUND")


def test_python_gives_curves_as_arrays(hub: Hub) -> None:
    quality = explained(hub, "lrp.epsilon").quality()
    for curve in (quality.deletion, quality.insertion):
        assert curve.values.shape == curve.fractions.shape == curve.random_values.shape == (21,)
        assert curve.area == pytest.approx(np.trapezoid(curve.values, curve.fractions))
    # Both go between the picture and one that shows nothing, in opposite directions.
    assert quality.deletion.values[0] == pytest.approx(quality.insertion.values[-1], abs=1e-4)
    assert quality.deletion.area < quality.deletion.random_areas.min()
    assert quality.randomisation.depths[-1] == quality.randomisation.stages == 26
    assert quality.stability.changes.max() == quality.stability.max_sensitivity > 0


def test_the_control_input_is_found_out_and_the_gradient_is_not(hub: Hub) -> None:
    grades = {}
    for method in ("input", "gradient"):
        quality = explained(hub, method).quality()
        grades[method] = {finding.check: finding.grade for finding in quality.findings}
    assert grades["input"]["randomisation"] == "poor"
    assert grades["gradient"]["randomisation"] == "good"


def test_what_lies_inside_the_network_and_the_other_engine_are_checked_too(hub: Hub) -> None:
    photo = hub.datasets.get(DATASET)[SAMPLE]
    layer = next(layer["name"] for layer in hub.models.graph(MODEL) if layer["kind"] == "Conv2D")
    first = hub.explain(MODEL, photo, method="gradient", target={"layer": layer, "unit": 2}).quality()
    assert first.randomisation.stages == 1
    reference = hub.explain(MODEL, photo, method="gradient", engine="innvestigate").quality()
    native = explained(hub, "gradient").quality()
    assert reference.deletion.area == pytest.approx(native.deletion.area, abs=0.02)
    assert reference.randomisation.rank_correlation == pytest.approx(native.randomisation.rank_correlation, abs=0.05)


def test_the_command_line_prints_the_verdict(innhub: Innhub) -> None:
    asked = ("explain", MODEL, DATASET, SAMPLE, "--method", "lrp.epsilon", "--quality")
    said = innhub(*asked)
    assert said.returncode == 0, said.stderr
    assert "quality: " in said.stdout
    assert "randomisation: " in said.stdout
    quality = document(innhub(*asked, "--json"))["quality"]
    assert quality["grade"] in {"good", "doubtful", "poor"}


def test_public_grpc_tells_the_same(hub_stack: HubStack, hub: Hub) -> None:
    explanation = explained(hub, "lrp.epsilon")
    request = explainer_pb2.AssessExplanationRequest(workspace="default", explanation=explanation.id)
    with grpc.insecure_channel(hub_stack.grpc_address) as channel:
        stub = explainer_pb2_grpc.ExplainerServiceStub(channel)
        metadata = (("authorization", f"Bearer {hub_stack.token}"),)
        answer = stub.AssessExplanation(request, timeout=300, metadata=metadata)
    same = explanation.quality()
    assert answer.quality.grade == same.grade
    assert list(answer.quality.deletion.values) == same.deletion.values.tolist()


def test_one_who_hangs_up_ends_the_work(
    hub_stack: HubStack, hub: Hub, rest: httpx.Client, eventually: Callable[..., None]
) -> None:
    explanation = explained(hub, "lrp.epsilon", 7)
    with pytest.raises(httpx.ReadTimeout):
        rest.post(f"explanations/{explanation.id}/quality", timeout=0.5)
    logs = ("explainer-1", "explainer-2")
    eventually(lambda: any(_given_up(hub_stack.log(log), explanation.id) for log in logs))
    assert rest.get(f"explanations/{explanation.id}/quality").status_code == 404
    assert explanation.quality().grade in {"good", "doubtful", "poor"}


def _given_up(log: str, explanation: str) -> bool:
    return any("assessment given up" in line and explanation in line for line in log.splitlines())
