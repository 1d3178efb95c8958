"""The hub for the present request, pictures that the browser loads from it, and what becomes of its errors."""

import logging
from typing import Any
from urllib.parse import quote, urlencode

import dash_mantine_components as dmc
import flask
from dash import set_props

from innhub import Hub, HubError
from innhub.connection import Connection
from ui import ids
from ui.links import View

COOKIES = ("__Host-innhub_token", "innhub_token")
"""Where browsers keep who they are: over TLS, and on one machine."""

_log = logging.getLogger(__name__)


class Reach:
    """How callbacks reach the hub: as whoever sent the request.

    Args:
        url: of the gateway.
    """

    def __init__(self, url: str) -> None:
        self._url = url

    def hub(self, view: View) -> Hub:
        """The hub as the person sees it whose browser asks; to be used in a `with` statement."""
        return Hub(self._url, _token(), view.workspace, _traceparent())

    def connection(self, view: View) -> Connection:
        """The same for what is not asked by files of this machine; to be closed."""
        return Connection(self._url, _token(), view.workspace, _traceparent())


def _token() -> str:
    # Without a cookie the hub refuses, and says how to sign in. A token of this process must not stand in for it.
    kept = (flask.request.cookies.get(name) for name in COOKIES)
    return next(filter(None, kept), "nobody")


def _traceparent() -> str:
    # What the hub is asked for a click is part of the trace of the click.
    return flask.request.headers.get("traceparent", "")


def sample_address(view: View, sample: int, size: int | None = None) -> str:
    """Where the picture of a sample is."""
    return _address(view, "datasets", view.dataset, "samples", str(sample), "image", size=size)


def archive_address(view: View) -> str:
    """Where the data set is as a zip."""
    return _address(view, "datasets", view.dataset, "archive.zip")


def heatmap_address(view: View, explanation: str, size: int | None = None) -> str:
    """Where an explanation is, drawn as the view says."""
    style = {"overlay": view.overlay, "percentile": view.percentile, "colormap": view.colormap or None, "size": size}
    return _address(view, "explanations", explanation, "heatmap.png", **style)


def relevance_address(view: View, explanation: str) -> str:
    """Where the numbers of an explanation are."""
    return _address(view, "explanations", explanation, "relevance.npy")


def maps_address(view: View, units: list[int], size: int) -> str:
    """Where the maps of units of the layer are, tile beside tile."""
    asked = {"dataset": view.dataset, "sample": view.sample, "layer": view.inspected, "unit": units, "size": size}
    return _address(view, "models", view.model, "activations", "maps.png", **asked)


def samples_address(view: View, form: str) -> str:
    """Where the samples that meet the filters are, with the answers of the models, as a table."""
    asked = {"dataset": view.dataset, "models": view.models, "where": view.where}
    return _address(view, "suggestions", f"samples.{form}", **asked)


def predictions_address(view: View, model: str) -> str:
    """Where all that a model has predicted is, as a table."""
    return _address(view, "predictions", "table.parquet", dataset=view.dataset, model=model)


def _address(view: View, *path: str, **query: object) -> str:
    given = {name: value for name, value in query.items() if value is not None}
    address = "/".join(["/v1/workspaces", *(quote(part, safe="") for part in (view.workspace, *path))])
    return f"{address}?{urlencode(given, doseq=True)}" if given else address


def alert(error: HubError, *, title: str = "That did not work") -> dmc.Alert:
    """What happened, to what, and the way out."""
    return dmc.Alert(
        [
            dmc.Text(error.detail, size="sm"),
            *([dmc.Text(error.advice, size="sm", fw=600, mt=4)] if error.advice else []),
            dmc.Text(error.reason, size="xs", c="dimmed", mt=4),
        ],
        title=title,
        color="red",
        className="refusal",
        attributes={"root": {"role": "alert"}},
    )


def notify(error: Exception) -> None:
    """Tells of an error that no callback has caught, over the page; Dash calls it."""
    if isinstance(error, HubError):
        title, message = error.detail, error.advice
    else:
        _log.error("a callback failed", exc_info=error)
        title, message = "The page failed.", "Reload it; if that does not help, the log of the ui service says more."
    notice: dict[str, Any] = {
        "action": "show",
        "title": title,
        "message": message,
        "color": "red",
        "autoClose": 15_000,
    }
    set_props(ids.NOTICES, {"sendNotifications": [notice]})
