"""Saved selections of a hub: samples that somebody put together for others."""

from collections.abc import Sequence

from innhub.connection import JSON, Connection


class Selections:
    """`hub.selections`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def list(self) -> list[JSON]:
        """All selections of the workspace, by name, without their samples."""
        return list(self._connection.items(self._connection.path("selections")))

    def get(self, name: str) -> JSON:
        """A selection with the numbers of its `samples`."""
        return self._connection.get(self._connection.path(f"selections/{name}"))

    def save(
        self,
        name: str,
        dataset: str,
        *,
        samples: Sequence[int] | None = None,
        models: Sequence[str] = (),
        where: Sequence[str] = (),
        note: str = "",
    ) -> JSON:
        """Saves samples under a name: by their numbers, or all that meet conditions now."""
        body: JSON = {"name": name, "dataset": dataset, "note": note, "models": list(models), "where": list(where)}
        if samples is not None:
            body["samples"] = list(samples)
        return self._connection.post(self._connection.path("selections"), body)

    def remove(self, name: str) -> None:
        """Removes a selection; its samples stay where they are."""
        self._connection.delete(self._connection.path(f"selections/{name}"))
