"""What every pod promises, whatever the values: who it runs as, what it may use, how it is probed and how it ends."""

import ast
import re
from typing import Any

import pytest
from helm.chart import NAMES, SERVICES, STORES, containers, environment, of_kind, one, pods, rendered

from charts.places import ROOT
from images.catalogue import IMAGES
from suggest.settings import SuggestSettings

every_example = pytest.mark.parametrize("name", NAMES)
GRPC_SERVICES = ("inference", "explainer", "suggest")
GIB = 1024**3
CHILDREN = {"inference": 2, "explainer": 5, "suggest": 1}
"""Processes that keep what they have loaded, each: the composition roots start them."""
PARENT_MEMORY = GIB // 2
DATASET_MEMORY: int = SuggestSettings.model_fields["dataset_memory_bytes"].default


def size(quantity: str) -> int:
    number, unit = re.fullmatch(r"(\d+)(Mi|Gi)", quantity).groups()  # type: ignore[union-attr]
    return int(number) * {"Mi": 1024**2, "Gi": GIB}[unit]


@every_example
def test_no_pod_has_rights(name: str) -> None:
    for pod in pods(rendered(name)).values():
        security = pod["spec"]["securityContext"]
        assert (security["runAsNonRoot"], security["runAsUser"], security["runAsGroup"]) == (True, 10001, 10001)
        assert security["seccompProfile"] == {"type": "RuntimeDefault"}
        assert not {"hostNetwork", "hostPID", "hostIPC"} & set(pod["spec"])
    for _, container in containers(rendered(name)):
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }


@every_example
def test_no_pod_has_a_token_of_the_cluster(name: str) -> None:
    for pod in pods(rendered(name)).values():
        assert pod["spec"]["automountServiceAccountToken"] is False
    for account in of_kind(rendered(name), "ServiceAccount"):
        assert account["automountServiceAccountToken"] is False
    assert of_kind(rendered(name), "Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding") == []


@every_example
def test_every_container_asks_for_something_and_has_a_limit(name: str) -> None:
    for component, container in containers(rendered(name)):
        for side in ("requests", "limits"):
            assert {"cpu", "memory"} <= set(container["resources"][side]), component
        assert size(container["resources"]["requests"]["memory"]) <= size(container["resources"]["limits"]["memory"])


@every_example
def test_only_sized_folders_and_volumes_of_claims_are_written(name: str) -> None:
    for component, pod in pods(rendered(name)).items():
        volumes = {volume["name"]: volume for volume in pod["spec"]["volumes"]}
        for volume in volumes.values():
            assert "sizeLimit" in volume.get("emptyDir", {"sizeLimit": ""}), component
            assert "hostPath" not in volume
        mounts = {mount["mountPath"]: mount for mount in pod["spec"]["containers"][0]["volumeMounts"]}
        assert "/tmp" in mounts
        read = set(mounts) - {"/tmp", "/data"}
        assert read <= {"/etc/nats", "/etc/innhub/certificates"}
        assert all(mounts[path]["readOnly"] for path in read)


@every_example
def test_every_service_is_probed_on_its_port_for_start_life_and_readiness(name: str) -> None:
    for component, container in containers(rendered(name)):
        probes: dict[str, Any] = {kind: container.get(f"{kind}Probe") for kind in ("startup", "liveness", "readiness")}
        if component in GRPC_SERVICES:
            asked = {kind: probe["grpc"] for kind, probe in probes.items()}
            alive = {"port": 50051, "service": "liveness"}
            assert asked == {"startup": alive, "liveness": alive, "readiness": {"port": 50051, "service": ""}}
        elif component in {"gateway", "ui"}:
            assert {probe["httpGet"]["path"] for probe in probes.values()} == {"/healthz"}
        elif component in STORES:
            assert probes["liveness"]
            assert probes["readiness"]


@every_example
def test_a_probe_names_a_port_of_its_container(name: str) -> None:
    for _, container in containers(rendered(name)):
        ports = {port["name"]: port["containerPort"] for port in container.get("ports", [])}
        for kind in ("startupProbe", "livenessProbe", "readinessProbe"):
            probe = container.get(kind, {})
            asked = {key: action["port"] for key, action in probe.items() if isinstance(action, dict)}
            assert set(asked.values()) <= {*ports, *ports.values()}


@every_example
def test_services_lead_to_ports_that_pods_have(name: str) -> None:
    here = pods(rendered(name))
    for service in of_kind(rendered(name), "Service"):
        selector = service["spec"]["selector"]
        [pod] = [pod for pod in here.values() if selector.items() <= pod["metadata"]["labels"].items()]
        ports = {p["name"] for container in pod["spec"]["containers"] for p in container["ports"]}
        assert {port["targetPort"] for port in service["spec"]["ports"]} <= ports


def test_grpc_services_are_headless_so_that_callers_choose_among_replicas() -> None:
    headless = {
        service["metadata"]["name"]
        for service in of_kind(rendered("default"), "Service")
        if service["spec"].get("clusterIP") == "None"
    }
    assert headless == {f"innhub-{name}" for name in (*GRPC_SERVICES, *STORES)}


@pytest.mark.parametrize("image", IMAGES, ids=lambda image: image.service)
def test_ports_are_those_of_the_images(image: Any) -> None:
    [exposed] = re.findall(r"^EXPOSE (.*)$", image.dockerfile.read_text(), re.M)
    [container] = [found for component, found in containers(rendered("default")) if component == image.service]
    assert {port["containerPort"] for port in container["ports"]} == {int(port) for port in exposed.split()}
    assert container["image"] == f"innhub-{image.service}:0.1.0"


@every_example
def test_a_replica_has_time_to_drain_to_finish_its_work_and_to_finish_its_calls(name: str) -> None:
    for service in SERVICES:
        variables = environment(rendered(name), service)
        drain, grace = (float(variables[f"INNHUB_{what}_SECONDS"]) for what in ("DRAIN", "GRACE"))
        assert pods(rendered(name))[service]["spec"]["terminationGracePeriodSeconds"] == drain + 2 * grace + 5


@every_example
def test_a_process_is_ended_before_its_container_runs_out_of_memory(name: str) -> None:
    for service in GRPC_SERVICES:
        variables = environment(rendered(name), service)
        [container] = pods(rendered(name))[service]["spec"]["containers"]
        limit = size(container["resources"]["limits"]["memory"])
        kept, most = (int(variables[f"INNHUB_CHILD_{what}_BYTES"]) for what in ("MEMORY", "MOST_MEMORY"))
        assert kept < most
        importing = {"inference": "INNHUB_IMPORT_MEMORY_BYTES", "suggest": "INNHUB_DATASET_MEMORY_BYTES"}.get(service)
        one_import = int(variables.get(importing, DATASET_MEMORY)) if importing else 0
        # All children keep what they may, and one of them grows: the system would end the whole container.
        assert CHILDREN[service] * kept + (most - kept) + one_import + PARENT_MEMORY <= limit


@every_example
def test_an_import_fits_into_the_room_of_its_pod(name: str) -> None:
    room = {
        service: size(pods(rendered(name))[service]["spec"]["volumes"][0]["emptyDir"]["sizeLimit"])
        for service in ("inference", "suggest")
    }
    most = {
        "inference": environment(rendered(name), "inference")["INNHUB_IMPORT_MEMORY_BYTES"],
        "suggest": environment(rendered(name), "suggest")["INNHUB_DATASET_BYTES"],
    }
    for service, bytes_of_room in room.items():
        assert 1.5 * int(most[service]) <= bytes_of_room


def test_the_test_pod_is_not_spread() -> None:
    [pod] = of_kind(rendered("default"), "Pod")
    assert "topologySpreadConstraints" not in pod["spec"]


@every_example
def test_doors_are_replaced_without_a_moment_with_fewer(name: str) -> None:
    for service in ("gateway", "ui"):
        rolling = one(rendered(name), "Deployment", f"{prefix(name)}-{service}")["spec"]["strategy"]["rollingUpdate"]
        assert rolling == {"maxSurge": 1, "maxUnavailable": 0}


def prefix(name: str) -> str:
    return "hub" if name == "minimal" else "innhub"


@every_example
def test_an_upgrade_of_nodes_takes_one_replica_at_a_time(name: str) -> None:
    budgets = {
        budget["spec"]["selector"]["matchLabels"]["app.kubernetes.io/component"]: budget["spec"]
        for budget in of_kind(rendered(name), "PodDisruptionBudget")
    }
    assert {budget["maxUnavailable"] for budget in budgets.values()} <= {1}
    without = {"minimal": set(SERVICES), "laptop": {"gateway", "ui"}}.get(name, set())
    assert set(budgets) == set(SERVICES) - without


def test_replicas_are_spread_over_zones_and_nodes() -> None:
    for service in SERVICES:
        spread = pods(rendered("default"))[service]["spec"]["topologySpreadConstraints"]
        assert [constraint["topologyKey"] for constraint in spread] == [
            "topology.kubernetes.io/zone",
            "kubernetes.io/hostname",
        ]


def test_an_image_can_be_named_by_its_digest() -> None:
    [container] = pods(rendered("placed"))["explainer"]["spec"]["containers"]
    assert container["image"].startswith("innhub-explainer:0.1.0@sha256:0123")


def test_services_trust_certificates_of_ones_own() -> None:
    for service in SERVICES:
        assert environment(rendered("oidc"), service)["SSL_CERT_FILE"] == "/etc/innhub/certificates/bundle.pem"
        spec = pods(rendered("oidc"))[service]["spec"]
        assert {"name": "certificates", "configMap": {"name": "authority"}} in spec["volumes"]
        assert "SSL_CERT_FILE" not in environment(rendered("default"), service)


@every_example
def test_a_namespace_may_demand_the_restricted_standard_of_pod_security(name: str) -> None:
    for pod in pods(rendered(name)).values():
        kinds = {kind for volume in pod["spec"]["volumes"] for kind in volume if kind != "name"}
        assert kinds <= {"configMap", "emptyDir", "secret", "persistentVolumeClaim"}
        assert "initContainers" not in pod["spec"], "it would be looked at as well"
        for container in pod["spec"]["containers"]:
            assert not any("hostPort" in port for port in container.get("ports", []))


def test_a_part_says_otherwise_than_all_parts() -> None:
    here = pods(rendered("placed"))
    assert here["explainer"]["spec"]["nodeSelector"] == {"pool": "compute"}
    assert here["gateway"]["spec"]["nodeSelector"] == {"pool": "hub"}
    assert here["explainer"]["spec"]["priorityClassName"] == "low"
    assert here["s3"]["spec"]["priorityClassName"] == "normal"
    assert here["ui"]["metadata"]["labels"]["cost-centre"] == "42"
    spread = here["ui"]["spec"]["topologySpreadConstraints"]
    assert [constraint["whenUnsatisfiable"] for constraint in spread] == ["DoNotSchedule", "ScheduleAnyway"]


@pytest.mark.parametrize("name", ["gpu-gke", "gpu-eks", "gpu-aks"])
def test_with_gpus_the_services_that_compute_get_them_and_their_image(name: str) -> None:
    here = pods(rendered(name))
    for service in ("inference", "explainer"):
        [container] = here[service]["spec"]["containers"]
        assert container["image"].endswith("-cuda")
        assert container["resources"]["limits"]["nvidia.com/gpu"] == "1"
        assert environment(rendered(name), service)["TF_FORCE_GPU_ALLOW_GROWTH"] == "true"
        assert here[service]["spec"]["nodeSelector"]
        assert here[service]["spec"]["tolerations"]
    for service in ("gateway", "suggest", "ui"):
        [container] = here[service]["spec"]["containers"]
        assert not container["image"].endswith("-cuda")
        assert "nvidia.com/gpu" not in container["resources"]["limits"]


def test_without_gpus_nothing_asks_for_one() -> None:
    assert "nvidia.com/gpu" not in str(rendered("default"))


@every_example
def test_an_upgrade_of_the_chart_alone_starts_no_store_anew(name: str) -> None:
    for store in of_kind(rendered(name), "StatefulSet"):
        unchanging = [store["spec"]["template"]["metadata"]["labels"], store["spec"]["selector"]["matchLabels"]]
        unchanging += [claim["metadata"]["labels"] for claim in store["spec"].get("volumeClaimTemplates", [])]
        for labels in unchanging:
            assert not {"helm.sh/chart", "app.kubernetes.io/version"} & set(labels)


def test_priority_classes_that_are_made_are_those_that_pods_name() -> None:
    made = {manifest["metadata"]["name"] for manifest in of_kind(rendered("cpu-cluster"), "PriorityClass")}
    used = {pod["spec"]["priorityClassName"] for pod in pods(rendered("cpu-cluster")).values()}
    assert used == made - {"innhub-stores"}, "no store is bundled there"


def test_the_test_of_helm_is_python_that_runs_in_the_image_of_the_pages() -> None:
    pod = one(rendered("default"), "Pod", "innhub-test")
    assert pod["metadata"]["annotations"]["helm.sh/hook"] == "test"
    [container] = pod["spec"]["containers"]
    assert container["image"].startswith("innhub-ui:")
    assert ast.parse(container["args"][0])
    assert container["args"][0].strip() == (ROOT / "deploy/helm/innhub/files/check.py").read_text().strip()
