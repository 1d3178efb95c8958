"""What a person has filled in on Setup, as the hub takes it."""

import re
from typing import Any

from innhub import HubError

Sent = dict[str, str] | None
"""A file that was sent: its upload and its name."""

FILE, KERAS = "file", "keras"
IMAGENET, NONE, GUESSED, OWN = "imagenet", "none", "guessed", "own"

NAME_ABOUT = "Letters, digits, dots, underscores and dashes; or leave it as suggested."

_ENDING = re.compile(r"\.(keras|h5|zip|tar|tar\.gz|tgz|jpe?g|png)$", re.IGNORECASE)
_UNFIT = re.compile(r"[^A-Za-z0-9._-]+")
_MOST_LETTERS = 63


def suggested_name(origin: str) -> str:
    """A name that the hub takes, from that of a file or an application."""
    return _UNFIT.sub("-", _ENDING.sub("", origin)).strip("-._").lower()[:_MOST_LETTERS]


def suggested_model(origin: str, file: Sent, application: str | None) -> str:
    """The name for a model that nobody has given one."""
    return suggested_name((application or "") if origin == KERAS else file["name"] if file else "")


def suggested_dataset(file: Sent) -> str:
    """The name for a data set that nobody has given one."""
    return suggested_name(file["name"] if file else "")


def model(filled: dict[str, Any]) -> dict[str, Any]:
    """The body that imports a model.

    Raises:
        HubError: something is missing, or cannot be read.
    """
    body: dict[str, Any] = {}
    if filled["origin"] == FILE:
        body["upload"] = _upload(filled["file"], "the model")
    else:
        if not filled["application"]:
            raise HubError("ARGUMENT_INVALID", "No network of Keras is chosen.", "Choose one.")
        body["builtin"] = f"keras:{filled['application']}"
        body["weights"] = (
            _upload(filled["weights_file"], "the weights") if filled["weights"] == FILE else filled["weights"]
        )
    if filled["labels"] == IMAGENET:
        body["labels"] = IMAGENET
    elif filled["labels"] == FILE:
        body["labels"] = _upload(filled["labels_file"], "the labels")
    if filled["preprocessing"] != GUESSED:
        body["preprocessing"] = _own(filled["own"]) if filled["preprocessing"] == OWN else filled["preprocessing"]
    if filled["history_file"]:
        body["history"] = filled["history_file"]["id"]
    suggested = suggested_model(filled["origin"], filled["file"], filled["application"])
    return {"name": _name(filled["name"] or suggested), **body}


def dataset(name: str, file: Sent, labels_file: Sent) -> dict[str, Any]:
    """The body that imports a data set.

    Raises:
        HubError: something is missing.
    """
    body = {"upload": _upload(file, "the pictures"), "name": _name(name or suggested_dataset(file))}
    return body | {"labels": labels_file["id"]} if labels_file else body


def _name(name: str) -> str:
    if not name:
        raise HubError("ARGUMENT_INVALID", "It has no name yet.", "Say what to call it.")
    return name


def _upload(sent: Sent, what: str) -> str:
    if not sent:
        raise HubError(
            "ARGUMENT_INVALID", f"The file with {what} is not there yet.", "Choose it, or wait until it is sent."
        )
    return sent["id"]


def _own(fields: dict[str, Any]) -> dict[str, Any]:
    return fields | {name: _numbers(name, fields[name]) for name in ("mean", "scale")}


def _numbers(name: str, text: str) -> list[float]:
    try:
        return [float(word) for word in re.split(r"[\s,;/]+", text.strip())]
    except ValueError:
        advice = "Write a number for each channel, for instance 127.5, 127.5, 127.5."
        raise HubError("ARGUMENT_INVALID", f"The {name} {text!r} is no list of numbers.", advice) from None
