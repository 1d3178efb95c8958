"""`python -m bench.suggestions [SAMPLES]`: suggestions over a large data set and three models, asked for over REST.

The predictions are made up (`made_up_predictions`) and lie in the store of a whole product as runs would have left
them. Each question is asked once of a suggest service that has just been started, and then again and again.
"""

import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

import httpx

from backplane.results import Results
from bench.__main__ import RESULTS
from bench.hub import Product, running_product
from bench.made_up_predictions import DATASET, WORKSPACE, make, model_id
from innhub import Hub
from suggest.statistics_runs import StatisticsRuns

_MODELS = 3
_ROUNDS = 7
_MILLION = 1_000_000
_AIMS = {"warm [ms]": 150.0, "first [ms]": 2000.0, "answer [MB]": 1.0, "memory [MB]": 600.0}
"""Of the agreement map."""
_WRONG = ["correct=false", "correct@net-1=true", "entropy>=1", "age<50"]
_QUESTIONS: dict[str, tuple[str, dict[str, Any]]] = {
    "agreement": ("agreement", {"models": ["net-0", "net-1", "net-2"]}),
    "agreement, filtered": ("agreement", {"models": ["net-0", "net-1", "net-2"], "where": _WRONG}),
    "histogram": ("histogram", {"model": "net-0"}),
    "calibration": ("calibration", {"model": "net-0"}),
    "confusion with labels": ("confusion", {"models": ["net-0"]}),
    "confusion of two models": ("confusion", {"models": ["net-0", "net-1"]}),
    "page, filtered and sorted": (
        "samples",
        {"models": ["net-0", "net-1", "net-2"], "where": _WRONG, "order": "entropy", "descending": True},
    ),
}


def main(samples: int) -> None:
    """Prints the table and keeps it in bench/results."""
    with running_product(INNHUB_DEMO="0") as product:
        store = product.store()
        begun = time.perf_counter()
        make(store, samples, _MODELS)
        print(f"{samples:,} samples x {_MODELS} models written in {time.perf_counter() - begun:.0f} s", flush=True)
        figures: dict[str, Any] = {"samples": samples, "models": _MODELS, "date": f"{datetime.now(UTC):%Y-%m-%d}"}
        with Hub(product.url, product.token) as hub:
            assert all(not restored.problem for restored in hub.admin.reindex())
        figures["unmerged"] = {"agreement": _asked_once(product, *_QUESTIONS["agreement"])}
        runs, begun = StatisticsRuns(store), time.perf_counter()
        for number in range(_MODELS):
            runs.merge(Results(WORKSPACE, DATASET, model_id(number)))
        figures["merging one model [s]"] = (time.perf_counter() - begun) / _MODELS
        figures["questions"] = {name: _measured(product, *question) for name, question in _QUESTIONS.items()}
        figures["memory [MB]"] = _peak_megabytes(product)
    _print(figures)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"suggestions-{figures['date']}.json").write_text(json.dumps(figures, indent=2) + "\n")


def _asked_once(product: Product, what: str, parameters: dict[str, Any]) -> float:
    """Milliseconds of the first answer of a service that has just been started."""
    product.restart("suggest")
    with _client(product) as http:
        # A connection is made before, and not measured.
        http.get("/healthz").raise_for_status()
        return _timed(lambda: _ask(http, what, parameters))[0]


def _measured(product: Product, what: str, parameters: dict[str, Any]) -> dict[str, float]:
    first = _asked_once(product, what, parameters)
    with _client(product) as http:
        warm = median(_timed(lambda: _ask(http, what, parameters))[0] for _ in range(_ROUNDS))
        size = len(_ask(http, what, parameters))
    memory = _peak_megabytes(product)
    return {"first [ms]": first, "warm [ms]": warm, "answer [MB]": size / 1e6, "memory [MB]": memory}


def _ask(http: httpx.Client, what: str, parameters: dict[str, Any]) -> bytes:
    answer = http.get(f"/v1/workspaces/{WORKSPACE}/suggestions/{what}", params={"dataset": DATASET, **parameters})
    answer.raise_for_status()
    return answer.content


def _timed(call: Callable[[], bytes]) -> tuple[float, bytes]:
    begun = time.perf_counter()
    answer = call()
    return 1000 * (time.perf_counter() - begun), answer


def _client(product: Product) -> httpx.Client:
    headers = {"Authorization": f"Bearer {product.token}"}
    return httpx.Client(base_url=product.url, headers=headers, timeout=600)


def _peak_megabytes(product: Product) -> float:
    """The most memory that the suggest service has held since it was started."""
    status = Path(f"/proc/{product.pid('suggest')}/status").read_text()
    return next(int(line.split()[1]) / 1e3 for line in status.splitlines() if line.startswith("VmHWM"))


def _print(figures: dict[str, Any]) -> None:
    columns = ("first [ms]", "warm [ms]", "answer [MB]", "memory [MB]")
    print(f"{'':28}" + "".join(f"{column:>14}" for column in columns))
    for name, row in figures["questions"].items():
        print(f"{name:28}" + "".join(f"{row[column]:>14.2f}" for column in columns))
    print(f"{'aims of the agreement map':28}" + "".join(f"{_AIMS[column]:>14.2f}" for column in columns))
    print(f"the agreement map before the predictions are merged, first: {figures['unmerged']['agreement']:.0f} ms")
    print(f"merging the predictions of one model: {figures['merging one model [s]']:.1f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else _MILLION)
