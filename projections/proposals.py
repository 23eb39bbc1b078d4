"""The desk's inbox and the proposal's dossier: one row a proposal (受付簿・案件カルテ).

``waiting_for`` says whose turn it is, so that everybody sees what waits for them.
"""

from datetime import date, datetime
from typing import Final, assert_never
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from domain.circumstances import Channel
from domain.policy import IntakeKind, OrganisationKind
from domain.proposal import (
    Acceptance,
    Closed,
    Completed,
    Decided,
    DecidedBy,
    DialogueRecorded,
    Ground,
    InterestDeclared,
    Matched,
    Outcome,
    ProposalEvent,
    Received,
    Referred,
    Refused,
    Returned,
    Screened,
    Stage,
    Withdrawn,
)
from domain.values import Sealed
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


class Words(Struct, frozen=True):
    """What was typed, by reference; the last of each kind."""

    summary: Sealed
    contact_name: Sealed | None = None
    contact: Sealed | None = None
    corporate_number: Sealed | None = None
    completion: Sealed | None = None
    reason: Sealed | None = None
    accepted: tuple[Acceptance, ...] = ()


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


def received(fact: Fact, event: Received) -> ProposalRow:
    """The first row of a proposal."""
    return ProposalRow(
        id=fact.id,
        version=fact.version,
        position=fact.position,
        stage=Stage.RECEIVED,
        waiting_for=WAITING_FOR[Stage.RECEIVED],
        kind=event.receipt.kind,
        organisation_kind=event.organisation_kind,
        fiscal_year=event.receipt.fiscal_year,
        serial=event.receipt.serial,
        proposer=event.proposer,
        challenge=event.challenge,
        sample=event.sample,
        channel=fact.circumstances.channel,
        received_on=fact.circumstances.occurred_on.on,
        title=event.title,
        organisation=event.organisation,
        words=Words(event.summary, event.contact_name, event.contact, event.corporate_number, accepted=event.accepted),
        recorded_at=fact.recorded_at,
        updated_at=fact.recorded_at,
    )


def change(before: ProposalRow | None, fact: Fact, opened: Opened) -> ProposalRow | None:
    """The row after an event; pure."""
    del opened
    event: ProposalEvent = fact.event
    if isinstance(event, Received):
        return received(fact, event)
    if before is None:
        raise ValueError("the proposal has no beginning")
    row = _changed(before, event, fact.circumstances.occurred_on.on)
    return replace(
        row,
        version=fact.version,
        position=fact.position,
        updated_at=fact.recorded_at,
        waiting_for=WAITING_FOR.get(row.stage, NOBODY),
    )


def _changed(row: ProposalRow, event: ProposalEvent, day: date) -> ProposalRow:
    words, answered = row.words, row.answered_on or day
    match event:
        case Received():
            return row
        case Returned(reason=reason, due_on=due_on):
            words = replace(words, reason=reason)
            return replace(row, stage=Stage.RETURNED, words=words, due_on=due_on, answered_on=answered)
        case Completed(title=title, summary=summary, note=note):
            words = replace(words, summary=summary or words.summary, completion=note)
            return replace(row, stage=Stage.RECEIVED, title=title or row.title, words=words, due_on=None)
        case Screened(departments=departments):
            return replace(row, stage=Stage.SCREENED, departments=departments, answered_on=answered)
        case Refused(ground=ground, reason=reason):
            words = replace(words, reason=reason)
            return replace(row, stage=Stage.REFUSED, ground=ground, words=words, answered_on=answered)
        case Referred(department=department, reason=reason):
            words = replace(words, reason=reason)
            department = department or row.department
            return replace(row, stage=Stage.REFERRED, department=department, words=words, answered_on=answered)
        case Matched(department=department):
            return replace(row, stage=Stage.MATCHED, department=department, answered_on=answered)
        case DialogueRecorded():
            return replace(row, stage=Stage.IN_DIALOGUE)
        case Decided(outcome=outcome, decided_by=decided_by, reason=reason):
            words, stage = replace(words, reason=reason), Stage(outcome.value)
            return replace(
                row, stage=stage, outcome=outcome, decided_by=decided_by, decided_on=day, words=words,
                answered_on=answered,
            )  # fmt: skip
        case Withdrawn(reason=reason):
            return replace(row, stage=Stage.WITHDRAWN, words=replace(words, reason=reason))
        case InterestDeclared():
            return row
        case Closed(reason=reason):
            return replace(row, stage=Stage.CLOSED, words=replace(words, reason=reason))
        case _:
            assert_never(event)


PROPOSALS: Final = ReadModel(
    name="proposals",
    table="renkei.proposals",
    row=ProposalRow,
    aggregates=frozenset({"proposal"}),
    change=change,
)
