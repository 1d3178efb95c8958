"""Between messages and what the core speaks of."""

from google.protobuf.json_format import MessageToDict, ParseDict
from google.protobuf.struct_pb2 import Struct

from backplane.converters import target_message, target_of
from domain.errors import HubError, Reason
from domain.explanations import Engine, ExplanationRecord
from explainer.cards import Applicability, MethodCard
from explainer.question import EDITION, Question
from innhub_proto.artifacts.v1 import artifacts_pb2
from innhub_proto.events.v1 import events_pb2
from innhub_proto.explainer.v1 import explainer_pb2


def question(request: explainer_pb2.ExplainRequest) -> Question:
    """What a request asks.

    Raises:
        HubError: `ARGUMENT_INVALID` for an unknown engine.
    """
    try:
        engine = Engine(request.engine or Engine.NATIVE)
    except ValueError as error:
        raise HubError(
            Reason.ARGUMENT_INVALID, f"There is no engine {request.engine!r}.", f"Use {' or '.join(Engine)}."
        ) from error
    return Question(
        workspace=request.workspace,
        model=request.model,
        dataset=request.dataset,
        sample=request.sample,
        method=request.method,
        parameters=MessageToDict(request.parameters),
        target=target_of(request.target),
        layer=request.layer,
        engine=engine,
    )


def shard_question(workspace: str, work: events_pb2.ExplainShard | events_pb2.AssessShard) -> Question:
    """What a task of a run asks of every sample."""
    return _of_all_samples(workspace, work)


def planned_question(request: explainer_pb2.PlanExplanationsRequest) -> Question:
    """What somebody wants to ask of every sample."""
    return _of_all_samples(request.workspace, request)


def plan_message(question: Question) -> explainer_pb2.PlanExplanationsResponse:
    """A question about all samples as a message."""
    return explainer_pb2.PlanExplanationsResponse(
        parameters=ParseDict(question.parameters, Struct()), digest=question.digest_of_asked, edition=EDITION
    )


def _of_all_samples(
    workspace: str, asked: events_pb2.ExplainShard | events_pb2.AssessShard | explainer_pb2.PlanExplanationsRequest
) -> Question:
    return Question(
        workspace=workspace,
        model=asked.model,
        dataset=asked.dataset,
        sample=0,
        method=asked.method,
        parameters=MessageToDict(asked.parameters),
        target=target_of(asked.target),
        layer=asked.layer,
        engine=Engine.NATIVE,
    )


def explanation_message(record: ExplanationRecord) -> artifacts_pb2.Explanation:
    """A record as a message."""
    plain = record.model_dump(exclude={"parameters", "target", "top", "engine"})
    return artifacts_pb2.Explanation(
        **plain,
        parameters=ParseDict(record.parameters, Struct()),
        target=target_message(record.target),
        top=[
            artifacts_pb2.RankedClass(index=ranked.index, name=ranked.name, score=ranked.score) for ranked in record.top
        ],
        engine=record.engine,
    )


def method_message(card: MethodCard) -> explainer_pb2.Method:
    """A card as a message."""
    return explainer_pb2.Method(
        id=card.id,
        title=card.title,
        family=card.family,
        summary=card.summary,
        paper=card.paper,
        parameters=ParseDict(card.schema, Struct()),
        engines=card.engines,
        signed=card.signed,
        takes_layer=card.takes_layer,
    )


def applicability_message(row: Applicability) -> explainer_pb2.Applicability:
    """A row of the doctor's report as a message."""
    return explainer_pb2.Applicability(
        method=row.method, applicable=row.applicable, reason=row.reason, layer=row.layer, layers=row.layers
    )
