"""Programs that answer gRPC."""

from backplane.probe import serves
from laptop.ports import HOST
from laptop.programs import Check
from laptop.readiness.listening import listens


def grpc_ready(port: int) -> Check:
    """Ready when the standard health service says SERVING."""

    async def check() -> bool:
        return await listens(port) and await serves(f"{HOST}:{port}")

    return check
