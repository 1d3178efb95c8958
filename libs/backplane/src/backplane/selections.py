"""Saved selections in the store: a document each, and the numbers of the samples beside it. All calls block."""

from collections.abc import Sequence

from pydantic import ValidationError

from backplane.artifacts import ArtifactMissingError, ArtifactStore
from backplane.layout import Layout, SelectionArtifacts
from backplane.telemetry import get_logger
from domain.errors import HubError, Reason
from domain.identifiers import checked_name
from domain.selections import SelectedSamples, Selection

_log = get_logger(__name__)


class Selections:
    """The selections of one workspace.

    Every call that names one raises `HubError`: `ARGUMENT_INVALID` for what is no name, and `SELECTION_NOT_FOUND`.
    """

    def __init__(self, store: ArtifactStore, workspace: str) -> None:
        self._store = store
        self._layout = Layout(workspace)

    def add(self, selection: Selection, samples: Sequence[int]) -> None:
        """Saves a selection with the numbers of its samples.

        Raises:
            HubError: `NAME_TAKEN`.
        """
        paths = self._paths(selection.name)
        if self._store.exists(paths.manifest):
            raise HubError(
                Reason.NAME_TAKEN,
                f"There is a selection called {selection.name!r} already.",
                "Choose another name, or remove that one first.",
            )
        self._store.put(paths.samples, SelectedSamples.dump_json(tuple(samples)), "application/json")
        self._store.put(paths.manifest, selection.model_dump_json().encode(), "application/json")

    def get(self, name: str) -> Selection:
        """The selection of that name.

        Raises:
            HubError: `ARCHIVE_CORRUPT` if it is damaged.
        """
        try:
            return Selection.model_validate_json(self._read(name, self._paths(name).manifest))
        except ValidationError as error:
            raise _damaged(name) from error

    def samples(self, name: str) -> tuple[int, ...]:
        """The numbers of its samples, in order.

        Raises:
            HubError: `ARCHIVE_CORRUPT` if they are damaged.
        """
        try:
            return SelectedSamples.validate_json(self._read(name, self._paths(name).samples))
        except ValidationError as error:
            raise _damaged(name) from error

    def list(self) -> list[Selection]:
        """All selections that can be read, by name."""
        folder, found = self._layout.selections(), []
        names = {entry.key.removeprefix(folder).partition("/")[0] for entry in self._store.list(folder)}
        for name in sorted(names):
            try:
                found.append(self.get(name))
            except HubError as error:
                # Removed meanwhile, or damaged: whoever asks for it by name is told.
                _log.warning("selection left out", name=name, reason=error.reason)
        return found

    def remove(self, name: str) -> None:
        """Removes a selection, a damaged one too."""
        paths = self._paths(name)
        if not self._store.exists(paths.manifest):
            raise _missing(name)
        self._store.delete(f"{paths.root}/")

    def _read(self, name: str, key: str) -> bytes:
        try:
            return self._store.get(key)
        except ArtifactMissingError as error:
            raise _missing(name) from error

    def _paths(self, name: str) -> SelectionArtifacts:
        return self._layout.selection(checked_name(name, "selection"))


def _missing(name: str) -> HubError:
    return HubError(Reason.SELECTION_NOT_FOUND, f"There is no selection {name!r}.", "GET .../selections lists them.")


def _damaged(name: str) -> HubError:
    return HubError(Reason.ARCHIVE_CORRUPT, f"The selection {name!r} is damaged.", "Remove it, and save it again.")
