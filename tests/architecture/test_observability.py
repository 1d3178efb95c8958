"""Metrics, rules, dashboards and their pages say the same: what they name exists, and nothing is left out."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml
from prometheus_client import Counter, Gauge, Histogram
from prometheus_client.metrics import MetricWrapperBase
from typer.testing import CliRunner

from backplane.telemetry import metrics
from domain.errors import Category, Reason
from innhub.cli.main import app

ROOT = Path(__file__).parents[2]
FILES = ROOT / "deploy/helm/innhub/files"
RULES: list[dict[str, Any]] = [
    rule for group in yaml.safe_load((FILES / "rules.yaml").read_text())["groups"] for rule in group["rules"]
]
ALERTS = [rule for rule in RULES if "alert" in rule]
RECORDED = {rule["record"] for rule in RULES if "record" in rule}
DASHBOARDS = {path.stem: json.loads(path.read_text()) for path in sorted((FILES / "dashboards").glob("*.json"))}
PANELS = [(name, panel) for name, dashboard in DASHBOARDS.items() for panel in dashboard["panels"]]
PAGE = (ROOT / "docs/operations/observability.md").read_text()
RUNBOOKS = (ROOT / "docs/operations/alerts.md").read_text()
OURS = {metric._name: metric for metric in vars(metrics).values() if isinstance(metric, MetricWrapperBase)}
SUFFIXES = {Histogram: ("_bucket", "_sum", "_count"), Counter: ("_total",), Gauge: ("",)}
EXPORTED = {
    f"{name}{suffix}": {*metric._labelnames} for name, metric in OURS.items() for suffix in SUFFIXES[type(metric)]
}
OF_THE_LIBRARY = {"process_resident_memory_bytes", "python_info"}
OF_THE_SCRAPE = {"namespace", "pod", "instance", "le"}


def expressions() -> Iterator[tuple[str, str]]:
    for rule in RULES:
        yield rule.get("alert") or rule["record"], rule["expr"]
    for name, panel in PANELS:
        for target in panel["targets"]:
            # Grafana puts its variables in before Prometheus sees the expression.
            yield f"{name}: {panel['title']}", target["expr"].replace("$__rate_interval", "5m")


EXPRESSIONS = list(expressions())


def parts(expression: Any) -> Iterator[Any]:
    """An expression and all that it is made of."""
    yield expression
    for field in ("expr", "lhs", "rhs", "vector_selector", "args", "param"):
        inner = getattr(expression, field, None)
        for part in inner if isinstance(inner, list) else [inner]:
            if isinstance(part, promql_parser.Expr | promql_parser.VectorSelector):
                yield from parts(part)


@pytest.mark.parametrize(("where", "expression"), EXPRESSIONS, ids=[where for where, _ in EXPRESSIONS])
def test_an_expression_parses_and_names_what_is_exported_with_its_labels(where: str, expression: str) -> None:
    found = list(parts(promql_parser.parse(expression)))
    selectors = [part for part in found if isinstance(part, promql_parser.VectorSelector)]
    assert selectors
    assert {part.name for part in selectors} <= {*EXPORTED, *RECORDED, *OF_THE_LIBRARY}
    labels = {label for part in selectors for label in EXPORTED.get(str(part.name), set())} | OF_THE_SCRAPE
    if not RECORDED & {part.name for part in selectors}:
        wanted = {matcher.name for part in selectors for matcher in part.matchers.matchers}
        modifiers = [part.modifier for part in found if isinstance(part, promql_parser.AggregateExpr) and part.modifier]
        grouped = {label for modifier in modifiers for label in modifier.labels}
        assert wanted | grouped <= labels


def test_the_parser_refuses_what_is_wrong() -> None:
    for wrong in ("sum by (route (x)", "rate(x)", "x[5m] > 1"):
        with pytest.raises(ValueError, match=r"."):
            promql_parser.parse(wrong)


def test_every_metric_is_looked_at_by_a_rule_or_a_dashboard() -> None:
    said = " ".join(expression for _, expression in EXPRESSIONS)
    assert [name for name in OURS if name not in said] == []


def test_the_page_lists_the_metrics_of_the_code_and_no_others() -> None:
    rows = re.findall(r"^\| `(innhub_\w+)` \| (\w+) \| (.*?) \|", PAGE, re.MULTILINE)
    listed = {name: (kind, set(re.findall(r"`(\w+)`", labels))) for name, kind, labels in rows}
    assert listed == {name: (type(metric).__name__.lower(), {*metric._labelnames}) for name, metric in OURS.items()}


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert["alert"])
def test_an_alert_has_a_severity_words_and_a_runbook(alert: dict[str, Any]) -> None:
    assert alert["labels"]["severity"] in {"page", "ticket"}
    assert alert["annotations"]["summary"].endswith(".")
    assert "{{" in alert["annotations"]["description"]
    assert f"\n## {alert['alert']}\n\n*{alert['labels']['severity']}*: " in RUNBOOKS
    assert re.fullmatch(r"\d+[mh]", alert["for"])


def test_no_runbook_is_of_an_alert_that_is_gone_and_all_come_in_the_order_of_the_rules() -> None:
    assert re.findall(r"^## (\w+)$", RUNBOOKS, re.MULTILINE) == [alert["alert"] for alert in ALERTS]
    anchors = {f"#{alert['alert'].lower()}" for alert in ALERTS}
    assert set(re.findall(r"\]\((#\w+)\)", RUNBOOKS)) <= anchors


def test_calls_fail_for_the_reasons_that_are_ours() -> None:
    (rule,) = [rule for rule in RULES if rule.get("record") == "innhub:call_failures:ratio5m"]
    pattern = re.search(r'outcome=~"(.*?)"', rule["expr"])
    assert pattern is not None
    faults = {reason for reason in Reason if reason.category in {Category.UNAVAILABLE, Category.INTERNAL}}
    assert {reason for reason in Reason if re.fullmatch(pattern[1], reason)} == faults


@pytest.mark.parametrize(("name", "panel"), PANELS, ids=[f"{name}: {panel['title']}" for name, panel in PANELS])
def test_a_panel_says_what_it_shows_and_asks_the_chosen_prometheus_about_the_chosen_hub(
    name: str, panel: dict[str, Any]
) -> None:
    assert panel["description"].endswith(".")
    assert panel["fieldConfig"]["defaults"]["unit"]
    assert panel["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
    for target in panel["targets"]:
        assert target["datasource"] == panel["datasource"]
        assert 'namespace="$namespace"' in target["expr"]


@pytest.mark.parametrize("name", DASHBOARDS)
def test_a_dashboard_is_known_by_its_name_and_its_panels_do_not_lie_upon_each_other(name: str) -> None:
    dashboard = DASHBOARDS[name]
    assert dashboard["uid"] == f"innhub-{name}"
    assert [variable["name"] for variable in dashboard["templating"]["list"]] == ["datasource", "namespace"]
    places = [
        (x, y)
        for panel in dashboard["panels"]
        for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    ]
    assert len(places) == len(set(places))
    assert max(x for x, _ in places) < 24
    assert len({panel["id"] for panel in dashboard["panels"]}) == len(dashboard["panels"])


def test_there_are_dashboards_for_people_explanations_and_runs() -> None:
    assert set(DASHBOARDS) == {"overview", "explanations", "runs"}


_COMMANDS = sorted(set(re.findall(r"`?innhub ((?:runs|models|datasets) [a-z]+)", RUNBOOKS)))


@pytest.mark.parametrize("command", _COMMANDS)
def test_a_command_of_a_runbook_exists(command: str) -> None:
    assert CliRunner().invoke(app, [*command.split(), "--help"]).exit_code == 0


def test_the_page_names_every_cache_that_is_counted() -> None:
    sources = " ".join(
        path.read_text() for folder in ("services", "libs") for path in sorted((ROOT / folder).rglob("src/**/*.py"))
    )
    caches = set(re.findall(r'(?:MemoryCache\(|looked_up_in\(|looked_up\()\s*"(\w+)"', sources))
    assert len(caches) > 10
    listed = re.search(r"The caches are (.*?)\.\n", PAGE, re.DOTALL)
    assert listed is not None
    assert set(re.findall(r"`(\w+)`", listed[1])) == caches


def test_every_alert_is_held_against_figures_that_raise_it() -> None:
    raised = re.findall(r'alertname="(\w+)", namespace="a"', (ROOT / "tests/alerts.yaml").read_text())
    assert sorted(raised) == sorted(alert["alert"] for alert in ALERTS)
