"""Settings of the suggest service."""

from pydantic import Field

from backplane.settings import BusSettings, ServiceSettings, StoreSettings


class SuggestSettings(ServiceSettings):
    """`INNHUB_*`, with those of the store and the bus."""

    store: StoreSettings = Field(default_factory=lambda: StoreSettings.model_validate({}))
    bus: BusSettings = Field(default_factory=lambda: BusSettings.model_validate({}))
    thumbnail_memory_bytes: int = Field(default=128 * 1024**2, ge=0, description="For thumbnails that stay in memory.")
    table_memory_bytes: int = Field(
        default=512 * 1024**2,
        ge=0,
        description="For tables of samples, and again for each of ten kinds of what runs leave and what is made of it.",
    )
    dataset_seconds: float = Field(
        default=6 * 3600.0, gt=0, description="How long the import of one data set may take."
    )
    dataset_memory_bytes: int = Field(default=4 * 1024**3, ge=1, description="Memory that one import may use.")
    dataset_bytes: int = Field(default=512 * 1024**3, ge=1, description="Bytes of all files of a data set, unpacked.")
    dataset_files: int = Field(default=2_000_000, ge=1, description="Files of a data set.")
    image_bytes: int = Field(default=64 * 1024**2, ge=1, description="Bytes of one picture; a larger one is left out.")
    image_pixels: int = Field(default=100_000_000, ge=1, description="Pixels of one picture; a larger one is left out.")
    labels_bytes: int = Field(default=256 * 1024**2, ge=1, description="Bytes of a table of labels.")
