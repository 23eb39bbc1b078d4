"""A session of the council that decides what departments find hard to decide (会議・本部会議).

Its agenda has items, each about one proposal; members vote, or nobody objects. The proposal itself is decided by
``proposal.decide``, which names the session and the item (:func:`require_decided`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

from domain import proposal as proposals
from domain.errors import (
    AlreadyDecided,
    InterestOfDecider,
    NoCouncil,
    PartMissing,
    PartUnfitting,
    ReferenceUnknown,
    ReferenceUnsuitable,
    TooMany,
    VotesDiffer,
)
from domain.policy import Policy
from domain.process import Step, never, process
from domain.proposal import PROPOSAL, Proposal
from domain.values import Sealed

MOST: Final = 100
"""Most items of an agenda."""


class Stage(StrEnum):
    """Where a session stands (状態)."""

    NEW = "new"
    CONVENED = "convened"
    CANCELLED = "cancelled"
    CLOSED = "closed"


class Form(StrEnum):
    """How the members come together (開催方法)."""

    IN_PERSON = "in_person"
    ONLINE = "online"
    IN_WRITING = "in_writing"


class Vote(StrEnum):
    """How a member votes (表決)."""

    FOR = "for"
    AGAINST = "against"
    ABSTAIN = "abstain"


class Manner(StrEnum):
    """How an item is decided: by votes, or because nobody objects (表決・異議なし)."""

    VOTE = "vote"
    CONSENT = "consent"


class Result(StrEnum):
    """How an item was decided (議決)."""

    ADOPTED = "adopted"
    DECLINED = "declined"
    DEFERRED = "deferred"


class ItemStage(StrEnum):
    """Where an item stands (議題の状態)."""

    ON_AGENDA = "on_agenda"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Convened:
    """The council is called together (招集)."""

    title: Sealed
    on: date
    place: Sealed | None
    form: Form
    sample: bool


@dataclass(frozen=True, slots=True)
class Rescheduled:
    """It comes together on another day or elsewhere (日程・場所の変更)."""

    on: date
    place: Sealed | None
    reason: Sealed


@dataclass(frozen=True, slots=True)
class Cancelled:
    """It does not come together (中止)."""

    reason: Sealed


@dataclass(frozen=True, slots=True)
class ItemAdded:
    """A proposal is on the agenda (議題の追加). ``question`` is what the council is asked."""

    item: UUID
    proposal: UUID
    question: Sealed


@dataclass(frozen=True, slots=True)
class ItemWithdrawn:
    """It is on the agenda no more (議題の取下げ)."""

    item: UUID
    reason: Sealed


@dataclass(frozen=True, slots=True)
class InterestDeclared:
    """A member has an interest in an item and does not vote on it (除斥・利益相反の申告)."""

    item: UUID
    member: UUID
    note: Sealed


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


@dataclass(frozen=True, slots=True)
class MinutesTaken:
    """What was said, and who was there (議事録); a later version takes the place of this one.

    ``summary`` is what the departments read of it.
    """

    minutes: Sealed
    summary: Sealed | None
    members: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Closed:
    """The session is over (閉会)."""

    note: Sealed | None


SessionEvent = (
    Convened
    | Rescheduled
    | Cancelled
    | ItemAdded
    | ItemWithdrawn
    | InterestDeclared
    | Voted
    | ItemDecided
    | MinutesTaken
    | Closed
)


@dataclass(frozen=True, slots=True)
class Item:
    """One item of the agenda, as far as the next decision needs it."""

    proposal: UUID | None = None
    stage: ItemStage = ItemStage.ON_AGENDA
    result: Result | None = None
    recused: frozenset[UUID] = frozenset()
    votes: Mapping[UUID, Vote] = field(default_factory=dict)

    def outcome(self) -> Result | None:
        """What the votes come to: the greater number of those for or against; equal, it is deferred; ``None``: none."""
        cast = list(self.votes.values())
        yes, no = cast.count(Vote.FOR), cast.count(Vote.AGAINST)
        if not cast:
            return None
        if yes == no:
            return Result.DEFERRED
        return Result.ADOPTED if yes > no else Result.DECLINED


@dataclass(frozen=True, slots=True)
class Session:
    """What the next decision needs to know."""

    stage: Stage = Stage.NEW
    on: date | None = None
    items: Mapping[UUID, Item] = field(default_factory=dict)
    minutes: bool = False

    def item(self, item: UUID, *possible: ItemStage) -> Item:
        """An item, at one of these stages. Raises ReferenceUnknown, ReferenceUnsuitable."""
        found = self.items.get(item)
        if found is None:
            raise ReferenceUnknown(field="item")
        if possible and found.stage not in possible:
            raise ReferenceUnsuitable(field="item", stage=found.stage.value, possible=", ".join(possible))
        return found


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
            return _with(session, item, replace(before, recused=before.recused | {member}, votes=votes))
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
    """Who declared an interest in an earlier item about it: a withdrawn item takes no interest away."""
    return frozenset().union(*(item.recused for item in session.items.values() if item.proposal == proposal))


def _item(session: Session, item: UUID) -> Item:
    return session.items.get(item, Item())


def _with(session: Session, id_: UUID, item: Item) -> Session:
    return replace(session, items={**session.items, id_: item})


def check_council(_session: Session, policy: Policy, _event: Convened) -> None:
    """Raises NoCouncil when the city's policy knows none."""
    if not (policy.decision and policy.decision.council):
        raise NoCouncil


def check_added(session: Session, _policy: Policy, event: ItemAdded) -> None:
    """Raises PartUnfitting for a proposal that is on the agenda already, TooMany."""
    standing = [item for item in session.items.values() if item.stage is not ItemStage.WITHDRAWN]
    if any(item.proposal == event.proposal for item in standing):
        raise PartUnfitting(
            field="proposal",
            problem="it is on the agenda of this session already",
            problem_ja="この会議の議題にすでに入っています",
        )
    if (count := len(session.items) + 1) > MOST:
        raise TooMany(field="items", count=count, limit=MOST)


def check_pending(session: Session, _policy: Policy, event: ItemWithdrawn | InterestDeclared) -> None:
    """Raises ReferenceUnknown, ReferenceUnsuitable for an item that is decided or withdrawn."""
    session.item(event.item, ItemStage.ON_AGENDA)


def check_vote(session: Session, _policy: Policy, event: Voted) -> None:
    """Raises InterestOfDecider for who declared an interest, ReferenceUnknown, ReferenceUnsuitable."""
    require_without_interest(session.item(event.item, ItemStage.ON_AGENDA), event.member)


def require_without_interest(item: Item, member: UUID) -> None:
    """Raises InterestOfDecider for who declared an interest in an item."""
    if member in item.recused:
        raise InterestOfDecider


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


def check_closing(session: Session, _policy: Policy, _event: Closed) -> None:
    """Raises PartMissing while an item is not decided, or without minutes."""
    pending = sum(item.stage is ItemStage.ON_AGENDA for item in session.items.values())
    if pending:
        raise PartMissing(
            field="items",
            problem=f"{pending} of the agenda are not decided; decide, defer or withdraw them",
            problem_ja=f"議決していない議題が {pending} 件あります。議決、継続または取下げにしてください",
        )
    if not session.minutes:
        raise PartMissing(field="minutes", problem="take the minutes first", problem_ja="先に議事録を入力してください")


def same_vote(session: Session, voted: Voted) -> bool:
    """The member voted so before, and nothing stands against it."""
    item = _item(session, voted.item)
    return item.votes.get(voted.member) is voted.vote and item.stage is ItemStage.ON_AGENDA


def same_result(session: Session, decided: ItemDecided) -> bool:
    """It was decided so before. Raises AlreadyDecided for the contrary."""
    item = _item(session, decided.item)
    if item.stage is not ItemStage.DECIDED:
        return False
    if item.result is not decided.result:
        raise AlreadyDecided(outcome=(item.result or decided.result).value)
    return True


CONVENED: Final = (Stage.CONVENED,)

SESSION: Final = process(
    "session",
    Session(),
    {
        "session.convened": Step(Convened, (Stage.NEW,), CONVENED, granted=never, guards=(check_council,)),
        "session.rescheduled": Step(Rescheduled, CONVENED, granted=never),
        "session.cancelled": Step(Cancelled, CONVENED, (Stage.CANCELLED,)),
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
        "session.voted": Step(Voted, CONVENED, granted=same_vote, guards=(check_vote,)),
        "session.item_decided": Step(ItemDecided, CONVENED, granted=same_result, guards=(check_decision,)),
        "session.minutes_taken": Step(MinutesTaken, (Stage.CONVENED, Stage.CLOSED), granted=never),
        "session.closed": Step(Closed, CONVENED, (Stage.CLOSED,), guards=(check_closing,)),
    },
    fold,
)

IN_QUESTION: Final = (
    proposals.Stage.SCREENED,
    proposals.Stage.MATCHED,
    proposals.Stage.IN_DIALOGUE,
    proposals.Stage.ADOPTED,
    proposals.Stage.DECLINED,
)
"""Where a proposal may be put on an agenda: to be decided, or because what was decided is put right."""


def in_question(proposal: Proposal) -> None:
    """Raises ReferenceUnknown, ReferenceUnsuitable for a proposal on which nothing is to be decided."""
    PROPOSAL.named(proposal, *IN_QUESTION)


def require_decided(session: Session, item: UUID, proposal: UUID, outcome: proposals.Outcome) -> None:
    """See that a session decided so about a proposal, as ``proposal.decide`` names it.

    Raises ReferenceUnknown for a session or item that is not there or is about another proposal, ReferenceUnsuitable
    for a session that was cancelled and an item that is not decided, AlreadyDecided when it was decided otherwise.
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
    if found.result is None or found.result.value != outcome.value:
        raise AlreadyDecided(outcome=(found.result or Result.DEFERRED).value)
