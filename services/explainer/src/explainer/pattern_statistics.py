"""Whether the statistics that patterns are fitted from are complete for a model and a data set. Without TensorFlow."""

from backplane.catalogue import Catalogue
from backplane.results import Results
from domain.errors import HubError, Reason


def complete_parts(catalogue: Catalogue, workspace: str, model: str, dataset: str) -> tuple[str, ...]:
    """The keys of the parts of all shards.

    Raises:
        HubError: `METHOD_NOT_APPLICABLE` if some are missing; or model or data set do not exist.
    """
    name, data = catalogue.model(workspace, model).name, catalogue.dataset(workspace, dataset)
    results = Results(workspace, dataset, model)
    found = {entry.key for entry in catalogue.store.list(results.pattern_statistics)}
    parts = tuple(results.pattern_statistics_part(shard) for shard in range(data.shards))
    missing = len(set(parts) - found)
    if missing:
        raise HubError(
            Reason.METHOD_NOT_APPLICABLE,
            f"The patterns of the model {name!r} are not fitted on the data set {data.name!r}: {missing} of "
            f"{data.shards} shards are missing.",
            f"Fit them first: innhub patterns {name} {data.name} --wait.",
        )
    return parts
