"""What all parts of the service stand on."""

import asyncio
from typing import Any

import grpc.aio

from innhub_proto.suggest.v1 import suggest_pb2_grpc
from suggest.cores import Cores

Context = grpc.aio.ServicerContext[Any, Any]
_EXPORTS_AT_ONCE = 2
"""They take minutes, and threads that others wait for."""


class CoresServicer(suggest_pb2_grpc.SuggestServiceServicer):
    """A part of the service.

    Args:
        cores: do the work.
    """

    def __init__(self, cores: Cores) -> None:
        self._cores = cores
        self._exports = asyncio.Semaphore(_EXPORTS_AT_ONCE)
