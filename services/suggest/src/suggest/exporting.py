"""Tables as files, for who goes on elsewhere: small ones at once, large ones by way of the store. All calls block."""

from collections.abc import Callable, Set
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from backplane.artifacts import ArtifactStore
from backplane.catalogue import Catalogue
from backplane.disk import writing
from backplane.layout import Layout
from backplane.results import Results
from domain.errors import HubError, Reason
from domain.identifiers import new_id
from domain.predictions import EMBEDDING, Column
from domain.tables import ExportedTable, TableForm
from suggest.answered import AnsweredSamples, Asked
from suggest.statistics.answers import Answers
from suggest.statistics.embeddings import Embeddings
from suggest.statistics.quantities import COLUMN, quantity
from suggest.statistics.samples import Order

_TOLD = {"predicted": "class"} | {name: name for name in ("score", "label_score", "margin", "entropy", "correct")}
_IN_A_MESSAGE = 16 * 1024**2


class Exporting:
    """Writes tables. Safe for many threads."""

    def __init__(self, store: ArtifactStore, answered: AnsweredSamples) -> None:
        self._store = store
        self._catalogue = Catalogue(store)
        self._answered = answered
        self._embeddings = Embeddings(store, 0)

    def samples(self, asked: Asked, order: Order, form: TableForm) -> ExportedTable:
        """The samples that meet conditions, in an order, with what every model answers.

        Columns are `sample`, `path`, `label`, those of the data set, `mean_score` and `predicted_classes`, and for each
        model, with its name before them, `class`, `score`, `label_score`, `margin`, `entropy` and `correct`.
        """
        answers, places = self._answered.ordered(asked, order)
        frame = _for_people(answers, answers.rows[places])
        return self._exported(asked.workspace, form, lambda path: _written(frame, path, form))

    def predictions(self, asked: Asked, form: TableForm, *, embedding: bool) -> ExportedTable:
        """All that a model predicted by now: the columns of `domain.predictions.Column`, and perhaps the embedding.

        Raises:
            HubError: `PREDICTIONS_MISSING`, `EMBEDDING_NOT_FOUND`, or `ARGUMENT_INVALID` for an embedding as CSV.
        """
        if form is TableForm.CSV and embedding:
            raise HubError(Reason.ARGUMENT_INVALID, "A CSV holds no embeddings.", "Ask for Parquet.")
        self._answered.answers(asked)
        results = Results(asked.workspace, asked.dataset, asked.models[0])
        if form is TableForm.CSV:
            return self._exported(asked.workspace, form, lambda path: self._write_flat(results, path))
        return self._exported(asked.workspace, form, lambda path: self._write_whole(results, path, embedding=embedding))

    def _exported(self, workspace: str, form: TableForm, write: Callable[[Path], None]) -> ExportedTable:
        with TemporaryDirectory(prefix="export-") as folder:
            path = Path(folder) / f"table.{form}"
            with writing():
                write(path)
            size = path.stat().st_size
            if size <= _IN_A_MESSAGE:
                return ExportedTable("", size, form.media_type, path.read_bytes())
            key = Layout(workspace).export(f"{new_id()}.{form}")
            self._store.put_file(key, path, form.media_type)
            return ExportedTable(key, size, form.media_type, b"")

    def _write_whole(self, results: Results, path: Path, *, embedding: bool) -> None:
        """Part by part: the predictions of a million samples with embeddings are gigabytes."""
        parts = {int(Path(part.key).stem): part.key for part in self._store.list(results.predictions)}
        if embedding:
            self._require_embeddings(results, parts.keys())
        writer: pq.ParquetWriter | None = None
        for shard, key in parts.items():
            table = pq.read_table(BytesIO(self._store.get(key)))
            if embedding:
                table = table.append_column(EMBEDDING, self._embedding(results, shard, table.num_rows))
            writer = writer or pq.ParquetWriter(path, table.schema, compression="zstd")
            writer.write_table(table)
        if writer is not None:
            writer.close()

    def _write_flat(self, results: Results, path: Path) -> None:
        lists = (Column.TOP_INDICES, Column.TOP_CLASSES, Column.TOP_SCORES)
        with path.open("wb") as stream:
            for number, part in enumerate(self._store.list(results.predictions)):
                frame = pl.read_parquet(BytesIO(self._store.get(part.key)))
                joined = [pl.col(name).cast(pl.List(pl.String)).list.join("|") for name in lists]
                frame.with_columns(joined).write_csv(stream, include_header=number == 0)

    def _require_embeddings(self, results: Results, shards: Set[int]) -> None:
        missing = sorted(shards - set(self._embeddings.shards(results)))
        if missing:
            raise HubError(
                Reason.EMBEDDING_NOT_FOUND,
                f"The embeddings of {len(missing)} shards have not been recorded, of shard {missing[0]} for instance.",
                "Predict the data set with embeddings, or ask for the predictions without.",
            )

    def _embedding(self, results: Results, shard: int, rows: int) -> pa.Array:
        vectors = self._embeddings.part(results, shard)
        return pa.FixedSizeListArray.from_arrays(pa.array(vectors.reshape(-1), pa.float16()), vectors.shape[1])[:rows]


def _for_people(answers: Answers, rows: pl.DataFrame) -> pl.DataFrame:
    known = [pl.col("number").alias("sample"), pl.col("path"), pl.col("label").cast(pl.String)]
    counted = [pl.col("mean_score"), pl.col("predicted_classes")]
    told = [
        quantity(f"{name}@{model.id}", answers).values.alias(f"{model.name} {word}")
        for model in answers.models
        for name, word in _TOLD.items()
    ]
    taken = {expression.meta.output_name() for expression in (*known, *counted, *told)}
    further = [pl.col(name).alias(_bare(name, taken)) for name in rows.columns if name.startswith(COLUMN)]
    return rows.select(*known, *further, *counted, *told)


def _bare(name: str, taken: Set[str]) -> str:
    """The name of a further column as its owner wrote it, unless a column of ours has that."""
    bare = name.removeprefix(COLUMN)
    return name if bare in taken else bare


def _written(frame: pl.DataFrame, path: Path, form: TableForm) -> None:
    if form is TableForm.CSV:
        frame.write_csv(path)
    else:
        frame.write_parquet(path, compression="zstd")
