"""Values: every one is described, one that is misspelt is refused by its name, and what contradicts itself says so."""

import json
import tomllib
from pathlib import Path

import jsonschema
import pytest
import yaml
from helm.chart import NAMES, environment, rendered

from charts import described, helm, readme, schema
from charts.places import CHART, README, ROOT, SCHEMA, VALUES, examples
from domain.errors import HubError

GROUPS = described.read(VALUES)


def refused(*settings: str) -> str:
    with pytest.raises(HubError) as caught:
        helm.render(settings=settings)
    return str(caught.value)


@pytest.mark.parametrize("path", [README, SCHEMA], ids=lambda path: path.name)
def test_what_is_made_of_the_values_is_current(path: Path) -> None:
    made = readme.of(GROUPS, examples()) if path == README else schema.of(GROUPS)
    assert path.read_text() == made, "run `make chart-docs`"


def test_helm_finds_nothing_to_complain_about() -> None:
    assert "0 chart(s) failed" in helm.run("lint", "--strict", str(CHART))


def test_the_chart_has_the_version_of_the_product() -> None:
    described_chart = yaml.load((CHART / "Chart.yaml").read_text(), Loader=yaml.CSafeLoader)
    product = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert (described_chart["version"], described_chart["appVersion"]) == (product, product)


def test_there_is_an_example_for_each_kind_of_cluster() -> None:
    wanted = {"laptop", "cpu-cluster", "gpu-gke", "gpu-eks", "gpu-aks", "external-s3", "external-nats", "oidc", "keda"}
    assert wanted <= set(NAMES)
    assert len(NAMES) > 12
    for example in examples():
        assert example.read_text().startswith("# "), f"{example.name} does not say what it is for"


@pytest.mark.parametrize(
    ("setting", "named"),
    [
        ("explainer.replcas=3", "replcas"),
        ("explainr.replicas=3", "explainr"),
        ("gateway.ingress.hostname=a", "hostname"),
        ("explainer.settings.INNHUB_BATCH=3", "INNHUB_BATCH"),
        ("ui.gpu.enabled=true", "gpu"),
        ("defaults.nodeselector.a=b", "nodeselector"),
        ("nats.storage.sise=1Gi", "sise"),
        ("oidc.clientID=a", "clientID"),
    ],
)
def test_a_value_that_is_misspelt_is_refused_by_its_name(setting: str, named: str) -> None:
    assert f"'{named}' not allowed" in refused(setting)


@pytest.mark.parametrize(
    ("setting", "where"),
    [
        ("drainSeconds=soon", "/drainSeconds"),
        ("drainSeconds=0.5", "/drainSeconds"),
        ("explainer.replicas=-1", "/explainer/replicas"),
        ("explainer.autoscaling.minReplicas=0", "/explainer/autoscaling/minReplicas"),
        ("ui.digest=latest", "/ui/digest"),
        ("explainer.autoscaling.kind=vpa", "/explainer/autoscaling/kind"),
        ("s3.storage.size=large", "/s3/storage/size"),
        ("s3.storage.whenDeleted=Keep", "/s3/storage/whenDeleted"),
        ("token.enabled=perhaps", "/token/enabled"),
        ("gateway.rollingUpdate.maxSurge=a lot", "/gateway/rollingUpdate/maxSurge"),
        ("gateway.resources.limits.memory=null", "/gateway/resources/limits"),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused_with_its_place(setting: str, where: str) -> None:
    assert f"at '{where}'" in refused(setting)


@pytest.mark.parametrize(
    ("settings", "advice"),
    [
        (("s3.enabled=false",), "s3.endpoint is empty"),
        (("s3.enabled=false", "s3.endpoint=a:1"), "s3.existingSecret is empty"),
        (("nats.enabled=false",), "nats.url is empty"),
        (("token.enabled=false",), "nobody could sign in"),
        (("oidc.enabled=true",), "oidc.issuer is empty"),
        (
            ("oidc.enabled=true", "oidc.issuer=https://a", "oidc.clientId=a", "oidc.existingSecret=a"),
            "publicUrl is empty",
        ),
        (("explainer.autoscaling.minReplicas=9",), "explainer.autoscaling.minReplicas is larger"),
        (
            ("explainer.autoscaling.enabled=true", "nats.enabled=false", "nats.url=nats://a:1"),
            "nats.monitoringEndpoint is empty",
        ),
        (("gateway.ingress.enabled=true",), "gateway.ingress.host is empty"),
        (("gateway.ingress.grpc.enabled=true",), "gateway.ingress.grpc.host is empty"),
        (("gateway.gatewayApi.enabled=true",), "gateway.gatewayApi.parentRefs is empty"),
    ],
)
def test_values_that_need_others_say_which(settings: tuple[str, ...], advice: str) -> None:
    assert advice in refused(*settings)


def test_the_schema_is_one_and_takes_every_example() -> None:
    found = json.loads(SCHEMA.read_text())
    jsonschema.Draft7Validator.check_schema(found)
    for example in [VALUES, *examples()]:
        jsonschema.validate(yaml.load(example.read_text(), Loader=yaml.CSafeLoader), found)


def test_every_group_of_the_schema_is_closed_and_every_value_described() -> None:
    def look(part: dict[str, object], path: str) -> None:
        assert part.get("description") or path in {"", ".global"}, f"{path} is not described"
        properties = part.get("properties")
        if isinstance(properties, dict):
            assert part["additionalProperties"] is False, path
            for name, inner in properties.items():
                if "settings." not in f"{path}.{name}" and not path.endswith("resources"):
                    look(inner, f"{path}.{name}")

    look(json.loads(SCHEMA.read_text()), "")


def test_what_is_false_or_zero_or_empty_in_a_part_holds_against_what_is_said_for_all() -> None:
    settings = ("defaults.priorityClassName=high", "s3.priorityClassName=", "gateway.podDisruptionBudget=false")
    manifests = rendered("default", settings)
    classes = {
        manifest["metadata"]["name"]: manifest["spec"]["template"]["spec"].get("priorityClassName")
        for manifest in manifests
        if manifest["kind"] in {"Deployment", "StatefulSet"}
    }
    assert classes == {name: None if name == "innhub-s3" else "high" for name in classes}
    budgets = {manifest["metadata"]["name"] for manifest in manifests if manifest["kind"] == "PodDisruptionBudget"}
    assert "innhub-gateway" not in budgets
    assert "innhub-ui" in budgets


def test_two_releases_in_one_namespace_share_nothing() -> None:
    first = {(m["kind"], m["metadata"]["name"]) for m in rendered("default")}
    second = {(m["kind"], m["metadata"]["name"]) for m in rendered("default", ("fullnameOverride=drill",))}
    assert first & second == set()
    assert (
        environment(rendered("default", ("fullnameOverride=drill",)), "ui")["INNHUB_URL"] == "http://drill-gateway:8080"
    )


def test_a_description_is_taken_from_the_comment_above_a_value(tmp_path: Path) -> None:
    values = tmp_path / "values.yaml"
    values.write_text('# A group.\na:\n  # Its size.\n  # @quantity\n  size: 1Gi\n  # One.\n  # @enum x ""\n  one: x\n')
    group = described.read(values)["a"]
    assert (group.comment, group.parts["size"].comment, group.parts["size"].kind) == (
        "A group.",
        "Its size.",
        "quantity",
    )
    assert group.parts["one"].words == ("x", "")


def test_a_value_without_a_description_is_told(tmp_path: Path) -> None:
    values = tmp_path / "values.yaml"
    values.write_text("# A group.\na:\n  size: 1Gi\n")
    with pytest.raises(HubError, match=r"a\.size has no description"):
        described.read(values)
