"""Suggestions of a hub: which samples deserve a look."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from innhub.connection import JSON, Connection
from innhub.errors import HubError
from innhub.explanations import Target


@dataclass(frozen=True)
class Agreement:
    """The agreement map: a point a sample, with its mean score and its number of predicted classes."""

    samples: int
    missing: int
    quadrants: list[JSON]
    points: list[JSON]
    cells: list[JSON]
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

    def agreement(
        self, dataset: str, models: Sequence[str], *, where: Sequence[str] = (), max_points: int | None = None
    ) -> Agreement:
        """Every sample by how sure the models are and how many different answers they give.

        Args:
            dataset: its name or id.
            models: names or ids.
            where: conditions that samples must meet, for instance `["label=cat", "entropy@lite0>=0.5"]`.
            max_points: the most samples that come as points; as many as fit a megabyte, unless said.
        """
        document = self._get("agreement", dataset=dataset, models=list(models), where=where, max_points=max_points)
        return Agreement(
            document["samples"],
            document["missing"],
            document["quadrants"],
            document["points"],
            document["cells"],
            tuple(models),
        )

    def histogram(
        self,
        dataset: str,
        model: str,
        *,
        quantity: str = "label_error",
        bins: int = 20,
        layer: str = "",
        unit: int | None = None,
        where: Sequence[str] = (),
    ) -> JSON:
        """How `label_error`, `score`, `margin`, `entropy`, or the `activation` of a layer or unit is spread."""
        return self._get(
            "histogram",
            dataset=dataset,
            model=model,
            quantity=quantity,
            bins=bins,
            layer=layer,
            unit=unit,
            where=where,
        )

    def calibration(self, dataset: str, model: str, *, bins: int = 10, where: Sequence[str] = ()) -> JSON:
        """Whether a model is right as often as its scores say: a reliability diagram."""
        return self._get("calibration", dataset=dataset, model=model, bins=bins, where=where)

    def confusion(
        self,
        dataset: str,
        models: Sequence[str],
        *,
        column: str = "",
        max_classes: int = 50,
        where: Sequence[str] = (),
    ) -> JSON:
        """Who says A where the label (or a column of labels), or the first of two models, says B."""
        return self._get(
            "confusion", dataset=dataset, models=list(models), column=column, max_classes=max_classes, where=where
        )

    def strongest(self, dataset: str, model: str, layer: str, unit: int, *, limit: int = 24) -> JSON:
        """The samples (`items`) to which a unit answers most strongly, of the `total` that a run has recorded."""
        return self._get("strongest", dataset=dataset, model=model, layer=layer, unit=unit, limit=limit)

    def samples(self, dataset: str, models: Sequence[str], **filters: Any) -> Iterator[JSON]:
        """Samples with the answers of models, filtered and sorted as `GET .../suggestions/samples` offers."""
        path = self._connection.path("suggestions/samples")
        yield from self._connection.items(path, dataset=dataset, models=list(models), **filters)

    def save_samples(self, file: Path, dataset: str, models: Sequence[str], **filters: Any) -> None:
        """Writes samples with the answers of models to a file that ends in .csv or .parquet."""
        path = self._connection.path(f"suggestions/samples.{_form(file)}")
        self._connection.save(path, file, dataset=dataset, models=list(models), **filters)

    def save_predictions(self, file: Path, dataset: str, model: str, *, embedding: bool = False) -> None:
        """Writes all that a model has predicted to a file that ends in .csv or .parquet."""
        path = self._connection.path(f"predictions/table.{_form(file)}")
        self._connection.save(path, file, dataset=dataset, model=model, embedding=embedding)

    def embedding(
        self,
        dataset: str,
        model: str,
        *,
        projection: str = "pca",
        max_points: int = 2000,
        where: Sequence[str] = (),
    ) -> JSON:
        """The samples in the plane: by `pca` at once, by `umap` once `hub.umap(...)` has laid them out."""
        return self._get(
            "embedding", dataset=dataset, model=model, projection=projection, max_points=max_points, where=where
        )

    def neighbours(self, dataset: str, model: str, sample: int, *, limit: int = 12) -> JSON:
        """The samples (`items`) that lie nearest to one in the embedding of a model."""
        return self._get("neighbours", dataset=dataset, model=model, sample=sample, limit=limit)

    def duplicates(self, dataset: str, model: str, *, max_distance: float = 0.05, limit: int = 100) -> JSON:
        """Pairs of samples (`items`) that lie closest together in the embedding of a model."""
        return self._get("duplicates", dataset=dataset, model=model, max_distance=max_distance, limit=limit)

    def outliers(self, dataset: str, model: str, *, limit: int = 100) -> JSON:
        """The samples (`items`) that lie farthest from all others in the embedding of a model."""
        return self._get("outliers", dataset=dataset, model=model, limit=limit)

    def clusters(self, run: str, *, model: str = "", label: str | None = None, max_members: int = 12) -> JSON:
        """Groups of samples (`items`) with maps that look alike, as a run of `hub.runs.clusters` has found them."""
        return self._get("clusters", run=run, model=model, label=label, max_members=max_members)

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

    def _get(self, what: str, **parameters: Any) -> JSON:
        return self._connection.get(self._connection.path(f"suggestions/{what}"), **parameters)


def _form(file: Path) -> str:
    form = file.suffix.removeprefix(".")
    if form not in ("csv", "parquet"):
        raise HubError("ARGUMENT_INVALID", f"{file} is no table.", "Give a name that ends in .csv or .parquet.")
    return form
