"""A network as pods have it, on one machine: a namespace for each, one bridge, names, and policies that are enforced.

It is made in namespaces of ourselves (`unshare --net --mount`), so all of it is gone with this process. Policies become
rules of iptables in the namespace of the pod that they choose, as a network plugin does it; what is no pod here
(Prometheus, DNS) is nobody's peer.
"""

import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from charts.manifests import COMPONENT, Manifest, of_kind, pods
from domain.errors import HubError, Reason

NODE = "10.9.0.1"
HOSTS = Path("/run/hosts")
_FIRST = 10


class Network:
    """The namespaces of all pods of some manifests."""

    def __init__(self, manifests: Sequence[Manifest], release: str) -> None:
        self._pods = pods(manifests)
        self.addresses = {name: f"10.9.0.{_FIRST + number}" for number, name in enumerate(self._pods)}
        _run("mount", "-t", "tmpfs", "none", "/run")
        Path("/run/netns").mkdir()
        names = [f"{address} {release}-{name}\n" for name, address in self.addresses.items()]
        HOSTS.write_text("127.0.0.1 localhost\n" + "".join(names))
        for command in (
            "link set lo up",
            "link add hub type bridge",
            f"address add {NODE}/24 dev hub",
            "link set hub up",
        ):
            _run("ip", *command.split())
        for name, address in self.addresses.items():
            self._plug_in(name, address)
        for policy in of_kind(manifests, "NetworkPolicy"):
            self._enforce(policy["metadata"]["labels"][COMPONENT], policy["spec"])

    def reaches(self, source: str, target: str, port: int) -> bool:
        """Whether a connection can be made."""
        connect = f"exec 3<>/dev/tcp/{self.addresses[target]}/{port}"
        command = [*inside(source), "timeout", "1", "bash", "-c", connect]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0

    def _plug_in(self, name: str, address: str) -> None:
        _run("ip", "netns", "add", name)
        _run("ip", "link", "add", f"to-{name}", "type", "veth", "peer", "name", "eth0", "netns", name)
        _run("ip", "link", "set", f"to-{name}", "master", "hub", "up")
        _run("ip", "-n", name, "address", "add", f"{address}/24", "dev", "eth0")
        for device in ("eth0", "lo"):
            _run("ip", "-n", name, "link", "set", device, "up")

    def _enforce(self, name: str, policy: dict[str, Any]) -> None:
        for chain, direction in (("INPUT", "-i"), ("OUTPUT", "-o")):
            self._rule(name, "-P", chain, "DROP")
            self._rule(name, "-A", chain, direction, "lo", "-j", "ACCEPT")
            self._rule(name, "-A", chain, "-m", "conntrack", "--ctstate", "ESTABLISHED,RELATED", "-j", "ACCEPT")
        # The node reaches its pods, or nobody could probe them.
        self._rule(name, "-A", "INPUT", "-s", NODE, "-j", "ACCEPT")
        for chain, rules, peers, end in (("INPUT", "ingress", "from", "-s"), ("OUTPUT", "egress", "to", "-d")):
            for rule in policy.get(rules) or []:
                for who in self._ends(rule.get(peers), end):
                    for port in rule["ports"]:
                        matched = ("-p", port["protocol"].lower(), "--dport", str(port["port"]))
                        self._rule(name, "-A", chain, *who, *matched, "-j", "ACCEPT")

    def _ends(self, peers: list[dict[str, Any]] | None, end: str) -> Iterator[tuple[str, ...]]:
        """What iptables must be told of peers; nothing for everybody."""
        if peers is None:
            yield ()
        for peer in peers or []:
            if set(peer) == {"podSelector"}:
                wanted = peer["podSelector"]["matchLabels"].items()
                for name, pod in self._pods.items():
                    if wanted <= pod["metadata"]["labels"].items():
                        yield end, self.addresses[name]

    def _rule(self, name: str, *rule: str) -> None:
        _run(*inside(name), "iptables", *rule)


def inside(name: str) -> tuple[str, ...]:
    """What stands before a command that runs in the namespace of a pod."""
    return ("ip", "netns", "exec", name)


def _run(*command: str) -> None:
    try:
        subprocess.run(command, capture_output=True, text=True, check=True)
    except FileNotFoundError as error:
        raise HubError(
            Reason.INTERNAL, f"There is no program {command[0]}.", "`make chart-run` installs it."
        ) from error
    except subprocess.CalledProcessError as error:
        raise HubError(Reason.INTERNAL, f"{' '.join(command)} failed: {error.stderr}", "It needs root.") from error
