"""A question as it goes to a child process, and the key under which its answer is stored."""

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from typing import Any

from pydantic import JsonValue

from domain.explanations import Engine
from domain.targets import Target, UnitTarget

EDITION = 3
"""Raised when a change of the engines changes their answers: what was stored before is then computed anew."""


@dataclass(frozen=True)
class Question:
    """What to explain, and how. `parameters` has all defaults filled in."""

    workspace: str
    model: str
    dataset: str
    sample: int
    method: str
    parameters: dict[str, JsonValue]
    target: Target
    layer: str
    engine: Engine

    def with_parameters(self, parameters: dict[str, JsonValue]) -> "Question":
        """This question with other parameters."""
        return replace(self, parameters=parameters)

    @property
    def batch(self) -> "Question":
        """What all questions have in common that can be answered at once: all but sample and target of the same
        layer."""
        layer = self.target.layer if isinstance(self.target, UnitTarget) else ""
        return replace(self, sample=0, target=layer)

    def digest(self, network_digest: str) -> str:
        """SHA-256 of all that determines the answer; equal questions have equal digests."""
        return _digest(self._facts | {"network": network_digest})

    @property
    def digest_of_asked(self) -> str:
        """SHA-256 of what is asked, whatever the model and the sample: what runs over data sets have in common."""
        places = ("workspace", "model", "dataset", "sample")
        return _digest({name: fact for name, fact in self._facts.items() if name not in places})

    @property
    def _facts(self) -> dict[str, Any]:
        facts = asdict(self) | {"edition": EDITION}
        if isinstance(self.target, UnitTarget):
            facts["target"] = self.target.model_dump(exclude_none=True)
        return facts


def _digest(facts: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(_canonical(facts), sort_keys=True).encode()).hexdigest()


def _canonical(value: Any) -> Any:
    """Numbers as floats: transports do not agree on whether 32 is an integer."""
    if isinstance(value, dict):
        return {key: _canonical(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_canonical(item) for item in value]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value
