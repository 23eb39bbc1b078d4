"""Every step of an approval from every stage, and who may decide what."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Final
from uuid import UUID

import pytest

from domain.approval import (
    APPROVAL,
    Agreed,
    CarriedOut,
    Decided,
    Drafted,
    Part,
    Power,
    Redrafted,
    Reviewed,
    SentBack,
    Stage,
    Stop,
    Submitted,
    Verdict,
    Withdrawn,
)
from domain.circumstances import Act
from domain.errors import (
    AgreementsMissing,
    AlreadyThere,
    DrafterDecides,
    NotFound,
    PartMissing,
    PartUnfitting,
    ReasonRequired,
)
from domain.errors import WrongStage as Wrong
from tests.domain.facts import CHALLENGE, SAPPORO, SATO, SUZUKI, said
from tests.domain.given import fold, given
from tests.domain.stages import GRANTED, NOTHING, Expected, judge, row

LEGAL, BUDGET, DIRECTOR = UUID(int=61), UUID(int=62), UUID(int=63)
DAY: Final = date(2027, 4, 1)
ROUTE: Final = (Stop(LEGAL, Part.AGREE), Stop(BUDGET, Part.AGREE), Stop(DIRECTOR, Part.DECIDE))
DRAFTED: Final = Drafted(SATO, Act.PUBLISH_CHALLENGE, CHALLENGE, said("公表"), said("[]"), None, ROUTE)
REDRAFTED: Final = Redrafted(said("公表"), said("[1]"), said("直した。"), ROUTE)
SUBMITTED: Final = Submitted(DAY)
BY_LEGAL: Final = Agreed(LEGAL, said("異議なし。"))
BY_BUDGET: Final = Agreed(BUDGET, None)
SENT_BACK: Final = SentBack(BUDGET, said("金額を確認。"))
APPROVED: Final = Decided(SUZUKI, DIRECTOR, Verdict.APPROVED, Power.OWN, None, None, DAY)
REJECTED: Final = replace(APPROVED, verdict=Verdict.REJECTED, reason=said("時期尚早。"))
BY_DEPUTY: Final = replace(APPROVED, power=Power.DEPUTY, acting=LEGAL)
REVIEWED: Final = Reviewed(DIRECTOR, None)
WITHDRAWN: Final = Withdrawn(said("出し直す。"))
CARRIED_OUT: Final = CarriedOut(DAY)

AGREED: Final = (DRAFTED, SUBMITTED, BY_LEGAL, BY_BUDGET)
HISTORIES: Final[Mapping[Stage, tuple[object, ...]]] = {
    Stage.NEW: (),
    Stage.DRAFTED: (DRAFTED,),
    Stage.PENDING: AGREED,
    Stage.SENT_BACK: (*AGREED, SENT_BACK),
    Stage.APPROVED: (*AGREED, BY_DEPUTY),
    Stage.REJECTED: (*AGREED, REJECTED),
    Stage.WITHDRAWN: (DRAFTED, WITHDRAWN),
    Stage.EFFECTIVE: (*AGREED, APPROVED, CARRIED_OUT),
}
WISHES: Final[Mapping[str, object]] = {
    "approval.drafted": DRAFTED,
    "approval.redrafted": REDRAFTED,
    "approval.submitted": SUBMITTED,
    "approval.agreed": BY_LEGAL,
    "approval.sent_back": SENT_BACK,
    "approval.decided": APPROVED,
    "approval.reviewed": REVIEWED,
    "approval.withdrawn": WITHDRAWN,
    "approval.carried_out": CARRIED_OUT,
}
TABLE: Final[Mapping[str, Mapping[Stage, Expected]]] = {
    "approval.drafted": row(Stage, new=GRANTED, rest=AlreadyThere),
    "approval.redrafted": row(Stage, new=NotFound, drafted=GRANTED, sent_back=GRANTED, rest=Wrong),
    "approval.submitted": row(Stage, new=NotFound, drafted=GRANTED, pending=NOTHING, rest=Wrong),
    "approval.agreed": row(Stage, new=NotFound, drafted=Wrong, withdrawn=Wrong, rest=NOTHING),
    "approval.sent_back": row(Stage, new=NotFound, pending=GRANTED, sent_back=NOTHING, rest=Wrong),
    "approval.decided": row(Stage, new=NotFound, pending=GRANTED, rest=Wrong),
    "approval.reviewed": row(
        Stage, new=NotFound, approved=GRANTED, rejected=PartUnfitting, effective=PartUnfitting, rest=Wrong
    ),
    "approval.withdrawn": row(Stage, new=NotFound, withdrawn=NOTHING, rejected=Wrong, effective=Wrong, rest=GRANTED),
    "approval.carried_out": row(Stage, new=NotFound, approved=GRANTED, effective=NOTHING, rest=Wrong),
}


def test_the_table_holds_every_step_and_every_stage() -> None:
    assert set(TABLE) == set(WISHES) == set(APPROVAL.events)
    assert set(HISTORIES) == set(Stage)


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("wish", TABLE)
def test_from_each_stage_a_step_does_what_the_table_says(wish: str, stage: Stage) -> None:
    assert fold(APPROVAL, HISTORIES[stage]).stage is stage
    judge(
        given(APPROVAL, *HISTORIES[stage]).when(APPROVAL.decide, SAPPORO, WISHES[wish]),
        TABLE[wish][stage],
        WISHES[wish],
    )


@pytest.mark.parametrize(
    "route",
    [
        (),
        ROUTE[:2],
        ROUTE[::-1],
        (*ROUTE, Stop(UUID(int=64), Part.DECIDE)),
        (ROUTE[0], ROUTE[0], ROUTE[2]),
        (Stop(DIRECTOR, Part.DECIDE, Power.DEPUTY),),
    ],
    ids=["empty", "nobody decides", "first decides", "two decide", "twice", "deputy ahead"],
)
def test_a_route_ends_in_the_one_post_that_decides(route: tuple[Stop, ...]) -> None:
    given(APPROVAL).when(APPROVAL.decide, SAPPORO, replace(DRAFTED, route=route)).refused(PartMissing)
    given(APPROVAL, DRAFTED).when(APPROVAL.decide, SAPPORO, replace(REDRAFTED, route=route)).refused(PartMissing)


def test_who_drafted_it_does_not_decide_it() -> None:
    given(APPROVAL, *AGREED).when(APPROVAL.decide, SAPPORO, replace(APPROVED, member=SATO)).refused(DrafterDecides)


def test_it_is_decided_only_when_everybody_who_was_asked_has_agreed() -> None:
    given(APPROVAL, *AGREED[:3]).when(APPROVAL.decide, SAPPORO, APPROVED).refused(AgreementsMissing, count=1)


def test_who_drafted_it_is_told_why_it_is_rejected() -> None:
    given(APPROVAL, *AGREED).when(APPROVAL.decide, SAPPORO, replace(REJECTED, reason=None)).refused(ReasonRequired)
    given(APPROVAL, *AGREED).when(APPROVAL.decide, SAPPORO, replace(APPROVED, reason=None)).then(
        replace(APPROVED, reason=None)
    )


def test_whoever_agreed_is_asked_anew_when_the_draft_changes() -> None:
    again = (*AGREED, SENT_BACK, REDRAFTED, SUBMITTED)
    given(APPROVAL, *again).when(APPROVAL.decide, SAPPORO, APPROVED).refused(AgreementsMissing, count=2)
    given(APPROVAL, *again).when(APPROVAL.decide, SAPPORO, BY_LEGAL).then(BY_LEGAL)


def test_only_the_posts_on_the_route_agree_send_back_or_decide() -> None:
    elsewhere = UUID(int=65)
    for wish in (Agreed(elsewhere, None), Agreed(DIRECTOR, None), SentBack(elsewhere, said("理由"))):
        given(APPROVAL, *AGREED).when(APPROVAL.decide, SAPPORO, wish).refused(PartUnfitting)
    given(APPROVAL, *AGREED).when(APPROVAL.decide, SAPPORO, replace(APPROVED, post=LEGAL)).refused(PartUnfitting)


def test_what_was_decided_in_the_place_of_a_post_waits_to_be_read_by_it() -> None:
    assert fold(APPROVAL, (*AGREED, BY_DEPUTY)).waiting == (DIRECTOR,)
    assert fold(APPROVAL, (*AGREED, BY_DEPUTY, CARRIED_OUT, REVIEWED)).waiting == ()
    given(APPROVAL, *AGREED, BY_DEPUTY, REVIEWED).when(APPROVAL.decide, SAPPORO, REVIEWED).nothing()


def test_it_waits_for_those_who_agree_and_then_for_the_one_who_decides() -> None:
    assert fold(APPROVAL, AGREED[:2]).waiting == (LEGAL, BUDGET)
    assert fold(APPROVAL, AGREED[:3]).waiting == (BUDGET,)
    assert fold(APPROVAL, AGREED).waiting == (DIRECTOR,)
