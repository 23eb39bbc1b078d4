"""Deadlines of proposals through a desk: computed at entry, stored with their rule, listed when they are over."""

from dataclasses import replace
from datetime import date
from typing import Any, Final
from uuid import UUID, uuid4

import pytest

from domain.calendar import Due
from domain.errors import DateInvalid, IsSuspended
from domain.policy import Deadline, Deadlines, Provenance, RuleStatus
from domain.proposal import Ground
from domain.values import Day
from projections.queries import desk as queries
from tenants.commands import proposals
from tenants.commands.city import AdoptPolicy
from tenants.mapper import decode
from tenants.members import operator
from tenants.register import as_text
from tenants.wish import Entry
from tests.conftest import SAPPORO, House, city_file
from tests.projections.asking import caught_up, inside
from tests.tenants.test_proposals import receiving

RULES: Final = Provenance("test", RuleStatus.IN_FORCE, date(2026, 4, 1))
NEW_YEAR_WEEK: Final = date(2026, 12, 24)
"""A Thursday; the 25th and 28th are open, then the office is closed from the 29th to 3 January."""


@pytest.fixture
def city(house: House) -> House:
    house.open_city(SAPPORO)
    known = city_file(SAPPORO)
    deadlines = Deadlines(RULES, {Deadline.FIRST_ANSWER: 3, Deadline.COMPLETION: 5})
    content = as_text(replace(known, policy=replace(known.policy, deadlines=deadlines)))
    wish = AdoptPolicy(content=content, status=RuleStatus.IN_FORCE, valid_from=date(2026, 4, 1))
    house.tenancy.desk(operator(SAPPORO)).do(wish, Entry(uuid4()))
    return house


def do(house: House, wish: Any, on: date) -> Any:
    return house.desk(SAPPORO).do(wish, Entry(uuid4(), occurred_on=Day(on))).state


def receive(house: House, on: date) -> UUID:
    proposal = uuid4()
    do(house, receiving(house.desk(SAPPORO), proposal), on)
    return proposal


def last_event(house: House, proposal: UUID) -> Any:
    ((topic, state),) = house.sql(
        "select topic, state from renkei.events where originator_id = %s order by originator_version desc limit 1",
        proposal,
    )
    return decode(topic, bytes(state)).event


def row(house: House, proposal: UUID) -> Any:
    caught_up(house)
    return inside(house, SAPPORO, lambda c: queries.proposal(c, SAPPORO, proposal))


def overdue(house: House, today: date) -> set[UUID]:
    caught_up(house)
    where = queries.InboxWhere(overdue_on=today)
    return {found.id for found in inside(house, SAPPORO, lambda c: queries.inbox(c, SAPPORO, where)).nodes}


def test_the_first_answer_is_due_in_business_days_and_stands_in_the_event_with_its_rule(city: House) -> None:
    proposal = receive(city, NEW_YEAR_WEEK)
    assert last_event(city, proposal).due == Due(Deadline.FIRST_ANSWER, 3, date(2027, 1, 4))
    ((policy,),) = city.sql("select policy_version from renkei.events where originator_id = %s", proposal)
    assert policy == 2
    found = row(city, proposal)
    assert (found.due_on, found.dossier.due_rule, found.dossier.due_business_days) == (
        date(2027, 1, 4), Deadline.FIRST_ANSWER, 3,
    )  # fmt: skip


def test_a_city_that_sets_itself_no_deadline_has_none(house: House) -> None:
    house.open_city(SAPPORO)
    proposal = receive(house, NEW_YEAR_WEEK)
    do(house, proposals.ReturnForCompletion(proposal=proposal, reason="図面が足りない。"), NEW_YEAR_WEEK)
    assert (last_event(house, proposal).due_on, last_event(house, proposal).due) == (None, None)
    assert row(house, proposal).due_on is None


def test_a_completion_is_due_by_the_rule_unless_the_officer_names_a_day(city: House) -> None:
    ruled, named = receive(city, NEW_YEAR_WEEK), receive(city, NEW_YEAR_WEEK)
    wish = proposals.ReturnForCompletion(proposal=ruled, reason="図面が足りない。")
    do(city, wish, NEW_YEAR_WEEK)
    do(city, replace(wish, proposal=named, due_on=date(2027, 2, 1)), NEW_YEAR_WEEK)
    assert last_event(city, ruled).due == Due(Deadline.COMPLETION, 5, date(2027, 1, 6))
    assert (last_event(city, ruled).due_on, last_event(city, named).due) == (date(2027, 1, 6), None)
    found = row(city, named)
    assert (found.due_on, found.dossier.due_rule, found.answered_on) == (date(2027, 2, 1), None, NEW_YEAR_WEEK)


def test_only_what_is_open_and_goes_on_is_overdue(city: House) -> None:
    waits, answered, rests, extended = (receive(city, NEW_YEAR_WEEK) for _ in range(4))
    do(city, proposals.Refuse(proposal=answered, ground=Ground.MERE_SALES, reason="売込み。"), NEW_YEAR_WEEK)
    do(city, proposals.Suspend(proposal=rests, reason="雪解けを待つ。"), NEW_YEAR_WEEK)
    later = proposals.ExtendDeadline(proposal=extended, due_on=date(2027, 1, 8), reason="図面の確認に時間がかかる。")
    do(city, later, NEW_YEAR_WEEK)
    assert overdue(city, date(2027, 1, 4)) == set()
    assert overdue(city, date(2027, 1, 5)) == {waits}
    assert overdue(city, date(2027, 1, 9)) == {waits, extended}


def test_a_department_that_owes_its_opinion_is_overdue(city: House) -> None:
    proposal, department = receive(city, NEW_YEAR_WEEK), city.department(SAPPORO)
    asked = proposals.AskOpinions(
        proposal=proposal, departments=(department,), question="役立ちますか。", due_on=date(2026, 12, 28)
    )
    do(city, asked, NEW_YEAR_WEEK)
    assert overdue(city, date(2026, 12, 28)) == set()
    assert overdue(city, date(2026, 12, 29)) == {proposal}
    do(city, proposals.GiveOpinion(proposal=proposal, department=department, note="はい。"), NEW_YEAR_WEEK)
    assert overdue(city, date(2026, 12, 29)) == set()


def test_a_deadline_waits_while_it_rests_and_goes_on_after_it(city: House) -> None:
    proposal = receive(city, NEW_YEAR_WEEK)
    do(city, proposals.Suspend(proposal=proposal, reason="雪解けを待つ。"), date(2026, 12, 25))
    wish = proposals.ExtendDeadline(proposal=proposal, due_on=date(2027, 3, 1), reason="雪。")
    with pytest.raises(IsSuspended):
        do(city, wish, date(2026, 12, 25))
    do(city, proposals.Resume(proposal=proposal), date(2027, 1, 1))
    # seven days after the 4th is a holiday (成人の日)
    assert last_event(city, proposal).due_on == date(2027, 1, 12)
    assert (row(city, proposal).due_on, row(city, proposal).suspended) == (date(2027, 1, 12), False)


def test_what_was_overdue_before_it_rested_stays_so(city: House) -> None:
    proposal = receive(city, NEW_YEAR_WEEK)
    do(city, proposals.Suspend(proposal=proposal, reason="雪解けを待つ。"), date(2027, 1, 6))
    do(city, proposals.Resume(proposal=proposal), date(2027, 1, 20))
    assert (last_event(city, proposal).due_on, row(city, proposal).due_on) == (None, date(2027, 1, 4))


def test_there_is_only_ever_more_time(city: House) -> None:
    proposal = receive(city, NEW_YEAR_WEEK)
    with pytest.raises(DateInvalid):
        do(city, proposals.ExtendDeadline(proposal=proposal, due_on=date(2026, 12, 28), reason="早く。"), NEW_YEAR_WEEK)
