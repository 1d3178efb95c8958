"""Bodies of data sets."""

from pydantic import BaseModel, ConfigDict, Field

from domain.manifests import BrokenImage, SampleColumn
from gateway.imported_records import ImportedRecord


class DatasetSummary(BaseModel):
    """What is known of a data set that is ready."""

    samples: int
    shards: int
    labels: tuple[str, ...] = Field(description="The labels that occur, sorted.")
    labelled: int = Field(description="How many samples have a label.")
    columns: tuple[SampleColumn, ...] = Field(default=(), description="What else is known of the samples.")
    broken: tuple[BrokenImage, ...] = Field(description="Files left out, the first thousand.")
    broken_count: int


class DatasetRecord(ImportedRecord):
    """A data set."""

    summary: DatasetSummary | None = Field(default=None, description="Present once the data set is ready.")


class NewDataset(BaseModel):
    """A data set to import."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"name": "photos", "upload": "01JD3Q2V6ZP5X9A7W8T4R2M1KC"}]},
    )

    name: str = Field(description="1 to 63 letters, digits, dots, underscores or dashes.")
    upload: str = Field(description="The id of the upload that holds a zip, a tar, or one picture.")
    labels: str = Field(
        default="",
        description="The id of an upload with a CSV or Parquet table of labels and other columns; empty for none.",
    )


class Sample(BaseModel):
    """A sample of a data set."""

    number: int
    path: str
    label: str | None = None
    width: int
    height: int


class SamplePage(BaseModel):
    """A page of samples."""

    samples: list[Sample] = Field(serialization_alias="items")
    next_page_token: str | None = Field(serialization_alias="next")
