"""The hub as a Python object."""

from collections.abc import Sequence
from typing import Any, Self

from innhub.admin import Admin
from innhub.connection import JSON, Connection
from innhub.datasets import Dataset, Datasets, Sample
from innhub.documents import parsed
from innhub.explanations import Explanation, Explanations, Target
from innhub.me import Me
from innhub.models import Model, Models
from innhub.runs import Run, Runs
from innhub.selections import Selections
from innhub.suggestions import Suggestions


class Hub:
    """A workspace of a hub.

    Args:
        url: of the hub; by default from `INNHUB_URL`, else `http://127.0.0.1:8080`.
        token: by default from `INNHUB_TOKEN`.
        workspace: the workspace to work in.
        traceparent: of the trace (W3C Trace Context) that what is asked is part of, where somebody keeps one.
    """

    def __init__(
        self, url: str | None = None, token: str | None = None, workspace: str = "default", traceparent: str = ""
    ) -> None:
        self._connection = Connection(url, token, workspace, traceparent)
        self.models = Models(self._connection)
        self.datasets = Datasets(self._connection)
        self.runs = Runs(self._connection)
        self.explanations = Explanations(self._connection)
        self.suggest = Suggestions(self._connection)
        self.selections = Selections(self._connection)
        self.admin = Admin(self._connection)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connection."""
        self._connection.close()

    def me(self) -> Me:
        """Whom the hub takes you for."""
        return parsed(Me, self._connection.get("/v1/me"))

    def methods(self) -> list[JSON]:
        """All explanation methods, with the JSON Schema of their parameters."""
        return list(self._connection.items("/v1/methods"))

    def applications(self) -> list[JSON]:
        """The classifiers that Keras brings along, which `hub.models.add("keras:NAME", ...)` imports."""
        return list(self._connection.items("/v1/applications"))

    def predict(self, dataset: str | Dataset, models: Sequence[str | Model]) -> Run:
        """Begins a run in which models predict a whole data set; `run.wait()` waits for it."""
        return self.runs.predict(_reference(dataset), [_reference(model) for model in models])

    def record_activations(self, model: str | Model, dataset: str | Dataset, layer: str) -> Run:
        """Begins a run that records what every unit of a layer answers to a whole data set."""
        return self.runs.record_activations(_reference(model), _reference(dataset), layer)

    def explain_all(
        self,
        dataset: str | Dataset,
        models: Sequence[str | Model],
        *,
        method: str,
        parameters: dict[str, Any] | None = None,
        target: Target = "predicted",
        layer: str = "",
    ) -> Run:
        """Begins a run that explains every sample for each of the models; then `run.relevance(model)` has the maps.

        Method, parameters, target and layer are those of `explain`, on the native engine.

        Raises:
            HubError: naming what one of the models does not have or allow.
        """
        return self.runs.explain(
            _reference(dataset),
            [_reference(model) for model in models],
            method=method,
            parameters=parameters,
            target=target,
            layer=layer,
        )

    def fit_patterns(self, model: str | Model, dataset: str | Dataset) -> Run:
        """Begins a run that fits to a model, on a data set, the patterns of PatternNet and PatternAttribution."""
        return self.runs.fit_patterns(_reference(model), _reference(dataset))

    def assess_all(
        self,
        dataset: str | Dataset,
        models: Sequence[str | Model],
        *,
        method: str,
        parameters: dict[str, Any] | None = None,
        target: Target = "predicted",
        layer: str = "",
    ) -> Run:
        """Begins a run that checks how far the map of every sample can be trusted; `run.qualities(model)` then tells.

        For each sample that takes ten more explanations and 168 forward passes.

        Raises:
            HubError: naming what one of the models does not have or allow.
        """
        return self.runs.assess(
            _reference(dataset),
            [_reference(model) for model in models],
            method=method,
            parameters=parameters,
            target=target,
            layer=layer,
        )

    def umap(self, dataset: str | Dataset, models: Sequence[str | Model]) -> Run:
        """Begins a run that lays out a data set in the plane, as the last hidden layer of each model sees it."""
        return self.runs.umap(_reference(dataset), [_reference(model) for model in models])

    def predict_sample(self, model: str | Model, sample: Sample, *, top_k: int = 5) -> JSON:
        """The answer of a model for one sample: `top` classes with scores, the label and its score."""
        body = {"model": _reference(model), "dataset": sample.dataset, "sample": sample.number, "top_k": top_k}
        return self._connection.ask(self._connection.path("predictions"), body)

    def explain(
        self,
        model: str | Model,
        sample: Sample,
        *,
        method: str,
        parameters: dict[str, Any] | None = None,
        target: Target = "predicted",
        layer: str = "",
        engine: str = "native",
    ) -> Explanation:
        """Why a model answers as it does for a sample.

        Args:
            model: the model, or its name or id.
            sample: the sample, for instance `dataset[3]`.
            method: the id of a method, see `hub.methods()`.
            parameters: of the method; those left out take their defaults.
            target: `"predicted"`, `"label"`, a class by name or index, a list of these (their sum is explained), or
                `{"layer": ..., "unit": ..., "position": [row, column]}`, of which all but the layer may be left out.
            layer: where class activation maps are taken; empty for the default.
            engine: `"native"`; `"innvestigate"`, which computes with the rules of that library; or
                `"innvestigate-named"`, its own analyzers as it ships them, for published results. `hub.methods()` tells
                which have the method.

        Raises:
            HubError: naming what is wrong and the way out.
        """
        return self.explanations.request(
            {
                "model": _reference(model),
                "dataset": sample.dataset,
                "sample": sample.number,
                "method": method,
                "parameters": parameters or {},
                "target": target,
                "layer": layer,
                "engine": engine,
            }
        )


def _reference(thing: str | Model | Dataset) -> str:
    return thing if isinstance(thing, str) else thing.id
