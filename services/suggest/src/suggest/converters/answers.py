"""Messages about samples by what models answer to them."""

from dataclasses import asdict

from domain.tables import ExportedTable
from innhub_proto.suggest.v1 import suggest_pb2
from suggest import arguments
from suggest.converters import shared
from suggest.statistics.agreement import Agreement
from suggest.statistics.calibration import Calibration
from suggest.statistics.confusion import Confusion
from suggest.statistics.histogram import Histogram
from suggest.statistics.samples import Order, PointPage

_ORDERS = {
    suggest_pb2.SAMPLE_ORDER_UNSPECIFIED: "number",
    suggest_pb2.SAMPLE_ORDER_MEAN_SCORE: "mean_score",
    suggest_pb2.SAMPLE_ORDER_PREDICTED_CLASSES: "predicted_classes",
    suggest_pb2.SAMPLE_ORDER_LABEL_ERROR: "label_error",
}


def order(request: suggest_pb2.QuerySamplesRequest) -> Order:
    """The order of a request.

    Raises:
        HubError: `ARGUMENT_INVALID`.
    """
    arguments.within("order", request.order, 0, len(_ORDERS) - 1)
    return Order(by=request.order_by or _ORDERS[request.order], descending=request.descending)


def conditions(request: suggest_pb2.QuerySamplesRequest) -> tuple[str, ...]:
    """The conditions of a request, those that have a field of their own among them.

    Raises:
        HubError: `ARGUMENT_INVALID`.
    """
    own = (
        (request.HasField("label"), f"label={request.label}"),
        (request.HasField("predicted"), f"predicted={request.predicted}"),
        (request.HasField("correct"), f"correct={request.correct}"),
        (request.HasField("min_label_error"), f"label_error>={request.min_label_error}"),
        (request.HasField("max_label_error"), f"label_error<={request.max_label_error}"),
    )
    for name in ("min_label_error", "max_label_error"):
        arguments.fraction(name, getattr(request, name))
    return (*request.where, *(text for given, text in own if given))


def agreement_message(agreement: Agreement, missing: int) -> suggest_pb2.GetAgreementResponse:
    """An agreement map as a message."""
    return suggest_pb2.GetAgreementResponse(
        samples=agreement.samples,
        points=[shared.point(point) for point in agreement.points],
        quadrants=[
            suggest_pb2.Quadrant(
                agree=quadrant.agree,
                sure=quadrant.sure,
                samples=quadrant.samples,
                title=quadrant.title,
                meaning=quadrant.meaning,
            )
            for quadrant in agreement.quadrants
        ],
        missing=missing,
        cells=[suggest_pb2.AgreementCell(**asdict(cell)) for cell in agreement.cells],
    )


def histogram_message(histogram: Histogram) -> suggest_pb2.GetHistogramResponse:
    """A histogram as a message."""
    return suggest_pb2.GetHistogramResponse(
        bins=[suggest_pb2.HistogramBin(**asdict(bar)) for bar in histogram.bins],
        samples=histogram.samples,
        without_label=histogram.without_label,
    )


def calibration_message(calibration: Calibration) -> suggest_pb2.GetCalibrationResponse:
    """A reliability diagram as a message."""
    return suggest_pb2.GetCalibrationResponse(
        bins=[suggest_pb2.CalibrationBin(**asdict(bar)) for bar in calibration.bins],
        expected_calibration_error=calibration.expected_calibration_error,
        samples=calibration.samples,
        without_label=calibration.without_label,
        accuracy=calibration.accuracy,
    )


def confusion_message(confusion: Confusion) -> suggest_pb2.GetConfusionResponse:
    """A confusion matrix as a message."""
    return suggest_pb2.GetConfusionResponse(
        rows=[suggest_pb2.ClassCount(name=name, samples=samples) for name, samples in confusion.rows],
        columns=[suggest_pb2.ClassCount(name=name, samples=samples) for name, samples in confusion.columns],
        cells=[_cell(*cell) for cell in confusion.cells],
        most_confused=[_cell(*cell) for cell in confusion.most_confused],
        samples=confusion.samples,
        equal=confusion.equal,
        without_label=confusion.without_label,
    )


def point_page_message(page: PointPage) -> suggest_pb2.QuerySamplesResponse:
    """A page of samples with answers as a message."""
    return suggest_pb2.QuerySamplesResponse(
        points=[shared.point(point) for point in page.points],
        next_page_token=arguments.page_token(page.next_position),
        samples=page.matches,
    )


def table_message(table: ExportedTable) -> suggest_pb2.ExportedTable:
    """A table as a message."""
    return suggest_pb2.ExportedTable(object=table.key, size=table.size, media_type=table.media_type, data=table.data)


def _cell(row: str, column: str, samples: int) -> suggest_pb2.ConfusionCell:
    return suggest_pb2.ConfusionCell(row=row, column=column, samples=samples)
