"""HTTP for data sets and their samples."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from fastapi.responses import StreamingResponse

from gateway.datasets.schemas import DatasetRecord, NewDataset, SamplePage
from gateway.dependencies import Cursor, HubDependency, Limit, ScopeDependency
from gateway.records import Page

router = APIRouter(prefix="/v1/workspaces/{workspace}/datasets", tags=["datasets"])
SampleNumber = Annotated[int, Path(ge=0, description="The number of the sample, from 0.")]
FOREVER = {"Cache-Control": "private, max-age=31536000, immutable"}


@router.get("")
async def list_datasets(
    hub: HubDependency, scope: ScopeDependency, limit: Limit = 100, cursor: Cursor = None
) -> Page[DatasetRecord]:
    """The data sets, oldest first."""
    return await hub.datasets.records.page(scope.workspace, limit, cursor)


@router.post("", status_code=HTTPStatus.ACCEPTED)
async def add_dataset(new: NewDataset, hub: HubDependency, scope: ScopeDependency) -> DatasetRecord:
    """Imports a data set from an upload. It is `pending` until the import has ended."""
    return await hub.datasets.add(scope.workspace, new, scope.principal.name)


@router.get("/{dataset}")
async def get_dataset(dataset: str, hub: HubDependency, scope: ScopeDependency) -> DatasetRecord:
    """A data set, by id or name."""
    return await hub.datasets.records.get(scope.workspace, dataset)


@router.delete("/{dataset}", status_code=HTTPStatus.NO_CONTENT)
async def remove_dataset(dataset: str, hub: HubDependency, scope: ScopeDependency) -> None:
    """Removes a data set and what models made of it: predictions, activations, relevance and patterns."""
    await hub.datasets.remove(scope.workspace, dataset)


@router.get("/{dataset}/archive.zip", response_class=StreamingResponse)
async def export_dataset(dataset: str, hub: HubDependency, scope: ScopeDependency) -> StreamingResponse:
    """The original files at their paths with `labels.csv`, as a zip; importing that gives the same samples again."""
    record = await hub.datasets.records.ready(scope.workspace, dataset)
    chunks = await hub.datasets.archive(scope.workspace, record.id)
    headers = {"Content-Disposition": f'attachment; filename="{record.name}.zip"'}
    return StreamingResponse(chunks, media_type="application/zip", headers=headers)


@router.get("/{dataset}/samples")
async def list_samples(
    dataset: str,
    hub: HubDependency,
    scope: ScopeDependency,
    limit: Limit = 100,
    cursor: Cursor = None,
    label: Annotated[str | None, Query(description="Only samples with this label.")] = None,
) -> SamplePage:
    """The samples in their order."""
    record = await hub.datasets.records.ready(scope.workspace, dataset)
    return await hub.suggest.samples(scope.workspace, record.id, limit, cursor, label)


@router.get("/{dataset}/samples/{sample}/image", response_class=Response)
async def get_image(
    dataset: str,
    sample: SampleNumber,
    hub: HubDependency,
    scope: ScopeDependency,
    size: Annotated[int | None, Query(ge=16, le=4096, description="The longest side in pixels.")] = None,
) -> Response:
    """The picture of a sample: the file as it was uploaded, or scaled."""
    record = await hub.datasets.records.ready(scope.workspace, dataset)
    image, media_type = await hub.suggest.image(scope.workspace, record.id, sample, size)
    return Response(image, media_type=media_type, headers={**FOREVER, "X-Content-Type-Options": "nosniff"})
