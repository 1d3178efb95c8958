"""What people do at a product that goes on: each way in, each service behind it, single samples and whole data sets."""

from dataclasses import dataclass
from io import BytesIO

import grpc
import httpx
import pyarrow.parquet as pq
from e2e.rolling.cluster import Cluster
from e2e.rolling.people import Act, Person

from backplane.results import Results
from domain.identifiers import new_id
from domain.predictions import Column
from innhub import Dataset, Hub, Model, Run
from innhub.sending import AGAIN, Sending
from innhub_proto.artifacts.v1 import artifacts_pb2
from innhub_proto.explainer.v1 import explainer_pb2, explainer_pb2_grpc
from innhub_proto.inference.v1 import inference_pb2, inference_pb2_grpc
from ui import ids

_SECONDS = 120.0
_PAUSE_SECONDS = 0.5


@dataclass(frozen=True)
class Work:
    """What there is to do.

    Attributes:
        cluster: where.
        hub: a client for whoever looks on.
        model: a small network.
        dataset: many samples, in several shards, all of them predicted.
        other: as many samples, for runs that begin again and again.
        few: a handful of samples.
    """

    cluster: Cluster
    hub: Hub
    model: Model
    dataset: Dataset
    other: Dataset
    few: Dataset

    def interactive(self, begun: list[str]) -> list[Person]:
        """People at every door who wait for an answer about single things.

        Args:
            begun: gets the name of each small run that was begun.
        """
        acts = {
            "looks": self._looks(),
            "predicts": self._predicts(),
            "explains": self._explains(),
            "compares": self._compares(),
            "pages": self._pages(),
            "programs": self._programs(),
            "small runs": self._small_runs(begun),
        }
        return [Person(name, act, _PAUSE_SECONDS) for name, act in acts.items()]

    def predicting(self) -> Person:
        """Somebody who lets a whole data set be predicted, again and again."""
        return Person("runs that predict", self._predicting_runs())

    def explaining(self, seed: int = 0) -> Person:
        """Somebody who lets a whole data set be explained, again and again; with another seed, by other maps."""
        return Person("runs that explain", self._explaining_runs(seed))

    def assert_each_run_is_done_once(self, begun: list[str]) -> None:
        """What was begun is done, and none was begun twice."""
        runs = [run for run in self.hub.runs.list(dataset=self.few.id) if run.name in begun]
        assert [run.name for run in runs] == begun
        assert {run.state for run in runs} == {"done"}

    def _assert_done(self, run: Run) -> None:
        assert (run.state, list(run.failures)) == ("done", [])
        assert run.progress["samples_done"] == run.progress["samples_total"] == len(self.other) * len(run.models)
        assert run.progress["shards_done"] == run.progress["shards_total"]

    def _looks(self) -> Act:
        hub = self.cluster.hub()

        def act(number: int) -> None:
            assert self.model.name in {model.name for model in hub.models.list()}
            assert hub.datasets.image(self.dataset[number % len(self.dataset)], size=32).width
            assert hub.methods()

        return act

    def _predicts(self) -> Act:
        hub = self.cluster.hub()
        return lambda number: hub.predict_sample(self.model, self.dataset[number % len(self.dataset)])["top"]

    def _explains(self) -> Act:
        hub = self.cluster.hub()

        def act(number: int) -> None:
            turn, sample = divmod(number, len(self.dataset))
            # Nobody has asked for it before, so it is computed.
            parameters = {"samples": 2, "seed": turn}
            explanation = hub.explain(self.model, self.dataset[sample], method="smoothgrad", parameters=parameters)
            assert explanation.relevance.any()

        return act

    def _compares(self) -> Act:
        hub = self.cluster.hub()

        def act(_: int) -> None:
            points = hub.suggest.agreement(self.dataset.id, [self.model.id])
            assert (points.samples, points.missing) == (len(self.dataset), 0)

        return act

    def _pages(self) -> Act:
        browser = Sending(base_url=self.cluster.url, cookies={"innhub_token": self.cluster.token}, timeout=_SECONDS)

        def get(path: str) -> httpx.Response:
            return browser.get(path).raise_for_status()

        callbacks = get("/_dash-dependencies").json()
        (output,) = (one["output"] for one in callbacks if one["output"].startswith(f"..{ids.HOME}.children..."))
        parts = [part.rpartition(".") for part in output.strip(".").split("...")]
        refresh = {
            "output": output,
            "outputs": [{"id": part[0], "property": part[2]} for part in parts],
            "inputs": [{"id": ids.HOME_CLOCK, "property": "n_intervals", "value": 1}],
            "state": [{"id": ids.LINK, "property": "data", "value": ""}],
            "changedPropIds": [f"{ids.HOME_CLOCK}.n_intervals"],
        }

        def act(_: int) -> None:
            assert "_dash-config" in get("/").text
            # Browsers send again what was not answered on a connection that they had kept.
            answer = browser.post("/_dash-update-component", json=refresh, extensions={AGAIN: True}).raise_for_status()
            assert self.dataset.name in answer.text

        return act

    def _programs(self) -> Act:
        channel = grpc.insecure_channel(self.cluster.grpc_address, options=[("grpc.enable_http_proxy", 0)])
        token = (("authorization", f"Bearer {self.cluster.token}"),)
        predict = inference_pb2_grpc.InferenceServiceStub(channel).Predict
        explain = explainer_pb2_grpc.ExplainerServiceStub(channel).Explain

        def act(number: int) -> None:
            turn, sample = divmod(number, len(self.dataset))
            asked = inference_pb2.PredictRequest(
                workspace="default", model=self.model.name, dataset=self.dataset.name, sample=sample, top_k=1
            )
            assert len(predict(asked, timeout=_SECONDS, metadata=token).top) == 1
            request = explainer_pb2.ExplainRequest(
                workspace="default",
                model=self.model.name,
                dataset=self.dataset.name,
                sample=sample,
                method="input_times_gradient" if turn % 2 else "gradient",
                target=artifacts_pb2.Target(named="predicted"),
                engine="native",
            )
            assert explain(request, timeout=_SECONDS, metadata=token).explanation.id

        return act

    def _small_runs(self, begun: list[str]) -> Act:
        hub = self.cluster.hub()

        def act(_: int) -> None:
            begun.append(new_id())
            run = hub.runs.predict(self.few.id, [self.model.id], name=begun[-1])
            assert run.wait(bar=False).state == "done"

        return act

    def _predicting_runs(self) -> Act:
        hub, results = self.cluster.hub(), Results("default", self.other.id, self.model.id)

        def act(_: int) -> None:
            self.cluster.store.delete(results.predictions)
            self._assert_done(hub.predict(self.other, [self.model]).wait(bar=False))
            store = self.cluster.store
            parts = [store.get(part.key) for part in store.list(results.predictions)]
            numbers = [row for part in parts for row in pq.read_table(BytesIO(part))[Column.SAMPLE].to_pylist()]
            assert sorted(numbers) == list(range(len(self.other)))

        return act

    def _explaining_runs(self, seed: int) -> Act:
        hub = self.cluster.hub()

        def act(number: int) -> None:
            # Nobody has asked for these maps before, so all of them are computed.
            parameters = {"samples": 2, "seed": seed + number}
            run = hub.explain_all(self.other, [self.model], method="smoothgrad", parameters=parameters)
            self._assert_done(run.wait(bar=False))
            numbers = [row["sample"] for row in run.explained(self.model.id)]
            assert numbers == list(range(len(self.other)))

        return act
