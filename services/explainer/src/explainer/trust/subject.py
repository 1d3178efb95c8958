"""What is assessed, as it goes to a child process: an explanation, named by its record."""

from dataclasses import dataclass

from domain.explanations import ExplanationRecord
from explainer.question import Question


@dataclass(frozen=True)
class Subject:
    """A stored explanation.

    Attributes:
        workspace: where it lies.
        record: its record.
        seed: of all that is random in the checks.
    """

    workspace: str
    record: ExplanationRecord
    seed: int

    @property
    def question(self) -> Question:
        """What had been asked to get it."""
        record = self.record
        return Question(
            workspace=self.workspace,
            model=record.model,
            dataset=record.dataset,
            sample=record.sample,
            method=record.method,
            parameters=record.parameters,
            target=record.target,
            layer=record.layer,
            engine=record.engine,
        )
