"""`python -m charts docs` writes schema and page of the chart anew; `python -m charts check` looks at the chart."""

import sys

from charts import described, helm, readme, schema, validation
from charts.places import CHART, README, SCHEMA, VALUES, examples
from domain.errors import HubError


def docs() -> None:
    """Writes what is made of `values.yaml`."""
    groups = described.read(VALUES)
    SCHEMA.write_text(schema.of(groups))
    README.write_text(readme.of(groups, examples()))


def check() -> list[str]:
    """Lints and renders the chart with every example, and validates the manifests for every version."""
    manifests = []
    for example in examples():
        helm.run("lint", "--strict", "--quiet", str(CHART), f"--values={example}")
        made = helm.render(example)
        print(f"{example.stem}: {len(made)} manifests", flush=True)
        manifests.extend(made)
    found = []
    for version in validation.VERSIONS:
        problems = validation.problems(manifests, version)
        print(f"Kubernetes {version}: {len(problems)} problems", flush=True)
        found.extend(problems)
    return found


if __name__ == "__main__":
    try:
        if sys.argv[1:] == ["docs"]:
            docs()
        elif sys.argv[1:] == ["check"]:
            complaints = check()
            print("\n".join(complaints))
            sys.exit(1 if complaints else 0)
        else:
            sys.exit(__doc__)
    except HubError as error:
        sys.exit(f"{error}")
