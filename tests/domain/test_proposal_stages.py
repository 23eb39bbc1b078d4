"""Every command of a proposal from every stage."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final
from uuid import UUID

import pytest

from domain.errors import AlreadyDecided, AlreadyThere, NotFound, WrongStage
from domain.policy import IntakeKind, OrganisationKind
from domain.proposal import (
    PROPOSAL,
    Closed,
    Completed,
    Decided,
    DecidedBy,
    Destination,
    DialogueRecorded,
    Ground,
    InterestDeclared,
    Matched,
    Outcome,
    ReceiptNumber,
    Received,
    Referred,
    Refused,
    Returned,
    Screened,
    Stage,
    Withdrawn,
)
from tests.domain.facts import PROPOSER, SAPPORO, SATO, WELFARE_DIVISION, said
from tests.domain.given import fold, given
from tests.domain.stages import GRANTED, NOTHING, Expected, judge, row

RECEIVED: Final = Received(
    ReceiptNumber(2026, IntakeKind.FREE, 1),
    OrganisationKind.COMPANY,
    PROPOSER,
    organisation=said("北の雪冷熱株式会社"),
    title=said("雪の冷熱で食品を保管する"),
    summary=said("冬の雪をためて夏に使う。"),
    contact_name=None,
    contact=None,
    corporate_number=None,
    challenge=None,
    accepted=(),
    sample=False,
)
RETURNED: Final = Returned(said("図面が足りない。"), None)
COMPLETED: Final = Completed(None, None, said("図面を添えた。"))
SCREENED: Final = Screened(said("市の課題に役立つ。"), (WELFARE_DIVISION,))
REFUSED: Final = Refused(Ground.MERE_SALES, said("商品の売込みにとどまる。"))
REFERRED: Final = Referred(Destination.DEPARTMENT, WELFARE_DIVISION, None, said("担当課が明らか。"))
MATCHED: Final = Matched(WELFARE_DIVISION, said("見守りの担当。"))
TALKED: Final = DialogueRecorded(UUID(int=20), said("現地を見た。"), None)
ADOPTED: Final = Decided(Outcome.ADOPTED, DecidedBy.DEPARTMENT, said("実施できる。"))
DECLINED: Final = Decided(Outcome.DECLINED, DecidedBy.DEPARTMENT, said("場所がない。"))
INTERESTED: Final = InterestDeclared(SATO, said("兄弟が役員である。"))
WITHDRAWN: Final = Withdrawn(said("社内の事情。"))
CLOSED: Final = Closed(said("協定を結んだ。"))

HISTORIES: Final[Mapping[Stage, tuple[object, ...]]] = {
    Stage.NEW: (),
    Stage.RECEIVED: (RECEIVED,),
    Stage.RETURNED: (RECEIVED, RETURNED),
    Stage.SCREENED: (RECEIVED, SCREENED),
    Stage.MATCHED: (RECEIVED, SCREENED, MATCHED),
    Stage.IN_DIALOGUE: (RECEIVED, SCREENED, MATCHED, TALKED),
    Stage.ADOPTED: (RECEIVED, SCREENED, MATCHED, TALKED, ADOPTED),
    Stage.DECLINED: (RECEIVED, SCREENED, MATCHED, TALKED, DECLINED),
    Stage.REFUSED: (RECEIVED, REFUSED),
    Stage.REFERRED: (RECEIVED, REFERRED),
    Stage.WITHDRAWN: (RECEIVED, SCREENED, WITHDRAWN),
    Stage.CLOSED: (RECEIVED, REFUSED, CLOSED),
}

OTHER_DIALOGUE: Final = replace(TALKED, dialogue=UUID(int=21))
WISHES: Final[Mapping[str, object]] = {
    "proposal.received": RECEIVED,
    "proposal.returned": RETURNED,
    "proposal.completed": COMPLETED,
    "proposal.screened": SCREENED,
    "proposal.refused": REFUSED,
    "proposal.referred": REFERRED,
    "proposal.matched": MATCHED,
    "proposal.dialogue_recorded": OTHER_DIALOGUE,
    "proposal.decided": ADOPTED,
    "proposal.interest_declared": INTERESTED,
    "proposal.withdrawn": WITHDRAWN,
    "proposal.closed": CLOSED,
}

TABLE: Final[Mapping[str, Mapping[Stage, Expected]]] = {
    "proposal.received": row(Stage, new=GRANTED, rest=AlreadyThere),
    "proposal.returned": row(Stage, new=NotFound, received=GRANTED, returned=NOTHING, rest=WrongStage),
    "proposal.completed": row(Stage, new=NotFound, returned=GRANTED, rest=WrongStage),
    "proposal.screened": row(Stage, new=NotFound, received=GRANTED, screened=NOTHING, rest=WrongStage),
    "proposal.refused": row(
        Stage, new=NotFound, received=GRANTED, returned=GRANTED, screened=GRANTED, refused=NOTHING, rest=WrongStage
    ),
    "proposal.referred": row(
        Stage,
        new=NotFound,
        received=GRANTED,
        screened=GRANTED,
        matched=GRANTED,
        in_dialogue=GRANTED,
        referred=NOTHING,
        rest=WrongStage,
    ),
    "proposal.matched": row(
        Stage, new=NotFound, screened=GRANTED, matched=NOTHING, in_dialogue=NOTHING, rest=WrongStage
    ),
    "proposal.dialogue_recorded": row(Stage, new=NotFound, matched=GRANTED, in_dialogue=GRANTED, rest=WrongStage),
    "proposal.decided": row(
        Stage,
        new=NotFound,
        matched=GRANTED,
        in_dialogue=GRANTED,
        adopted=NOTHING,
        declined=AlreadyDecided,
        rest=WrongStage,
    ),
    "proposal.interest_declared": row(Stage, new=NotFound, rest=GRANTED),
    "proposal.withdrawn": row(
        Stage,
        new=NotFound,
        declined=WrongStage,
        refused=WrongStage,
        referred=WrongStage,
        withdrawn=NOTHING,
        closed=WrongStage,
        rest=GRANTED,
    ),
    "proposal.closed": row(
        Stage,
        new=NotFound,
        adopted=GRANTED,
        declined=GRANTED,
        refused=GRANTED,
        referred=GRANTED,
        withdrawn=GRANTED,
        closed=NOTHING,
        rest=WrongStage,
    ),
}


def test_the_table_holds_every_command_and_every_stage() -> None:
    assert set(TABLE) == set(WISHES) == set(PROPOSAL.events)
    assert set(HISTORIES) == set(Stage)


@pytest.mark.parametrize("stage", Stage)
def test_each_history_leads_to_its_stage(stage: Stage) -> None:
    assert fold(PROPOSAL, HISTORIES[stage]).stage is stage


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("command", TABLE)
def test_from_each_stage_a_command_does_what_the_table_says(command: str, stage: Stage) -> None:
    outcome = given(PROPOSAL, *HISTORIES[stage]).when(PROPOSAL.decide, SAPPORO, WISHES[command])
    judge(outcome, TABLE[command][stage], WISHES[command])


def reached(stage: Stage) -> set[Stage]:
    """The stages to which one more command leads."""
    state = fold(PROPOSAL, HISTORIES[stage])
    wishes = (*WISHES.values(), DECLINED)
    return {
        fold(PROPOSAL, (*HISTORIES[stage], *outcome.events)).stage
        for outcome in (given(PROPOSAL, *HISTORIES[stage]).when(PROPOSAL.decide, SAPPORO, wish) for wish in wishes)
        if outcome.events
    } - {state.stage}


def test_every_stage_is_reached_by_commands_from_the_first() -> None:
    seen, ahead = {Stage.NEW}, {Stage.NEW}
    while ahead:
        ahead = set().union(*(reached(stage) for stage in ahead)) - seen
        seen |= ahead
    assert seen == set(Stage)


@pytest.mark.parametrize("stage", Stage)
def test_every_stage_can_be_left_but_closed(stage: Stage) -> None:
    assert bool(reached(stage)) is (stage is not Stage.CLOSED)
