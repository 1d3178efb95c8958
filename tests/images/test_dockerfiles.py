"""What every Dockerfile promises, read from its text and held against the lock."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from lock import LOCKED, PACKAGES, closure

from images.catalogue import FOLDER, IMAGES, ROOT, Image

HASH = r"(?: \\\n    --hash=sha256:[0-9a-f]{64})+"
every_image = pytest.mark.parametrize("image", IMAGES, ids=lambda image: image.service)


def instructions(image: Image) -> list[tuple[str, str]]:
    """Name and arguments of each instruction, its lines joined."""
    text = re.sub(r"\\\n\s*", "", image.dockerfile.read_text())
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(name, arguments) for name, _, arguments in (line.partition(" ") for line in lines)]


def arguments_of(image: Image, name: str) -> list[str]:
    return [arguments for other, arguments in instructions(image) if other == name]


def folders_of_workspace(package: str) -> set[str]:
    """Where the packages of the workspace lie that a package needs, itself among them."""
    sources = [PACKAGES[name]["source"] for name in closure(package)]
    return {source["editable"] for source in sources if "editable" in source}


def without_its_own(image: Image) -> str:
    """The text of a Dockerfile without what each service says for itself."""
    text = image.dockerfile.read_text()
    text = re.sub(
        r"^(# .*|COPY (libs|proto|services|ui|client)\b.*|EXPOSE.*|ARG TENSORFLOW=cpu)\n", "", text, flags=re.M
    )
    text = re.sub(r"( \\)?\n    (INNHUB|TF)_?\w+=\S+", "", text)
    text = re.sub(r"    CMD \[.*\]|description=\".*\"", "", text)
    return text.replace(image.service, "SERVICE")


def test_there_is_a_dockerfile_for_every_image_and_no_other() -> None:
    assert {path.name for path in FOLDER.glob("*Dockerfile")} == {image.dockerfile.name for image in IMAGES}


def test_hadolint_finds_nothing() -> None:
    program = Path(sys.executable).with_name("hadolint")
    files = [str(image.dockerfile) for image in IMAGES]
    said = subprocess.run([program, *files], capture_output=True, text=True, timeout=60, check=False)
    assert (said.returncode, said.stdout) == (0, ""), said.stderr


def test_hadolint_would_find_something(tmp_path: Path) -> None:
    wrong = tmp_path / "Dockerfile"
    wrong.write_text("FROM debian:latest\nRUN cd /tmp\n")
    program = Path(sys.executable).with_name("hadolint")
    said = subprocess.run([program, wrong], capture_output=True, text=True, timeout=60, check=False)
    assert said.returncode != 0
    assert "DL3007" in said.stdout


@every_image
def test_an_image_copies_what_its_service_needs_of_the_workspace_and_nothing_else(image: Image) -> None:
    copied = {arguments.split()[0] for arguments in arguments_of(image, "COPY")}
    ours = {"proto" if folder == "proto/gen" else folder for folder in copied}
    rooms = {str(path.parent.relative_to(ROOT)) for path in ROOT.rglob("pyproject.toml") if ".venv" not in path.parts}
    assert ours & (rooms - {"."}) == folders_of_workspace(f"innhub-{image.service}")


@every_image
def test_an_image_runs_as_nobody_in_particular(image: Image) -> None:
    assert arguments_of(image, "USER") == ["10001:10001"]


@every_image
def test_signals_reach_the_service_itself(image: Image) -> None:
    assert [json.loads(form) for form in arguments_of(image, "ENTRYPOINT")] == [["python", "-m", image.service]]
    assert arguments_of(image, "CMD") == []
    assert arguments_of(image, "STOPSIGNAL") == ["SIGTERM"]


@every_image
def test_an_image_stands_on_the_one_base_that_is_an_argument(image: Image) -> None:
    [first, last] = [argument for argument in arguments_of(image, "ARG") if argument.partition("=")[0] == "BASE"]
    assert re.fullmatch(r"BASE=[\w./-]+:[\w.-]+", first)
    assert ":latest" not in first
    assert last == "BASE", "the label of the base is taken from the same argument"
    stages = [arguments.partition(" AS ")[0] for arguments in arguments_of(image, "FROM")]
    assert stages[0] == stages[1] == stages[-1] == "${BASE}"


@every_image
def test_the_last_stage_only_takes_what_others_made(image: Image) -> None:
    names = [name for name, _ in instructions(image)]
    last = names[len(names) - names[::-1].index("FROM") :]
    assert "RUN" not in last
    assert "ADD" not in names
    copied = [arguments for name, arguments in instructions(image)[-len(last) :] if name == "COPY"]
    assert copied == ["--from=dependencies /opt/innhub /opt/innhub", "--from=code /own /"]


@every_image
def test_an_image_checks_the_health_of_its_own_port(image: Image) -> None:
    [check] = arguments_of(image, "HEALTHCHECK")
    command = json.loads(check.partition("CMD ")[2])
    port, path = image.page or (50051, "")
    assert str(port) in " ".join(command)
    assert path in " ".join(command)
    assert str(port) in arguments_of(image, "EXPOSE")[0].split()


@every_image
def test_only_an_image_with_tensorflow_can_choose_which(image: Image) -> None:
    assert ("TENSORFLOW=cpu" in arguments_of(image, "ARG")) is image.tensorflow
    assert ("tensorflow-cpu" in closure(f"innhub-{image.service}")) is image.tensorflow


@pytest.mark.parametrize("image", IMAGES[1:], ids=lambda image: image.service)
def test_dockerfiles_differ_only_in_what_a_service_says_for_itself(image: Image) -> None:
    assert without_its_own(image) == without_its_own(IMAGES[0])


@pytest.mark.parametrize("name", ["uv.txt", "cuda.txt"])
def test_all_that_does_not_come_from_the_lock_is_pinned_with_hashes(name: str) -> None:
    text = "".join(line for line in (FOLDER / name).read_text().splitlines(keepends=True) if not line.startswith("#"))
    assert re.fullmatch(rf"([a-z0-9-]+==[0-9.]+{HASH}\n)+", text)
    installed = re.findall(r"pip install(?:.*\\\n)*.*", (FOLDER / "install.sh").read_text())
    assert len(installed) == 2
    assert all("--require-hashes" in command and "--no-deps" in command for command in installed)


def test_images_take_the_uv_of_the_makefile() -> None:
    version = re.search(r"^UV_VERSION := (.*)$", (ROOT / "Makefile").read_text(), re.M)
    assert version is not None
    assert re.findall(r"^uv==(\S+)", (FOLDER / "uv.txt").read_text(), re.M) == [version[1]]


def test_tensorflow_with_cuda_is_of_the_version_in_the_lock() -> None:
    [locked] = [found["version"] for found in LOCKED if found["name"] == "tensorflow-cpu"]
    pinned = dict(re.findall(r"^([a-z0-9-]+)==(\S+)", (FOLDER / "cuda.txt").read_text(), re.M))
    assert pinned.pop("tensorflow") == locked
    assert pinned
    assert set(pinned) & PACKAGES.keys() == set(), "what the lock has comes from the lock"


def test_what_the_images_need_goes_to_the_builder() -> None:
    rules = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")]
    assert rules[0] == "*"
    sent = {rule.removeprefix("!") for rule in rules if rule.startswith("!")}
    for member in [path for path in ROOT.rglob("pyproject.toml") if ".venv" not in path.parts]:
        path = member.relative_to(ROOT)
        assert sent & {str(path), *(str(parent) for parent in path.parents)}, f"{path} is part of the lock"
