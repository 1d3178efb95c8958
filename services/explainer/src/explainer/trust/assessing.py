"""The checks of a stored explanation: what it is of is found again for each piece of work. Lives in a child process."""

from functools import lru_cache

from backplane.layout import Layout
from domain.explanations import Engine
from domain.quality import RandomisationStep
from explainer.samples import PreparedSamples
from explainer.trust.checks import Case, Checks
from explainer.trust.curves import CurveKind, Values
from explainer.trust.maps import Map, pixel_map
from explainer.trust.reweighting import Reweighting
from explainer.trust.subject import Subject
from explainer.wanted import wanted
from explainer.workshop import Workshop
from imaging.arrays import from_npy


class Assessing:
    """Computes the pieces. For one thread.

    Args:
        equipped: the store and the engines.
        engine: the one that explains.
        reweighting: explains with other weights.
        batch_memory_bytes: what the activations of pictures that run at once may take.
    """

    def __init__(
        self,
        equipped: Workshop,
        engine: Engine,
        reweighting: Reweighting,
        batch_memory_bytes: int,
    ) -> None:
        self._store = equipped.store
        self._catalogue = equipped.catalogue
        self._engine = equipped.engines[engine]
        self._answering = equipped.answering[engine]
        self._checks = Checks(equipped.catalogue, self._engine, reweighting, batch_memory_bytes)
        self._samples = PreparedSamples(self._catalogue, self._engine)
        self._original = lru_cache(maxsize=4)(self._read_original)

    def depths(self, subject: Subject) -> tuple[int, tuple[int, ...]]:
        """`Checks.depths` of a stored explanation."""
        return self._checks.depths(self._case(subject))

    def randomised(self, subject: Subject, depth: int) -> RandomisationStep:
        """`Checks.randomised` of a stored explanation."""
        return self._checks.randomised(self._case(subject), depth)

    def curve(self, subject: Subject, kind: CurveKind, number: int | None) -> Values:
        """`Checks.curve` of a stored explanation."""
        return self._checks.curve(self._case(subject), kind, number)

    def disturbed(self, subject: Subject, number: int) -> tuple[float, float]:
        """`Checks.disturbed` of a stored explanation."""
        return self._checks.disturbed(self._case(subject), number)

    def _case(self, subject: Subject) -> Case:
        question, workspace = subject.question, subject.workspace
        manifest = self._catalogue.model(workspace, question.model)
        sample = self._samples.get(workspace, question.model, question.dataset, question.sample)
        choice = wanted(question, manifest, sample, self._engine).choice
        asked = self._answering.asked(question, sample.inputs[None], [choice])
        return Case(asked, self._original(workspace, subject.record.id), subject.seed)

    def _read_original(self, workspace: str, explanation: str) -> Map:
        return pixel_map(from_npy(self._store.get(Layout(workspace).explanation(explanation).relevance)))
