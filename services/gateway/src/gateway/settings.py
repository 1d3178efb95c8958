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
