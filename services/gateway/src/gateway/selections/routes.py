"""HTTP for selections."""

import asyncio
from datetime import UTC, datetime
from http import HTTPStatus

from fastapi import APIRouter

from backplane.selections import Selections
from domain.errors import HubError, Reason
from domain.selections import Selection
from gateway.datasets.schemas import DatasetRecord
from gateway.dependencies import HubDependency, ScopeDependency
from gateway.selections.schemas import NewSelection, SelectionDetails, SelectionList
from gateway.suggestions.naming import ids

router = APIRouter(prefix="/v1/workspaces/{workspace}/selections", tags=["selections"])


@router.get("")
async def list_selections(hub: HubDependency, scope: ScopeDependency) -> SelectionList:
    """All selections of the workspace, by name."""
    found = await asyncio.to_thread(Selections(hub.store, scope.workspace).list)
    return SelectionList(items=found)


@router.post("", status_code=HTTPStatus.CREATED)
async def save_selection(new: NewSelection, hub: HubDependency, scope: ScopeDependency) -> Selection:
    """Saves samples under a name, for everybody in the workspace."""
    dataset, models = await ids(hub, scope, new.dataset, new.models)
    if (new.samples is None) == (not new.where):
        raise HubError(
            Reason.ARGUMENT_INVALID,
            "A selection says either its samples or the conditions that they meet.",
            "Give samples, or where.",
        )
    if new.samples is None:
        samples = await hub.suggestions.matches(scope.workspace, dataset, models, new.where)
    else:
        record = await hub.datasets.records.get(scope.workspace, dataset)
        samples = await asyncio.to_thread(_numbers, new.samples, record)
    selection = Selection(
        name=new.name,
        dataset=dataset,
        created_at=datetime.now(UTC),
        created_by=scope.principal.name,
        note=new.note,
        where=tuple(new.where),
        count=len(samples),
    )
    await asyncio.to_thread(Selections(hub.store, scope.workspace).add, selection, samples)
    return selection


@router.get("/{name}")
async def get_selection(name: str, hub: HubDependency, scope: ScopeDependency) -> SelectionDetails:
    """A selection with its samples."""
    selections = Selections(hub.store, scope.workspace)
    selection, samples = await asyncio.gather(
        asyncio.to_thread(selections.get, name), asyncio.to_thread(selections.samples, name)
    )
    return SelectionDetails(**selection.model_dump(), samples=samples)


@router.delete("/{name}", status_code=HTTPStatus.NO_CONTENT)
async def remove_selection(name: str, hub: HubDependency, scope: ScopeDependency) -> None:
    """Removes a selection; its samples stay where they are."""
    await asyncio.to_thread(Selections(hub.store, scope.workspace).remove, name)


def _numbers(samples: list[int], dataset: DatasetRecord) -> tuple[int, ...]:
    assert dataset.summary is not None, "only a data set that is ready has samples to choose"
    strange = [number for number in samples if not 0 <= number < dataset.summary.samples]
    if strange:
        raise HubError(
            Reason.SAMPLE_NOT_FOUND,
            f"The data set {dataset.name!r} has no sample {strange[0]}.",
            f"Its samples are numbered from 0 to {dataset.summary.samples - 1}.",
        )
    return tuple(sorted(set(samples)))
