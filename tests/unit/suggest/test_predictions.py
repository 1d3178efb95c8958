"""Parts are read as inference writes them, each once, and a run that grows is followed."""

from collections.abc import Iterable

from backplane.artifacts import ArtifactMissingError, StoredObject
from backplane.results import Results
from inference.parts import PartRow, part
from suggest.statistics.predictions import SCHEMA, Predictions, merged_table, read_part

RESULTS = Results("w", "d", "m")
FOLDER = RESULTS.predictions
MANY = 1000


def rows(*samples: int) -> bytes:
    return part([PartRow(number, "cat", 1, 0.1, (7, 1), ("dog", "cat"), (0.9, 0.1), 0.8, 0.3) for number in samples])


class Shelf:
    """Objects in memory, and how often each was read."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.reads: list[str] = []

    def list(self, prefix: str) -> Iterable[StoredObject]:
        return [StoredObject(key, len(data)) for key, data in self.objects.items() if key.startswith(prefix)]

    def get(self, key: str) -> bytes:
        if key not in self.objects:
            raise ArtifactMissingError(key)
        self.reads.append(key)
        return self.objects[key]


def test_the_best_class_of_a_part_is_kept_unrounded() -> None:
    third = 1 / 3
    data = part(
        [
            PartRow(4, "cat", 1, third, (7, 1), ("dog", "cat"), (2 * third, third), third, 0.5),
            PartRow(5, None, None, None, (2,), ("owl",), (1.0,), 1.0, 0.0),
        ]
    )
    frame = read_part(data)
    assert frame.schema == SCHEMA
    assert frame.rows() == [(4, 7, 2 * third, 1, third, third, 0.5), (5, 2, 1.0, None, None, 1.0, 0.0)]


def test_without_parts_there_is_an_empty_frame() -> None:
    frame = Predictions(Shelf(), 10**6).frame(RESULTS, MANY)
    assert frame.is_empty()
    assert frame.schema == SCHEMA


def test_a_growing_run_is_followed_and_each_part_read_once() -> None:
    shelf = Shelf()
    predictions = Predictions(shelf, 10**6)
    shelf.objects[f"{FOLDER}00001.parquet"] = rows(2, 3)
    assert predictions.frame(RESULTS, MANY)["sample"].to_list() == [2, 3]
    shelf.objects[f"{FOLDER}00000.parquet"] = rows(0, 1)
    assert predictions.frame(RESULTS, MANY)["sample"].to_list() == [0, 1, 2, 3]
    assert predictions.frame(RESULTS, MANY)["sample"].to_list() == [0, 1, 2, 3]
    assert sorted(shelf.reads) == sorted(shelf.objects)


def test_a_part_that_vanished_is_forgotten() -> None:
    shelf = Shelf()
    predictions = Predictions(shelf, 10**6)
    shelf.objects = {f"{FOLDER}00000.parquet": rows(0), f"{FOLDER}00001.parquet": rows(1)}
    predictions.frame(RESULTS, MANY)
    del shelf.objects[f"{FOLDER}00000.parquet"]
    assert predictions.frame(RESULTS, MANY)["sample"].to_list() == [1]


def test_models_are_kept_apart() -> None:
    shelf = Shelf()
    shelf.objects = {f"{FOLDER}00000.parquet": rows(0)}
    predictions = Predictions(shelf, 10**6)
    assert predictions.frame(RESULTS, MANY).height == 1
    assert predictions.frame(Results("w", "d", "m2"), MANY).height == 0
    assert predictions.frame(Results("w2", "d", "m"), MANY).height == 0


def test_a_merged_table_stands_for_all_parts_and_is_read_once() -> None:
    shelf = Shelf()
    shelf.objects = {f"{FOLDER}00000.parquet": rows(0, 1), f"{FOLDER}00001.parquet": rows(2)}
    whole = Predictions(shelf, 10**6).frame(RESULTS, 3)
    shelf.objects[RESULTS.merged_predictions] = merged_table(whole)
    shelf.reads.clear()
    predictions = Predictions(shelf, 10**6)
    assert predictions.frame(RESULTS, 3).equals(whole)
    assert predictions.frame(RESULTS, 3) is predictions.frame(RESULTS, 3)
    assert shelf.reads == [RESULTS.merged_predictions]


def test_predictions_of_a_whole_data_set_are_not_looked_for_again() -> None:
    shelf = Shelf()
    shelf.objects = {f"{FOLDER}00000.parquet": rows(0, 1)}
    predictions = Predictions(shelf, 10**6)
    whole = predictions.frame(RESULTS, 2)
    shelf.objects.clear()
    assert predictions.frame(RESULTS, 2) is whole
