"""A proposal as the schema shows it: the line in the inbox and the whole dossier (受付簿・案件カルテ)."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final
from uuid import UUID

import strawberry

from api.desk import history, people
from api.desk.answers import ReceiptNumber
from api.desk.attachments import Attachment, attachments
from api.desk.cases import Case, case
from api.desk.challenges import Challenge, challenge
from api.desk.context import DeskInfo
from api.desk.enums import SHOWN, enumeration
from api.desk.history import Happening
from api.desk.kinds import arrival_of, names_of
from api.desk.people import Department
from api.desk.records import Record, record
from api.desk.retention import File, file_of
from api.desk.scalars import Position, Yen
from api.desk.words import Words, seen, shown
from api.graphql.fields import resolved
from api.graphql.shown import shown_to
from domain.circumstances import Channel
from domain.policy import Deadline, OrganisationKind
from domain.proposal import CityMoney, DecidedBy, Ground, Outcome, Proceeding, Stage
from projections.proposals import NOBODY, WAITING_FOR, Opinion, ProposalRow
from projections.queries.desk import Waiting
from tenants.members import Role
from tenants.visibility import View

TURNS: Final = {*WAITING_FOR.values(), Role.COUNCIL_MEMBER.value}
WAITS: Final[Mapping[str, str]] = {who.upper(): who for who in (*sorted(TURNS), NOBODY)}
WaitingFor: Final = enumeration("WaitingFor", WAITS.items(), "Whose turn it is (対応待ち).")


@shown_to(View.CASEWORK)
@strawberry.type(description="A condition that the proposer accepted, and its version (同意した条件).")
class AcceptedCondition:
    """A condition that the proposer accepted, and its version."""

    condition: str = strawberry.field(description="Its code in the policy.")
    version: int = strawberry.field(description="The version that was accepted.")


@shown_to(View.CASEWORK)
@strawberry.type(description="An item of the city's checklist, met or not (確認表の項目).")
class CheckedItem:
    """An item of the city's checklist, met or not."""

    item: str = strawberry.field(description="Its code in the policy.")
    met: bool = strawberry.field(description="Whether it is met.")
    note: Words | None = strawberry.field(description="What was noted.")


@shown_to(View.CASEWORK)
@strawberry.type(description="What a department that was asked thinks of it (関係課の意見).")
class DepartmentOpinion:
    """What a department that was asked thinks of it."""

    row: strawberry.Private[Opinion]
    useful: bool | None = strawberry.field(description="Whether it helps the city; null when it cannot tell.")
    feasible: bool | None = strawberry.field(description="Whether it can be done; null when it cannot tell.")
    note: Words = strawberry.field(description="What it said.")
    on: date = strawberry.field(description="The day of its answer.")

    @resolved
    async def department(self, info: DeskInfo) -> Department | None:
        """The department, under its name of today."""
        return await people.department(info, self.row.department, info.context.tenancy.today())


@shown_to(View.CASEWORK)
@strawberry.type(description="A name that the organisation bore before (旧名称).")
class FormerName:
    """A name that the organisation bore before."""

    name: Words = strawberry.field(description="As typed.")
    kana: Words | None = strawberry.field(description="よみ.")
    until: date = strawberry.field(description="The first day of the name after it.")


@shown_to(View.CASEWORK)
@strawberry.type(description="A city that was told how to reach the proposer (他の自治体への連絡先の提供).")
class ContactHandover:
    """A city that was told how to reach the proposer."""

    city: str = strawberry.field(description="Its code.")
    on: date = strawberry.field(description="When.")
    reason: Words = strawberry.field(description="What for.")


@shown_to(View.CASEWORK)
@strawberry.type(description="How a record about a proposal stands (関連手続).")
class ProposalProceeding:
    """How a record about a proposal stands."""

    proceeding: Proceeding = strawberry.field(graphql_type=SHOWN[Proceeding], description="What kind of record.")
    record: UUID = strawberry.field(description="The record; `record(id:)` shows it.")
    part: UUID | None = strawberry.field(description="Which part of it: the item of an agenda.")
    open: bool = strawberry.field(description="There is still something to do in it.")
    bound: bool = strawberry.field(description="By it city and proposer are bound to each other.")


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
    kind: str = strawberry.field(description="Kind of intake: a code of the city's policy (受付区分).")
    receipt_number: ReceiptNumber | None = strawberry.field(description="受付番号; a draft has none yet.")
    arrival_number: str | None = strawberry.field(
        description="到達番号: under it who handed it in by a portal knows it before the city gave its number."
    )
    organisation_kind: OrganisationKind = strawberry.field(
        graphql_type=SHOWN[OrganisationKind], description="Kind of proposer (提案者の区分)."
    )
    proposer: UUID = strawberry.field(description="The party that proposes.")
    sample: bool = strawberry.field(description="Made up to show the program; kept out of statistics (見本).")
    channel: Channel = strawberry.field(graphql_type=SHOWN[Channel], description="By which way it came (受付経路).")
    received_on: date = strawberry.field(description="When it reached the city (受付日).")
    answered_on: date | None = strawberry.field(description="The desk's first step towards the proposer (初回回答日).")
    due_on: date | None = strawberry.field(
        description="Until when the city means to answer first (回答目安) or the proposer to complete it (補正期限)."
    )
    due_rule: Deadline | None = strawberry.field(
        graphql_type=SHOWN[Deadline] | None,
        description="By which rule of the policy; null for a day of its own.",
    )
    due_business_days: int | None = strawberry.field(description="The business days that this rule gave (開庁日).")
    extension: Words | None = strawberry.field(description="Why there is more time than at first (期限延長).")
    decided_on: date | None = strawberry.field(description="The day of the decision.")
    outcome: Outcome | None = strawberry.field(
        graphql_type=SHOWN[Outcome] | None, description="The decision (実施適否)."
    )
    decided_by: DecidedBy | None = strawberry.field(graphql_type=SHOWN[DecidedBy] | None, description="Who decided.")
    ground: Ground | None = strawberry.field(graphql_type=SHOWN[Ground] | None, description="Ground of a refusal.")
    title: Words = strawberry.field(description="件名.")
    organisation: Words = strawberry.field(description="Name of the proposing organisation (団体名).")
    organisation_kana: Words | None = strawberry.field(description="団体名のよみ.")
    former_names: list[FormerName] = strawberry.field(description="Names it bore before, the oldest first (旧名称).")
    summary: Words | None = strawberry.field(description="概要; a draft may have none yet.")
    contact_name: Words | None = strawberry.field(description="担当者名.")
    contact_kana: Words | None = strawberry.field(description="担当者名のよみ.")
    contact_department: Words | None = strawberry.field(description="担当者の部署・役職.")
    contact: Words | None = strawberry.field(description="連絡先.")
    corporate_number: Words | None = strawberry.field(description="法人番号.")
    completion: Words | None = strawberry.field(description="What the proposer wrote on completing it (補正).")
    reason: Words | None = strawberry.field(description="The last reason that was given.")
    decision_reason: Words | None = strawberry.field(
        description="Why it was decided so; stays when the file is closed (実施適否の理由)."
    )
    accepted: list[AcceptedCondition] = strawberry.field(description="Conditions that the proposer accepted.")
    purpose: int | None = strawberry.field(description="The version of the statement of purpose that was accepted.")
    share_contact: bool = strawberry.field(description="The contact may be passed on to another city.")
    passed_on: list[ContactHandover] = strawberry.field(description="The cities that were told it, the first first.")
    city_money: CityMoney = strawberry.field(
        graphql_type=SHOWN[CityMoney], description="Whether the city would pay anything (市の費用負担)."
    )
    track: str | None = strawberry.field(description="The track on which it shall run (希望する進め方).")
    plan_fields: list[str] = strawberry.field(description="Fields of the city's plans.")
    brings: Words | None = strawberry.field(description="What the proposer brings in.")
    wants: Words | None = strawberry.field(description="What the proposer wants of the city.")
    checks: list[CheckedItem] = strawberry.field(description="The city's checklist as far as it was gone through.")
    check_note: Words | None = strawberry.field(description="What was noted on the last check.")
    question: Words | None = strawberry.field(description="What departments were asked last.")
    asked_due_on: date | None = strawberry.field(description="Until when the departments shall answer.")
    opinions: list[DepartmentOpinion] = strawberry.field(description="What the departments answered, the last of each.")
    amount: Yen | None = strawberry.field(description="What the city would pay, in yen.")
    high_occupancy: bool | None = strawberry.field(description="Others are kept out to a high degree (占用性).")
    personal_data: bool | None = strawberry.field(description="Personal data are handled.")
    assessment: Words | None = strawberry.field(description="What was noted on these.")
    recommended: Outcome | None = strawberry.field(
        graphql_type=SHOWN[Outcome] | None, description="What the desk recommends (窓口の所見)."
    )
    recommendation: Words | None = strawberry.field(description="Why it does.")
    escalated: bool = strawberry.field(description="It was brought before the council.")
    escalation: Words | None = strawberry.field(description="Why it was.")
    council_session: UUID | None = strawberry.field(description="The session at which the council decided.")
    agenda_item: UUID | None = strawberry.field(description="The item of its agenda.")
    told_on: date | None = strawberry.field(description="When the reasons of a decline were told to the proposer.")
    suspended: bool = strawberry.field(description="Nothing is done at the moment (保留).")
    suspension: Words | None = strawberry.field(description="Why it was suspended last.")
    suspended_until: date | None = strawberry.field(description="Until when, as far as it is known.")
    proceedings: list[ProposalProceeding] = strawberry.field(
        description="What goes on about it in other records, and what is over (関連手続)."
    )
    recorded_at: datetime = strawberry.field(description="When it was entered.")
    updated_at: datetime = strawberry.field(description="When it last changed.")

    @resolved
    async def kind_ja(self, info: DeskInfo) -> str:
        """What the city calls that kind, in Japanese."""
        return (await names_of(info, self.kind)).ja

    @resolved
    async def kind_en(self, info: DeskInfo) -> str:
        """What the city calls that kind, in English."""
        return (await names_of(info, self.kind)).en

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
    async def asked(self, info: DeskInfo) -> list[Department]:
        """The departments that were asked and have yet to answer, under their names of today."""
        today = info.context.tenancy.today()
        found = [await people.department(info, each, today) for each in self.row.asked]
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
    async def file(self, info: DeskInfo) -> File | None:
        """Its file, and how long that is kept (簿冊・保存期間)."""
        return await file_of(info, self.id)

    @resolved
    async def attachments(self, info: DeskInfo) -> list[Attachment]:
        """The files that belong to it now, oldest first (添付ファイル)."""
        return await attachments(info, self.id)

    @resolved
    async def cases(self, info: DeskInfo) -> list[Case]:
        """The cases that grew out of it."""
        return [case(row) for row in await info.context.cases_of.load(self.id) or ()]


INNER: Final = frozenset({"number_kind", "owed_rule", "owed_business_days"})
"""What a dossier holds for what comes later, and nobody is shown."""


def waits_for(row: ProposalRow, asked: Waiting) -> bool:
    """Whether a proposal waits for a member, as the inbox filters it."""
    if row.waiting_for not in asked.roles:
        return False
    if row.waiting_for != Role.DEPARTMENT_OFFICER or asked.departments is None:
        return True
    if row.asked:
        return not asked.departments.isdisjoint(row.asked)
    return row.department in asked.departments


def proposal(row: ProposalRow) -> Proposal:
    """A row as the schema shows it."""
    words, dossier = row.words, row.dossier
    number = shown(ReceiptNumber, row.receipt) if row.serial else None
    typed = {name: seen(getattr(words, name)) for name in words.__struct_fields__ if name != "accepted"}
    gathered = {name: seen(getattr(dossier, name)) for name in dossier.__struct_fields__ if name not in INNER}
    return shown(
        Proposal,
        row,
        row=row,
        position=Position(row.position),
        receipt_number=number,
        arrival_number=arrival_of(row),
        **typed,
        accepted=[shown(AcceptedCondition, each) for each in words.accepted],
        **gathered
        | {
            "former_names": [shown(FormerName, each) for each in dossier.former_names],
            "passed_on": [shown(ContactHandover, each) for each in dossier.passed_on],
            "checks": [shown(CheckedItem, each) for each in dossier.checks],
            "proceedings": [shown(ProposalProceeding, each) for each in dossier.proceedings],
            "opinions": [shown(DepartmentOpinion, each, row=each) for each in dossier.opinions],
        },
    )
