"""The id of a request, which goes along on every hop."""

from contextvars import ContextVar

from domain.identifiers import new_id

REQUEST_ID_HEADER = "x-request-id"
_request_id: ContextVar[str] = ContextVar("request_id", default="")


def request_id() -> str:
    """The id of the request in whose course we run; empty outside of one."""
    return _request_id.get()


def begin_request(received: str | None) -> str:
    """Takes up the caller's request id, or begins a new one, for everything that follows here."""
    identifier = received or new_id()
    _request_id.set(identifier)
    return identifier
