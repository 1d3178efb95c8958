"""What is handed to a build, and what is made of what comes out."""

import json
from pathlib import Path

import pytest

from domain.errors import HubError
from images import mirror
from images.commands import run
from images.measured import Measured, table
from images.sbom import main, with_cuda

BILL = {
    "components": [
        {"bom-ref": "tf-1", "name": "tensorflow-cpu", "version": "2.21.0"},
        {"bom-ref": "np-2", "name": "numpy", "version": "2.4.6"},
    ],
    "dependencies": [
        {"ref": "hub-0", "dependsOn": ["tf-1", "np-2"]},
        {"ref": "tf-1", "dependsOn": ["np-2"]},
        {"ref": "np-2"},
    ],
}
CUDA = "# why\nnvidia-cudnn-cu12==9.28.0.42 \\\n    --hash=sha256:00\ntensorflow==2.21.0 \\\n    --hash=sha256:11\n"


def test_the_bill_with_cuda_names_what_was_installed_and_not_what_it_replaced() -> None:
    bill = with_cuda(BILL, CUDA)
    parts = {part["name"]: part["version"] for part in bill["components"]}
    assert parts == {"numpy": "2.4.6", "tensorflow": "2.21.0", "nvidia-cudnn-cu12": "9.28.0.42"}
    needs = {arrow["ref"]: arrow.get("dependsOn", []) for arrow in bill["dependencies"]}
    assert needs["hub-0"] == ["tensorflow@2.21.0", "np-2"]
    assert set(needs["tensorflow@2.21.0"]) == {"np-2", "nvidia-cudnn-cu12@9.28.0.42"}
    assert set(needs) == {"hub-0", *(part["bom-ref"] for part in bill["components"])}


def test_the_bill_of_the_lock_stays_as_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "bill.json").write_text(json.dumps(BILL))
    main(str(tmp_path / "bill.json"))
    assert json.loads(capsys.readouterr().out) == BILL


def test_a_build_is_told_where_the_index_is_but_no_folders_of_this_machine() -> None:
    environment = {"PIP_INDEX_URL": "https://mirror/simple", "UV_INDEX_HOUSE_PASSWORD": "secret", "HOME": "/home/me"}
    pip = {"PIP_INDEX_URL": "https://other/simple", "PIP_EXTRA_INDEX_URL": "file:///wheels", "PIP_DEFAULT_TIMEOUT": "9"}
    index = mirror.index_settings(environment, pip)
    assert index == {
        "PIP_INDEX_URL": "https://mirror/simple",
        "UV_INDEX_HOUSE_PASSWORD": "secret",
        "PIP_DEFAULT_TIMEOUT": "9",
    }
    assert set(mirror.private(index)) == {"https://mirror/simple", "secret"}


def test_secrets_of_a_build_are_files_that_only_their_owner_reads(tmp_path: Path) -> None:
    certificates, settings = tmp_path / "ca.crt", tmp_path / "uv.toml"
    certificates.touch()
    settings.touch()
    environment = {
        "UV_DEFAULT_INDEX": "https://a b/'simple'",
        "SSL_CERT_FILE": str(certificates),
        "UV_CONFIG_FILE": str(settings),
    }
    found = mirror.secrets(environment, tmp_path)
    assert found["certificates"] == certificates
    assert found["uv.toml"] == settings
    assert found["index"].stat().st_mode & 0o077 == 0
    assert run("sh", "-c", f'. {found["index"]}; printf %s "$UV_DEFAULT_INDEX"') == environment["UV_DEFAULT_INDEX"]


def test_a_program_that_fails_is_told_with_what_it_said() -> None:
    with pytest.raises(HubError, match="no room left"):
        run("sh", "-c", "echo no room left >&2; exit 3")
    with pytest.raises(HubError, match="no program buildah-of-nobody"):
        run("buildah-of-nobody")


def test_the_table_has_a_row_for_each_image() -> None:
    lines = table([Measured("innhub-ui", (3_000_000, 2_000_000, 1_000_000), 1.25, 0.5)]).splitlines()
    assert lines[-1] == "| `innhub-ui` | 3.0 | 2.0 | 1.0 | 1.2 | 0.5 |"
    assert len({line.count("|") for line in lines}) == 1
