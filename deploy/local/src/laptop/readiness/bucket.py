"""The S3 server."""

import asyncio

from backplane.artifacts import ArtifactStore
from backplane.settings import StoreSettings
from domain.errors import HubError
from laptop.programs import Check
from laptop.readiness.listening import listens


def store_ready(settings: StoreSettings) -> Check:
    """Ready when the bucket can be listed with our credentials, which is what the services will do."""
    store = ArtifactStore.connect(settings)
    port = int(settings.endpoint.rpartition(":")[2])

    def listed() -> bool:
        try:
            for _ in store.list("readiness/"):
                break
        except HubError:
            return False
        return True

    async def check() -> bool:
        # The client tries again for seconds where nobody listens; a look at the port first saves them.
        return await listens(port) and await asyncio.to_thread(listed)

    return check
