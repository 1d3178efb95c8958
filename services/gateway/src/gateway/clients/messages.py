"""From messages to what REST speaks of."""

from typing import Any, TypeVar

from google.protobuf.json_format import MessageToDict, ParseDict
from google.protobuf.message import Message
from google.protobuf.struct_pb2 import Struct
from pydantic import BaseModel, JsonValue

M = TypeVar("M", bound=BaseModel)


def parsed(message: Message, kind: type[M]) -> M:
    """A message as a schema with fields of the same names."""
    return kind.model_validate(fields(message))


def fields(message: Message) -> dict[str, Any]:
    """The fields of a message, by their names there."""
    return MessageToDict(message, preserving_proto_field_name=True, always_print_fields_with_no_presence=True)


def struct(document: dict[str, JsonValue]) -> Struct:
    """A JSON object as a struct."""
    return ParseDict(document, Struct())
