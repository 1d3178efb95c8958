"""From the names in a question to the ids of what is ready."""

import asyncio

from gateway.dependencies import Hub, Scope
from gateway.models.service import require_distinct


async def ids(hub: Hub, scope: Scope, dataset: str, models: list[str]) -> tuple[str, list[str]]:
    """The ids of a data set and of models, each named by id or name.

    Raises:
        HubError: one of them does not exist or is not ready, or a model is named twice.
    """
    record = await hub.datasets.records.ready(scope.workspace, dataset)
    found = await asyncio.gather(*(hub.models.records.ready(scope.workspace, model) for model in models))
    require_distinct(list(found))
    return record.id, [model.id for model in found]
