"""Selections in the store: documents that last as long as people want, each under its name. All calls block."""

from pydantic import ValidationError

from backplane.artifacts import ArtifactMissingError, ArtifactStore
from backplane.layout import Layout
from domain.errors import HubError, Reason
from domain.identifiers import checked_name
from domain.selections import Selection


class Selections:
    """The selections of one workspace."""

    def __init__(self, store: ArtifactStore, workspace: str) -> None:
        self._store = store
        self._layout = Layout(workspace)

    def add(self, selection: Selection) -> None:
        """Saves a selection.

        Raises:
            HubError: `ARGUMENT_INVALID` for its name, `NAME_TAKEN`.
        """
        checked_name(selection.name, "selection")
        key = self._layout.selection(selection.name)
        if self._store.exists(key):
            raise HubError(
                Reason.NAME_TAKEN,
                f"There is a selection called {selection.name!r} already.",
                "Choose another name, or remove that one first.",
            )
        self._store.put(key, selection.model_dump_json().encode(), "application/json")

    def get(self, name: str) -> Selection:
        """The selection of that name.

        Raises:
            HubError: `SELECTION_NOT_FOUND`.
        """
        try:
            return Selection.model_validate_json(self._store.get(self._layout.selection(name)))
        except ArtifactMissingError as error:
            raise HubError(
                Reason.SELECTION_NOT_FOUND, f"There is no selection {name!r}.", "GET .../selections lists them."
            ) from error
        except ValidationError as error:
            raise HubError(
                Reason.ARCHIVE_CORRUPT, f"The selection {name!r} is damaged.", "Remove it, and save it again."
            ) from error

    def list(self) -> list[Selection]:
        """All selections, by name."""
        folder = self._layout.selections()
        names = [entry.key.removeprefix(folder).removesuffix(".json") for entry in self._store.list(folder)]
        return [self.get(name) for name in names]

    def remove(self, name: str) -> None:
        """Removes a selection; none is no error."""
        self._store.delete(self._layout.selection(name))
