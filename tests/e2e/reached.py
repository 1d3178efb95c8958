"""The object store of a product that runs, past everything that stands before it."""

from collections.abc import Mapping

from backplane.artifacts import ArtifactStore
from backplane.settings import StoreSettings


def store_of(environment: Mapping[str, str]) -> ArtifactStore:
    """The store that the environment of a service leads to."""
    names = ("endpoint", "access_key", "secret_key", "bucket")
    settings = StoreSettings.model_validate({name: environment[f"INNHUB_S3_{name.upper()}"] for name in names})
    return ArtifactStore.connect(settings)
