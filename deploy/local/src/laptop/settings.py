"""What a person may choose about a stack on one machine, by environment variables."""

from pathlib import Path

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from laptop.problems import StackError


class Settings(BaseSettings):
    """The choices (`INNHUB_*`). Two stacks with other homes and other ports run side by side."""

    model_config = SettingsConfigDict(env_prefix="INNHUB_", env_ignore_empty=True)

    home: Path = Field(default=Path(".innhub"), description="Where all data, logs and credentials lie.")
    port: int = Field(default=8080, ge=1, le=65534, description="Pages, REST and images; public gRPC on the next port.")
    explainers: int = Field(default=2, ge=1, le=16, description="How many processes explain.")
    demo: bool = Field(default=True, description="Whether the demo is loaded once everything is ready.")


def read_settings() -> Settings:
    """The settings of the environment.

    Raises:
        StackError: a variable does not fit.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = f"INNHUB_{first['loc'][0]}".upper()
        raise StackError(f"{name} is {first['input']!r}: {first['msg']}.", "Correct it or leave it out.") from error
