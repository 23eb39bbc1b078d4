"""Signing for the city under approval: what is signed is what was approved; other parties need none."""

from dataclasses import replace
from typing import Final
from uuid import UUID, uuid4

import pytest

from domain.agreement import AGREEMENT, Party, Renewal, Stage
from domain.approval import Stage as ApprovalStage
from domain.circumstances import Act
from domain.errors import ApprovalDiffers, ApprovalRequired
from domain.policy import AgreementKind
from tenants.commands import agreements, approvals
from tests.conftest import House
from tests.tenants.test_approving import BOTH, TODAY, Office

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
