"""Bearer tokens at every door of the real gateway: REST, pictures, events, and public gRPC."""

from collections.abc import Callable
from functools import partial

import grpc
import pytest
from fastapi.testclient import TestClient
from unit.gateway.sign_in.conftest import AUDIENCE, TOKEN, Gateway
from unit.gateway.sign_in.provider import StandIn

from innhub_proto.explainer.v1 import explainer_pb2, explainer_pb2_grpc

DOORS = {
    "/v1/me": 200,
    "/v1/workspaces": 200,
    "/v1/workspaces/default/models": 200,
    "/v1/workspaces/default/datasets/photos/samples/0/image": 404,
    "/v1/workspaces/default/explanations/x/heatmap.png": 404,
    "/v1/workspaces/default/runs/x/events": 404,
}


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def token(known: StandIn) -> Callable[..., str]:
    """Makes tokens that are right, but for what a test changes."""
    return partial(known.token, aud=AUDIENCE)


@pytest.mark.parametrize(("door", "status"), DOORS.items())
def test_a_token_opens_every_door_of_rest_and_a_wrong_one_none(
    browser: TestClient, known: StandIn, token: Callable[..., str], door: str, status: int
) -> None:
    wrong = {
        token(aud="another"): (401, "UNAUTHENTICATED"),
        token(exp=1): (401, "UNAUTHENTICATED"),
        token(known.new_key()): (401, "UNAUTHENTICATED"),
        token(groups=["others"]): (403, "PERMISSION_DENIED"),
    }
    assert browser.get(door).headers["www-authenticate"] == "Bearer"
    assert browser.get(door, headers=bearer(token())).status_code == status
    for refused, what in wrong.items():
        answer = browser.get(door, headers=bearer(refused))
        assert (answer.status_code, answer.json()["reason"]) == what


def test_everybody_is_told_who_they_are(browser: TestClient, token: Callable[..., str]) -> None:
    def me(shown: str) -> dict[str, object]:
        return dict(browser.get("/v1/me", headers=bearer(shown)).json())

    assert me(token()) == {"name": "ann", "operator": False, "signed_in": "access_token"}
    assert me(token(groups=["operations"]))["operator"] is True
    assert me(TOKEN) == {"name": "local", "operator": True, "signed_in": "token"}


def test_only_operators_look_after_the_hub(browser: TestClient, token: Callable[..., str]) -> None:
    refused = browser.get("/v1/admin/garbage", headers=bearer(token()))
    assert (refused.status_code, refused.json()["reason"]) == (403, "PERMISSION_DENIED")
    assert "ann" in refused.json()["detail"]
    operator = bearer(token(groups=["operations"]))
    assert browser.get("/v1/admin/garbage", headers=operator).status_code == 200


def test_without_a_token_of_the_machine_there_is_no_local_user(gateway: Gateway) -> None:
    with gateway() as browser:
        assert browser.get("/v1/me", headers=bearer(TOKEN)).status_code == 401
        assert browser.get("/", params={"token": ""}, headers={"accept": "text/html"}).status_code == 303


def test_a_provider_that_is_away_is_named(gateway: Gateway, provider: StandIn) -> None:
    provider.answering = False
    with gateway() as browser:
        answer = browser.get("/v1/me", headers=bearer(provider.token()))
    assert (answer.status_code, answer.json()["reason"]) == (503, "SERVICE_UNAVAILABLE")
    assert provider.issuer in answer.json()["detail"]


@pytest.mark.usefixtures("browser")
def test_public_grpc_asks_the_same(token: Callable[..., str], grpc_port: int) -> None:
    request = explainer_pb2.ExplainRequest(workspace="nowhere", model="m", dataset="d", method="gradient")

    def answer(shown: str) -> grpc.StatusCode:
        with pytest.raises(grpc.RpcError) as caught:
            stub.Explain(request, metadata=(("authorization", f"Bearer {shown}"),), timeout=10)
        code: grpc.StatusCode = caught.value.code()
        return code

    with grpc.insecure_channel(f"127.0.0.1:{grpc_port}") as channel:
        stub = explainer_pb2_grpc.ExplainerServiceStub(channel)
        # Whoever is let in learns that there is no such workspace; nobody else learns anything.
        assert answer(token()) is answer(TOKEN) is grpc.StatusCode.NOT_FOUND
        assert answer(token(exp=1)) is grpc.StatusCode.UNAUTHENTICATED
        assert answer(token(aud="x")) is grpc.StatusCode.UNAUTHENTICATED
        assert answer("") is grpc.StatusCode.UNAUTHENTICATED
        assert answer(token(groups=[])) is grpc.StatusCode.PERMISSION_DENIED
