"""One row a proposal: what it shows, and for whom it waits (案件の行)."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from msgspec import Struct

from domain.circumstances import Channel
from domain.policy import Deadline, OrganisationKind
from domain.proposal import (
    BEFORE_DECISION,
    CARRYING_OUT,
    TALKING,
    Acceptance,
    CheckedItem,
    CityMoney,
    DecidedBy,
    Ground,
    Outcome,
    ProceedingNoted,
    Stage,
)
from domain.values import CityCode, Code, Sealed
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
    """Whose turn it is: of departments that were asked, of the council, else as the stage says.

    Of nobody while it rests, or once it is adopted and another record about it tells whose turn it is.
    """
    carried_out = any(each.open and each.proceeding in CARRYING_OUT for each in row.dossier.proceedings)
    if row.suspended or (carried_out and row.stage is Stage.ADOPTED):
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
    decision_reason: Sealed | None = None
    organisation_kana: Sealed | None = None


class Opinion(Struct, frozen=True):
    """What a department thinks of it."""

    department: UUID
    useful: bool | None
    feasible: bool | None
    note: Sealed
    on: date


class FormerName(Struct, frozen=True):
    """A name that the proposing organisation bore until a day (旧名称)."""

    name: Sealed
    kana: Sealed | None
    until: date


class PassedOn(Struct, frozen=True):
    """A city that was told how to reach the proposer, when and why."""

    city: CityCode
    on: date
    reason: Sealed


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
    due_rule: Deadline | None = None
    due_business_days: int | None = None
    extension: Sealed | None = None
    proceedings: tuple[ProceedingNoted, ...] = ()
    former_names: tuple[FormerName, ...] = ()
    passed_on: tuple[PassedOn, ...] = ()
    owed_rule: Deadline | None = None
    owed_business_days: int | None = None
    """The rule of the deadline that the last step ended, should that have been a mistake."""
    number_kind: Code | None = None
    """The kind in its receipt number, where that proved to be another."""


class Receipt(Struct, frozen=True):
    """The number told to a proposer (受付番号)."""

    fiscal_year: int
    kind: Code
    serial: int


class ProposalRow(Struct, frozen=True):
    """One proposal as it stands. A struct, since rows of this busiest view are made anew for every event."""

    id: UUID
    version: int
    position: int
    stage: Stage
    waiting_for: str
    kind: Code
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

    @property
    def receipt(self) -> Receipt:
        """The number that was told; of a draft, which has none, with 0."""
        return Receipt(self.fiscal_year, self.dossier.number_kind or self.kind, self.serial)
