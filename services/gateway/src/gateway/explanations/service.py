"""Stored explanations, read back from the object store."""

import asyncio

from backplane.artifacts import ArtifactMissingError, ArtifactStore
from backplane.layout import Layout
from domain.errors import HubError, Reason
from domain.explanations import ExplanationRecord


async def record(store: ArtifactStore, workspace: str, explanation: str) -> ExplanationRecord:
    """The record of an explanation.

    Raises:
        HubError: `EXPLANATION_NOT_FOUND`.
    """
    paths = Layout(workspace).explanation(_checked(explanation))
    return ExplanationRecord.model_validate_json(await _read(store, paths.record, explanation))


async def relevance(store: ArtifactStore, workspace: str, explanation: str) -> bytes:
    """The relevance as an NPY file: float32 (height, width, channels).

    Raises:
        HubError: `EXPLANATION_NOT_FOUND`.
    """
    paths = Layout(workspace).explanation(_checked(explanation))
    await record(store, workspace, explanation)
    return await _read(store, paths.relevance, explanation)


async def _read(store: ArtifactStore, key: str, explanation: str) -> bytes:
    try:
        return await asyncio.to_thread(store.get, key)
    except ArtifactMissingError as error:
        raise _missing(explanation) from error


def _checked(explanation: str) -> str:
    if not (explanation.isalnum() and explanation.isascii()):
        raise _missing(explanation)
    return explanation


def _missing(explanation: str) -> HubError:
    return HubError(
        Reason.EXPLANATION_NOT_FOUND,
        f"There is no explanation {explanation!r}.",
        "Ask for it again with POST .../explanations; its id comes with the answer.",
    )
