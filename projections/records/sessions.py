"""Sessions of the council: agenda, votes, decisions, minutes (会議・本部会議)."""

from datetime import date
from typing import Annotated, Any, Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from domain.session import (
    SESSION,
    Convened,
    Form,
    InterestDeclared,
    InterestWithdrawn,
    ItemAdded,
    ItemDecided,
    ItemStage,
    ItemWithdrawn,
    Manner,
    MinutesTaken,
    Rescheduled,
    Result,
    Stage,
    StepCorrected,
    Vote,
    Voted,
)
from domain.values import Sealed
from projections.model import Fact
from projections.records.kind import NOBODY, Head, Kind, Ref, absorbed
from tenants.members import Role


class Ballot(Struct, frozen=True):
    """How a member voted (表決)."""

    member: Annotated[UUID, Ref.MEMBER, "Who."]
    vote: Annotated[Vote, "For, against, or neither."]
    opinion: Annotated[Sealed | None, "What the member says to it."] = None


class Recusal(Struct, frozen=True):
    """A member who has an interest in an item and does not vote on it (除斥)."""

    member: Annotated[UUID, Ref.MEMBER, "Who."]
    note: Annotated[Sealed, "Which interest."]


class AgendaItem(Struct, frozen=True):
    """A proposal on the agenda (議題)."""

    item: Annotated[UUID, "Its id."]
    proposal: Annotated[UUID, "The proposal."]
    question: Annotated[Sealed, "What the council is asked."]
    state: Annotated[ItemStage, "On the agenda, decided or withdrawn."] = ItemStage.ON_AGENDA
    recusals: Annotated[tuple[Recusal, ...], "Who does not vote on it."] = ()
    ballots: Annotated[tuple[Ballot, ...], "How the others voted."] = ()
    result: Annotated[Result | None, "What was decided."] = None
    manner: Annotated[Manner | None, "By votes, or because nobody objected."] = None
    reason: Annotated[Sealed | None, "Why it was decided so, or withdrawn."] = None


class SessionBody(Struct, frozen=True, tag="session"):
    """A session of the council (会議・本部会議)."""

    title: Annotated[Sealed, "件名."]
    on: Annotated[date, "The day (開催日)."]
    form: Annotated[Form, "How the members come together."]
    place: Annotated[Sealed | None, "Where."] = None
    trial: Annotated[bool, "Made up to show the program (見本)."] = False
    items: Annotated[tuple[AgendaItem, ...], "The agenda, in the order in which it was made."] = ()
    minutes: Annotated[Sealed | None, "The minutes (議事録)."] = None
    summary: Annotated[Sealed | None, "What the departments read of them."] = None
    members: Annotated[tuple[UUID, ...], Ref.MEMBER, "Who was there (出席者)."] = ()
    note: Annotated[Sealed | None, "What was said at its close."] = None
    reason: Annotated[Sealed | None, "Why it was moved or cancelled."] = None


def begin(fact: Fact) -> SessionBody:
    """As it was convened."""
    event: Convened = fact.event
    return SessionBody(event.title, event.on, event.form, event.place, trial=event.sample)


def change(body: SessionBody, fact: Fact) -> SessionBody:
    """The agenda gathers what happens to its items."""
    match event := fact.event:
        case ItemAdded():
            return replace(body, items=(*body.items, AgendaItem(event.item, event.proposal, event.question)))
        case ItemWithdrawn() | InterestDeclared() | InterestWithdrawn() | Voted() | ItemDecided():
            return replace(
                body, items=tuple(_item(each, event) if each.item == event.item else each for each in body.items)
            )
        case Rescheduled():
            return replace(body, on=event.on, place=event.place or body.place, reason=event.reason)
        case MinutesTaken():
            return replace(body, minutes=event.minutes, summary=event.summary, members=event.members)
        case StepCorrected():
            return replace(body, reason=None, note=None)
        case _:
            return absorbed(body, fact)


def _item(item: AgendaItem, event: Any) -> AgendaItem:
    match event:
        case ItemWithdrawn(reason=reason):
            return replace(item, state=ItemStage.WITHDRAWN, reason=reason)
        case InterestDeclared(member=member, note=note):
            return replace(item, recusals=(*item.recusals, Recusal(member, note)), ballots=_but(item, member))
        case InterestWithdrawn(member=member):
            return replace(item, recusals=tuple(each for each in item.recusals if each.member != member))
        case Voted():
            return replace(item, ballots=(*_but(item, event.member), Ballot(event.member, event.vote, event.opinion)))
        case _:
            return replace(item, state=ItemStage.DECIDED, result=event.result, manner=event.manner, reason=event.reason)


def _but(item: AgendaItem, member: UUID) -> tuple[Ballot, ...]:
    """The votes of the others: a later vote replaces the one before, and who has an interest has none."""
    return tuple(each for each in item.ballots if each.member != member)


def head(body: SessionBody, stage: str) -> Head:
    """The council's turn while there is something to decide; the desk keeps agenda and minutes, and closes it."""
    ahead = stage == Stage.CONVENED
    open_ = any(item.state is ItemStage.ON_AGENDA for item in body.items)
    return Head(
        title=body.title,
        waiting_for=(Role.COUNCIL_MEMBER if open_ else Role.DESK_OFFICER).value if ahead else NOBODY,
        also=(Role.DESK_OFFICER.value,) if ahead and open_ else (),
        due_on=body.on if ahead else None,
        sample=body.trial,
        concerns=tuple(dict.fromkeys(item.proposal for item in body.items)),
    )


SESSIONS: Final = Kind(SESSION, SessionBody, head, begin, change)
