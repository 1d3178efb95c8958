"""The pages for operators name values, objects and files that there are."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest
import yaml
from helm.chart import of_kind, rendered

from charts import described
from charts.described import Value
from charts.places import CHART, README, ROOT, SCHEMA, VALUES

OPERATIONS = ROOT / "docs" / "operations"
FOR_OPERATORS = [*sorted(OPERATIONS.glob("*.md")), README]
PAGES = [
    *FOR_OPERATORS,
    ROOT / "README.md",
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "docs/adr").glob("*.md")),
]
GROUPS = described.read(VALUES)
KINDS = {"deployment": "Deployment", "deploy": "Deployment", "statefulset": "StatefulSet", "service": "Service"}
every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


def paths(value: Value) -> Iterator[str]:
    yield value.name
    inherited = GROUPS[value.like].parts.values() if value.like else ()
    yield from (f"{value.name}.{name}" for part in inherited for name in _inside(part))
    for part in value.parts.values():
        yield from paths(part)


def _inside(part: Value) -> Iterator[str]:
    """The names of an inherited value and of those in it, without that of its group."""
    return (name.partition(".")[2] for name in paths(part))


KNOWN = {name for group in GROUPS.values() for name in paths(group)}


@pytest.mark.parametrize("page", FOR_OPERATORS, ids=lambda page: page.name)
def test_a_value_that_a_page_names_exists(page: Path) -> None:
    text = page.read_text()
    quoted = re.findall(r"`([a-zA-Z]\w*(?:\.\w+)+)(?::[^`]*)?`", text)
    named = {path for path in quoted if path.partition(".")[0] in GROUPS}
    named |= set(re.findall(r"--set[ =]([\w.]+)=", text))
    assert {path for path in named if not path.endswith((".md", ".yaml", ".json"))} - KNOWN == set()


@every_page
def test_an_object_that_a_command_names_is_made_by_the_chart(page: Path) -> None:
    there = rendered("default")
    for kind, name in re.findall(r"\b(deployment|deploy|statefulset|service)[/ ](innhub-[a-z0-9-]+)", page.read_text()):
        assert name in {manifest["metadata"]["name"] for manifest in of_kind(there, KINDS[kind])}
    claims = {
        f"data-{store['metadata']['name']}-{number}"
        for store in of_kind(there, "StatefulSet")
        for number in range(store["spec"]["replicas"])
    }
    assert set(re.findall(r"\bdata-innhub-[a-z0-9-]+", page.read_text())) <= claims
    secrets = {secret["metadata"]["name"] for secret in of_kind(there, "Secret")}
    for line in re.findall(r"secret ((?:innhub-[a-z0-9]+ ?)+)", page.read_text()):
        assert set(line.split()) <= secrets


@every_page
def test_a_command_says_in_which_namespace_and_forgets_no_values(page: Path) -> None:
    for block in re.findall(r"```sh\n(.*?)```", page.read_text(), re.S):
        for command in re.findall(r"^ *((?:kubectl|helm) .*)$", block.replace("\\\n", " "), re.M):
            assert re.search(r" (-n|--namespace)[ =]\w", command), command
            assert "--reuse-values" not in command
            if ".autoscaling." in command:
                assert ".autoscaling.enabled=true" in command


@every_page
def test_a_link_leads_to_something(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        file, _, anchor = target.partition("#")
        if "://" in target:
            continue
        found = (page.parent / file).resolve() if file else page
        assert found.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.*)$", found.read_text(), re.M)
            assert anchor in {re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


def test_examples_of_values_on_a_page_are_taken_by_the_schema() -> None:
    schema = json.loads(SCHEMA.read_text())
    examples = re.findall(r"```yaml\n(.*?)```", (OPERATIONS / "install.md").read_text(), re.S)
    assert len(examples) > 2
    for example in examples:
        jsonschema.validate(yaml.safe_load(example), schema)


def test_the_table_of_arrows_on_the_page_is_that_of_the_chart() -> None:
    arrows = (CHART / "templates" / "network" / "_arrows.tpl").read_text()
    ports = set(re.findall(r"ports: \[([\d, ]+)\]", arrows))
    page = (OPERATIONS / "install.md").read_text()
    for port in {port for group in ports for port in group.split(", ")} - {"8050"}:
        assert re.search(rf"\|[^|\n]*\b{port}\b[^|\n]*\|$", page, re.M), f"port {port} is not on the page"


def test_a_value_of_all_parts_is_known_under_each_of_them() -> None:
    assert {"defaults.topologySpread.zone", "explainer.topologySpread.zone", "s3.nodeSelector"} <= KNOWN
    assert "token.nodeSelector" not in KNOWN
