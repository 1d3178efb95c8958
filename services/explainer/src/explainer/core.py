"""What the service does, whoever asks: the servicer is a thin skin over this."""

import asyncio
from collections.abc import Mapping
from functools import lru_cache

from backplane.artifacts import ArtifactMissingError, ArtifactStore
from backplane.catalogue import Catalogue
from backplane.children import Child
from backplane.layout import Layout
from backplane.telemetry.metrics import looked_up
from domain.errors import HubError, Reason
from domain.explanations import Engine, ExplanationRecord
from explainer import child
from explainer.batches import Answers, Batches
from explainer.cards import Applicability, MethodCard
from explainer.question import Question
from imaging.arrays import from_npy
from imaging.colormaps import DEFAULTS, Kind
from imaging.decode import decode
from imaging.geometry import Geometry
from imaging.heatmap import render

_CATALOGUE_SECONDS = 300.0


class Explainer:
    """Explanations, computed once and then read from the store.

    Args:
        store: where artifacts are.
        engines: the child process of each engine.
        explain_seconds: how long one explanation may take.
        largest_batch: how many explanations are computed at once.
    """

    def __init__(
        self, store: ArtifactStore, engines: Mapping[Engine, Child], explain_seconds: float, largest_batch: int
    ) -> None:
        self._store = store
        self._catalogue = Catalogue(store)
        self._engines = engines
        self._explain_seconds = explain_seconds
        self._batches = {engine: self._batches_of(process, largest_batch) for engine, process in engines.items()}
        self._cards: dict[str, MethodCard] = {}
        self._applicable: dict[tuple[str, str], list[Applicability]] = {}
        self._under_way: dict[str, asyncio.Task[ExplanationRecord]] = {}
        self._read = lru_cache(maxsize=256)(self._read_stored)

    async def cards(self) -> dict[str, MethodCard]:
        """All methods by id."""
        if not self._cards:
            cards = await self._engines[Engine.NATIVE].run(_CATALOGUE_SECONDS, child.catalogue)
            self._cards = {card.id: card for card in cards}
        return self._cards

    async def applicable_methods(self, workspace: str, model: str) -> list[Applicability]:
        """For every method whether it applies to a model, and why not."""
        key = (workspace, model)
        if key not in self._applicable:
            self._applicable[key] = await self._engines[Engine.NATIVE].run(
                self._explain_seconds, child.applicable_methods, workspace, model
            )
        return self._applicable[key]

    async def explain(self, question: Question) -> tuple[ExplanationRecord, bool]:
        """The explanation, and whether it was there before. The same question asked twice at once is computed once.

        Args:
            question: as it was asked; defaults are filled in here.

        Raises:
            HubError: naming what does not fit.
        """
        question = await self._completed(question)
        manifest = await asyncio.to_thread(self._catalogue.model, question.workspace, question.model)
        digest = question.digest(manifest.network_digest)
        stored = await asyncio.to_thread(self._stored, question.workspace, digest)
        joined = digest in self._under_way
        looked_up("explanations", "hit" if stored is not None else "joined" if joined else "miss")
        if stored is not None:
            return stored, True
        if digest not in self._under_way:
            computing = asyncio.create_task(self._batches[question.engine].answer(question, digest))
            self._under_way[digest] = computing
            computing.add_done_callback(lambda _: self._under_way.pop(digest, None))
        # Shielded: whoever hangs up must not take the answer from others who wait for it.
        return await asyncio.shield(self._under_way[digest]), False

    async def plan(self, question: Question) -> Question:
        """A question about all samples of a data set, completed, and known to be one that can be answered.

        Args:
            question: as it was asked; its sample does not matter.

        Raises:
            HubError: naming what keeps every sample from being explained.
        """
        question = await self._completed(question)
        parameters = await self._engines[Engine.NATIVE].run(self._explain_seconds, child.plan, question)
        return question.with_parameters(parameters)

    def _batches_of(self, process: Child, largest: int) -> Batches:
        async def answer_all(questions: list[Question], digests: list[str]) -> Answers:
            return await process.run(self._explain_seconds * len(questions), child.explain, questions, digests)

        return Batches(answer_all, largest)

    async def render(
        self, workspace: str, explanation: str, colormap: str, overlay: float, percentile: float, size: int | None
    ) -> bytes:
        """A stored explanation as a PNG over its picture.

        Raises:
            HubError: `EXPLANATION_NOT_FOUND`, `ARGUMENT_INVALID`.
        """
        return await asyncio.to_thread(self._rendered, workspace, explanation, colormap, overlay, percentile, size)

    def _rendered(
        self, workspace: str, explanation: str, colormap: str, overlay: float, percentile: float, size: int | None
    ) -> bytes:
        record, relevance, picture = self._read(workspace, explanation)
        kind = Kind.DIVERGING if record.signed else Kind.SEQUENTIAL
        return render(
            decode(picture),
            from_npy(relevance),
            Geometry(picture_size=record.picture_size, box=record.box),
            colormap=colormap or DEFAULTS[kind].name,
            overlay=overlay,
            percentile=percentile,
            size=size,
        )

    def _read_stored(self, workspace: str, explanation: str) -> tuple[ExplanationRecord, bytes, bytes]:
        """Record, relevance and picture: people move a slider and want the same ones again."""
        record = self._stored(workspace, explanation)
        if record is None:
            raise HubError(
                Reason.EXPLANATION_NOT_FOUND, f"There is no explanation {explanation!r}.", "Ask for it again."
            )
        relevance = self._store.get(Layout(workspace).explanation(explanation).relevance)
        _, picture = self._catalogue.sample(workspace, record.dataset, record.sample)
        return record, relevance, picture

    def _stored(self, workspace: str, digest: str) -> ExplanationRecord | None:
        try:
            document = self._store.get(Layout(workspace).explanation(digest).record)
        except ArtifactMissingError:
            return None
        return ExplanationRecord.model_validate_json(document)

    async def _completed(self, question: Question) -> Question:
        """The question with all defaults filled in, its method and engine known to exist."""
        cards = await self.cards()
        card = cards.get(question.method)
        if card is None:
            raise HubError(
                Reason.METHOD_UNKNOWN,
                f"There is no method {question.method!r}.",
                f"Choose one of {', '.join(cards)}.",
            )
        if question.engine not in card.engines:
            raise HubError(
                Reason.METHOD_NOT_APPLICABLE,
                f"{card.id} is not offered by the engine {question.engine}.",
                f"Use {' or '.join(card.engines)}.",
            )
        return question.with_parameters(card.parameters(question.parameters))
