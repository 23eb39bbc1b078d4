"""Departments, posts and holders with their days, above all those of 1 April that are entered ahead."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Final
from uuid import UUID

import pytest

from domain import organisation
from domain.errors import AlreadyThere, DateInvalid, NotFound, PartMissing, ReferenceUnknown
from domain.organisation import (
    ORGANISATION,
    DepartmentAbolished,
    DepartmentEstablished,
    DepartmentKept,
    DepartmentRenamed,
    OrganisationEvent,
    PostAbolished,
    PostAssigned,
    PostEstablished,
    PostKept,
    PostRenamed,
    PostVacated,
    Validity,
    change,
)
from tests.domain.facts import SATO, SUZUKI, said
from tests.domain.given import fold, given
from tests.domain.stages import commands_of

LAST_APRIL: Final = date(2026, 4, 1)
APRIL: Final = date(2027, 4, 1)
DAY_BEFORE: Final = APRIL - timedelta(days=1)

OLD, NEW, UNKNOWN = UUID(int=50), UUID(int=51), UUID(int=52)
CHIEF, DEPUTY = UUID(int=53), UUID(int=54)

OLD_FOUNDED: Final = DepartmentEstablished(OLD, said("連携推進課"), LAST_APRIL)
NEW_FOUNDED: Final = DepartmentEstablished(NEW, said("公民連携課"), APRIL)
THIRD: Final = UUID(int=56)
THIRD_FOUNDED: Final = DepartmentEstablished(THIRD, said("広域連携課"), LAST_APRIL)
RENAMED: Final = DepartmentRenamed(OLD, said("公民連携推進課"), APRIL)
MERGED: Final = DepartmentAbolished(OLD, (NEW,), APRIL)
CHIEF_FOUNDED: Final = PostEstablished(CHIEF, OLD, said("課長"), LAST_APRIL)
DEPUTY_FOUNDED: Final = PostEstablished(DEPUTY, OLD, said("主幹"), LAST_APRIL)
CHIEF_RENAMED: Final = PostRenamed(CHIEF, said("室長"), APRIL)
CHIEF_ENDS: Final = PostAbolished(CHIEF, DEPUTY, APRIL)
SATO_IS_CHIEF: Final = PostAssigned(CHIEF, SATO, LAST_APRIL)
SATO_LEAVES: Final = PostVacated(CHIEF, SATO, APRIL)

OFFICE: Final = (OLD_FOUNDED, CHIEF_FOUNDED, DEPUTY_FOUNDED, SATO_IS_CHIEF)


def test_these_tests_hold_every_command() -> None:
    assert set(commands_of(organisation, ORGANISATION)) == {"change"}


@pytest.mark.parametrize(
    ("history", "event"),
    [
        ((), OLD_FOUNDED),
        ((OLD_FOUNDED,), NEW_FOUNDED),
        ((OLD_FOUNDED,), RENAMED),
        ((OLD_FOUNDED, CHIEF_FOUNDED), CHIEF_RENAMED),
        ((OLD_FOUNDED, NEW_FOUNDED), MERGED),
        ((OLD_FOUNDED, NEW_FOUNDED, THIRD_FOUNDED), replace(MERGED, successors=(NEW, THIRD))),
        ((OLD_FOUNDED,), CHIEF_FOUNDED),
        (OFFICE, CHIEF_ENDS),
        (OFFICE, replace(CHIEF_ENDS, successor=None)),
        ((OLD_FOUNDED, CHIEF_FOUNDED), SATO_IS_CHIEF),
        (OFFICE, SATO_LEAVES),
    ],
    ids=lambda value: type(value).__name__,
)
def test_each_change_can_be_entered(history: tuple[OrganisationEvent, ...], event: OrganisationEvent) -> None:
    given(ORGANISATION, *history).when(change, event).then(event)


@pytest.mark.parametrize("event", [MERGED, CHIEF_ENDS, SATO_LEAVES, SATO_IS_CHIEF], ids=lambda e: type(e).__name__)
def test_the_same_change_again_adds_nothing(event: OrganisationEvent) -> None:
    given(ORGANISATION, *OFFICE, NEW_FOUNDED, event).when(change, event).nothing()


def test_an_id_is_established_once_even_after_its_end() -> None:
    ended = (*OFFICE, NEW_FOUNDED, CHIEF_ENDS, MERGED)
    for event in (OLD_FOUNDED, CHIEF_FOUNDED):
        given(ORGANISATION, *OFFICE).when(change, event).refused(AlreadyThere)
    for event in (replace(OLD_FOUNDED, valid_from=APRIL), replace(CHIEF_FOUNDED, department=NEW, valid_from=APRIL)):
        given(ORGANISATION, *ended).when(change, event).refused(AlreadyThere)


@pytest.mark.parametrize(
    "event",
    [
        replace(RENAMED, department=UNKNOWN),
        replace(CHIEF_RENAMED, post=UNKNOWN),
        replace(MERGED, department=UNKNOWN),
        replace(CHIEF_ENDS, post=UNKNOWN),
        PostAssigned(UNKNOWN, SATO, APRIL),
        replace(SATO_LEAVES, post=UNKNOWN),
        replace(SATO_LEAVES, member=SUZUKI),
    ],
    ids=lambda event: type(event).__name__,
)
def test_what_does_not_exist_is_not_changed(event: OrganisationEvent) -> None:
    given(ORGANISATION, *OFFICE, NEW_FOUNDED).when(change, event).refused(NotFound)


@pytest.mark.parametrize(
    ("event", "field"),
    [
        (replace(MERGED, successors=(NEW, UNKNOWN)), "successors"),
        (PostEstablished(UUID(int=55), UNKNOWN, said("係長"), APRIL), "department"),
        (replace(CHIEF_ENDS, successor=UNKNOWN), "successor"),
    ],
)
def test_what_is_named_beside_it_and_does_not_exist_is_told_by_its_field(event: OrganisationEvent, field: str) -> None:
    given(ORGANISATION, *OFFICE, NEW_FOUNDED).when(change, event).refused(ReferenceUnknown, field=field)


NEVER: Final = (replace(NEW_FOUNDED, department=THIRD), DepartmentAbolished(THIRD, (OLD,), APRIL))
"""A department that was to begin on 1 April, and was taken away again."""


@pytest.mark.parametrize(
    ("event", "en", "ja"),
    [
        (
            PostEstablished(UUID(int=55), NEW, said("係長"), DAY_BEFORE),
            "what you name as department is there only from 2027-04-01 on.",
            "「担当課」に指定されたものは、令和9年（2027年）4月1日から存在します。",
        ),
        (
            replace(RENAMED, department=NEW, valid_from=DAY_BEFORE),
            "what you name as department is there only from 2027-04-01 on.",
            "「担当課」に指定されたものは、令和9年（2027年）4月1日から存在します。",
        ),
        (
            replace(MERGED, valid_from=DAY_BEFORE),
            "what you name as successors is there only from 2027-04-01 on.",
            "「後継の課」に指定されたものは、令和9年（2027年）4月1日から存在します。",
        ),
        (
            DepartmentAbolished(NEW, (OLD,), DAY_BEFORE),
            "it began only on 2027-04-01",
            "始まりは令和9年（2027年）4月1日です。",
        ),
        (
            PostAssigned(CHIEF, SUZUKI, LAST_APRIL - timedelta(days=1)),
            "what you name as post is there only from 2026-04-01 on.",
            "「職」に指定されたものは、令和8年（2026年）4月1日から存在します。",
        ),
        (
            PostAssigned(DEPUTY, SUZUKI, APRIL),
            "what you name as post was there only until 2027-03-31.",
            "「職」に指定されたものは、令和9年（2027年）3月31日まで存在しました。",
        ),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, str) else "",
)
def test_who_names_the_wrong_day_is_told_the_field_and_the_day(event: OrganisationEvent, en: str, ja: str) -> None:
    ends = PostAbolished(DEPUTY, None, APRIL)
    judged = given(ORGANISATION, *OFFICE, NEW_FOUNDED, ends).when(change, event)
    judged.refused(DateInvalid, field="validFrom")
    assert judged.refusal is not None
    assert (judged.refusal.message("en"), judged.refusal.message("ja")) == (
        f"validFrom: {en}",
        f"「適用開始日」: 日付を確認してください。{ja}",
    )


def test_what_was_taken_away_before_it_began_was_never_there() -> None:
    post = PostEstablished(UUID(int=55), THIRD, said("係長"), APRIL)
    given(ORGANISATION, OLD_FOUNDED, *NEVER).when(change, post).refused(ReferenceUnknown, field="department")


# --- open work is always somebody's ------------------------------------------------------------------------------


def test_a_department_does_not_end_without_a_successor() -> None:
    for history in ((OLD_FOUNDED,), OFFICE, (*OFFICE, NEW_FOUNDED, MERGED)):
        for day in (LAST_APRIL, APRIL):
            alone = DepartmentAbolished(OLD, (), day)
            given(ORGANISATION, *history).when(change, alone).refused(PartMissing, field="successors")


def test_a_successor_that_ends_before_or_on_the_same_day_takes_nothing_over() -> None:
    may, there = date(2027, 5, 1), (OLD_FOUNDED, NEW_FOUNDED, THIRD_FOUNDED)
    for day in (may, date(2027, 4, 30)):
        ended = DepartmentAbolished(NEW, (THIRD,), day)
        given(ORGANISATION, *there, ended).when(change, DepartmentAbolished(OLD, (NEW,), may)).refused(DateInvalid)
    later = DepartmentAbolished(NEW, (THIRD,), date(2027, 5, 2))
    given(ORGANISATION, *there, later).when(change, DepartmentAbolished(OLD, (NEW,), may)).then(
        DepartmentAbolished(OLD, (NEW,), may)
    )
    assert fold(ORGANISATION, (*there, later, DepartmentAbolished(OLD, (NEW,), may))).inherits(THIRD, OLD, date.max)


def test_work_does_not_go_round_in_a_circle_of_departments_that_all_ended() -> None:
    there = (OLD_FOUNDED, NEW_FOUNDED, THIRD_FOUNDED, MERGED)
    back = DepartmentAbolished(NEW, (OLD,), APRIL)
    given(ORGANISATION, *there).when(change, back).refused(DateInvalid)
    first = DepartmentAbolished(THIRD, (OLD,), DAY_BEFORE)
    given(ORGANISATION, OLD_FOUNDED, THIRD_FOUNDED, first).when(
        change, DepartmentAbolished(OLD, (THIRD,), DAY_BEFORE)
    ).refused(DateInvalid)
    ahead = DepartmentAbolished(OLD, (THIRD,), APRIL)
    circle = DepartmentAbolished(THIRD, (OLD,), DAY_BEFORE)
    given(ORGANISATION, OLD_FOUNDED, THIRD_FOUNDED, ahead).when(change, circle).refused(PartMissing, field="successors")
    both = replace(circle, successors=(OLD, NEW), valid_from=APRIL - timedelta(days=1))
    open_end = (OLD_FOUNDED, THIRD_FOUNDED, replace(NEW_FOUNDED, valid_from=LAST_APRIL), ahead)
    given(ORGANISATION, *open_end).when(change, both).then(both)


def test_what_an_older_log_left_to_nobody_stands_in_nobodys_way() -> None:
    orphaned = (OLD_FOUNDED, NEW_FOUNDED, THIRD_FOUNDED, DepartmentAbolished(OLD, (), LAST_APRIL))
    ends = DepartmentAbolished(NEW, (THIRD,), APRIL)
    given(ORGANISATION, *orphaned).when(change, ends).then(ends)
    given(ORGANISATION, *orphaned).when(change, DepartmentAbolished(OLD, (THIRD,), LAST_APRIL)).then(
        DepartmentAbolished(OLD, (THIRD,), LAST_APRIL)
    )


# --- the changes of 1 April, entered ahead -----------------------------------------------------------------------


def test_a_merger_is_entered_ahead_with_a_successor_that_begins_on_that_day() -> None:
    given(ORGANISATION, *OFFICE, NEW_FOUNDED).when(change, MERGED).then(MERGED)
    given(ORGANISATION, *OFFICE, NEW_FOUNDED).when(change, replace(MERGED, valid_from=DAY_BEFORE)).refused(DateInvalid)


def test_until_the_day_before_the_old_department_is_valid_and_from_that_day_the_new() -> None:
    state = fold(ORGANISATION, (*OFFICE, NEW_FOUNDED, MERGED))
    old, new = state.departments[OLD], state.departments[NEW]
    assert [(old.covers(day), new.covers(day)) for day in (DAY_BEFORE, APRIL)] == [(True, False), (False, True)]


def test_nothing_is_renamed_or_given_a_post_from_the_day_on_which_it_is_gone() -> None:
    history = (*OFFICE, NEW_FOUNDED, MERGED)
    post = PostEstablished(UUID(int=55), OLD, said("係長"), DAY_BEFORE)
    given(ORGANISATION, *history).when(change, replace(RENAMED, valid_from=DAY_BEFORE)).then(
        replace(RENAMED, valid_from=DAY_BEFORE)
    )
    given(ORGANISATION, *history).when(change, RENAMED).refused(DateInvalid)
    given(ORGANISATION, *history).when(change, post).then(post)
    given(ORGANISATION, *history).when(change, replace(post, valid_from=APRIL)).refused(DateInvalid)


def test_nobody_is_assigned_to_a_post_before_it_begins_or_after_it_ends() -> None:
    history = (*OFFICE, CHIEF_ENDS)
    for day in (LAST_APRIL - timedelta(days=1), APRIL):
        given(ORGANISATION, *history).when(change, PostAssigned(CHIEF, SUZUKI, day)).refused(DateInvalid)
    last = PostAssigned(CHIEF, SUZUKI, DAY_BEFORE)
    given(ORGANISATION, *history).when(change, last).then(last)


def test_officers_change_on_1_april_entered_ahead() -> None:
    suzuki_comes = PostAssigned(CHIEF, SUZUKI, APRIL)
    given(ORGANISATION, *OFFICE, SATO_LEAVES).when(change, suzuki_comes).then(suzuki_comes)
    holdings = fold(ORGANISATION, (*OFFICE, SATO_LEAVES, suzuki_comes)).holdings
    assert holdings == {(CHIEF, SATO): Validity(LAST_APRIL, APRIL), (CHIEF, SUZUKI): Validity(APRIL)}


def test_an_end_that_was_entered_ahead_may_be_moved() -> None:
    later = replace(MERGED, valid_from=date(2028, 4, 1))
    given(ORGANISATION, *OFFICE, NEW_FOUNDED, MERGED).when(change, later).then(later)
    assert fold(ORGANISATION, (*OFFICE, NEW_FOUNDED, MERGED, later)).departments[OLD].until == later.valid_from


# --- holders -----------------------------------------------------------------------------------------------------


def test_a_member_may_hold_several_posts_and_a_post_several_members() -> None:
    second_post = PostAssigned(DEPUTY, SATO, LAST_APRIL)
    second_holder = PostAssigned(CHIEF, SUZUKI, LAST_APRIL)
    given(ORGANISATION, *OFFICE).when(change, second_post).then(second_post)
    given(ORGANISATION, *OFFICE, second_post).when(change, second_holder).then(second_holder)
    holdings = fold(ORGANISATION, (*OFFICE, second_post, second_holder)).holdings
    assert set(holdings) == {(CHIEF, SATO), (DEPUTY, SATO), (CHIEF, SUZUKI)}


def test_leaving_one_post_leaves_the_other() -> None:
    history = (*OFFICE, PostAssigned(DEPUTY, SATO, LAST_APRIL), SATO_LEAVES)
    holdings = fold(ORGANISATION, history).holdings
    assert [holdings[post, SATO].covers(APRIL) for post in (CHIEF, DEPUTY)] == [False, True]


def test_a_member_may_come_back_to_a_post() -> None:
    back = PostAssigned(CHIEF, SATO, date(2029, 4, 1))
    given(ORGANISATION, *OFFICE, SATO_LEAVES).when(change, back).then(back)


def test_a_member_who_was_to_leave_may_be_assigned_to_stay() -> None:
    stays = PostAssigned(CHIEF, SATO, DAY_BEFORE)
    given(ORGANISATION, *OFFICE, SATO_LEAVES).when(change, stays).then(stays)
    holding = fold(ORGANISATION, (*OFFICE, SATO_LEAVES, stays)).holdings[CHIEF, SATO]
    assert (holding.covers(LAST_APRIL), holding.covers(APRIL)) == (True, True)


# --- order -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "event",
    [replace(MERGED, successors=()), replace(CHIEF_ENDS, successor=None), SATO_LEAVES],
    ids=lambda e: str(type(e)),
)
def test_nothing_ends_before_it_began(event: OrganisationEvent) -> None:
    early = replace(event, valid_from=LAST_APRIL - timedelta(days=1))
    given(ORGANISATION, *OFFICE).when(change, early).refused(
        DateInvalid, field="validFrom", problem="it began only on 2026-04-01"
    )


def test_a_department_is_not_its_own_successor() -> None:
    given(ORGANISATION, *OFFICE, NEW_FOUNDED).when(change, replace(MERGED, successors=(NEW, OLD))).refused(
        PartMissing, field="successors"
    )


def test_a_post_is_not_its_own_successor() -> None:
    given(ORGANISATION, *OFFICE).when(change, replace(CHIEF_ENDS, successor=CHIEF)).refused(
        PartMissing, field="successor"
    )


def test_validity_begins_on_its_first_day_and_ends_the_day_before_until() -> None:
    held = Validity(LAST_APRIL, APRIL)
    days = (LAST_APRIL - timedelta(days=1), LAST_APRIL, DAY_BEFORE, APRIL)
    assert [held.covers(day) for day in days] == [False, True, True, False]
    assert Validity(LAST_APRIL).covers(date.max)


def test_successors_that_were_named_wrongly_are_put_right_on_the_same_day() -> None:
    none = replace(MERGED, successors=())
    history = (*OFFICE, NEW_FOUNDED, none)
    given(ORGANISATION, *history).when(change, none).nothing()
    given(ORGANISATION, *history).when(change, MERGED).then(MERGED)
    assert fold(ORGANISATION, (*history, MERGED)).inherits(NEW, OLD, APRIL)


def test_a_post_stands_beside_those_of_its_department_and_of_what_came_down_to_it() -> None:
    other, beside, strange = UUID(int=55), UUID(int=56), UUID(int=57)
    there = (
        *OFFICE,
        replace(NEW_FOUNDED, valid_from=LAST_APRIL),
        DepartmentEstablished(other, said("総務課"), LAST_APRIL),
        PostEstablished(beside, NEW, said("主幹"), LAST_APRIL),
        PostEstablished(strange, other, said("主幹"), LAST_APRIL),
    )
    succeeded = PostAbolished(CHIEF, strange, APRIL)

    def beside_chief(*events: OrganisationEvent, day: date = APRIL) -> set[UUID]:
        chart = fold(ORGANISATION, (*there, *events))
        return {post for post in (DEPUTY, beside, strange, UNKNOWN) if chart.stands_beside(post, CHIEF, day)}

    assert beside_chief() == {DEPUTY}
    assert beside_chief(MERGED, day=DAY_BEFORE) == {DEPUTY}
    assert beside_chief(MERGED) == {DEPUTY, beside}
    assert beside_chief(succeeded, day=DAY_BEFORE) == {DEPUTY}
    assert beside_chief(succeeded) == {strange}
    elsewhere = PostAbolished(DEPUTY, strange, APRIL)
    assert beside_chief(elsewhere, day=DAY_BEFORE) == {DEPUTY}
    assert beside_chief(elsewhere) == set()
    assert not fold(ORGANISATION, there).stands_beside(DEPUTY, UNKNOWN, APRIL)


def test_a_holding_that_begins_again_is_ended_where_it_is_held() -> None:
    back = date(2028, 4, 1)
    history = (*OFFICE, SATO_LEAVES, replace(SATO_IS_CHIEF, valid_from=back))

    def held(*events: PostVacated) -> list[bool]:
        holding = fold(ORGANISATION, (*history, *events)).holdings[CHIEF, SATO]
        return [holding.covers(day) for day in (DAY_BEFORE - timedelta(days=1), DAY_BEFORE, APRIL, back)]

    assert held() == [True, True, False, True]
    for day, left in (
        (DAY_BEFORE, [True, False, False, False]),
        (APRIL, [True, True, False, False]),
        (date(2027, 6, 1), [True, True, False, False]),
        (back, [True, True, False, False]),
    ):
        ended = replace(SATO_LEAVES, valid_from=day)
        given(ORGANISATION, *history).when(change, ended).then(ended)
        assert held(ended) == left
        given(ORGANISATION, *history, ended).when(change, ended).nothing()
    early = replace(SATO_LEAVES, valid_from=LAST_APRIL - timedelta(days=1))
    given(ORGANISATION, *history).when(change, early).refused(DateInvalid, field="validFrom")


def test_an_end_that_was_entered_ahead_is_taken_back_and_nothing_is_handed_down() -> None:
    two = (*OFFICE, NEW_FOUNDED, MERGED)
    kept = DepartmentKept(OLD, APRIL, said("条例案が否決された。"))
    given(ORGANISATION, *two).when(change, kept).then(kept)
    there = fold(ORGANISATION, (*two, kept))
    assert there.departments[OLD].covers(date.max)
    assert not there.inherits(NEW, OLD, APRIL)
    assert there.has_post(CHIEF, APRIL)
    assert there.heirs == {}
    given(ORGANISATION, *two, kept).when(change, MERGED).then(MERGED)
    stays = PostKept(CHIEF, APRIL, said("職を残す。"))
    given(ORGANISATION, *OFFICE, CHIEF_ENDS).when(change, stays).then(stays)
    post = fold(ORGANISATION, (*OFFICE, CHIEF_ENDS, stays))
    assert (post.present(CHIEF, APRIL), post.has_post(CHIEF, APRIL)) == (CHIEF, True)
    assert post.post_heirs == {}


def test_who_takes_an_end_back_names_its_day() -> None:
    for kept, ended in (
        (DepartmentKept(OLD, APRIL, said("誤り")), (NEW_FOUNDED, MERGED)),
        (PostKept(CHIEF, APRIL, said("誤り")), (CHIEF_ENDS,)),
    ):
        given(ORGANISATION, *OFFICE).when(change, kept).nothing()
        given(ORGANISATION).when(change, kept).refused(NotFound)
        another = replace(kept, valid_from=DAY_BEFORE)
        given(ORGANISATION, *OFFICE, *ended).when(change, another).refused(DateInvalid, field="validFrom")
