"""Rights at work: through desks, at the same moment, over HTTP, on other days, and where they end."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from functools import partial
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.days_in_words import in_japanese
from domain.errors import Conflict, DateInvalid, LastAdministrator, Refusal
from domain.organisation import ORGANISATION
from tenants.commands.organisation import (
    AbolishDepartment,
    AbolishPost,
    AssignPost,
    EstablishPost,
    KeepDepartment,
    VacatePost,
)
from tenants.commands.rights import EnterMember, GrantRight, RemoveMember, RevokeRight
from tenants.members import Member, Role, operator
from tenants.standing import standing
from tenants.tenancy import Tenancy
from tenants.turn import Turn
from tenants.wish import Entry, Wish, organisation_id
from tests.api.desk_at_work import DeskAtWork, Person, desk_at_work, offer
from tests.conftest import AOMORI, SAPPORO, House

ADMIN = Role.CITY_ADMINISTRATOR
ROUNDS = 5
OPENED = date(2026, 4, 1)


def do(house: House, wish: Wish[Any], by: Member | None = None) -> None:
    house.tenancy.desk(by or operator(SAPPORO)).do(wish, Entry(uuid4()))


def entered(house: House) -> UUID:
    member = uuid4()
    do(house, EnterMember(member=member, title="佐藤", valid_from=OPENED))
    return member


def grant(house: House, role: Role, **to: Any) -> UUID:
    id_ = uuid4()
    do(house, GrantRight(grant=id_, role=role, reason="担当", valid_from=house.tenancy.today(), **to))
    return id_


def administrators(house: House) -> set[UUID]:
    now = standing(house.tenancy, SAPPORO)
    found = now.rights_on(house.tenancy.today())
    return {member for member, rights in found.items() if any(right.role is ADMIN for right in rights)}


@pytest.fixture
def city(house: House) -> House:
    house.open_city(SAPPORO)
    return house


# --- at the same moment -----------------------------------------------------------------------------------------------


@pytest.fixture
def together(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[Exception | None]]:
    """Gives several commands, all decided before the first is recorded; what each was refused with, if it was."""

    def give(*commands: Callable[[], None]) -> list[Exception | None]:
        decided, own, record = Barrier(len(commands)), threading.local(), Turn.record

        def recorded(turn: Any, *args: Any) -> Any:
            if not getattr(own, "waited", False):
                own.waited = True
                decided.wait(20)
            return record(turn, *args)

        def one(command: Callable[[], None]) -> Exception | None:
            try:
                command()
            except (Refusal, Conflict) as error:
                return error
            return None

        monkeypatch.setattr(Turn, "record", recorded)
        try:
            with ThreadPoolExecutor(len(commands)) as threads:
                return list(threads.map(one, commands))
        finally:
            monkeypatch.setattr(Turn, "record", record)

    return give


def revoking(house: House, grants: dict[UUID, UUID], by: UUID, whose: UUID) -> Callable[[], None]:
    member = Member(SAPPORO, by, standing(house.tenancy, SAPPORO).rights_of(by, house.tenancy.today()))
    wish = RevokeRight(grant=grants[whose], reason="互いに", valid_from=house.tenancy.today())
    return lambda: do(house, wish, member)


def removing(house: House, grants: dict[UUID, UUID], by: UUID, whose: UUID) -> Callable[[], None]:
    del grants
    member = Member(SAPPORO, by, standing(house.tenancy, SAPPORO).rights_of(by, house.tenancy.today()))
    return lambda: do(house, RemoveMember(member=whose, reason="互いに", valid_from=house.tenancy.today()), member)


def each_other(
    house: House, together: Callable[..., list[Exception | None]], ending: Callable[..., Callable[[], None]] = revoking
) -> None:
    """Two administrators end each other's rights: exactly one is left, whoever was faster."""
    pair = (entered(house), entered(house))
    grants: dict[UUID, UUID] = {}
    for _ in range(ROUNDS):
        for member in set(pair) - administrators(house):
            do(house, EnterMember(member=member, title="佐藤", valid_from=house.tenancy.today()))
            grants[member] = grant(house, ADMIN, member=member)
        refused = together(ending(house, grants, *pair), ending(house, grants, *reversed(pair)))
        assert sorted(type(error).__name__ for error in refused) == ["LastAdministrator", "NoneType"]
        assert len(administrators(house)) == 1


@pytest.mark.parametrize("ending", [revoking, removing])
def test_of_two_administrators_who_end_each_others_rights_exactly_one_wins(
    city: House, together: Callable[..., list[Exception | None]], ending: Callable[..., Callable[[], None]]
) -> None:
    each_other(city, together, ending)


def test_a_log_that_does_not_look_at_versions_would_lose_both(
    city: House, together: Callable[..., list[Exception | None]]
) -> None:
    city.break_append("elsif version <= below then", "elsif false then")
    city.sql("alter table renkei.events drop constraint events_city_originator_id_originator_version_key")
    with pytest.raises(AssertionError):
        each_other(city, together)


def by_vacating(post: UUID, department: UUID, member: UUID, day: date) -> Wish[Any]:
    del department
    return VacatePost(post=post, member=member, valid_from=day)


def by_abolishing_the_post(post: UUID, department: UUID, member: UUID, day: date) -> Wish[Any]:
    del department, member
    return AbolishPost(post=post, valid_from=day)


def by_removing(post: UUID, department: UUID, member: UUID, day: date) -> Wish[Any]:
    del post, department
    return RemoveMember(member=member, reason="退職", valid_from=day)


ENDINGS = [by_vacating, by_abolishing_the_post, by_removing]


def office(house: House) -> tuple[UUID, UUID]:
    """A post and its department."""
    post, department = uuid4(), house.department(SAPPORO)
    do(house, EstablishPost(post=post, department=department, title="課長", valid_from=OPENED))
    return post, department


def last_two(
    house: House, together: Callable[..., list[Exception | None]], ending: Callable[..., Wish[Any]], rounds: int
) -> None:
    """One administrator by a post, one by a grant; both ways end at once: one of them stays."""
    today = house.tenancy.today()
    for _ in range(rounds):
        holder, other = entered(house), entered(house)
        post, department = office(house)
        do(house, AssignPost(post=post, member=holder, valid_from=today))
        by_post, direct = grant(house, ADMIN, post=post), grant(house, ADMIN, member=other)
        for former in administrators(house) - {holder, other}:
            do(house, RemoveMember(member=former, reason="交代", valid_from=today))
        wishes = ending(post, department, holder, today), RevokeRight(grant=direct, reason="異動", valid_from=today)
        refused = together(*(partial(do, house, wish) for wish in wishes))
        assert len([error for error in refused if error is None]) == 1, refused
        assert all(isinstance(error, LastAdministrator | Conflict | None) for error in refused)
        assert len(administrators(house)) == 1
        assert by_post != direct


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_last_administrator_stays_when_the_post_ends_as_the_others_grant_is_revoked(
    city: House, together: Callable[..., list[Exception | None]], ending: Callable[..., Wish[Any]]
) -> None:
    last_two(city, together, ending, ROUNDS)


@pytest.mark.parametrize("ending", [by_vacating, by_abolishing_the_post])
def test_a_log_that_does_not_look_at_what_a_command_depends_on_would_lose_both(
    city: House, together: Callable[..., list[Exception | None]], ending: Callable[..., Wish[Any]]
) -> None:
    city.break_append("if _depends is not null then", "if false then")
    with pytest.raises(AssertionError):
        last_two(city, together, ending, 1)


# --- over HTTP --------------------------------------------------------------------------------------------------------

INBOX = "{ inbox { nodes { id } } }"
RIGHTS = "query ($on: Date) { rights(on: $on) { person { id } rights { role grant post { id } department { id } } } }"


@pytest.fixture
def desk(house: House) -> Iterator[DeskAtWork]:
    house.open_city(SAPPORO)
    house.open_city(AOMORI)
    with desk_at_work(house) as desk:
        yield desk


def may(desk: DeskAtWork, person: Person) -> bool:
    return "errors" not in desk.post(person, INBOX).json()


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_right_by_a_post_is_gone_at_the_next_request_after_the_post_is(
    desk: DeskAtWork, ending: Callable[..., Wish[Any]]
) -> None:
    sato, today = desk.person(SAPPORO, Role.STAFF), desk.house.tenancy.today()
    post, department = office(desk.house)
    grant(desk.house, Role.DESK_OFFICER, post=post)
    assert not may(desk, sato)
    do(desk.house, AssignPost(post=post, member=sato.member.id, valid_from=today))
    assert may(desk, sato)
    do(desk.house, ending(post, department, sato.member.id, today))
    assert not may(desk, sato)


def test_a_right_from_a_day_ahead_comes_and_ends_with_its_days(
    desk: DeskAtWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    auditor, staff = desk.person(SAPPORO, Role.AUDITOR), desk.person(SAPPORO, Role.STAFF)
    today = desk.house.tenancy.today()
    wish = GrantRight(
        grant=uuid4(), role=Role.DESK_OFFICER, member=staff.member.id, reason="応援",
        valid_from=today + timedelta(days=10), until=today + timedelta(days=20),
    )  # fmt: skip
    do(desk.house, wish)

    def on(days: int) -> tuple[bool, bool]:
        monkeypatch.setattr(Tenancy, "today", lambda _tenancy: today + timedelta(days=days))
        return may(desk, auditor), may(desk, staff)

    assert [on(days) for days in (0, 9, 10, 19, 20, 364, 365, 400)] == [
        (True, False), (True, False), (True, True), (True, True), (True, False), (True, False),
        (False, False), (False, False),
    ]  # fmt: skip


def test_who_could_do_what_on_a_past_and_on_a_future_day(desk: DeskAtWork) -> None:
    administrator, house = desk.person(SAPPORO, ADMIN), desk.house
    today = house.tenancy.today()
    holder, member = entered(house), entered(house)
    post, department = office(house)
    by_post, direct = uuid4(), uuid4()
    later, end = today + timedelta(days=30), today + timedelta(days=60)
    do(house, GrantRight(grant=by_post, role=Role.APPROVER, post=post, reason="決裁", valid_from=today))
    do(house, GrantRight(grant=direct, role=Role.STAFF, member=member, reason="庁内", valid_from=later, until=end))
    do(house, AssignPost(post=post, member=holder, valid_from=later))
    do(house, RevokeRight(grant=by_post, reason="見直し", valid_from=end))
    desk.catch_up()

    def on(day: date) -> dict[str, list[tuple[str, str | None, str | None]]]:
        found = desk.ask(administrator, RIGHTS, on=day.isoformat())["rights"]
        return {
            each["person"]["id"]: [
                (
                    right["role"],
                    right["post"] and right["post"]["id"],
                    right["department"] and right["department"]["id"],
                )
                for right in each["rights"]
            ]
            for each in found
        }

    own = {str(administrator.member.id): [("CITY_ADMINISTRATOR", None, None)]}
    between = {str(holder): [("APPROVER", str(post), str(department))], str(member): [("STAFF", None, None)]}
    assert on(today - timedelta(days=1)) == {}
    assert on(today) == on(later - timedelta(days=1)) == own
    assert on(later) == on(end - timedelta(days=1)) == own | between
    assert on(end) == own


def test_nobody_backdates_a_right(desk: DeskAtWork) -> None:
    administrator, house = desk.person(SAPPORO, ADMIN), desk.house
    today = house.tenancy.today()
    yesterday = (today - timedelta(days=1)).isoformat()
    member = entered(house)
    right = grant(house, Role.STAFF, member=member)
    before = standing(house.tenancy, SAPPORO).rights_on(today)
    told: dict[str, dict[str, Any]] = {
        "grantRight": {"grant": str(uuid4()), "role": "DESK_OFFICER", "member": str(member), "reason": "遡って"},
        "revokeRight": {"grant": str(right), "reason": "遡って"},
        "removeMember": {"member": str(member), "reason": "遡って"},
    }
    for mutation, given in told.items():
        refused = desk.do(administrator, mutation, **given, validFrom=yesterday)
        assert (refused["code"], refused["field"]) == ("DATE_INVALID", "validFrom"), mutation
    backdated = GrantRight(grant=uuid4(), role=ADMIN, member=member, reason="遡って", valid_from=date(2024, 4, 1))
    with pytest.raises(DateInvalid):
        do(house, backdated)
    assert standing(house.tenancy, SAPPORO).rights_on(today) == before


def test_nobody_backdates_a_right_by_the_organisation(desk: DeskAtWork, monkeypatch: pytest.MonkeyPatch) -> None:
    """A post that carries a right since a month is neither given nor taken for days that have passed."""
    house = desk.house
    opened = house.tenancy.today()
    sato, suzuki = (desk.person(SAPPORO, Role.STAFF).member.id for _ in range(2))
    administrator = desk.person(SAPPORO, ADMIN)
    post, department = office(house)
    bare, heir = office(house)
    grant(house, Role.DESK_OFFICER, post=post)
    do(house, AssignPost(post=post, member=sato, valid_from=opened))
    now = opened + timedelta(days=30)
    monkeypatch.setattr(Tenancy, "today", lambda _tenancy: now)
    past = now - timedelta(days=1)
    before = {opened + timedelta(days=n): standing(house.tenancy, SAPPORO).rights_on(opened + timedelta(days=n))
              for n in range(30)}  # fmt: skip
    told: list[tuple[str, dict[str, Any]]] = [
        ("assignPost", {"post": str(post), "member": str(suzuki)}),
        ("vacatePost", {"post": str(post), "member": str(sato)}),
        ("abolishPost", {"post": str(post)}),
        ("abolishDepartment", {"department": str(department), "successors": [str(heir)]}),
    ]
    for mutation, given in told:
        refused = desk.do(administrator, mutation, **given, validFrom=past.isoformat())
        assert (refused["code"], refused["field"]) == ("DATE_INVALID", "validFrom"), mutation
        assert in_japanese(past) in refused["messageJa"]
        assert f"from today ({now.isoformat()}) or later" in refused["messageEn"]
    harmless = desk.do(administrator, "assignPost", post=str(bare), member=str(suzuki), validFrom=past.isoformat())
    assert harmless["__typename"] == "OrganisationRecorded"
    do(house, AssignPost(post=post, member=suzuki, valid_from=now))
    do(house, VacatePost(post=post, member=sato, valid_from=now))
    do(house, AssignPost(post=post, member=sato, valid_from=now + timedelta(days=5)))
    do(house, RemoveMember(member=suzuki, reason="休職", valid_from=now + timedelta(days=1)))
    do(house, EnterMember(member=suzuki, title="鈴木", valid_from=now + timedelta(days=9)))
    after = standing(house.tenancy, SAPPORO)
    assert {day: after.rights_on(day) for day in before} == before

    def may(days: int) -> set[UUID]:
        found = after.rights_on(now + timedelta(days=days))
        return {who for who, held in found.items() if any(right.post == post for right in held)}

    assert [may(days) for days in (-1, 0, 1, 5, 9)] == [{sato}, {suzuki}, set(), {sato}, {sato, suzuki}]


def test_nobody_comes_back_for_days_that_have_passed(desk: DeskAtWork, monkeypatch: pytest.MonkeyPatch) -> None:
    house, opened = desk.house, desk.house.tenancy.today()
    administrator, sato = desk.person(SAPPORO, ADMIN), desk.person(SAPPORO, Role.STAFF).member.id
    post, _ = office(house)
    grant(house, Role.DESK_OFFICER, post=post)
    do(house, AssignPost(post=post, member=sato, valid_from=opened))
    do(house, RemoveMember(member=sato, reason="休職", valid_from=opened + timedelta(days=10)))
    now = opened + timedelta(days=30)
    monkeypatch.setattr(Tenancy, "today", lambda _tenancy: now)
    told = {"member": str(sato), "title": "佐藤"}
    for days in (9, 10, 29):
        early = (opened + timedelta(days=days)).isoformat()
        refused = desk.do(administrator, "enterMember", **told, validFrom=early)
        assert (refused["code"], refused["field"]) == ("DATE_INVALID", "validFrom"), early
    assert desk.do(administrator, "enterMember", **told, validFrom=now.isoformat())["__typename"] == "RightsRecorded"
    found = standing(house.tenancy, SAPPORO)
    roles = [{right.role for right in found.rights_of(sato, opened + timedelta(days=days))} for days in (9, 10, 29, 30)]
    assert roles == [{Role.STAFF, Role.DESK_OFFICER}, set(), set(), {Role.DESK_OFFICER}]


# --- duties -----------------------------------------------------------------------------------------------------------


def matched(desk: DeskAtWork, department: UUID) -> str:
    """A proposal about which a department decides."""
    officer = desk.person(SAPPORO)
    proposal = str(desk.do(officer, "receiveProposal", **offer(desk, officer))["id"])
    desk.do(officer, "screenProposal", proposal=proposal, reason="有用")
    desk.do(officer, "matchProposal", proposal=proposal, department=str(department), reason="所管")
    return proposal


def decided(desk: DeskAtWork, person: Person, proposal: str) -> str:
    answer = desk.do(person, "decideProposal", proposal=proposal, outcome="ADOPTED", reason="理由")
    return str(answer.get("code", answer["__typename"]))


def test_who_declared_an_interest_does_not_decide_and_others_do(desk: DeskAtWork) -> None:
    department = desk.house.department(SAPPORO)
    sato, suzuki = (desk.person(SAPPORO, Role.DEPARTMENT_OFFICER, department=department) for _ in range(2))
    proposal = matched(desk, department)
    declared = desk.do(sato, "declareProposalInterest", proposal=proposal, note="親族が役員")
    assert declared["__typename"] == "ProposalRecorded"
    assert decided(desk, sato, proposal) == "INTEREST_OF_DECIDER"
    both = desk.person(SAPPORO, Role.APPROVER, Role.COUNCIL_MEMBER, department=department)
    officer = desk.person(SAPPORO)
    desk.do(officer, "declareProposalInterest", proposal=proposal, note="本人から聞いた", member=str(both.member.id))
    assert decided(desk, both, proposal) == "INTEREST_OF_DECIDER"
    assert decided(desk, suzuki, proposal) == "ProposalRecorded"


def test_a_department_decides_within_its_remit_and_its_heir_after_it(desk: DeskAtWork) -> None:
    house, today = desk.house, desk.house.tenancy.today()
    old, heir, other = (house.department(SAPPORO) for _ in range(3))
    officers = {each: desk.person(SAPPORO, Role.DEPARTMENT_OFFICER, department=each) for each in (old, heir, other)}
    first, second = matched(desk, old), matched(desk, old)
    assert decided(desk, officers[other], first) == "OUTSIDE_REMIT"
    assert decided(desk, officers[heir], first) == "OUTSIDE_REMIT"
    assert decided(desk, officers[old], first) == "ProposalRecorded"
    do(house, AbolishDepartment(department=old, successors=(heir,), valid_from=today))
    assert decided(desk, officers[other], second) == "OUTSIDE_REMIT"
    assert decided(desk, officers[heir], second) == "ProposalRecorded"


def test_a_right_in_one_city_is_none_in_another(desk: DeskAtWork) -> None:
    same = uuid4()
    here, there = desk.person(SAPPORO, ADMIN, id_=same), desk.person(AOMORI, Role.STAFF, id_=same)
    assert desk.ask(here, RIGHTS)["rights"]
    assert desk.refused(there, RIGHTS) == (200, "NOT_ALLOWED")
    assert desk.refused(here, RIGHTS, city=AOMORI) == (401, "NOT_SIGNED_IN")


def test_an_abolition_entered_ahead_is_taken_back_until_its_day_and_not_after_it(house: House) -> None:
    house.open_city()
    old, heir = house.department(SAPPORO), house.department(SAPPORO)
    today = house.tenancy.today()
    tomorrow = today + timedelta(days=1)
    do(house, AbolishDepartment(department=old, successors=(heir,), valid_from=tomorrow))
    with pytest.raises(DateInvalid, match=str(tomorrow)):
        do(
            house,
            KeepDepartment(department=old, valid_from=tomorrow + timedelta(days=1), reason="条例案が否決された。"),
        )
    do(house, KeepDepartment(department=old, valid_from=tomorrow, reason="条例案が否決された。"))
    there = house.tenancy.state_of(SAPPORO, ORGANISATION, organisation_id(SAPPORO))
    assert there.goes_on(old)
    assert not there.inherits(heir, old, tomorrow)
    do(house, AbolishDepartment(department=old, successors=(heir,), valid_from=today))
    with pytest.raises(DateInvalid, match="has ended"):
        do(house, KeepDepartment(department=old, valid_from=today, reason="条例案が否決された。"))
