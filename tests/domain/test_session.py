"""Every step of a session of the council from every stage; who votes, and what the votes come to."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Final
from uuid import UUID

import pytest

from domain import proposal
from domain.errors import (
    AlreadyThere,
    DecidedOnAgenda,
    InterestOfDecider,
    NeverStoodThere,
    NoCouncil,
    NotFound,
    PartMissing,
    PartUnfitting,
    ReferenceUnknown,
    ReferenceUnsuitable,
    Refusal,
    TooMany,
    VotesDiffer,
)
from domain.errors import WrongStage as Wrong
from domain.policy import Policy
from domain.proposal import Outcome, Proposal
from domain.session import (
    SESSION,
    Cancelled,
    Closed,
    Convened,
    Form,
    InterestDeclared,
    InterestWithdrawn,
    ItemAdded,
    ItemDecided,
    ItemWithdrawn,
    Manner,
    MinutesTaken,
    Rescheduled,
    Result,
    Stage,
    StepCorrected,
    Vote,
    Voted,
    in_question,
    require_decided,
)
from tests.domain.facts import AOMORI, SAPPORO, SATO, SUZUKI, said
from tests.domain.given import fold, given
from tests.domain.stages import GRANTED, NOTHING, Expected, judge, row

ITEM, OTHER, PROPOSAL, ANOTHER = UUID(int=91), UUID(int=92), UUID(int=93), UUID(int=94)
TANAKA: Final = UUID(int=95)
DAY: Final = date(2027, 6, 1)
CONVENED: Final = Convened(said("第一回 本部会議"), DAY, said("本庁舎"), Form.IN_PERSON, sample=False)
RESCHEDULED: Final = Rescheduled(date(2027, 6, 8), None, said("大雪のため。"))
CANCELLED: Final = Cancelled(said("議題がなくなった。"))
ADDED: Final = ItemAdded(ITEM, PROPOSAL, said("実施の適否"))
ADDED_OTHER: Final = ItemAdded(OTHER, ANOTHER, said("実施の適否"))
GONE: Final = ItemWithdrawn(ITEM, said("提案者が見直す。"))
INTEREST: Final = InterestDeclared(ITEM, SUZUKI, said("親族が役員。"))
NO_INTEREST: Final = InterestWithdrawn(ITEM, SUZUKI, said("別の委員だった。"))
YES: Final = Voted(ITEM, SATO, Vote.FOR, said("有益。"))
NO: Final = Voted(ITEM, SUZUKI, Vote.AGAINST, None)
DECIDED: Final = ItemDecided(ITEM, Result.ADOPTED, Manner.VOTE, said("課題に役立つ。"))
BY_CONSENT: Final = replace(DECIDED, manner=Manner.CONSENT)
MINUTES: Final = MinutesTaken(said("…"), None, (SATO, SUZUKI))
CLOSED: Final = Closed(None)
STEP_BACK: Final = StepCorrected(Stage.CONVENED, said("別の会議だった。"))

AGENDA: Final = (CONVENED, ADDED)
HISTORIES: Final[Mapping[Stage, tuple[object, ...]]] = {
    Stage.NEW: (),
    Stage.CONVENED: (*AGENDA, YES),
    Stage.CANCELLED: (*AGENDA, CANCELLED),
    Stage.CLOSED: (*AGENDA, YES, DECIDED, MINUTES, CLOSED),
}
WISHES: Final[Mapping[str, object]] = {
    "session.convened": CONVENED,
    "session.rescheduled": RESCHEDULED,
    "session.cancelled": CANCELLED,
    "session.item_added": ADDED_OTHER,
    "session.item_withdrawn": GONE,
    "session.interest_declared": INTEREST,
    "session.interest_withdrawn": NO_INTEREST,
    "session.voted": NO,
    "session.item_decided": DECIDED,
    "session.minutes_taken": MINUTES,
    "session.closed": CLOSED,
    "session.step_corrected": STEP_BACK,
}
AHEAD: Final = row(Stage, new=NotFound, convened=GRANTED, rest=Wrong)
TABLE: Final[Mapping[str, Mapping[Stage, Expected]]] = {
    "session.convened": row(Stage, new=GRANTED, rest=AlreadyThere),
    "session.rescheduled": AHEAD,
    "session.cancelled": row(Stage, new=NotFound, convened=GRANTED, cancelled=NOTHING, rest=Wrong),
    "session.item_added": AHEAD,
    "session.item_withdrawn": AHEAD,
    "session.interest_declared": AHEAD,
    "session.interest_withdrawn": row(Stage, new=NotFound, convened=PartUnfitting, rest=Wrong),
    "session.voted": AHEAD,
    "session.item_decided": row(Stage, new=NotFound, convened=GRANTED, closed=NOTHING, rest=Wrong),
    "session.minutes_taken": row(Stage, new=NotFound, convened=GRANTED, closed=GRANTED, rest=Wrong),
    "session.closed": row(Stage, new=NotFound, convened=PartMissing, closed=NOTHING, rest=Wrong),
    "session.step_corrected": row(Stage, new=NotFound, convened=NOTHING, rest=GRANTED),
}


def test_the_table_holds_every_command_and_every_stage() -> None:
    assert set(TABLE) == set(WISHES) == set(SESSION.events)
    assert set(HISTORIES) == set(Stage)


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("command", TABLE)
def test_from_each_stage_a_command_does_what_the_table_says(command: str, stage: Stage) -> None:
    assert fold(SESSION, HISTORIES[stage]).stage is stage
    outcome = given(SESSION, *HISTORIES[stage]).when(SESSION.decide, SAPPORO, WISHES[command])
    judge(outcome, TABLE[command][stage], WISHES[command])


@pytest.mark.parametrize("policy", [AOMORI, Policy()])
def test_a_city_without_a_council_convenes_none(policy: Policy) -> None:
    given(SESSION).when(SESSION.decide, policy, CONVENED).refused(NoCouncil)


@pytest.mark.parametrize(
    ("votes", "result"),
    [
        ((Vote.FOR,), Result.ADOPTED),
        ((Vote.FOR, Vote.FOR, Vote.AGAINST), Result.ADOPTED),
        ((Vote.FOR, Vote.ABSTAIN, Vote.ABSTAIN), Result.ADOPTED),
        ((Vote.FOR, Vote.AGAINST, Vote.AGAINST), Result.DECLINED),
        ((Vote.FOR, Vote.AGAINST, Vote.ABSTAIN), Result.DEFERRED),
        ((Vote.ABSTAIN,), Result.DEFERRED),
    ],
)
def test_what_is_decided_by_votes_is_what_they_come_to(votes: tuple[Vote, ...], result: Result) -> None:
    cast = [Voted(ITEM, UUID(int=200 + place), vote, None) for place, vote in enumerate(votes)]
    for said_to_be in Result:
        wish = replace(DECIDED, result=said_to_be)
        outcome = given(SESSION, *AGENDA, *cast).when(SESSION.decide, SAPPORO, wish)
        if said_to_be is result:
            outcome.then(wish)
        else:
            outcome.refused(VotesDiffer, outcome=result.value, result=said_to_be.value)


def test_without_any_vote_an_item_is_decided_by_consent_alone() -> None:
    given(SESSION, *AGENDA).when(SESSION.decide, SAPPORO, DECIDED).refused(PartMissing, field="manner")
    given(SESSION, *AGENDA).when(SESSION.decide, SAPPORO, BY_CONSENT).then(BY_CONSENT)


def test_nobody_consented_where_somebody_voted_the_contrary() -> None:
    declined = replace(BY_CONSENT, result=Result.DECLINED)
    given(SESSION, *AGENDA, YES, NO).when(SESSION.decide, SAPPORO, BY_CONSENT).refused(VotesDiffer)
    given(SESSION, *AGENDA, YES).when(SESSION.decide, SAPPORO, declined).refused(VotesDiffer)
    given(SESSION, *AGENDA, YES).when(SESSION.decide, SAPPORO, BY_CONSENT).then(BY_CONSENT)
    deferred = replace(BY_CONSENT, result=Result.DEFERRED)
    given(SESSION, *AGENDA, YES, NO).when(SESSION.decide, SAPPORO, deferred).then(deferred)


def test_a_later_vote_of_a_member_takes_the_place_of_the_one_before() -> None:
    changed = replace(YES, vote=Vote.AGAINST)
    given(SESSION, *AGENDA, YES).when(SESSION.decide, SAPPORO, YES).nothing()
    given(SESSION, *AGENDA, YES).when(SESSION.decide, SAPPORO, changed).then(changed)
    declined = replace(DECIDED, result=Result.DECLINED)
    given(SESSION, *AGENDA, YES, changed).when(SESSION.decide, SAPPORO, declined).then(declined)


def test_who_has_an_interest_does_not_vote_and_a_vote_given_before_does_not_count() -> None:
    given(SESSION, *AGENDA, INTEREST).when(SESSION.decide, SAPPORO, NO).refused(InterestOfDecider)
    given(SESSION, *AGENDA, INTEREST).when(SESSION.decide, SAPPORO, YES).then(YES)
    given(SESSION, *AGENDA, INTEREST).when(SESSION.decide, SAPPORO, INTEREST).nothing()
    given(SESSION, *AGENDA, YES, NO, INTEREST).when(SESSION.decide, SAPPORO, DECIDED).then(DECIDED)
    given(SESSION, *AGENDA, YES, NO).when(SESSION.decide, SAPPORO, DECIDED).refused(VotesDiffer)


def test_an_interest_in_one_item_is_none_in_another() -> None:
    vote = replace(NO, item=OTHER)
    given(SESSION, *AGENDA, ADDED_OTHER, INTEREST).when(SESSION.decide, SAPPORO, vote).then(vote)


def test_what_is_decided_stays_so_and_takes_no_more_votes() -> None:
    decided = given(SESSION, *AGENDA, YES, DECIDED)
    decided.when(SESSION.decide, SAPPORO, DECIDED).nothing()
    decided.when(SESSION.decide, SAPPORO, replace(DECIDED, result=Result.DECLINED)).refused(
        DecidedOnAgenda, outcome="adopted"
    )
    for wish in (NO, YES, GONE, INTEREST):
        decided.when(SESSION.decide, SAPPORO, wish).refused(ReferenceUnsuitable, field="item", stage="decided")


def test_what_is_not_on_the_agenda_is_not_voted_on() -> None:
    for wish in (YES, GONE, INTEREST, DECIDED):
        given(SESSION, CONVENED).when(SESSION.decide, SAPPORO, wish).refused(ReferenceUnknown, field="item")
    for wish in (YES, INTEREST, DECIDED):
        given(SESSION, *AGENDA, GONE).when(SESSION.decide, SAPPORO, wish).refused(ReferenceUnsuitable)


def test_what_was_decided_wrongly_is_put_on_the_agenda_again_and_the_later_item_counts() -> None:
    again, no = replace(ADDED, item=OTHER), replace(NO, item=OTHER)
    other_way = replace(DECIDED, item=OTHER, result=Result.DECLINED)
    given(SESSION, *AGENDA, YES, DECIDED).when(SESSION.decide, SAPPORO, again).then(again)
    given(SESSION, *AGENDA, YES, DECIDED, again, no).when(SESSION.decide, SAPPORO, other_way).then(other_way)
    before = fold(SESSION, (*AGENDA, YES, DECIDED, again, no))
    require_decided(before, ITEM, PROPOSAL, Outcome.ADOPTED)
    after = fold(SESSION, (*AGENDA, YES, DECIDED, again, no, other_way))
    require_decided(after, OTHER, PROPOSAL, Outcome.DECLINED)
    with pytest.raises(PartUnfitting, match="agendaItem"):
        require_decided(after, ITEM, PROPOSAL, Outcome.ADOPTED)


def test_a_proposal_is_on_an_agenda_once_unless_it_was_withdrawn() -> None:
    again = replace(ADDED, item=OTHER)
    given(SESSION, *AGENDA).when(SESSION.decide, SAPPORO, again).refused(PartUnfitting, field="proposal")
    given(SESSION, *AGENDA).when(SESSION.decide, SAPPORO, ADDED).nothing()
    given(SESSION, *AGENDA, GONE).when(SESSION.decide, SAPPORO, again).then(again)


def test_an_interest_stays_when_its_item_is_withdrawn_and_the_proposal_is_put_on_the_agenda_again() -> None:
    again = (*AGENDA, INTEREST, GONE, replace(ADDED, item=OTHER))
    given(SESSION, *again).when(SESSION.decide, SAPPORO, replace(NO, item=OTHER)).refused(InterestOfDecider)
    given(SESSION, *again).when(SESSION.decide, SAPPORO, replace(YES, item=OTHER)).then(replace(YES, item=OTHER))


def test_an_agenda_has_a_hundred_items_at_most() -> None:
    items = [ItemAdded(UUID(int=300 + n), UUID(int=600 + n), said("適否")) for n in range(101)]
    given(SESSION, CONVENED, *items[:99]).when(SESSION.decide, SAPPORO, items[99]).then(items[99])
    given(SESSION, CONVENED, *items[:100]).when(SESSION.decide, SAPPORO, items[100]).refused(TooMany, limit=100)


def test_a_session_is_closed_with_its_minutes_once_nothing_is_left_to_decide() -> None:
    given(SESSION, *AGENDA, MINUTES).when(SESSION.decide, SAPPORO, CLOSED).refused(PartMissing, field="items")
    given(SESSION, *AGENDA, BY_CONSENT).when(SESSION.decide, SAPPORO, CLOSED).refused(PartMissing, field="minutes")
    for over in (BY_CONSENT, GONE):
        given(SESSION, *AGENDA, over, MINUTES).when(SESSION.decide, SAPPORO, CLOSED).then(CLOSED)


@pytest.mark.parametrize("stage", proposal.Stage)
def test_a_proposal_is_on_an_agenda_from_screening_on_until_it_is_over(stage: proposal.Stage) -> None:
    over = {"draft", "discarded", "turned_away", "received", "returned", "refused", "referred", "withdrawn", "closed"}
    error: type[Refusal] | None = ReferenceUnsuitable if stage.value in over else None
    if stage is proposal.Stage.NEW:
        error = ReferenceUnknown
    if error is None:
        in_question(Proposal(stage))
        return
    with pytest.raises(error):
        in_question(Proposal(stage))


@pytest.mark.parametrize("result", Result)
def test_a_session_that_decided_anything_is_not_called_off(result: Result) -> None:
    decided = (*AGENDA, ADDED_OTHER, replace(BY_CONSENT, result=result))
    given(SESSION, *decided).when(SESSION.decide, SAPPORO, CANCELLED).refused(PartUnfitting, field="session")
    given(SESSION, *AGENDA, ADDED_OTHER, YES).when(SESSION.decide, SAPPORO, CANCELLED).then(CANCELLED)


def test_a_decision_names_a_session_that_decided_so_about_that_proposal() -> None:
    decided = fold(SESSION, (*AGENDA, ADDED_OTHER, YES, DECIDED))
    require_decided(decided, ITEM, PROPOSAL, Outcome.ADOPTED)
    require_decided(fold(SESSION, HISTORIES[Stage.CLOSED]), ITEM, PROPOSAL, Outcome.ADOPTED)
    deferred = fold(SESSION, (*AGENDA, replace(BY_CONSENT, result=Result.DEFERRED)))
    cancelled = fold(SESSION, (*AGENDA, YES, DECIDED, CANCELLED))
    for session, item, about, outcome, error in (
        (decided, ITEM, PROPOSAL, Outcome.DECLINED, ReferenceUnsuitable),
        (deferred, ITEM, PROPOSAL, Outcome.ADOPTED, ReferenceUnsuitable),
        (decided, ITEM, ANOTHER, Outcome.ADOPTED, ReferenceUnknown),
        (decided, TANAKA, PROPOSAL, Outcome.ADOPTED, ReferenceUnknown),
        (decided, OTHER, ANOTHER, Outcome.ADOPTED, ReferenceUnsuitable),
        (cancelled, ITEM, PROPOSAL, Outcome.ADOPTED, ReferenceUnsuitable),
        (SESSION.initial, ITEM, PROPOSAL, Outcome.ADOPTED, ReferenceUnknown),
    ):
        with pytest.raises(error):
            require_decided(session, item, about, outcome)


# --- what was entered wrongly ----------------------------------------------------------------------------------------


def test_a_session_that_was_cancelled_by_mistake_goes_on_with_its_agenda_as_it_stood() -> None:
    before = (*AGENDA, ADDED_OTHER, GONE, YES, INTEREST)
    assert fold(SESSION, (*before, CANCELLED, STEP_BACK)) == fold(SESSION, before)
    given(SESSION, *AGENDA, YES, CANCELLED, STEP_BACK).when(SESSION.decide, SAPPORO, DECIDED).then(DECIDED)


def test_a_session_that_was_closed_by_mistake_keeps_what_it_decided_and_takes_up_more() -> None:
    closed = HISTORIES[Stage.CLOSED]
    assert fold(SESSION, (*closed, STEP_BACK)) == fold(SESSION, closed[:-1])
    again = given(SESSION, *closed, STEP_BACK)
    again.when(SESSION.decide, SAPPORO, ADDED_OTHER).then(ADDED_OTHER)
    again.when(SESSION.decide, SAPPORO, CLOSED).then(CLOSED)
    again.when(SESSION.decide, SAPPORO, CANCELLED).refused(PartUnfitting, field="session")
    require_decided(again.state, ITEM, PROPOSAL, Outcome.ADOPTED)
    aside = replace(STEP_BACK, to=Stage.CANCELLED)
    given(SESSION, *closed).when(SESSION.decide, SAPPORO, aside).refused(NeverStoodThere, field="to")


def test_an_interest_that_was_none_lets_the_member_vote_again_until_it_is_decided() -> None:
    declared = given(SESSION, *AGENDA, NO, INTEREST)
    declared.when(SESSION.decide, SAPPORO, NO_INTEREST).then(NO_INTEREST)
    stranger = replace(NO_INTEREST, member=TANAKA)
    declared.when(SESSION.decide, SAPPORO, stranger).refused(PartUnfitting, field="member")
    taken = given(SESSION, *AGENDA, NO, INTEREST, NO_INTEREST)
    assert taken.state.items[ITEM].votes == {}
    taken.when(SESSION.decide, SAPPORO, NO_INTEREST).nothing()
    taken.when(SESSION.decide, SAPPORO, NO).then(NO)
    taken.when(SESSION.decide, SAPPORO, INTEREST).then(INTEREST)
    given(SESSION, *taken.events, INTEREST).when(SESSION.decide, SAPPORO, NO_INTEREST).then(NO_INTEREST)
    decided = given(SESSION, *AGENDA, INTEREST, BY_CONSENT)
    decided.when(SESSION.decide, SAPPORO, NO_INTEREST).refused(ReferenceUnsuitable, field="item", stage="decided")
    unknown = replace(NO_INTEREST, item=OTHER)
    declared.when(SESSION.decide, SAPPORO, unknown).refused(ReferenceUnknown, field="item")


def test_an_interest_taken_back_comes_back_with_no_later_item_about_the_proposal() -> None:
    again, third = replace(ADDED, item=OTHER), replace(ADDED, item=TANAKA)
    taken = (*AGENDA, INTEREST, GONE, again, replace(NO_INTEREST, item=OTHER))
    vote = replace(NO, item=OTHER)
    given(SESSION, *taken).when(SESSION.decide, SAPPORO, vote).then(vote)
    later = (*taken, replace(GONE, item=OTHER), third)
    vote = replace(NO, item=TANAKA)
    given(SESSION, *later).when(SESSION.decide, SAPPORO, vote).then(vote)
