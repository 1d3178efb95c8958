"""Containers as a cluster runs them: nobody in particular, without rights, on a file system that cannot be written."""

import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from domain.errors import HubError, Reason
from images.commands import podman

USER = "10001:10001"
NETWORK = "innhub-images"
_LOOK_SECONDS = 0.1
# What podman would take by itself is more than a machine may have to give.
_LIMITS = ("--ulimit=nofile=4096:4096", "--ulimit=nproc=4096:4096")
_RESTRICTED = ("--read-only", "--read-only-tmpfs=false", "--cap-drop=all", "--security-opt=no-new-privileges")


class Container:
    """A container that runs. Made by `start`."""

    def __init__(self, name: str, image: str, begun: float) -> None:
        self.name = name
        self.image = image
        self._begun = begun
        state = json.loads(podman("inspect", name))[0]
        self.address: str = state["NetworkSettings"]["Networks"][NETWORK]["IPAddress"]

    @classmethod
    def start(
        cls,
        name: str,
        image: str,
        environment: Mapping[str, str],
        options: tuple[str, ...] = (),
        command: tuple[str, ...] = (),
    ) -> "Container":
        """Starts a container, which others then reach by its name.

        Args:
            name: its name.
            image: what runs.
            environment: added to that of the image.
            options: of podman, beside those for all.
            command: instead of that of the image; empty for that.

        Raises:
            HubError: it could not be started.
        """
        begun = time.monotonic()
        podman(
            "run",
            "--detach",
            f"--name={name}",
            f"--network={NETWORK}",
            f"--user={USER}",
            *_LIMITS,
            *_RESTRICTED,
            "--tmpfs=/tmp:rw,mode=1777",
            # Probed from outside, as by a cluster; the check of the image itself is run by hand.
            "--no-healthcheck",
            *options,
            *(f"--env={key}={value}" for key, value in environment.items()),
            image,
            *command,
        )
        return cls(name, image, begun)

    def wait(self, ready: Callable[["Container"], bool], seconds: float) -> float:
        """Waits until it is ready, and returns how long that took from its start.

        Raises:
            HubError: it ended, or was not ready in time; with the end of its log.
        """
        begun = time.monotonic()
        while not ready(self):
            waited = time.monotonic() - begun
            if waited > seconds or not self.state()["Running"]:
                raise HubError(
                    Reason.INTERNAL, f"{self.name} is not ready after {waited:.0f} s:\n{self.log()}", "See its log."
                )
            time.sleep(_LOOK_SECONDS)
        return time.monotonic() - self._begun

    def state(self) -> dict[str, Any]:
        """What podman knows of its process."""
        state: dict[str, Any] = json.loads(podman("inspect", "--format={{json .State}}", self.name))
        return state

    def execute(self, *command: str, given: str | None = None) -> str:
        """Runs a command in it, as the same user.

        Raises:
            HubError: it ended with another code than 0.
        """
        return podman("exec", *(("--interactive",) if given is not None else ()), self.name, *command, given=given)

    def stop(self, seconds: int) -> tuple[int, float]:
        """Sends it the stop signal; returns its exit code and how long that took. Killed, it has code 137."""
        begun = time.monotonic()
        podman("stop", f"--time={seconds}", self.name)
        return int(self.state()["ExitCode"]), time.monotonic() - begun

    def log(self) -> str:
        """The last that it said."""
        return podman("logs", "--tail=15", self.name)


def remove(names: list[str]) -> None:
    """Removes containers, running or not, and the network; no error where there are none."""
    podman("rm", "--force", "--ignore", "--time=0", *names)
    podman("network", "rm", "--force", NETWORK)
