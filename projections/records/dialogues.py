"""Dialogues: what was said between a proposer and a department, and what became clear (対話)."""

from datetime import date
from typing import Annotated, Any, Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from domain.dialogue import (
    DIALOGUE,
    Accepted,
    Asset,
    Disclosed,
    Ending,
    Invited,
    MeetingArranged,
    MeetingCancelled,
    MeetingHeld,
    MeetingStage,
    MessageReceived,
    MessageSent,
    MinutesCorrected,
    Noted,
    Party,
    PlansAligned,
    SchemeRecorded,
    Stage,
    StepCorrected,
)
from domain.values import Code, Sealed, Yen
from projections.model import Fact
from projections.records.kind import NOBODY, Head, Kind, Ref, absorbed
from tenants.members import Role

NEWEST: Final = 100
"""How many messages, notes and meetings are kept in sight; all of them are in the history."""


class DialogueMeeting(Struct, frozen=True):
    """A meeting of a dialogue (面談)."""

    meeting: Annotated[UUID, "Its id."]
    state: Annotated[MeetingStage, "Arranged, held or cancelled."]
    on: Annotated[date, "The day."]
    members: Annotated[tuple[UUID, ...], Ref.MEMBER, "Who comes from the city."] = ()
    visitors: Annotated[tuple[Sealed, ...], "Who comes from the proposer's side."] = ()
    time: Annotated[Sealed | None, "At what time."] = None
    place: Annotated[Sealed | None, "Where."] = None
    agenda: Annotated[Sealed | None, "What about."] = None
    minutes: Annotated[Sealed | None, "What was said (記録)."] = None
    shared: Annotated[Sealed | None, "What the proposer is told of it."] = None
    next_step: Annotated[Sealed | None, "What follows."] = None
    reason: Annotated[Sealed | None, "Why it was cancelled, or its minutes corrected."] = None


class DialogueMessage(Struct, frozen=True):
    """A message between the city and the proposer (連絡)."""

    sender: Annotated[Party, "Which side wrote it."]
    on: Annotated[date, "The day."]
    member: Annotated[UUID, Ref.MEMBER, "Who sent or entered it."]
    text: Annotated[Sealed, "What it says."]


class DialogueNote(Struct, frozen=True):
    """A note that the proposer does not see (内部メモ)."""

    on: Annotated[date, "The day."]
    member: Annotated[UUID, Ref.MEMBER, "Who noted it."]
    text: Annotated[Sealed, "What it says."]


class DialogueDisclosure(Struct, frozen=True):
    """Information of the city that was handed to the proposer (市情報の提供)."""

    on: Annotated[date, "The day."]
    member: Annotated[UUID, Ref.MEMBER, "Who handed it over."]
    what: Annotated[Sealed, "What was handed over."]
    recipient: Annotated[Sealed, "To whom."]
    condition: Annotated[Sealed, "On which condition."]


class DialogueResource(Struct, frozen=True):
    """What a side brings in (提供リソース)."""

    party: Annotated[Party, "Which side."]
    asset: Annotated[Asset, "People, things, money, information or koto."]
    description: Annotated[Sealed, "What."]


class DialogueGoal(Struct, frozen=True):
    """What both want to reach (目標)."""

    description: Annotated[Sealed, "What."]
    measure: Annotated[Sealed, "By what it is measured (指標)."]
    target: Annotated[Sealed, "How much of it (目標値)."]
    by: Annotated[date | None, "By when."] = None


class DialogueCost(Struct, frozen=True):
    """What costs what (費用)."""

    bearer: Annotated[Party, "Who bears it."]
    description: Annotated[Sealed, "What."]
    yen: Annotated[Yen | None, "How much, in yen, once that is known."] = None


class DialogueBody(Struct, frozen=True, tag="dialogue"):
    """What goes on between a proposal and one department (対話)."""

    proposal: Annotated[UUID, "The proposal."]
    department: Annotated[UUID, Ref.DEPARTMENT, "The department that was invited; its successors go on with it."]
    title: Annotated[Sealed, "件名."]
    request: Annotated[Sealed, "What the desk asks of the department."]
    trial: Annotated[bool, "Made up to show the program (見本)."] = False
    answer_by: Annotated[date | None, "Until when the department shall answer (回答期限)."] = None
    answered_on: Annotated[date | None, "When it did."] = None
    note: Annotated[Sealed | None, "What it said when it accepted."] = None
    meetings: Annotated[tuple[DialogueMeeting, ...], "The newest 100 meetings, oldest first."] = ()
    messages: Annotated[tuple[DialogueMessage, ...], "The newest 100 messages, oldest first."] = ()
    notes: Annotated[tuple[DialogueNote, ...], "The newest 100 notes, oldest first."] = ()
    disclosures: Annotated[tuple[DialogueDisclosure, ...], "Every hand-over of city information."] = ()
    resources: Annotated[tuple[DialogueResource, ...], "What each side brings in, as last recorded."] = ()
    goals: Annotated[tuple[DialogueGoal, ...], "The goals, as last recorded."] = ()
    costs: Annotated[tuple[DialogueCost, ...], "Who bears which costs, as last recorded."] = ()
    scheme: Annotated[Sealed | None, "How it would be carried out."] = None
    method: Annotated[Code | None, "The method of the city's catalogue."] = None
    plan_fields: Annotated[tuple[Code, ...], "Fields of the city's plans that it serves."] = ()
    alignment: Annotated[Sealed | None, "How it serves them."] = None
    ending: Annotated[Ending | None, "How it ended."] = None
    reason: Annotated[Sealed | None, "The last reason that was given."] = None


def begin(fact: Fact) -> DialogueBody:
    """The invitation."""
    event: Invited = fact.event
    return DialogueBody(
        event.proposal, event.department, event.title, event.request, trial=event.sample, answer_by=event.answer_by
    )


def change(body: DialogueBody, fact: Fact) -> DialogueBody:
    """Meetings, messages, notes and hand-overs gather; what became clear takes the place of what was."""
    day, member = fact.circumstances.occurred_on.on, fact.actor
    match event := fact.event:
        case MeetingArranged() | MeetingHeld() | MinutesCorrected() | MeetingCancelled():
            return replace(body, meetings=_meetings(body.meetings, event, day))
        case MessageSent(text=text):
            return replace(body, messages=_newest(body.messages, DialogueMessage(Party.CITY, day, member, text)))
        case MessageReceived(text=text):
            return replace(body, messages=_newest(body.messages, DialogueMessage(Party.PARTNER, day, member, text)))
        case Noted(text=text):
            return replace(body, notes=_newest(body.notes, DialogueNote(day, member, text)))
        case Disclosed():
            given = DialogueDisclosure(day, member, event.what, event.recipient, event.condition)
            return replace(body, disclosures=(*body.disclosures, given))
        case SchemeRecorded(scheme=scheme, method=method):
            return replace(body, scheme=scheme, method=method)
        case PlansAligned(plan_fields=plan_fields, alignment=alignment):
            return replace(body, plan_fields=plan_fields, alignment=alignment)
        case Accepted(note=note):
            return replace(body, answered_on=day, note=note)
        case StepCorrected():
            return replace(body, reason=None)
        case _:
            return _told(body, fact)


PARTS: Final = {"resources": DialogueResource, "goals": DialogueGoal, "costs": DialogueCost}
"""What is recorded as a whole, and how one of it is shown."""


def _told(body: DialogueBody, fact: Fact) -> DialogueBody:
    for name, kind in PARTS.items():
        if hasattr(fact.event, name):
            made = tuple(_as(kind, each) for each in getattr(fact.event, name))
            return replace(body, **{name: made})
    return absorbed(body, fact)


def _as(kind: type[Any], given: object) -> Any:
    return kind(**{name: getattr(given, name) for name in kind.__struct_fields__})


def _newest(entries: tuple[Any, ...], entry: Any) -> tuple[Any, ...]:
    return (*entries, entry)[-NEWEST:]


def _meetings(meetings: tuple[DialogueMeeting, ...], event: Any, day: date) -> tuple[DialogueMeeting, ...]:
    """The meetings after one of them changed, or one more."""
    before = next((each for each in meetings if each.meeting == event.meeting), None)
    after = _meeting(before or DialogueMeeting(event.meeting, MeetingStage.ARRANGED, day), event, day)
    if before is None:
        return _newest(meetings, after)
    return tuple(after if each is before else each for each in meetings)


def _meeting(meeting: DialogueMeeting, event: Any, day: date) -> DialogueMeeting:
    match event:
        case MeetingArranged():
            return DialogueMeeting(
                event.meeting,
                MeetingStage.ARRANGED,
                event.on,
                event.members,
                event.visitors,
                event.time,
                event.place,
                event.agenda,
            )
        case MeetingHeld():
            return replace(
                meeting,
                state=MeetingStage.HELD,
                on=day,
                members=event.members or meeting.members,
                visitors=event.visitors or meeting.visitors,
                minutes=event.minutes,
                shared=event.shared,
                next_step=event.next_step,
            )
        case MinutesCorrected():
            return replace(
                meeting,
                minutes=event.minutes,
                shared=event.shared,
                next_step=event.next_step,
                reason=event.reason,
            )
        case _:
            return replace(meeting, state=MeetingStage.CANCELLED, reason=event.reason)


def head(body: DialogueBody, stage: str) -> Head:
    """The department's turn until it has ended; due are its answer, and then the next meeting that was arranged."""
    invited = stage == Stage.INVITED
    goes_on = stage in {Stage.INVITED, Stage.IN_DIALOGUE}
    arranged = min((each.on for each in body.meetings if each.state is MeetingStage.ARRANGED), default=None)
    return Head(
        title=body.title,
        about=body.proposal,
        department=body.department,
        waiting_for=Role.DEPARTMENT_OFFICER.value if goes_on else NOBODY,
        due_on=body.answer_by if invited else arranged if goes_on else None,
        sample=body.trial,
    )


DIALOGUES: Final = Kind(DIALOGUE, DialogueBody, head, begin, change)
