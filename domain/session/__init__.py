"""A session of the council that decides what departments find hard to decide (会議・本部会議).

Its agenda has items, each about one proposal; members vote, or nobody objects. The proposal itself is decided by
``proposal.decide``, which names the session and the item (:func:`require_decided`).
"""

from dataclasses import replace
from typing import Final
from uuid import UUID

from domain.errors import DecidedOnAgenda
from domain.process import Step, corrected, never, process
from domain.session.agenda import (
    IN_QUESTION,
    MOST,
    Cancelled,
    Closed,
    Convened,
    Form,
    InterestDeclared,
    InterestWithdrawn,
    ItemAdded,
    ItemWithdrawn,
    MinutesTaken,
    Rescheduled,
    StepCorrected,
    check_added,
    check_cancelling,
    check_closing,
    check_council,
    check_declared,
    check_pending,
    in_question,
)
from domain.session.state import Item, ItemStage, Result, Session, Stage, Vote
from domain.session.voting import (
    ItemDecided,
    Manner,
    Voted,
    check_decision,
    check_vote,
    require_decided,
    require_impartial_votes,
    require_without_interest,
)

__all__ = [
    "CONVENED",
    "IN_QUESTION",
    "MOST",
    "SESSION",
    "Cancelled",
    "Closed",
    "Convened",
    "Form",
    "InterestDeclared",
    "InterestWithdrawn",
    "Item",
    "ItemAdded",
    "ItemDecided",
    "ItemStage",
    "ItemWithdrawn",
    "Manner",
    "MinutesTaken",
    "Rescheduled",
    "Result",
    "Session",
    "SessionEvent",
    "Stage",
    "StepCorrected",
    "Vote",
    "Voted",
    "in_question",
    "require_decided",
    "require_impartial_votes",
    "require_without_interest",
    "same_result",
    "same_vote",
]

SessionEvent = (
    Convened
    | Rescheduled
    | Cancelled
    | ItemAdded
    | ItemWithdrawn
    | InterestDeclared
    | InterestWithdrawn
    | Voted
    | ItemDecided
    | MinutesTaken
    | Closed
    | StepCorrected
)


def fold(session: Session, event: object) -> Session:
    """What stands beside the stage; what an unknown item is said of begins one, since it has happened."""
    match event:
        case Convened(on=day) | Rescheduled(on=day):
            return replace(session, on=day)
        case ItemAdded(item=item, proposal=proposal):
            return _with(session, item, Item(proposal, recused=recused_of(session, proposal)))
        case ItemWithdrawn(item=item):
            return _with(session, item, replace(_item(session, item), stage=ItemStage.WITHDRAWN))
        case InterestDeclared(item=item, member=member):
            before = _item(session, item)
            votes = {each: vote for each, vote in before.votes.items() if each != member}
            told = replace(before, recused=before.recused | {member}, cleared=before.cleared - {member})
            return _with(session, item, replace(told, votes=votes))
        case InterestWithdrawn(item=item, member=member):
            before = _item(session, item)
            told = replace(before, recused=before.recused - {member}, cleared=before.cleared | {member})
            return _with(session, item, told)
        case Voted(item=item, member=member, vote=vote):
            before = _item(session, item)
            return _with(session, item, replace(before, votes={**before.votes, member: vote}))
        case ItemDecided(item=item, result=result):
            return _with(session, item, replace(_item(session, item), stage=ItemStage.DECIDED, result=result))
        case MinutesTaken():
            return replace(session, minutes=True)
        case _:
            return session


def recused_of(session: Session, proposal: UUID) -> frozenset[UUID]:
    """Who had an interest in the last item about it: each goes on with those of the one before, withdrawn or not."""
    about = [item.recused for item in session.items.values() if item.proposal == proposal]
    return about[-1] if about else frozenset()


def _item(session: Session, item: UUID) -> Item:
    return session.items.get(item, Item())


def _with(session: Session, id_: UUID, item: Item) -> Session:
    return replace(session, items={**session.items, id_: item})


def same_vote(session: Session, voted: Voted) -> bool:
    """The member voted so before, and nothing stands against it."""
    item = _item(session, voted.item)
    return item.votes.get(voted.member) is voted.vote and item.stage is ItemStage.ON_AGENDA


def same_result(session: Session, decided: ItemDecided) -> bool:
    """It was decided so before. Raises DecidedOnAgenda for the contrary."""
    item = _item(session, decided.item)
    if item.stage is not ItemStage.DECIDED:
        return False
    if item.result is not decided.result:
        raise DecidedOnAgenda(outcome=(item.result or decided.result).value)
    return True


CONVENED: Final = (Stage.CONVENED,)
SESSION: Final = process(
    "session",
    Session(),
    {
        "session.convened": Step(Convened, (Stage.NEW,), CONVENED, granted=never, guards=(check_council,)),
        "session.rescheduled": Step(Rescheduled, CONVENED, granted=never),
        "session.cancelled": Step(Cancelled, CONVENED, (Stage.CANCELLED,), guards=(check_cancelling,)),
        "session.item_added": Step(
            ItemAdded, CONVENED, granted=lambda session, added: added.item in session.items, guards=(check_added,)
        ),
        "session.item_withdrawn": Step(
            ItemWithdrawn,
            CONVENED,
            granted=lambda session, gone: _item(session, gone.item).stage is ItemStage.WITHDRAWN,
            guards=(check_pending,),
        ),
        "session.interest_declared": Step(
            InterestDeclared,
            CONVENED,
            granted=lambda session, declared: declared.member in _item(session, declared.item).recused,
            guards=(check_pending,),
        ),
        "session.interest_withdrawn": Step(
            InterestWithdrawn,
            CONVENED,
            granted=lambda session, gone: gone.member in _item(session, gone.item).cleared,
            guards=(check_pending, check_declared),
        ),
        "session.voted": Step(Voted, CONVENED, granted=same_vote, guards=(check_vote,)),
        "session.item_decided": Step(ItemDecided, CONVENED, granted=same_result, guards=(check_decision,)),
        "session.minutes_taken": Step(MinutesTaken, (Stage.CONVENED, Stage.CLOSED), granted=never),
        "session.closed": Step(Closed, CONVENED, (Stage.CLOSED,), guards=(check_closing,)),
        "session.step_corrected": corrected(StepCorrected, (Stage.CANCELLED, Stage.CLOSED), CONVENED),
    },
    fold,
)
