"""A gateway that knows three networks and forty-eight pictures, and answers the few calls that the pages make."""

import hashlib
import io
import json
import random
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import flask
import pytest
from PIL import Image, ImageDraw
from unit.ui import answered, inside
from werkzeug.serving import make_server

from innhub import Hub
from ui.app import create_app
from ui.settings import UiSettings

JSON = dict[str, Any]

CLASSES = ["tabby", "golden retriever", "sports car", "teapot", "crane", "crane", "volcano", "daisy"]
MODELS = {"m-lite0": "lite0", "m-lite2": "lite2", "m-squeeze": "squeezenet"}
SAMPLES = 48
METHODS: list[JSON] = [
    {
        "id": "gradient",
        "title": "Gradient",
        "family": "gradient",
        "summary": "How much the output changes with each pixel.",
        "paper": "Simonyan et al. 2014",
        "engines": ["native", "innvestigate"],
        "signed": True,
        "takes_layer": False,
        "parameters": {
            "$defs": {"Reduction": {"enum": ["none", "absolute"], "type": "string"}},
            "properties": {
                "reduction": {
                    "$ref": "#/$defs/Reduction",
                    "default": "none",
                    "description": "What becomes of channels.",
                }
            },
        },
    },
    {
        "id": "lrp.epsilon",
        "title": "LRP-ε",
        "family": "layer-wise relevance propagation",
        "summary": "Relevance flows back in proportion to contributions.",
        "paper": "Bach et al. 2015",
        "engines": ["native"],
        "signed": True,
        "takes_layer": False,
        "parameters": {
            "properties": {
                "epsilon": {
                    "type": "number",
                    "default": 1e-7,
                    "exclusiveMinimum": 0,
                    "maximum": 1,
                    "description": "The stabiliser.",
                },
                "bias": {"type": "boolean", "default": True, "description": "Whether biases take their share."},
            }
        },
    },
    {
        "id": "grad_cam",
        "title": "Grad-CAM",
        "family": "class activation map",
        "summary": "Where in the picture a layer's maps speak for the class.",
        "paper": "Selvaraju et al. 2017",
        "engines": ["native"],
        "signed": False,
        "takes_layer": True,
        "parameters": {"properties": {}},
    },
    {
        "id": "deep_taylor",
        "title": "Deep Taylor",
        "family": "layer-wise relevance propagation",
        "summary": "Needs ReLU networks.",
        "paper": "Montavon et al. 2017",
        "engines": ["native"],
        "signed": False,
        "takes_layer": False,
        "parameters": {"properties": {}},
    },
]


_CURVE: JSON = {
    "baseline": "grey",
    "fractions": [0, 0.5, 1],
    "values": [1, 0.2, 0],
    "area": 0.35,
    "random_values": [1, 0.5, 0],
    "random_areas": [0.5, 0.49],
}
_SIMILARITY: JSON = {"rank_correlation": 0.1, "rank_correlation_absolute": 0.3, "ssim": 0.2, "ssim_absolute": 0.2}
QUALITY: JSON = {
    "edition": 1,
    "seed": 0,
    "grade": "doubtful",
    "summary": "Read the map with care.",
    "findings": [
        {"check": "randomisation", "grade": "good", "sentence": "It becomes another map."},
        {"check": "curves", "grade": "doubtful", "sentence": "The answer falls, but does not come back."},
        {"check": "stability", "grade": "good", "sentence": "Noise leaves it as it is."},
    ],
    "randomisation": {
        "stages": 26,
        "steps": [
            {"layer": "conv10", "stages": 1, **_SIMILARITY},
            {"layer": "conv1", "stages": 26, **_SIMILARITY},
        ],
    },
    "deletion": _CURVE,
    "insertion": _CURVE,
    "stability": {"radius": 0.02, "changes": [0.3, 0.2], "max_sensitivity": 0.3, "rank_correlation": 0.9},
    "explanations": 7,
    "forward_passes": 168,
    "seconds": 3.5,
}


def label(sample: int) -> str | None:
    return None if sample % 12 == 11 else CLASSES[sample % 4]


def answers(sample: int) -> list[JSON]:
    """Right and sure on most, split on some."""
    given = []
    for place, model in enumerate(MODELS):
        chance = random.Random(f"{sample}{model}")
        wrong = chance.random() < 0.15 + 0.15 * place
        index = (sample % 4 + (1 + place if wrong else 0)) % len(CLASSES)
        score = chance.uniform(0.2, 0.7) if wrong else chance.uniform(0.35, 0.99)
        known = label(sample)
        given.append(
            {
                "model": model,
                "predicted": {"index": index, "name": CLASSES[index], "score": score},
                "label_score": None if known is None else (score if not wrong else (1 - score) * chance.random()),
                "correct": None if known is None else not wrong,
            }
        )
    return given


def sample_document(sample: int) -> JSON:
    return {"number": sample, "path": f"{sample}.jpg", "label": label(sample), "width": 320, "height": 240}


def point(sample: int, models: list[str]) -> JSON:
    kept = [answer for answer in answers(sample) if answer["model"] in models or MODELS[answer["model"]] in models]
    return {
        "sample": sample_document(sample),
        "mean_score": sum(answer["predicted"]["score"] for answer in kept) / len(kept),
        "predicted_classes": len({answer["predicted"]["index"] for answer in kept}),
        "answers": kept,
    }


def picture(seed: str, *, spots: bool) -> bytes:
    chance = random.Random(seed)
    image = Image.new("RGB", (320, 240), tuple(chance.randrange(60, 200) for _ in range(3)))
    draw = ImageDraw.Draw(image)
    for _ in range(12 if spots else 3):
        x, y, size = chance.randrange(320), chance.randrange(240), chance.randrange(20, 90)
        draw.ellipse((x - size, y - size, x + size, y + size), fill=tuple(chance.randrange(256) for _ in range(3)))
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()


class StandIn:
    """The gateway as a WSGI application. Tests set what it should lack."""

    def __init__(self) -> None:
        self.url = ""
        self.empty = False
        self.predicted = True
        self.labelled = True
        self.recorded = True
        self.laid_out = False
        self.explained = False
        self.grouped = False
        self.saved: list[JSON] = []
        self.trained = False
        self.slow = False
        self.import_state = "ready"
        self.polls = 0
        self.steered = ""
        self.run: JSON = {}
        self.requests: list[JSON] = []
        self.app = flask.Flask("stand_in")
        self.app.add_url_rule("/v1/<path:path>", view_func=self.answer, methods=["GET", "POST"])

    def answer(self, path: str) -> Any:
        parts = [unquote(part) for part in path.split("/")]
        if parts == ["methods"]:
            return {"items": METHODS, "next": None}
        if parts == ["me"]:
            means = "session" if flask.request.headers["Authorization"] == "Bearer ann's" else "token"
            return {"name": "ann", "operator": False, "signed_in": means}
        if parts == ["applications"]:
            return {"items": inside.APPLICATIONS, "next": None}
        if flask.request.cookies.get("innhub_token") == "wrong":
            return self.problem("UNAUTHENTICATED", "The token is not valid.", 401)
        kind, *rest = parts[2:]
        return getattr(self, kind)(*rest)

    def problem(self, reason: str, detail: str, status: int = 412, advice: str = "Do this.") -> Any:
        return {"reason": reason, "detail": detail, "advice": advice}, status

    def models(self, model: str = "", part: str = "", drawn: str = "") -> Any:
        if flask.request.method == "POST":
            return self.begun_import("m-new")
        documents: list[JSON] = [
            {
                "id": identifier,
                "name": name,
                "state": "ready",
                "created_at": "2026-11-22T10:00:00Z",
                "created_by": "local",
                "failures": [],
                "summary": {
                    "input_shape": [224, 224, 3],
                    "classes": len(CLASSES),
                    "head": "softmax",
                    "preprocessing": {
                        "channel_order": "rgb",
                        "mean": [127.5, 127.5, 127.5],
                        "scale": [127.5, 127.5, 127.5],
                        "resize": "crop",
                        "crop_fraction": 0.875,
                    },
                    "parameters": 4_700_000,
                    "multiply_adds": 388_000_000,
                    "weight_bytes": 18_800_000,
                    "activation_bytes": 27_000_000,
                    "source": "lite0.keras",
                    "layers": 13,
                    "changes": ["'dropout' was left out."],
                },
            }
            for identifier, name in MODELS.items()
        ]
        broken = {
            **documents[0],
            "id": "m-bad",
            "name": "broken",
            "state": "rejected",
            "summary": None,
            "failures": [{"reason": "MODEL_CORRUPT", "detail": "The file ends early.", "advice": "Send it again."}],
        }
        if not model:
            return {"items": [] if self.empty else [*documents, broken], "next": None}
        if part == "classes":
            return {"names": CLASSES}
        if model in ("m-new", "mine"):
            summary = documents[0]["summary"] if self.import_state == "ready" else None
            failures = broken["failures"] if self.import_state == "rejected" else []
            news = {"id": "m-new", "name": "mine", "state": self.import_state, "summary": summary, "failures": failures}
            documents.append({**documents[0], **news})
            model = "lite0" if part else model
        found = [document for document in documents if model in (document["id"], document["name"])]
        if not found:
            return self.problem("MODEL_NOT_FOUND", f"There is no model {model!r}.", 404)
        if part == "methods":
            return {"methods": [self.applicability(found[0]["name"], method) for method in METHODS]}
        if part:
            return self.inside(part, drawn)
        return found[0]

    def inside(self, part: str, drawn: str) -> Any:
        asked = flask.request.args
        if part == "graph":
            return {"layers": inside.LAYERS}
        if part == "training":
            return inside.TRAINING if self.trained else inside.UNTOLD
        name = asked.get("name") or asked["layer"]
        found = next((layer for layer in inside.LAYERS if layer["name"] == name), None)
        if found is None:
            return self.problem("LAYER_UNKNOWN", f"There is no layer {name!r}.", 404)
        if part == "layer":
            return {"layer": found, "weights": inside.WEIGHTS if found["kind"] == "Conv2D" else []}
        if drawn:
            return flask.Response(picture(name, spots=True), mimetype="image/png")
        return inside.activations(found, int(asked["limit"]))

    def begun_import(self, identifier: str) -> Any:
        body = flask.request.get_json()
        self.requests.append(body)
        return {
            "id": identifier,
            "name": body["name"],
            "state": "pending",
            "created_at": "2026-11-22T10:00:00Z",
            "created_by": "local",
            "failures": [],
            "summary": None,
        }, 202

    def applicability(self, model: str, method: JSON) -> JSON:
        refused = method["id"] == "deep_taylor" or (method["id"] == "lrp.epsilon" and model == "squeezenet")
        return {
            "method": method["id"],
            "applicable": not refused,
            "reason": "The layer act is swish." if refused else "",
            "layer": "act" if refused else "",
            "layers": ["top_conv", f"{model}_block"] if method["takes_layer"] else [],
        }

    def datasets(self, dataset: str = "", part: str = "", sample: str = "", _: str = "") -> Any:
        if flask.request.method == "POST":
            return self.begun_import("d-photos")
        if part == "samples" and sample:
            return flask.Response(picture(sample, spots=True), mimetype="image/png")
        if part == "samples":
            return {"items": [sample_document(number) for number in range(SAMPLES)], "next": None}
        document = {
            "id": "d-photos",
            "name": "photos",
            "state": "ready",
            "created_at": "2026-11-22T10:00:00Z",
            "created_by": "local",
            "failures": [],
            "summary": {
                "samples": SAMPLES,
                "shards": 1,
                "labels": CLASSES[:4],
                "labelled": 44 if self.labelled else 0,
                "columns": [{"name": "age", "kind": "number"}],
                "broken": [],
                "broken_count": 2,
            },
        }
        if not dataset:
            return {"items": [] if self.empty else [document], "next": None}
        if dataset not in ("photos", "d-photos"):
            return self.problem("DATASET_NOT_FOUND", f"There is no data set {dataset!r}.", 404)
        return document

    def runs(self, run: str = "", action: str = "") -> Any:
        if action:
            self.requests.append({"run": run, "action": action})
            self.steered = {"cancel": "cancelled", "retry": "running"}[action]
        document: JSON = {
            "id": "r-1",
            "name": "predict photos",
            "kind": "predict",
            "state": "done",
            "dataset": "d-photos",
            "models": list(MODELS),
            "created_at": "2026-11-22T10:00:00Z",
            "created_by": "local",
            "ended_at": None,
            "failures": [],
            "progress": {"samples_total": 144, "samples_done": 144, "samples_a_second": 40.0, "seconds_left": None},
        }
        if action:
            return {**document, "state": self.steered}
        if flask.request.method == "POST":
            self.requests.append(flask.request.get_json())
            begun = flask.request.get_json()
            progress = {**document["progress"], "samples_done": 20}
            return {**document, "kind": begun["kind"], "state": "running", "progress": progress}
        if run:
            self.polls += 1
            self.predicted = self.predicted or self.polls > 2
            state = "done" if self.predicted else "running"
            done = 144 if self.predicted else 40 * self.polls
            return {**document, "state": state, "progress": {**document["progress"], "samples_done": done}}
        if flask.request.args.get("kind") == "explain":
            explaining = {**document, "kind": "explain", "explanation": {"method": "gradient", "target": 3}}
            return {"items": [explaining] if self.explained else [], "next": None}
        listed = [{**document, **self.run}, document] if self.run else [document]
        return {"items": [] if self.empty or not self.predicted else listed, "next": None}

    def suggestions(self, kind: str) -> Any:
        if kind == "strongest":
            return self.strongest(int(flask.request.args["limit"]))
        if kind == "clusters":
            return self.clusters()
        asked = flask.request.args
        models = asked.getlist("models") or [asked["model"]]
        if not self.predicted:
            return self.problem("PREDICTIONS_MISSING", "photos is not predicted.")
        if kind in ("histogram", "calibration", "confusion") and not self.labelled:
            return self.problem("LABELS_MISSING", "No sample has a label.")
        if asked.get("projection") == "umap" and not self.laid_out:
            return self.problem("EMBEDDING_NOT_FOUND", "No run has laid it out.", 404)
        points = (point(sample, models) for sample in range(SAMPLES))
        try:
            met = answered.meeting(points, asked.getlist("where"), MODELS)
        except answered.NoConditionError as error:
            return self.problem("ARGUMENT_INVALID", f"'{error}' is no condition.", 422, "Write for instance label=cat.")
        return answered.answer(kind, met, models, asked.to_dict())

    def clusters(self) -> Any:
        if not self.grouped:
            return self.problem("CLUSTERS_NOT_FOUND", "No run has grouped these explanations yet.", 404)
        return answered.clusters([point(sample, ["lite0"]) for sample in range(SAMPLES)])

    def selections(self) -> Any:
        if flask.request.method != "POST":
            return {"items": self.saved, "next": None}
        body = flask.request.get_json()
        self.requests.append(body)
        if body["name"] in [other["name"] for other in self.saved]:
            return self.problem("NAME_TAKEN", f"There is a selection called {body['name']!r} already.", 409)
        kept = {"name": body["name"], "dataset": "d-photos", "count": len(body.get("samples", [])), "note": ""}
        self.saved.append(kept)
        return kept, 201

    def strongest(self, limit: int) -> Any:
        if not self.recorded:
            return self.problem("ACTIVATIONS_NOT_FOUND", "Nothing is recorded.", 404)
        items = [
            {"sample": number, "label": label(number), "activation": 9.0 / (number + 1)} for number in range(limit)
        ]
        return {"total": SAMPLES, "items": items}

    def quality(self, explanation: str, asked: JSON) -> Any:
        self.requests.append(asked)
        if self.slow and asked["patience_seconds"] <= 120:
            return self.problem("TOO_LARGE", "It takes 10 explanations like it, about 400 s.", 413, "Be patient.")
        return {**QUALITY, "explanation": explanation}

    def predictions(self) -> Any:
        asked = flask.request.get_json()
        return {"top": self.top(asked), "label": label(asked["sample"]), "label_score": 0.1}

    def top(self, asked: JSON) -> list[JSON]:
        mine = next(a for a in answers(asked["sample"]) if asked["model"] in (a["model"], MODELS[a["model"]]))
        first = mine["predicted"]
        others = [index for index in range(len(CLASSES)) if index != first["index"]][:4]
        rest = [
            {"index": index, "name": CLASSES[index], "score": (1 - first["score"]) / 2 ** (place + 1)}
            for place, index in enumerate(others)
        ]
        return [first, *rest]

    def explanations(self, explanation: str = "", part: str = "") -> Any:
        if part == "heatmap.png":
            return flask.Response(picture(explanation, spots=False), mimetype="image/png")
        if part == "relevance.npy":
            return flask.Response(b"", mimetype="application/x-npy")
        if part == "quality":
            return self.quality(explanation, flask.request.get_json())
        asked = flask.request.get_json()
        self.requests.append(asked)
        if asked["method"] not in {method["id"] for method in METHODS}:
            return self.problem("METHOD_UNKNOWN", f"There is no method {asked['method']!r}.", 422)
        if asked["method"] == "lrp.epsilon" and asked["model"] == "squeezenet":
            return self.problem("METHOD_NOT_APPLICABLE", "The layer act is swish.")
        return {
            **asked,
            "id": hashlib.sha256(repr(sorted(asked.items(), key=str)).encode()).hexdigest(),
            "target_index": 1,
            "target_name": self.top(asked)[0]["name"] if asked["target"] == "predicted" else str(asked["target"]),
            "target_value": 7.25,
            "shape": [224, 224, 3],
            "relevance_sum": 1.0,
            "signed": asked["method"] != "grad_cam",
            "top": self.top(asked),
            "seconds": 0.1,
            "warnings": ["Biases took 12 % of the relevance."] if asked["method"] == "lrp.epsilon" else [],
        }


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    """The stand-in, listening at `url`."""
    gateway = StandIn()
    server = make_server("127.0.0.1", 0, gateway.app, threaded=True)
    gateway.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield gateway
    server.shutdown()
    thread.join()


@pytest.fixture
def hub(stand_in: StandIn) -> Iterator[Hub]:
    """The client, on the stand-in."""
    with Hub(stand_in.url, "token") as client:
        yield client


class Browser:
    """Sends the requests that Dash sends, as far as a callback needs them."""

    def __init__(self, url: str) -> None:
        self.app = create_app(UiSettings(url=url))
        self.client = self.app.server.test_client()
        self.client.set_cookie("innhub_token", "token")

    def call(self, output: str, values: JSON) -> JSON:
        """What the callback whose first output is `output` answers, given values by `id.property`."""
        name, found = next(
            (name, found)
            for name, found in self.app.callback_map.items()
            if name.lstrip(".").split("@")[0].split("...")[0] == output
        )

        def filled(entries: list[JSON]) -> list[JSON | list[JSON]]:
            return [
                every(entry)
                if '["ALL"]' in entry["id"]
                else {**entry, "value": values.get(f"{entry['id']}.{entry['property']}")}
                for entry in entries
            ]

        def every(entry: JSON) -> list[JSON]:
            """All that have the same names in their ids."""
            given = [(key.rsplit(".", 1), value) for key, value in values.items() if key.startswith("{")]
            return [
                {"id": json.loads(identifier), "property": entry["property"], "value": value}
                for (identifier, kept), value in given
                if kept == entry["property"] and json.loads(identifier).keys() == json.loads(entry["id"]).keys()
            ]

        parts = [part.split("@")[0].rsplit(".", 1) for part in name.strip(".").split("...")]
        outputs: list[JSON | list[JSON]] = [
            every({"id": identifier, "property": kept})
            if '["ALL"]' in identifier
            else {"id": json.loads(identifier) if identifier.startswith("{") else identifier, "property": kept}
            for identifier, kept in parts
        ]
        answer = self.client.post(
            "/_dash-update-component",
            json={
                "output": name,
                "outputs": outputs if name.startswith("..") else outputs[0],
                "inputs": filled(found["inputs"]),
                "state": filled(found["state"]),
                "changedPropIds": list(values)[:1],
            },
        )
        assert answer.status_code in {200, 204}, answer.text
        document: JSON = answer.get_json() or {}
        return document


@pytest.fixture
def browser(stand_in: StandIn) -> Browser:
    """The pages, in front of the stand-in."""
    return Browser(stand_in.url)
