"""Where the chart and what belongs to it lie."""

from pathlib import Path

ROOT = Path(__file__).parents[4]
CHART = ROOT / "deploy" / "helm" / "innhub"
VALUES = CHART / "values.yaml"
SCHEMA = CHART / "values.schema.json"
README = CHART / "README.md"
EXAMPLES = CHART / "ci"


def examples() -> list[Path]:
    """The values files that every check is made with; each begins with a comment that says what it is for."""
    return sorted(EXAMPLES.glob("*.yaml"))
