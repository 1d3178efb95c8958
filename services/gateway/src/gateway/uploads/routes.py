"""HTTP for uploads: begin one, then send its bytes, in as many requests as it takes."""

import asyncio
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request

from backplane.uploads import Upload, Uploads
from domain.identifiers import new_id
from gateway.dependencies import HubDependency, ScopeDependency
from gateway.uploads.schemas import NewUpload, UploadState
from gateway.uploads.service import receive

router = APIRouter(prefix="/v1/workspaces/{workspace}/uploads", tags=["uploads"])


@router.post("", status_code=HTTPStatus.CREATED)
async def begin_upload(new: NewUpload, hub: HubDependency, scope: ScopeDependency) -> UploadState:
    """Begins an upload."""
    upload = Upload(id=new_id(), file_name=new.file_name, created_by=scope.principal.name)
    await asyncio.to_thread(Uploads(hub.store, scope.workspace).begin, upload)
    return UploadState(id=upload.id, file_name=upload.file_name, offset=0)


@router.get("/{upload}")
async def get_upload(upload: str, hub: HubDependency, scope: ScopeDependency) -> UploadState:
    """How far an upload has come."""
    uploads = Uploads(hub.store, scope.workspace)
    found = await asyncio.to_thread(uploads.open, upload)
    return UploadState(id=upload, file_name=found.file_name, offset=await asyncio.to_thread(uploads.size, upload))


@router.put("/{upload}")
async def send_bytes(
    upload: str,
    request: Request,
    hub: HubDependency,
    scope: ScopeDependency,
    offset: Annotated[int, Query(ge=0, description="Where these bytes begin.")] = 0,
) -> UploadState:
    """Sends bytes, from an offset on. After an interruption, ask where to go on."""
    uploads = Uploads(hub.store, scope.workspace)
    size = await receive(uploads, upload, offset, request.stream(), hub.upload_bytes)
    found = await asyncio.to_thread(uploads.open, upload)
    return UploadState(id=upload, file_name=found.file_name, offset=size)
