"""The examples of the README do what they say."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import HubStack

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()


@pytest.mark.parametrize("example", re.findall(r"```python\n(.*?)```", README, re.DOTALL))
def test_every_python_example_runs_against_the_demo(example: str, hub_stack: HubStack, tmp_path: Path) -> None:
    environment = {**os.environ, **hub_stack.environment, "INNHUB_GRPC": hub_stack.grpc_address}

    ended = subprocess.run(
        [sys.executable, "-c", example], env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=300
    )

    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.strip(), "an example prints what it found"


@pytest.mark.parametrize("command", re.findall(r"^\.venv/bin/innhub ([^#\n]+)", README, re.MULTILINE))
def test_every_command_of_the_readme_exists_with_its_options(command: str) -> None:
    words = command.split()
    options = [word for word in words if word.startswith("-")]
    names = words[:2] if words[0] in {"models", "datasets", "suggest", "runs", "selections", "admin"} else words[:1]

    program = Path(sys.executable).with_name("innhub")
    ended = subprocess.run(
        [program, *names, "--help"], env={**os.environ, "COLUMNS": "200"}, capture_output=True, text=True
    )

    assert ended.returncode == 0, ended.stderr
    assert all(option in ended.stdout for option in options), ended.stdout


def test_the_picture_of_the_readme_is_there() -> None:
    pictures = re.findall(r"!\[.*?\]\((.*?)\)", README)

    assert pictures
    assert all((ROOT / picture).is_file() for picture in pictures)
