"""Programs that answer gRPC."""

import grpc
import grpc.aio
from grpc_health.v1 import health_pb2, health_pb2_grpc

from laptop.ports import HOST
from laptop.programs import Check
from laptop.readiness.listening import listens

_ANSWER_SECONDS = 3.0


def grpc_ready(port: int) -> Check:
    """Ready when the standard health service says SERVING."""

    async def check() -> bool:
        if not await listens(port):
            return False
        # A machine behind a proxy has `http_proxy` set, which gRPC would follow even to the loopback address.
        async with grpc.aio.insecure_channel(f"{HOST}:{port}", options=[("grpc.enable_http_proxy", 0)]) as channel:
            try:
                answer = await health_pb2_grpc.HealthStub(channel).Check(
                    health_pb2.HealthCheckRequest(), timeout=_ANSWER_SECONDS
                )
            except grpc.aio.AioRpcError:
                return False
            return bool(answer.status == health_pb2.HealthCheckResponse.SERVING)

    return check
