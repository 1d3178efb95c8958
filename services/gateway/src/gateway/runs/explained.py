"""What runs made of explanations, read back from the object store, also while they go on."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, Self, TypeVar

from backplane.artifacts import ArtifactMissingError, ArtifactStore
from backplane.catalogue import Catalogue
from backplane.results import RelevanceArtifacts, Results
from domain.errors import HubError, Reason
from domain.quality import AssessedSample, AssessedShard
from domain.relevance import ExplainedSample, ExplainedShard
from gateway.models.schemas import ModelRecord
from gateway.runs import npy
from gateway.runs.kinds import RunKind
from gateway.runs.record import RunRecord
from gateway.runs.schemas import AssessedSamples, ExplainedSamples


class _OfSample(Protocol):
    @property
    def sample(self) -> int: ...


S = TypeVar("S", bound=_OfSample)


@dataclass(frozen=True)
class Explained:
    """What a run made for one of its models."""

    store: ArtifactStore
    workspace: str
    run: RunRecord
    model: ModelRecord

    @classmethod
    def of(cls, store: ArtifactStore, workspace: str, run: RunRecord, model: ModelRecord, kind: RunKind) -> Self:
        """What a run of a kind made for a model.

        Raises:
            HubError: `ARGUMENT_INVALID` for a run of another kind, or not of this model.
        """
        if run.kind is not kind:
            raise HubError(
                Reason.ARGUMENT_INVALID,
                f"The run {run.name!r} is of the kind {run.kind}, not {kind}.",
                f"Name a run of the kind {kind}.",
            )
        if model.id not in run.progress:
            raise HubError(
                Reason.ARGUMENT_INVALID,
                f"The run {run.name!r} does not explain the model {model.name!r}.",
                "Name one of the run's models.",
            )
        return cls(store, workspace, run, model)

    async def relevance(self) -> tuple[int, AsyncIterator[bytes]]:
        """All maps as one NPY file: how many bytes it has, and the bytes, a chunk at a time.

        Raises:
            HubError: `NOT_READY` while shards are left.
        """
        done = len(self.run.progress[self.model.id].finished)
        if done < self.run.shards:
            raise HubError(
                Reason.NOT_READY,
                f"{done} of {self.run.shards} shards of the run {self.run.name!r} are done for {self.model.name!r}; "
                f"it is {self.run.state}.",
                "Wait until the run is done; try one that failed again, and begin one that was cancelled again: it "
                "goes on where it ended. .../explained lists what there is.",
            )
        first = await self._explained_shard(0)
        head = npy.header((self.run.samples, first.height, first.width))
        size = len(head) + self.run.samples * first.height * first.width * npy.FLOAT_BYTES
        return size, self._streamed(head)

    async def samples(self, limit: int, cursor: str | None) -> ExplainedSamples:
        """A page of what was explained for each sample of the shards that are done."""

        async def read(shard: int) -> Sequence[ExplainedSample]:
            return (await self._explained_shard(shard)).samples

        items, following = await self._page(read, limit, cursor)
        return ExplainedSamples(items=items, next=following)

    async def qualities(self, limit: int, cursor: str | None) -> AssessedSamples:
        """A page of how far the explanations of the shards that are done can be trusted."""
        paths = Results(self.workspace, self.run.dataset, self.model.id)

        async def read(shard: int) -> Sequence[AssessedSample]:
            document = await self._read(paths.quality_part(self.run.digest, shard))
            return AssessedShard.model_validate_json(document).samples

        items, following = await self._page(read, limit, cursor)
        return AssessedSamples(items=items, next=following)

    async def _page(
        self, read: Callable[[int], Awaitable[Sequence[S]]], limit: int, cursor: str | None
    ) -> tuple[list[S], str | None]:
        """A page over the shards that are done, and the cursor of the following one."""
        after, finished = _number(cursor), self.run.progress[self.model.id].finished
        dataset = await asyncio.to_thread(Catalogue(self.store).dataset, self.workspace, self.run.dataset)
        found: list[S] = []
        for shard in range((after + 1) // dataset.shard_size, self.run.shards):
            if shard in finished:
                found += [one for one in await read(shard) if one.sample > after]
            if len(found) > limit:
                return found[:limit], str(found[limit - 1].sample)
        return found, None

    @property
    def _paths(self) -> RelevanceArtifacts:
        return Results(self.workspace, self.run.dataset, self.model.id).relevance(self.run.digest)

    async def _streamed(self, head: bytes) -> AsyncIterator[bytes]:
        yield head
        for shard in range(self.run.shards):
            for chunk in range((await self._explained_shard(shard)).chunks):
                yield npy.elements(await self._read(self._paths.chunk(shard, chunk)))

    async def _explained_shard(self, shard: int) -> ExplainedShard:
        return ExplainedShard.model_validate_json(await self._read(self._paths.record(shard)))

    async def _read(self, key: str) -> bytes:
        try:
            return await asyncio.to_thread(self.store.get, key)
        except ArtifactMissingError as error:
            raise HubError(
                Reason.EXPLANATION_NOT_FOUND,
                f"A part of what the run {self.run.name!r} explained is gone.",
                "Its data set was removed; begin the run again where it is still there.",
            ) from error


def _number(cursor: str | None) -> int:
    """The sample behind which a page begins; -1 for the first page."""
    if cursor is None:
        return -1
    if not (cursor.isascii() and cursor.isdecimal()) or len(cursor) > 18:
        raise HubError(Reason.ARGUMENT_INVALID, f"The cursor {cursor!r} is none.", "Give `next` of the page before.")
    return int(cursor)
