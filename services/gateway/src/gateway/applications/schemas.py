"""Bodies of applications."""

from pydantic import BaseModel

from domain.applications import Application


class ApplicationList(BaseModel):
    """The image classifiers that Keras brings along."""

    items: list[Application]
    next: str | None = None
