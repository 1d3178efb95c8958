"""Settings of the inference service."""

from pydantic import Field

from backplane.settings import BusSettings, ServiceSettings, StoreSettings


class InferenceSettings(ServiceSettings):
    """`INNHUB_*`, with those of the store and the bus."""

    store: StoreSettings = Field(default_factory=lambda: StoreSettings.model_validate({}))
    bus: BusSettings = Field(default_factory=lambda: BusSettings.model_validate({}))
    network_memory_bytes: int = Field(default=2 * 1024**3, description="For the weights of loaded networks.")
    batch_size: int = Field(default=32, ge=1, description="Samples that a run predicts at once.")
    import_seconds: float = Field(default=300.0, gt=0, description="How long the import of one model may take.")
    import_memory_bytes: int = Field(default=12 * 1024**3, description="Memory that one import may use.")
    imports_at_once: int = Field(default=2, ge=1)
