"""Budgets by address, member and city: who has used his is told when to come back, and nobody else is hit."""

from uuid import uuid4

import pytest

from api.security.rates import Memory, Rates
from api.security.refusals import TooManyRequests
from api.settings import RATES
from tests.api.whole_app import member, token, whole_app
from tests.conftest import AOMORI, SAPPORO, House

QUERY = {"query": "{ __typename }"}
RAISE = """mutation ($i: RaiseChallengeInput!) {
  raiseChallenge(input: $i) { ... on ChallengeRecorded { id } ... on Problem { code } }
}"""


class Clock:
    """A clock that is put forward by hand."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_window_moves_with_the_time(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    rates = Rates({"public.address": "2/minute"}, clock=clock)
    rates.spend("public", address="a")
    clock.now += 40
    rates.spend("public", address="a")
    with pytest.raises(TooManyRequests) as refused:
        rates.spend("public", address="a")
    assert refused.value.details == {"seconds": 20}
    clock.now += 19
    with pytest.raises(TooManyRequests):
        rates.spend("public", address="a")
    clock.now += 1
    rates.spend("public", address="a")
    with pytest.raises(TooManyRequests) as refused:
        rates.spend("public", address="a")
    assert refused.value.details == {"seconds": 40}


def test_kinds_and_names_are_counted_apart_and_what_has_no_budget_is_not_counted(clock: Clock) -> None:
    rates = Rates({"public.address": "1/minute", "desk.member": "1/minute"}, clock=clock)
    rates.spend("public", address="a")
    rates.spend("public", address="b")
    rates.spend("desk", member="a", city="a")
    for _ in range(3):
        rates.spend("desk", city="a")
        rates.spend("public", address="")
    with pytest.raises(TooManyRequests):
        rates.spend("desk", member="a")


def test_the_memory_forgets_who_was_quiet_longest_and_holds_no_more_than_it_may(clock: Clock) -> None:
    memory = Memory(keys=2, clock=clock)
    assert [memory.acquire_entry(key, 1, 60) for key in "abac"] == [True, True, False, True]
    assert (memory.get("a"), memory.get("b"), memory.get("c")) == (1, 0, 1)
    assert memory.reset() == 2


def test_a_public_visitor_beyond_the_budget_gets_429_and_when_to_come_back(house: House) -> None:
    rates = {"public.address": "2/minute"}
    with whole_app(house, rates=rates) as client:
        assert [client.post("/graphql", json=QUERY).status_code for _ in range(2)] == [200, 200]
        for answer in (client.post("/graphql", json=QUERY, headers={"Accept-Language": "ja"}), client.get("/graphql")):
            assert answer.status_code == 429
            assert 1 <= int(answer.headers["Retry-After"]) <= 60
            error = answer.json()["errors"][0]
            assert error["extensions"] == {"seconds": int(answer.headers["Retry-After"]), "code": "TOO_MANY_REQUESTS"}
        page = client.get("/", headers={"Accept-Language": "ja"})
        assert (page.status_code, page.json()["code"]) == (429, "TOO_MANY_REQUESTS")
        assert "秒待ってから" in page.json()["message"]
        assert client.get("/readyz").status_code == 200
        assert client.post("/desk/sapporo/graphql", json=QUERY).status_code == 404


def test_behind_a_proxy_each_visitor_has_a_budget_and_a_household_of_ipv6_has_one(house: House) -> None:
    from ipaddress import ip_network  # noqa: PLC0415 - only here

    proxies = (ip_network("203.0.113.7/32"),)
    with whole_app(house, rates={"public.address": "1/minute"}, trusted_proxies=proxies) as client:

        def status(address: str) -> int:
            return int(client.post("/graphql", json=QUERY, headers={"X-Forwarded-For": address}).status_code)

        assert [status(f"198.51.100.{n}") for n in (1, 2, 1)] == [200, 200, 429]
        assert [status(f"2001:db8::{n:x}:{n}") for n in (1, 2)] == [200, 429]
        assert status("2001:db8:0:1::1") == 200
    with whole_app(house, rates={"public.address": "1/minute"}) as client:
        assert [status(f"198.51.100.{n}") for n in (1, 2)] == [200, 429]


def test_signing_in_has_a_budget_of_its_own(house: House) -> None:
    house.open_city(SAPPORO)
    with whole_app(house, rates={"sign_in.address": "2/minute"}) as client:
        sent = {"json": {"login": "nobody", "secret": "wrong-secret"}}
        assert [client.post("/desk/sapporo/token", **sent).status_code for _ in range(3)] == [401, 401, 429]
        assert client.post("/graphql", json=QUERY).status_code == 200


def test_signing_in_has_a_budget_by_city(house: House) -> None:
    for city in (SAPPORO, AOMORI):
        house.open_city(city)
    with whole_app(house, rates={"sign_in.city": "1/minute"}) as client:

        def status(city: str) -> int:
            return int(client.post(f"/desk/{city}/token", json={"login": "nobody", "secret": "wrong"}).status_code)

        assert [status(city) for city in ("sapporo", "011002", "aomori")] == [401, 429, 401]


def test_the_pages_of_signing_in_spend_the_budget_of_the_city_too(house: House) -> None:
    house.open_city(SAPPORO)
    with whole_app(house, rates={"sign_in.city": "2/minute"}) as client:

        def status(path: str) -> int:
            page = client.get("/desk/sapporo/sign-in").text
            given = {"mark": page.partition('name="mark" value="')[2].partition('"')[0], "login": "nobody"}
            headers = {"Origin": str(client.base_url), "Sec-Fetch-Site": "same-origin"}
            return int(client.post(path, data={**given, "secret": "wrong", "code": "x"}, headers=headers).status_code)

        asked = ["/desk/sapporo/sign-in", "/desk/sapporo/reset/use", "/desk/sapporo/sign-in", "/desk/sapporo/reset/use"]
        assert [status(path) for path in asked] == [401, 422, 429, 429]


@pytest.mark.parametrize("whose", ["member", "city"])
def test_a_member_and_a_city_have_budgets_wherever_they_ask_from(house: House, whose: str) -> None:
    for city in (SAPPORO, AOMORI):
        house.open_city(city)
        for login in ("sato", "suzuki"):
            member(house, city, login)
    with whole_app(house, rates={f"desk.{whose}": "2/minute"}) as client:
        sato, suzuki, aomori = token(client), token(client, login="suzuki"), token(client, "aomori")

        def status(city: str, of: dict[str, str]) -> int:
            return int(client.post(f"/desk/{city}/graphql", json=QUERY, headers=of).status_code)

        assert [status("sapporo", sato), status("011002", token(client)), status("sapporo", sato)] == [200, 200, 429]
        assert status("sapporo", suzuki) == (200 if whose == "member" else 429)
        assert status("aomori", aomori) == 200


@pytest.mark.parametrize("whose", ["member", "city"])
def test_commands_have_a_budget_of_their_own_and_what_is_beyond_it_is_not_recorded(house: House, whose: str) -> None:
    house.open_city(SAPPORO)
    member(house, SAPPORO)
    with whole_app(house, rates={f"commands.{whose}": "1/minute"}) as client:
        sato = token(client)

        def command() -> tuple[int, str | None]:
            given = {"commandId": str(uuid4()), "title": "公園の落ち葉", "description": "毎年 30 トン。"}
            body = {"query": RAISE, "variables": {"i": given}}
            answer = client.post("/desk/sapporo/graphql", json=body, headers=sato)
            return answer.status_code, answer.headers.get("Retry-After")

        assert command() == (200, None)
        status, wait = command()
        assert (status, 1 <= int(wait or 0) <= 60) == (429, True)
        assert client.post("/desk/sapporo/graphql", json=QUERY, headers=sato).status_code == 200
    assert house.sql("select count(*) from renkei.events where topic = 'challenge.raised'") == [(1,)]


def test_every_kind_that_the_settings_know_has_a_way_to_be_counted() -> None:
    assert {name.partition(".")[0] for name in RATES} == {"public", "desk", "sign_in", "commands"}
