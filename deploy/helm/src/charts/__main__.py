"""What is made of the chart, and whether it is right.

`python -m charts docs` writes its schema and its page anew, `python -m charts check` lints and validates it, and
`python -m charts run`, as root in namespaces of its own (`unshare --net --mount`), runs it.
"""

import shutil
import sys

from charts import described, helm, readme, schema, validation
from charts.places import CHART, README, ROOT, SCHEMA, VALUES, examples
from charts.rehearsal import rehearse
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


def run() -> None:
    """Runs the pods of the chart as processes; logs and data go to `.chart`, which is emptied first."""
    folder = ROOT / ".chart"
    shutil.rmtree(folder, ignore_errors=True)
    for name in ("nats", "s3"):
        (folder / name).mkdir(parents=True)
    rehearse(folder)


if __name__ == "__main__":
    try:
        if sys.argv[1:] == ["docs"]:
            docs()
        elif sys.argv[1:] == ["run"]:
            run()
        elif sys.argv[1:] == ["check"]:
            complaints = check()
            print("\n".join(complaints))
            sys.exit(1 if complaints else 0)
        else:
            sys.exit(__doc__)
    except HubError as error:
        sys.exit(f"{error}")
