"""Signing in with another service: a real OpenID provider, and what attackers try on the way back."""

import base64
import json
import time
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import quote_plus

import httpx
import msgspec
import pytest
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from structlog.testing import capture_logs

from api.signing import openid
from api.signing.settings import SignIn, profiles
from tenants.identity.enrolment import link, unlink
from tenants.members import Member
from tests.api.signing_world import (
    ADDRESS,
    Browser,
    Entrance,
    Forms,
    OpenIdProvider,
    entrance_of,
    install_provider,
    needs_node,
    path_of,
    provider_running,
    query_of,
)
from tests.conftest import AOMORI, SAPPORO, UNENCRYPTED, House

pytestmark = needs_node


@pytest.fixture(scope="session")
def packages() -> None:
    install_provider()


@pytest.fixture(scope="module")
def provider(packages: None) -> Iterator[OpenIdProvider]:
    with provider_running() as running:
        yield running


@pytest.fixture(scope="module")
def other(packages: None) -> Iterator[OpenIdProvider]:
    with provider_running() as running:
        yield running


@pytest.fixture
def entrance(house: House, provider: OpenIdProvider, other: OpenIdProvider) -> Iterator[Entrance]:
    house.open_city(SAPPORO)
    house.open_city(AOMORI)
    linked_by_claim = other.settings("other", link_by="employee_number", label_ja="社員番号", label_en="number")
    with entrance_of(house, SignIn(address=ADDRESS, providers=(provider.settings(), linked_by_claim))) as running:
        yield running


@pytest.fixture
def sato(entrance: Entrance, provider: OpenIdProvider) -> Member:
    member = entrance.member()
    link(entrance.owner, SAPPORO, member.id, provider.issuer, "sub-sato")
    return member


def leave(browser: Browser, city: str = "sapporo", name: str = "staff", query: str = "") -> str:
    """Where the browser is sent."""
    browser.get(f"/desk/{city}/sign-in{query}")
    answer = browser.choose(name)
    assert answer.status_code == 200, answer.text
    seconds, _, address = answer.headers["refresh"].partition("; url=")
    assert (seconds, unescape(answer.text.partition('class="button" href="')[2].partition('"')[0])) == ("0", address)
    return address


def back(browser: Browser, provider: OpenIdProvider, subject: str = "sub-sato", **where: str) -> str:
    """The way there and through the provider's own forms; answers the callback's address, not opened yet."""
    return path_of(provider.vouch(leave(browser, **where), subject))


def claims(token: str) -> dict[str, Any]:
    part = token.split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return found


def genuine(provider: OpenIdProvider, subject: str = "sub-sato", client: str = "renkei") -> str:
    """An ID token that the provider really signed, in a flow of somebody else's."""
    settings = provider.settings(client_id=client)
    verifier = "v" * 43
    asked = {
        "response_type": "code", "client_id": client, "scope": "openid", "state": "s", "nonce": "of another flow",
        "redirect_uri": f"{ADDRESS}/desk/{SAPPORO}/sign-in/staff/callback", "code_challenge_method": "S256",
        "code_challenge": create_s256_code_challenge(verifier),
    }  # fmt: skip
    address = str(httpx.URL(f"{provider.issuer}/auth", params=asked))
    code = query_of(provider.vouch(address, subject))["code"]
    given = {
        "grant_type": "authorization_code", "code": code, "code_verifier": verifier,
        "redirect_uri": asked["redirect_uri"],
    }  # fmt: skip
    basic = (quote_plus(client), quote_plus(settings.client_secret))
    answer = httpx.post(f"{provider.issuer}/token", data=given, auth=basic, trust_env=False, verify=UNENCRYPTED)
    token: str = answer.json()["id_token"]
    return token


def refused(entrance: Entrance, browser: Browser, address: str) -> str:
    """Why a callback lets nobody in, as it is logged: which of our checks it was that stood in the way."""
    with capture_logs() as said:
        answer = browser.get(address)
    assert answer.status_code in {403, 404}, answer.text
    assert (browser.known(), entrance.sessions()) == (False, 0)
    (line,) = (line for line in said if line["event"] == "sign_in_failed")
    assert line["problem"] not in answer.text
    return str(line["problem"])


def test_who_is_linked_signs_in_with_the_provider_and_out_of_both(
    entrance: Entrance, provider: OpenIdProvider, sato: Member
) -> None:
    browser = entrance.browser()
    assert "職員アカウント" in browser.get("/desk/sapporo/sign-in?lang=ja").text
    with httpx.Client(trust_env=False, verify=UNENCRYPTED) as there:
        address = leave(browser, query="?next=/desk/sapporo/graphql")
        asked = query_of(address)
        assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
        assert len(asked["code_challenge"]) == 43
        answer = browser.get(path_of(provider.vouch(address, "sub-sato", there)))
        assert (answer.status_code, answer.headers["location"]) == (303, "/desk/sapporo/graphql")
        assert browser.ask().json() == {"data": {"me": {"name": "佐藤"}}}
        page = browser.get("/desk/sapporo/account")
        assert provider.issuer in page.headers["content-security-policy"]
        onward = browser.act("sign_out").headers["location"]
        assert onward.startswith(f"{provider.issuer}/session/end?")
        assert {"id_token_hint", "post_logout_redirect_uri", "client_id"} <= query_of(onward).keys()
        assert provider.vouch(onward, "") == f"{ADDRESS}/desk/{SAPPORO}/sign-in"
    assert not browser.known()


def test_the_provider_gets_no_session_of_ours_and_we_keep_its_token_sealed(
    entrance: Entrance, provider: OpenIdProvider, sato: Member
) -> None:
    browser = entrance.browser()
    browser.get(back(browser, provider))
    ((name, box),) = entrance.house.sql("select provider, id_token from renkei.sessions")
    assert (name, b"eyJ" in bytes(box)) == ("staff", False)


def test_who_is_not_linked_is_told_so_and_nothing_is_made(
    entrance: Entrance, provider: OpenIdProvider, sato: Member
) -> None:
    browser = entrance.browser()
    answer = browser.get(back(browser, provider, "sub-nobody"))
    assert (answer.status_code, "登録されていません" in answer.text or "does not know you" in answer.text) == (
        403,
        True,
    )
    assert not browser.known()
    assert entrance.house.sql("select count(*) from renkei.members") == [(1,)]
    assert entrance.house.sql("select count(*) from renkei.outside_identities") == [(1,)]


def test_a_claim_that_the_configuration_names_links_once_and_for_all(
    entrance: Entrance, provider: OpenIdProvider, other: OpenIdProvider, sato: Member
) -> None:
    browser = entrance.browser()
    browser.get(back(browser, other, name="other"))
    assert browser.known()
    entrance.house.sql("update renkei.members set login = 'sato2'")
    entrance.member(login="sato")  # somebody else has the number now; the person stays who it was
    again = entrance.browser()
    again.get(back(again, other, name="other"))
    assert entrance.house.sql("select distinct member from renkei.sessions") == [(sato.id,)]


def test_a_second_person_with_the_same_number_does_not_become_the_member(
    entrance: Entrance, other: OpenIdProvider, sato: Member
) -> None:
    link(entrance.owner, SAPPORO, sato.id, other.issuer, "sub-sato-before")
    browser = entrance.browser()
    assert refused(entrance, browser, back(browser, other, name="other")) == "PERSON_UNKNOWN"


def test_without_a_named_claim_no_claim_links(entrance: Entrance, provider: OpenIdProvider) -> None:
    entrance.member()
    browser = entrance.browser()
    assert refused(entrance, browser, back(browser, provider)) == "PERSON_UNKNOWN"


def test_a_member_who_left_or_was_unlinked_is_not_let_in(
    entrance: Entrance, provider: OpenIdProvider, sato: Member
) -> None:
    inside = entrance.browser()
    inside.get(back(inside, provider))
    assert inside.known()
    unlink(entrance.owner, SAPPORO, sato.id, provider.issuer)
    assert not inside.known()
    browser = entrance.browser()
    assert refused(entrance, browser, back(browser, provider)) == "PERSON_UNKNOWN"
    link(entrance.owner, SAPPORO, sato.id, provider.issuer, "sub-sato")
    entrance.house.sql("update renkei.members set active = false")
    assert refused(entrance, browser, back(browser, provider)) == "PERSON_UNKNOWN"


# --- what attackers try ----------------------------------------------------------------------------------------------


def test_a_wrong_or_missing_state_is_refused(entrance: Entrance, provider: OpenIdProvider, sato: Member) -> None:
    browser = entrance.browser()
    address = back(browser, provider)
    state = query_of(address)["state"]
    assert refused(entrance, browser, address.replace(state, "x" * len(state))) == "state"
    address = back(browser, provider)
    assert refused(entrance, browser, address.replace("state=", "other=")) == "state"


def test_a_callback_in_another_browser_is_refused(entrance: Entrance, provider: OpenIdProvider, sato: Member) -> None:
    mine, victim = entrance.browser(), entrance.browser()
    assert refused(entrance, victim, back(mine, provider)) == "cookie"
    leave(victim)
    assert refused(entrance, victim, back(mine, provider)) == "state"


def test_a_code_is_good_once(entrance: Entrance, provider: OpenIdProvider, sato: Member) -> None:
    browser = entrance.browser()
    address = back(browser, provider)
    kept = browser.cookie("away")
    assert browser.get(address).status_code == 303
    assert browser.cookie("away") is None
    thief = entrance.browser()
    thief.hold(kept, "away")
    assert (thief.get(address).status_code, thief.known()) == (403, False)


def test_a_sign_in_that_took_too_long_is_refused(
    entrance: Entrance, provider: OpenIdProvider, sato: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = entrance.browser()
    address = back(browser, provider)
    kept = browser.cookie("away")
    now = time.time
    monkeypatch.setattr("api.signing.openid.time.time", lambda: now() + openid.LASTS + 1)
    browser.client.cookies.clear()
    browser.client.cookies.set(f"__Host-renkei-away-{SAPPORO}", kept or "", domain="renkei.test")
    assert refused(entrance, browser, address) == "too late"


def test_a_token_with_another_nonce_is_refused(entrance: Entrance, provider: OpenIdProvider, sato: Member) -> None:
    browser, token = entrance.browser(), genuine(provider)
    assert claims(token)["nonce"] == "of another flow"
    address = back(browser, provider)
    provider.bend(id_token=token)
    assert refused(entrance, browser, address) == "ID token: InvalidClaimError"


def own_nonce(browser: Browser, entrance: Entrance) -> str:
    """The nonce of the sign-in under way, which a network attacker would know."""
    box = base64.urlsafe_b64decode(browser.cookie("away") or "")
    plain = entrance.identity.vault.open(openid.PURPOSE, f"{SAPPORO}/staff", box)
    return msgspec.msgpack.decode(plain or b"", type=openid.Begun).nonce


@pytest.mark.parametrize(
    ("told", "algorithm"),
    [({}, "none"), ({}, "None"), ({}, "HS256"), ({"iss": "https://elsewhere.example"}, "none")],
)
def test_a_token_that_nobody_signed_is_refused(
    entrance: Entrance, provider: OpenIdProvider, sato: Member, told: dict[str, Any], algorithm: str
) -> None:
    browser = entrance.browser()
    address = back(browser, provider)
    now = int(time.time())
    said = {"iss": provider.issuer, "sub": "sub-sato", "aud": "renkei", "iat": now, "exp": now + 60,
            "nonce": own_nonce(browser, entrance), **told}  # fmt: skip

    def encoded(part: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()

    provider.bend(id_token=f"{encoded({'alg': algorithm})}.{encoded(said)}.")
    assert refused(entrance, browser, address)


def bend_nonce(monkeypatch: pytest.MonkeyPatch) -> None:
    """The nonce of another flow is taken for ours, so that only what is tested stands in the way."""
    begun = openid.OpenId._begun

    def same(*told: Any) -> openid.Begun:
        return msgspec.structs.replace(begun(*told), nonce="of another flow")

    monkeypatch.setattr(openid.OpenId, "_begun", same)


def test_a_genuine_token_would_be_taken_if_its_nonce_were_ours(
    entrance: Entrance, provider: OpenIdProvider, sato: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser, token = entrance.browser(), genuine(provider)
    bend_nonce(monkeypatch)
    address = back(browser, provider)
    provider.bend(id_token=token, access_token="")
    monkeypatch.setattr(CodeIDToken, "validate_at_hash", lambda _self: None)
    assert browser.get(address).status_code == 303


def test_a_token_for_another_client_is_refused(
    entrance: Entrance, provider: OpenIdProvider, sato: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser, token = entrance.browser(), genuine(provider, client="somebody-else")
    assert claims(token)["aud"] == "somebody-else"
    bend_nonce(monkeypatch)
    monkeypatch.setattr(CodeIDToken, "validate_at_hash", lambda _self: None)
    address = back(browser, provider)
    provider.bend(id_token=token)
    assert refused(entrance, browser, address) == "ID token: InvalidClaimError"


def test_a_token_of_another_issuer_is_refused(
    entrance: Entrance, provider: OpenIdProvider, other: OpenIdProvider, sato: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser, token = entrance.browser(), genuine(other)
    bend_nonce(monkeypatch)
    monkeypatch.setattr(CodeIDToken, "validate_at_hash", lambda _self: None)
    address = back(browser, provider)
    provider.bend(id_token=token)
    assert refused(entrance, browser, address)


def test_a_token_that_has_ended_is_refused(packages: None, house: House) -> None:
    house.open_city(SAPPORO)
    with (
        provider_running(lasts=1) as short,
        entrance_of(house, SignIn(address=ADDRESS, providers=(short.settings(),))) as entrance,
        pytest.MonkeyPatch.context() as patch,
    ):
        member, browser = entrance.member(), entrance.browser()
        link(entrance.owner, SAPPORO, member.id, short.issuer, "sub-sato")
        patch.setattr("api.signing.openid.LEEWAY", -1)
        assert refused(entrance, browser, back(browser, short)) == "ID token: ExpiredTokenError"


def test_the_callback_of_another_city_or_provider_is_refused(
    entrance: Entrance, provider: OpenIdProvider, sato: Member
) -> None:
    aomori = entrance.member(AOMORI)
    link(entrance.owner, AOMORI, aomori.id, provider.issuer, "sub-sato")
    browser = entrance.browser()
    address = back(browser, provider)
    kept = browser.cookie("away")
    browser.hold(kept, "away", city=AOMORI)
    assert refused(entrance, browser, address.replace(SAPPORO, AOMORI)) == "cookie"
    assert refused(entrance, browser, address.replace("/staff/", "/other/")) == "cookie"
    assert not browser.known("aomori")


def test_an_answer_that_names_another_issuer_or_none_is_refused(
    entrance: Entrance, provider: OpenIdProvider, other: OpenIdProvider, sato: Member
) -> None:
    browser = entrance.browser()
    named = httpx.URL(back(browser, provider)).copy_set_param("iss", other.issuer)
    assert refused(entrance, browser, str(named)) == "issuer of the answer"
    unnamed = httpx.URL(back(browser, provider)).copy_remove_param("iss")
    assert refused(entrance, browser, str(unnamed)) == "issuer of the answer"


def test_an_error_of_the_provider_lets_nobody_in(entrance: Entrance, provider: OpenIdProvider, sato: Member) -> None:
    browser = entrance.browser()
    state = query_of(leave(browser))["state"]
    address = f"/desk/sapporo/sign-in/staff/callback?error=access_denied&state={state}&iss={provider.issuer}"
    answer = browser.get(address)
    assert (answer.status_code, "access_denied" in answer.text) == (403, False)


@pytest.mark.parametrize(
    "there",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "/desk/aomori/account", "/desk/sapporo/../../x",
     "/desk/sapporo//evil.example", "javascript:alert(1)", "/graphql", "/desk/sapporo/account\r\nX: y"],
)  # fmt: skip
def test_nobody_is_sent_to_another_site_or_city_afterwards(
    entrance: Entrance, provider: OpenIdProvider, sato: Member, there: str
) -> None:
    browser = entrance.browser()
    query = "?" + str(httpx.QueryParams({"next": there}))
    answer = browser.get(path_of(provider.vouch(leave(browser, query=query), "sub-sato")))
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/sapporo/account")


def test_an_unknown_provider_and_one_of_another_city_are_alike(entrance: Entrance, provider: OpenIdProvider) -> None:
    browser = entrance.browser()
    browser.get("/desk/sapporo/sign-in")
    assert browser.choose("elsewhere").status_code == 404
    assert browser.get("/desk/sapporo/sign-in/elsewhere/callback?code=x&state=y").status_code == 404


def test_a_provider_that_is_away_is_said_to_be_so(house: House, packages: None) -> None:
    house.open_city(SAPPORO)
    with provider_running() as gone:
        settings = gone.settings()
    with entrance_of(house, SignIn(address=ADDRESS, providers=(settings,))) as entrance:
        browser = entrance.browser()
        browser.get("/desk/sapporo/sign-in")
        answer = browser.choose("staff")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")


def test_a_profile_that_reads_userinfo_may_require_what_a_claim_says(house: House, provider: OpenIdProvider) -> None:
    """As GビズID is asked: an account that somebody has looked at, told by userinfo alone."""
    house.open_city(SAPPORO)
    gbizid = profiles()["gbizid"]
    profile = msgspec.structs.replace(gbizid, algorithms=("RS256",), scopes=("openid", "profile"))
    settings = provider.settings(profile=profile, require=gbizid.require)
    with entrance_of(house, SignIn(address=ADDRESS, providers=(settings,))) as entrance:
        member = entrance.member()
        link(entrance.owner, SAPPORO, member.id, provider.issuer, "sub-prime")
        browser = entrance.browser()
        browser.get(back(browser, provider, "sub-prime"))
        assert browser.known()
        entrance.house.sql("update renkei.outside_identities set subject = 'sub-entry'")
        entrance.house.sql("delete from renkei.sessions")
        later = entrance.browser()
        assert refused(entrance, later, back(later, provider, "sub-entry")) == "claim account_type"


def test_no_link_and_no_form_of_another_site_begins_to_sign_in(entrance: Entrance, sato: Member) -> None:
    browser, other = entrance.browser(), entrance.browser()
    assert browser.get("/desk/sapporo/sign-in/staff").status_code == 405
    there = "/desk/sapporo/sign-in/staff"
    evil = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    own = {"Origin": ADDRESS, "Sec-Fetch-Site": "same-origin"}
    for address in ("/desk/sapporo/sign-in", "/desk/aomori/sign-in"):
        other.get(address)
    assert other.page is not None
    mark = Forms(other.page.text).found[0][1]["mark"]
    browser.get("/desk/sapporo/sign-in")
    assert browser.choose("staff", headers=evil).status_code == 403
    for given in ({"mark": ""}, {"mark": mark}):
        assert browser.client.post(there, data=given, headers=own).status_code == 403
    assert browser.cookie("away") is None
    browser.get("/desk/sapporo/sign-in")
    assert browser.choose("staff").status_code == 200
    assert browser.cookie("away") is not None


@pytest.mark.parametrize("issuer", ["https://evil.example", "{issuer}/", "{issuer}/other", ""])
def test_a_description_of_another_issuer_is_not_taken(house: House, provider: OpenIdProvider, issuer: str) -> None:
    house.open_city(SAPPORO)
    with entrance_of(house, SignIn(address=ADDRESS, providers=(provider.settings(),))) as entrance:
        provider.bend(at="/.well-known/openid-configuration", issuer=issuer.format(issuer=provider.issuer))
        browser = entrance.browser()
        browser.get("/desk/sapporo/sign-in")
        with capture_logs() as said:
            assert browser.choose("staff").status_code == 403
        assert [line["problem"] for line in said] == ["issuer of the discovery document"]
        browser.get("/desk/sapporo/sign-in")
        assert browser.choose("staff").status_code == 200  # the next one was its own again


def test_who_came_by_a_provider_changes_the_account_only_just_after(
    entrance: Entrance, provider: OpenIdProvider, sato: Member
) -> None:
    browser = entrance.browser()
    browser.get(back(browser, provider))
    entrance.later("started_at", 9)
    page = browser.get("/desk/sapporo/account?lang=en")
    assert ('name="secret"' in page.text, "Within ten minutes" in page.text) == (False, True)
    assert browser.act("make_token", name="集計", days="30", scope="read").status_code == 200
    entrance.later("started_at", 2)
    browser.get("/desk/sapporo/account?lang=en")
    refused = browser.act("make_token", name="集計", days="30", scope="read")
    assert (refused.status_code, "sign in again" in refused.text) == (403, True)
    assert entrance.house.sql("select count(*) from renkei.tokens") == [(1,)]
