"""gRPC about samples by what models answer to them."""

import asyncio
from typing import Any, Protocol

from domain.tables import TableForm
from innhub_proto.suggest.v1 import suggest_pb2
from suggest import arguments
from suggest.answered import Asked
from suggest.converters import answers as messages
from suggest.servicers.base import Context, CoresServicer
from suggest.statistics.histogram import LABEL_ERROR, OF_ANSWERS
from suggest.statistics.samples import Order

_ACTIVATION = "activation"
_FORMATS = {
    suggest_pb2.TABLE_FORMAT_UNSPECIFIED: TableForm.CSV,
    suggest_pb2.TABLE_FORMAT_PARQUET: TableForm.PARQUET,
}


class AnswersServicer(CoresServicer):
    """The part of the service that speaks of answers."""

    async def GetAgreement(  # noqa: N802
        self, request: suggest_pb2.GetAgreementRequest, _: Context
    ) -> suggest_pb2.GetAgreementResponse:
        """Places samples by how sure the models are and how far they agree."""
        asked = _asked(request, arguments.models(request.models))
        max_points = arguments.max_points(request.max_points, len(asked.models))
        sure_score = arguments.fraction("sure_score", request.sure_score) if request.HasField("sure_score") else 0.5

        def answer() -> suggest_pb2.GetAgreementResponse:
            return messages.agreement_message(*self._cores.answered.agreement(asked, max_points, sure_score))

        return await asyncio.to_thread(answer)

    async def GetHistogram(  # noqa: N802
        self, request: suggest_pb2.GetHistogramRequest, _: Context
    ) -> suggest_pb2.GetHistogramResponse:
        """Counts samples by a quantity."""
        asked, quantity = _asked(request, (request.model,)), request.quantity or LABEL_ERROR
        arguments.one_of("quantity", quantity, (*OF_ANSWERS, _ACTIVATION))
        bins = arguments.within("bins", request.bins or 20, 1, 1000)
        if quantity == _ACTIVATION:
            layer = arguments.given("layer", request.layer)
            unit = request.unit if request.HasField("unit") else None
            found = await asyncio.to_thread(self._cores.answered.activation_histogram, asked, layer, unit, bins)
        else:
            found = await asyncio.to_thread(self._cores.answered.histogram, asked, quantity, bins)
        return messages.histogram_message(found)

    async def GetCalibration(  # noqa: N802
        self, request: suggest_pb2.GetCalibrationRequest, _: Context
    ) -> suggest_pb2.GetCalibrationResponse:
        """Holds scores against how often the model is right."""
        bins = arguments.within("bins", request.bins or 10, 1, 1000)
        asked = _asked(request, (request.model,))
        return messages.calibration_message(await asyncio.to_thread(self._cores.answered.calibration, asked, bins))

    async def GetConfusion(  # noqa: N802
        self, request: suggest_pb2.GetConfusionRequest, _: Context
    ) -> suggest_pb2.GetConfusionResponse:
        """Counts who says A where the label, or another model, says B."""
        models = arguments.models(request.models)
        arguments.within("The number of models", len(models), 1, 2)
        classes = arguments.within("max_classes", request.max_classes or 50, 1, 200)
        asked = _asked(request, models)
        found = await asyncio.to_thread(self._cores.answered.confusion, asked, request.column, classes)
        return messages.confusion_message(found)

    async def QuerySamples(  # noqa: N802
        self, request: suggest_pb2.QuerySamplesRequest, _: Context
    ) -> suggest_pb2.QuerySamplesResponse:
        """Lists samples with answers."""
        models, order = arguments.models(request.models), messages.order(request)
        asked = Asked(request.workspace, request.dataset, models, messages.conditions(request))
        start, size = arguments.page_position(request.page_token), arguments.page_size(request.page_size)

        def answer() -> suggest_pb2.QuerySamplesResponse:
            return messages.point_page_message(self._cores.answered.page(asked, order, start, size))

        return await asyncio.to_thread(answer)

    async def ListMatches(  # noqa: N802
        self, request: suggest_pb2.ListMatchesRequest, _: Context
    ) -> suggest_pb2.ListMatchesResponse:
        """Lists the numbers of the samples that meet conditions."""
        asked = _asked(request, arguments.models(request.models) if request.models else ())
        return suggest_pb2.ListMatchesResponse(samples=await asyncio.to_thread(self._cores.answered.matches, asked))

    async def ExportSamples(  # noqa: N802
        self, request: suggest_pb2.ExportSamplesRequest, _: Context
    ) -> suggest_pb2.ExportSamplesResponse:
        """Writes samples with answers as a table."""
        asked, form = _asked(request, arguments.models(request.models)), _format(request.format)
        order = Order(request.order_by or "number", descending=request.descending)
        async with self._exports:
            table = await asyncio.to_thread(self._cores.exporting.samples, asked, order, form)
        return suggest_pb2.ExportSamplesResponse(table=messages.table_message(table))

    async def ExportPredictions(  # noqa: N802
        self, request: suggest_pb2.ExportPredictionsRequest, _: Context
    ) -> suggest_pb2.ExportPredictionsResponse:
        """Writes predictions as a table."""
        asked, form = Asked(request.workspace, request.dataset, (request.model,)), _format(request.format)
        write = self._cores.exporting.predictions
        async with self._exports:
            table = await asyncio.to_thread(write, asked, form, embedding=request.embedding)
        return suggest_pb2.ExportPredictionsResponse(table=messages.table_message(table))


class _Conditioned(Protocol):
    """A request for samples that meet conditions."""

    workspace: str
    dataset: str

    @property
    def where(self) -> Any: ...


def _asked(request: _Conditioned, models: tuple[str, ...]) -> Asked:
    return Asked(request.workspace, request.dataset, models, tuple(request.where))


def _format(value: int) -> TableForm:
    arguments.within("format", value, 0, len(_FORMATS) - 1)
    return _FORMATS[value]  # type: ignore[index]
