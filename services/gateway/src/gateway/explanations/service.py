"""Stored explanations, read back from the object store."""

import asyncio

from backplane.artifacts import ArtifactMissingError, ArtifactStore
from backplane.layout import Layout
from domain.errors import HubError, Reason
from domain.explanations import ExplanationRecord
from domain.quality import Quality


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


async def quality(store: ArtifactStore, workspace: str, explanation: str) -> Quality:
    """What was found out about an explanation.

    Raises:
        HubError: `EXPLANATION_NOT_FOUND`, `QUALITY_NOT_FOUND` if nobody has checked it yet.
    """
    await record(store, workspace, explanation)
    try:
        document = await asyncio.to_thread(store.get, Layout(workspace).explanation(explanation).quality)
    except ArtifactMissingError as error:
        raise HubError(
            Reason.QUALITY_NOT_FOUND,
            f"The explanation {explanation} was not checked yet.",
            "POST to the same address checks it.",
        ) from error
    return Quality.model_validate_json(document)


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
