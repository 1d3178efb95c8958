"""Reading JSON of strangers: what Keras writes names nothing twice, and holds numbers that are numbers."""

import json
from typing import Any

from domain.errors import HubError, Reason


def parsed_json(text: str | bytes, what: str) -> Any:
    """The document.

    Raises:
        HubError: `MODEL_CORRUPT`, naming it.
    """
    try:
        return json.loads(text, object_pairs_hook=_without_twins)
    except (ValueError, TypeError, RecursionError) as error:
        raise HubError(
            Reason.MODEL_CORRUPT,
            f"{what} is no JSON as Keras writes it ({error!s:.120}).",
            "Save the model again with model.save('name.keras') and upload that file.",
        ) from error


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document: dict[str, Any] = {}
    for key, value in pairs:
        if key in document:
            raise ValueError(f"{key!r:.60} twice in one object")
        document[key] = value
    return document
