"""Public gRPC: the services inside, offered on the gateway's identity.

Every method is passed on as it is, once the caller may enter the workspace that the request names. Models and data sets
may be named by id or by name, as in REST.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import grpc
import grpc.aio
from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from backplane.replicas import Replicas
from backplane.rpc import RpcServer, metadata_value
from domain.errors import HubError, Reason
from gateway.dependencies import Hub, enter
from innhub_proto.explainer.v1 import explainer_pb2
from innhub_proto.inference.v1 import inference_pb2
from innhub_proto.suggest.v1 import suggest_pb2

_LONGEST_SECONDS = 630.0
_KEYS = ("model", "dataset", "explanation")
"""What a request may name that a replica holds already, the most telling first."""
Context = grpc.aio.ServicerContext[Any, Any]
Answer = Callable[[Any, Context], Awaitable[Any]]


def server(address: str, hub: Hub) -> RpcServer:
    """The public gRPC server."""
    offered: list[tuple[ServiceDescriptor, Replicas[Any]]] = [
        (inference_pb2.DESCRIPTOR.services_by_name["InferenceService"], hub.inference.replicas),
        (explainer_pb2.DESCRIPTOR.services_by_name["ExplainerService"], hub.explainer.replicas),
        (suggest_pb2.DESCRIPTOR.services_by_name["SuggestService"], hub.suggest.replicas),
    ]

    def register(grpc_server: grpc.aio.Server) -> None:
        handlers = [_handlers(service, replicas, hub) for service, replicas in offered]
        grpc_server.add_generic_rpc_handlers(tuple(handlers))

    return RpcServer(address, [service for service, _ in offered], register, door="public")


def _handlers(service: ServiceDescriptor, replicas: Replicas[Any], hub: Hub) -> grpc.GenericRpcHandler:
    return grpc.method_handlers_generic_handler(
        service.full_name,
        {
            method.name: grpc.unary_unary_rpc_method_handler(
                _answer(method, replicas, hub),
                request_deserializer=GetMessageClass(method.input_type).FromString,
                response_serializer=GetMessageClass(method.output_type).SerializeToString,
            )
            for method in service.methods
        },
    )


def _answer(method: MethodDescriptor, replicas: Replicas[Any], hub: Hub) -> Answer:
    async def answer(request: Any, context: Context) -> Any:
        principal = await hub.authenticator.principal(metadata_value(context, "authorization"), None)
        if "workspace" in method.input_type.fields_by_name:
            await enter(hub, principal, request.workspace)
            await _resolve(request, hub)
        key = next((name for field in _KEYS if (name := str(getattr(request, field, "")))), "")
        found = await replicas.call(method.name, request, key=key, timeout=_time_left(context))
        if "table" in method.output_type.fields_by_name and found.table.object:
            await asyncio.to_thread(hub.store.delete, found.table.object)
            raise HubError(
                Reason.TOO_LARGE,
                f"The table has {found.table.size:,} bytes, more than a message holds.",
                "Ask for fewer samples, or take it over REST.",
            )
        return found

    return answer


async def _resolve(request: Message, hub: Hub) -> None:
    """Puts ids where the request gives names."""
    message: Any = request
    fields = request.DESCRIPTOR.fields_by_name
    if "model" in fields:
        message.model = (await hub.models.records.ready(message.workspace, message.model)).id
    if "models" in fields:
        models = [await hub.models.records.ready(message.workspace, model) for model in message.models]
        message.models[:] = [model.id for model in models]
    if "dataset" in fields:
        message.dataset = (await hub.datasets.records.ready(message.workspace, message.dataset)).id


def _time_left(context: Context) -> float:
    left = context.time_remaining()
    if left is not None and left <= 0:
        raise HubError(Reason.TIMED_OUT, "The deadline of the call has passed.", "Allow more time.")
    return _LONGEST_SECONDS if left is None else min(left, _LONGEST_SECONDS)
