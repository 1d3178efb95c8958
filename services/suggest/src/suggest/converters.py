"""Between messages and what the core speaks of."""

from innhub_proto.artifacts.v1 import artifacts_pb2
from innhub_proto.suggest.v1 import suggest_pb2
from suggest import arguments
from suggest.core import ActivatingSample, ComparedSamples, ImageFile
from suggest.statistics.agreement import Agreement
from suggest.statistics.answers import Answer, Point, Sample
from suggest.statistics.histogram import Histogram
from suggest.statistics.reasons import Comparison
from suggest.statistics.samples import Order, PointPage, Query, SamplePage

_ORDERS = {
    suggest_pb2.SAMPLE_ORDER_UNSPECIFIED: Order.NUMBER,
    suggest_pb2.SAMPLE_ORDER_MEAN_SCORE: Order.MEAN_SCORE,
    suggest_pb2.SAMPLE_ORDER_PREDICTED_CLASSES: Order.PREDICTED_CLASSES,
    suggest_pb2.SAMPLE_ORDER_LABEL_ERROR: Order.LABEL_ERROR,
}


def query(request: suggest_pb2.QuerySamplesRequest) -> Query:
    """The conditions and the order of a request.

    Raises:
        HubError: `ARGUMENT_INVALID`.
    """
    arguments.within("order", request.order, 0, len(_ORDERS) - 1)
    low = request.min_label_error if request.HasField("min_label_error") else None
    high = request.max_label_error if request.HasField("max_label_error") else None
    return Query(
        label=request.label if request.HasField("label") else None,
        predicted=request.predicted if request.HasField("predicted") else None,
        correct=request.correct if request.HasField("correct") else None,
        min_label_error=None if low is None else arguments.fraction("min_label_error", low),
        max_label_error=None if high is None else arguments.fraction("max_label_error", high),
        order=_ORDERS[request.order],
        descending=request.descending,
    )


def sample_page_message(page: SamplePage) -> suggest_pb2.ListSamplesResponse:
    """A page of samples as a message."""
    return suggest_pb2.ListSamplesResponse(
        samples=[_sample(sample) for sample in page.samples], next_page_token=arguments.page_token(page.next_number)
    )


def image_message(image: ImageFile) -> suggest_pb2.GetSampleImageResponse:
    """A picture as a message."""
    return suggest_pb2.GetSampleImageResponse(image=image.data, media_type=image.media_type)


def agreement_message(agreement: Agreement, missing: int) -> suggest_pb2.GetAgreementResponse:
    """An agreement map as a message."""
    return suggest_pb2.GetAgreementResponse(
        samples=agreement.samples,
        points=[_point(point) for point in agreement.points],
        quadrants=[
            suggest_pb2.Quadrant(agree=quadrant.agree, sure=quadrant.sure, samples=quadrant.samples)
            for quadrant in agreement.quadrants
        ],
        missing=missing,
    )


def histogram_message(histogram: Histogram) -> suggest_pb2.GetHistogramResponse:
    """A histogram as a message."""
    return suggest_pb2.GetHistogramResponse(
        bins=[
            suggest_pb2.HistogramBin(lower=bar.lower, upper=bar.upper, samples=bar.samples, correct=bar.correct)
            for bar in histogram.bins
        ],
        samples=histogram.samples,
        without_label=histogram.without_label,
    )


def point_page_message(page: PointPage) -> suggest_pb2.QuerySamplesResponse:
    """A page of samples with answers as a message."""
    return suggest_pb2.QuerySamplesResponse(
        points=[_point(point) for point in page.points],
        next_page_token=arguments.page_token(page.next_position),
        samples=page.matches,
    )


def strongest_message(samples: list[ActivatingSample], total: int) -> suggest_pb2.StrongestSamplesResponse:
    """The samples to which a unit answers most strongly as a message."""
    return suggest_pb2.StrongestSamplesResponse(
        total=total,
        samples=[
            suggest_pb2.ActivatingSample(sample=entry.sample, label=entry.label, activation=entry.activation)
            for entry in samples
        ],
    )


def comparison_page_message(compared: ComparedSamples) -> suggest_pb2.CompareReasonsResponse:
    """A page of compared samples as a message."""
    return suggest_pb2.CompareReasonsResponse(
        comparisons=[_comparison(found, compared.samples[found.sample]) for found in compared.page.comparisons],
        next_page_token=arguments.page_token(compared.page.next_position),
        samples=compared.page.samples,
        same_answer=compared.page.same_answer,
        missing=compared.missing,
    )


def _comparison(found: Comparison, sample: Sample) -> suggest_pb2.ReasonComparison:
    return suggest_pb2.ReasonComparison(
        sample=_sample(sample),
        same_answer=found.same_answer,
        predicted=[
            artifacts_pb2.RankedClass(index=answer.index, name=answer.name, score=answer.score)
            for answer in found.predicted
        ],
        mean_correlation=found.mean_correlation,
        lowest_correlation=found.lowest_correlation,
        mean_overlap=found.mean_overlap,
        lowest_overlap=found.lowest_overlap,
    )


def _sample(sample: Sample) -> artifacts_pb2.Sample:
    return artifacts_pb2.Sample(
        number=sample.number, path=sample.path, label=sample.label, width=sample.width, height=sample.height
    )


def _answer(answer: Answer) -> suggest_pb2.Answer:
    return suggest_pb2.Answer(
        model=answer.model,
        predicted=artifacts_pb2.RankedClass(index=answer.index, name=answer.name, score=answer.score),
        label_score=answer.label_score,
        correct=answer.correct,
    )


def _point(point: Point) -> suggest_pb2.AgreementPoint:
    return suggest_pb2.AgreementPoint(
        sample=_sample(point.sample),
        mean_score=point.mean_score,
        predicted_classes=point.predicted_classes,
        answers=[_answer(answer) for answer in point.answers],
    )
