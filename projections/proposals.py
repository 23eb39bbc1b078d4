"""The desk's inbox and the proposal's dossier: one row a proposal (受付簿・案件カルテ).

``waiting_for`` says whose turn it is, so that everybody sees what waits for them.
"""

from datetime import date, datetime
from typing import Any, Final, assert_never
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from domain.circumstances import Channel
from domain.policy import IntakeKind, OrganisationKind
from domain.proposal import (
    BEFORE_DECISION,
    TALKING,
    WAY,
    Acceptance,
    Assessed,
    Attached,
    Checked,
    CheckedItem,
    CityMoney,
    Closed,
    Completed,
    Decided,
    DecidedBy,
    DecisionCorrected,
    Detached,
    DialogueHeld,
    DialogueRecorded,
    Discarded,
    DraftContent,
    Drafted,
    DraftEdited,
    Escalated,
    Ground,
    InterestDeclared,
    InvitationAccepted,
    Matched,
    OpinionGiven,
    OpinionsAsked,
    Outcome,
    ProposalEvent,
    ReasonsTold,
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
from domain.values import Code, Sealed
from projections.model import Fact, Opened, ReadModel
from tenants.members import Role

NOBODY: Final = "nobody"

WAITING_FOR: Final = {
    Stage.RECEIVED: Role.DESK_OFFICER.value,
    Stage.RETURNED: "proposer",
    Stage.SCREENED: Role.DESK_OFFICER.value,
    Stage.MATCHED: Role.DEPARTMENT_OFFICER.value,
    Stage.IN_DIALOGUE: Role.DEPARTMENT_OFFICER.value,
    Stage.ADOPTED: Role.DESK_OFFICER.value,
    Stage.DECLINED: Role.DESK_OFFICER.value,
    Stage.REFUSED: Role.DESK_OFFICER.value,
    Stage.REFERRED: Role.DESK_OFFICER.value,
    Stage.WITHDRAWN: Role.DESK_OFFICER.value,
}
"""Stage to who must act next; a stage that is not here waits for nobody."""


def waits(row: "ProposalRow") -> str:
    """Whose turn it is: of departments that were asked, of the council, else as the stage says; of nobody at rest."""
    if row.suspended:
        return NOBODY
    if row.stage is Stage.DRAFT:
        return "proposer" if row.channel is Channel.PORTAL else Role.DESK_OFFICER.value
    if row.asked and row.stage in BEFORE_DECISION and row.stage is not Stage.RETURNED:
        return Role.DEPARTMENT_OFFICER.value
    if row.escalated and row.stage in TALKING:
        return Role.COUNCIL_MEMBER.value
    return WAITING_FOR.get(row.stage, NOBODY)


class Words(Struct, frozen=True):
    """What was typed, by reference; the last of each kind."""

    summary: Sealed | None = None
    contact_name: Sealed | None = None
    contact: Sealed | None = None
    corporate_number: Sealed | None = None
    completion: Sealed | None = None
    reason: Sealed | None = None
    accepted: tuple[Acceptance, ...] = ()
    contact_kana: Sealed | None = None
    contact_department: Sealed | None = None
    brings: Sealed | None = None
    wants: Sealed | None = None


class Opinion(Struct, frozen=True):
    """What a department thinks of it."""

    department: UUID
    useful: bool | None
    feasible: bool | None
    note: Sealed
    on: date


class Dossier(Struct, frozen=True):
    """What gathers on the way to the decision: checks and opinions, the last of each item and department."""

    purpose: int | None = None
    share_contact: bool = False
    checks: tuple[CheckedItem, ...] = ()
    check_note: Sealed | None = None
    question: Sealed | None = None
    opinions: tuple[Opinion, ...] = ()
    amount: int | None = None
    high_occupancy: bool | None = None
    personal_data: bool | None = None
    assessment: Sealed | None = None
    recommended: Outcome | None = None
    recommendation: Sealed | None = None
    escalation: Sealed | None = None
    council_session: UUID | None = None
    agenda_item: UUID | None = None
    suspension: Sealed | None = None
    suspended_until: date | None = None


class ProposalRow(Struct, frozen=True):
    """One proposal as it stands. A struct, since rows of this busiest view are made anew for every event."""

    id: UUID
    version: int
    position: int
    stage: Stage
    waiting_for: str
    kind: IntakeKind
    organisation_kind: OrganisationKind
    fiscal_year: int
    serial: int
    proposer: UUID
    challenge: UUID | None
    sample: bool
    channel: Channel
    received_on: date
    title: Sealed
    organisation: Sealed
    words: Words
    recorded_at: datetime
    updated_at: datetime
    department: UUID | None = None
    departments: tuple[UUID, ...] = ()
    answered_on: date | None = None
    due_on: date | None = None
    decided_on: date | None = None
    outcome: Outcome | None = None
    decided_by: DecidedBy | None = None
    ground: Ground | None = None
    asked: tuple[UUID, ...] = ()
    asked_due_on: date | None = None
    city_money: CityMoney = CityMoney.UNKNOWN
    track: Code | None = None
    plan_fields: tuple[Code, ...] = ()
    suspended: bool = False
    escalated: bool = False
    told_on: date | None = None
    dossier: Dossier = Dossier()


def told(offer: DraftContent | Received) -> dict[str, Any]:
    """What a proposer told, handed in or as a draft."""
    return {
        "organisation_kind": offer.organisation_kind,
        "challenge": offer.challenge,
        "title": offer.title,
        "organisation": offer.organisation,
        "city_money": offer.city_money,
        "track": offer.track,
        "plan_fields": offer.plan_fields,
        "words": Words(
            summary=offer.summary,
            contact_name=offer.contact_name,
            contact=offer.contact,
            corporate_number=offer.corporate_number,
            contact_kana=offer.contact_kana,
            contact_department=offer.contact_department,
            brings=offer.brings,
            wants=offer.wants,
        ),
    }


def drafted(fact: Fact, event: Drafted) -> ProposalRow:
    """The first row of a draft; it has no receipt number."""
    return ProposalRow(
        id=fact.id,
        version=fact.version,
        position=fact.position,
        stage=Stage.DRAFT,
        waiting_for=NOBODY,
        kind=event.kind,
        fiscal_year=fact.circumstances.fiscal_year,
        serial=0,
        proposer=event.proposer,
        sample=event.sample,
        channel=fact.circumstances.channel,
        received_on=fact.circumstances.occurred_on.on,
        recorded_at=fact.recorded_at,
        updated_at=fact.recorded_at,
        **told(event),
    )


def received(fact: Fact, event: Received) -> ProposalRow:
    """The first row of a proposal."""
    return ProposalRow(
        id=fact.id,
        version=fact.version,
        position=fact.position,
        stage=Stage.RECEIVED,
        waiting_for=WAITING_FOR[Stage.RECEIVED],
        kind=event.receipt.kind,
        fiscal_year=event.receipt.fiscal_year,
        serial=event.receipt.serial,
        proposer=event.proposer,
        sample=event.sample,
        channel=fact.circumstances.channel,
        received_on=fact.circumstances.occurred_on.on,
        recorded_at=fact.recorded_at,
        updated_at=fact.recorded_at,
        dossier=Dossier(event.purpose, event.share_contact),
        **_with_accepted(event),
    )


def _with_accepted(event: Received) -> dict[str, Any]:
    offer = told(event)
    return {**offer, "words": replace(offer["words"], accepted=event.accepted)}


def change(before: ProposalRow | None, fact: Fact, opened: Opened) -> ProposalRow | None:
    """The row after an event; pure."""
    del opened
    event: ProposalEvent = fact.event
    if isinstance(event, TurnedAway):
        return None
    if isinstance(event, Received):
        row = received(fact, event)
        return row if before is None else replace(row, recorded_at=before.recorded_at)
    if isinstance(event, Drafted):
        row = drafted(fact, event)
        return replace(row, waiting_for=waits(row))
    if before is None:
        raise ValueError("the proposal has no beginning")
    row = _changed(before, event, fact.circumstances.occurred_on.on)
    row = replace(row, version=fact.version, position=fact.position, updated_at=fact.recorded_at)
    return replace(row, waiting_for=waits(row))


def _changed(row: ProposalRow, event: ProposalEvent, day: date) -> ProposalRow:
    words, dossier, answered = row.words, row.dossier, row.answered_on or day
    match event:
        case Received() | Drafted() | TurnedAway() | InterestDeclared() | Attached() | Detached():
            return row
        case DraftEdited():
            return replace(row, kind=event.kind, **told(event))
        case Returned(reason=reason, due_on=due_on):
            words = replace(words, reason=reason)
            return replace(row, stage=Stage.RETURNED, words=words, due_on=due_on, answered_on=answered)
        case Completed(title=title, summary=summary, note=note):
            words = replace(words, summary=summary or words.summary, completion=note)
            return replace(row, stage=Stage.RECEIVED, title=title or row.title, words=words, due_on=None)
        case Checked() | Assessed() | Recommended() | Escalated() | OpinionsAsked() | OpinionGiven():
            return _considered(row, event, day)
        case Screened(departments=departments):
            return replace(row, stage=Stage.SCREENED, departments=departments, answered_on=answered)
        case Refused(ground=ground, reason=reason):
            words = replace(words, reason=reason)
            return replace(row, stage=Stage.REFUSED, ground=ground, words=words, answered_on=answered)
        case Referred(department=department, reason=reason):
            words = replace(words, reason=reason)
            department = department or row.department
            return replace(row, stage=Stage.REFERRED, department=department, words=words, answered_on=answered)
        case Matched(department=department) | InvitationAccepted(department=department):
            return replace(row, stage=Stage.MATCHED, department=department, answered_on=answered)
        case DialogueHeld(department=department):
            department = row.department or department
            return replace(row, stage=Stage.IN_DIALOGUE, department=department, answered_on=answered)
        case DialogueRecorded():
            return replace(row, stage=Stage.IN_DIALOGUE)
        case Decided() | DecisionCorrected():
            words, stage = replace(words, reason=event.reason), Stage(event.outcome.value)
            dossier = replace(dossier, council_session=event.council_session, agenda_item=event.agenda_item)
            return replace(
                row, stage=stage, outcome=event.outcome, decided_by=event.decided_by, decided_on=day, words=words,
                answered_on=answered, told_on=None, dossier=dossier,
            )  # fmt: skip
        case StepCorrected(to=to, reason=reason):
            return replace(_taken_back(row, to), words=replace(words, reason=reason))
        case Suspended() | Resumed() | Discarded() | Withdrawn() | ReasonsTold() | Closed():
            return _rested(row, event, day)
        case _:
            assert_never(event)


Rested = Suspended | Resumed | Discarded | Withdrawn | ReasonsTold | Closed


def _rested(row: ProposalRow, event: Rested, day: date) -> ProposalRow:
    """What lets it rest, go on or end."""
    match event:
        case Suspended(reason=reason, until=until):
            return replace(row, suspended=True, dossier=replace(row.dossier, suspension=reason, suspended_until=until))
        case Resumed():
            return replace(row, suspended=False, dossier=replace(row.dossier, suspended_until=None))
        case Discarded(reason=reason):
            return replace(row, stage=Stage.DISCARDED, words=replace(row.words, reason=reason))
        case Withdrawn(reason=reason):
            return replace(row, stage=Stage.WITHDRAWN, suspended=False, words=replace(row.words, reason=reason))
        case ReasonsTold():
            return replace(row, told_on=day)
        case Closed(reason=reason):
            return replace(row, stage=Stage.CLOSED, words=replace(row.words, reason=reason))
        case _:
            assert_never(event)


Considered = Checked | Assessed | Recommended | Escalated | OpinionsAsked | OpinionGiven


def _considered(row: ProposalRow, event: Considered, day: date) -> ProposalRow:
    """What is gathered on the way to a decision; the stage stays."""
    dossier = row.dossier
    match event:
        case Checked(items=items, note=note):
            new = {each.item for each in items}
            checks = (*(each for each in dossier.checks if each.item not in new), *items)
            return replace(row, dossier=replace(dossier, checks=checks, check_note=note))
        case Assessed():
            dossier = replace(
                dossier, amount=event.amount, high_occupancy=event.high_occupancy, personal_data=event.personal_data,
                assessment=event.note,
            )  # fmt: skip
            return replace(row, city_money=event.city_money, dossier=dossier)
        case Recommended(outcome=outcome, reason=reason):
            return replace(row, dossier=replace(dossier, recommended=outcome, recommendation=reason))
        case Escalated(reason=reason):
            return replace(row, escalated=True, dossier=replace(dossier, escalation=reason))
        case OpinionsAsked(departments=departments, question=question, due_on=due_on):
            asked = tuple(dict.fromkeys((*row.asked, *departments)))
            return replace(row, asked=asked, asked_due_on=due_on, dossier=replace(dossier, question=question))
        case OpinionGiven(department=department):
            opinion = Opinion(department, event.useful, event.feasible, event.note, day)
            kept = tuple(each for each in dossier.opinions if each.department != department)
            asked = tuple(each for each in row.asked if each != department)
            return replace(
                row,
                asked=asked,
                asked_due_on=row.asked_due_on if asked else None,
                dossier=replace(dossier, opinions=(*kept, opinion)),
            )
        case _:
            assert_never(event)


def _taken_back(row: ProposalRow, to: Stage) -> ProposalRow:
    """Without what the steps that were taken back had brought."""
    kept = WAY[: WAY.index(to) + 1] if to in WAY else ()
    row = replace(row, stage=to, ground=None, due_on=None)
    if Stage.SCREENED not in kept:
        row = replace(row, departments=())
    if Stage.MATCHED not in kept:
        row = replace(row, department=None, escalated=False)
    return row if to is Stage.ADOPTED else replace(row, outcome=None, decided_by=None, decided_on=None)


PROPOSALS: Final = ReadModel(
    name="proposals",
    table="renkei.proposals",
    row=ProposalRow,
    aggregates=frozenset({"proposal"}),
    change=change,
)
