"""Until when the city answers and the proposer completes: one deadline at a time, moved only with a reason."""

from dataclasses import replace
from datetime import date
from typing import Final
from uuid import UUID

import pytest

from domain.calendar import Due
from domain.errors import DateInvalid, IsSuspended
from domain.policy import Deadline
from domain.proposal import PROPOSAL, DeadlineExtended, InterestDeclared, Resumed, Returned, Suspended
from tests.domain.facts import SAPPORO, said
from tests.domain.given import fold, given
from tests.domain.test_proposal_stages import (
    ASKED,
    ASSESSED,
    CHECKED,
    CLOSED,
    COMPLETED,
    MATCHED,
    RECEIVED,
    REFERRED,
    REFUSED,
    SCREENED,
    STEP_BACK,
    WITHDRAWN,
)

FIRST: Final = date(2026, 12, 7)
LAST: Final = date(2026, 12, 21)
PROMISED: Final = replace(RECEIVED, due=Due(Deadline.FIRST_ANSWER, 10, FIRST))
RETURNED: Final = Returned(said("図面が足りない。"), LAST, Due(Deadline.COMPLETION, 20, LAST))
RESTING: Final = Suspended(said("雪解けを待つ。"), None, date(2026, 12, 1))


def due_on(*events: object) -> date | None:
    return fold(PROPOSAL, events).due_on


def test_the_first_answer_is_due_from_receipt_where_the_city_has_a_rule() -> None:
    assert (due_on(PROMISED), due_on(RECEIVED)) == (FIRST, None)


@pytest.mark.parametrize("looking", [CHECKED, ASKED, ASSESSED, RESTING, InterestDeclared(UUID(int=9), said("兄弟。"))])
def test_to_look_at_it_is_no_answer(looking: object) -> None:
    assert due_on(PROMISED, looking) == FIRST


@pytest.mark.parametrize("answer", [SCREENED, REFUSED, REFERRED, WITHDRAWN])
def test_an_answer_ends_the_deadline(answer: object) -> None:
    assert due_on(PROMISED, answer) is None


def test_who_shall_complete_has_a_deadline_until_it_is_completed_or_refused() -> None:
    assert due_on(PROMISED, RETURNED) == LAST
    assert due_on(PROMISED, replace(RETURNED, due_on=None, due=None)) is None
    assert due_on(PROMISED, RETURNED, COMPLETED) is None
    assert due_on(PROMISED, RETURNED, REFUSED, CLOSED) is None
    assert due_on(RECEIVED, SCREENED, MATCHED, STEP_BACK) is None


def test_it_is_moved_only_to_a_later_day_and_the_same_wish_twice_changes_nothing() -> None:
    later = DeadlineExtended(date(2026, 12, 22), said("年末まで待つ。"))
    whole = given(PROPOSAL, PROMISED, RETURNED)
    whole.when(PROPOSAL.decide, SAPPORO, later).then(later)
    given(PROPOSAL, PROMISED, RETURNED, later).when(PROPOSAL.decide, SAPPORO, later).nothing()
    assert due_on(PROMISED, RETURNED, later) == later.due_on
    earlier = replace(later, due_on=date(2026, 12, 20))
    whole.when(PROPOSAL.decide, SAPPORO, earlier).refused(DateInvalid, field="dueOn")
    given(PROPOSAL, PROMISED).when(PROPOSAL.decide, SAPPORO, replace(later, due_on=date(2026, 12, 6))).refused(
        DateInvalid, field="dueOn"
    )


def test_what_rests_is_not_extended_and_goes_on_with_the_deadline_that_had_waited() -> None:
    later = DeadlineExtended(date(2027, 1, 29), said("年明けまで。"))
    given(PROPOSAL, PROMISED, RESTING).when(PROPOSAL.decide, SAPPORO, later).refused(IsSuspended)
    assert fold(PROPOSAL, (PROMISED, RESTING)).suspended_on == date(2026, 12, 1)
    assert due_on(PROMISED, RESTING, Resumed(None, date(2026, 12, 17))) == date(2026, 12, 17)
    assert due_on(PROMISED, RESTING, Resumed(None)) == FIRST
