"""The council is called together; its agenda, minutes and end (招集・議題・議事録・閉会)."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

from domain import proposal as proposals
from domain.errors import NoCouncil, PartMissing, PartUnfitting, TooMany
from domain.policy import Policy
from domain.proposal import PROPOSAL, Proposal
from domain.session.state import ItemStage, Session, Stage
from domain.values import Sealed

MOST: Final = 100
"""Most items of an agenda."""


class Form(StrEnum):
    """How the members come together (開催方法)."""

    IN_PERSON = "in_person"
    ONLINE = "online"
    IN_WRITING = "in_writing"


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
class InterestWithdrawn:
    """That a member has an interest in an item was a mistake; the member may vote on it (申告の取消し)."""

    item: UUID
    member: UUID
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


@dataclass(frozen=True, slots=True)
class StepCorrected:
    """It was closed or cancelled by mistake: it goes on as convened (手続の訂正)."""

    to: Stage
    reason: Sealed


def check_council(_session: Session, policy: Policy, _event: Convened) -> None:
    """Raises NoCouncil when the city's policy knows none."""
    if not (policy.decision and policy.decision.council):
        raise NoCouncil


def check_added(session: Session, _policy: Policy, event: ItemAdded) -> None:
    """Raises PartUnfitting for a proposal that is waiting on the agenda already, TooMany.

    What was decided, or entered wrongly, is put there again: a decision is corrected by a later one.
    """
    waiting = [item for item in session.items.values() if item.stage is ItemStage.ON_AGENDA]
    if any(item.proposal == event.proposal for item in waiting):
        raise PartUnfitting(
            field="proposal",
            problem="it is on the agenda of this session already",
            problem_ja="この会議の議題にすでに入っています",
        )
    if (count := len(session.items) + 1) > MOST:
        raise TooMany(field="items", count=count, limit=MOST)


def check_cancelling(session: Session, _policy: Policy, _event: Cancelled) -> None:
    """Raises PartUnfitting once anything was decided, deferring included: the council came together."""
    decided = sum(item.stage is ItemStage.DECIDED for item in session.items.values())
    if decided:
        raise PartUnfitting(
            field="session",
            problem=f"{decided} of its agenda are decided; withdraw the others, put them on another one, and close it",
            problem_ja=f"議決した議題が {decided} 件あります。残りは取り下げて別の会議に付し、閉会してください",
        )


def check_pending(
    session: Session, _policy: Policy, event: ItemWithdrawn | InterestDeclared | InterestWithdrawn
) -> None:
    """Raises ReferenceUnknown, ReferenceUnsuitable for an item that is decided or withdrawn."""
    session.item(event.item, ItemStage.ON_AGENDA)


def check_declared(session: Session, _policy: Policy, event: InterestWithdrawn) -> None:
    """Raises PartUnfitting for a member of whom no interest in the item stands there."""
    if event.member not in session.item(event.item).recused:
        raise PartUnfitting(
            field="member",
            problem="no interest of that member in this item was declared",
            problem_ja="この委員がこの議題について申告した利益相反はありません",
        )


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
