"""Members vote, and the council decides (表決・議決)."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from domain import proposal as proposals
from domain.errors import (
    InterestOfDecider,
    PartMissing,
    PartUnfitting,
    ReferenceUnknown,
    ReferenceUnsuitable,
    VotesDiffer,
)
from domain.policy import Policy
from domain.proposal import Proposal
from domain.session.state import Item, ItemStage, Result, Session, Stage, Vote
from domain.values import Sealed


class Manner(StrEnum):
    """How an item is decided: by votes, or because nobody objects (表決・異議なし)."""

    VOTE = "vote"
    CONSENT = "consent"


@dataclass(frozen=True, slots=True)
class Voted:
    """A member voted; a later vote of the same member takes the place of this one until it is decided (表決)."""

    item: UUID
    member: UUID
    vote: Vote
    opinion: Sealed | None


@dataclass(frozen=True, slots=True)
class ItemDecided:
    """The council decided an item, with the reason (議決)."""

    item: UUID
    result: Result
    manner: Manner
    reason: Sealed


def check_vote(session: Session, _policy: Policy, event: Voted) -> None:
    """Raises InterestOfDecider for who declared an interest, ReferenceUnknown, ReferenceUnsuitable."""
    require_without_interest(session.item(event.item, ItemStage.ON_AGENDA), event.member)


def require_without_interest(item: Item, member: UUID) -> None:
    """Raises InterestOfDecider for who declared an interest in an item."""
    if member in item.recused:
        raise InterestOfDecider


def require_impartial_votes(item: Item, proposal: Proposal) -> None:
    """Raises PartUnfitting while the vote stands of somebody who has declared an interest in the proposal since."""
    if proposal.interested & set(item.votes):
        raise PartUnfitting(
            field="item",
            problem="somebody who voted has an interest in the proposal; declare it for the item, which drops the vote",
            problem_ja="提案について利益相反を申告した委員の表決があります。議題にも申告すると、その表決は除かれます",
        )


def check_decision(session: Session, _policy: Policy, event: ItemDecided) -> None:
    """What is decided by votes is what they come to; what is decided by consent, nobody voted against.

    Raises PartMissing without any vote, VotesDiffer, ReferenceUnknown, ReferenceUnsuitable.
    """
    item = session.item(event.item, ItemStage.ON_AGENDA)
    came_to = item.outcome()
    if event.manner is Manner.CONSENT:
        contrary = {Result.ADOPTED: Vote.AGAINST, Result.DECLINED: Vote.FOR}.get(event.result)
        if contrary is not None and contrary in item.votes.values():
            raise VotesDiffer(result=event.result.value, outcome=(came_to or event.result).value)
        return
    if came_to is None:
        raise PartMissing(
            field="manner",
            problem="nobody has voted; enter the votes, or decide by consent",
            problem_ja="表決が一つもありません。表決を入力するか、異議なしとして議決してください",
        )
    if came_to is not event.result:
        raise VotesDiffer(result=event.result.value, outcome=came_to.value)


def require_decided(session: Session, item: UUID, proposal: UUID, outcome: proposals.Outcome) -> None:
    """See that a session decided so about a proposal, as ``proposal.decide`` names it.

    Raises ReferenceUnknown for a session or item that is not there or is about another proposal, ReferenceUnsuitable
    for a session that was cancelled and an item that is not decided, or was decided otherwise, PartUnfitting for one
    that was put right by a later item.
    """
    if session.stage is Stage.NEW:
        raise ReferenceUnknown(field="councilSession")
    if session.stage is Stage.CANCELLED:
        possible = f"{Stage.CONVENED}, {Stage.CLOSED}"
        raise ReferenceUnsuitable(field="councilSession", stage=session.stage.value, possible=possible)
    found = session.items.get(item)
    if found is None or found.proposal != proposal:
        raise ReferenceUnknown(field="agendaItem")
    if found.stage is not ItemStage.DECIDED:
        raise ReferenceUnsuitable(field="agendaItem", stage=found.stage.value, possible=ItemStage.DECIDED.value)
    *_, last = (id_ for id_, each in session.items.items() if (each.proposal, each.stage) == (proposal, found.stage))
    if item != last:
        raise PartUnfitting(
            field="agendaItem",
            problem="a later item of this session decided it anew; name that one",
            problem_ja="この会議の後の議題で改めて議決されています。その議題を指定してください",
        )
    if found.result is None or found.result.value != outcome.value:
        decided = (found.result or Result.DEFERRED).value
        raise ReferenceUnsuitable(field="agendaItem", stage=decided, possible=outcome.value)
