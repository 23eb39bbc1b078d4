"""Members and their rights: given to posts and people, ahead and with an end, never without an administrator."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

import pytest

from domain.errors import (
    AlreadyThere,
    CodeUnknown,
    DateInvalid,
    DutiesMixed,
    LastAdministrator,
    NotFound,
    PartMissing,
    PartUnfitting,
    ReferenceUnknown,
    SidesMixed,
)
from domain.organisation import (
    ORGANISATION,
    DepartmentAbolished,
    DepartmentEstablished,
    Organisation,
    PostAbolished,
    PostAssigned,
    PostEstablished,
    PostVacated,
    name_on,
)
from domain.rights import (
    RIGHTS,
    Granted,
    MemberEntered,
    MemberLeft,
    MemberRenamed,
    RepresentationEnded,
    RepresentationGiven,
    Revoked,
    Right,
    end_representation,
    enter,
    giving,
    grant,
    keep_duties,
    keep_past,
    leave,
    rename,
    represent,
    revoke,
    rights_of,
    rights_on,
)
from domain.roles import ACTING, EVERYBODY, Role
from tests.domain.facts import SATO, SUZUKI, said
from tests.domain.given import fold, given
from tests.domain.stages import commands_of

LAST_APRIL, TODAY, APRIL = date(2026, 4, 1), date(2026, 11, 22), date(2027, 4, 1)
DAY: Final = timedelta(days=1)
PARKS, SNOW = UUID(int=50), UUID(int=51)
CHIEF, DEPUTY = UUID(int=53), UUID(int=54)
FIRST, SECOND, THIRD = UUID(int=60), UUID(int=61), UUID(int=62)

OFFICE: Final = (
    DepartmentEstablished(PARKS, said("公園課"), LAST_APRIL),
    DepartmentEstablished(SNOW, said("雪対策課"), LAST_APRIL),
    PostEstablished(CHIEF, PARKS, said("課長"), LAST_APRIL),
    PostEstablished(DEPUTY, SNOW, said("係長"), LAST_APRIL),
    PostAssigned(CHIEF, SATO, LAST_APRIL),
)
CHART: Final = fold(ORGANISATION, OFFICE)

SATO_COMES: Final = MemberEntered(SATO, said("佐藤"), None, LAST_APRIL)
SUZUKI_COMES: Final = MemberEntered(SUZUKI, said("鈴木"), said("suzuki"), LAST_APRIL)
HERE: Final = (SATO_COMES, SUZUKI_COMES)


def given_to(
    role: Role,
    post: UUID | None = None,
    member: UUID | None = None,
    department: UUID | None = None,
    since: date = TODAY,
    until: date | None = None,
    id_: UUID = FIRST,
) -> Granted:
    audits = role is Role.AUDITOR and member is not None
    return Granted(
        id_, role, post, member, department, said("公園の契約") if audits else None, since, until, said("理由")
    )


ADMINISTRATOR: Final = given_to(Role.CITY_ADMINISTRATOR, member=SATO)
CHIEF_DECIDES: Final = given_to(Role.DEPARTMENT_OFFICER, post=CHIEF)


def test_these_tests_hold_every_command() -> None:
    assert set(commands_of(giving, RIGHTS)) == {
        *("enter", "rename", "leave", "grant", "revoke"),
        *("represent", "end_representation"),
    }


# --- names -----------------------------------------------------------------------------------------------------------

TANAKA, ITO, SATO_AGAIN = said("田中"), said("伊藤"), said("佐藤 再")


def test_a_person_bears_each_name_from_its_day_on_in_whatever_order_they_were_entered() -> None:
    renamed = (MemberRenamed(SATO, ITO, APRIL), MemberRenamed(SATO, TANAKA, TODAY))
    for history, event in ((HERE, renamed[0]), ((*HERE, renamed[0]), renamed[1])):
        given(RIGHTS, *history).when(rename, event).then(event)
    state = fold(RIGHTS, (*HERE, *renamed))
    days = (LAST_APRIL - DAY, LAST_APRIL, TODAY - DAY, TODAY, APRIL - DAY, APRIL)
    told = [name_on(state.names[SATO], day) for day in days]
    assert told == [SATO_COMES.name, SATO_COMES.name, SATO_COMES.name, TANAKA, TANAKA, ITO]
    assert name_on(state.names[SUZUKI], APRIL) == SUZUKI_COMES.name
    corrected = fold(RIGHTS, (*HERE, *renamed, MemberRenamed(SATO, SATO_AGAIN, APRIL)))
    assert name_on(corrected.names[SATO], APRIL) == SATO_AGAIN
    assert THIRD not in state.names


def test_nobody_unknown_is_renamed_and_nobody_before_the_first_day() -> None:
    given(RIGHTS).when(rename, MemberRenamed(SATO, TANAKA, TODAY)).refused(NotFound)
    early = MemberRenamed(SATO, TANAKA, LAST_APRIL - DAY)
    given(RIGHTS, *HERE).when(rename, early).refused(DateInvalid)


# --- who may do what on a day ----------------------------------------------------------------------------------------


def test_who_holds_a_post_has_its_rights_within_its_department() -> None:
    state = fold(RIGHTS, (*HERE, CHIEF_DECIDES))
    held = frozenset({Right(Role.DEPARTMENT_OFFICER, PARKS, CHIEF, FIRST)})
    assert rights_on(state, CHART, TODAY) == {SATO: held}
    assert rights_of(state, CHART, SATO, TODAY) == held
    assert rights_of(state, CHART, SUZUKI, TODAY) == frozenset()


def test_a_right_comes_and_goes_with_the_post_its_department_and_the_grant() -> None:
    state = fold(RIGHTS, (*HERE, CHIEF_DECIDES))
    for end in (
        PostVacated(CHIEF, SATO, APRIL),
        PostAbolished(CHIEF, None, APRIL),
        DepartmentAbolished(PARKS, (SNOW,), APRIL),
    ):
        chart = fold(ORGANISATION, (*OFFICE, end))
        assert rights_of(state, chart, SATO, APRIL - DAY)
        assert not rights_of(state, chart, SATO, APRIL)
    ended = fold(RIGHTS, (*HERE, CHIEF_DECIDES, Revoked(FIRST, said("異動"), APRIL)))
    assert rights_of(ended, CHART, SATO, APRIL - DAY)
    assert not rights_of(ended, CHART, SATO, APRIL)
    assert not rights_of(ended, CHART, SATO, TODAY - DAY)
    left = fold(RIGHTS, (*HERE, CHIEF_DECIDES, MemberLeft(SATO, said("退職"), APRIL)))
    assert rights_of(left, CHART, SATO, APRIL - DAY)
    assert not rights_of(left, CHART, SATO, APRIL)


def test_a_successor_in_the_post_has_its_rights_from_the_first_day() -> None:
    state = fold(RIGHTS, (*HERE, CHIEF_DECIDES))
    chart = fold(ORGANISATION, (*OFFICE, PostVacated(CHIEF, SATO, APRIL), PostAssigned(CHIEF, SUZUKI, APRIL)))
    assert set(rights_on(state, chart, APRIL - DAY)) == {SATO}
    assert set(rights_on(state, chart, APRIL)) == {SUZUKI}


def test_who_holds_two_posts_has_the_rights_of_both() -> None:
    deputy = given_to(Role.APPROVER, post=DEPUTY, id_=SECOND)
    chart = fold(ORGANISATION, (*OFFICE, PostAssigned(DEPUTY, SATO, LAST_APRIL)))
    found = rights_of(fold(RIGHTS, (*HERE, CHIEF_DECIDES, deputy)), chart, SATO, TODAY)
    assert {(right.role, right.department) for right in found} == {
        (Role.DEPARTMENT_OFFICER, PARKS),
        (Role.APPROVER, SNOW),
    }


@pytest.mark.parametrize("role", [Role.DESK_OFFICER, Role.COUNCIL_MEMBER, Role.CITY_ADMINISTRATOR, Role.STAFF])
def test_a_role_of_the_whole_city_is_not_bounded_by_the_post_that_carries_it(role: Role) -> None:
    (right,) = rights_of(fold(RIGHTS, (*HERE, given_to(role, post=CHIEF))), CHART, SATO, TODAY)
    assert right.department is None


# --- entering and leaving --------------------------------------------------------------------------------------------


def test_a_person_is_entered_once_and_may_come_back() -> None:
    given(RIGHTS).when(enter, CHART, SATO_COMES).then(SATO_COMES)
    given(RIGHTS, SATO_COMES).when(enter, CHART, replace(SATO_COMES, valid_from=APRIL)).nothing()
    gone = MemberLeft(SATO, said("退職"), TODAY)
    given(RIGHTS, SATO_COMES, gone).when(enter, CHART, replace(SATO_COMES, valid_from=APRIL)).then(
        replace(SATO_COMES, valid_from=APRIL)
    )


def test_only_who_was_there_leaves_and_once() -> None:
    gone = MemberLeft(SATO, said("退職"), TODAY)
    given(RIGHTS).when(leave, CHART, gone).refused(NotFound)
    given(RIGHTS, SATO_COMES).when(leave, CHART, gone).then(gone)
    given(RIGHTS, SATO_COMES, gone).when(leave, CHART, replace(gone, valid_from=APRIL)).nothing()
    given(RIGHTS, replace(SATO_COMES, valid_from=APRIL)).when(leave, CHART, gone).refused(NotFound)


# --- granting and revoking -------------------------------------------------------------------------------------------


def test_a_right_is_granted_once_under_its_id() -> None:
    given(RIGHTS, *HERE).when(grant, CHART, CHIEF_DECIDES).then(CHIEF_DECIDES)
    given(RIGHTS, *HERE, CHIEF_DECIDES).when(grant, CHART, CHIEF_DECIDES).refused(AlreadyThere)


@pytest.mark.parametrize("holders", [{}, {"post": CHIEF, "member": SATO}])
def test_a_right_is_granted_to_one_post_or_one_member(holders: dict[str, Any]) -> None:
    asked = given_to(Role.DESK_OFFICER, **holders)
    given(RIGHTS, *HERE).when(grant, CHART, asked).refused(PartMissing, field="post")


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        (given_to(Role.STAFF, post=THIRD), "post"),
        (given_to(Role.STAFF, member=THIRD), "member"),
        (given_to(Role.DEPARTMENT_OFFICER, member=SATO, department=THIRD), "department"),
        (given_to(Role.STAFF, member=SATO, since=LAST_APRIL - DAY), "member"),
        (given_to(Role.STAFF, post=CHIEF, since=LAST_APRIL - DAY), "post"),
    ],
)
def test_what_a_right_names_is_there_on_its_first_day(asked: Granted, field: str) -> None:
    given(RIGHTS, *HERE).when(grant, CHART, asked).refused(ReferenceUnknown, field=field)


def test_no_city_gives_the_operators_right() -> None:
    given(RIGHTS, *HERE).when(grant, CHART, given_to(Role.OPERATOR, member=SATO)).refused(CodeUnknown, field="role")


def test_a_right_does_not_end_before_it_begins() -> None:
    for until in (TODAY, TODAY - DAY):
        asked = given_to(Role.STAFF, member=SATO, until=until)
        given(RIGHTS, *HERE).when(grant, CHART, asked).refused(DateInvalid, field="until")


def test_an_outside_auditor_has_a_term_and_a_subject() -> None:
    asked = given_to(Role.AUDITOR, member=SUZUKI, until=APRIL)
    given(RIGHTS, *HERE).when(grant, CHART, asked).then(asked)
    given(RIGHTS, *HERE).when(grant, CHART, replace(asked, until=None)).refused(PartMissing, field="until")
    given(RIGHTS, *HERE).when(grant, CHART, replace(asked, subject=None)).refused(PartMissing, field="matter")
    by_post = given_to(Role.AUDITOR, post=DEPUTY)
    given(RIGHTS, *HERE).when(grant, CHART, by_post).then(by_post)
    state = fold(RIGHTS, (*HERE, asked))
    assert rights_of(state, CHART, SUZUKI, APRIL - DAY)
    assert not rights_of(state, CHART, SUZUKI, APRIL)


def test_a_right_is_revoked_once_and_not_before_it_began() -> None:
    ended = Revoked(FIRST, said("異動"), APRIL)
    given(RIGHTS, *HERE).when(revoke, CHART, ended).refused(NotFound)
    given(RIGHTS, *HERE, CHIEF_DECIDES).when(revoke, CHART, ended).then(ended)
    given(RIGHTS, *HERE, CHIEF_DECIDES, ended).when(revoke, CHART, ended).nothing()
    early = replace(ended, valid_from=TODAY - DAY)
    given(RIGHTS, *HERE, CHIEF_DECIDES).when(revoke, CHART, early).refused(DateInvalid, field="validFrom")
    never = replace(ended, valid_from=TODAY)
    assert not rights_of(fold(RIGHTS, (*HERE, CHIEF_DECIDES, never)), CHART, SATO, TODAY)


# --- separation of duties --------------------------------------------------------------------------------------------

TWO: Final = given_to(Role.CITY_ADMINISTRATOR, member=SUZUKI, id_=SECOND)


def test_the_last_administrator_stays() -> None:
    alone = (*HERE, ADMINISTRATOR)
    ended, gone = Revoked(FIRST, said("異動"), APRIL), MemberLeft(SATO, said("退職"), APRIL)
    given(RIGHTS, *alone).when(revoke, CHART, ended).refused(LastAdministrator, day="2027-04-01")
    given(RIGHTS, *alone).when(leave, CHART, gone).refused(LastAdministrator, day="2027-04-01")
    never = replace(ended, valid_from=TODAY)
    given(RIGHTS, *alone).when(revoke, CHART, never).refused(LastAdministrator, day="2026-11-22")
    given(RIGHTS, *alone, TWO).when(revoke, CHART, ended).then(ended)
    given(RIGHTS, *alone, TWO).when(leave, CHART, gone).then(gone)
    given(RIGHTS, *alone, TWO, ended).when(revoke, CHART, replace(ended, grant=SECOND)).refused(LastAdministrator)


def test_an_administrator_whose_own_term_ends_earlier_does_not_count() -> None:
    short = replace(TWO, until=date(2028, 4, 1))
    ended = Revoked(FIRST, said("異動"), APRIL)
    given(RIGHTS, *HERE, ADMINISTRATOR, short).when(revoke, CHART, ended).refused(LastAdministrator, day="2028-04-01")


def test_a_city_without_an_administrator_may_go_on_without() -> None:
    ended = Revoked(FIRST, said("異動"), APRIL)
    given(RIGHTS, *HERE, CHIEF_DECIDES).when(revoke, CHART, ended).then(ended)


@pytest.mark.parametrize(
    "event",
    [
        PostVacated(CHIEF, SATO, APRIL),
        PostAbolished(CHIEF, None, APRIL),
        DepartmentAbolished(PARKS, (SNOW,), APRIL),
    ],
    ids=lambda event: type(event).__name__,
)
def test_the_last_administrators_post_stays_held(event: PostVacated | PostAbolished | DepartmentAbolished) -> None:
    state = fold(RIGHTS, (*HERE, given_to(Role.CITY_ADMINISTRATOR, post=CHIEF)))
    after = ORGANISATION.evolve(CHART, event)
    with pytest.raises(LastAdministrator, match="2027-04-01"):
        keep_duties((state, CHART), (state, after))
    both = fold(RIGHTS, (*HERE, given_to(Role.CITY_ADMINISTRATOR, post=CHIEF), TWO))
    keep_duties((both, CHART), (both, after))


@pytest.mark.parametrize("role", sorted(ACTING))
def test_who_audits_has_no_right_that_changes_anything(role: Role) -> None:
    audits = given_to(Role.AUDITOR, member=SATO, until=APRIL)
    acts = given_to(role, member=SATO, id_=SECOND)
    given(RIGHTS, *HERE, audits).when(grant, CHART, acts).refused(DutiesMixed, day="2026-11-22")
    given(RIGHTS, *HERE, acts).when(grant, CHART, replace(audits, grant=THIRD)).refused(DutiesMixed)
    after = replace(acts, valid_from=APRIL)
    given(RIGHTS, *HERE, audits).when(grant, CHART, after).then(after)


def test_who_audits_may_read_as_staff_do() -> None:
    reads = given_to(Role.STAFF, member=SATO, id_=SECOND)
    given(RIGHTS, *HERE, given_to(Role.AUDITOR, member=SATO, until=APRIL)).when(grant, CHART, reads).then(reads)


def test_who_audits_is_given_no_post_that_acts() -> None:
    state = fold(
        RIGHTS, (*HERE, given_to(Role.AUDITOR, member=SUZUKI, until=APRIL), replace(CHIEF_DECIDES, grant=THIRD))
    )
    after = ORGANISATION.evolve(CHART, PostAssigned(CHIEF, SUZUKI, TODAY))
    with pytest.raises(DutiesMixed):
        keep_duties((state, CHART), (state, after))
    keep_duties((state, CHART), (state, ORGANISATION.evolve(CHART, PostAssigned(CHIEF, SUZUKI, APRIL))))


# --- how far a department's rights reach -----------------------------------------------------------------------------


def test_the_work_of_an_abolished_department_comes_down_to_its_heirs() -> None:
    chart: Organisation = fold(ORGANISATION, (*OFFICE, DepartmentAbolished(PARKS, (SNOW,), APRIL)))
    assert chart.inherits(PARKS, PARKS, APRIL - DAY)
    assert not chart.inherits(SNOW, PARKS, APRIL - DAY)
    assert chart.inherits(SNOW, PARKS, APRIL)
    assert not chart.inherits(PARKS, SNOW, APRIL)


@pytest.mark.parametrize("until", [None, date(2028, 4, 1)])
def test_what_a_member_has_in_a_department_ends_with_it(until: date | None) -> None:
    bounded = given_to(Role.APPROVER, member=SUZUKI, department=PARKS, until=until, id_=SECOND)
    everywhere = given_to(Role.APPROVER, member=SUZUKI, until=until, id_=THIRD)
    chart = fold(ORGANISATION, (*OFFICE, DepartmentAbolished(PARKS, (SNOW,), APRIL)))
    state = fold(RIGHTS, (*HERE, bounded, everywhere))
    assert {right.grant for right in rights_of(state, chart, SUZUKI, APRIL - DAY)} == {SECOND, THIRD}
    assert {right.grant for right in rights_of(state, chart, SUZUKI, APRIL)} == {THIRD}
    assert rights_on(state, chart, APRIL) == {SUZUKI: rights_of(state, chart, SUZUKI, APRIL)}


@pytest.mark.parametrize(
    "asked",
    [
        given_to(Role.DEPARTMENT_OFFICER, post=CHIEF, department=SNOW),
        given_to(Role.DESK_OFFICER, member=SATO, department=SNOW),
        given_to(Role.AUDITOR, member=SATO, department=SNOW, until=APRIL),
    ],
)
def test_a_department_that_would_bound_nothing_is_refused(asked: Granted) -> None:
    given(RIGHTS, *HERE).when(grant, CHART, asked).refused(PartUnfitting, field="department")


# --- what is past stays ----------------------------------------------------------------------------------------------

BACK: Final = date(2027, 10, 1)
YESTERDAY: Final = TODAY - DAY
LONG_AGO: Final = replace(CHIEF_DECIDES, valid_from=LAST_APRIL)
GONE: Final = (*OFFICE, PostVacated(CHIEF, SATO, date(2026, 9, 1)))


def test_who_comes_back_had_what_was_had_before() -> None:
    left = MemberLeft(SATO, said("休職"), APRIL)
    state = fold(RIGHTS, (*HERE, LONG_AGO, left, replace(SATO_COMES, valid_from=BACK)))
    had = [bool(rights_of(state, CHART, SATO, day)) for day in (LAST_APRIL, APRIL - DAY, APRIL, BACK - DAY, BACK)]
    assert had == [True, True, False, False, True]
    chart = fold(ORGANISATION, (*OFFICE, PostVacated(CHIEF, SATO, APRIL), PostAssigned(CHIEF, SATO, BACK)))
    always = fold(RIGHTS, (*HERE, LONG_AGO))
    had = [bool(rights_of(always, chart, SATO, day)) for day in (LAST_APRIL, APRIL - DAY, APRIL, BACK - DAY, BACK)]
    assert had == [True, True, False, False, True]


def test_who_leaves_for_good_does_not_come_back_on_a_day_entered_before() -> None:
    away = (MemberLeft(SATO, said("休職"), APRIL), replace(SATO_COMES, valid_from=BACK))
    for day in (TODAY, APRIL, APRIL + DAY, BACK):
        gone = MemberLeft(SATO, said("退職"), day)
        given(RIGHTS, *HERE, LONG_AGO, *away).when(leave, CHART, gone).then(gone)
        state = fold(RIGHTS, (*HERE, LONG_AGO, *away, gone))
        last = min(day, APRIL)
        assert rights_of(state, CHART, SATO, last - DAY)
        assert not any(rights_of(state, CHART, SATO, each) for each in (last, APRIL, BACK, BACK + DAY))


@pytest.mark.parametrize("back", [APRIL - DAY, APRIL, BACK])
def test_who_leaves_and_comes_back_is_granted_anew(back: date) -> None:
    gone = MemberLeft(SATO, said("退職"), APRIL)
    ahead = given_to(Role.STAFF, member=SATO, since=BACK, id_=SECOND)
    after = given_to(Role.STAFF, member=SATO, since=TODAY + DAY, until=date(2028, 4, 1), id_=THIRD)
    state = fold(
        RIGHTS,
        (
            *HERE,
            ADMINISTRATOR,
            replace(TWO, grant=UUID(int=81)),
            ahead,
            gone,
            after,
            replace(SATO_COMES, valid_from=back),
        ),
    )
    assert {right.grant for right in rights_of(state, CHART, SATO, APRIL - DAY)} == {FIRST, THIRD}
    assert not any(rights_of(state, CHART, SATO, day) for day in (APRIL, BACK, date(2028, 3, 31), date(2030, 1, 1)))
    assert rights_of(state, CHART, SUZUKI, BACK)
    anew = given_to(Role.STAFF, member=SATO, since=BACK, id_=UUID(int=80))
    assert rights_of(RIGHTS.evolve(state, anew), CHART, SATO, BACK)


@pytest.mark.parametrize(
    ("office", "event", "first"),
    [
        (OFFICE, PostAssigned(CHIEF, SUZUKI, YESTERDAY), YESTERDAY),
        (OFFICE, PostAssigned(CHIEF, SUZUKI, date(2020, 1, 1)), LAST_APRIL),
        (OFFICE, PostVacated(CHIEF, SATO, YESTERDAY), YESTERDAY),
        (OFFICE, PostAbolished(CHIEF, None, YESTERDAY), YESTERDAY),
        (OFFICE, DepartmentAbolished(PARKS, (SNOW,), YESTERDAY), YESTERDAY),
        (GONE, PostVacated(CHIEF, SATO, APRIL), date(2026, 9, 1)),
        (GONE, PostAssigned(CHIEF, SATO, date(2026, 8, 1)), date(2026, 9, 1)),
        (
            (*OFFICE, PostAbolished(CHIEF, None, date(2026, 10, 1))),
            PostAbolished(CHIEF, None, APRIL),
            date(2026, 10, 1),
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_change_of_the_organisation_leaves_past_rights_as_they_were(
    office: tuple[Any, ...], event: Any, first: date
) -> None:
    chart = fold(ORGANISATION, office)
    after = ORGANISATION.evolve(chart, event)
    state = fold(RIGHTS, (*HERE, LONG_AGO))
    with pytest.raises(DateInvalid, match=first.isoformat()):
        keep_past((state, chart), (state, after), TODAY)
    without = fold(RIGHTS, HERE)
    keep_past((without, chart), (without, after), TODAY)
    from_today = fold(RIGHTS, (*HERE, CHIEF_DECIDES))
    keep_past((from_today, chart), (from_today, after), TODAY)


@pytest.mark.parametrize("day", [TODAY, APRIL])
def test_a_change_from_today_on_may_change_rights(day: date) -> None:
    state = fold(RIGHTS, (*HERE, LONG_AGO))
    for event in (
        PostAssigned(CHIEF, SUZUKI, day),
        PostVacated(CHIEF, SATO, day),
        PostAbolished(CHIEF, None, day),
        DepartmentAbolished(PARKS, (SNOW,), day),
    ):
        keep_past((state, CHART), (state, ORGANISATION.evolve(CHART, event)), TODAY)


# --- what was there before a change does not hold it up ---------------------------------------------------------------

MIXED: Final = (
    given_to(Role.AUDITOR, member=SATO, until=APRIL, id_=UUID(int=70)),
    given_to(Role.DESK_OFFICER, member=SATO, id_=UUID(int=71)),
)
"""As an import may bring it."""


def test_somebody_who_audits_and_acts_does_not_hold_up_what_others_are_given() -> None:
    state = (*HERE, *MIXED)
    for role in sorted(ACTING):
        asked = given_to(role, member=SUZUKI)
        given(RIGHTS, *state).when(grant, CHART, asked).then(asked)
    ended = Revoked(UUID(int=71), said("兼務の解消"), TODAY)
    given(RIGHTS, *state).when(revoke, CHART, ended).then(ended)
    more = given_to(Role.APPROVER, member=SATO)
    given(RIGHTS, *state).when(grant, CHART, more).refused(DutiesMixed, day="2026-11-22", roles="approver")
    same_again = given_to(Role.DESK_OFFICER, member=SATO)
    given(RIGHTS, *state).when(grant, CHART, same_again).refused(DutiesMixed, day="2026-11-22", roles="desk_officer")
    longer = given_to(Role.AUDITOR, member=SATO, until=BACK)
    given(RIGHTS, *state).when(grant, CHART, longer).refused(DutiesMixed, day="2027-04-01")


def test_an_administrator_who_audits_is_none() -> None:
    mixed = (ADMINISTRATOR, given_to(Role.AUDITOR, member=SATO, until=BACK, id_=UUID(int=70)), TWO)
    ended = Revoked(SECOND, said("異動"), APRIL)
    given(RIGHTS, *HERE, *mixed).when(revoke, CHART, ended).refused(LastAdministrator, day="2027-04-01")
    later = replace(ended, valid_from=BACK)
    given(RIGHTS, *HERE, *mixed).when(revoke, CHART, later).then(later)


def test_an_end_put_off_mixes_no_duties_on_the_days_between() -> None:
    audits = given_to(Role.AUDITOR, member=SATO, until=date(2027, 9, 1), id_=SECOND)
    chart = fold(ORGANISATION, (*OFFICE, PostVacated(CHIEF, SATO, APRIL)))
    state = fold(RIGHTS, (*HERE, CHIEF_DECIDES, replace(audits, valid_from=APRIL)))
    with pytest.raises(DutiesMixed, match="2027-04-01"):
        keep_duties((state, chart), (state, ORGANISATION.evolve(chart, PostVacated(CHIEF, SATO, BACK))))


def test_who_comes_back_does_not_come_back_to_mixed_duties() -> None:
    chart = fold(ORGANISATION, (*OFFICE, PostAssigned(DEPUTY, SATO, LAST_APRIL)))
    audits, chief = given_to(Role.AUDITOR, post=DEPUTY, id_=SECOND), replace(CHIEF_DECIDES, valid_from=APRIL)
    history = (*HERE, audits, MemberLeft(SATO, said("休職"), APRIL), chief)
    back = replace(SATO_COMES, valid_from=BACK)
    given(RIGHTS, *history).when(enter, chart, back).refused(DutiesMixed, day="2027-10-01")
    given(RIGHTS, *history[:-1]).when(enter, chart, back).then(back)


# --- who stands for whom ----------------------------------------------------------------------------------------------

YUKI, KOMOREBI = UUID(int=70), UUID(int=71)
"""Parties that propose."""


def stands(
    member: UUID = SATO, party: UUID = YUKI, since: date = TODAY, until: date | None = None, id_: UUID = FIRST
) -> RepresentationGiven:
    return RepresentationGiven(id_, member, party, since, until, said("委任状を確認した"))


def over(day: date = APRIL, id_: UUID = FIRST) -> RepresentationEnded:
    return RepresentationEnded(id_, said("担当替え"), day)


def parties(member: UUID, day: date, *events: Any) -> set[UUID | None]:
    return {right.party for right in rights_of(fold(RIGHTS, (*HERE, *events)), CHART, member, day)}


def test_who_stands_for_a_party_is_a_proposer_on_its_days_and_nothing_else() -> None:
    given(RIGHTS, *HERE).when(represent, CHART, stands(until=APRIL)).then(stands(until=APRIL))
    state = fold(RIGHTS, (*HERE, stands(until=APRIL)))
    held = {SATO: frozenset({Right(Role.PROPOSER, grant=FIRST, party=YUKI)})}
    told = [rights_on(state, CHART, day) for day in (TODAY - DAY, TODAY, APRIL - DAY, APRIL)]
    assert told == [{}, held, held, {}]


def test_several_stand_for_one_party_and_one_for_several() -> None:
    history = (stands(), stands(SUZUKI, id_=SECOND), stands(party=KOMOREBI, id_=THIRD))
    assert parties(SATO, TODAY, *history) == {YUKI, KOMOREBI}
    assert parties(SUZUKI, TODAY, *history) == {YUKI}
    given(RIGHTS, *HERE, *history[:2]).when(represent, CHART, history[2]).then(history[2])


def test_it_ends_on_its_day_once_and_never_before_it_began() -> None:
    given(RIGHTS, *HERE, stands()).when(end_representation, over()).then(over())
    assert [parties(SATO, day, stands(), over()) for day in (APRIL - DAY, APRIL)] == [{YUKI}, set()]
    given(RIGHTS, *HERE, stands(), over()).when(end_representation, over(APRIL + DAY)).nothing()
    given(RIGHTS, *HERE, stands(since=APRIL)).when(end_representation, over(TODAY)).refused(
        DateInvalid, field="validFrom"
    )
    never = over(APRIL)
    given(RIGHTS, *HERE, stands(since=APRIL)).when(end_representation, never).then(never)
    assert parties(SATO, APRIL, stands(since=APRIL), never) == set()
    given(RIGHTS, *HERE).when(end_representation, over()).refused(NotFound)


def test_it_ends_when_the_member_leaves_and_does_not_come_back() -> None:
    history = (stands(), MemberLeft(SATO, said("退社"), APRIL), MemberEntered(SATO, said("佐藤"), None, APRIL + DAY))
    assert [parties(SATO, day, *history) for day in (APRIL - DAY, APRIL, APRIL + DAY)] == [{YUKI}, set(), set()]


def test_it_is_given_to_who_is_there_once_and_with_an_end_after_its_beginning() -> None:
    given(RIGHTS, SUZUKI_COMES).when(represent, CHART, stands()).refused(ReferenceUnknown, field="member")
    given(RIGHTS, *HERE, stands()).when(represent, CHART, stands(SUZUKI)).refused(AlreadyThere)
    given(RIGHTS, *HERE).when(represent, CHART, stands(until=TODAY)).refused(DateInvalid, field="until")


def test_no_grant_is_ended_as_a_representation_nor_the_other_way_round() -> None:
    given(RIGHTS, *HERE, ADMINISTRATOR).when(end_representation, over()).refused(NotFound)
    given(RIGHTS, *HERE, stands()).when(revoke, CHART, Revoked(FIRST, said("理由"), APRIL)).refused(NotFound)


@pytest.mark.parametrize("role", sorted(EVERYBODY))
def test_nobody_of_the_city_stands_for_who_proposes_to_it(role: Role) -> None:
    works = given_to(role, member=SATO, until=APRIL, id_=SECOND)
    given(RIGHTS, *HERE, works).when(represent, CHART, stands()).refused(
        SidesMixed, day=TODAY.isoformat(), roles=role.value
    )
    given(RIGHTS, *HERE, stands(since=TODAY - DAY)).when(grant, CHART, works).refused(SidesMixed, roles=role.value)
    given(RIGHTS, *HERE, works).when(represent, CHART, stands(since=APRIL)).then(stands(since=APRIL))
    given(RIGHTS, *HERE, works).when(represent, CHART, stands(SUZUKI)).then(stands(SUZUKI))


def test_nobody_who_stands_for_a_party_is_given_a_post_that_works_for_the_city() -> None:
    state = fold(RIGHTS, (*HERE, replace(CHIEF_DECIDES, grant=THIRD), stands(SUZUKI)))
    after = ORGANISATION.evolve(CHART, PostAssigned(CHIEF, SUZUKI, APRIL))
    with pytest.raises(SidesMixed, match="2027-04-01"):
        keep_duties((state, CHART), (state, after))
    given(RIGHTS, *HERE, CHIEF_DECIDES).when(represent, CHART, stands(id_=THIRD)).refused(SidesMixed)


def test_what_was_mixed_elsewhere_does_not_hold_up_others() -> None:
    mixed = (given_to(Role.STAFF, member=SATO, id_=SECOND), stands())
    other = stands(SUZUKI, id_=THIRD)
    given(RIGHTS, *HERE, *mixed).when(represent, CHART, other).then(other)
    given(RIGHTS, *HERE, *mixed).when(represent, CHART, stands(party=KOMOREBI, id_=THIRD)).refused(SidesMixed)


def test_no_city_grants_the_role_of_a_proposer() -> None:
    wish = given_to(Role.PROPOSER, member=SATO)
    given(RIGHTS, *HERE).when(grant, CHART, wish).refused(CodeUnknown, field="role", value="proposer")
