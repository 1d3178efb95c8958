"""Messages about samples as they are."""

from innhub_proto.artifacts.v1 import artifacts_pb2
from innhub_proto.suggest.v1 import suggest_pb2
from suggest import arguments
from suggest.converters import shared
from suggest.recorded import Strongest
from suggest.samples import ComparedSamples, ImageFile
from suggest.statistics.answers import Sample
from suggest.statistics.reasons import Comparison
from suggest.statistics.samples import SamplePage


def sample_page_message(page: SamplePage) -> suggest_pb2.ListSamplesResponse:
    """A page of samples as a message."""
    return suggest_pb2.ListSamplesResponse(
        samples=[shared.sample(sample) for sample in page.samples],
        next_page_token=arguments.page_token(page.next_number),
    )


def image_message(image: ImageFile) -> suggest_pb2.GetSampleImageResponse:
    """A picture as a message."""
    return suggest_pb2.GetSampleImageResponse(image=image.data, media_type=image.media_type)


def strongest_message(found: Strongest, labels: dict[int, str | None]) -> suggest_pb2.StrongestSamplesResponse:
    """The samples to which a unit answers most strongly as a message."""
    return suggest_pb2.StrongestSamplesResponse(
        total=found.recorded,
        samples=[
            suggest_pb2.ActivatingSample(sample=one.sample, label=labels[one.sample], activation=one.value)
            for one in found.samples
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
        sample=shared.sample(sample),
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
