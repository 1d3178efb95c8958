"""Settings of the pages, from the environment."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class UiSettings(BaseSettings):
    """`INNHUB_*`."""

    model_config = SettingsConfigDict(env_prefix="INNHUB_")

    ui_address: str = Field(default="127.0.0.1:8050", description="Where the pages are served: host and port.")
    url: str = Field(default="http://127.0.0.1:8080", description="Where the gateway is.")
    ui_threads: int = Field(default=24, ge=1, description="Requests at a time; most only wait for an explanation.")
    log_level: str = "INFO"
    drain_seconds: float = Field(
        default=0.0, ge=0, description="How long a replica that was told to stop goes on serving."
    )
    grace_seconds: float = Field(default=15.0, description="How long a stop waits for what has begun.")
