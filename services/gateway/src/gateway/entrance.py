"""Where HTTP enters the gateway: the id of the request, its trace, how long it takes, and what browsers are told."""

import re
import time

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backplane.telemetry import REQUEST_ID_HEADER, begin_request, metrics, tracing
from gateway import problems

_PROBES = {"/healthz", "/readyz"}
"""Asked every few seconds, all day: they are measured, but not traced."""
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
_FAILED = 500
_HUNG_UP = 499
"""What servers note where nobody waited for the answer; it is never sent."""
_IDENTIFIER = re.compile(r"[\w.:-]{1,128}", re.ASCII)
"""It goes along in the headers of every hop, and into logs."""
_FOR_BROWSERS = {
    # Nothing is taken for more than it says it is; no other site puts pages into a frame, or learns their addresses.
    "x-content-type-options": "nosniff",
    "x-frame-options": "SAMEORIGIN",
    "referrer-policy": "same-origin",
}


class Entrance:
    """The application, with all requests known.

    Args:
        application: by ASGI.
    """

    def __init__(self, application: ASGIApp) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request."""
        if scope["type"] != "http":
            return await self._application(scope, receive, send)
        headers = Headers(scope=scope)
        identifier = begin_request(_taken(headers.get(REQUEST_ID_HEADER, "")))
        request = _Request(scope)

        async def received() -> Message:
            message = await receive()
            request.hung_up = message["type"] == "http.disconnect"
            return message

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update({**_FOR_BROWSERS, REQUEST_ID_HEADER: identifier})
                request.answered(message["status"])
            await send(message)

        if scope["path"] in _PROBES:
            return await self._application(scope, received, sent)
        about: dict[str, tracing.Attribute] = {
            "http.request.method": request.method,
            "url.path": scope["path"],
            "innhub.request_id": identifier,
        }
        with tracing.span(request.method, tracing.SpanKind.SERVER, about, headers) as span:
            try:
                await self._application(scope, received, sent)
            except Exception as error:
                if request.status:
                    # The answer has begun; all that is left is to break it off.
                    raise
                span.record_exception(error)
                await problems.fault(scope["path"], error)(scope, received, sent)
            finally:
                span.update_name(f"{request.method} {request.route}")
                span.set_attributes({"http.route": request.route, "http.response.status_code": request.status})
                if request.status >= _FAILED:
                    span.set_status(tracing.StatusCode.ERROR)


def _taken(identifier: str) -> str | None:
    """The id that a caller gave the request, if it is one."""
    return identifier if _IDENTIFIER.fullmatch(identifier) else None


class _Request:
    """A request, and what became of it."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._begun = time.perf_counter()
        self.method = scope["method"] if scope["method"] in _METHODS else "OTHER"
        self.status = 0
        self.hung_up = False

    @property
    def route(self) -> str:
        """The template of its route; known once it was found."""
        return str(getattr(self._scope.get("route"), "path", ""))

    def answered(self, status: int) -> None:
        """Notes with what it was answered first."""
        if not self.status:
            self.status = _HUNG_UP if self.hung_up else status
            seconds = time.perf_counter() - self._begun
            metrics.HTTP_REQUESTS.labels(self.method, self.route, str(self.status)).observe(seconds)
