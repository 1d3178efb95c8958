"""What many answers hold: samples, and what models answer to them."""

from innhub_proto.artifacts.v1 import artifacts_pb2
from innhub_proto.suggest.v1 import suggest_pb2
from suggest.statistics.answers import Answer, Point, Sample


def sample(found: Sample) -> artifacts_pb2.Sample:
    """A sample as a message."""
    return artifacts_pb2.Sample(
        number=found.number, path=found.path, label=found.label, width=found.width, height=found.height
    )


def answer(found: Answer) -> suggest_pb2.Answer:
    """What a model answers as a message."""
    return suggest_pb2.Answer(
        model=found.model,
        predicted=artifacts_pb2.RankedClass(index=found.index, name=found.name, score=found.score),
        label_score=found.label_score,
        correct=found.correct,
    )


def point(found: Point) -> suggest_pb2.AgreementPoint:
    """A sample with all answers as a message."""
    return suggest_pb2.AgreementPoint(
        sample=sample(found.sample),
        mean_score=found.mean_score,
        predicted_classes=found.predicted_classes,
        answers=[answer(one) for one in found.answers],
    )
