"""What a department does about a proposal, another department's officer does not."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import uuid4

import pytest

from domain.agreement import Party
from domain.errors import OutsideRemit
from domain.policy import AgreementKind
from domain.proposal import CityMoney
from tenants.commands import WISHES, agreements, projects, proposals
from tenants.commands.proposals.wish import DepartmentWish
from tests.conftest import SAPPORO, House
from tests.tenants.test_work import Work

TOLD: Final[Mapping[type[DepartmentWish], Mapping[str, Any]]] = {
    proposals.Assess: {"city_money": CityMoney.NONE},
    proposals.Suspend: {"reason": "雪解けを待つ"},
    proposals.Resume: {},
    proposals.AttachFile: {"file": uuid4()},
    proposals.DetachFile: {"file": uuid4(), "reason": "誤り"},
    proposals.RecordDialogue: {"minutes": "話した"},
    proposals.Escalate: {"reason": "決めがたい"},
    proposals.TellReasons: {},
}


def test_every_such_command_stands_here() -> None:
    assert set(TOLD) == {wish for wish in WISHES if issubclass(wish, DepartmentWish)}


@pytest.fixture
def sapporo(house: House) -> Work:
    return Work(house, SAPPORO)


@pytest.mark.parametrize("kind", TOLD, ids=lambda kind: kind.name)
def test_an_officer_of_another_department_does_none_of_it(sapporo: Work, kind: type[DepartmentWish]) -> None:
    sapporo.refused(kind(proposal=sapporo.received(), **TOLD[kind]), OutsideRemit, sapporo.stranger)


FIELDS: Final = {AgreementKind.PROJECT: ("welfare",), AgreementKind.COMPREHENSIVE: ("welfare", "economy")}


def draft(kind: AgreementKind, **told: Any) -> agreements.Draft:
    sides = tuple(agreements.SignatoryText(side=side, name="当事者") for side in (Party.CITY, Party.PROPOSER))
    terms = agreements.TermsText(title="協定", matters="見守り", signatories=sides, fields=FIELDS[kind])
    return agreements.Draft(agreement=uuid4(), kind=kind, terms=terms, **told)


def test_an_officer_of_another_department_binds_nobody_to_what_is_not_theirs(sapporo: Work) -> None:
    """The officer's own department carries it out: the one in charge could not turn its decision any more."""
    own = next(iter(sapporo.stranger.departments(sapporo.stranger.roles) or ()))
    for department in (None, own):
        about_it = draft(AgreementKind.PROJECT, proposal=sapporo.proposal, department=department)
        sapporo.refused(about_it, OutsideRemit, sapporo.stranger)
    sapporo.refused(sapporo.begin(department=own), OutsideRemit, sapporo.stranger)
    general = draft(AgreementKind.COMPREHENSIVE, department=own)
    sapporo.do(general, sapporo.stranger)
    attach = agreements.Attach(agreement=general.agreement, proposal=sapporo.proposal)
    sapporo.refused(attach, OutsideRemit, sapporo.stranger)
    for granted in (attach, sapporo.begin(department=own)):
        sapporo.do(granted, sapporo.desk)


def test_an_officer_takes_no_agreement_of_another_department_for_the_own_work(sapporo: Work) -> None:
    own = next(iter(sapporo.stranger.departments(sapporo.stranger.roles) or ()))
    sapporo.do(sapporo.begin(department=own, proposal=None), sapporo.stranger)
    for kind in FIELDS:
        theirs = draft(kind, department=sapporo.department)
        sapporo.do(theirs)
        name = projects.NameAgreement(project=sapporo.project, agreement=theirs.agreement)
        if kind is AgreementKind.PROJECT:
            sapporo.refused(name, OutsideRemit, sapporo.stranger)
            sapporo.do(name, sapporo.desk)
        else:
            sapporo.do(name, sapporo.stranger)
