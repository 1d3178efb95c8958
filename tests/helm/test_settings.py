"""Variables and credentials: every variable is a setting of its service, every credential has one source."""

from collections.abc import Iterator
from typing import Any

import pytest
from helm.chart import NAMES, SERVICES, containers, environment, of_kind, one, pods, rendered
from pydantic_settings import BaseSettings

from charts.described import read
from charts.places import VALUES
from explainer.settings import ExplainerSettings
from gateway.settings import GatewaySettings
from inference.settings import InferenceSettings
from suggest.settings import SuggestSettings
from ui.settings import UiSettings

SETTINGS: dict[str, type[BaseSettings]] = {
    "gateway": GatewaySettings,
    "inference": InferenceSettings,
    "explainer": ExplainerSettings,
    "suggest": SuggestSettings,
    "ui": UiSettings,
}
every_example = pytest.mark.parametrize("name", NAMES)
ON_THE_BUS = ("gateway", "inference", "explainer", "suggest")
# What the images set, since it is about the container and not about the cluster.
OF_THE_IMAGE = {"INNHUB_GRPC_ADDRESS", "INNHUB_HTTP_ADDRESS", "INNHUB_METRICS_HOST", "INNHUB_METRICS_PORT"}


def variables(settings: type[BaseSettings]) -> Iterator[str]:
    """The names under which settings are read, those of settings in them too."""
    for name, described in settings.model_fields.items():
        if isinstance(described.annotation, type) and issubclass(described.annotation, BaseSettings):
            yield from variables(described.annotation)
        else:
            yield f"{settings.model_config['env_prefix']}{name}".upper()


@every_example
@pytest.mark.parametrize("service", SERVICES)
def test_every_variable_is_a_setting_of_its_service(service: str, name: str) -> None:
    given = {key for key in environment(rendered(name), service) if key.startswith("INNHUB_")}
    assert given - set(variables(SETTINGS[service])) == set()


@pytest.mark.parametrize("service", SERVICES)
def test_values_offer_only_settings_that_the_service_has_and_the_chart_does_not_set(service: str) -> None:
    offered = set(read(VALUES)[service].parts["settings"].words)
    assert offered - set(variables(SETTINGS[service])) == set()
    fixed = set(environment(rendered("default"), service)) - set(read(VALUES)[service].parts["settings"].default)
    assert offered & (fixed - {"INNHUB_TASKS_ON_QUEUE", "INNHUB_THREADS"}) == set()


@pytest.mark.parametrize("name", ["default", "oidc", "external-s3", "placed"])
@pytest.mark.parametrize("service", SERVICES)
def test_a_service_takes_its_variables_and_needs_no_others(
    service: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for key, value in environment(rendered(name), service).items():
        text = "a text that is long enough" if "secretKeyRef" in value else "4" if isinstance(value, dict) else value
        monkeypatch.setenv(key, text)
    settings = SETTINGS[service].model_validate({}).model_dump()
    if service in ON_THE_BUS:
        assert settings["bus"]["url"] == "nats://innhub-nats:4222"
        external = name == "external-s3"
        assert settings["store"]["endpoint"] == ("minio.storage.example:9000" if external else "innhub-s3:8333")
        assert settings["store"]["secure"] is external
    if service == "gateway" and name == "oidc":
        assert settings["oidc"]["allowed_groups"] == {"research", "guests"}
        assert settings["oidc"]["session_seconds"] == 8 * 3600


def test_numbers_are_written_as_services_read_them() -> None:
    assert environment(rendered("placed"), "explainer")["INNHUB_BATCH_MEMORY_BYTES"] == "2147483648"
    assert environment(rendered("default"), "inference")["INNHUB_IMPORT_MEMORY_BYTES"] == "6442450944"


@pytest.mark.parametrize(("cpu", "threads"), [("4", "2"), ("3", "2"), ("1", "1"), ("500m", "1"), ("7500m", "4")])
def test_a_service_that_computes_shares_its_processors_between_a_run_and_a_person(cpu: str, threads: str) -> None:
    manifests = rendered("default", (f"explainer.resources.limits.cpu={cpu}",))
    assert environment(manifests, "explainer")["INNHUB_THREADS"] == threads


def test_threads_can_be_chosen() -> None:
    assert environment(rendered("placed"), "explainer")["INNHUB_THREADS"] == "3"


def test_services_find_each_other_and_the_pages_the_gateway() -> None:
    gateway = environment(rendered("default"), "gateway")
    assert gateway["INNHUB_EXPLAINER_ADDRESSES"] == "innhub-explainer:50051"
    assert gateway["INNHUB_UI_URL"] == "http://innhub-ui:8050"
    assert environment(rendered("default"), "ui")["INNHUB_URL"] == "http://innhub-gateway:8080"
    for manifests in (rendered("default"), rendered("minimal")):
        named = {manifest["metadata"]["name"] for manifest in of_kind(manifests, "Service")}
        for key, value in environment(manifests, "gateway").items():
            if key.endswith("_ADDRESSES"):
                assert value.partition(":")[0] in named


def references(name: str) -> dict[tuple[str, str], set[tuple[str, str]]]:
    """Which variables of which parts take which key of which Secret."""
    found: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for component, container in containers(rendered(name)):
        for variable in container.get("env", []):
            if secret := variable.get("valueFrom", {}).get("secretKeyRef"):
                found.setdefault((secret["name"], secret["key"]), set()).add((component, variable["name"]))
    return found


WHO_NEEDS_WHAT = {
    "INNHUB_TOKEN": {"gateway", "test"},
    "INNHUB_S3_ACCESS_KEY": set(ON_THE_BUS),
    "INNHUB_S3_SECRET_KEY": set(ON_THE_BUS),
    "INNHUB_NATS_USER": set(ON_THE_BUS),
    "INNHUB_NATS_PASSWORD": set(ON_THE_BUS),
    "INNHUB_OIDC_CLIENT_SECRET": {"gateway"},
}


@every_example
def test_a_credential_comes_from_one_key_of_one_secret_and_goes_to_whom_needs_it(name: str) -> None:
    sources: dict[str, set[tuple[str, str]]] = {}
    for source, takers in references(name).items():
        for component, variable in takers:
            if variable in WHO_NEEDS_WHAT:
                assert component in WHO_NEEDS_WHAT[variable]
                sources.setdefault(variable, set()).add(source)
    assert {variable: len(found) for variable, found in sources.items() if len(found) > 1} == {}
    taken = [source for found in sources.values() for source in found]
    assert len(taken) == len(set(taken)), "no two credentials are the same key"


@every_example
def test_no_credential_stands_in_a_manifest_but_in_secrets(name: str) -> None:
    for service in SERVICES:
        for key, value in environment(rendered(name), service).items():
            if key in WHO_NEEDS_WHAT:
                assert "secretKeyRef" in value


@every_example
def test_a_secret_is_there_already_or_made(name: str) -> None:
    made = {secret["metadata"]["name"]: set(secret["data"]) for secret in of_kind(rendered(name), "Secret")}
    for secret, key in references(name):
        if secret.startswith("innhub-") and secret not in {"innhub-oidc"}:
            assert key in made[secret]


def test_where_secrets_are_there_none_is_made() -> None:
    assert of_kind(rendered("existing-secrets"), "Secret") == []
    assert {secret for secret, _ in references("existing-secrets")} == {"hub-token", "hub-nats", "hub-s3"}


def test_secrets_that_are_made_outlive_an_uninstall_as_their_volumes_do() -> None:
    secrets = of_kind(rendered("default"), "Secret")
    assert {secret["metadata"]["name"] for secret in secrets} == {"innhub-token", "innhub-s3", "innhub-nats"}
    for secret in secrets:
        assert secret["metadata"]["annotations"] == {"helm.sh/resource-policy": "keep"}


def test_without_a_token_the_gateway_has_none_rather_than_an_empty_one() -> None:
    assert "INNHUB_TOKEN" not in environment(rendered("oidc"), "gateway")
    assert "INNHUB_TOKEN" not in [variable["name"] for variable in _test_variables("oidc")]
    assert "INNHUB_TOKEN" in [variable["name"] for variable in _test_variables("default")]


def _test_variables(name: str) -> list[dict[str, Any]]:
    return list(one(rendered(name), "Pod", "innhub-test")["spec"]["containers"][0]["env"])


def test_what_is_empty_is_left_out() -> None:
    gateway = environment(rendered("oidc"), "gateway")
    assert gateway["INNHUB_OIDC_ALLOWED_GROUPS"] == "research,guests"
    assert not {"INNHUB_OIDC_AUDIENCE", "INNHUB_OIDC_SCOPES"} & set(gateway)
    assert not [key for key in environment(rendered("default"), "gateway") if key.startswith("INNHUB_OIDC")]


def test_traces_go_where_values_say() -> None:
    for service in ON_THE_BUS:
        given = environment(rendered("observability"), service)
        assert given["OTEL_EXPORTER_OTLP_ENDPOINT"] == "http://collector.observability:4318"
        assert (given["OTEL_TRACES_SAMPLER"], given["OTEL_TRACES_SAMPLER_ARG"]) == ("parentbased_traceidratio", "0.25")
        assert not [key for key in environment(rendered("default"), service) if key.startswith("OTEL")]


@every_example
def test_where_a_service_listens_is_left_to_its_image(name: str) -> None:
    for service in SERVICES:
        assert not OF_THE_IMAGE & set(environment(rendered(name), service))


def test_every_part_has_a_pod() -> None:
    assert set(pods(rendered("default"))) == {*SERVICES, "nats", "s3", "test"}
