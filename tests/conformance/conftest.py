"""Conformance of every explanation method: with innvestigate, with the papers, and with itself."""

import os
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import pytest
from conformance.reference import ReferenceAnswers, answered
from conformance.reference_questions import everything


@pytest.fixture(scope="session")
def reference(tmp_path_factory: pytest.TempPathFactory) -> ReferenceAnswers:
    """What innvestigate answers to all questions of the tests, asked in one process."""
    folder: Path = tmp_path_factory.mktemp("reference")
    return answered(everything(), folder)
