"""The stubs are those of the messages, and the reasons are the same in every language of the house."""

import subprocess
import sys
from http import HTTPStatus
from pathlib import Path

import grpc
import pytest

from backplane import rpc
from domain.errors import Category, HubError, Reason
from gateway import problems
from innhub_proto.errors.v1 import errors_pb2

PROTO = Path(__file__).parents[3] / "proto"


def test_the_stubs_are_fresh(tmp_path: Path) -> None:
    # In a process of its own: protoc and TensorFlow, which other tests load, crash in one.
    subprocess.run([sys.executable, str(PROTO / "generate.py"), str(tmp_path)], check=True, timeout=120)
    fresh = {str(path.relative_to(tmp_path)): path.read_text() for path in tmp_path.rglob("*_pb2*.py*")}
    kept = {
        str(path.relative_to(PROTO / "gen")): path.read_text()
        for path in (PROTO / "gen").rglob("*_pb2*.py*")
        if path.suffix in {".py", ".pyi"}
    }
    assert fresh
    assert kept.keys() == fresh.keys()
    assert [name for name in fresh if fresh[name] != kept[name]] == [], "run `make proto`"


def test_the_reasons_are_the_same_in_messages_and_code() -> None:
    messages = {name.removeprefix("REASON_") for name in errors_pb2.Reason.keys()} - {"UNSPECIFIED"}  # noqa: SIM118
    assert messages == {reason.value for reason in Reason}


def test_every_reason_has_a_category() -> None:
    for reason in Reason:
        assert isinstance(reason.category, Category)


@pytest.mark.parametrize("category", Category)
def test_every_category_has_a_status_on_both_transports(category: Category) -> None:
    assert isinstance(rpc._STATUS[category], grpc.StatusCode)
    assert rpc._STATUS[category] is not grpc.StatusCode.OK
    assert isinstance(problems._STATUS[category], HTTPStatus)
    assert problems._STATUS[category] >= HTTPStatus.BAD_REQUEST


def test_a_problem_document_says_everything_an_error_knows() -> None:
    answer = problems.problem(HubError(Reason.UNAUTHENTICATED, "Nobody is signed in.", "Sign in."))
    assert answer.status_code == HTTPStatus.UNAUTHORIZED
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.media_type == "application/problem+json"
    for part in (b"UNAUTHENTICATED", b"Nobody is signed in.", b"Sign in."):
        assert part in answer.body
