"""Signing for the city under approval: what is signed is what was approved; other parties need none."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final
from unittest.mock import patch
from uuid import UUID, uuid4

import pytest

from domain.agreement import AGREEMENT, End, Party, Renewal, Stage
from domain.approval import APPROVAL
from domain.approval import Stage as ApprovalStage
from domain.circumstances import Act, ApprovalSystem
from domain.errors import (
    ApprovalDiffers,
    ApprovalRequired,
    DateInvalid,
    InterestOfDecider,
    IsSuspended,
    NotAllowed,
    OutsideRemit,
    PartUnfitting,
    ReferenceUnsuitable,
)
from domain.policy import AgreementKind
from domain.proposal import Outcome
from tenants.commands import agreements, approvals, proposals
from tenants.members import Member, Role
from tenants.tenancy import Tenancy
from tenants.wish import Approval
from tests.conftest import AOMORI, SAPPORO, House
from tests.tenants.test_approving import BOTH, TODAY, Office, received
from tests.tenants.test_work import Work, decided

TERMS: Final = agreements.TermsText(
    title="雪を使う連携",
    matters="雪室の利用を進める。",
    signatories=(
        agreements.SignatoryText(side=Party.CITY, name="札幌市", signs="市長"),
        agreements.SignatoryText(side=Party.PROPOSER, name="北の雪冷熱株式会社"),
    ),
    ends_on=TODAY.replace(year=2090),
    renewal=Renewal.BY_AGREEMENT,
)


@pytest.fixture
def office(house: House) -> Office:
    return Office(house, {Act.SIGN_AGREEMENT: BOTH})


@pytest.fixture
def sapporo(house: House) -> Work:
    return Work(house, SAPPORO)


@pytest.fixture
def aomori(house: House) -> Work:
    return Work(house, AOMORI)


def settled(office: Office) -> UUID:
    agreement = uuid4()
    office.do(office.drafter, agreements.Draft(agreement=agreement, kind=AgreementKind.MEMORANDUM, terms=TERMS))
    office.do(office.drafter, agreements.Settle(agreement=agreement))
    return agreement


def stage(office: Office, agreement: UUID) -> Stage:
    return office.house.tenancy.state_of(office.city, AGREEMENT, agreement).stage


def test_the_city_signs_once_it_was_decided_and_it_takes_effect_with_both(office: Office) -> None:
    agreement = settled(office)
    sign = agreements.Sign(agreement=agreement)
    with pytest.raises(ApprovalRequired):
        office.do(office.drafter, sign)
    approval = office.approved(sign)
    office.do(office.drafter, agreements.EnterSignature(agreement=agreement, party=2))
    assert stage(office, agreement) is Stage.SIGNING
    office.do(office.drafter, approvals.CarryOut(approval=approval))
    assert (stage(office, agreement), office.stage(approval)) == (Stage.IN_EFFECT, ApprovalStage.EFFECTIVE)


def test_an_approval_does_not_cover_a_wording_that_came_after_it(office: Office) -> None:
    agreement = settled(office)
    approval = office.approved(agreements.Sign(agreement=agreement))
    terms = replace(TERMS, matters="市が一億円を負担する。")
    office.do(office.drafter, agreements.Change(agreement=agreement, terms=terms, changes="負担"))
    office.do(office.drafter, agreements.Settle(agreement=agreement))
    with pytest.raises(ApprovalDiffers):
        office.do(office.drafter, approvals.CarryOut(approval=approval))
    assert (stage(office, agreement), office.stage(approval)) == (Stage.SETTLED, ApprovalStage.APPROVED)


def adopted(office: Office) -> tuple[Member, UUID, UUID]:
    """An officer, the proposal it adopted, and a settled agreement about it."""
    proposal, department = received(office), office.house.department(office.city)
    officer, agreement = office.member(Role.DEPARTMENT_OFFICER), uuid4()
    office.do(office.drafter, proposals.Screen(proposal=proposal, reason="有用"))
    office.do(office.drafter, proposals.Match(proposal=proposal, department=department, reason="所管"))
    office.do(officer, proposals.Decide(proposal=proposal, outcome=Outcome.ADOPTED, reason="実施できる。"))
    draft = agreements.Draft(agreement=agreement, kind=AgreementKind.MEMORANDUM, terms=TERMS, proposal=proposal)
    office.do(office.drafter, draft)
    office.do(office.drafter, agreements.Settle(agreement=agreement))
    return officer, proposal, agreement


def test_nobody_signs_for_a_proposal_that_is_adopted_no_longer(office: Office) -> None:
    officer, proposal, agreement = adopted(office)
    by_number = Approval(ApprovalSystem.EXTERNAL, TODAY, number="第1号", digest=bytes(32))
    office.do(officer, proposals.CorrectDecision(proposal=proposal, outcome=Outcome.DECLINED, reason="再検討した。"))
    for wish in (agreements.Sign(agreement=agreement), agreements.EnterSignature(agreement=agreement, party=2)):
        with pytest.raises(ReferenceUnsuitable):
            office.do(office.drafter, wish, by_number)
    assert stage(office, agreement) is Stage.SETTLED
    office.do(officer, proposals.CorrectDecision(proposal=proposal, outcome=Outcome.ADOPTED, reason="実施できる。"))
    office.do(office.drafter, agreements.Sign(agreement=agreement), by_number)
    assert stage(office, agreement) is Stage.SIGNING


def test_who_has_an_interest_in_the_proposal_neither_approves_nor_signs_its_agreement(office: Office) -> None:
    officer, proposal, agreement = adopted(office)
    office.do(office.chief, proposals.DeclareInterest(proposal=proposal, note="親族の会社"))
    with pytest.raises(InterestOfDecider):
        office.approved(agreements.Sign(agreement=agreement))
    office.do(officer, proposals.DeclareInterest(proposal=proposal, note="親族の会社"))
    by_number = Approval(ApprovalSystem.EXTERNAL, TODAY, number="第1号", digest=bytes(32))
    with pytest.raises(InterestOfDecider):
        office.do(officer, agreements.Sign(agreement=agreement), by_number)
    office.do(office.drafter, agreements.Sign(agreement=agreement), by_number)


def test_amending_and_renewing_by_agreement_are_signed_again(office: Office) -> None:
    agreement = settled(office)
    office.do(office.drafter, approvals.CarryOut(approval=office.approved(agreements.Sign(agreement=agreement))))
    office.do(office.drafter, agreements.EnterSignature(agreement=agreement, party=2))
    today = office.house.tenancy.today()
    signed = tuple(agreements.SignatureText(party=party, on=today) for party in (1, 2))
    amend = agreements.Amend(agreement=agreement, terms=TERMS, changes="期間", reason="延ばす。", signed=signed)
    renew = agreements.Renew(agreement=agreement, how=Renewal.BY_AGREEMENT, ends_on=TODAY.replace(year=2091))
    for wish in (amend, renew):
        with pytest.raises(ApprovalRequired):
            office.do(office.drafter, wish)
        office.do(office.drafter, approvals.CarryOut(approval=office.approved(wish)))
    assert office.house.tenancy.state_of(office.city, AGREEMENT, agreement).ends_on == TODAY.replace(year=2091)


END_IT: Final = {"how": End.BY_CONSENT, "reason": "目的を達した。"}
AGAIN: Final = {"how": Renewal.BY_AGREEMENT, "ends_on": TODAY.replace(year=2091)}


@pytest.mark.parametrize("kind", [agreements.Amend, agreements.Renew, agreements.Finish], ids=lambda kind: kind.name)
def test_an_approval_of_what_becomes_of_it_does_not_cover_other_terms(house: House, kind: type[Any]) -> None:
    office = Office(house, {Act.SIGN_AGREEMENT: BOTH, Act.END_AGREEMENT: BOTH})
    agreement, by_number = settled(office), Approval(ApprovalSystem.EXTERNAL, TODAY, number="第1号", digest=bytes(32))
    office.do(office.drafter, agreements.Sign(agreement=agreement), by_number)
    office.do(office.drafter, agreements.EnterSignature(agreement=agreement, party=2))
    today = office.house.tenancy.today()
    signed = tuple(agreements.SignatureText(party=party, on=today) for party in (1, 2))
    amended: dict[str, Any] = {"terms": TERMS, "changes": "期間", "reason": "延ばす。", "signed": signed}
    told: dict[type, dict[str, Any]] = {
        agreements.Amend: amended, agreements.Renew: AGAIN, agreements.Finish: END_IT
    }  # fmt: skip
    approval = office.approved(kind(agreement=agreement, **told[kind]))
    other = replace(TERMS, matters="市が一億円を負担する。")
    change = agreements.Amend(agreement=agreement, **{**amended, "terms": other})
    office.do(office.drafter, change, by_number)
    with pytest.raises(ApprovalDiffers):
        office.do(office.drafter, approvals.CarryOut(approval=approval))
    assert (stage(office, agreement), office.stage(approval)) == (Stage.IN_EFFECT, ApprovalStage.APPROVED)


@pytest.fixture
def running(house: House) -> tuple[Office, UUID]:
    """An agreement that goes on by itself for two years each time, with a month's notice, and who may say so."""
    office, agreement = Office(house, {}), uuid4()
    terms = replace(
        TERMS, begins_on=FIRST, ends_on=LAST, renewal=Renewal.AUTOMATIC, notice_days=30, renewal_months=24
    )  # fmt: skip
    office.do(office.drafter, agreements.Draft(agreement=agreement, kind=AgreementKind.MEMORANDUM, terms=terms))
    for wish in (
        agreements.Settle(agreement=agreement),
        agreements.Sign(agreement=agreement),
        agreements.EnterSignature(agreement=agreement, party=2),
    ):
        office.do(office.drafter, wish)
    return office, agreement


FIRST, LAST, NOTICE_BY = date(2040, 4, 1), date(2041, 3, 31), date(2041, 3, 1)


def renewed(office: Office, agreement: UUID, today: date, ends_on: date, how: Renewal) -> date | None:
    """Its end after it was renewed on a day."""
    with patch.object(Tenancy, "today", lambda _self: today):
        office.do(office.drafter, agreements.Renew(agreement=agreement, how=how, ends_on=ends_on))
    ends: date | None = office.house.tenancy.state_of(office.city, AGREEMENT, agreement).ends_on
    return ends


def test_it_goes_on_by_itself_once_nobody_can_give_notice_any_more(running: tuple[Office, UUID]) -> None:
    office, agreement = running
    until = date(2043, 3, 31)
    for early in (FIRST, NOTICE_BY):
        with pytest.raises(PartUnfitting) as refused:
            renewed(office, agreement, early, until, Renewal.AUTOMATIC)
        assert refused.value.details["field"] == "how"
    after = NOTICE_BY + timedelta(days=1)
    with pytest.raises(DateInvalid):
        renewed(office, agreement, after, date(2042, 3, 31), Renewal.AUTOMATIC)
    assert renewed(office, agreement, after, until, Renewal.AUTOMATIC) == until
    with pytest.raises(PartUnfitting):
        renewed(office, agreement, LAST, date(2045, 3, 31), Renewal.AUTOMATIC)


def test_the_parties_agree_on_another_period_whenever_they_like(running: tuple[Office, UUID]) -> None:
    office, agreement = running
    assert renewed(office, agreement, FIRST, date(2041, 6, 30), Renewal.BY_AGREEMENT) == date(2041, 6, 30)


# --- how it comes to its end -----------------------------------------------------------------------------------------


def in_effect(work: Work, kind: AgreementKind = AgreementKind.PROJECT, **terms: Any) -> UUID:
    """An agreement that both have signed."""
    several = kind is AgreementKind.COMPREHENSIVE
    fields = ("welfare", "environment") if several else ("welfare",)
    told = replace(TERMS, fields=fields, ends_on=None, renewal=Renewal.NONE)
    agreement, proposal = uuid4(), None if several else work.proposal
    draft = agreements.Draft(agreement=agreement, kind=kind, terms=replace(told, **terms), proposal=proposal)
    for wish in (
        replace(draft, department=work.department),
        agreements.Settle(agreement=agreement),
        agreements.EnterSignature(agreement=agreement, party=2),
    ):
        work.do(wish, work.desk)
    work.do(agreements.Sign(agreement=agreement), work.desk if several else work.officer)
    return agreement


def going_on(work: Work) -> UUID:
    today = work.house.tenancy.today()
    lasts: dict[str, Any] = {"begins_on": today - timedelta(days=365), "ends_on": today, "notice_days": 0}
    return in_effect(work, renewal=Renewal.AUTOMATIC, renewal_months=12, **lasts)


def test_what_goes_on_by_itself_does_not_expire_and_so_does_not_escape_its_approval(house: House) -> None:
    work = Work(house, AOMORI, approved=(Act.END_AGREEMENT,))
    agreement = going_on(work)
    end = agreements.Finish(agreement=agreement, how=End.EXPIRED, reason="期間が満了した。")
    work.refused(end, PartUnfitting, field="how")
    work.refused(replace(end, how=End.BY_CONSENT), ApprovalRequired)
    work.do(agreements.GiveNotice(agreement=agreement, party=2, reason="続けない。"), work.desk)
    assert work.do(end).stage is Stage.ENDED


def test_a_notice_of_the_city_needs_the_approval_of_an_end_and_that_of_the_partner_none(house: House) -> None:
    work = Work(house, AOMORI, approved=(Act.END_AGREEMENT,))
    agreement = going_on(work)
    notice = agreements.GiveNotice(agreement=agreement, party=1, reason="続けない。")
    work.refused(notice, ApprovalRequired)
    work.do(approvals.CarryOut(approval=decided(work, notice)))
    assert set(work.house.tenancy.state_of(work.city, AGREEMENT, agreement).notices) == {1}
    work.do(replace(notice, party=2), work.desk)


def test_who_may_not_sign_it_neither_ends_it_nor_gives_notice_for_the_city(aomori: Work) -> None:
    lasts = aomori.house.tenancy.today()
    agreement = in_effect(aomori, AgreementKind.COMPREHENSIVE, ends_on=lasts)
    end = agreements.Finish(agreement=agreement, how=End.BY_CONSENT, reason="合意した。")
    notice = agreements.GiveNotice(agreement=agreement, party=1, reason="続けない。")
    for wish in (end, replace(end, how=End.TERMINATED, party=1), replace(end, how=End.TERMINATED, party=2), notice):
        aomori.refused(wish, NotAllowed)
    aomori.do(notice, aomori.desk)
    aomori.do(replace(notice, party=2))
    assert aomori.do(replace(end, how=End.EXPIRED)).stage is Stage.ENDED


def test_who_has_an_interest_in_the_proposal_does_not_end_its_agreement(aomori: Work) -> None:
    agreement = in_effect(aomori)
    aomori.do(proposals.DeclareInterest(proposal=aomori.proposal, note="縁者"), aomori.officer)
    end = agreements.Finish(agreement=agreement, how=End.TERMINATED, party=1, reason="違反があった。")
    aomori.refused(end, InterestOfDecider)
    aomori.refused(replace(end, how=End.BY_CONSENT, party=None), InterestOfDecider)
    aomori.refused(agreements.GiveNotice(agreement=agreement, party=1, reason="続けない。"), InterestOfDecider)
    colleague = replace(aomori.officer, id=uuid4())
    assert aomori.do(end, colleague).stage is Stage.ENDED


def test_the_refusal_of_a_signature_says_which_of_several_proposals_is_the_reason(sapporo: Work) -> None:
    others = [sapporo.adopted() for _ in range(2)]
    agreement, kind = uuid4(), AgreementKind.COMPREHENSIVE
    terms = replace(TERMS, fields=("welfare", "environment"))
    sapporo.do(agreements.Draft(agreement=agreement, kind=kind, terms=terms), sapporo.desk)
    for proposal in (sapporo.proposal, *others):
        sapporo.do(agreements.Attach(agreement=agreement, proposal=proposal), sapporo.desk)
    sapporo.do(agreements.Settle(agreement=agreement), sapporo.desk)
    sapporo.do(proposals.Suspend(proposal=others[0], reason="休む。"), sapporo.desk)
    sign = agreements.Sign(agreement=agreement)
    sapporo.refused(sign, IsSuspended, sapporo.desk, proposal=str(others[0]))
    sapporo.do(agreements.Detach(agreement=agreement, proposal=others[0], reason="休む。"), sapporo.desk)
    sapporo.do(proposals.Withdraw(proposal=others[1], reason="取り下げる。"), sapporo.desk)
    sapporo.refused(sign, ReferenceUnsuitable, sapporo.desk, proposal=str(others[1]), stage="withdrawn")


# --- a signature that was none ---------------------------------------------------------------------------------------


def test_what_was_signed_by_mistake_is_signed_again_under_an_approval_of_its_own(office: Office) -> None:
    """An approval is used up by the signature that it was for, also when that is taken back; others' words hold."""
    agreement = settled(office)
    sign = agreements.Sign(agreement=agreement)
    used, other = office.approved(sign), office.approved(sign)
    office.do(office.drafter, approvals.CarryOut(approval=used))
    office.do(office.drafter, agreements.CorrectStep(agreement=agreement, to=Stage.SETTLED, reason="別の協定。"))
    assert stage(office, agreement) is Stage.SETTLED
    with pytest.raises(ApprovalRequired):
        office.do(office.drafter, sign)
    with pytest.raises(ApprovalDiffers):
        office.do(office.drafter, sign, Approval(ApprovalSystem.INTERNAL, decided_on(office, used), used))
    office.do(office.drafter, approvals.CarryOut(approval=other))
    assert (stage(office, agreement), office.stage(other)) == (Stage.SIGNING, ApprovalStage.EFFECTIVE)


def decided_on(office: Office, approval: UUID) -> date:
    found = office.house.tenancy.state_of(office.city, APPROVAL, approval).decided_on
    assert found is not None
    return found


def test_an_approval_of_a_signature_that_was_taken_back_does_not_cover_changed_terms(office: Office) -> None:
    agreement = settled(office)
    other = office.approved(agreements.Sign(agreement=agreement))
    by_number = Approval(ApprovalSystem.EXTERNAL, TODAY, number="第1号", digest=bytes(32))
    office.do(office.drafter, agreements.Sign(agreement=agreement), by_number)
    back = agreements.CorrectStep(agreement=agreement, to=Stage.SETTLED, reason="内容が違う。")
    office.do(office.drafter, back)
    terms = replace(TERMS, matters="市が一億円を負担する。")
    office.do(office.drafter, agreements.Change(agreement=agreement, terms=terms, changes="負担"))
    office.do(office.drafter, agreements.Settle(agreement=agreement))
    with pytest.raises(ApprovalDiffers):
        office.do(office.drafter, approvals.CarryOut(approval=other))


def test_what_the_city_did_is_taken_back_by_who_concludes_it_and_what_others_did_by_anybody_in_remit(
    aomori: Work,
) -> None:
    """In Aomori the desk concludes comprehensive agreements."""
    today = aomori.house.tenancy.today()
    lasts: dict[str, Any] = {"begins_on": today - timedelta(days=300), "ends_on": today + timedelta(days=100)}
    agreement = in_effect(aomori, AgreementKind.COMPREHENSIVE, renewal=Renewal.AUTOMATIC, notice_days=30, **lasts)
    for party in (1, 2):
        aomori.do(agreements.GiveNotice(agreement=agreement, party=party, reason="終える。"), aomori.desk)
    taken = agreements.WithdrawNotice(agreement=agreement, party=1, reason="続ける。")
    aomori.refused(taken, NotAllowed)
    aomori.do(taken, aomori.desk)
    aomori.do(replace(taken, party=2))
    aomori.do(agreements.Finish(agreement=agreement, how=End.BY_CONSENT, reason="終える。"), aomori.desk)
    back = agreements.CorrectStep(agreement=agreement, to=Stage.IN_EFFECT, reason="誤り。")
    aomori.refused(back, NotAllowed)
    aomori.do(back, aomori.desk)
    unsigned = replace(back, to=Stage.SIGNING)
    aomori.refused(unsigned, NotAllowed)
    aomori.do(unsigned, aomori.desk)
    assert aomori.do(replace(back, to=Stage.SETTLED)).stage is Stage.SETTLED


def test_who_has_an_interest_in_the_proposal_takes_no_end_of_its_agreement_back(aomori: Work) -> None:
    agreement = in_effect(aomori)
    aomori.do(agreements.Finish(agreement=agreement, how=End.BY_CONSENT, reason="終える。"))
    aomori.do(proposals.DeclareInterest(proposal=aomori.proposal, note="縁者"), aomori.officer)
    back = agreements.CorrectStep(agreement=agreement, to=Stage.IN_EFFECT, reason="誤り。")
    aomori.refused(back, InterestOfDecider)
    aomori.refused(back, OutsideRemit, aomori.stranger)
    assert aomori.do(back, replace(aomori.officer, id=uuid4())).stage is Stage.IN_EFFECT


def test_an_agreement_is_not_opened_again_for_a_proposal_that_rests_but_binds_after_all(aomori: Work) -> None:
    agreement = in_effect(aomori)
    aomori.do(agreements.Finish(agreement=agreement, how=End.BY_CONSENT, reason="終える。"))
    aomori.do(proposals.Suspend(proposal=aomori.proposal, reason="休む。"), aomori.desk)
    back = agreements.CorrectStep(agreement=agreement, to=Stage.SETTLED, reason="誤り。")
    aomori.refused(back, IsSuspended, proposal=str(aomori.proposal))
    assert aomori.do(replace(back, to=Stage.IN_EFFECT)).stage is Stage.IN_EFFECT
