"""Samples by what models answer to them, whoever asks. All calls block."""

from collections.abc import Sequence
from dataclasses import dataclass
from weakref import ref

import polars as pl

from backplane.artifacts import ArtifactStore
from backplane.catalogue import Catalogue
from backplane.results import Results
from backplane.selections import Selections
from domain.errors import HubError, Reason
from imaging.arrays import Floats
from suggest.memory_cache import MemoryCache
from suggest.recorded import RecordedActivations
from suggest.statistics.agreement import Agreement, agreement
from suggest.statistics.answers import AnsweringModel, Answers, side_by_side
from suggest.statistics.calibration import Calibration, calibration
from suggest.statistics.conditions import matching, met
from suggest.statistics.confusion import Confusion, confusion
from suggest.statistics.histogram import Histogram, answers_histogram, histogram
from suggest.statistics.predictions import Predictions
from suggest.statistics.samples import Order, PointPage, ordered, point_page
from suggest.statistics.tables import SampleTables


@dataclass(frozen=True)
class Asked:
    """Whose answers to which samples: models by their ids, and conditions that samples must meet."""

    workspace: str
    dataset: str
    models: tuple[str, ...]
    where: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Known:
    """Answers, and the frames of which they were made."""

    answers: Answers
    samples: pl.DataFrame
    frames: tuple[pl.DataFrame, ...]


@dataclass(frozen=True)
class _Ordered:
    """The places of some answers in an order. The answers are let go when nobody else needs them."""

    answers: "ref[Answers]"
    places: pl.Series


class AnsweredSamples:
    """The samples of all data sets with the answers of all models. Safe for many threads.

    What was asked is checked here: every call raises `HubError` for a data set or model that does not exist, a model
    that has predicted nothing yet (`PREDICTIONS_MISSING`), or a condition that says nothing (`ARGUMENT_INVALID`).

    Args:
        store: where all lies.
        tables: the samples of data sets.
        recorded: what units inside networks answer.
        memory_bytes: how much predictions may take in memory, again what they look like side by side, and again orders.
    """

    def __init__(
        self, store: ArtifactStore, tables: SampleTables, recorded: RecordedActivations, memory_bytes: int
    ) -> None:
        self._store = store
        self._catalogue = Catalogue(store)
        self._tables = tables
        self._predictions = Predictions(store, memory_bytes)
        self._recorded = recorded
        self._answers: MemoryCache[tuple[str, str, tuple[str, ...]], _Known] = MemoryCache(
            "answers", memory_bytes, lambda known: int(known.answers.rows.estimated_size())
        )
        self._orders: MemoryCache[tuple[Asked, Order], _Ordered] = MemoryCache(
            "orders", memory_bytes, lambda found: int(found.places.estimated_size())
        )

    def agreement(self, asked: Asked, max_points: int, sure_score: float) -> tuple[Agreement, int]:
        """The agreement map, and how many samples of the data set not all models have predicted."""
        among = self.answers(asked)
        missing = self._samples(asked).height - among.rows.height
        return agreement(self._meeting(among, asked), max_points, sure_score), missing

    def histogram(self, asked: Asked, quantity: str, bins: int) -> Histogram:
        """How a quantity of the one model's answers is spread."""
        return answers_histogram(self.meeting(asked), quantity, bins)

    def activation_histogram(self, asked: Asked, layer: str, unit: int | None, bins: int) -> Histogram:
        """How the activation of a unit, or the mean over a layer, is spread over the samples that are recorded.

        Raises:
            HubError: `ACTIVATIONS_NOT_FOUND`.
        """
        numbers, values = self._recorded.values(asked.workspace, asked.dataset, asked.models[0], layer, unit)
        frame = pl.DataFrame({"number": numbers, "value": values})
        answered = self._samples(asked)
        correct = pl.lit(value=False)
        if asked.where or self._predicted(asked):
            answered, correct = self.meeting(asked).rows, pl.col("correct@0").fill_null(value=False)
        rows = answered.join(frame, on="number", how="inner").select("value", correct=correct)
        found: Floats = rows["value"].to_numpy()
        low, high = (float(found.min()), float(found.max())) if len(found) else (0.0, 1.0)
        return Histogram(histogram(found, rows["correct"].to_numpy(), bins, (low, high)), rows.height, 0)

    def calibration(self, asked: Asked, bins: int) -> Calibration:
        """Whether the one model is right as often as its scores say."""
        return calibration(self.meeting(asked), bins)

    def confusion(self, asked: Asked, column: str, max_classes: int) -> Confusion:
        """Who says A where the label, or the other model, says B."""
        return confusion(self.meeting(asked), column, max_classes)

    def page(self, asked: Asked, order: Order, start: int, size: int) -> PointPage:
        """A page of samples with every model's answer."""
        return point_page(*self.ordered(asked, order), start, size)

    def ordered(self, asked: Asked, order: Order) -> tuple[Answers, pl.Series]:
        """All answers, and the places among them of those that meet the conditions, in an order.

        The order is kept for the pages that follow.
        """
        key, answers = (asked, order), self.answers(asked)
        known = self._orders.get(key)
        if known is not None and known.answers() is answers:
            return answers, known.places
        places = ordered(answers, order, met(answers, asked.where, lambda name: self._selected(asked, name)))
        if not _may_change(asked.where):
            self._orders.put(key, _Ordered(ref(answers), places))
        return answers, places

    def matches(self, asked: Asked) -> Sequence[int]:
        """The numbers of all samples that meet the conditions; without models, of those that speak of samples alone."""
        among = self.answers(asked) if asked.models else Answers((), self._samples(asked))
        return self._meeting(among, asked).rows["number"].to_list()

    def answers(self, asked: Asked) -> Answers:
        """The answers to all samples that the models have predicted by now, whatever the conditions."""
        key = (asked.workspace, asked.dataset, asked.models)
        samples = self._samples(asked)
        manifests = [self._catalogue.model(asked.workspace, model) for model in asked.models]
        frames = tuple(self._frame(asked, manifest.id, manifest.name, samples.height) for manifest in manifests)
        known = self._answers.get(key)
        if known is None or not _same(known, samples, frames):
            models = [AnsweringModel(one.id, one.name, one.labels) for one in manifests]
            known = _Known(side_by_side(models, frames, samples), samples, frames)
            self._answers.put(key, known)
        return known.answers

    def meeting(self, asked: Asked) -> Answers:
        """The answers to the samples that meet the conditions."""
        return self._meeting(self.answers(asked), asked)

    def _meeting(self, answers: Answers, asked: Asked) -> Answers:
        return matching(answers, asked.where, lambda name: self._selected(asked, name))

    def _selected(self, asked: Asked, name: str) -> Sequence[int]:
        selections = Selections(self._store, asked.workspace)
        if selections.get(name).dataset != asked.dataset:
            raise HubError(
                Reason.ARGUMENT_INVALID, f"The selection {name!r} is of another data set.", "Ask for that data set."
            )
        return selections.samples(name)

    def _samples(self, asked: Asked) -> pl.DataFrame:
        self._catalogue.dataset(asked.workspace, asked.dataset)
        return self._tables.frame(asked.workspace, asked.dataset)

    def _predicted(self, asked: Asked) -> bool:
        results = Results(asked.workspace, asked.dataset, asked.models[0])
        return not self._predictions.frame(results, self._samples(asked).height).is_empty()

    def _frame(self, asked: Asked, model: str, name: str, samples: int) -> pl.DataFrame:
        frame = self._predictions.frame(Results(asked.workspace, asked.dataset, model), samples)
        if frame.is_empty():
            raise HubError(
                Reason.PREDICTIONS_MISSING,
                f"The model {name!r} has not predicted any sample of this data set yet.",
                "Begin a run with `innhub predict`, or wait until the one that goes on has its first samples.",
            )
        return frame


def _same(known: _Known, samples: pl.DataFrame, frames: tuple[pl.DataFrame, ...]) -> bool:
    return known.samples is samples and all(old is new for old, new in zip(known.frames, frames, strict=True))


def _may_change(where: Sequence[str]) -> bool:
    return any(condition.strip().startswith("selection") for condition in where)
