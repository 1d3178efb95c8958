"""Which tokens are taken, whoever shows them: each way to be wrong is refused."""

import base64
import hmac
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OKPKey
from unit.gateway.sign_in.conftest import oidc
from unit.gateway.sign_in.provider import CLIENT_ID, HOUR, StandIn

from domain.errors import HubError, Reason
from gateway.principals import Means, Principal
from gateway.sign_in.provider import Provider
from gateway.sign_in.remembered import FRESH_SECONDS, KEPT_SECONDS, PAUSE_SECONDS
from gateway.sign_in.service import SignIn

PUBLIC_URL = "https://hub.example.org"


class Clock:
    """Stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def signing_in(provider: StandIn, clock: Clock) -> AsyncIterator[Callable[..., SignIn]]:
    made: list[SignIn] = []

    def make(**changed: Any) -> SignIn:
        settings = oidc(provider.issuer, **changed)
        made.append(SignIn(settings, PUBLIC_URL, Provider(settings, clock)))
        return made[-1]

    yield make
    for sign_in in made:
        await sign_in.close()


async def refusal(sign_in: SignIn, token: str) -> HubError:
    with pytest.raises(HubError) as caught:
        await sign_in.principal(token)
    assert token not in str(caught.value)
    return caught.value


async def test_a_token_of_the_provider_is_somebody(provider: StandIn, signing_in: Callable[..., SignIn]) -> None:
    found = await signing_in().principal(provider.token())
    assert found == Principal("ann", operator=False, means=Means.ACCESS_TOKEN)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"iss": "https://elsewhere.org"}, "'iss'"),
        ({"iss": None}, "iss"),
        ({"aud": "another client"}, "'aud'"),
        ({"aud": ["a", "b"]}, "'aud'"),
        ({"aud": None}, "aud"),
        ({"exp": 1}, "expired"),
        ({"exp": None}, "exp"),
        ({"exp": "tomorrow"}, "'exp'"),
        ({"exp": float("nan")}, "'exp'"),
        ({"nbf": 4_000_000_000}, "not yet valid"),
        ({"iat": 4_000_000_000}, "future"),
        ({"sub": None}, "sub"),
    ],
)
async def test_a_claim_that_is_wrong_is_named(
    provider: StandIn, signing_in: Callable[..., SignIn], changed: dict[str, Any], why: str
) -> None:
    error = await refusal(signing_in(), provider.token(**changed))
    assert error.reason is Reason.UNAUTHENTICATED
    assert why in error.message


async def test_a_token_for_several_is_for_us_too(provider: StandIn, signing_in: Callable[..., SignIn]) -> None:
    assert (await signing_in().principal(provider.token(aud=["another", CLIENT_ID]))).name == "ann"


async def test_another_audience_can_be_asked_for(provider: StandIn, signing_in: Callable[..., SignIn]) -> None:
    sign_in = signing_in(audience="innhub-api")
    assert (await sign_in.principal(provider.token(aud="innhub-api"))).name == "ann"
    assert "'aud'" in (await refusal(sign_in, provider.token())).message


def part(content: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


def unsigned(provider: StandIn) -> str:
    return f"{part({'alg': 'none', 'kid': provider.key.kid})}.{part(provider.claims())}."


def signed_with_the_public_key_as_a_secret(provider: StandIn) -> str:
    signed = f"{part({'alg': 'HS256', 'kid': provider.key.kid})}.{part(provider.claims())}"
    signature = hmac.digest(provider.key.as_pem(private=False), signed.encode(), "sha256")
    return f"{signed}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


def signed_by_somebody_else(provider: StandIn) -> str:
    return provider.token(provider.new_key())


def signed_by_somebody_else_under_our_kid(provider: StandIn) -> str:
    other = provider.new_key()
    return jwt.encode({"alg": "ES256", "kid": provider.key.kid}, provider.claims(), other)


def signed_by_another_kind_of_key_under_our_kid(provider: StandIn) -> str:
    other = OKPKey.generate_key("Ed25519")
    return jwt.encode({"alg": "Ed25519", "kid": provider.key.kid}, provider.claims(), other, algorithms=["Ed25519"])


def brings_its_own_key(provider: StandIn) -> str:
    other = provider.new_key()
    header = {"alg": "ES256", "jwk": other.as_dict(private=False), "jku": "https://elsewhere.org/keys", "kid": "x"}
    return jwt.encode(header, provider.claims(), other)


def changed_afterwards(provider: StandIn) -> str:
    header, _, signature = provider.token().split(".")
    return f"{header}.{part(provider.claims(preferred_username='eve'))}.{signature}"


def must_be_understood(provider: StandIn) -> str:
    header = {"alg": "ES256", "kid": provider.key.kid, "crit": ["b64"], "b64": False}
    signed = provider.token().split(".")
    return f"{part(header)}.{signed[1]}.{signed[2]}"


@pytest.mark.parametrize(
    "forged",
    [
        unsigned,
        signed_with_the_public_key_as_a_secret,
        signed_by_somebody_else,
        signed_by_somebody_else_under_our_kid,
        signed_by_another_kind_of_key_under_our_kid,
        brings_its_own_key,
        changed_afterwards,
        must_be_understood,
    ],
    ids=lambda forged: forged.__name__,
)
async def test_nobody_else_can_sign(
    provider: StandIn, signing_in: Callable[..., SignIn], forged: Callable[[StandIn], str]
) -> None:
    assert (await refusal(signing_in(), forged(provider))).reason is Reason.UNAUTHENTICATED


@pytest.mark.parametrize(
    "nonsense", ["x", "a.b.c", "..", "....", "a.b.c.d.e", "ünï.cö.de", f"{part([])}.{part({})}.x", "e30.e30.e30"]
)
async def test_what_is_no_token_is_refused(signing_in: Callable[..., SignIn], nonsense: str) -> None:
    with pytest.raises(HubError) as caught:
        await signing_in().principal(nonsense)
    assert caught.value.reason is Reason.UNAUTHENTICATED


async def test_a_new_key_is_found_and_the_old_one_forgotten(
    provider: StandIn, signing_in: Callable[..., SignIn], clock: Clock
) -> None:
    sign_in, old = signing_in(), provider.token()
    await sign_in.principal(old)
    provider.rotate()
    clock.now += PAUSE_SECONDS + 1
    assert (await sign_in.principal(provider.token())).name == "ann"
    assert (await refusal(sign_in, old)).reason is Reason.UNAUTHENTICATED


async def test_keys_that_are_unknown_here_are_passed_over(provider: StandIn, signing_in: Callable[..., SignIn]) -> None:
    known = provider.key.as_dict(private=False)
    provider.beside = [{"kty": "new"}, {**known, "crv": "P-9", "kid": "a"}, {**known, "use": "tls", "kid": "b"}, 7]
    assert (await signing_in().principal(provider.token())).name == "ann"


async def test_keys_are_remembered_for_a_while(
    provider: StandIn, signing_in: Callable[..., SignIn], clock: Clock
) -> None:
    sign_in = signing_in()
    for _ in range(3):
        await sign_in.principal(provider.token())
    assert provider.asked["/keys"] == 1
    clock.now += FRESH_SECONDS + 1
    await sign_in.principal(provider.token())
    assert provider.asked["/keys"] == 2


async def test_strangers_do_not_make_us_ask_the_provider_without_end(
    provider: StandIn, signing_in: Callable[..., SignIn]
) -> None:
    sign_in = signing_in()
    for _ in range(5):
        await refusal(sign_in, provider.token(provider.new_key()))
    assert provider.asked["/keys"] == 1


async def test_known_keys_stand_in_for_some_time_while_the_provider_is_away(
    provider: StandIn, signing_in: Callable[..., SignIn], clock: Clock
) -> None:
    sign_in = signing_in()
    await sign_in.principal(provider.token())
    provider.answering = False
    clock.now += KEPT_SECONDS
    assert (await sign_in.principal(provider.token())).name == "ann"
    clock.now += PAUSE_SECONDS + 1
    error = await refusal(sign_in, provider.token())
    assert error.reason is Reason.SERVICE_UNAVAILABLE
    assert provider.issuer in error.message
    provider.answering = True
    clock.now += PAUSE_SECONDS + 1
    assert (await sign_in.principal(provider.token())).name == "ann"


async def test_a_provider_that_calls_itself_otherwise_is_not_believed(
    provider: StandIn, signing_in: Callable[..., SignIn]
) -> None:
    provider.described = {"issuer": "https://elsewhere.org"}
    error = await refusal(signing_in(), provider.token())
    assert error.reason is Reason.SERVICE_UNAVAILABLE
    assert "INNHUB_OIDC_ISSUER" in error.message


GROUPS = {"allowed_groups": "research, design", "operator_groups": "operations"}


@pytest.mark.parametrize(
    ("groups", "operator"),
    [(["research", "x"], False), ("design", False), (["operations"], True), (["operations", "design"], True)],
)
async def test_groups_let_in_and_make_operators(
    provider: StandIn, signing_in: Callable[..., SignIn], groups: object, operator: bool
) -> None:
    assert (await signing_in(**GROUPS).principal(provider.token(groups=groups))).may_operate() is operator


@pytest.mark.parametrize("groups", [None, [], ["x"], "researchers", {"research": True}, [["research"]], 7])
async def test_other_groups_stay_out(provider: StandIn, signing_in: Callable[..., SignIn], groups: object) -> None:
    error = await refusal(signing_in(**GROUPS), provider.token(groups=groups))
    assert error.reason is Reason.PERMISSION_DENIED
    assert "ann" in error.message


async def test_without_groups_asked_for_everybody_enters_and_nobody_operates(
    provider: StandIn, signing_in: Callable[..., SignIn]
) -> None:
    assert not (await signing_in().principal(provider.token(groups=None))).may_operate()


async def test_groups_may_lie_deeper_in_a_token(provider: StandIn, signing_in: Callable[..., SignIn]) -> None:
    sign_in = signing_in(groups_claim="realm_access.roles", operator_groups="admin")
    token = provider.token(realm_access={"roles": ["admin"]}, groups=["admin"])
    assert (await sign_in.principal(token)).may_operate()
    assert not (await sign_in.principal(provider.token(groups=["admin"]))).may_operate()


@pytest.mark.parametrize(
    ("claims", "name"),
    [
        ({"preferred_username": "ann", "email": "ann@example.org"}, "ann"),
        ({"preferred_username": None, "email": "ann@example.org"}, "ann@example.org"),
        ({"preferred_username": None, "email": "ann@example.org", "email_verified": False}, "1"),
        ({"preferred_username": "a\nb"}, "1"),
        ({"preferred_username": None}, "1"),
    ],
)
async def test_a_name_is_the_best_that_the_provider_vouches_for(
    provider: StandIn, signing_in: Callable[..., SignIn], claims: dict[str, Any], name: str
) -> None:
    assert (await signing_in().principal(provider.token(**claims, exp=provider.claims()["exp"] + HOUR))).name == name
