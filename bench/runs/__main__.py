"""`python -m bench.runs`: measures runs on a hub of its own, prints a table, and writes bench/results/runs-<date>.json.

Each figure is images a second between the first task that is handed out and the end of the run, after another run has
loaded the network. What a run is held against is measured before and after it, with as many threads of TensorFlow.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import mean
from tempfile import TemporaryDirectory

from bench.hub import running_hub
from bench.runs import photographs
from bench.runs.alone import METHOD
from demo.networks import NETWORKS
from innhub import Hub, Run

_RESULTS = Path(__file__).parents[1] / "results"
_PHOTOGRAPHS, _WARMING = 512, 64
_ROUNDS = 2
_THREADS = max(1, len(os.sched_getaffinity(0)) // 2)
"""Of TensorFlow in a service on one machine, as `laptop` shares the cores out."""
_NETWORK = next(network for network in NETWORKS if network.name == "squeezenet")


def main() -> int:
    figures: dict[str, float] = {"photographs": _PHOTOGRAPHS, "threads": _THREADS, "load before": os.getloadavg()[0]}
    with TemporaryDirectory() as folder:
        home, pictures = Path(folder) / "home", Path(folder)
        with running_hub(home, INNHUB_DEMO="0", INNHUB_EXPLAINERS="1") as hub:
            _bring(hub, pictures)
            figures |= _compared("predict", hub, lambda data: hub.runs.predict(data, [_NETWORK.name], embedding=False))
            figures |= _compared("explain", hub, lambda data: _explanation(hub, data, "predicted"))
            one = _pace(_explanation(hub, "photographs-0", 0))
        with running_hub(home, INNHUB_DEMO="0", INNHUB_EXPLAINERS="2") as hub:
            # Many small runs at once, so that both explainers have loaded the network.
            for run in [_explanation(hub, "warming", target) for target in range(1, 9)]:
                run.wait(bar=False)
            two = _pace(_explanation(hub, "photographs-1", 0))
    figures |= {"one explainer [images/s]": one, "two explainers [images/s]": two, "two / one": two / one}
    figures["load after"] = os.getloadavg()[0]
    for name, value in figures.items():
        print(f"{name:64} {value:10.2f}")
    _RESULTS.mkdir(exist_ok=True)
    path = _RESULTS / f"runs-{datetime.now(UTC):%Y-%m-%d}.json"
    path.write_text(json.dumps(figures, indent=2) + "\n")
    print(f"written to {path.relative_to(Path.cwd())}")
    return 0


def _bring(hub: Hub, folder: Path) -> None:
    hub.models.add(
        _NETWORK.prepare(),
        name=_NETWORK.name,
        labels="imagenet",
        preprocessing=_NETWORK.preprocessing.model_dump(mode="json"),
    )
    sizes = {"warming": _WARMING} | {f"photographs-{number}": _PHOTOGRAPHS for number in range(_ROUNDS)}
    for seed, (name, size) in enumerate(sizes.items()):
        hub.datasets.add(photographs.write(folder / name, size, seed), name=name)


def _compared(what: str, hub: Hub, begin: Callable[[str], Run]) -> dict[str, float]:
    """A kind of run against the same work alone, in turns."""
    begin("warming").wait(bar=False)
    paces, alone = [], [_alone(what)]
    for number in range(_ROUNDS):
        paces.append(_pace(begin(f"photographs-{number}")))
        alone.append(_alone(what))
    return {
        f"{what} run [images/s]": mean(paces),
        f"{what} alone, before, between and after [images/s]": mean(alone),
        f"{what}: lowest and": min(alone),
        f"{what}: highest of these": max(alone),
        f"{what} run / alone": mean(paces) / mean(alone),
    }


def _explanation(hub: Hub, data: str, target: str | int) -> Run:
    return hub.runs.explain(data, [_NETWORK.name], method=METHOD, target=target)


def _pace(run: Run) -> float:
    """Images a second of a run, once it has ended."""
    return float(run.wait(bar=False).progress["samples_a_second"])


def _alone(what: str) -> float:
    command = [sys.executable, "-m", "bench.runs.alone", what, str(_NETWORK.path), str(_PHOTOGRAPHS), str(_THREADS)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[-1])


if __name__ == "__main__":
    sys.exit(main())
