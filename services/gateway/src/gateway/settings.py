"""Settings of the gateway."""

from pydantic import Field, SecretStr

from backplane.settings import BusSettings, ServiceSettings, StoreSettings


class GatewaySettings(ServiceSettings):
    """`INNHUB_*`, with those of the store and the bus."""

    store: StoreSettings = Field(default_factory=lambda: StoreSettings.model_validate({}))
    bus: BusSettings = Field(default_factory=lambda: BusSettings.model_validate({}))
    http_address: str = Field(default="127.0.0.1:8080", description="Where HTTP listens.")
    token: SecretStr = Field(description="The token of the local user.", min_length=16)
    inference_addresses: str
    explainer_addresses: str
    suggest_addresses: str
    ui_url: str = Field(default="", description="Where the pages are; empty if something else serves them.")
    upload_bytes: int = Field(default=64 * 1024**3, description="The most bytes of one upload.")
    tasks_on_queue: int = Field(
        default=4,
        ge=1,
        description="The most tasks of runs that are handed out at a time, a queue; more than it has workers, or some "
        "have nothing to do.",
    )
    run_samples_a_day: int = Field(
        default=0, ge=0, description="The most samples that one person's runs work through in a UTC day; 0 for any."
    )
