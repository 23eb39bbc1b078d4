"""The account page: a second factor that a role asks for, the password, sessions, and showing again who one is."""

import base64
import time
from collections.abc import Iterator
from uuid import uuid4

import pytest
from structlog.testing import capture_logs

from api.signing.settings import USUAL, SignIn
from tenants.commands.rights import EnterMember, GrantRight, RemoveMember
from tenants.identity.enrolment import invite, sign_out
from tenants.identity.factors import STEP, code_at
from tenants.members import EVERYBODY, Member, Role, operator
from tenants.wish import Entry
from tests.api.signing_world import ADDRESS, SECRET, Browser, Entrance, entrance_of
from tests.conftest import AOMORI, SAPPORO, House

NEW = "新しいひみつ・とても長いもの"
WRONG = "違うひみつを入れてみた"
PAGE = "/desk/sapporo/account?lang=en"


@pytest.fixture
def strict(house: House) -> Iterator[Entrance]:
    """Whoever does more than read as staff needs a second factor; Aomori asks nobody for one."""
    house.open_city(SAPPORO)
    house.open_city(AOMORI)
    settings = SignIn(address=ADDRESS, second_factor={USUAL: EVERYBODY - {Role.STAFF}, AOMORI: frozenset()})
    with entrance_of(house, settings) as running:
        yield running


def inside(entrance: Entrance, login: str = "sato", city: str = "sapporo") -> Browser:
    """A browser in which somebody is signed in, the account open."""
    browser = entrance.browser()
    assert browser.sign_in(city, login).status_code == 303
    browser.get(f"/desk/{city}/account?lang=en")
    return browser


def enrol(browser: Browser) -> bytes:
    """Set up an app; answers what it shares."""
    page = browser.act("enrol", secret=SECRET)
    assert page.status_code == 200, page.text
    shared = base64.b32decode(page.text.partition("<code>")[2].partition("</code>")[0])
    assert browser.act("confirm", code=code_at(shared, int(time.time()) // STEP)).status_code == 200
    return shared


def code_of(shared: bytes, steps: int = 1) -> str:
    return code_at(shared, int(time.time()) // STEP + steps)


# --- a second factor that the role asks for --------------------------------------------------------------------------


def test_who_needs_a_second_factor_can_do_nothing_but_set_one_up(strict: Entrance) -> None:
    strict.member()
    browser = strict.browser()
    answer = browser.sign_in(query="?next=/desk/sapporo/graphql&lang=en")
    assert answer.headers["location"] == PAGE
    refused = browser.ask()
    assert (refused.status_code, refused.json()["errors"][0]["extensions"]["code"]) == (403, "SECOND_FACTOR_DEMANDED")
    headers = {"Origin": ADDRESS}
    wanted = {"name": "集計", "days": 3, "scopes": ["write"], "secret": SECRET}
    assert browser.client.get("/desk/sapporo/tokens").status_code == 403
    assert browser.client.post("/desk/sapporo/tokens", json=wanted, headers=headers).status_code == 403
    page = browser.get(PAGE)
    assert ("asks for a second factor" in page.text, "make_token" in page.text) == (True, False)
    mark = page.text.partition('name="mark" value="')[2].partition('"')[0]
    for action in ("make_token", "change_secret", "everywhere", "remove"):
        given = {"mark": mark, "action": action, "name": "集計", "days": "3", "scope": "write", "secret": SECRET,
                 "new_secret": NEW}  # fmt: skip
        answer = browser.client.post(PAGE, data=given, headers={**headers, "Sec-Fetch-Site": "same-origin"})
        assert (answer.status_code, "asks for a second factor" in answer.text) == (403, True)
    assert strict.house.sql("select count(*) from renkei.tokens") == [(0,)]
    browser.get(PAGE)
    enrol(browser)
    assert browser.known()
    assert "make_token" in browser.get(PAGE).text


def test_who_came_in_by_the_secret_alone_stays_out_when_the_member_sets_up_a_second_factor(strict: Entrance) -> None:
    """Somebody who has guessed the secret must not be let in by what the member does against just that."""
    staff = strict.member(SAPPORO, "sato", None, Role.STAFF)
    given = {"login": "sato", "secret": SECRET}
    token = strict.client.post("/desk/sapporo/token", json=given).json()["token"]
    thief, browser = inside(strict), inside(strict)
    desk, today = strict.house.tenancy.desk(operator(SAPPORO)), strict.house.tenancy.today()
    grant = GrantRight(grant=uuid4(), role=Role.APPROVER, member=staff.id, valid_from=today, reason="異動")
    desk.do(grant, Entry(uuid4()))
    browser.get(PAGE)
    enrol(browser)
    assert browser.known()
    assert thief.ask().status_code == 401
    assert strict.browser().ask(Authorization=f"Bearer {token}").status_code == 401


def test_a_mistyped_code_can_be_typed_again(strict: Entrance) -> None:
    strict.member()
    browser = inside(strict)
    page = browser.act("enrol", secret=SECRET).text
    shared = base64.b32decode(page.partition("<code>")[2].partition("</code>")[0])
    assert browser.act("confirm", code="abc").status_code == 400
    assert browser.act("confirm", code=code_of(shared, 0)).status_code == 200
    assert browser.known()


def test_login_and_secret_alone_give_no_token_to_who_needs_a_second_factor(strict: Entrance) -> None:
    strict.member()
    given = {"login": "sato", "secret": SECRET}
    answer = strict.client.post("/desk/sapporo/token", json=given)
    assert (answer.status_code, answer.json()["code"]) == (403, "SECOND_FACTOR_DEMANDED")
    shared = enrol(inside(strict))
    token = strict.client.post("/desk/sapporo/token", json={**given, "code": code_of(shared)}).json()["token"]
    assert strict.browser().ask(Authorization=f"Bearer {token}").status_code == 200


def test_a_role_and_a_city_that_ask_for_none_let_in_with_the_secret_alone(strict: Entrance) -> None:
    strict.member(SAPPORO, "staff", None, Role.STAFF)
    strict.member(AOMORI, "sato")
    assert inside(strict, "staff").known()
    assert inside(strict, city="aomori").known("aomori")


def test_a_right_granted_later_asks_at_the_next_request(strict: Entrance) -> None:
    staff = strict.member(SAPPORO, "staff", None, Role.STAFF)
    browser = inside(strict, "staff")
    token = strict.client.post("/desk/sapporo/token", json={"login": "staff", "secret": SECRET}).json()["token"]
    before = browser.cookie()
    desk, today = strict.house.tenancy.desk(operator(SAPPORO)), strict.house.tenancy.today()
    grant = GrantRight(grant=uuid4(), role=Role.APPROVER, member=staff.id, valid_from=today, reason="異動",
                       department=None)  # fmt: skip
    desk.do(grant, Entry(uuid4()))
    assert browser.ask().status_code == 403
    assert strict.browser().ask(Authorization=f"Bearer {token}").status_code == 403
    assert browser.cookie() == before  # the token did not change behind an answer that could not carry it
    browser.get(PAGE)
    enrol(browser)
    assert browser.known()


# --- the password ----------------------------------------------------------------------------------------------------


def test_a_password_is_changed_by_who_knows_the_old_one_and_all_else_ends(entrance: Entrance) -> None:
    entrance.member()
    other, browser = inside(entrance), inside(entrance)
    token = entrance.client.post("/desk/sapporo/token", json={"login": "sato", "secret": SECRET}).json()["token"]
    first = browser.cookie()
    answer = browser.act("change_secret", secret=SECRET, new_secret=NEW)
    assert (answer.status_code, "Your password was changed" in answer.text) == (200, True)
    assert (browser.known(), browser.cookie() != first, other.known()) == (True, True, False)
    assert entrance.browser().ask(Authorization=f"Bearer {token}").status_code == 401
    assert entrance.browser().sign_in().status_code == 401
    assert entrance.browser().sign_in(secret=NEW).status_code == 303


@pytest.mark.parametrize(
    ("old", "new", "status", "said"),
    [
        (WRONG, NEW, 403, "not right"),
        ("", NEW, 400, ""),
        (SECRET, "短い", 400, "12"),
        (SECRET, "qwertyqwerty", 400, "first"),
        (SECRET, "sato-sato-sato", 400, "first"),
        (SECRET, "", 400, ""),
    ],
)
def test_without_the_old_password_or_for_a_bad_new_one_nothing_changes(
    entrance: Entrance, old: str, new: str, status: int, said: str
) -> None:
    entrance.member()
    browser, other = inside(entrance), inside(entrance)
    answer = browser.act("change_secret", secret=old, new_secret=new)
    assert (answer.status_code, said in answer.text) == (status, True)
    assert (browser.known(), other.known(), entrance.browser().sign_in().status_code) == (True, True, 303)


def test_with_a_second_factor_the_password_needs_its_code_too(entrance: Entrance) -> None:
    entrance.member()
    browser = inside(entrance)
    shared = enrol(browser)
    browser.get(PAGE)
    assert browser.act("change_secret", secret=SECRET, new_secret=NEW, code="000000").status_code == 403
    assert browser.act("change_secret", secret=SECRET, new_secret=NEW, code=code_of(shared)).status_code == 200


# --- showing again who one is ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("action", ["enrol", "make_token", "everywhere", "end_session"])
def test_a_session_alone_changes_nothing_that_lets_in(entrance: Entrance, action: str) -> None:
    entrance.member()
    other, browser = inside(entrance), inside(entrance)
    given = {"name": "集計", "days": "3", "scope": "write"} if action == "make_token" else {}
    answer = browser.act(action, secret=WRONG, **given)
    assert (answer.status_code, "not right" in answer.text) == (403, True)
    assert (browser.known(), other.known()) == (True, True)
    kept = "select (select count(*) from renkei.tokens) + (select count(*) from renkei.second_factors)"
    assert entrance.house.sql(kept) == [(0,)]


def test_a_program_makes_a_token_with_the_secret_and_the_code(entrance: Entrance) -> None:
    entrance.member()
    browser = inside(entrance)
    shared = enrol(browser)
    wanted = {"name": "集計", "days": 3, "scopes": ["read"]}
    for told in ({}, {"secret": SECRET}, {"secret": WRONG, "code": code_of(shared)}):
        answer = browser.client.post("/desk/sapporo/tokens", json={**wanted, **told}, headers={"Origin": ADDRESS})
        assert answer.status_code in {400, 403}
    given = {**wanted, "secret": SECRET, "code": code_of(shared)}
    assert browser.client.post("/desk/sapporo/tokens", json=given, headers={"Origin": ADDRESS}).status_code == 201


def test_who_holds_a_session_and_guesses_the_secret_waits(entrance: Entrance) -> None:
    entrance.member()
    browser = inside(entrance)
    for _ in range(5):
        assert browser.act("enrol", secret=WRONG).status_code == 403
    assert browser.act("enrol", secret=SECRET).status_code == 429
    assert entrance.browser().sign_in().status_code == 303  # the door is another matter


# --- sessions --------------------------------------------------------------------------------------------------------


def listed(browser: Browser) -> int:
    return browser.get(PAGE).text.count("<li><p>")


def test_a_member_sees_where_it_is_signed_in_and_ends_one(entrance: Entrance) -> None:
    entrance.member()
    entrance.member(login="suzuki")
    other, browser = inside(entrance), inside(entrance)
    suzuki = inside(entrance, "suzuki")
    given = {"login": "sato", "secret": SECRET}
    token = entrance.client.post("/desk/sapporo/token", json=given).json()["token"]
    assert (listed(browser), listed(suzuki)) == (3, 1)
    assert browser.page is not None
    browser.get(PAGE)
    ids = [str(found) for (found,) in entrance.house.sql(
        "select s.id from renkei.sessions s join renkei.members m using (city, member) where login = 'sato'"
        " order by started_at")]  # fmt: skip
    number = next(n for n in range(9) if _session_of(browser, n) == ids[0])
    assert browser.submit({"secret": SECRET}, number).status_code == 200
    assert [other.known(), browser.known(), suzuki.known(), listed(browser)] == [False, True, True, 2]
    number = next(n for n in range(9) if _session_of(browser, n))
    assert browser.submit({"secret": SECRET}, number).status_code == 200
    assert (entrance.browser().ask(Authorization=f"Bearer {token}").status_code, listed(browser)) == (401, 1)


def _session_of(browser: Browser, number: int) -> str | None:
    from tests.api.signing_world import Forms  # noqa: PLC0415

    assert browser.page is not None
    forms = Forms(browser.page.text).found
    return forms[number][1].get("session") if number < len(forms) else None


def test_who_has_left_is_signed_in_nowhere_and_finds_nothing_kept_on_coming_back(entrance: Entrance) -> None:
    sato = entrance.member()
    entrance.member(SAPPORO, "admin", None, Role.CITY_ADMINISTRATOR)
    browser, given = inside(entrance), {"login": "sato", "secret": SECRET}
    token = entrance.client.post("/desk/sapporo/token", json=given).json()["token"]
    wanted = {"name": "集計", "days": 3, "scopes": ["write"], "secret": SECRET}
    made = browser.client.post("/desk/sapporo/tokens", json=wanted, headers={"Origin": ADDRESS}).json()["token"]
    desk, today = entrance.house.tenancy.desk(operator(SAPPORO)), entrance.house.tenancy.today()

    def asked() -> list[int]:
        return [browser.ask().status_code, *(
            entrance.browser().ask(Authorization=f"Bearer {one}").status_code for one in (token, made)
        )]  # fmt: skip

    assert asked() == [200, 200, 200]
    desk.do(RemoveMember(member=sato.id, reason="退職", valid_from=today), Entry(uuid4()))
    assert asked() == [401, 401, 401]
    entrance.house.sql("update renkei.sessions set started_at = started_at - interval '1 day'")  # it was yesterday
    entrance.house.sql("update renkei.tokens set created_at = created_at - interval '1 day'")
    assert browser.get(PAGE).status_code == 303
    assert entrance.browser().sign_in().status_code == 401
    assert entrance.client.post("/desk/sapporo/token", json=given).status_code == 401
    desk.do(EnterMember(member=sato.id, title="佐藤", valid_from=today), Entry(uuid4()))
    grant = GrantRight(grant=uuid4(), role=Role.DESK_OFFICER, member=sato.id, valid_from=today, reason="復帰")
    desk.do(grant, Entry(uuid4()))
    assert asked() == [401, 401, 401]
    assert entrance.browser().sign_in().status_code == 303


def test_nobody_ends_the_session_of_another(entrance: Entrance) -> None:
    entrance.member()
    entrance.member(login="suzuki")
    other, browser, suzuki = inside(entrance), inside(entrance), inside(entrance, "suzuki")
    ((theirs,),) = entrance.house.sql(
        "select s.id from renkei.sessions s join renkei.members m using (city, member) where login = 'suzuki'"
    )
    number = next(n for n in range(9) if _session_of(browser, n))
    assert browser.submit({"secret": SECRET, "session": str(theirs)}, number).status_code == 404
    assert (suzuki.known(), other.known()) == (True, True)


def test_an_operator_signs_out_a_member_or_a_city(entrance: Entrance) -> None:
    sato = entrance.member()
    entrance.member(login="suzuki")
    entrance.copy_to_aomori()
    browsers = [inside(entrance), inside(entrance, "suzuki"), inside(entrance, city="aomori")]
    places = ("sapporo", "sapporo", "aomori")

    def known() -> list[bool]:
        return [browser.known(city) for browser, city in zip(browsers, places, strict=True)]

    browsers[0].act("make_token", name="集計", days="3", scope="read", secret=SECRET)
    sign_out(entrance.owner, SAPPORO, sato.id)
    assert (known(), entrance.house.sql("select count(*) from renkei.tokens")) == ([False, True, True], [(0,)])
    sign_out(entrance.owner, SAPPORO)
    assert known() == [False, False, True]


# --- the first password ----------------------------------------------------------------------------------------------


@pytest.fixture
def invited(entrance: Entrance) -> Member:
    """Somebody without a password."""
    member = entrance.member()
    entrance.house.sql("update renkei.members set secret_hash = null")
    return member


def choose(entrance: Entrance, code: str) -> int:
    browser = entrance.browser()
    browser.get("/desk/sapporo/reset/use")
    return browser.submit({"code": code, "secret": NEW}).status_code


def test_a_first_password_is_chosen_once_with_a_code_that_ends_within_a_day(
    entrance: Entrance, invited: Member
) -> None:
    with capture_logs() as said:
        code = invite(entrance.owner, SAPPORO, invited.id)
    assert code not in str(said)
    assert len(code.replace("-", "")) == 26
    lasting = "select expires_at - asked_at between '23:59:59' and '24:00:01' from renkei.resets"
    assert entrance.house.sql(lasting) == [(True,)]
    assert [choose(entrance, code), choose(entrance, code)] == [200, 422]
    assert entrance.browser().sign_in(secret=NEW).status_code == 303


def test_a_code_that_ended_or_was_replaced_lets_nobody_choose(entrance: Entrance, invited: Member) -> None:
    first, second = (invite(entrance.owner, SAPPORO, invited.id) for _ in range(2))
    assert choose(entrance, first) == 422
    entrance.house.sql("update renkei.resets set expires_at = clock_timestamp()")
    assert choose(entrance, second) == 422


def test_a_code_is_understood_as_people_type_it(entrance: Entrance, invited: Member) -> None:
    code = invite(entrance.owner, SAPPORO, invited.id)
    typed = code.upper().replace("-", " ").replace("O", "0").replace("L", "1")
    wide = "".join(chr(ord(sign) + 0xFEE0) if sign.isalnum() else sign for sign in typed)
    assert choose(entrance, wide) == 200
