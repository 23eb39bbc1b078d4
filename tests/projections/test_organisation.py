"""The organisation of any day, under the names of that day, from changes entered in any order."""

from datetime import date
from typing import Any, Final
from uuid import UUID

import pytest

from domain.organisation import (
    ORGANISATION as DECIDER,
)
from domain.organisation import (
    DepartmentAbolished,
    DepartmentEstablished,
    DepartmentKept,
    DepartmentRenamed,
    PostAbolished,
    PostAssigned,
    PostEstablished,
    PostKept,
    PostRenamed,
    PostVacated,
)
from projections.organisation import (
    ORGANISATION,
    Chart,
    ChartDepartment,
    ChartPost,
    change,
    chart_on,
    waiting_departments,
)
from tests.projections.facts import SATO, SUZUKI, fact, folded, words

PLANNING, POLICY, HEAD, CLERK = UUID(int=21), UUID(int=22), UUID(int=31), UUID(int=32)
OLD, NEW, NEWER = words("企画課"), words("連携推進課"), words("公民連携課")
HEAD_NAME, CLERK_NAME = words("課長"), words("主査")
START, MARCH, APRIL, NEXT_APRIL = date(2025, 4, 1), date(2026, 3, 31), date(2026, 4, 1), date(2027, 4, 1)

FOUNDED: Final = (
    DepartmentEstablished(PLANNING, OLD, START),
    PostEstablished(HEAD, PLANNING, HEAD_NAME, START),
    PostAssigned(HEAD, SATO, START),
)


def chart(day: date, *events: Any) -> Chart:
    return chart_on(folded(ORGANISATION, (*FOUNDED, *events)), day)


def names(found: Chart) -> list[tuple[UUID, Any]]:
    return [(item.id, item.name) for item in found.departments]


def holders(found: Chart) -> dict[UUID, tuple[UUID, ...]]:
    return {post.id: post.holders for post in found.posts}


def test_a_chart_tells_departments_posts_and_holders() -> None:
    assert chart(APRIL) == Chart(
        APRIL,
        (ChartDepartment(PLANNING, OLD, START, None, ()),),
        (ChartPost(HEAD, PLANNING, HEAD_NAME, (SATO,)),),
    )


def test_before_the_first_day_there_is_nothing() -> None:
    assert chart(date(2025, 3, 31)) == Chart(date(2025, 3, 31), (), ())


def test_a_name_entered_ahead_is_borne_from_its_day() -> None:
    renamed = DepartmentRenamed(PLANNING, NEW, APRIL)

    assert names(chart(MARCH, renamed)) == [(PLANNING, OLD)]
    assert names(chart(APRIL, renamed)) == [(PLANNING, NEW)]


def test_names_entered_out_of_order_are_borne_by_their_days() -> None:
    renamed = (DepartmentRenamed(PLANNING, NEWER, NEXT_APRIL), DepartmentRenamed(PLANNING, NEW, APRIL))

    assert names(chart(APRIL, *renamed)) == [(PLANNING, NEW)]
    assert names(chart(NEXT_APRIL, *renamed)) == [(PLANNING, NEWER)]


def test_of_two_names_from_one_day_the_later_entered_is_borne() -> None:
    renamed = (DepartmentRenamed(PLANNING, NEWER, APRIL), DepartmentRenamed(PLANNING, NEW, APRIL))

    assert names(chart(APRIL, *renamed)) == [(PLANNING, NEW)]


def test_a_post_bears_its_name_of_each_day_in_whatever_order_they_were_entered() -> None:
    renamed = (PostRenamed(HEAD, NEWER, NEXT_APRIL), PostRenamed(HEAD, NEW, APRIL))

    told = [[post.name for post in chart(day, *renamed).posts] for day in (MARCH, APRIL, NEXT_APRIL)]
    assert told == [[HEAD_NAME], [NEW], [NEWER]]


def test_a_department_that_ended_is_there_until_the_day_before_with_its_successors() -> None:
    merged = (DepartmentEstablished(POLICY, NEW, APRIL), DepartmentAbolished(PLANNING, (POLICY,), APRIL))

    assert chart(MARCH, *merged).departments == (ChartDepartment(PLANNING, OLD, START, APRIL, (POLICY,)),)
    assert names(chart(APRIL, *merged)) == [(POLICY, NEW)]


def test_a_post_ends_with_its_department() -> None:
    assert chart(APRIL, DepartmentAbolished(PLANNING, (), APRIL)).posts == ()


def test_a_post_ends_on_its_day() -> None:
    ended = PostAbolished(HEAD, None, APRIL)

    assert (holders(chart(MARCH, ended)), holders(chart(APRIL, ended))) == ({HEAD: (SATO,)}, {})


def test_an_end_that_was_taken_back_is_none() -> None:
    merged = (DepartmentEstablished(POLICY, NEW, APRIL), DepartmentAbolished(PLANNING, (POLICY,), APRIL))
    kept = chart(APRIL, *merged, DepartmentKept(PLANNING, APRIL, NEWER))
    assert kept.departments[0] == ChartDepartment(PLANNING, OLD, START, None, ())
    assert holders(kept) == {HEAD: (SATO,)}

    ended = PostAbolished(HEAD, None, APRIL)
    assert holders(chart(APRIL, ended, PostKept(HEAD, APRIL, NEWER))) == {HEAD: (SATO,)}


def test_a_change_of_officers_on_the_first_of_april_is_shown_from_that_day() -> None:
    moved = (PostVacated(HEAD, SATO, APRIL), PostAssigned(HEAD, SUZUKI, APRIL))

    assert (holders(chart(MARCH, *moved)), holders(chart(APRIL, *moved))) == ({HEAD: (SATO,)}, {HEAD: (SUZUKI,)})


def test_one_may_hold_two_posts_and_one_post_two_holders() -> None:
    both = (
        PostEstablished(CLERK, PLANNING, CLERK_NAME, START),
        PostAssigned(CLERK, SATO, START),
        PostAssigned(CLERK, SUZUKI, START),
    )

    assert holders(chart(APRIL, *both)) == {HEAD: (SATO,), CLERK: (SATO, SUZUKI)}


def test_who_comes_back_is_not_there_in_between() -> None:
    back = (PostVacated(HEAD, SATO, date(2025, 10, 1)), PostAssigned(HEAD, SATO, APRIL))

    days = (START, date(2025, 9, 30), date(2025, 10, 1), MARCH, APRIL)

    assert [holders(chart(day, *back))[HEAD] for day in days] == [(SATO,), (SATO,), (), (), (SATO,)]


def test_an_assignment_brought_forward_ends_as_a_whole() -> None:
    ahead = (PostAssigned(HEAD, SUZUKI, NEXT_APRIL), PostAssigned(HEAD, SUZUKI, APRIL))
    left = (*ahead, PostVacated(HEAD, SUZUKI, date(2026, 10, 1)))

    assert holders(chart(NEXT_APRIL, *ahead))[HEAD] == (SATO, SUZUKI)
    assert holders(chart(NEXT_APRIL, *left))[HEAD] == (SATO,)


def test_the_chart_agrees_with_what_the_aggregate_decides_by() -> None:
    events = (
        *FOUNDED,
        PostAssigned(HEAD, SUZUKI, NEXT_APRIL),
        PostAssigned(HEAD, SUZUKI, APRIL),
        PostVacated(HEAD, SATO, APRIL),
    )
    state = DECIDER.initial
    for event in events:
        state = DECIDER.evolve(state, event)

    for day in (START, MARCH, APRIL, NEXT_APRIL):
        held = {member for (_, member), validity in state.holdings.items() if validity.covers(day)}
        assert set(holders(chart_on(folded(ORGANISATION, events), day))[HEAD]) == held


def test_an_organisation_without_its_beginning_is_refused() -> None:
    with pytest.raises(ValueError, match="beginning"):
        change(None, fact(PostAssigned(HEAD, SATO, START), 2), {})


# --- where open work goes --------------------------------------------------------------------------------------------

FIRST, SECOND, THIRD, OTHER = (UUID(int=number) for number in range(51, 55))
MERGED: Final = (
    *(DepartmentEstablished(each, OLD, START) for each in (FIRST, SECOND, THIRD, OTHER)),
    DepartmentAbolished(FIRST, (SECOND, OTHER), APRIL),
    DepartmentAbolished(SECOND, (THIRD,), NEXT_APRIL),
)


@pytest.mark.parametrize(
    ("department", "day", "found"),
    [
        (SECOND, MARCH, {SECOND}),
        (SECOND, APRIL, {SECOND, FIRST}),
        (OTHER, APRIL, {OTHER, FIRST}),
        (FIRST, APRIL, {FIRST}),
        (THIRD, APRIL, {THIRD}),
        (THIRD, NEXT_APRIL, {THIRD, SECOND, FIRST}),
        (PLANNING, NEXT_APRIL, {PLANNING}),
    ],
)
def test_work_goes_to_successors_and_their_successors_from_the_day_on(
    department: UUID, day: date, found: set[UUID]
) -> None:
    assert waiting_departments(folded(ORGANISATION, (*FOUNDED, *MERGED)), department, day) == found


def test_departments_entered_as_successors_of_one_another_lead_to_an_end() -> None:
    circle = (
        *MERGED[:2],
        DepartmentAbolished(FIRST, (SECOND,), NEXT_APRIL),
        DepartmentAbolished(SECOND, (FIRST,), APRIL),
    )
    row = folded(ORGANISATION, (*FOUNDED, *circle))
    assert waiting_departments(row, FIRST, NEXT_APRIL) == {FIRST, SECOND}


def test_without_an_organisation_a_department_has_its_own_work() -> None:
    assert waiting_departments(None, FIRST, APRIL) == {FIRST}
