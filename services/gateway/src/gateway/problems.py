"""Errors as RFC 9457 problem documents: a reason's category becomes an HTTP status here, and only here."""

from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from backplane.telemetry import get_logger, request_id
from domain.errors import Category, HubError, Reason

_STATUS: dict[Category, HTTPStatus] = {
    Category.INVALID: HTTPStatus.UNPROCESSABLE_ENTITY,
    Category.UNAUTHENTICATED: HTTPStatus.UNAUTHORIZED,
    Category.FORBIDDEN: HTTPStatus.FORBIDDEN,
    Category.NOT_FOUND: HTTPStatus.NOT_FOUND,
    Category.CONFLICT: HTTPStatus.CONFLICT,
    Category.PRECONDITION: HTTPStatus.CONFLICT,
    Category.TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    Category.UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
    Category.INTERNAL: HTTPStatus.INTERNAL_SERVER_ERROR,
}
MEDIA_TYPE = "application/problem+json"
_log = get_logger(__name__)


class Problem(BaseModel):
    """An error for people and programs."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    advice: str = ""
    reason: str
    request_id: str


RESPONSES: dict[int | str, dict[str, object]] = {
    "4XX": {"model": Problem, "description": "Refused, with a reason and the way out."},
    "5XX": {"model": Problem, "description": "Failed, with a reason and the request id."},
}


def status(error: HubError) -> HTTPStatus:
    """The HTTP status that an error stands for."""
    return _STATUS[error.reason.category]


def problem_document(error: HubError) -> Problem:
    """What to tell of an error."""
    return Problem(
        title=error.reason.value.replace("_", " ").capitalize(),
        status=status(error),
        detail=error.message,
        advice=error.advice,
        reason=error.reason,
        request_id=request_id(),
    )


def problem(error: HubError) -> JSONResponse:
    """The answer that an error stands for."""
    body = problem_document(error)
    headers = {"WWW-Authenticate": "Bearer"} if body.status == HTTPStatus.UNAUTHORIZED else None
    return JSONResponse(body.model_dump(), body.status, headers=headers, media_type=MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Answers every error that the application knows with a problem document; the entrance answers the others."""

    @app.exception_handler(HubError)
    async def _known(_: Request, error: HubError) -> JSONResponse:
        return problem(error)

    @app.exception_handler(RequestValidationError)
    async def _invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"] if part != "body") or "the body"
        return problem(HubError(Reason.ARGUMENT_INVALID, f"{place}: {first['msg']}.", "See /openapi.json."))

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> JSONResponse:
        if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            message = f"{request.url.path} does not take {request.method}."
            return problem(HubError(Reason.ROUTE_NOT_FOUND, message, "See /openapi.json."))
        return problem(
            HubError(Reason.ROUTE_NOT_FOUND, f"There is nothing at {request.url.path}.", "See /openapi.json.")
        )


def fault(path: str, error: Exception) -> JSONResponse:
    """The answer to an error that nobody foresaw; what it was stands in the log alone."""
    _log.error("request failed", path=path, exc_info=error)
    advice = f"Tell an operator the request id {request_id()}."
    return problem(HubError(Reason.INTERNAL, "This is a fault of ours.", advice))
