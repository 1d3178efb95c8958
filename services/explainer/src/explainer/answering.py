"""Asking an engine a question about samples that are ready. Lives in a child process."""

from collections.abc import Sequence

from backplane.catalogue import Catalogue
from backplane.telemetry.kernels import kernel
from explainer.data_surroundings import DataSurroundings
from explainer.engine import Answer, Asked, ExplanationEngine, FloatArray, UnitChoice
from explainer.fitted_patterns import FittedPatterns
from explainer.question import Question


class Answering:
    """Puts questions to an engine, with what model and data set offer to methods.

    Args:
        catalogue: where models and data sets are.
        engine: computes.
        fitted: the patterns that runs have fitted.
    """

    def __init__(self, catalogue: Catalogue, engine: ExplanationEngine, fitted: FittedPatterns) -> None:
        self._catalogue = catalogue
        self._engine = engine
        self._fitted = fitted

    def answer(self, question: Question, inputs: FloatArray, choices: Sequence[UnitChoice]) -> Answer:
        """The answer for inputs (batch, height, width, channels), with one choice each.

        Raises:
            HubError: naming what does not fit.
        """
        asked = self.asked(question, inputs, choices)
        with kernel(
            "explain",
            method=question.method,
            engine=question.engine,
            model=question.model,
            architecture=self._catalogue.model(question.workspace, question.model).source,
            batch=len(inputs),
        ):
            return self._engine.explain(asked)

    def asked(self, question: Question, inputs: FloatArray, choices: Sequence[UnitChoice]) -> Asked:
        """The question as the engine takes it."""
        place = (question.workspace, question.model, question.dataset)
        return Asked(
            question.workspace,
            question.model,
            inputs,
            tuple(choices),
            question.method,
            question.parameters,
            question.layer,
            DataSurroundings(self._catalogue, *place, self._fitted),
        )
