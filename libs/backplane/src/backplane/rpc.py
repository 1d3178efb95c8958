"""gRPC: a server with health, reflection, request ids and reasons on every error, and the calling side of the same."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, Protocol, TypeVar

import grpc
import grpc.aio
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.descriptor import ServiceDescriptor
from google.rpc import code_pb2, error_details_pb2, status_pb2
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection
from grpc_status import rpc_status

from backplane.telemetry import REQUEST_ID_HEADER, begin_request, get_logger, hops, metrics, request_id, tracing
from domain.errors import Category, HubError, Reason

LIVENESS = "liveness"
"""What health is asked whether the process lives; for "" it says whether requests are wanted."""
_DOMAIN = "innhub"
_STATUS: dict[Category, grpc.StatusCode] = {
    Category.INVALID: grpc.StatusCode.INVALID_ARGUMENT,
    Category.UNAUTHENTICATED: grpc.StatusCode.UNAUTHENTICATED,
    Category.FORBIDDEN: grpc.StatusCode.PERMISSION_DENIED,
    Category.NOT_FOUND: grpc.StatusCode.NOT_FOUND,
    Category.CONFLICT: grpc.StatusCode.ALREADY_EXISTS,
    Category.PRECONDITION: grpc.StatusCode.FAILED_PRECONDITION,
    Category.TOO_LARGE: grpc.StatusCode.RESOURCE_EXHAUSTED,
    Category.UNAVAILABLE: grpc.StatusCode.UNAVAILABLE,
    Category.INTERNAL: grpc.StatusCode.INTERNAL,
}
_OPTIONS = [
    ("grpc.max_receive_message_length", 64 * 1024 * 1024),
    ("grpc.max_send_message_length", 64 * 1024 * 1024),
]
_CALLING_OPTIONS = [
    *_OPTIONS,
    # By default a connection may take 20 s to be made, and a replica that was away is looked for two minutes later.
    ("grpc.initial_reconnect_backoff_ms", 200),
    ("grpc.min_reconnect_backoff_ms", 2_000),
    ("grpc.max_reconnect_backoff_ms", 5_000),
]
_log = get_logger(__name__)

Request = TypeVar("Request")
Response = TypeVar("Response")


class UnaryCall(Protocol):
    """A method of an asynchronous stub."""

    def __call__(self, request: Any, *, timeout: float, metadata: Any) -> Awaitable[Any]: ...  # noqa: D102


class RpcServer:
    """A gRPC server on one address, with health and reflection.

    Args:
        address: host and port; port 0 takes a free one.
        services: descriptor of each service offered.
        register: adds the servicers.
        interceptors: of calls, inside our own.
        door: whose calls are measured: `internal` or `public`.
    """

    def __init__(
        self,
        address: str,
        services: list[ServiceDescriptor],
        register: Callable[[grpc.aio.Server], None],
        interceptors: tuple[grpc.aio.ServerInterceptor, ...] = (),
        door: str = "internal",
    ) -> None:
        self._server = grpc.aio.server(interceptors=(_Boundary(door), *interceptors), options=_OPTIONS)
        self._health = health.aio.HealthServicer()
        self._names = [service.full_name for service in services]
        register(self._server)
        health_pb2_grpc.add_HealthServicer_to_server(self._health, self._server)
        reflection.enable_server_reflection([*self._names, health.SERVICE_NAME, reflection.SERVICE_NAME], self._server)
        try:
            self.port: int = self._server.add_insecure_port(address)
        except RuntimeError as error:
            raise HubError(
                Reason.INTERNAL, f"gRPC cannot listen on {address}: {error}.", "Is the port in use?"
            ) from error

    async def start(self) -> None:
        """Listens; health says that the process lives, and NOT_SERVING of all else until `set_ready`."""
        await self._health.set(LIVENESS, health_pb2.HealthCheckResponse.SERVING)
        await self.set_ready(ready=False)
        await self._server.start()

    async def set_ready(self, *, ready: bool) -> None:
        """Tells health whether requests are wanted."""
        state = health_pb2.HealthCheckResponse.SERVING if ready else health_pb2.HealthCheckResponse.NOT_SERVING
        for name in ["", *self._names]:
            await self._health.set(name, state)

    async def stop(self, grace_seconds: float) -> None:
        """Refuses new calls and lets those that have begun finish; it lives until its end."""
        await self.set_ready(ready=False)
        await self._server.stop(grace_seconds)


class _Boundary(grpc.aio.ServerInterceptor):
    """Where a call enters a service: request id, trace, metrics, and errors with their reasons."""

    def __init__(self, door: str) -> None:
        self._door = door

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Any]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> Any:
        handler = await continuation(handler_call_details)
        if handler is None or not handler.unary_unary or not handler_call_details.method.startswith("/innhub."):
            return handler
        _, service, method = handler_call_details.method.split("/")

        async def answer(request: Any, context: grpc.aio.ServicerContext[Any, Any]) -> Any:
            begin_request(metadata_value(context, REQUEST_ID_HEADER))
            begun, outcome = time.perf_counter(), "ok"
            try:
                with hops.answering(service, method, context.invocation_metadata() or ()):
                    return await handler.unary_unary(request, context)
            except HubError as error:
                outcome = error.reason.value
                await context.abort_with_status(rpc_status.to_status(_status(error)))
            except asyncio.CancelledError:
                # Its time is over, or nobody waits for it any more.
                outcome = "cancelled"
                raise
            except grpc.aio.AbortError:
                outcome = "aborted"
                raise
            except Exception:
                outcome = Reason.INTERNAL.value
                _log.exception("call failed", method=handler_call_details.method)
                fault = HubError(
                    Reason.INTERNAL,
                    "This is a fault of ours.",
                    f"Tell an operator the request id {request_id()}.",
                )
                await context.abort_with_status(rpc_status.to_status(_status(fault)))
            finally:
                metrics.CALLS.labels(self._door, service, method, outcome).observe(time.perf_counter() - begun)

        return grpc.unary_unary_rpc_method_handler(answer, handler.request_deserializer, handler.response_serializer)


def metadata_value(context: grpc.aio.ServicerContext[Any, Any], key: str) -> str | None:
    """A text that came along with a call."""
    for name, value in context.invocation_metadata() or ():
        if name == key:
            return value if isinstance(value, str) else value.decode()
    return None


def channel(address: str) -> grpc.aio.Channel:
    """A channel to one address, which connects when it is used."""
    return grpc.aio.insecure_channel(address, options=_CALLING_OPTIONS)


async def call(method: UnaryCall, request: Any, *, timeout: float) -> Any:
    """Calls a method of a stub; the request id and the trace go along.

    Raises:
        HubError: with the reason that the service gave, or `SERVICE_UNAVAILABLE` / `TIMED_OUT`.
    """
    metadata = (*tracing.carried().items(), (REQUEST_ID_HEADER, request_id()))
    try:
        return await method(request, timeout=timeout, metadata=metadata)
    except grpc.aio.AioRpcError as error:
        raise _hub_error(error) from error


def _status(error: HubError) -> status_pb2.Status:
    info = AnyMessage()
    info.Pack(error_details_pb2.ErrorInfo(reason=error.reason.value, domain=_DOMAIN, metadata={"advice": error.advice}))
    code: int = _STATUS[error.reason.category].value[0]
    return status_pb2.Status(code=code, message=error.message, details=[info])


def _hub_error(error: grpc.aio.AioRpcError) -> HubError:
    status = rpc_status.from_call(error)
    for detail in status.details if status is not None else ():
        info = error_details_pb2.ErrorInfo()
        if detail.Unpack(info) and info.domain == _DOMAIN:
            return HubError(Reason(info.reason), status.message, info.metadata.get("advice", ""))
    if error.code() is grpc.StatusCode.DEADLINE_EXCEEDED:
        return HubError(
            Reason.TIMED_OUT,
            "The work took longer than it may.",
            "Try a cheaper method or a smaller picture.",
        )
    if error.code() in {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED}:
        return HubError(Reason.SERVICE_UNAVAILABLE, "A service cannot be reached.", "Try again in a moment.")
    name = code_pb2.Code.Name(error.code().value[0])
    return HubError(Reason.INTERNAL, f"A service answered {name}: {error.details()}.")
