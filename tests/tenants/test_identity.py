"""Signing in: who is let in, who is not, and what the database keeps of it."""

import asyncio
import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from argon2.exceptions import VerifyMismatchError
from psycopg import AsyncConnection, Connection
from psycopg_pool import AsyncConnectionPool

from domain.errors import AlreadyThere, CityUnknown, CodeUnknown, Invalid, NotFound, NotSignedIn, PartMissing
from domain.values import CityCode
from tenants.database import access
from tenants.database.walls import Row
from tenants.entering import enter_member
from tenants.identity import Identity, SecretTooCommon, SecretTooShort, check_secret, passwords, set_active, set_secret
from tenants.identity.waits import FREE, LONGEST, TooManyGuesses, Waits
from tenants.members import Member, Role
from tests.conftest import AOMORI, QUICK, SAPPORO, House

SECRET = "窓口のひみつ・とても長いもの"
OFFICER = frozenset({Role.DESK_OFFICER})


@dataclass
class Door:
    """The cities of a house with a way to sign in; `owner` is the operator's connection."""

    house: House
    owner: Connection[Row]

    def identity(self, lasts: timedelta = timedelta(hours=12)) -> Identity:
        reads: AsyncConnectionPool[AsyncConnection[Row]] = AsyncConnectionPool(
            self.house.database.conninfo(access.Role.DESK), kwargs={"autocommit": True}, min_size=1, open=False
        )
        return Identity(self.house.tenancy, reads, lasts, QUICK)

    def later(self, seconds: float) -> None:
        """Time goes by for who has to wait."""
        moved = "update renkei.waits set free_at = free_at - %s, tried_at = tried_at - %s"
        self.house.sql(moved, timedelta(seconds=seconds), timedelta(seconds=seconds))

    def officer(self, city: CityCode = SAPPORO, login: str = "sato", member: UUID | None = None) -> Member:
        added = enter_member(self.house.tenancy, city, login, "佐藤", OFFICER, member=member)
        set_secret(self.owner, city, added.id, SECRET, hasher=QUICK)
        return added


@pytest.fixture
def door(house: House) -> Iterator[Door]:
    house.add_city(SAPPORO)
    house.add_city(AOMORI)
    with house.connect(access.Role.OWNER) as owner:
        yield Door(house, owner)


def member_of(identity: Identity, city: CityCode, token: str) -> Member:
    async def ask() -> Member:
        async with identity.reads:
            return await identity.member_of(city, token)

    return asyncio.run(ask())


def test_who_knows_the_secret_gets_a_token_by_which_the_member_is_known(door: Door) -> None:
    sato = door.officer()
    identity = door.identity()
    issued = identity.sign_in(SAPPORO, "sato", SECRET)
    assert issued.member == sato
    assert member_of(identity, SAPPORO, issued.token) == sato


def test_the_database_keeps_neither_secret_nor_token(door: Door) -> None:
    door.officer()
    token = door.identity().sign_in(SAPPORO, "sato", SECRET).token
    ((secret_hash, digest),) = door.house.sql(
        "select secret_hash, digest from renkei.members join renkei.tokens using (city, member)"
    )
    assert secret_hash.startswith("$argon2id$")
    assert SECRET not in secret_hash
    assert bytes(digest) == hashlib.sha256(token.encode()).digest()
    assert len(token) == 43


def test_a_token_lasts_twelve_hours(door: Door) -> None:
    door.officer()
    door.identity().sign_in(SAPPORO, "sato", SECRET)
    assert door.house.sql("select expires_at - created_at > '11:59:59' and expires_at - created_at < '12:00:01'"
                          " from renkei.tokens") == [(True,)]  # fmt: skip


@pytest.mark.parametrize(("login", "secret"), [("sato", "別のひみつ・長いもの"), ("suzuki", SECRET), ("SATO", SECRET)])
def test_a_wrong_secret_and_an_unknown_login_are_refused_alike(door: Door, login: str, secret: str) -> None:
    door.officer()
    with pytest.raises(NotSignedIn):
        door.identity().sign_in(SAPPORO, login, secret)
    assert door.house.sql("select * from renkei.tokens") == []


def test_an_unknown_login_costs_the_same_work_as_a_known_one(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    door.officer()
    enter_member(door.house.tenancy, SAPPORO, "without", "秘密なし", OFFICER)
    identity = door.identity()
    verified: list[str] = []

    class Looking:
        def verify(self, secret_hash: str, _secret: str) -> bool:
            verified.append(secret_hash.split("$")[1])
            raise VerifyMismatchError

    monkeypatch.setattr(identity.passwords, "_hasher", Looking())
    for login in ("sato", "suzuki", "without"):
        with pytest.raises(NotSignedIn):
            identity.sign_in(SAPPORO, login, SECRET)
    assert verified == ["argon2id"] * 3


def test_a_member_without_a_secret_cannot_sign_in(door: Door) -> None:
    enter_member(door.house.tenancy, SAPPORO, "sato", "佐藤", OFFICER)
    with pytest.raises(NotSignedIn):
        door.identity().sign_in(SAPPORO, "sato", SECRET)


def test_the_token_of_one_city_is_none_in_another(door: Door) -> None:
    same = uuid4()
    door.officer(SAPPORO, member=same)
    door.officer(AOMORI, member=same)
    identity = door.identity()
    token = identity.sign_in(SAPPORO, "sato", SECRET).token
    with pytest.raises(NotSignedIn):
        member_of(identity, AOMORI, token)


def test_an_ended_token_is_none_and_is_tidied_away_at_the_next_sign_in(door: Door) -> None:
    door.officer()
    identity = door.identity(lasts=timedelta(seconds=-1))
    token = identity.sign_in(SAPPORO, "sato", SECRET).token
    with pytest.raises(NotSignedIn):
        member_of(identity, SAPPORO, token)
    door.identity().sign_in(SAPPORO, "sato", SECRET)
    assert door.house.sql("select count(*) from renkei.tokens") == [(1,)]


def test_signing_out_ends_the_token_once(door: Door) -> None:
    door.officer()
    identity = door.identity()
    token = identity.sign_in(SAPPORO, "sato", SECRET).token
    with pytest.raises(NotSignedIn):
        identity.sign_out(AOMORI, token)
    identity.sign_out(SAPPORO, token)
    with pytest.raises(NotSignedIn):
        identity.sign_out(SAPPORO, token)
    with pytest.raises(NotSignedIn):
        member_of(identity, SAPPORO, token)


def test_an_inactive_member_is_let_in_neither_by_secret_nor_by_token(door: Door) -> None:
    sato = door.officer()
    identity = door.identity()
    token = identity.sign_in(SAPPORO, "sato", SECRET).token
    door.owner.execute("update renkei.members set active = false")
    with pytest.raises(NotSignedIn):
        identity.sign_in(SAPPORO, "sato", SECRET)
    with pytest.raises(NotSignedIn):
        member_of(identity, SAPPORO, token)
    set_active(door.owner, SAPPORO, sato.id, active=True)
    assert identity.sign_in(SAPPORO, "sato", SECRET).member == sato


def change_secret(door: Door, member: Member) -> None:
    set_secret(door.owner, SAPPORO, member.id, "新しいひみつ・とても長いもの", hasher=QUICK)


def shut_out(door: Door, member: Member) -> None:
    set_active(door.owner, SAPPORO, member.id, active=False)
    set_active(door.owner, SAPPORO, member.id, active=True)


@pytest.mark.parametrize("change", [change_secret, shut_out])
def test_tokens_end_with_the_secret_or_the_access_they_came_from(
    door: Door, change: Callable[[Door, Member], None]
) -> None:
    sato = door.officer()
    identity = door.identity()
    token = identity.sign_in(SAPPORO, "sato", SECRET).token
    change(door, sato)
    with pytest.raises(NotSignedIn):
        member_of(identity, SAPPORO, token)


def test_guessing_is_slowed_down_and_a_right_secret_forgets_it(door: Door) -> None:
    door.officer()
    identity = door.identity()
    for _ in range(FREE):
        with pytest.raises(NotSignedIn):
            identity.sign_in(SAPPORO, "sato", "当て推量あてずいりょう")
    with pytest.raises(TooManyGuesses) as refused:
        identity.sign_in(SAPPORO, "sato", SECRET)
    assert refused.value.details == {"seconds": 1}
    door.later(1)
    identity.sign_in(SAPPORO, "sato", SECRET)
    for _ in range(FREE):
        identity.sign_in(SAPPORO, "sato", SECRET)


def test_guesses_for_one_login_hold_up_no_other_login_and_no_other_city(door: Door) -> None:
    door.officer(SAPPORO)
    door.officer(SAPPORO, "suzuki")
    door.officer(AOMORI)
    identity = door.identity()
    for _ in range(FREE):
        with pytest.raises(NotSignedIn):
            identity.sign_in(SAPPORO, "sato", "当て推量あてずいりょう")
    identity.sign_in(SAPPORO, "suzuki", SECRET)
    identity.sign_in(AOMORI, "sato", SECRET)


def attempt(waits: Waits, browser: str = "") -> int:
    """Seconds that somebody is told to wait; 0 when the attempt counts."""
    try:
        waits.begin(SAPPORO, "sato", browser)
    except TooManyGuesses as refused:
        return int(str(refused.details["seconds"]))
    return 0


def test_waiting_grows_to_a_limit(door: Door) -> None:
    waits, told = Waits(door.house.tenancy.pool), []
    for _ in range(FREE - 1):
        assert attempt(waits) == 0
    for _ in range(10):
        assert attempt(waits) == 0
        told.append(attempt(waits))
        door.later(told[-1])
    assert told == [1, 2, 4, 8, 16, 32, 64, 128, 256, LONGEST]


def test_attempts_while_waiting_do_not_prolong_the_wait(door: Door) -> None:
    waits = Waits(door.house.tenancy.pool)
    for _ in range(FREE + 3):
        door.later(attempt(waits))
        attempt(waits)
    for _ in range(50):
        attempt(waits)
    door.later(attempt(waits))
    assert attempt(waits) == 0


def test_of_many_guesses_at_once_few_count_however_many_processes_there_are(door: Door) -> None:
    with ThreadPoolExecutor(8) as many:
        told = list(many.map(lambda _: attempt(Waits(door.house.tenancy.pool)), range(40)))
    assert told.count(0) == FREE


def test_who_guesses_from_elsewhere_keeps_nobody_out_of_a_browser_that_is_known(door: Door) -> None:
    waits = Waits(door.house.tenancy.pool)
    for _ in range(FREE + 1):
        attempt(waits)
    assert attempt(waits) > 0
    assert [attempt(waits, "of-sato") for _ in range(FREE + 1)] == [0] * FREE + [1]


def test_waits_are_forgotten_after_a_day_and_name_no_login(door: Door) -> None:
    waits = Waits(door.house.tenancy.pool)
    for _ in range(FREE + 6):
        door.later(attempt(waits))
    (row,) = door.house.sql("select * from renkei.waits")
    assert "sato" not in str(row)
    door.later(86_401)
    assert [attempt(waits) for _ in range(FREE)] == [0] * FREE
    waits.forget(AOMORI, "sato")
    assert door.house.sql("select count(*) from renkei.waits") == [(1,)]
    door.later(86_401)
    waits.forget(SAPPORO, "suzuki")
    assert door.house.sql("select count(*) from renkei.waits") == [(0,)]


@pytest.mark.parametrize(
    ("login", "secret", "field"),
    [("", SECRET, "login"), ("a\0b", SECRET, "login"), ("あ" * 101, SECRET, "login"),
     ("sato", "", "secret"), ("sato", "a\0b", "secret"), ("sato", "\ud800", "secret"), ("sato", "a" * 201, "secret")],
)  # fmt: skip
def test_what_no_login_or_secret_can_be_is_refused_by_its_name(door: Door, login: str, secret: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        door.identity().sign_in(SAPPORO, login, secret)
    assert refused.value.details["field"] == field


def test_a_member_needs_a_city_a_free_login_and_a_role_of_that_city(door: Door) -> None:
    sato = door.officer()
    with pytest.raises(CityUnknown):
        enter_member(door.house.tenancy, CityCode("131121"), "sato", "佐藤", OFFICER)
    with pytest.raises(AlreadyThere):
        enter_member(door.house.tenancy, SAPPORO, "sato", "別の佐藤", OFFICER)
    with pytest.raises(AlreadyThere):
        enter_member(door.house.tenancy, SAPPORO, "sato2", "別の佐藤", OFFICER, member=sato.id)
    with pytest.raises(PartMissing):
        enter_member(door.house.tenancy, SAPPORO, "nobody", "無役", frozenset())
    with pytest.raises(CodeUnknown):
        enter_member(door.house.tenancy, SAPPORO, "root", "運用", frozenset({Role.OPERATOR}))
    assert door.house.sql("select login from renkei.members") == [("sato",)]


def test_a_secret_needs_a_member_and_twelve_characters(door: Door) -> None:
    sato = door.officer()
    with pytest.raises(SecretTooShort):
        set_secret(door.owner, SAPPORO, sato.id, "ひみつ・十一文字の言葉", hasher=QUICK)
    set_secret(door.owner, SAPPORO, sato.id, "ひみつ・十二文字の言葉だ", hasher=QUICK)
    with pytest.raises(NotFound):
        set_secret(door.owner, AOMORI, sato.id, SECRET, hasher=QUICK)


@pytest.mark.parametrize(
    "secret",
    [
        "password1234",
        "PassWord1234",
        "ｐａｓｓｗｏｒｄ１２３４",
        "ababababababab",
        "sato-sato-sato",
        "qwertyuiop123",
        "renkei-sapporo",
        "ＳａｐｐｏｒｏRenkei1",
        "sato@sapporo2026",
    ],
)
def test_secrets_that_everybody_tries_first_are_refused(door: Door, secret: str) -> None:
    sato = door.officer()
    with pytest.raises(SecretTooCommon):
        set_secret(door.owner, SAPPORO, sato.id, secret, hasher=QUICK)


@pytest.mark.parametrize(
    "secret", ["1qaz2wsx3edc", "LeaveMeAlone", "polniypizdec0211", "ｑｗｅｒｔｙｑｗｅｒｔｙ", "websolutions"]
)
def test_secrets_that_many_people_use_are_refused(secret: str) -> None:
    with pytest.raises(SecretTooCommon):
        check_secret(secret, "sato")


def test_the_list_of_common_secrets_holds_more_than_three_thousand() -> None:
    assert len(passwords._commonest()) == 5000
    assert all(len(digest) == passwords.DIGITS for digest in passwords._commonest())


@pytest.mark.parametrize("secret", ["ただの言葉をならべたものだ", "correct staple battery", "123456789012 と犬"])
def test_no_rule_says_which_signs_a_secret_must_hold(door: Door, secret: str) -> None:
    sato = door.officer()
    set_secret(door.owner, SAPPORO, sato.id, secret, hasher=QUICK)
    assert door.identity().sign_in(SAPPORO, "sato", secret).member == sato


def test_two_keyboards_type_the_same_secret(door: Door) -> None:
    sato = door.officer()
    set_secret(door.owner, SAPPORO, sato.id, "ガラスの言葉をならべたもの１", hasher=QUICK)
    assert door.identity().sign_in(SAPPORO, "sato", "ｶﾞﾗｽの言葉をならべたもの1").member == sato


def test_the_role_that_serves_desks_opens_accounts_without_a_secret_in_its_city_and_changes_none(door: Door) -> None:
    door.officer()
    with door.house.connect(access.Role.DESK) as desk:
        desk.execute("select set_config('renkei.city', %s, false)", (SAPPORO,))
        assert desk.execute("select login from renkei.members").fetchall() == [("sato",)]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            desk.execute("update renkei.members set active = true")
        insert = "insert into renkei.members (city, member, login, name{more}) values (%s, %s, 'm', '侵入者'{value})"
        for city, more, value in (
            (SAPPORO, ", secret_hash", ", 'x'"),
            (SAPPORO, ", active", ", true"),
            (AOMORI, "", ""),
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                desk.execute(insert.format(more=more, value=value).encode(), (city, uuid4()))
        desk.execute(insert.format(more="", value="").encode(), (SAPPORO, uuid4()))
