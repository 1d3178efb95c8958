"""Bodies of explanation methods."""

from pydantic import BaseModel, Field, JsonValue


class Method(BaseModel):
    """An explanation method."""

    id: str
    title: str
    family: str
    summary: str
    paper: str
    parameters: dict[str, JsonValue] = Field(description="JSON Schema of the parameters.")
    engines: list[str] = Field(description="The engines that offer it, the default first.")
    signed: bool
    takes_layer: bool


class Catalogue(BaseModel):
    """All methods."""

    methods: list[Method]


class MethodList(BaseModel):
    """All methods, as a list."""

    items: list[Method]
    next: str | None = None


class Applicability(BaseModel):
    """Whether a method explains a network."""

    method: str
    applicable: bool
    reason: str
    layer: str
    layers: list[str]


class Applicabilities(BaseModel):
    """A row a method."""

    methods: list[Applicability]
