"""The page of the chart: how to begin, its values as tables, and the examples."""

import json
from pathlib import Path

from charts.described import Value

_BEGINNING = """\
# The chart of iNNvestigate Hub

Written by `make chart-docs` from `values.yaml`; change that.

```sh
helm install innhub deploy/helm/innhub --namespace innhub --create-namespace --values my-values.yaml
helm test innhub --namespace innhub
```

It needs Kubernetes 1.30 or newer. [Installing](../../../docs/operations/install.md) and
[upgrading](../../../docs/operations/upgrades.md) have pages of their own. `values.schema.json` knows every value: one
that is misspelt is refused by its name.

## Examples

"""


def of(groups: dict[str, Value], examples: list[Path]) -> str:
    """The page."""
    rows = [f"| [`ci/{path.name}`](ci/{path.name}) | {_purpose(path)} |" for path in examples]
    lists = ["| values | for |", "|---|---|", *rows, ""]
    tables = [line for group in groups.values() if group.parts for line in _table(group)]
    alone = [group for group in groups.values() if not group.parts]
    return _BEGINNING + "\n".join([*lists, "## Values", "", *_rows(alone), "", *tables]).rstrip() + "\n"


def _table(group: Value) -> list[str]:
    also = [f"Also everything of [`{group.like}`](#{group.like.lower()}).", ""] if group.like else []
    return [f"### `{group.name}`", "", group.comment, "", *also, *_rows(list(group.leaves())), ""]


def _rows(values: list[Value]) -> list[str]:
    return ["| value | default | |", "|---|---|---|", *map(_row, values)]


def _row(value: Value) -> str:
    default = json.dumps(value.default, ensure_ascii=False).replace("|", "\\|")
    choices = ""
    if value.kind == "enum":
        choices = " One of " + ", ".join(f"`{word}`" if word else "nothing" for word in value.words) + "."
    if value.kind == "settings":
        choices = " These: " + ", ".join(f"`{word}`" for word in value.words) + "."
    return f"| `{value.name}` | `{default}` | {value.comment}{choices} |"


def _purpose(example: Path) -> str:
    """The comment at the beginning of a file."""
    lines = []
    for line in example.read_text().splitlines():
        if not line.startswith("# "):
            break
        lines.append(line.removeprefix("# "))
    return " ".join(lines)
