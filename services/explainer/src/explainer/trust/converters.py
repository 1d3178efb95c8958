"""What was found out about an explanation, as a message."""

from google.protobuf.json_format import ParseDict

from domain.quality import Quality
from innhub_proto.explainer.v1 import explainer_pb2


def quality_message(quality: Quality) -> explainer_pb2.Quality:
    """A quality as a message; the two have the same fields."""
    return ParseDict(quality.model_dump(mode="json"), explainer_pb2.Quality())
