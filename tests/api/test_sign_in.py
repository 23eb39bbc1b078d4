"""Signing in with a browser by login and secret: cookies, sessions, second factor, and requests of other sites."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from html import unescape
from unittest.mock import patch
from uuid import uuid4

import pytest
from structlog.testing import capture_logs

from api.signing.settings import SignIn
from tenants.commands.rights import GrantRight
from tenants.identity.enrolment import reset_second_factor, set_active, set_secret
from tenants.identity.factors import STEP, code_at
from tenants.members import Member, Role, operator
from tenants.tenancy import Tenancy
from tenants.wish import Entry
from tests.api.signing_world import ADDRESS, SECRET, Browser, Entrance, Forms, entrance_of
from tests.conftest import AOMORI, QUICK, SAPPORO, House

RAISE = (
    'mutation { raiseChallenge(input: {commandId: "%s", title: "公園の落ち葉", description: "毎年 30 トン"})'
    " { __typename } }"
)


@pytest.fixture
def inside(entrance: Entrance, sato: Member) -> Browser:
    """佐藤's browser, signed in."""
    browser = entrance.browser()
    assert browser.sign_in().status_code == 303
    return browser


def raise_challenge(browser: Browser, **headers: str) -> int:
    return browser.ask(query=RAISE % uuid4(), **headers).status_code


# --- the cookie ------------------------------------------------------------------------------------------------------


def test_a_session_is_a_cookie_that_no_script_and_no_other_site_gets(entrance: Entrance, sato: Member) -> None:
    browser = entrance.browser()
    answer = browser.sign_in()
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/sapporo/account")
    (cookie,) = (told for told in answer.headers.get_list("set-cookie") if "renkei-session" in told)
    name, _, rest = cookie.partition("=")
    parts = {part.strip().lower() for part in rest.split(";")[1:]}
    assert (name, parts) == (f"__Host-renkei-session-{SAPPORO}", {"httponly", "samesite=lax", "secure", "path=/"})
    assert browser.ask().json() == {"data": {"me": {"name": "佐藤"}}}
    assert raise_challenge(browser) == 200


def test_without_tls_the_cookie_is_not_marked_secure_and_still_for_no_script(house: House) -> None:
    house.open_city(SAPPORO)
    with entrance_of(house, SignIn(address="http://renkei.test")) as entrance:
        entrance.member()
        browser = entrance.browser()
        browser.get("/desk/sapporo/sign-in")
        answer = browser.submit({"login": "sato", "secret": SECRET}, headers={"Origin": "http://renkei.test"})
        (cookie,) = (told for told in answer.headers.get_list("set-cookie") if "renkei-session" in told)
        assert cookie.startswith(f"renkei-session-{SAPPORO}=")
        assert ("HttpOnly" in cookie, "Secure" in cookie) == (True, False)


def test_the_database_keeps_no_session_token(entrance: Entrance, inside: Browser) -> None:
    token = inside.cookie() or ""
    (row,) = entrance.house.sql("select * from renkei.sessions")
    kept = b"".join(bytes(part) for part in row if isinstance(part, bytes | memoryview))
    assert (token[:20] in str(row), token[:20].encode() in kept) == (False, False)


def test_the_session_of_one_city_is_none_in_another(entrance: Entrance, inside: Browser, sato: Member) -> None:
    entrance.copy_to_aomori()
    assert not inside.known("aomori")
    inside.hold(inside.cookie(), city=AOMORI)
    assert not inside.known("aomori")


@pytest.mark.parametrize(
    ("login", "secret"), [("sato", "別のひみつ・とても長いもの"), ("suzuki", SECRET), ("", SECRET), ("sato", "")]
)
def test_who_is_not_let_in_gets_the_page_again_and_no_session(
    entrance: Entrance, sato: Member, login: str, secret: str
) -> None:
    browser = entrance.browser()
    answer = browser.sign_in(login=login, secret=secret)
    assert (answer.status_code in {400, 401}, 'role="alert"' in answer.text) == (True, True)
    assert SECRET not in answer.text
    assert (browser.cookie(), entrance.sessions()) == (None, 0)


def test_an_unknown_login_and_a_wrong_secret_are_told_alike(entrance: Entrance, sato: Member) -> None:
    def told(login: str) -> tuple[int, str]:
        browser = entrance.browser()
        answer = browser.sign_in(login=login, secret="違うひみつを入れてみた")
        mark = Forms(answer.text).found[0][1]["mark"]
        return answer.status_code, answer.text.replace(mark, "")

    assert told("sato") == told("nobody")


# --- how long it lasts -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("what", "minutes"), [("seen_at", 31), ("started_at", 12 * 60 + 1)])
def test_a_session_ends_when_idle_or_old(entrance: Entrance, what: str, minutes: float) -> None:
    yesterday = entrance.house.tenancy.today() - timedelta(
        1
    )  # a session that began then is one of a member of that day
    with patch.object(Tenancy, "today", lambda _self: yesterday):
        entrance.member()
    inside = entrance.browser()
    assert inside.sign_in().status_code == 303
    entrance.later(what, minutes - 10)
    assert inside.known()
    entrance.later(what, minutes)
    assert not inside.known()


def test_using_a_session_keeps_it_from_being_idle(entrance: Entrance, inside: Browser) -> None:
    for _ in range(4):
        entrance.later("seen_at", 20)
        assert inside.known()


def test_the_token_changes_every_quarter_of_an_hour_and_the_former_is_good_for_a_minute(
    entrance: Entrance, inside: Browser
) -> None:
    first = inside.cookie() or ""
    assert (inside.known(), inside.cookie()) == (True, first)
    entrance.later("rotated_at", 16)
    assert inside.known()
    second = inside.cookie() or ""
    assert first != second
    late = entrance.browser()  # a request that was under way with the former token
    late.hold(first)
    assert (late.known(), late.cookie()) == (True, first)
    assert (inside.known(), inside.cookie()) == (True, second)


def test_a_former_token_that_turns_up_later_ends_the_session_for_everybody(entrance: Entrance, inside: Browser) -> None:
    copy = entrance.browser()
    copy.hold(inside.cookie())
    entrance.later("rotated_at", 16)
    assert inside.known()
    entrance.later("rotated_at", 2)
    with capture_logs() as said:
        assert not copy.known()
    assert [line["event"] for line in said] == ["session_stolen"]
    assert (inside.known(), entrance.sessions()) == (False, 0)


def test_of_many_requests_at_once_one_changes_the_token_and_all_are_answered(
    entrance: Entrance, inside: Browser
) -> None:
    entrance.later("rotated_at", 16)
    first = inside.cookie() or ""
    many = [entrance.browser() for _ in range(6)]
    for browser in many:
        browser.hold(first)
    with ThreadPoolExecutor(6) as threads:
        assert all(threads.map(lambda browser: browser.known(), many))
    assert len({browser.cookie() for browser in many} - {first}) == 1


def test_another_right_changes_the_token_at_once(entrance: Entrance, inside: Browser, sato: Member) -> None:
    first = inside.cookie()
    desk = entrance.house.tenancy.desk(operator(SAPPORO))
    today = entrance.house.tenancy.today()
    grant = GrantRight(grant=uuid4(), role=Role.STAFF, member=sato.id, valid_from=today, reason="兼務")
    desk.do(grant, Entry(uuid4()))
    assert inside.known()
    assert inside.cookie() != first


def test_signing_in_again_ends_the_session_that_the_browser_had(entrance: Entrance, inside: Browser) -> None:
    first = inside.cookie() or ""
    inside.sign_in()
    assert (inside.cookie() != first, entrance.sessions()) == (True, 1)


def test_a_token_that_somebody_put_into_the_browser_before_is_not_the_session_afterwards(
    entrance: Entrance, sato: Member
) -> None:
    browser = entrance.browser()
    browser.hold("chosen-by-somebody-else")
    browser.sign_in()
    thief = entrance.browser()
    thief.hold("chosen-by-somebody-else")
    assert not thief.known()


# --- out -------------------------------------------------------------------------------------------------------------


def test_signing_out_ends_the_session_on_the_server(entrance: Entrance, inside: Browser) -> None:
    copy = entrance.browser()
    copy.hold(inside.cookie())
    inside.get("/desk/sapporo/account")
    answer = inside.act("sign_out")
    assert (answer.status_code, inside.cookie(), entrance.sessions()) == (303, None, 0)
    assert not copy.known()


def test_signing_out_everywhere_ends_sessions_and_tokens_of_the_member_alone(
    entrance: Entrance, inside: Browser, sato: Member
) -> None:
    entrance.member(login="suzuki")
    others = [entrance.browser() for _ in range(2)]
    others[0].sign_in()
    others[1].sign_in(login="suzuki")
    token = entrance.client.post("/desk/sapporo/token", json={"login": "sato", "secret": SECRET}).json()["token"]
    inside.get("/desk/sapporo/account")
    assert inside.act("everywhere", secret=SECRET).status_code == 303
    bearer = entrance.browser().ask(Authorization=f"Bearer {token}")
    assert [inside.known(), others[0].known(), others[1].known(), bearer.status_code] == [False, False, True, 401]


@pytest.mark.parametrize("change", ["secret", "active"])
def test_a_session_ends_with_the_secret_or_the_access_it_came_from(
    entrance: Entrance, inside: Browser, sato: Member, change: str
) -> None:
    if change == "secret":
        set_secret(entrance.owner, SAPPORO, sato.id, "新しいひみつ・とても長いもの", hasher=QUICK)
    else:
        set_active(entrance.owner, SAPPORO, sato.id, active=False)
        set_active(entrance.owner, SAPPORO, sato.id, active=True)
    assert (inside.known(), entrance.sessions()) == (False, 0)


def test_a_member_who_left_is_out_at_the_next_request(entrance: Entrance, inside: Browser) -> None:
    entrance.house.sql("update renkei.members set active = false")
    assert not inside.known()


# --- requests of other sites -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"},
        {"Origin": "https://other.renkei.test", "Sec-Fetch-Site": "same-site"},
        {"Origin": ADDRESS, "Sec-Fetch-Site": "cross-site"},
        {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "http://renkei.test", "Sec-Fetch-Site": ""},
    ],
)
def test_a_command_with_the_cookie_from_another_site_is_refused(
    entrance: Entrance, inside: Browser, headers: dict[str, str]
) -> None:
    before = entrance.house.positions(SAPPORO)
    answer = inside.ask(query=RAISE % uuid4(), **headers)
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (403, "CROSS_SITE")
    assert entrance.house.positions(SAPPORO) == before


def test_a_command_with_the_cookie_that_does_not_say_where_it_comes_from_is_refused(
    entrance: Entrance, inside: Browser
) -> None:
    answer = inside.client.post("/desk/sapporo/graphql", json={"query": RAISE % uuid4()})
    assert answer.status_code == 403
    old = inside.client.post("/desk/sapporo/graphql", json={"query": RAISE % uuid4()}, headers={"Origin": ADDRESS})
    assert old.status_code == 200  # a browser that has no Sec-Fetch-Site yet


def test_a_form_cannot_give_a_command_and_a_get_changes_nothing(entrance: Entrance, inside: Browser) -> None:
    before = entrance.house.positions(SAPPORO)
    sent = {"Origin": ADDRESS, "Sec-Fetch-Site": "same-origin"}
    plain = {**sent, "Content-Type": "text/plain"}
    assert inside.client.post("/desk/sapporo/graphql", data={"query": RAISE % uuid4()}, headers=sent).status_code == 415
    body = '{"query": "{ me { name } }"}'
    assert inside.client.post("/desk/sapporo/graphql", content=body, headers=plain).status_code == 415
    assert inside.client.get("/desk/sapporo/graphql", params={"query": RAISE % uuid4()}).status_code == 405
    assert inside.client.get("/desk/sapporo/graphql", params={"query": "{ me { name } }"}).status_code == 200
    assert entrance.house.positions(SAPPORO) == before


def test_a_bearer_token_needs_no_origin_since_no_browser_sends_one_by_itself(entrance: Entrance, sato: Member) -> None:
    token = entrance.client.post("/desk/sapporo/token", json={"login": "sato", "secret": SECRET}).json()["token"]
    headers = {"Authorization": f"Bearer {token}"}
    answer = entrance.browser().client.post("/desk/sapporo/graphql", json={"query": RAISE % uuid4()}, headers=headers)
    assert answer.status_code == 200


def test_a_form_without_the_mark_of_this_browser_is_refused(entrance: Entrance, sato: Member) -> None:
    browser, other = entrance.browser(), entrance.browser()
    other.get("/desk/sapporo/sign-in")
    assert other.page is not None
    stolen = Forms(other.page.text).found[0][1]["mark"]
    given = {"login": "sato", "secret": SECRET}
    for mark in (stolen, "", "0" * 64, "é"):
        browser.get("/desk/sapporo/sign-in")
        assert browser.submit({**given, "mark": mark}).status_code == 403
    browser.get("/desk/sapporo/sign-in")
    assert (
        browser.submit(given, headers={"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}).status_code
        == 403
    )
    browser.get("/desk/sapporo/sign-in")
    browser.client.cookies.clear()
    assert browser.submit(given).status_code == 403
    browser.get("/desk/aomori/sign-in")  # another city's mark
    assert browser.page is not None
    mark = Forms(browser.page.text).found[0][1]["mark"]
    browser.get("/desk/sapporo/sign-in")
    assert browser.submit({**given, "mark": mark}).status_code == 403
    assert entrance.sessions() == 0


@pytest.mark.parametrize("path", ["/desk/sapporo/sign-in", "/desk/sapporo/account", "/desk/sapporo/sign-out"])
def test_what_changes_anything_is_never_a_get(entrance: Entrance, inside: Browser, path: str) -> None:
    inside.get(path)
    assert (inside.known(), entrance.sessions()) == (True, 1)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_pages_allow_no_script_no_frame_and_nothing_from_elsewhere(
    entrance: Entrance, inside: Browser, language: str
) -> None:
    for path in ("/desk/sapporo/sign-in", "/desk/sapporo/account"):
        page = inside.get(f"{path}?lang={language}")
        policy = page.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; style-src 'self';")
        assert "frame-ancestors 'none'" in policy
        assert (page.headers["cache-control"], page.headers["content-language"]) == ("no-store", language)
        assert not {"<script", "<style", " style=", " onclick=", "javascript:"} & {
            found for found in ("<script", "<style", " style=", " onclick=", "javascript:") if found in page.text
        }
        assert f'<html lang="{language}">' in page.text
        assert ("札幌市" if language == "ja" else "Sapporo") in page.text


def test_a_name_is_text_on_the_page(entrance: Entrance, inside: Browser) -> None:
    entrance.house.sql("update renkei.members set name = '<b>佐藤</b>'")
    assert "&lt;b&gt;佐藤&lt;/b&gt;" in inside.get("/desk/sapporo/account").text


@pytest.mark.parametrize(
    ("there", "led"),
    [("/desk/sapporo/account?lang=en", "/desk/sapporo/account?lang=en"), ("//evil.example", "/desk/sapporo/account"),
     ("https://evil.example", "/desk/sapporo/account"), ("/desk/aomori/account", "/desk/sapporo/account")],
)  # fmt: skip
def test_after_signing_in_one_is_led_to_a_place_of_that_desk(
    entrance: Entrance, sato: Member, there: str, led: str
) -> None:
    browser = entrance.browser()
    browser.client.get("/desk/sapporo/sign-in")
    browser.page = browser.client.get("/desk/sapporo/sign-in", params={"next": there})
    assert browser.submit({"login": "sato", "secret": SECRET}).headers["location"] == led


# --- second factor ---------------------------------------------------------------------------------------------------


class Totp:
    """佐藤's authenticator app."""

    def __init__(self, entrance: Entrance, browser: Browser) -> None:
        self.entrance, self.browser, self.now = entrance, browser, time.time()
        entrance.identity.factors._clock = lambda: self.now
        browser.get("/desk/sapporo/account?lang=en")
        page = browser.act("enrol", secret=SECRET).text
        import base64  # noqa: PLC0415

        written = page.partition("<code>")[2].partition("</code>")[0]
        self.secret = base64.b32decode(written)
        assert f"secret={written}" in unescape(page)

    def code(self, steps: int = 0) -> str:
        return code_at(self.secret, int(self.now) // STEP + steps)

    def confirm(self) -> list[str]:
        page = self.browser.act("confirm", code=self.code()).text
        self.now += STEP
        section = page.partition('id="shown-title"')[2].partition("</section>")[0]
        return [part.partition("</code>")[0] for part in section.split("<code>")[1:]]


@pytest.fixture
def app(entrance: Entrance, inside: Browser) -> Totp:
    return Totp(entrance, inside)


def signs_in(entrance: Entrance, code: str) -> bool:
    entrance.house.sql("delete from renkei.waits")
    return entrance.browser().sign_in(code=code).status_code == 303


def test_codes_are_those_of_the_rfc() -> None:
    """RFC 6238, appendix B, SHA-1, six of its eight digits."""
    secret = b"12345678901234567890"
    times = {59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037"}
    assert {when: code_at(secret, when // STEP) for when in times} == times


def test_a_second_factor_counts_once_it_was_confirmed(entrance: Entrance, app: Totp) -> None:
    assert signs_in(entrance, "")
    first = app.browser.cookie()
    assert len(set(app.confirm())) == 10
    assert app.browser.cookie() != first
    assert not signs_in(entrance, "")
    assert not signs_in(entrance, "000000" if app.code() != "000000" else "000001")
    assert signs_in(entrance, app.code())


def test_a_wrong_code_confirms_nothing(entrance: Entrance, app: Totp) -> None:
    wrong = f"{(int(app.code()) + 1) % 10**6:06d}"
    assert app.browser.act("confirm", code=wrong).status_code == 400
    assert signs_in(entrance, "")


@pytest.mark.parametrize(("steps", "let_in"), [(-2, False), (-1, False), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_wrong_by_one_step(entrance: Entrance, app: Totp, steps: int, let_in: bool) -> None:  # noqa: FBT001
    app.confirm()  # the step before was taken with it
    assert signs_in(entrance, app.code(steps)) is let_in


def test_the_step_before_is_still_good(entrance: Entrance, app: Totp) -> None:
    app.confirm()
    app.now += 5 * STEP
    assert signs_in(entrance, app.code(-1))


def test_no_code_is_taken_twice_nor_one_before_it(entrance: Entrance, app: Totp) -> None:
    app.confirm()
    code, before = app.code(), app.code(-1)
    assert [signs_in(entrance, code), signs_in(entrance, code), signs_in(entrance, before)] == [True, False, False]


def test_of_one_code_sent_many_times_at_once_one_is_taken(entrance: Entrance, app: Totp, sato: Member) -> None:
    app.confirm()
    code = app.code()
    with ThreadPoolExecutor(8) as many:
        told = list(many.map(lambda _: entrance.identity.factors.right(SAPPORO, sato.id, code), range(16)))
    assert told.count(True) == 1


def test_each_recovery_code_lets_in_once_and_is_kept_as_a_digest(entrance: Entrance, app: Totp) -> None:
    codes = app.confirm()
    kept = entrance.house.sql("select digest from renkei.recovery_codes")
    assert len(kept) == 10
    assert not any(code.encode() in bytes(digest) for code in codes for (digest,) in kept)
    assert all(len(code.replace("-", "")) == 26 for code in codes)  # 128 bits, five in each sign
    as_typed = codes[1].upper().replace("-", " ")
    assert [signs_in(entrance, code) for code in (codes[0], codes[0], as_typed)] == [True, False, True]


def test_a_recovery_code_is_not_used_up_by_who_does_not_know_the_secret(entrance: Entrance, app: Totp) -> None:
    codes = app.confirm()
    entrance.browser().sign_in(secret="違うひみつを入れてみた", code=codes[0])
    assert signs_in(entrance, codes[0])


def test_a_token_from_login_and_secret_needs_the_code_as_well(entrance: Entrance, app: Totp) -> None:
    app.confirm()
    given = {"login": "sato", "secret": SECRET}
    assert entrance.client.post("/desk/sapporo/token", json=given).status_code == 401
    assert entrance.client.post("/desk/sapporo/token", json={**given, "code": app.code()}).status_code == 200


def test_the_shared_secret_is_sealed_and_bound_to_its_member(entrance: Entrance, app: Totp, sato: Member) -> None:
    app.confirm()
    ((box,),) = entrance.house.sql("select secret from renkei.second_factors")
    assert app.secret not in bytes(box)
    suzuki = entrance.member(login="suzuki")
    copied = "insert into renkei.second_factors select city, %s, secret, 0, confirmed_at from renkei.second_factors"
    entrance.house.sql(copied, suzuki.id)
    assert not entrance.identity.factors.right(SAPPORO, suzuki.id, app.code())


def test_a_confirmed_factor_cannot_be_replaced_without_a_code_of_it(
    entrance: Entrance, app: Totp, sato: Member
) -> None:
    app.confirm()
    app.browser.get("/desk/sapporo/account")
    mark = Forms(app.browser.page.text if app.browser.page else "").found[0][1]["mark"]
    sent = {"Origin": ADDRESS, "Sec-Fetch-Site": "same-origin"}
    given = {"mark": mark, "action": "enrol", "secret": SECRET}
    answer = app.browser.client.post("/desk/sapporo/account", data=given, headers=sent)
    assert answer.status_code == 403
    answer = app.browser.client.post("/desk/sapporo/account", data={**given, "code": app.code(-1)}, headers=sent)
    assert answer.status_code == 403
    answer = app.browser.client.post("/desk/sapporo/account", data={**given, "code": app.code(1)}, headers=sent)
    assert answer.status_code == 409
    wrong = "000000" if app.code() != "000000" else "1"
    assert app.browser.act("remove", secret=SECRET, code=wrong).status_code == 403
    app.now += 2 * STEP
    assert not signs_in(entrance, "")
    app.browser.get("/desk/sapporo/account")
    assert app.browser.act("remove", secret=SECRET, code=app.code()).status_code == 200
    assert signs_in(entrance, "")
    assert entrance.house.sql("select count(*) from renkei.recovery_codes") == [(0,)]


def test_an_operator_lets_in_who_lost_everything_and_sessions_end(entrance: Entrance, app: Totp, sato: Member) -> None:
    app.confirm()
    reset_second_factor(entrance.owner, SAPPORO, sato.id)
    assert (app.browser.known(), signs_in(entrance, "")) == (False, True)


# --- guessing --------------------------------------------------------------------------------------------------------


def test_who_guesses_waits_and_a_browser_that_is_known_does_not(entrance: Entrance, inside: Browser) -> None:
    guesser = entrance.browser()
    for _ in range(5):
        assert guesser.sign_in(secret="違うひみつを入れてみた").status_code == 401
    refused = guesser.sign_in()
    assert (refused.status_code, int(refused.headers["retry-after"]) >= 1) == (429, True)
    assert entrance.browser().sign_in().status_code == 429
    assert inside.sign_in().status_code == 303  # the member's own browser
    copied = entrance.browser()
    copied.hold("made-up.0000", "known")
    assert copied.sign_in().status_code == 429


def test_the_mark_of_a_browser_is_of_one_login(entrance: Entrance, inside: Browser) -> None:
    entrance.member(login="suzuki")
    guesser = entrance.browser()
    for _ in range(6):
        guesser.sign_in(login="suzuki", secret="違うひみつを入れてみた")
    assert inside.sign_in(login="suzuki").status_code == 429


def test_what_happens_is_logged_by_ids_alone(entrance: Entrance, sato: Member) -> None:
    browser = entrance.browser()
    with capture_logs() as said:
        browser.sign_in(secret="違うひみつを入れてみた")
        browser.sign_in(login="nobody@city.example.jp")
        browser.sign_in()
    lines = [(line["event"], line.get("city"), line.get("member")) for line in said]
    assert lines == [
        ("sign_in_failed", SAPPORO, str(sato.id)),
        ("sign_in_failed", SAPPORO, None),
        ("signed_in", SAPPORO, str(sato.id)),
    ]
    assert not any(word in str(said) for word in ("sato", "佐藤", "nobody", "ひみつ"))


def test_where_local_accounts_are_off_no_secret_lets_in(house: House) -> None:
    house.open_city(SAPPORO)
    with entrance_of(house, SignIn(address=ADDRESS, local=False)) as entrance:
        entrance.member()
        browser = entrance.browser()
        assert 'name="secret"' not in browser.get("/desk/sapporo/sign-in").text
        answer = entrance.client.post("/desk/sapporo/token", json={"login": "sato", "secret": SECRET})
        assert (answer.status_code, answer.json()["code"]) == (422, "LOCAL_OFF")
