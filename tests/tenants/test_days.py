"""Days that nobody can mean are refused wherever a command holds them, and what happened lies after its beginning."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.agreement import End, Party, Renewal
from domain.calendar import EARLIEST, LATEST
from domain.circumstances import ApprovalSystem
from domain.errors import DateInvalid
from domain.policy import AgreementKind, Degree
from domain.selection import Way
from domain.values import Day
from tenants.commands import agreements, approvals, organisation, projects, proposals, selections
from tenants.members import operator
from tenants.wish import Approval, Entry
from tests.conftest import AOMORI, SAPPORO, House
from tests.tenants.test_work import NO, TODAY, Work

BEFORE = TODAY - timedelta(days=1)
SIDES = tuple(agreements.SignatoryText(side=side, name="当事者") for side in (Party.CITY, Party.PROPOSER))


@pytest.fixture
def sapporo(house: House) -> Work:
    return Work(house, SAPPORO)


@pytest.fixture
def aomori(house: House) -> Work:
    return Work(house, AOMORI)


def draft(work: Work, **terms: Any) -> agreements.Draft:
    told = agreements.TermsText(title="協定", matters="見守り", signatories=SIDES, fields=("welfare",), **terms)
    return agreements.Draft(agreement=uuid4(), kind=AgreementKind.PROJECT, terms=told, proposal=work.proposal)


def begun(work: Work, on: date | None = None) -> UUID:
    """An agreement, drafted on a day (then for no proposal of today), and settled."""
    wish = draft(work) if on is None else replace(draft(work), proposal=None, department=work.department)
    entry = Entry(uuid4(), occurred_on=None if on is None else Day(on))
    work.house.tenancy.desk(work.desk).do(wish, entry)
    work.do(agreements.Settle(agreement=wish.agreement), work.desk)
    return wish.agreement


# --- a range for all of them -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("day", [date.min, date(1, 1, 5), EARLIEST - timedelta(days=1), LATEST + timedelta(days=1)])
def test_a_day_out_of_range_is_refused_in_every_part_of_a_command(aomori: Work, day: date) -> None:
    automatic = {"renewal": Renewal.AUTOMATIC, "renewal_months": 12, "notice_days": 30}
    inside = draft(aomori, ends_on=day, **automatic)
    aomori.refused(inside, DateInvalid, aomori.desk, field="terms.endsOn")
    drafting = approvals.Draft(approval=uuid4(), deed=signed(day), title="伺い", route=())
    aomori.refused(drafting, DateInvalid, field="deed.signed.on")
    aomori.refused(signed(day), DateInvalid, field="signed.on")
    extend = proposals.ExtendDeadline(proposal=aomori.proposal, due_on=day, reason="延ばす")
    aomori.refused(extend, DateInvalid, aomori.desk, field="dueOn")
    found = organisation.EstablishDepartment(department=uuid4(), title="課", valid_from=day)
    aomori.refused(found, DateInvalid, operator(aomori.city), field="validFrom")


def signed(day: date) -> agreements.Amend:
    terms = agreements.TermsText(title="協定", matters="見守り", signatories=SIDES, fields=("welfare",))
    signatures = (agreements.SignatureText(party=1, on=day),)
    return agreements.Amend(agreement=uuid4(), terms=terms, changes="期間", reason="延ばす", signed=signatures)


def test_the_first_and_the_last_day_of_the_range_are_taken(aomori: Work) -> None:
    for day in (EARLIEST, LATEST):
        aomori.do(draft(aomori, ends_on=day), aomori.desk)


def test_an_approval_given_elsewhere_on_a_day_out_of_range_is_refused(aomori: Work) -> None:
    agreement = begun(aomori)
    entry = Entry(uuid4(), approval=Approval(ApprovalSystem.EXTERNAL, date.min, number="第1号"))
    with pytest.raises(DateInvalid) as found:
        aomori.house.tenancy.desk(aomori.officer).do(agreements.Sign(agreement=agreement), entry)
    assert found.value.details["field"] == "approval.decidedOn"


# --- not before it began ---------------------------------------------------------------------------------------------


def test_nobody_signed_gave_notice_or_ended_it_before_the_agreement_began(aomori: Work) -> None:
    agreement = begun(aomori)
    by_other, by_city = agreements.EnterSignature(agreement=agreement, party=2), agreements.Sign(agreement=agreement)
    aomori.refused(replace(by_other, on=BEFORE), DateInvalid, aomori.desk, field="on")
    aomori.refused(replace(by_city, on=BEFORE), DateInvalid, field="on")
    aomori.do(replace(by_other, on=TODAY), aomori.desk)
    aomori.do(replace(by_city, on=TODAY))
    amend = replace(signed(BEFORE), agreement=agreement)
    aomori.refused(amend, DateInvalid, field="signed.on")
    notice = agreements.GiveNotice(agreement=agreement, party=2, reason="続けない", on=BEFORE)
    aomori.refused(notice, DateInvalid, aomori.desk, field="on")
    end = agreements.Finish(agreement=agreement, how=End.TERMINATED, party=2, reason="違反", on=BEFORE)
    aomori.refused(end, DateInvalid, field="on")
    aomori.do(replace(end, on=TODAY))


def test_what_is_entered_late_counts_from_the_day_it_began(aomori: Work) -> None:
    began = TODAY - timedelta(days=100)
    agreement, sign = begun(aomori, began), began + timedelta(days=3)
    by_other = agreements.EnterSignature(agreement=agreement, party=2)
    aomori.refused(replace(by_other, on=began - timedelta(days=1)), DateInvalid, aomori.desk, field="on")
    aomori.do(replace(by_other, on=began), aomori.desk)
    aomori.do(agreements.Sign(agreement=agreement, on=sign))
    end = agreements.Finish(agreement=agreement, how=End.BY_CONSENT, reason="合意した")
    aomori.refused(replace(end, on=sign - timedelta(days=1)), DateInvalid, field="on")
    aomori.do(replace(end, on=sign))


def test_work_is_not_done_before_it_began_whoever_remembers_it(sapporo: Work) -> None:
    sapporo.do(sapporo.begin())
    done = projects.Complete(project=sapporo.project, on=BEFORE)
    sapporo.refused(done, DateInvalid, field="on")
    sapporo.house.tenancy.recollections.take(sapporo.city, "project", sapporo.project)
    sapporo.refused(done, DateInvalid, field="on")
    sapporo.do(replace(done, on=TODAY))


def test_a_selection_has_nothing_happen_to_it_before_it_began(sapporo: Work) -> None:
    sapporo.begin_selection()
    early = Entry(uuid4(), occurred_on=Day(BEFORE))
    told: dict[str, Any] = {**NO, "occupancy_in_time": Degree.LOW, "occupancy_in_space": Degree.LOW}
    answers = selections.AnswersText(**told)
    wish = selections.Assess(selection=sapporo.selection, answers=answers)
    with pytest.raises(DateInvalid) as found:
        sapporo.house.tenancy.desk(sapporo.officer).do(wish, early)
    assert found.value.details["field"] == "entry.occurredOn.on"


def test_a_contract_and_what_is_noted_of_a_selection_lie_after_its_beginning(sapporo: Work) -> None:
    sapporo.begin_selection()
    sapporo.assess(pays_now=True, no_other_party=True)
    prepared = selections.Prepare(
        selection=sapporo.selection, scheme="委託", specification="巡回", budget=9, needless_conditions_checked=True
    )
    sapporo.do(prepared)
    sapporo.do(selections.DecideWay(selection=sapporo.selection, way=Way.DIRECT_CONTRACT, reason="他にない"))
    share = selections.Share(selection=sapporo.selection, note="理由", on=BEFORE)
    sapporo.refused(share, DateInvalid, field="on")
    sapporo.do(replace(share, on=TODAY))
    sapporo.do(sapporo.choose())
    contract = selections.RecordContract(
        selection=sapporo.selection, contract=uuid4(), amount=9, signed_on=BEFORE, begins_on=TODAY, ends_on=TODAY
    )
    sapporo.refused(contract, DateInvalid, field="signedOn")
    sapporo.refused(replace(contract, signed_on=TODAY + timedelta(days=1)), DateInvalid, field="signedOn")
    sapporo.do(replace(contract, signed_on=TODAY))


def test_a_call_opens_after_the_selection_began(sapporo: Work) -> None:
    sapporo.begin_selection()
    sapporo.assess(pays_now=True)
    prepared = selections.Prepare(
        selection=sapporo.selection, scheme="委託", specification="巡回", budget=9, needless_conditions_checked=True
    )
    sapporo.do(prepared)
    sapporo.do(selections.DecideWay(selection=sapporo.selection, way=Way.TENDER, reason="広く募る"))
    call = selections.OpenCall(selection=sapporo.selection, title="公募", opened_on=BEFORE, due_on=TODAY)
    sapporo.refused(call, DateInvalid, field="openedOn")
    sapporo.do(replace(call, opened_on=TODAY))


def test_nothing_rests_or_is_promised_until_a_day_that_has_passed(sapporo: Work) -> None:
    rest = proposals.Suspend(proposal=sapporo.proposal, reason="雪解けを待つ", until=BEFORE)
    sapporo.refused(rest, DateInvalid, sapporo.desk, field="until")
    more = proposals.ExtendDeadline(proposal=sapporo.proposal, due_on=BEFORE, reason="雪解けを待つ")
    sapporo.refused(more, DateInvalid, sapporo.desk, field="dueOn")
    sapporo.do(replace(rest, until=TODAY), sapporo.desk)
