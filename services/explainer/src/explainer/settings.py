"""Settings of the explainer."""

from pydantic import Field

from backplane.settings import BusSettings, ServiceSettings, StoreSettings


class ExplainerSettings(ServiceSettings):
    """`INNHUB_*`, with those of the store and the bus."""

    store: StoreSettings = Field(default_factory=lambda: StoreSettings.model_validate({}))
    bus: BusSettings = Field(default_factory=lambda: BusSettings.model_validate({}))
    network_memory_bytes: int = Field(default=2 * 1024**3, description="For the weights of loaded networks.")
    batch_memory_bytes: int = Field(
        default=1024**3, ge=1024**2, description="For the activations of inputs that run at once."
    )
    largest_batch: int = Field(default=16, ge=1, description="Questions that are answered at once.")
    explain_seconds: float = Field(default=600.0, gt=0, description="How long one explanation may take.")
    shard_seconds: float = Field(default=6 * 3600.0, gt=0, description="How long one shard of a run may take.")
