"""Samples in groups by how models explain them, as runs have found them, whoever asks. All calls block."""

from dataclasses import dataclass

import polars as pl

from backplane.artifacts import ArtifactMissingError, ArtifactStore
from backplane.results import Results
from domain.clusters import ClusterMember, ClusterRecord, ClustersRecord
from domain.errors import HubError, Reason
from suggest.answered import AnsweredSamples, Asked
from suggest.statistics.answers import Answers, Point, points


@dataclass(frozen=True)
class Cluster:
    """A group: its record, the members that are named with what the model answers, and how often it is right."""

    record: ClusterRecord
    members: tuple[tuple[ClusterMember, Point], ...]
    accuracy: float | None


@dataclass(frozen=True)
class Clusters:
    """All groups, the largest first."""

    record: ClustersRecord
    clusters: tuple[Cluster, ...]


class ClusteredSamples:
    """The groups of all data sets. Safe for many threads."""

    def __init__(self, store: ArtifactStore, answered: AnsweredSamples) -> None:
        self._store = store
        self._answered = answered

    def clusters(self, asked: Asked, digest: str, label: str, max_members: int) -> Clusters:
        """The groups that a run has found.

        Raises:
            HubError: `CLUSTERS_NOT_FOUND`, or `PREDICTIONS_MISSING`.
        """
        answers = self._answered.answers(asked)
        key = Results(asked.workspace, asked.dataset, asked.models[0]).clusters(digest, label)
        try:
            record = ClustersRecord.model_validate_json(self._store.get(key))
        except ArtifactMissingError as error:
            raise HubError(
                Reason.CLUSTERS_NOT_FOUND,
                f"No run has grouped these explanations{f' for the label {label!r}' if label else ''} yet.",
                "Begin one with `innhub clusters`, with a run that has explained the data set.",
            ) from error
        return Clusters(record, tuple(_cluster(one, answers, max_members) for one in record.clusters))


def _cluster(record: ClusterRecord, answers: Answers, max_members: int) -> Cluster:
    numbers = [member.sample for member in record.members]
    rows = answers.rows.filter(pl.col("number").is_in(numbers))
    named = numbers[:max_members]
    known = {point.sample.number: point for point in points(answers, rows.filter(pl.col("number").is_in(named)))}
    accuracy = rows["correct@0"].mean()
    return Cluster(
        record,
        tuple((member, known[member.sample]) for member in record.members[:max_members] if member.sample in known),
        None if accuracy is None else float(accuracy),  # type: ignore[arg-type]
    )
