"""Who may know whom. The rooms of the house and the doors between them, read from the source and the lock."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from lock import closure

ROOT = Path(__file__).parents[2]
ROOMS = {
    "domain": "libs/domain/src/domain",
    "backplane": "libs/backplane/src/backplane",
    "imaging": "libs/imaging/src/imaging",
    "inputs": "libs/inputs/src/inputs",
    "network": "libs/network/src/network",
    "serving": "libs/serving/src/serving",
    "gateway": "services/gateway/src/gateway",
    "inference": "services/inference/src/inference",
    "explainer": "services/explainer/src/explainer",
    "suggest": "services/suggest/src/suggest",
    "innhub": "client/src/innhub",
    "ui": "ui/src/ui",
    "laptop": "deploy/local/src/laptop",
    "images": "deploy/images/src/images",
    "charts": "deploy/helm/src/charts",
    "demo": "examples/src/demo",
}
ALLOWED: dict[str, set[str]] = {
    "domain": set(),
    "backplane": {"domain", "innhub_proto"},
    "imaging": {"domain"},
    "inputs": {"backplane", "domain", "imaging"},
    "network": {"domain"},
    "serving": set(),
    "gateway": {"backplane", "domain", "innhub_proto", "serving"},
    "inference": {"backplane", "domain", "imaging", "inputs", "network", "innhub_proto"},
    "explainer": {"backplane", "domain", "imaging", "inputs", "network", "innhub_proto"},
    "suggest": {"backplane", "domain", "imaging", "innhub_proto"},
    "innhub": set(),
    "ui": {"innhub", "serving"},
    "laptop": {"backplane", "domain"},
    "images": {"backplane", "domain"},
    "charts": {"backplane", "domain"},
    "demo": {"domain", "innhub"},
}
MESSAGES_ARE_KNOWN_BY = {"servicer", "worker", "converters", "public_rpc", "listener", "events", "bootstrap"}
HEAVY = {"tensorflow", "tensorflow-cpu", "keras", "tf-keras", "innvestigate"}
FIRST_PARTY = {*ROOMS, "innhub_proto"}


def modules(room: str) -> list[Path]:
    found = sorted((ROOT / ROOMS[room]).rglob("*.py"))
    assert found, f"{room} has no modules where this test looks"
    return found


ALL_MODULES = [path for room in ROOMS for path in modules(room)]


def imports(path: Path) -> Iterator[str]:
    """Every module that a module imports, wherever in it the import stands."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_every_package_of_the_workspace_is_a_room_of_this_test() -> None:
    packages = {
        str(init.parent.relative_to(ROOT))
        for pattern in ("libs/*/src/*", "services/*/src/*", "*/src/*", "deploy/*/src/*")
        for init in ROOT.glob(f"{pattern}/__init__.py")
    }
    assert packages == set(ROOMS.values())


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_knows_only_whom_it_may(room: str) -> None:
    strangers = {
        f"{shown(path)} imports {name}"
        for path in modules(room)
        for name in imports(path)
        if (top := name.partition(".")[0]) in FIRST_PARTY - {room} and top not in ALLOWED[room]
    }
    assert strangers == set()


@pytest.mark.parametrize("room", ROOMS)
def test_messages_are_known_only_at_the_border(room: str) -> None:
    inside = {
        shown(path)
        for path in modules(room)
        if any(name.startswith("innhub_proto") for name in imports(path))
        and path.stem not in MESSAGES_ARE_KNOWN_BY
        and path.parent.name not in {"clients", "servicers", "converters"}
    }
    assert inside == set()


@pytest.mark.parametrize(
    "room", ["gateway", "suggest", "innhub", "ui", "domain", "backplane", "imaging", "inputs", "serving"]
)
def test_a_light_room_imports_no_tensorflow(room: str) -> None:
    heavy = {name.replace("-", "_") for name in HEAVY}
    assert not [shown(path) for path in modules(room) for name in imports(path) if name.partition(".")[0] in heavy]


def test_the_lock_is_read_rightly() -> None:
    assert {"tensorflow-cpu", "keras", "innvestigate"} <= closure("innhub-explainer")
    assert {"tensorflow-cpu", "keras"} <= closure("innhub-inference")


@pytest.mark.parametrize("package", ["innhub-gateway", "innhub-suggest", "innhub-ui", "innhub"])
def test_a_light_package_installs_no_tensorflow(package: str) -> None:
    assert closure(package) & HEAVY == set()


@pytest.mark.parametrize("package", ["innhub"])
def test_the_client_installs_nothing_of_the_house(package: str) -> None:
    assert {name for name in closure(package) if name.startswith("innhub-")} == set()


@pytest.mark.parametrize(
    "module", ["gateway.app", "suggest.bootstrap", "ui.app", "innhub.cli", "inference.bootstrap", "explainer.bootstrap"]
)
def test_a_service_starts_without_tensorflow(module: str) -> None:
    code = f"import sys, {module}; print(sorted({{'tensorflow', 'keras', 'tf_keras'}} & set(sys.modules)))"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert (said.returncode, said.stdout.strip()) == (0, "[]"), said.stderr
