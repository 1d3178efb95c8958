"""What `helm test` runs in a cluster, run against the product here."""

import subprocess
import sys

from conftest import HubStack

from charts.places import CHART

CHECK = (CHART / "files" / "check.py").read_text()


def check(environment: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", CHECK], env=environment, capture_output=True, text=True, timeout=180, check=False
    )


def test_a_hub_that_is_ready_explains_a_sample(hub_stack: HubStack) -> None:
    ended = check(hub_stack.environment)
    assert ended.returncode == 0, ended.stderr
    ready, explained = ended.stdout.splitlines()
    assert ready.startswith("ready: ")
    assert explained.startswith("explained: what ")


def test_without_a_token_it_is_asked_whether_it_is_ready_and_nothing_more(hub_stack: HubStack) -> None:
    environment = {key: value for key, value in hub_stack.environment.items() if key != "INNHUB_TOKEN"}
    ended = check(environment)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.splitlines()[-1] == "People sign in by OIDC only: nothing is explained."


def test_a_wrong_token_fails(hub_stack: HubStack) -> None:
    ended = check({**hub_stack.environment, "INNHUB_TOKEN": "not the token of this hub"})
    assert ended.returncode != 0
