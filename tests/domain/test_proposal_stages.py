"""Every command of a proposal from every stage."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Final
from uuid import UUID

import pytest

from domain.errors import (
    AlreadyDecided,
    AlreadyThere,
    NeverStoodThere,
    NotFound,
    PartMissing,
    PartUnfitting,
    ReasonsNotTold,
    ReferenceUnknown,
    WrongStage,
)
from domain.files import MediaType
from domain.policy import OrganisationKind
from domain.proposal import (
    PROPOSAL,
    Assessed,
    Attached,
    Checked,
    CheckedItem,
    CityMoney,
    Closed,
    Completed,
    ConsentChanged,
    ContactChanged,
    ContactPassedOn,
    DeadlineExtended,
    Decided,
    DecidedBy,
    DecisionCorrected,
    Destination,
    Detached,
    DialogueHeld,
    DialogueRecorded,
    Discarded,
    Drafted,
    DraftEdited,
    Escalated,
    Ground,
    InterestDeclared,
    InterestWithdrawn,
    InvitationAccepted,
    Matched,
    OpinionGiven,
    OpinionsAsked,
    Outcome,
    PartyRenamed,
    Proceeding,
    ProceedingNoted,
    ReasonsTold,
    ReceiptCorrected,
    ReceiptNumber,
    Received,
    Recommended,
    Referred,
    Refused,
    Resumed,
    Returned,
    Screened,
    Stage,
    StepCorrected,
    Suspended,
    TurnedAway,
    Withdrawn,
)
from domain.values import CityCode, Code
from tests.domain.facts import AOMORI, PROPOSER, SAPPORO, SATO, WELFARE_DIVISION, said
from tests.domain.given import fold, given
from tests.domain.stages import GRANTED, NOTHING, Expected, judge, row

RECEIVED: Final = Received(
    ReceiptNumber(2026, Code("free"), 1),
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
RECEIVED_ANEW: Final = ReceiptCorrected(
    kind=Code("free"),
    organisation_kind=OrganisationKind.NPO,
    title=said("雪の冷熱で野菜を保管する"),
    summary=said("冬の雪をためて夏に使う。"),
    received_on=date(2026, 11, 20),
    reason=said("電話で聞き違えた。"),
    sample=False,
)
RULES: Final = replace(SAPPORO, screening=AOMORI.screening, eligibility=AOMORI.eligibility)
"""A city with a council, a checklist, and a kind of proposer that it turns away."""

DRAFTED: Final = Drafted(
    kind=Code("free"),
    organisation_kind=OrganisationKind.COMPANY,
    organisation=said("北の雪冷熱株式会社"),
    title=said("雪の冷熱"),
    proposer=PROPOSER,
)
EDITED: Final = DraftEdited(
    kind=Code("free"),
    organisation_kind=OrganisationKind.COMPANY,
    organisation=said("北の雪冷熱株式会社"),
    title=said("雪の冷熱で食品を保管する"),
)
DISCARDED: Final = Discarded(said("出さないことになった。"))
TURNED_AWAY: Final = TurnedAway(OrganisationKind.INDIVIDUAL)
RETURNED: Final = Returned(said("図面が足りない。"), None)
EXTENDED: Final = DeadlineExtended(date(2026, 12, 25), said("図面に時間がかかる。"))
COMPLETED: Final = Completed(None, None, said("図面を添えた。"))
SCREENED: Final = Screened(said("市の課題に役立つ。"), (WELFARE_DIVISION,))
REFUSED: Final = Refused(Ground.MERE_SALES, said("商品の売込みにとどまる。"))
REFERRED: Final = Referred(Destination.DEPARTMENT, WELFARE_DIVISION, None, said("担当課が明らか。"))
CHECKED: Final = Checked((CheckedItem(Code("useful"), met=True, note=None),), None)
ASKED: Final = OpinionsAsked((WELFARE_DIVISION,), said("役立ちますか。"), None)
OPINION: Final = OpinionGiven(WELFARE_DIVISION, useful=True, feasible=None, note=said("役立つ。"))
ASSESSED: Final = Assessed(CityMoney.NONE, None, high_occupancy=False, personal_data=False, note=None)
RECOMMENDED: Final = Recommended(Outcome.ADOPTED, said("進めたい。"))
ESCALATED: Final = Escalated(said("課だけでは決めがたい。"))
CORRECTED: Final = DecisionCorrected(Outcome.ADOPTED, DecidedBy.DEPARTMENT, said("取り違えていた。"))
TOLD: Final = ReasonsTold(None)
STEP_BACK: Final = StepCorrected(Stage.RECEIVED, said("誤って進めた。"))
SUSPENDED: Final = Suspended(said("雪解けを待つ。"), None)
RESUMED: Final = Resumed(None)
MATCHED: Final = Matched(WELFARE_DIVISION, said("見守りの担当。"))
TALKED: Final = DialogueRecorded(UUID(int=20), said("現地を見た。"), None)
INVITED: Final = InvitationAccepted(UUID(int=22), WELFARE_DIVISION)
HELD: Final = DialogueHeld(UUID(int=22), WELFARE_DIVISION)
ADOPTED: Final = Decided(Outcome.ADOPTED, DecidedBy.DEPARTMENT, said("実施できる。"))
DECLINED: Final = Decided(Outcome.DECLINED, DecidedBy.DEPARTMENT, said("場所がない。"))
INTERESTED: Final = InterestDeclared(SATO, said("兄弟が役員である。"))
NO_INTEREST: Final = InterestWithdrawn(SATO, said("同姓の別人だった。"))
WITHDRAWN: Final = Withdrawn(said("社内の事情。"))
CLOSED: Final = Closed(said("協定を結んだ。"))
ATTACHED: Final = Attached(
    UUID(int=30), MediaType.PDF, 1000, bytes(32), said("見積.pdf"), said("内容の要約値"), said("鍵")
)
RENAMED: Final = PartyRenamed(said("北の氷雪株式会社"), date(2026, 10, 1))
CONTACT: Final = ContactChanged(said("佐藤 花子"), share_contact=True)
CONSENTED: Final = ConsentChanged(share_contact=True)
PASSED_ON: Final = ContactPassedOn(CityCode("022012"), said("同じ課題がある。"))
DETACHED: Final = Detached(UUID(int=30), said("差し替える。"))

HISTORIES: Final[Mapping[Stage, tuple[object, ...]]] = {
    Stage.NEW: (),
    Stage.DRAFT: (DRAFTED,),
    Stage.DISCARDED: (DRAFTED, DISCARDED),
    Stage.TURNED_AWAY: (TURNED_AWAY,),
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
    "proposal.drafted": DRAFTED,
    "proposal.draft_edited": EDITED,
    "proposal.discarded": DISCARDED,
    "proposal.turned_away": TURNED_AWAY,
    "proposal.received": RECEIVED,
    "proposal.checked": CHECKED,
    "proposal.opinions_asked": ASKED,
    "proposal.opinion_given": OPINION,
    "proposal.assessed": ASSESSED,
    "proposal.recommended": RECOMMENDED,
    "proposal.escalated": ESCALATED,
    "proposal.decision_corrected": CORRECTED,
    "proposal.reasons_told": TOLD,
    "proposal.step_corrected": STEP_BACK,
    "proposal.suspended": SUSPENDED,
    "proposal.resumed": RESUMED,
    "proposal.returned": RETURNED,
    "proposal.completed": COMPLETED,
    "proposal.deadline_extended": EXTENDED,
    "proposal.screened": SCREENED,
    "proposal.refused": REFUSED,
    "proposal.referred": REFERRED,
    "proposal.matched": MATCHED,
    "proposal.invitation_accepted": INVITED,
    "proposal.dialogue_held": HELD,
    "proposal.proceeding_noted": ProceedingNoted(Proceeding.DIALOGUE, UUID(int=22), open=True),
    "proposal.dialogue_recorded": OTHER_DIALOGUE,
    "proposal.decided": ADOPTED,
    "proposal.interest_declared": INTERESTED,
    "proposal.withdrawn": WITHDRAWN,
    "proposal.closed": CLOSED,
    "proposal.attached": ATTACHED,
    "proposal.party_renamed": RENAMED,
    "proposal.contact_changed": CONTACT,
    "proposal.consent_changed": CONSENTED,
    "proposal.contact_passed_on": PASSED_ON,
    "proposal.detached": DETACHED,
    "proposal.receipt_corrected": RECEIVED_ANEW,
    "proposal.interest_withdrawn": NO_INTEREST,
}

AS_TAKEN_IN: Final = row(
    Stage, new=NotFound, draft=WrongStage, discarded=WrongStage, turned_away=WrongStage, rest=GRANTED
)
TABLE: Final[Mapping[str, Mapping[Stage, Expected]]] = {
    "proposal.drafted": row(Stage, new=GRANTED, rest=AlreadyThere),
    "proposal.draft_edited": row(Stage, new=NotFound, draft=GRANTED, rest=WrongStage),
    "proposal.discarded": row(Stage, new=NotFound, draft=GRANTED, discarded=NOTHING, rest=WrongStage),
    "proposal.turned_away": row(Stage, new=GRANTED, rest=AlreadyThere),
    "proposal.received": row(Stage, new=GRANTED, draft=GRANTED, rest=AlreadyThere),
    "proposal.checked": row(Stage, new=NotFound, received=GRANTED, returned=GRANTED, screened=GRANTED, rest=WrongStage),
    "proposal.opinions_asked": row(
        Stage, new=NotFound, received=GRANTED, screened=GRANTED, matched=GRANTED, in_dialogue=GRANTED, rest=WrongStage
    ),
    "proposal.opinion_given": row(  # nobody was asked
        Stage,
        new=NotFound,
        received=PartUnfitting,
        returned=PartUnfitting,
        screened=PartUnfitting,
        matched=PartUnfitting,
        in_dialogue=PartUnfitting,
        rest=WrongStage,
    ),
    "proposal.assessed": row(
        Stage,
        new=NotFound,
        received=GRANTED,
        returned=GRANTED,
        screened=GRANTED,
        matched=GRANTED,
        in_dialogue=GRANTED,
        rest=WrongStage,
    ),
    "proposal.recommended": row(Stage, new=NotFound, matched=GRANTED, in_dialogue=GRANTED, rest=WrongStage),
    "proposal.escalated": row(Stage, new=NotFound, matched=GRANTED, in_dialogue=GRANTED, rest=WrongStage),
    "proposal.decision_corrected": row(Stage, new=NotFound, adopted=GRANTED, declined=GRANTED, rest=WrongStage),
    "proposal.reasons_told": row(Stage, new=NotFound, declined=GRANTED, rest=WrongStage),
    "proposal.step_corrected": row(
        Stage,
        new=NotFound,
        received=NOTHING,
        returned=GRANTED,
        screened=GRANTED,
        matched=GRANTED,
        in_dialogue=GRANTED,
        refused=GRANTED,
        referred=GRANTED,
        withdrawn=GRANTED,
        closed=NeverStoodThere,  # it goes back to where it was closed, and from there on
        rest=WrongStage,
    ),
    "proposal.suspended": row(
        Stage,
        new=NotFound,
        received=GRANTED,
        returned=GRANTED,
        screened=GRANTED,
        matched=GRANTED,
        in_dialogue=GRANTED,
        adopted=GRANTED,
        rest=WrongStage,
    ),
    "proposal.resumed": row(  # it was not suspended
        Stage,
        new=NotFound,
        received=NOTHING,
        returned=NOTHING,
        screened=NOTHING,
        matched=NOTHING,
        in_dialogue=NOTHING,
        adopted=NOTHING,
        rest=WrongStage,
    ),
    "proposal.returned": row(Stage, new=NotFound, received=GRANTED, returned=NOTHING, rest=WrongStage),
    "proposal.deadline_extended": row(Stage, new=NotFound, received=GRANTED, returned=GRANTED, rest=WrongStage),
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
    "proposal.invitation_accepted": row(Stage, new=NotFound, screened=GRANTED, matched=NOTHING, rest=WrongStage),
    "proposal.proceeding_noted": row(Stage, new=NotFound, discarded=WrongStage, turned_away=WrongStage, rest=GRANTED),
    "proposal.dialogue_held": row(
        Stage, new=NotFound, screened=GRANTED, matched=GRANTED, in_dialogue=NOTHING, rest=WrongStage
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
    "proposal.interest_declared": row(Stage, new=NotFound, discarded=WrongStage, turned_away=WrongStage, rest=GRANTED),
    "proposal.withdrawn": row(
        Stage,
        new=NotFound,
        draft=WrongStage,
        discarded=WrongStage,
        turned_away=WrongStage,
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
        declined=ReasonsNotTold,
        refused=GRANTED,
        referred=GRANTED,
        withdrawn=GRANTED,
        closed=NOTHING,
        rest=WrongStage,
    ),
    "proposal.attached": row(
        Stage,
        new=NotFound,
        draft=GRANTED,
        received=GRANTED,
        returned=GRANTED,
        screened=GRANTED,
        matched=GRANTED,
        in_dialogue=GRANTED,
        rest=WrongStage,
    ),
    "proposal.party_renamed": AS_TAKEN_IN,
    "proposal.contact_changed": AS_TAKEN_IN,
    "proposal.consent_changed": AS_TAKEN_IN,
    "proposal.receipt_corrected": AS_TAKEN_IN,
    "proposal.interest_withdrawn": row(Stage, new=NotFound, rest=NOTHING),  # nobody declared one
    "proposal.contact_passed_on": row(  # there is no contact
        Stage, new=NotFound, draft=WrongStage, discarded=WrongStage, turned_away=WrongStage, rest=PartMissing
    ),
    "proposal.detached": row(  # it has no such file
        Stage,
        new=NotFound,
        draft=ReferenceUnknown,
        received=ReferenceUnknown,
        returned=ReferenceUnknown,
        screened=ReferenceUnknown,
        matched=ReferenceUnknown,
        in_dialogue=ReferenceUnknown,
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
    outcome = given(PROPOSAL, *HISTORIES[stage]).when(PROPOSAL.decide, RULES, WISHES[command])
    judge(outcome, TABLE[command][stage], WISHES[command])


def reached(stage: Stage) -> set[Stage]:
    """The stages to which one more command leads."""
    state = fold(PROPOSAL, HISTORIES[stage])
    wishes = (*WISHES.values(), DECLINED)
    return {
        fold(PROPOSAL, (*HISTORIES[stage], *outcome.events)).stage
        for outcome in (given(PROPOSAL, *HISTORIES[stage]).when(PROPOSAL.decide, RULES, wish) for wish in wishes)
        if outcome.events
    } - {state.stage}


def test_every_stage_is_reached_by_commands_from_the_first() -> None:
    seen, ahead = {Stage.NEW}, {Stage.NEW}
    while ahead:
        ahead = set().union(*(reached(stage) for stage in ahead)) - seen
        seen |= ahead
    assert seen == set(Stage)


@pytest.mark.parametrize("stage", Stage)
def test_every_stage_can_be_left_but_the_last_ones(stage: Stage) -> None:
    assert bool(reached(stage)) is (stage not in {Stage.CLOSED, Stage.DISCARDED, Stage.TURNED_AWAY})


# --- back to an earlier stage, from every stage ------------------------------------------------------------------

BACK: Final[Mapping[Stage, frozenset[Stage]]] = {
    Stage.RETURNED: frozenset({Stage.RECEIVED}),
    Stage.SCREENED: frozenset({Stage.RECEIVED}),
    Stage.MATCHED: frozenset({Stage.RECEIVED, Stage.SCREENED}),
    Stage.IN_DIALOGUE: frozenset({Stage.RECEIVED, Stage.SCREENED, Stage.MATCHED}),
    Stage.REFUSED: frozenset({Stage.RECEIVED}),
    Stage.REFERRED: frozenset({Stage.RECEIVED}),
    Stage.WITHDRAWN: frozenset({Stage.RECEIVED, Stage.SCREENED}),
    Stage.CLOSED: frozenset({Stage.REFUSED}),
}
"""Stage to those at which it has stood before, in HISTORIES; from any other none."""


@pytest.mark.parametrize("to", Stage)
@pytest.mark.parametrize("stage", [stage for stage in Stage if stage is not Stage.NEW])
def test_a_wrong_step_is_taken_back_to_where_it_has_stood_and_nowhere_else(stage: Stage, to: Stage) -> None:
    outcome = given(PROPOSAL, *HISTORIES[stage]).when(PROPOSAL.decide, RULES, replace(STEP_BACK, to=to))
    if stage is to:
        outcome.nothing()
    elif stage not in BACK:
        outcome.refused(WrongStage)
    elif to in BACK[stage]:
        outcome.then(replace(STEP_BACK, to=to))
    else:
        outcome.refused(NeverStoodThere)
