"""The bundled stores: what they are started with is understood by their programs, and their volumes stay."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from helm.chart import of_kind, one, pods, rendered

from charts import helm
from charts.places import CHART


def program(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


def test_nats_understands_its_configuration(tmp_path: Path) -> None:
    configuration = tmp_path / "nats.conf"
    configuration.write_text(one(rendered("default"), "ConfigMap", "innhub-nats")["data"]["nats.conf"])
    secret = one(rendered("default"), "Secret", "innhub-nats")["data"]
    assert set(secret) == {"user", "password"}
    environment = {**os.environ, "NATS_USER": "innhub", "NATS_PASSWORD": "p0123456789"}
    said = subprocess.run(
        [program("nats-server"), "-t", "-c", configuration],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "is valid" in said.stderr, said.stderr


def test_the_s3_server_understands_its_arguments() -> None:
    [container] = pods(rendered("default"))["s3"]["spec"]["containers"]
    said = subprocess.run([program("weed"), "help", "mini"], capture_output=True, text=True, check=False)
    known = set(re.findall(r"^  -([\w.]+)", said.stdout + said.stderr, re.M))
    command, *options = container["args"]
    assert (container["command"], command) == (["weed"], "mini")
    assert {option.removeprefix("-").partition("=")[0] for option in options} <= known
    assert "-bucket=artifacts" in options


def test_another_s3_server_can_take_the_place_of_the_bundled_one() -> None:
    [container] = pods(rendered("placed"))["s3"]["spec"]["containers"]
    assert "command" not in container
    assert container["args"] == ["server", "/data", "--address=:8333"]
    assert {"MINIO_ROOT_USER", "MINIO_ROOT_PASSWORD"} <= {variable["name"] for variable in container["env"]}
    assert container["readinessProbe"]["httpGet"]["path"] == "/minio/health/live"


def test_volumes_outlive_an_uninstall_unless_told() -> None:
    for store in of_kind(rendered("default"), "StatefulSet"):
        assert store["spec"]["persistentVolumeClaimRetentionPolicy"] == {
            "whenDeleted": "Retain",
            "whenScaled": "Retain",
        }
    told = one(rendered("placed"), "StatefulSet", "innhub-s3")["spec"]["persistentVolumeClaimRetentionPolicy"]
    assert told == {"whenDeleted": "Delete", "whenScaled": "Retain"}


def test_a_newer_version_of_the_chart_changes_nothing_of_the_stores_and_renews_the_services(tmp_path: Path) -> None:
    helm.run("package", str(CHART), "--version=9.9.9", "--app-version=9.9.9", f"--destination={tmp_path}")
    newer = helm.render(chart=tmp_path / "innhub-9.9.9.tgz")
    for name in ("innhub-nats", "innhub-s3"):
        assert one(newer, "StatefulSet", name)["spec"] == one(rendered("default"), "StatefulSet", name)["spec"]
    for deployment in of_kind(newer, "Deployment"):
        [container] = deployment["spec"]["template"]["spec"]["containers"]
        assert container["image"].endswith(":9.9.9")


def test_volumes_are_called_as_the_page_about_backups_says() -> None:
    for name in ("innhub-nats", "innhub-s3"):
        store = one(rendered("default"), "StatefulSet", name)["spec"]
        [claim] = store["volumeClaimTemplates"]
        assert f"{claim['metadata']['name']}-{name}-0" in {"data-innhub-nats-0", "data-innhub-s3-0"}
        assert store["replicas"] == 1


def test_without_volumes_data_lies_in_a_sized_folder() -> None:
    for name in ("innhub-nats", "innhub-s3"):
        store = one(rendered("throwaway"), "StatefulSet", name)["spec"]
        assert "volumeClaimTemplates" not in store
        volumes = {volume["name"]: volume for volume in store["template"]["spec"]["volumes"]}
        assert volumes["data"]["emptyDir"]["sizeLimit"]


@pytest.mark.parametrize(("name", "kept"), [("external-s3", {"nats"}), ("external-nats", {"s3"}), ("minimal", set())])
def test_a_store_of_ones_own_replaces_the_bundled_one(name: str, kept: set[str]) -> None:
    components = {
        store["metadata"]["labels"]["app.kubernetes.io/component"] for store in of_kind(rendered(name), "StatefulSet")
    }
    assert components == kept
