"""Personal tokens: made, shown once, listed and revoked by their owner; what their scopes let do, and how they end."""

from uuid import uuid4

import httpx
import pytest

from tenants.members import Member
from tests.api.signing_world import SECRET, Browser, Entrance
from tests.conftest import SAPPORO

RAISE = (
    'mutation { it: raiseChallenge(input: {commandId: "%s", title: "公園の落ち葉", description: "毎年 30 トン"})'
    " { __typename ... on Problem { code messageEn } } }"
)


@pytest.fixture
def signed(entrance: Entrance, sato: Member) -> dict[str, str]:
    """The header of 佐藤's token from login and secret."""
    answer = entrance.client.post("/desk/sapporo/token", json={"login": "sato", "secret": SECRET})
    return {"Authorization": f"Bearer {answer.json()['token']}"}


def make(entrance: Entrance, signed: dict[str, str], **told: object) -> httpx.Response:
    wanted = {"name": "集計", "days": 30, "scopes": ["read"], "secret": SECRET, **told}
    answer: httpx.Response = entrance.client.post("/desk/sapporo/tokens", json=wanted, headers=signed)
    return answer


def ask(entrance: Entrance, token: str, query: str = "{ me { name } }", city: str = "sapporo") -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}"}
    answer: httpx.Response = entrance.client.post(f"/desk/{city}/graphql", json={"query": query}, headers=headers)
    return answer


def listed(entrance: Entrance, signed: dict[str, str]) -> list[str]:
    answer = entrance.client.get("/desk/sapporo/tokens", headers=signed)
    assert answer.status_code == 200
    assert all("token" not in token for token in answer.json()["tokens"])
    return [token["name"] for token in answer.json()["tokens"]]


def test_a_token_is_shown_once_and_kept_as_a_digest(entrance: Entrance, signed: dict[str, str]) -> None:
    answer = make(entrance, signed)
    made = answer.json()
    assert (answer.status_code, answer.headers["cache-control"]) == (201, "no-store")
    assert made["token"].startswith("renkei_")
    assert ask(entrance, made["token"]).json() == {"data": {"me": {"name": "佐藤"}}}
    assert listed(entrance, signed) == ["集計"]
    (row,) = entrance.house.sql("select * from renkei.tokens where name is not null")
    kept = b"".join(bytes(part) for part in row if isinstance(part, bytes | memoryview))
    assert not any(part in str(row) or part.encode() in kept for part in (made["token"][:20], made["token"][7:27]))


def test_a_token_that_may_only_read_gives_no_command_and_is_told_why(
    entrance: Entrance, signed: dict[str, str]
) -> None:
    before = entrance.house.positions(SAPPORO)
    token = make(entrance, signed).json()["token"]
    told = ask(entrance, token, RAISE % uuid4()).json()["data"]["it"]
    assert (told["__typename"], told["code"]) == ("Refused", "SCOPE_TOO_NARROW")
    assert "write" in told["messageEn"]
    assert entrance.house.positions(SAPPORO) == before
    may = make(entrance, signed, scopes=["write"]).json()
    assert may["scopes"] == ["read", "write"]
    assert ask(entrance, may["token"], RAISE % uuid4()).json()["data"]["it"]["__typename"] == "ChallengeRecorded"


def test_a_personal_token_makes_shows_and_revokes_no_tokens(entrance: Entrance, signed: dict[str, str]) -> None:
    made = make(entrance, signed, scopes=["read", "write"]).json()
    own = {"Authorization": f"Bearer {made['token']}"}
    assert make(entrance, own, name="もう一つ").status_code == 403
    assert entrance.client.get("/desk/sapporo/tokens", headers=own).status_code == 403
    assert entrance.client.delete(f"/desk/sapporo/tokens/{made['id']}", headers=own).status_code == 403
    assert entrance.client.get("/desk/sapporo/account", headers=own).status_code == 403
    assert listed(entrance, signed) == ["集計"]


def test_a_revoked_token_is_none_and_nobody_revokes_another_members(entrance: Entrance, signed: dict[str, str]) -> None:
    entrance.member(login="suzuki")
    answer = entrance.client.post("/desk/sapporo/token", json={"login": "suzuki", "secret": SECRET})
    suzuki = {"Authorization": f"Bearer {answer.json()['token']}"}
    made = make(entrance, signed).json()
    assert listed(entrance, suzuki) == []
    assert entrance.client.delete(f"/desk/sapporo/tokens/{made['id']}", headers=suzuki).status_code == 404
    assert ask(entrance, made["token"]).status_code == 200
    assert entrance.client.delete(f"/desk/sapporo/tokens/{made['id']}", headers=signed).status_code == 204
    assert entrance.client.delete(f"/desk/sapporo/tokens/{made['id']}", headers=signed).status_code == 404
    assert ask(entrance, made["token"]).status_code == 401


def test_a_token_ends_by_itself_and_lasts_at_most_a_year(entrance: Entrance, signed: dict[str, str]) -> None:
    for days in (0, -1, 367, 10**9):
        assert make(entrance, signed, days=days).json()["code"] == "DATE_INVALID"
    token = make(entrance, signed, days=366).json()["token"]
    assert entrance.house.sql("select expires_at < clock_timestamp() + interval '366 days 1 minute' from renkei.tokens"
                              " where name is not null") == [(True,)]  # fmt: skip
    entrance.house.sql("update renkei.tokens set expires_at = clock_timestamp() where name is not null")
    assert (ask(entrance, token).status_code, listed(entrance, signed)) == (401, [])


def test_the_token_of_one_city_is_none_in_another(entrance: Entrance, signed: dict[str, str]) -> None:
    entrance.copy_to_aomori()
    assert ask(entrance, make(entrance, signed).json()["token"], city="aomori").status_code == 401


def test_a_token_ends_with_the_membership(entrance: Entrance, signed: dict[str, str]) -> None:
    token = make(entrance, signed).json()["token"]
    entrance.house.sql("update renkei.members set active = false")
    assert ask(entrance, token).status_code == 401


@pytest.mark.parametrize(
    ("told", "status", "code"),
    [
        ({"name": ""}, 400, "TEXT_REQUIRED"),
        ({"name": "長" * 101}, 400, "TEXT_TOO_LONG"),
        ({"scopes": ["admin"]}, 400, "CODE_UNKNOWN"),
        ({"scopes": []}, 400, "CODE_UNKNOWN"),
        ({"days": "30"}, 400, "WANTED_MALFORMED"),
        ({"more": 1}, 400, "WANTED_MALFORMED"),
    ],
)
def test_what_no_token_can_be_is_refused(
    entrance: Entrance, signed: dict[str, str], told: dict[str, object], status: int, code: str
) -> None:
    answer = make(entrance, signed, **told)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_member_has_at_most_twenty(entrance: Entrance, signed: dict[str, str]) -> None:
    assert [make(entrance, signed).status_code for _ in range(20)] == [201] * 20
    assert make(entrance, signed).json()["code"] == "TOO_MANY"


def test_without_signing_in_there_are_no_tokens(entrance: Entrance) -> None:
    assert make(entrance, {}).status_code == 401
    assert entrance.client.get("/desk/sapporo/tokens").status_code == 401


def test_the_page_makes_shows_once_and_revokes(entrance: Entrance, sato: Member) -> None:
    browser: Browser = entrance.browser()
    browser.sign_in()
    browser.get("/desk/sapporo/account?lang=en")
    page = browser.act("make_token", name="集計", days="30", scope="read", secret=SECRET).text
    token = page.partition("<code>")[2].partition("</code>")[0]
    assert ask(entrance, token).status_code == 200
    assert token not in browser.get("/desk/sapporo/account").text
    ((number,),) = entrance.house.sql("select id from renkei.tokens where name is not null")
    assert browser.act("revoke_token", token=str(number)).status_code == 200
    assert ask(entrance, token).status_code == 401


def test_another_site_makes_no_token_with_the_cookie(entrance: Entrance, sato: Member) -> None:
    browser = entrance.browser()
    browser.sign_in()
    wanted = {"name": "盗", "days": 30, "scopes": ["write"], "secret": SECRET}
    for headers in ({}, {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}):
        assert browser.client.post("/desk/sapporo/tokens", json=wanted, headers=headers).status_code == 403
    assert entrance.house.sql("select count(*) from renkei.tokens") == [(0,)]
