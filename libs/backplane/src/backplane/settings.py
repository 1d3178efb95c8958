"""Settings from the environment, one class a concern; each service composes its own from these."""

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class StoreSettings(BaseSettings):
    """Where the object store is (`INNHUB_S3_*`)."""

    model_config = SettingsConfigDict(env_prefix="INNHUB_S3_")

    endpoint: str = Field(description="Host and port.")
    access_key: SecretStr
    secret_key: SecretStr
    bucket: str = "artifacts"
    secure: bool = False
    region: str = "us-east-1"


class BusSettings(BaseSettings):
    """Where NATS is (`INNHUB_NATS_*`)."""

    model_config = SettingsConfigDict(env_prefix="INNHUB_NATS_")

    url: str = Field(description="For instance nats://host:4222.")
    user: str = ""
    password: SecretStr = SecretStr("")


class ServiceSettings(BaseSettings):
    """What every service needs to be one (`INNHUB_*`)."""

    model_config = SettingsConfigDict(env_prefix="INNHUB_")

    grpc_address: str = Field(default="127.0.0.1:0", description="Where gRPC listens.")
    metrics_host: str = Field(default="127.0.0.1", description="The address on which Prometheus is answered.")
    metrics_port: int = Field(default=0, description="Where Prometheus reads; 0 for nowhere.")
    log_level: str = "INFO"
    drain_seconds: float = Field(
        default=0.0,
        ge=0,
        description="How long a replica that was told to stop goes on serving: until those who call know others.",
    )
    grace_seconds: float = Field(default=15.0, description="How long a stop waits for what has begun.")
    lease_seconds: float = Field(
        default=30.0,
        gt=0,
        description="After how long without a sign of life a task is given to another worker.",
    )
    task_deliveries: int = Field(default=5, ge=1, description="How often a task is tried.")
    threads: int = Field(default=0, ge=0, description="Threads that TensorFlow may use; 0 for one a core.")
    child_memory_bytes: int = Field(
        default=4 * 1024**3, description="A child process that has grown beyond this is replaced."
    )
    child_most_memory_bytes: int = Field(
        default=8 * 1024**3,
        description="A child process that becomes larger than this is ended, and what it was doing is refused.",
    )
