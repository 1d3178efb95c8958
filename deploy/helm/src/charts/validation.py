"""Manifests held against the schemas of the API of Kubernetes."""

import json
from collections.abc import Iterable
from functools import cache

import kubernetes_validate
from kubernetes_validate import utils

from charts.manifests import Manifest

VERSIONS = tuple(f"1.{minor}" for minor in range(30, 38))
# Other projects define these; there are no schemas of them in the package. tests/helm looks at their shape.
CUSTOM_GROUPS = frozenset({"keda.sh", "monitoring.coreos.com", "gateway.networking.k8s.io"})
# It reads them anew for every manifest.
utils.schema_contents = cache(utils.schema_contents)


def group_of(manifest: Manifest) -> str:
    """The group of its API; empty for the core."""
    return str(manifest["apiVersion"]).rpartition("/")[0]


def problems(manifests: Iterable[Manifest], version: str) -> list[str]:
    """What a version of Kubernetes would refuse or does not know, strictly; custom resources are left out."""
    found = []
    known = {json.dumps(manifest, sort_keys=True): manifest for manifest in manifests}
    for manifest in known.values():
        if group_of(manifest) in CUSTOM_GROUPS:
            continue
        name = f"{manifest['kind']}/{manifest['metadata']['name']}"
        try:
            checked = kubernetes_validate.validate(manifest, version, strict=True)
        except kubernetes_validate.ValidationError as error:
            found.append(f"{version}: {name}: {'.'.join(map(str, error.path))}: {error.message}")
        except kubernetes_validate.SchemaNotFoundError as error:
            found.append(f"{version}: {name}: {error.message}")
        else:
            if checked != version:
                found.append(f"{version}: {name} was checked for {checked} only")
    return found
