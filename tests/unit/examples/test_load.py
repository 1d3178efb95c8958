"""The demo brings a Hub what it lacks, and leaves alone what it has."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest

from demo import photographs
from demo.load import load
from demo.networks import NETWORKS, DemoNetwork
from demo.photographs import PhotographFolder

FOLDER = PhotographFolder(Path("photographs"))


@dataclass
class Resource:
    name: str


@dataclass
class Run:
    kind: str
    waited: bool = False

    def wait(self) -> None:
        self.waited = True


@dataclass
class Listing:
    """Models, data sets or runs; additions are kept as they were asked for."""

    items: list[Any] = field(default_factory=list)
    added: list[tuple[Path, dict[str, Any]]] = field(default_factory=list)

    def list(self) -> list[Any]:
        return self.items

    def add(self, path: Path, **options: Any) -> Resource:
        self.added.append((path, options))
        self.items.append(Resource(options["name"]))
        return cast("Resource", self.items[-1])


@dataclass
class Hub:
    """What the demo uses of the client."""

    models: Listing = field(default_factory=Listing)
    datasets: Listing = field(default_factory=Listing)
    runs: Listing = field(default_factory=lambda: Listing([Run("import")]))
    predicted: list[tuple[str, list[str]]] = field(default_factory=list)

    def predict(self, dataset: Resource, models: list[Resource]) -> Run:
        self.predicted.append((dataset.name, [model.name for model in models]))
        self.runs.items.append(Run("predict"))
        return cast("Run", self.runs.items[-1])


@pytest.fixture(autouse=True)
def prepared(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache that holds everything."""
    monkeypatch.setattr(DemoNetwork, "prepare", lambda network: Path(f"{network.name}.keras"))
    monkeypatch.setattr(photographs, "prepare", lambda: FOLDER)


def load_into(hub: Hub) -> None:
    load(cast("Any", hub))


def test_an_empty_hub_gets_the_networks_the_photographs_and_their_predictions() -> None:
    hub = Hub()
    load_into(hub)
    names = [network.name for network in NETWORKS]
    assert [(str(path), options["name"]) for path, options in hub.models.added] == [
        (f"{name}.keras", name) for name in names
    ]
    assert hub.models.added[2][1]["preprocessing"]["channel_order"] == "bgr"
    assert hub.datasets.added == [(FOLDER.photographs, {"name": "photos", "labels": FOLDER.labels})]
    assert hub.predicted == [("photos", names)]
    assert hub.runs.items[-1].waited


def test_loading_again_changes_nothing() -> None:
    hub = Hub()
    load_into(hub)
    load_into(hub)
    assert len(hub.models.added) == len(NETWORKS)
    assert len(hub.datasets.added) == len(hub.predicted) == 1


def test_what_has_the_name_already_is_used_as_it_is() -> None:
    hub = Hub(models=Listing([Resource("lite0")]), datasets=Listing([Resource("photos")]))
    load_into(hub)
    assert [options["name"] for _path, options in hub.models.added] == ["lite2", "squeezenet"]
    assert hub.datasets.added == []
    assert hub.predicted == [("photos", ["lite0", "lite2", "squeezenet"])]
