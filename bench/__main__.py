"""`python -m bench`: measures on a hub of its own, prints a table, and writes bench/results/<date>.json."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from bench import explanations, networks
from bench.hub import running_hub

RESULTS = Path(__file__).parent / "results"


def main() -> int:
    figures = networks.measure()
    with running_hub() as hub:
        figures |= explanations.measure(hub)
    for name, value in figures.items():
        print(f"{name:64} {value:10.2f}")
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{datetime.now(UTC):%Y-%m-%d}.json"
    path.write_text(json.dumps(figures, indent=2) + "\n")
    print(f"written to {path.relative_to(Path.cwd())}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
