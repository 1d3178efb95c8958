"""One trace from the click to the kernel: exported by the running product, taken by a collector, span by span."""

from collections.abc import Callable

import httpx
from collector import Click, Trace

from innhub import Dataset

GATEWAY, EXPLAINER = "innhub-gateway", "innhub-explainer"


def test_the_trace_of_an_explanation(rest: httpx.Client, photos: Dataset, traced: Callable[..., Trace]) -> None:
    click = Click()
    model = rest.get("models/squeezenet").json()["id"]
    body = {"model": "squeezenet", "dataset": "photos", "sample": 33, "method": "gradient", "target": 17}
    answer = rest.post("explanations", json=body, headers=click.headers)
    assert answer.status_code == 200, answer.text

    trace = traced(click, "kernel gradient")
    kernel = trace.one("kernel gradient")
    assert trace.way(kernel) == [
        (GATEWAY, "server", "POST /v1/workspaces/{workspace}/explanations"),
        (GATEWAY, "client", "ExplainerService/Explain"),
        (EXPLAINER, "server", "ExplainerService/Explain"),
        (EXPLAINER, "internal", "batch"),
        (EXPLAINER, "internal", "child explain native"),
        (EXPLAINER, "internal", "explain"),
        (EXPLAINER, "internal", "kernel gradient"),
    ]
    # The network is loaded on the way where nobody has asked for it before.
    beside = [span for span in trace.spans if span.name == "load network"]
    assert len(trace.spans) == 7 + len(beside)
    assert len(beside) <= 1

    request = trace.one("POST /v1/workspaces/{workspace}/explanations", "server")
    assert request.parent == click.span
    assert request.attributes == {
        "http.request.method": "POST",
        "http.route": "/v1/workspaces/{workspace}/explanations",
        "http.response.status_code": 200,
        "url.path": "/v1/workspaces/default/explanations",
        "innhub.request_id": f"click-{click.span}",
    }
    called, answered = (trace.one("ExplainerService/Explain", kind) for kind in ("client", "server"))
    assert called.attributes["rpc.method"] == answered.attributes["rpc.method"] == "Explain"
    assert called.attributes["server.address"] == "127.0.0.1"
    assert answered.attributes["rpc.service"] == "innhub.explainer.v1.ExplainerService"
    assert answered.attributes["innhub.request_id"] == f"click-{click.span}"
    assert kernel.attributes == {
        "innhub.method": "gradient",
        "innhub.engine": "native",
        "innhub.model": model,
        "innhub.architecture": rest.get("models/squeezenet").json()["summary"]["source"],
        "innhub.batch": 1,
    }
    assert trace.one("batch").attributes == {"innhub.batch": 1}

    # TensorFlow computes in a process of its own.
    of_child = trace.one("explain")
    assert of_child.instance == kernel.instance != answered.instance
    assert of_child.instance.endswith(f"-{of_child.attributes['process.pid']}")
    assert not any(span.failed for span in trace.spans)
    for span in trace.spans:
        within = next((one for one in trace.spans if one.id == span.parent), span)
        assert within.begun <= span.begun <= span.ended <= within.ended

    again = Click()
    assert rest.post("explanations", json=body, headers=again.headers).json()["id"] == answer.json()["id"]
    # What is known already reaches no child process.
    steps = traced(again, "ExplainerService/Explain", "server").spans
    assert [(span.kind, span.name) for span in steps] == [
        ("server", "POST /v1/workspaces/{workspace}/explanations"),
        ("client", "ExplainerService/Explain"),
        ("server", "ExplainerService/Explain"),
    ]


def test_a_run_goes_on_with_the_trace_of_whoever_began_it(
    rest: httpx.Client, photos: Dataset, traced: Callable[..., Trace]
) -> None:
    click = Click()
    asked = {"method": "gradient", "target": 19}
    body = {"kind": "explain", "dataset": "photos", "models": ["squeezenet"], "explanation": asked}
    begun = rest.post("runs", json=body, headers=click.headers)
    assert begun.status_code == 202, begun.text
    run = begun.json()["id"]

    trace = traced(click, "process gateway", "consumer")
    handed_out = [
        (GATEWAY, "server", "POST /v1/workspaces/{workspace}/runs"),
        (GATEWAY, "producer", "send tasks.explained_shards"),
        (EXPLAINER, "consumer", "process explained-shards"),
    ]
    kernels = [span for span in trace.spans if span.name == "kernel gradient"]
    assert sum(span.attributes["innhub.batch"] for span in kernels) == len(photos)
    for span in kernels:
        assert trace.way(span) == [
            *handed_out,
            (EXPLAINER, "internal", "child runs"),
            (EXPLAINER, "internal", "explain_shard"),
            (EXPLAINER, "internal", "kernel gradient"),
        ]
    assert trace.way(trace.one("process gateway", "consumer")) == [
        *handed_out,
        (EXPLAINER, "producer", "send events.all"),
        (GATEWAY, "consumer", "process gateway"),
    ]
    sent = trace.one("send tasks.explained_shards", "producer")
    assert sent.attributes["messaging.destination.name"] == f"tasks.explained_shards.{run}"
    assert sent.attributes["messaging.system"] == "nats"
    taken = trace.one("process explained-shards", "consumer")
    assert taken.attributes["messaging.consumer.group.name"] == "explained-shards"
    assert taken.attributes["innhub.outcome"] == "done"
    assert taken.attributes["innhub.delivery"] == 1
    planned = trace.one("ExplainerService/PlanExplanations", "server")
    assert trace.way(planned)[0] == handed_out[0]
