"""What a command names besides its own record: it must be there, and be so still when the command is recorded."""

from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Any, ClassVar
from uuid import UUID, uuid4

import pytest

from domain.case import Origin
from domain.challenge import Result
from domain.errors import OtherKind, ReferenceUnknown, ReferenceUnsuitable, Refusal
from domain.proposal import Destination, Outcome
from domain.values import Code
from tenants.commands import cases, challenges, proposals
from tenants.commands.organisation import AbolishDepartment
from tenants.desk import Desk
from tenants.members import Role, operator
from tenants.wish import Context, Entry, Wish, organisation_id
from tests.conftest import AOMORI, SAPPORO, House
from tests.tenants.test_desk import receive

PROPOSAL, CHALLENGE = UUID(int=500), UUID(int=501)
NOTHING = UUID(int=999)
TEXT = cases.CaseText(title="除雪の協定", summary="担い手を分け合う", method="agreement")


@pytest.fixture
def city(house: House) -> House:
    house.open_city(SAPPORO)
    return house


@pytest.fixture
def desk(city: House) -> Desk:
    """A desk with a screened proposal and a raised challenge."""
    desk = city.desk(SAPPORO, Role.DESK_OFFICER, Role.DEPARTMENT_OFFICER)
    do(desk, receive(city, PROPOSAL, uuid4()))
    do(desk, proposals.Screen(proposal=PROPOSAL, reason="有用"))
    do(desk, challenges.Raise(challenge=CHALLENGE, title="除雪", description="担い手がいない"))
    return desk


def do(desk: Desk, *wishes: Wish[Any]) -> None:
    for wish in wishes:
        desk.do(wish, Entry(uuid4()))


def publish(desk: Desk) -> None:
    do(desk, challenges.Publish(challenge=CHALLENGE, title="除雪", description="担い手がいない"))


def themed(house: House, challenge: UUID) -> proposals.Receive:
    return replace(receive(house, uuid4(), uuid4()), kind=Code("themed"), challenge=challenge)


def refused(desk: Desk, wish: Wish[Any], error: type[Refusal], **details: object) -> None:
    size = desk.tenancy.size(desk.city)
    with pytest.raises(error) as found:
        do(desk, wish)
    assert details.items() <= found.value.details.items()
    assert desk.tenancy.size(desk.city) == size


@pytest.mark.parametrize(
    ("wish", "named"),
    [
        (proposals.Match(proposal=PROPOSAL, department=NOTHING, reason="所管"), "department"),
        (proposals.Screen(proposal=PROPOSAL, departments=(NOTHING,), reason="有用"), "departments"),
        (
            proposals.Refer(
                proposal=PROPOSAL, destination=Destination.DEPARTMENT, department=NOTHING, reason="引き継ぐ"
            ),
            "department",
        ),
        (challenges.Raise(challenge=uuid4(), title="雪", description="雪", department=NOTHING), "department"),
        (cases.Publish(case=uuid4(), content=TEXT, challenge=NOTHING), "challenge"),
        (cases.Publish(case=uuid4(), content=TEXT, proposal=NOTHING), "proposal"),
    ],
    ids=lambda item: item.name if isinstance(item, Wish) else item,
)
def test_what_is_not_in_this_city_cannot_be_named(city: House, desk: Desk, wish: Wish[Any], named: str) -> None:
    city.open_city(AOMORI)
    elsewhere = city.desk(AOMORI, Role.DESK_OFFICER, Role.DEPARTMENT_OFFICER)
    city.department(AOMORI, NOTHING)  # the other city has what is named
    do(elsewhere, challenges.Raise(challenge=UUID(int=998), title="雪", description="雪"))
    refused(desk, wish, ReferenceUnknown, field=named)


def test_a_post_that_is_not_in_this_city_cannot_be_acted_from(city: House, desk: Desk) -> None:
    wish = proposals.Close(proposal=PROPOSAL, reason="終わり")
    with pytest.raises(ReferenceUnknown, match="post"):
        desk.do(wish, Entry(uuid4(), post=NOTHING))
    refusal = proposals.Withdraw(proposal=PROPOSAL, reason="取り下げる")
    desk.do(refusal, Entry(uuid4(), post=city.post(SAPPORO)))


def test_an_id_of_another_kind_of_record_cannot_be_named(desk: Desk) -> None:
    refused(desk, cases.Publish(case=uuid4(), content=TEXT, challenge=PROPOSAL), OtherKind)


def test_a_department_is_named_only_on_the_days_on_which_it_is_there(city: House, desk: Desk) -> None:
    ended, ending, heir = (city.department(SAPPORO) for _ in range(3))
    today = desk.tenancy.today()
    administrator = city.tenancy.desk(operator(SAPPORO))
    do(administrator, AbolishDepartment(department=ended, successors=(heir,), valid_from=today))
    do(administrator, AbolishDepartment(department=ending, successors=(heir,), valid_from=today + timedelta(days=1)))
    wish = proposals.Match(proposal=PROPOSAL, department=ended, reason="所管")
    refused(desk, wish, ReferenceUnknown, field="department")
    do(desk, replace(wish, department=ending))


def test_only_a_published_challenge_takes_proposals(city: House, desk: Desk) -> None:
    refused(desk, themed(city, NOTHING), ReferenceUnknown, field="challenge")
    refused(desk, themed(city, CHALLENGE), ReferenceUnsuitable, stage="raised", possible="published")
    publish(desk)
    do(desk, themed(city, CHALLENGE))
    do(desk, challenges.Close(challenge=CHALLENGE, result=Result.ANSWERED, note="終わり"))
    refused(desk, themed(city, CHALLENGE), ReferenceUnsuitable, stage="closed")
    numbers = city.sql("select kind, serial from renkei.receipt_numbers order by 1, 2")
    assert numbers == [("free", 1), ("themed", 1)]


def test_a_case_grows_only_out_of_a_proposal_that_was_adopted(city: House, desk: Desk) -> None:
    wish = cases.Publish(case=uuid4(), content=TEXT, proposal=PROPOSAL, origin=Origin.DESK)
    refused(desk, wish, ReferenceUnsuitable, field="proposal", stage="screened", possible="adopted")
    do(desk, proposals.Match(proposal=PROPOSAL, department=city.department(SAPPORO), reason="所管"))
    do(desk, proposals.Decide(proposal=PROPOSAL, outcome=Outcome.ADOPTED, reason="行う"))
    do(desk, wish)
    do(desk, proposals.Withdraw(proposal=PROPOSAL, reason="取り下げる"))
    refused(desk, replace(wish, case=uuid4()), ReferenceUnsuitable, stage="withdrawn")


def test_a_department_entered_by_another_process_is_found(city: House, desk: Desk) -> None:
    """The memory of this process knows an organisation without it; a refusal is never given on memory's strength."""
    do(desk, proposals.Match(proposal=PROPOSAL, department=city.department(SAPPORO), reason="所管"))
    known = desk.tenancy.looks.look(SAPPORO, "organisation", organisation_id(SAPPORO))
    entered = city.department(SAPPORO)
    assert known is not None
    desk.tenancy.looks.keep(SAPPORO, "organisation", organisation_id(SAPPORO), known)
    do(desk, proposals.Match(proposal=PROPOSAL, department=entered, reason="所管替え"))


def a_department_abolished_elsewhere_is_not_matched(city: House, desk: Desk) -> None:
    department = city.department(SAPPORO)
    do(desk, proposals.Match(proposal=PROPOSAL, department=city.department(SAPPORO), reason="所管"))
    known = desk.tenancy.looks.look(SAPPORO, "organisation", organisation_id(SAPPORO))
    gone = AbolishDepartment(department=department, successors=(city.department(SAPPORO),), valid_from=date(2026, 5, 1))
    do(city.tenancy.desk(operator(SAPPORO)), gone)
    assert known is not None
    desk.tenancy.looks.keep(SAPPORO, "organisation", organisation_id(SAPPORO), known)
    wish = proposals.Match(proposal=PROPOSAL, department=department, reason="所管替え")
    refused(desk, wish, ReferenceUnknown, field="department")


def test_a_department_that_another_process_abolished_is_not_matched(city: House, desk: Desk) -> None:
    a_department_abolished_elsewhere_is_not_matched(city, desk)


def test_a_log_that_does_not_look_at_what_was_depended_on_would_be_noticed(city: House, desk: Desk) -> None:
    city.break_append("if _depends is not null then", "if false then")
    with pytest.raises((AssertionError, pytest.fail.Exception)):
        a_department_abolished_elsewhere_is_not_matched(city, desk)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveTooLate(proposals.Receive):
    """Somebody closes the challenge after it was looked at."""

    faster: ClassVar[list[Desk]] = []

    def events(self, state: Any, context: Context) -> tuple[Any, ...]:
        found = proposals.Receive.events(self, state, context)
        while self.faster:
            note = challenges.Close(challenge=CHALLENGE, result=Result.ANSWERED, note="終わり")
            self.faster.pop().do(note, Entry(uuid4()))
        return found


def test_of_a_closing_and_a_proposal_at_once_the_closing_that_was_first_holds(city: House, desk: Desk) -> None:
    publish(desk)
    ReceiveTooLate.faster.append(desk)
    asked = themed(city, CHALLENGE)
    wish = ReceiveTooLate(**{item.name: getattr(asked, item.name) for item in fields(asked)})
    with pytest.raises(ReferenceUnsuitable):
        do(desk, wish)
    assert city.sql("select from renkei.events where originator_id = %s", asked.proposal) == []
