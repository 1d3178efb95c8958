"""Parts of predictions as Parquet: one row a sample, the columns of `domain.predictions.Column`."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from io import BytesIO

import pyarrow as pa
import pyarrow.parquet as pq

from domain.predictions import Column

_NAME = pa.dictionary(pa.int32(), pa.string())
SCHEMA = pa.schema(
    [
        pa.field(Column.SAMPLE, pa.int64(), nullable=False),
        pa.field(Column.LABEL, _NAME),
        pa.field(Column.LABEL_INDEX, pa.int32()),
        pa.field(Column.LABEL_SCORE, pa.float64()),
        pa.field(Column.TOP_INDICES, pa.list_(pa.int32()), nullable=False),
        pa.field(Column.TOP_CLASSES, pa.list_(pa.string()), nullable=False),
        pa.field(Column.TOP_SCORES, pa.list_(pa.float64()), nullable=False),
        pa.field(Column.MARGIN, pa.float64(), nullable=False),
        pa.field(Column.ENTROPY, pa.float64(), nullable=False),
    ]
)


@dataclass(frozen=True)
class PartRow:
    """The prediction for one sample; the fields are the columns."""

    sample: int
    label: str | None
    label_index: int | None
    label_score: float | None
    top_indices: tuple[int, ...]
    top_classes: tuple[str, ...]
    top_scores: tuple[float, ...]
    margin: float
    entropy: float


def part(rows: Sequence[PartRow]) -> bytes:
    """The rows as a Parquet file."""
    table = pa.Table.from_pylist([asdict(row) for row in rows], schema=SCHEMA)
    stream = BytesIO()
    pq.write_table(table, stream, compression="zstd")
    return stream.getvalue()
