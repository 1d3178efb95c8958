"""Messages about samples by where they lie, and about groups of them."""

from innhub_proto.artifacts.v1 import artifacts_pb2
from innhub_proto.suggest.v1 import suggest_pb2
from suggest.clustered import Cluster, Clusters
from suggest.converters import shared
from suggest.embedded import Found, Map, Placed
from suggest.statistics.answers import Point
from suggest.statistics.nearness import Distant


def map_message(found: Map) -> suggest_pb2.GetEmbeddingResponse:
    """Samples in the plane as a message."""
    return suggest_pb2.GetEmbeddingResponse(
        points=[_placed(one) for one in found.placed],
        samples=found.samples,
        explained_variance=found.explained_variance,
    )


def neighbours_message(found: Found) -> suggest_pb2.FindNeighboursResponse:
    """The nearest samples as a message."""
    return suggest_pb2.FindNeighboursResponse(neighbours=_distant(found), samples=found.samples)


def outliers_message(found: Found) -> suggest_pb2.FindOutliersResponse:
    """Outliers as a message."""
    return suggest_pb2.FindOutliersResponse(outliers=_distant(found), samples=found.samples)


def duplicates_message(found: Found) -> suggest_pb2.FindDuplicatesResponse:
    """Pairs as a message; those of which the model has not predicted both samples yet are left out."""
    return suggest_pb2.FindDuplicatesResponse(
        pairs=[
            suggest_pb2.SamplePair(
                first=shared.sample(found.points[pair.first].sample),
                second=shared.sample(found.points[pair.second].sample),
                distance=pair.distance,
            )
            for pair in found.pairs
            if pair.first in found.points and pair.second in found.points
        ],
        total=found.total,
        samples=found.samples,
    )


def clusters_message(found: Clusters) -> suggest_pb2.GetClustersResponse:
    """Groups as a message."""
    return suggest_pb2.GetClustersResponse(
        clusters=[_cluster(number, one) for number, one in enumerate(found.clusters)],
        map_side=found.record.side,
        samples=sum(len(one.record.members) for one in found.clusters),
        eigenvalues=found.record.eigenvalues,
    )


def _cluster(number: int, found: Cluster) -> suggest_pb2.Cluster:
    return suggest_pb2.Cluster(
        number=number,
        samples=len(found.record.members),
        typical_map=found.record.typical_map,
        members=[_placed(Placed(point, member.x, member.y)) for member, point in found.members],
        accuracy=found.accuracy,
    )


def _placed(found: Placed) -> suggest_pb2.EmbeddedSample:
    sample, answer = _sample_and_answer(found.point)
    return suggest_pb2.EmbeddedSample(sample=sample, x=found.x, y=found.y, answer=answer)


def _distant(found: Found) -> list[suggest_pb2.DistantSample]:
    rows = ((found.points[one.sample], one) for one in found.distant if one.sample in found.points)
    return [_at_distance(point, one) for point, one in rows]


def _at_distance(point: Point, one: Distant) -> suggest_pb2.DistantSample:
    sample, answer = _sample_and_answer(point)
    return suggest_pb2.DistantSample(sample=sample, distance=one.distance, answer=answer)


def _sample_and_answer(point: Point) -> tuple[artifacts_pb2.Sample, suggest_pb2.Answer]:
    return shared.sample(point.sample), shared.answer(point.answers[0])
