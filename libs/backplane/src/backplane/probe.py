"""Asks a service for its health, as an orchestrator does: `python -m backplane.probe HOST:PORT [SERVICE]`.

It is what an image's health check runs, and what the local stack waits for. The exit code is 0 where the answer is
SERVING.
"""

import asyncio
import sys

import grpc.aio
from grpc_health.v1 import health_pb2, health_pb2_grpc

_ANSWER_SECONDS = 3.0
# A machine behind a proxy has `http_proxy` set, which gRPC would follow even to the loopback address.
_DIRECTLY = [("grpc.enable_http_proxy", 0)]


async def serves(address: str, service: str = "") -> bool:
    """Whether the standard health service says SERVING.

    Args:
        address: host and port.
        service: whose health; empty for all of the server, which is its readiness.
    """
    async with grpc.aio.insecure_channel(address, options=_DIRECTLY) as channel:
        try:
            answer = await health_pb2_grpc.HealthStub(channel).Check(
                health_pb2.HealthCheckRequest(service=service), timeout=_ANSWER_SECONDS
            )
        except grpc.aio.AioRpcError:
            return False
        return bool(answer.status == health_pb2.HealthCheckResponse.SERVING)


if __name__ == "__main__":
    sys.exit(0 if asyncio.run(serves(*sys.argv[1:])) else 1)
