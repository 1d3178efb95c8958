"""HTTP about nearness: embeddings, and groups of explanations."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query

from domain.errors import HubError, Reason
from gateway.dependencies import HubDependency, ScopeDependency
from gateway.nearness.schemas import ClusterQuery, Clusters, Duplicates, Embedding, Neighbours, Outliers
from gateway.suggestions.naming import ids
from gateway.suggestions.schemas import Where

router = APIRouter(prefix="/v1/workspaces/{workspace}/suggestions", tags=["suggestions"])
Limit = Annotated[int, Query(ge=1, le=1000)]


@router.get("/embedding")
async def get_embedding(
    dataset: str,
    model: str,
    hub: HubDependency,
    scope: ScopeDependency,
    where: Where,
    projection: Annotated[
        Literal["pca", "umap"], Query(description="The PCA is there at once; UMAP is made by a run.")
    ] = "pca",
    max_points: Annotated[int, Query(ge=1, le=20_000)] = 2000,
) -> Embedding:
    """The samples in the plane, by what the last hidden layer of a model answers to them."""
    data, (found,) = await ids(hub, scope, dataset, [model])
    return await hub.suggestions.embedding(scope.workspace, data, found, projection, max_points, where)


@router.get("/neighbours")
async def find_neighbours(
    dataset: str,
    model: str,
    sample: Annotated[int, Query(ge=0, description="The number of a sample.")],
    hub: HubDependency,
    scope: ScopeDependency,
    limit: Limit = 12,
) -> Neighbours:
    """The samples that lie nearest to one."""
    data, (found,) = await ids(hub, scope, dataset, [model])
    return await hub.suggestions.neighbours(scope.workspace, data, found, sample, limit)


@router.get("/duplicates")
async def find_duplicates(
    dataset: str,
    model: str,
    hub: HubDependency,
    scope: ScopeDependency,
    max_distance: Annotated[float, Query(ge=0, le=2, description="Cosine distance.")] = 0.05,
    limit: Limit = 100,
) -> Duplicates:
    """Pairs of samples that lie closest together."""
    data, (found,) = await ids(hub, scope, dataset, [model])
    return await hub.suggestions.duplicates(scope.workspace, data, found, max_distance, limit)


@router.get("/outliers")
async def find_outliers(
    dataset: str, model: str, hub: HubDependency, scope: ScopeDependency, limit: Limit = 100
) -> Outliers:
    """The samples that lie farthest from all others."""
    data, (found,) = await ids(hub, scope, dataset, [model])
    return await hub.suggestions.outliers(scope.workspace, data, found, limit)


@router.get("/clusters")
async def get_clusters(query: Annotated[ClusterQuery, Query()], hub: HubDependency, scope: ScopeDependency) -> Clusters:
    """Groups of samples whose explanations look alike, as a run of the kind clusters has found them."""
    run = await hub.runs.records.get(scope.workspace, query.run)
    if not run.digest:
        raise HubError(
            Reason.ARGUMENT_INVALID,
            f"The run {run.name!r} explains nothing.",
            "Name a run of the kind clusters, or the run of the kind explain that it was begun with.",
        )
    model = query.model or _only_model(list(run.progress), run.name)
    data, (found,) = await ids(hub, scope, run.dataset, [model])
    label = run.label if query.label is None else query.label
    return await hub.suggestions.clusters(scope.workspace, data, found, run.digest, label, query.max_members)


def _only_model(models: list[str], run: str) -> str:
    if len(models) > 1:
        raise HubError(Reason.ARGUMENT_INVALID, f"The run {run!r} has {len(models)} models.", "Name one of them.")
    return models[0]
