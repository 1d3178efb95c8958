"""Bodies of uploads."""

from pydantic import BaseModel, ConfigDict, Field


class NewUpload(BaseModel):
    """A file that will come."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"file_name": "lite0.keras"}]})

    file_name: str = Field(min_length=1, max_length=255)


class UploadState(BaseModel):
    """How far an upload has come."""

    id: str
    file_name: str
    offset: int = Field(description="How many bytes have arrived: where to go on.")
