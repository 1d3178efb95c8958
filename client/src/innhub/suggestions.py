"""Suggestions of a hub: which samples deserve a look."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from innhub.connection import JSON, Connection
from innhub.explanations import Target


@dataclass(frozen=True)
class Agreement:
    """The agreement map: a point a sample, with its mean score and its number of predicted classes."""

    samples: int
    missing: int
    quadrants: list[JSON]
    points: list[JSON]
    models: tuple[str, ...]
    """The models as they were asked for."""

    def rows(self) -> list[JSON]:
        """A row a sample; each model's answer under the name by which the model was asked for."""
        return [row(point, self.models) for point in self.points]

    def frame(self) -> Any:
        """The rows as a pandas table (`pip install pandas`)."""
        import pandas  # type: ignore[import-untyped,import-not-found,unused-ignore]

        return pandas.DataFrame(self.rows())


def row(point: JSON, models: Sequence[str]) -> JSON:
    """A point as one row; answers come in the order of the models asked for."""
    sample = point["sample"]
    answers = {
        model: {
            "class": answer["predicted"]["name"],
            "index": answer["predicted"]["index"],
            "score": answer["predicted"]["score"],
            "label_score": answer["label_score"],
            "correct": answer["correct"],
        }
        for model, answer in zip(models, point["answers"], strict=True)
    }
    return {
        "sample": sample["number"],
        "path": sample["path"],
        "label": sample["label"],
        "mean_score": point["mean_score"],
        "predicted_classes": point["predicted_classes"],
        "answers": answers,
    }


def reason_row(comparison: JSON, models: Sequence[str]) -> JSON:
    """A comparison of reasons as one row; answers come in the order of the models asked for."""
    answers = zip(models, comparison["predicted"], strict=True)
    return {
        "sample": comparison["sample"]["number"],
        "path": comparison["sample"]["path"],
        "label": comparison["sample"]["label"],
        "same_answer": comparison["same_answer"],
        **{name: comparison[name] for name in _MEASURES},
        "answers": {
            model: {"class": answer["name"], "index": answer["index"], "score": answer["score"]}
            for model, answer in answers
        },
    }


_MEASURES = ("mean_correlation", "lowest_correlation", "mean_overlap", "lowest_overlap")


class Suggestions:
    """`hub.suggest`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def agreement(self, dataset: str, models: Sequence[str], *, max_points: int = 10_000) -> Agreement:
        """Every sample by how sure the models are and how many different answers they give."""
        path = self._connection.path("suggestions/agreement")
        document = self._connection.get(path, dataset=dataset, models=list(models), max_points=max_points)
        return Agreement(
            document["samples"], document["missing"], document["quadrants"], document["points"], tuple(models)
        )

    def histogram(self, dataset: str, model: str, *, bins: int = 20) -> JSON:
        """The samples by 1 - p(label) for one model: bins with counts."""
        return self._connection.get(
            self._connection.path("suggestions/histogram"), dataset=dataset, model=model, bins=bins
        )

    def strongest(self, dataset: str, model: str, layer: str, unit: int, *, limit: int = 24) -> JSON:
        """The samples (`items`) to which a unit answers most strongly, of the `total` that a run has recorded."""
        path = self._connection.path("suggestions/strongest")
        return self._connection.get(path, dataset=dataset, model=model, layer=layer, unit=unit, limit=limit)

    def samples(self, dataset: str, models: Sequence[str], **filters: Any) -> Iterator[JSON]:
        """Samples with the answers of models, filtered and sorted as `GET .../suggestions/samples` offers."""
        path = self._connection.path("suggestions/samples")
        yield from self._connection.items(path, dataset=dataset, models=list(models), **filters)

    def reasons(
        self,
        dataset: str,
        models: Sequence[str],
        *,
        method: str,
        parameters: dict[str, Any] | None = None,
        target: Target = "predicted",
        layer: str = "",
        top: float = 0.1,
    ) -> Iterator[JSON]:
        """Samples by how far the maps of models are alike: the same answer first, of these the least alike first.

        The maps are those of runs of `hub.explain_all` with the same method, parameters, target and layer. `top` is the
        share of cells that count as the most relevant ones.
        """
        yield from self._connection.items(
            self._connection.path("suggestions/reasons"),
            dataset=dataset,
            models=list(models),
            method=method,
            parameters=json.dumps(parameters or {}),
            target=target if isinstance(target, str) else json.dumps(target),
            layer=layer,
            top=top,
        )

    def reasons_of_run(self, run: str, *, models: Sequence[str] = (), top: float = 0.1) -> Iterator[JSON]:
        """The same for the models of one run, or for some of them."""
        path = self._connection.path("suggestions/reasons")
        yield from self._connection.items(path, run=run, models=list(models), top=top)
