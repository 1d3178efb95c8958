"""The drill of docs/operations/backup.md, with its own commands: both stores lose their disks, and all comes back."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
from e2e.faults.stack import FaultStack
from e2e.faults.subject import Subject, until
from e2e.faults.test_operating import answers, names
from e2e.program import program

from innhub import Hub

PAGE = Path(__file__).parents[3] / "docs/operations/backup.md"


def commands(title: str) -> str:
    """A block of commands of the page, by its first line."""
    (block,) = re.findall(rf"```sh\n# {title}\n(.*?)```", PAGE.read_text(), re.DOTALL)
    return str(block)


def shell(stack: FaultStack, copy: Path) -> Callable[[str], str]:
    """Runs commands of the page as an operator would, who has the programs and knows the store."""
    environment = {
        **stack.environment,
        **{name: value for name, value in stack.reached.items() if name.startswith("INNHUB_S3_")},
        "INNHUB_BACKUP": str(copy),
        "RCLONE_CONFIG": "/dev/null",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }

    def run(block: str) -> str:
        ended = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", block], env=environment, capture_output=True, text=True, timeout=120
        )
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    return run


def test_all_comes_back_after_both_stores_have_lost_their_disks(
    stack: FaultStack, hub: Hub, subject: Subject, tmp_path: Path
) -> None:
    run = subject.ended(hub.predict(subject.dataset, [subject.model]))
    explained = hub.explain(subject.model, subject.dataset[0], method="gradient")
    relevance, known, runs = explained.relevance, names(hub), {one.id for one in hub.runs.list()}
    operator = shell(stack, tmp_path / "bucket")

    known_to_rclone = commands("the bucket, as rclone knows it")

    operator(known_to_rclone + commands("take a copy"))
    stack.stop("nats")
    shutil.copytree(stack.home.folder / "nats", tmp_path / "nats")
    stack.stop("s3")
    for store in ("nats", "s3"):
        stack.lose_disk(store)
    (stack.home.folder / "s3").mkdir()
    stack.start("s3", "nats")
    until(lambda: answers(hub), "the gateway to reach NATS again")
    assert names(hub) == (set(), set()), "nothing may be left that the drill could find by chance"
    assert list(stack.store.list("")) == []

    restored = operator(known_to_rclone + commands("bring it back"))

    assert all(name in restored for name in (subject.model.name, subject.dataset.name))
    assert names(hub) == known
    again = hub.explain(subject.model, subject.dataset[0], method="gradient")
    assert again.id == explained.id
    np.testing.assert_array_equal(again.relevance, relevance)
    hub.explain(subject.model, subject.dataset[1], method="gradient")
    assert hub.runs.list() == [], "the history of runs lies in NATS alone"

    stack.stop("nats")
    stack.lose_disk("nats")
    shutil.copytree(tmp_path / "nats", stack.home.folder / "nats")
    stack.start("nats")
    until(lambda: answers(hub), "the gateway to reach NATS again")

    assert {one.id for one in hub.runs.list()} == runs
    subject.assert_each_sample_once(hub.runs.get(run.id))
    assert "Nothing was missing." in program(stack.environment)("admin", "reindex").stdout
