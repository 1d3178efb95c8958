"""HTTP for people who sign in and out. Errors are pages here: whoever comes from the provider has no other."""

import secrets
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from backplane.telemetry import get_logger
from domain.errors import HubError, Reason
from gateway.cookies import Cookie
from gateway.dependencies import HubDependency
from gateway.pages.bare import bare, refused
from gateway.sign_in.service import CALLBACK, SIGN_IN, SIGNED_OUT, WAY_SECONDS, SignIn

_NEVER_KEPT = {"cache-control": "no-store"}
_NOT_SIGNED_IN = HubError(Reason.UNAUTHENTICATED, "The identity provider did not sign you in.", "Try it again.")
_log = get_logger(__name__)


def router(sign_in: SignIn, cookie: Cookie, session_seconds: int, public_url: str) -> APIRouter:
    """Routes for signing in and out."""
    routes = APIRouter(include_in_schema=False)
    on_the_way = cookie.named("sign-in")

    @routes.get(SIGN_IN)
    async def begin(request: Request, onward: Annotated[str, Query(alias="next")] = "/") -> Response:
        # Several pages of one browser may be on their way at a time.
        browser = on_the_way.of(request.cookies) or secrets.token_urlsafe(32)
        try:
            address = await sign_in.way(onward, browser)
        except HubError as error:
            return refused(error, SIGN_IN)
        answer = RedirectResponse(address, HTTPStatus.SEE_OTHER, _NEVER_KEPT)
        on_the_way.put(answer, browser, WAY_SECONDS)
        return answer

    @routes.get(CALLBACK)
    async def back(request: Request, state: str = "", code: str = "", error: str = "") -> Response:
        if error or not code:
            _log.warning("the provider did not sign somebody in", error=error[:100])
            return refused(_NOT_SIGNED_IN, SIGN_IN)
        try:
            signed_in = await sign_in.back(state, code, on_the_way.of(request.cookies) or "")
        except HubError as refusal:
            _log.warning("not signed in", why=str(refusal))
            return refused(refusal, SIGN_IN)
        answer = RedirectResponse(public_url + signed_in.onward, HTTPStatus.SEE_OTHER, _NEVER_KEPT)
        cookie.put(answer, signed_in.session, session_seconds)
        return answer

    @routes.post("/sign-out")
    async def out(request: Request, hub: HubDependency) -> Response:
        hub.authenticator.check_origin(request.headers.get("origin"))
        answer = RedirectResponse(await sign_in.out(), HTTPStatus.SEE_OTHER, _NEVER_KEPT)
        cookie.remove(answer)
        return answer

    @routes.get(SIGNED_OUT)
    async def signed_out() -> Response:
        return bare("You are signed out.", sign_in="/")

    return routes
