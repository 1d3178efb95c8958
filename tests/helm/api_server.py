"""As much of an API server as helm needs to install, upgrade, go back and uninstall: objects in memory, unchecked.

It says what kinds there are and keeps what it is given. What controllers do does not happen here.
"""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import yaml
from helm import protobuf

Object = dict[str, Any]
# Group and version, the name in paths, the kind.
_KINDS = [
    ("v1", "namespaces", "Namespace"),
    ("v1", "secrets", "Secret"),
    ("v1", "configmaps", "ConfigMap"),
    ("v1", "services", "Service"),
    ("v1", "serviceaccounts", "ServiceAccount"),
    ("v1", "pods", "Pod"),
    ("v1", "persistentvolumeclaims", "PersistentVolumeClaim"),
    ("apps/v1", "deployments", "Deployment"),
    ("apps/v1", "statefulsets", "StatefulSet"),
    ("policy/v1", "poddisruptionbudgets", "PodDisruptionBudget"),
    ("networking.k8s.io/v1", "networkpolicies", "NetworkPolicy"),
    ("networking.k8s.io/v1", "ingresses", "Ingress"),
]


@dataclass
class Cluster:
    """What there is, by kind and name; all of it in one namespace."""

    url: str = ""
    objects: dict[tuple[str, str], Object] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def names(self, kind: str) -> set[str]:
        """What there is of a kind, without what helm itself remembers."""
        return {name for known, name in self.objects if known == kind and not name.startswith("sh.helm.release")}

    def get(self, kind: str, name: str) -> Object:
        """One of them."""
        return self.objects[kind, name]


@contextmanager
def running() -> Iterator[Cluster]:
    """A cluster that is empty at first."""
    cluster = Cluster()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(cluster))
    cluster.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), name="API server")
    thread.start()
    try:
        yield cluster
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(cluster: Cluster) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # An answer in one piece; the second of two would wait until the first was acknowledged.
        wbufsize = -1

        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            data = self.rfile.read(length)
            # How something is deleted makes no difference here.
            body = {} if self.command == "DELETE" else _read(data)
            with cluster.lock:
                status, document = _handled(cluster, self.command, self.path, body)
            answer = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Says nothing: helm tells what went wrong."""

    for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
        setattr(Handler, f"do_{method}", Handler._answer)
    return Handler


def _read(data: bytes) -> Object:
    if data.startswith(protobuf.MAGIC):
        return protobuf.secret(data)
    # What is applied comes as YAML, of which JSON is a part.
    return yaml.load(data, Loader=yaml.CSafeLoader) or {}


def _handled(cluster: Cluster, method: str, address: str, body: Object) -> tuple[HTTPStatus, Object]:
    parts = urlsplit(address)
    if method == "GET" and (said := _discovery(parts.path)):
        return HTTPStatus.OK, said
    api, resource, name = _place(parts.path)
    kind = next((kind for known, plural, kind in _KINDS if (known, plural) == (api, resource)), None)
    if kind is None:
        return HTTPStatus.NOT_FOUND, _status("NotFound", HTTPStatus.NOT_FOUND, parts.path)
    if method == "POST":
        name = body["metadata"]["name"]
    if not name:
        wanted = parse_qs(parts.query).get("labelSelector", [""])[0]
        found = [thing for (known, _), thing in cluster.objects.items() if known == kind and _chosen(thing, wanted)]
        return HTTPStatus.OK, {"apiVersion": api, "kind": f"{kind}List", "metadata": {}, "items": found}
    return _one(cluster, method, (kind, name), body)


def _one(cluster: Cluster, method: str, key: tuple[str, str], body: Object) -> tuple[HTTPStatus, Object]:
    there = cluster.objects.get(key)
    if there is None and method in {"GET", "DELETE", "PUT"}:
        return HTTPStatus.NOT_FOUND, _status("NotFound", HTTPStatus.NOT_FOUND, f"{key[0]} {key[1]} not found")
    if there is not None and method == "POST":
        return HTTPStatus.CONFLICT, _status("AlreadyExists", HTTPStatus.CONFLICT, f"{key[0]} {key[1]} exists")
    if method == "GET":
        return HTTPStatus.OK, there or {}
    if method == "DELETE":
        del cluster.objects[key]
        return HTTPStatus.OK, _status("", HTTPStatus.OK, "gone", "Success")
    # Nobody but helm writes here, so what it applies is all there is.
    body["metadata"] |= {"uid": f"{key[0]}-{key[1]}", "resourceVersion": "1"}
    cluster.objects[key] = body
    return HTTPStatus.CREATED if there is None else HTTPStatus.OK, body


def _place(path: str) -> tuple[str, str, str]:
    """The API, the kind as paths name it, and the name of an object if it names one."""
    _, root, *rest = path.split("/")
    api, rest = (rest[0], rest[1:]) if root == "api" else ("/".join(rest[:2]), rest[2:])
    if rest[:1] == ["namespaces"] and len(rest) > 2:
        rest = rest[2:]
    return api, (rest or [""])[0], rest[1] if len(rest) > 1 else ""


def _chosen(thing: Object, selector: str) -> bool:
    labels: Mapping[str, str] = thing["metadata"].get("labels", {})
    return all(
        labels.get(key) == value for key, _, value in (part.partition("=") for part in selector.split(",") if part)
    )


def _discovery(path: str) -> Object | None:
    groups = sorted({api for api, _, _ in _KINDS if "/" in api})
    if path == "/version":
        return {"major": "1", "minor": "34", "gitVersion": "v1.34.0", "platform": "linux/amd64"}
    if path == "/api":
        return {"kind": "APIVersions", "versions": ["v1"]}
    if path == "/apis":
        listed = [{"groupVersion": api, "version": api.partition("/")[2]} for api in groups]
        return {
            "kind": "APIGroupList",
            "apiVersion": "v1",
            "groups": [
                {"name": version["groupVersion"].partition("/")[0], "versions": [version], "preferredVersion": version}
                for version in listed
            ],
        }
    api = path.removeprefix("/api/") if path.startswith("/api/") else path.removeprefix("/apis/")
    resources = [
        {
            "name": plural,
            "singularName": kind.lower(),
            "kind": kind,
            "namespaced": kind != "Namespace",
            "verbs": ["get", "list", "create", "update", "patch", "delete"],
        }
        for known, plural, kind in _KINDS
        if known == api
    ]
    return (
        {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": api, "resources": resources}
        if resources
        else None
    )


def _status(reason: str, code: HTTPStatus, message: str, status: str = "Failure") -> Object:
    return {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": status,
        "reason": reason,
        "code": int(code),
        "message": message,
    }
