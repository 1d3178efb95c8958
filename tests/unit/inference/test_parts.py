from dataclasses import asdict
from io import BytesIO

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from domain.predictions import Column
from inference.parts import SCHEMA, PartRow, part

_ROWS = [
    PartRow(7, "cat", 1, 0.1 + 0.2, (1, 0), ("cat", "dog"), (0.3, 0.2), 0.1, 1.5),
    PartRow(8, None, None, None, (0, 1), ("dog", "cat"), (0.9, 0.1), 0.8, 0.2),
]


def test_rows_come_back_as_they_went_in() -> None:
    found = pq.read_table(BytesIO(part(_ROWS))).to_pylist()

    wanted = [
        {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(row).items()} for row in _ROWS
    ]
    assert found == wanted


def test_file_has_the_columns_of_predictions() -> None:
    schema = pq.read_schema(BytesIO(part(_ROWS)))

    assert schema.names == [str(column) for column in Column]
    assert schema.equals(SCHEMA)


def test_part_without_rows_still_has_its_columns() -> None:
    assert pq.read_table(BytesIO(part([]))).schema.equals(SCHEMA)


def test_prediction_without_entropy_is_no_row() -> None:
    broken = PartRow(7, None, None, None, (1,), ("cat",), (0.3,), 0.1, None)  # type: ignore[arg-type]

    with pytest.raises((pa.ArrowInvalid, ValueError)):
        pq.read_table(BytesIO(part([broken]))).validate(full=True)
