"""`python -m bench.methods`: measures, writes bench/results/methods-<date>.json, prints tables for the docs."""

import argparse
import json
import os
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from bench.methods.comparison import LIBRARIES, NATIVE
from bench.methods.measuring import FULL, QUICK
from bench.methods.networks import ARCHITECTURES
from bench.methods.rows import Row
from bench.methods.running import Choice, run
from bench.methods.table import tables

_RESULTS = Path(__file__).parents[1] / "results"


def main() -> int:
    arguments = _arguments()
    effort = QUICK if arguments.quick else FULL
    begun = datetime.now(UTC)
    load = os.getloadavg()[0]
    if load > 1:
        print(f"Other work keeps this machine busy (load {load:.1f}): times, and somewhat the costs, will be too high.")
    path = _RESULTS / f"methods-{begun:%Y-%m-%d}{'-quick' if arguments.quick else ''}.json"
    rows: list[Row] = []
    for row in run(Choice(arguments.networks, arguments.methods, arguments.libraries, effort)):
        rows.append(row)
        # Each time, so that a run that is ended early leaves what it found.
        path.write_text(
            json.dumps(
                {
                    "begun": begun.isoformat(timespec="seconds"),
                    "processors": os.cpu_count(),
                    "load_before": load,
                    "effort": asdict(effort),
                    "rows": [asdict(known) for known in rows],
                },
                indent=2,
            )
            + "\n"
        )
    if not rows:
        print("Nothing of that name could be measured: `innhub methods` lists the methods.")
        return 1
    print(f"\n{tables(rows)}\nwritten to {path.relative_to(Path.cwd())}")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m bench.methods", description=__doc__)
    parser.add_argument("--networks", nargs="+", choices=ARCHITECTURES, default=ARCHITECTURES, metavar="NAME")
    parser.add_argument("--methods", nargs="+", default=(), metavar="ID", help="by our ids; all by default")
    names = [NATIVE, *(library.name for library in LIBRARIES)]
    parser.add_argument("--libraries", nargs="+", choices=names, default=(), metavar="NAME", help=", ".join(names))
    parser.add_argument("--quick", action="store_true", help="few rounds, steps and masks: to try it, not to tell of")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
