"""What helm does to a cluster over the life of a release: what stays, what comes back, what is left."""

from collections.abc import Iterator

import pytest
from helm.api_server import Cluster, running

from charts import helm
from charts.places import CHART

SECRETS = {"innhub-token", "innhub-s3", "innhub-nats"}
# The server knows no schemas to check with.
UNCHECKED = "--disable-openapi-validation"


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    """A cluster on which the chart was installed."""
    with running() as empty:
        command(empty, "install", "innhub", str(CHART), UNCHECKED)
        yield empty


def command(cluster: Cluster, *arguments: str) -> str:
    return helm.run(*arguments, "--namespace=hub", f"--kube-apiserver={cluster.url}", "--qps=1000")


def credentials(cluster: Cluster) -> dict[str, dict[str, str]]:
    return {name: dict(cluster.get("Secret", name)["data"]) for name in cluster.names("Secret")}


def test_an_upgrade_and_the_way_back_keep_every_credential(cluster: Cluster) -> None:
    made = credentials(cluster)
    assert set(made) == SECRETS
    command(cluster, "upgrade", "innhub", str(CHART), "--set=ui.replicas=3,nats.storage.enabled=true", UNCHECKED)
    assert cluster.get("Deployment", "innhub-ui")["spec"]["replicas"] == 3
    assert credentials(cluster) == made
    command(cluster, "rollback", "innhub", "1")
    assert cluster.get("Deployment", "innhub-ui")["spec"]["replicas"] == 2
    assert credentials(cluster) == made


def test_an_uninstall_leaves_the_credentials_and_a_new_installation_takes_them_up(cluster: Cluster) -> None:
    made = credentials(cluster)
    said = command(cluster, "uninstall", "innhub")
    assert "kept due to the resource policy" in said
    assert {(kind, name) for kind, name in cluster.objects} == {("Secret", name) for name in SECRETS}
    command(cluster, "install", "innhub", str(CHART), UNCHECKED)
    assert credentials(cluster) == made


def test_only_what_is_missing_is_made_anew_and_the_way_back_brings_back_what_was(cluster: Cluster) -> None:
    made = credentials(cluster)
    del cluster.objects["Secret", "innhub-token"]
    del cluster.get("Secret", "innhub-s3")["data"]["secret-key"]
    command(cluster, "upgrade", "innhub", str(CHART), UNCHECKED)
    now = credentials(cluster)
    assert now["innhub-nats"] == made["innhub-nats"]
    assert now["innhub-token"] != made["innhub-token"]
    assert now["innhub-s3"]["access-key"] == made["innhub-s3"]["access-key"]
    assert now["innhub-s3"]["secret-key"] != made["innhub-s3"]["secret-key"]
    command(cluster, "rollback", "innhub", "1")
    assert credentials(cluster) == made


def test_what_renders_without_a_cluster_makes_new_credentials_every_time() -> None:
    first, second = (
        {manifest["metadata"]["name"]: manifest["data"] for manifest in helm.render() if manifest["kind"] == "Secret"}
        for _ in range(2)
    )
    assert set(first) == SECRETS
    assert not [name for name in SECRETS if first[name] == second[name]]
