"""HTTP for suggestions: which samples deserve a look."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from fastapi.responses import Response

from domain.tables import TableForm
from gateway.dependencies import HubDependency, ScopeDependency
from gateway.suggestions.naming import ids
from gateway.suggestions.schemas import (
    Agreement,
    Calibration,
    Confusion,
    Histogram,
    SampleQuery,
    SampleQueryPage,
    StrongestSamples,
    Where,
)
from gateway.tables import table

router = APIRouter(prefix="/v1/workspaces/{workspace}/suggestions", tags=["suggestions"])
Models = Annotated[list[str], Query(min_length=1, max_length=16, description="Models, by id or name.")]
Bins = Annotated[int, Query(ge=1, le=1000)]
LayerName = Annotated[str, Query(min_length=1, description="The name of a layer, see GET .../graph.")]
UnitNumber = Annotated[int, Query(ge=0, lt=2**32, description="The number of a unit or channel of the layer.")]


@router.get("/agreement")
async def get_agreement(
    dataset: str,
    models: Models,
    hub: HubDependency,
    scope: ScopeDependency,
    where: Where,
    max_points: Annotated[
        int | None, Query(ge=1, le=20_000, description="As many as fit a megabyte, unless said.")
    ] = None,
    sure_score: Annotated[float, Query(ge=0, le=1)] = 0.5,
) -> Agreement:
    """Every sample by how sure the models are and how many different answers they give."""
    data, found = await ids(hub, scope, dataset, models)
    return await hub.suggestions.agreement(scope.workspace, data, found, max_points or 0, sure_score, where)


@router.get("/histogram")
async def get_histogram(
    dataset: str,
    model: str,
    hub: HubDependency,
    scope: ScopeDependency,
    where: Where,
    bins: Bins = 20,
    quantity: Literal["label_error", "score", "margin", "entropy", "activation"] = "label_error",
    layer: Annotated[str, Query(description="Of activations: the layer.")] = "",
    unit: Annotated[
        int | None,
        Query(ge=0, lt=2**32, description="Of activations: a unit; the mean over all, unless said."),
    ] = None,
) -> Histogram:
    """The samples by 1 - p(label), or by another quantity, for one model."""
    data, (found,) = await ids(hub, scope, dataset, [model])
    return await hub.suggestions.histogram(
        scope.workspace, data, found, bins=bins, quantity=quantity, layer=layer, unit=unit, where=where
    )


@router.get("/calibration")
async def get_calibration(
    dataset: str,
    model: str,
    hub: HubDependency,
    scope: ScopeDependency,
    where: Where,
    bins: Bins = 10,
) -> Calibration:
    """Whether a model is right as often as its scores say."""
    data, (found,) = await ids(hub, scope, dataset, [model])
    return await hub.suggestions.calibration(scope.workspace, data, found, bins, where)


@router.get("/confusion")
async def get_confusion(
    dataset: str,
    models: Annotated[
        list[str],
        Query(min_length=1, max_length=2, description="One, to hold against labels, or two."),
    ],
    hub: HubDependency,
    scope: ScopeDependency,
    where: Where,
    column: Annotated[str, Query(description="A column to hold one model against; the label, unless said.")] = "",
    max_classes: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Confusion:
    """Who says A where the label, or another model, says B."""
    data, found = await ids(hub, scope, dataset, models)
    return await hub.suggestions.confusion(scope.workspace, data, found, column, max_classes, where)


@router.get("/samples")
async def query_samples(
    query: Annotated[SampleQuery, Query()], hub: HubDependency, scope: ScopeDependency
) -> SampleQueryPage:
    """Samples with the answers of models: filtered, sorted, a page at a time."""
    data, found = await ids(hub, scope, query.dataset, query.models)
    return await hub.suggestions.query(scope.workspace, data, found, query)


@router.get("/samples.{form}", response_class=Response)
async def export_samples(
    form: TableForm,
    dataset: str,
    models: Models,
    hub: HubDependency,
    scope: ScopeDependency,
    where: Where,
    order: Annotated[str, Query(description="A quantity, as for the list.")] = "number",
    descending: bool = False,
) -> Response:
    """All samples that meet the conditions, with the answers of models, as CSV or Parquet."""
    data, found = await ids(hub, scope, dataset, models)
    exported = await hub.suggestions.export(
        scope.workspace, data, found, form, where=where, order=order, descending=descending
    )
    return table(hub.store, exported, f"samples.{form}")


@router.get("/strongest")
async def get_strongest(
    dataset: str,
    model: str,
    layer: LayerName,
    unit: UnitNumber,
    hub: HubDependency,
    scope: ScopeDependency,
    limit: Annotated[int, Query(ge=1, le=1000, description="The most samples.")] = 24,
) -> StrongestSamples:
    """The samples to which a unit inside the network answers most strongly, of those recorded by a run."""
    data, (found,) = await ids(hub, scope, dataset, [model])
    return await hub.suggestions.strongest(scope.workspace, data, found, layer, unit, limit)
