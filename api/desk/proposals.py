"""A proposal as the schema shows it: the line in the inbox and the whole dossier (受付簿・案件カルテ)."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final
from uuid import UUID

import strawberry

from api.desk import history, people
from api.desk.answers import ReceiptNumber
from api.desk.cases import Case, case
from api.desk.challenges import Challenge, challenge
from api.desk.context import DeskInfo
from api.desk.enums import SHOWN, enumeration
from api.desk.history import Happening
from api.desk.people import Department
from api.desk.records import Record, record
from api.desk.scalars import Position
from api.desk.words import Words, seen, shown
from api.graphql.fields import resolved
from api.graphql.shown import shown_to
from domain.circumstances import Channel
from domain.policy import OrganisationKind
from domain.proposal import DecidedBy, Ground, Outcome, Stage
from projections.proposals import NOBODY, WAITING_FOR, ProposalRow
from projections.queries.desk import Waiting
from tenants.members import Role
from tenants.visibility import View

WAITS: Final[Mapping[str, str]] = {who.upper(): who for who in (*sorted(set(WAITING_FOR.values())), NOBODY)}
WaitingFor: Final = enumeration("WaitingFor", WAITS.items(), "Whose turn it is (対応待ち).")


@shown_to(View.CASEWORK)
@strawberry.type(description="A condition that the proposer accepted, and its version (同意した条件).")
class AcceptedCondition:
    """A condition that the proposer accepted, and its version."""

    condition: str = strawberry.field(description="Its code in the policy.")
    version: int = strawberry.field(description="The version that was accepted.")


@shown_to(View.CASEWORK)
@strawberry.type(description="A proposer's offer to the city (提案).")
class Proposal:
    """A proposer's offer to the city."""

    row: strawberry.Private[ProposalRow]
    id: UUID = strawberry.field(description="Opaque.")
    version: int = strawberry.field(description="Number of its events.")
    position: Position = strawberry.field(description="Place of its last event in the log.")
    stage: Stage = strawberry.field(graphql_type=SHOWN[Stage], description="Where it stands (状態).")
    waiting_for: str = strawberry.field(graphql_type=WaitingFor, description="Whose turn it is (対応待ち).")
    receipt_number: ReceiptNumber = strawberry.field(description="受付番号.")
    organisation_kind: OrganisationKind = strawberry.field(
        graphql_type=SHOWN[OrganisationKind], description="Kind of proposer (提案者の区分)."
    )
    proposer: UUID = strawberry.field(description="The party that proposes.")
    sample: bool = strawberry.field(description="Made up to show the program; kept out of statistics (見本).")
    channel: Channel = strawberry.field(graphql_type=SHOWN[Channel], description="By which way it came (受付経路).")
    received_on: date = strawberry.field(description="When it reached the city (受付日).")
    answered_on: date | None = strawberry.field(description="The desk's first step towards the proposer (初回回答日).")
    due_on: date | None = strawberry.field(description="Until when the proposer shall complete it (補正期限).")
    decided_on: date | None = strawberry.field(description="The day of the decision.")
    outcome: Outcome | None = strawberry.field(
        graphql_type=SHOWN[Outcome] | None, description="The decision (実施適否)."
    )
    decided_by: DecidedBy | None = strawberry.field(graphql_type=SHOWN[DecidedBy] | None, description="Who decided.")
    ground: Ground | None = strawberry.field(graphql_type=SHOWN[Ground] | None, description="Ground of a refusal.")
    title: Words = strawberry.field(description="件名.")
    organisation: Words = strawberry.field(description="Name of the proposing organisation (団体名).")
    summary: Words = strawberry.field(description="概要.")
    contact_name: Words | None = strawberry.field(description="担当者名.")
    contact: Words | None = strawberry.field(description="連絡先.")
    corporate_number: Words | None = strawberry.field(description="法人番号.")
    completion: Words | None = strawberry.field(description="What the proposer wrote on completing it (補正).")
    reason: Words | None = strawberry.field(description="The last reason that was given.")
    accepted: list[AcceptedCondition] = strawberry.field(description="Conditions that the proposer accepted.")
    recorded_at: datetime = strawberry.field(description="When it was entered.")
    updated_at: datetime = strawberry.field(description="When it last changed.")

    @resolved
    async def waiting_for_me(self, info: DeskInfo) -> bool:
        """Whether it is your turn; an officer sees the own department's and those of departments it succeeds."""
        return waits_for(self.row, await people.waiting(info))

    @resolved
    async def department(self, info: DeskInfo) -> Department | None:
        """The department it was matched with or handed to, under its name of today."""
        return await people.department(info, self.row.department, info.context.tenancy.today())

    @resolved
    async def departments(self, info: DeskInfo) -> list[Department]:
        """The departments that took part in screening, under their names of today."""
        today = info.context.tenancy.today()
        found = [await people.department(info, each, today) for each in self.row.departments]
        return [each for each in found if each is not None]

    @resolved
    async def challenge(self, info: DeskInfo) -> Challenge | None:
        """The challenge that a themed proposal answers."""
        row = await info.context.challenges.load(self.row.challenge) if self.row.challenge else None
        return None if row is None else challenge(row)

    @resolved
    async def history(self, info: DeskInfo) -> list[Happening]:
        """What happened to it, oldest first, the first 100; more by `timeline(of:)` (経過)."""
        return await history.history(info, self.id)

    @resolved
    async def records(self, info: DeskInfo) -> list[Record]:
        """The records about it, of every kind, oldest first: approvals and what follows them."""
        return [record(row) for row in await info.context.records_of.load(self.id) or ()]

    @resolved
    async def cases(self, info: DeskInfo) -> list[Case]:
        """The cases that grew out of it."""
        return [case(row) for row in await info.context.cases_of.load(self.id) or ()]


def waits_for(row: ProposalRow, asked: Waiting) -> bool:
    """Whether a proposal waits for a member, as the inbox filters it."""
    if row.waiting_for not in asked.roles:
        return False
    if row.waiting_for != Role.DEPARTMENT_OFFICER or asked.departments is None:
        return True
    return row.department in asked.departments


def proposal(row: ProposalRow) -> Proposal:
    """A row as the schema shows it."""
    words = row.words
    return shown(
        Proposal,
        row,
        row=row,
        position=Position(row.position),
        receipt_number=ReceiptNumber(fiscal_year=row.fiscal_year, kind=row.kind, serial=row.serial),
        summary=seen(words.summary),
        contact_name=seen(words.contact_name),
        contact=seen(words.contact),
        corporate_number=seen(words.corporate_number),
        completion=seen(words.completion),
        reason=seen(words.reason),
        accepted=[shown(AcceptedCondition, each) for each in words.accepted],
    )
