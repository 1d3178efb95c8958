"""The pages of the UI, passed through, so that pages, REST and pictures have one origin. A cluster's ingress may do it
instead; then no `ui_url` is set."""

from html import escape
from http import HTTPStatus
from typing import Annotated
from urllib.parse import urlencode

import httpx
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from starlette.background import BackgroundTask
from starlette.requests import ClientDisconnect
from starlette.responses import StreamingResponse

from backplane.telemetry.tracing import carried
from domain.errors import HubError, Reason
from gateway.cookies import Cookie
from gateway.dependencies import HubDependency, signed_in
from gateway.pages.bare import bare, refused
from gateway.pages.onward import Onward
from gateway.problems import status
from gateway.sign_in.service import SIGN_IN

_HOP_BY_HOP = frozenset(
    [
        "connection",
        "content-encoding",
        "content-length",
        "host",
        "keep-alive",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    ]
)
_YEAR_SECONDS = 365 * 24 * 3600
_WAY_IN = """Open the address that was printed when the hub started: it ends in <code>?token=...</code>. On the machine
itself the token is also in the file <code>token</code> of the hub's data folder (<code>.innhub/token</code>)."""


def router(ui_url: str) -> APIRouter:
    """Routes for everything that is not part of the interface."""
    pages = APIRouter(include_in_schema=False)
    onward = Onward(ui_url)
    pages.add_event_handler("shutdown", onward.close)

    @pages.api_route("/{path:path}", methods=["GET", "HEAD", "POST"])
    async def page(request: Request, hub: HubDependency, token: Annotated[str | None, Query()] = None) -> Response:
        if request.url.path.startswith("/v1/"):
            raise HubError(Reason.ROUTE_NOT_FOUND, f"There is nothing at {request.url.path}.", "See /openapi.json.")
        if token is not None and hub.authenticator.accepts(token):
            return _with_cookie(request, token, hub.authenticator.cookie)
        try:
            await signed_in(request, hub)
        except HubError as error:
            return _way_in(request, error, provided=hub.authenticator.provided)
        return await _passed_through(onward, request)

    return pages


def _way_in(request: Request, error: HubError, *, provided: bool) -> Response:
    """How to sign in; a page that somebody opens leads there by itself, if there is a provider."""
    nobody = error.reason is Reason.UNAUTHENTICATED
    if nobody and not provided:
        return bare(escape(error.message), _WAY_IN, code=status(error))
    if request.method != "GET" or "text/html" not in request.headers.get("accept", ""):
        raise error
    if not nobody:
        return refused(error, SIGN_IN)
    place = f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path
    return RedirectResponse(f"{SIGN_IN}?{urlencode({'next': place})}", HTTPStatus.SEE_OTHER)


def _with_cookie(request: Request, token: str, cookie: Cookie) -> Response:
    """To the same address without the token, which from now on is in a cookie and no longer in the history."""
    rest = urlencode([(key, value) for key, value in request.query_params.multi_items() if key != "token"])
    # A path of several slashes would be taken for another host.
    path = "/" + request.url.path.lstrip("/")
    answer = RedirectResponse(f"{path}?{rest}" if rest else path, HTTPStatus.SEE_OTHER)
    cookie.put(answer, token, _YEAR_SECONDS)
    return answer


async def _passed_through(onward: Onward, request: Request) -> Response:
    headers = {key: value for key, value in request.headers.items() if key not in _HOP_BY_HOP} | carried()
    try:
        body = await request.body()
    except ClientDisconnect:
        # Whoever left reads no answer; it is no fault of ours either.
        return Response(status_code=HTTPStatus.BAD_REQUEST)
    address = httpx.URL(path=request.url.path, query=request.url.query.encode())
    answer = await onward.send(request.method, address, headers, body)
    kept = {key: value for key, value in answer.headers.items() if key.lower() not in _HOP_BY_HOP}
    return StreamingResponse(answer.aiter_bytes(), answer.status_code, kept, background=BackgroundTask(answer.aclose))
