"""HTTP to the hub: one place that knows addresses, tokens and problem documents."""

import json
import os
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import IO, Any

import httpx
from httpx_sse import connect_sse

from innhub.errors import HubError
from innhub.sending import AGAIN, Sending

DEFAULT_URL = "http://127.0.0.1:8080"
JSON = dict[str, Any]
_SILENCE_SECONDS = 60.0


class Connection:
    """A connection to one workspace of a hub.

    Args:
        url: of the hub; by default from `INNHUB_URL`, else the local one.
        token: by default from `INNHUB_TOKEN`.
        workspace: the workspace that paths refer to.
        traceparent: of the trace (W3C Trace Context) that requests are part of.
    """

    def __init__(self, url: str | None, token: str | None, workspace: str, traceparent: str = "") -> None:
        self.url = (url or os.environ.get("INNHUB_URL") or DEFAULT_URL).rstrip("/")
        token = token or os.environ.get("INNHUB_TOKEN", "")
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        if traceparent:
            headers["traceparent"] = traceparent
        # Explanations may take minutes; connecting may not.
        self._http = Sending(
            base_url=self.url, headers=headers, timeout=httpx.Timeout(660, connect=5), verify=_trusted()
        )
        self.workspace = workspace

    def close(self) -> None:
        """Closes the connection."""
        self._http.close()

    def path(self, path: str) -> str:
        """A path inside the workspace."""
        return f"/v1/workspaces/{self.workspace}/{path}"

    def get(self, path: str, **parameters: Any) -> JSON:
        """The JSON object at a path."""
        document: JSON = self.request("GET", path, params=_given(parameters)).json()
        return document

    def get_bytes(self, path: str, **parameters: Any) -> bytes:
        """The file at a path."""
        return self.request("GET", path, params=_given(parameters)).content

    def download(self, path: str, file: IO[bytes], **parameters: Any) -> None:
        """Writes the file at a path to one that is open, without holding it in memory."""
        with _reached(self.url), self._http.stream("GET", path, params=_given(parameters)) as response:
            if response.is_error:
                response.read()
                raise _error(response)
            for part in response.iter_bytes():
                file.write(part)

    def save(self, path: str, file: Path, **parameters: Any) -> None:
        """Writes the file at a path under another name here; nothing is left where that breaks off."""
        part = file.with_name(f".{file.name}.part")
        try:
            with part.open("wb") as stream:
                self.download(path, stream, **parameters)
            part.replace(file)
        finally:
            part.unlink(missing_ok=True)

    def post(self, path: str, body: JSON | None = None) -> JSON:
        """The answer to a JSON object that does something."""
        document: JSON = self.request("POST", path, json=body or {}).json()
        return document

    def ask(self, path: str, body: JSON) -> JSON:
        """The answer to a question that is a JSON object; it may be asked more than once."""
        document: JSON = self.request("POST", path, json=body, extensions={AGAIN: True}).json()
        return document

    def delete(self, path: str) -> None:
        """Removes what is at a path."""
        self.request("DELETE", path)

    def items(self, path: str, **parameters: Any) -> Iterator[JSON]:
        """All items of a list, page by page."""
        cursor: str | None = None
        while True:
            page = self.get(path, cursor=cursor, **parameters)
            yield from page["items"]
            cursor = page.get("next")
            if not cursor:
                return

    def events(self, path: str, last: str = "") -> Iterator[tuple[str, JSON]]:
        """Server-sent events as their ids and JSON objects, until the stream ends.

        Args:
            path: where they are.
            last: the id of the last one that was seen; only later ones come.
        """
        headers = {"Last-Event-ID": last} if last else {}
        # The hub says something every few seconds, be it only that it lives.
        silence = httpx.Timeout(_SILENCE_SECONDS, connect=5)
        with _reached(self.url), connect_sse(self._http, "GET", path, headers=headers, timeout=silence) as source:
            if source.response.status_code == httpx.codes.NO_CONTENT:
                return
            if source.response.is_error:
                source.response.read()
                raise _error(source.response)
            for event in source.iter_sse():
                if event.data:
                    yield event.id, event.json()

    def lines(self, method: str, path: str) -> Iterator[JSON]:
        """JSON objects that are sent one a line, as they come; between two of them any time may pass.

        Raises:
            HubError: also in the middle, where the hub could not go on.
        """
        timeout = httpx.Timeout(None, connect=5)
        with _reached(self.url), self._http.stream(method, path, timeout=timeout) as response:
            if response.is_error:
                response.read()
                raise _error(response)
            for line in response.iter_lines():
                document: JSON = json.loads(line)
                if isinstance(problem := document.get("problem"), dict):
                    raise HubError(problem["reason"], problem["detail"], problem["advice"], problem["status"])
                yield document

    def request(self, method: str, path: str, **arguments: Any) -> httpx.Response:
        """The answer to a request.

        Raises:
            HubError: the hub refused, failed, or was not reached.
        """
        with _reached(self.url):
            response = self._http.request(method, path, **arguments)
        if response.is_error:
            raise _error(response)
        return response


@cache
def _trusted() -> ssl.SSLContext:
    """The certificates that are trusted: read once, since that takes longer than most requests."""
    return httpx.create_ssl_context()


@contextmanager
def _reached(url: str) -> Iterator[None]:
    try:
        yield
    except httpx.TransportError as error:
        raise HubError(
            "HUB_UNREACHABLE",
            f"The hub at {url} was not reached ({type(error).__name__}: {error}).",
            "Is it running? Set INNHUB_URL to its address.",
        ) from error


def _error(response: httpx.Response) -> HubError:
    try:
        problem = response.json()
        return HubError(problem["reason"], problem["detail"], problem.get("advice", ""), response.status_code)
    except (ValueError, KeyError, TypeError):
        return HubError(
            "NO_HUB",
            f"{response.request.url} answered {response.status_code}, and not as a hub does.",
            "Is INNHUB_URL the address of a hub?",
            response.status_code,
        )


def _given(parameters: JSON) -> JSON:
    return {
        name: str(value).lower() if isinstance(value, bool) else value
        for name, value in parameters.items()
        if value is not None
    }
