"""Everything a member may ask of the city, and who may ask it (照会)."""

from collections.abc import Callable
from datetime import date
from enum import StrEnum
from types import GenericAlias
from typing import Annotated, Any
from uuid import UUID

import strawberry

from api.desk import people, rules
from api.desk.cases import Case, case
from api.desk.challenges import Challenge, challenge
from api.desk.context import DeskInfo
from api.desk.enums import many
from api.desk.history import Happening, happening
from api.desk.numbers import NumberGap, number_gap
from api.desk.own import OwnProposal, own_proposal
from api.desk.people import Me, MemberRights, Organisation
from api.desk.proposals import Proposal, proposal
from api.desk.readers import readable
from api.desk.records import Record, RecordKind, record, turn
from api.desk.retention import File, file
from api.desk.retention import rules as rules_of
from api.desk.rules import Policy, Statistics
from api.desk.scalars import Position
from api.graphql.connections import DEFAULT_FIRST, Connection, connection
from api.graphql.shown import shown_to
from domain import case as case_domain
from domain import challenge as challenge_domain
from domain import proposal as proposal_domain
from domain.calendar import check_day
from domain.values import fiscal_year as fiscal_year_of
from projections.queries import desk, desk_own
from tenants.intake.arrival import id_ending
from tenants.lookups import policy_in_force
from tenants.members import Member
from tenants.visibility import View, case_view, challenge_view, may_read

First = Annotated[int, strawberry.argument(description="How many entries at most, 1 to 100.")]
After = Annotated[
    str | None, strawberry.argument(description="`endCursor` of the page before; leave it out for the first page.")
]
Id = Annotated[UUID, strawberry.argument(description="As the commands name it.")]


def _some(kind: type[StrEnum], description: str) -> Any:
    return strawberry.field(default=None, graphql_type=many(kind) | None, description=description)


@strawberry.input(description="Which proposals; what is left out asks for nothing.")
class InboxWhere:
    """Which proposals."""

    stages: list[proposal_domain.Stage] | None = _some(proposal_domain.Stage, "Standing in one of these.")
    kinds: list[str] | None = strawberry.field(default=None, description="Of one of these kinds, codes of the city.")
    waiting_for_me: bool = strawberry.field(
        default=False, description="Only what waits for you; for a department's officer, of the own department."
    )
    overdue: bool = strawberry.field(default=False, description="Only what was due before today (期限超過).")
    sample: bool | None = strawberry.field(default=None, description="Only samples, or none of them.")
    fiscal_year: int | None = strawberry.field(default=None, description="Received in that fiscal year (年度).")
    serial: int | None = strawberry.field(
        default=None, description="With that number, as it is said on the telephone: 2026年度 フリー型 第12号 is 12."
    )
    department: UUID | None = strawberry.field(
        default=None, description="In the charge of that department, or of one whose open work went to it (担当課)."
    )
    organisation: str | None = strawberry.field(
        default=None,
        description="With all these words in the proposer's name, in any width and case (団体名). You find by it only"
        " what you may read: where the name is withheld, nothing is found.",
    )
    title: str | None = strawberry.field(
        default=None, description="With all these words in its title (件名); you find by it only what you may read."
    )
    arrival_number: str | None = strawberry.field(
        default=None,
        description="With the number that the intake gave who handed it in (到達番号), as it is typed or read out;"
        " `ARRIVAL_NUMBER_INVALID` where a digit was misheard. What the intake has not handed over is not found.",
    )


@strawberry.input(description="Which challenges; what is left out asks for nothing.")
class ChallengeWhere:
    """Which challenges."""

    stages: list[challenge_domain.Stage] | None = _some(challenge_domain.Stage, "Standing in one of these.")
    fields: list[str] | None = strawberry.field(default=None, description="In one of these fields.")
    waiting_for_me: bool = strawberry.field(
        default=False, description="Only what waits for you; for a department's officer, of the own department."
    )
    sample: bool | None = strawberry.field(default=None, description="Only samples, or none of them.")


@strawberry.input(description="Which cases; what is left out asks for nothing.")
class CaseWhere:
    """Which cases."""

    stages: list[case_domain.Stage] | None = _some(case_domain.Stage, "Standing in one of these.")
    origins: list[case_domain.Origin] | None = _some(case_domain.Origin, "Coming from one of these.")
    sample: bool | None = strawberry.field(default=None, description="Only samples, or none of them.")


@strawberry.input(description="Which records; what is left out asks for nothing.")
class RecordWhere:
    """Which records."""

    kinds: list[str] | None = strawberry.field(
        default=None, graphql_type=GenericAlias(list, (RecordKind,)) | None, description="Of one of these kinds."
    )
    stages: list[str] | None = strawberry.field(default=None, description="Standing in one of these.")
    about: UUID | None = strawberry.field(default=None, description="About this record.")
    waiting_for_me: bool = strawberry.field(default=False, description="Only what waits for you.")
    overdue: bool = strawberry.field(default=False, description="Only what was due before today (期限超過).")
    sample: bool | None = strawberry.field(default=None, description="Only samples, or none of them.")
    arrival_number: str | None = strawberry.field(
        default=None, description="With the number that the intake gave who handed a question in (到達番号)."
    )


def published_only(member: Member) -> bool | None:
    """Whether a list of challenges holds only those that were published; ``None``: all."""
    return None if may_read(member, challenge_view(published=False)) else True


def inside_on(info: DeskInfo) -> date | None:
    """The day whose published records a list holds; ``None``: all records."""
    return None if may_read(info.context.member, View.CASEWORK) else info.context.tenancy.today()


@shown_to(View.SELF)
@strawberry.type(description="What a member may ask of the city (照会).")
class Query:
    """What a member may ask of the city."""

    @readable(View.SELF)
    async def me(self, info: DeskInfo) -> Me:
        """You."""
        return people.me(info.context.member)

    @readable(View.OWN)
    async def my_proposals(
        self, info: DeskInfo, first: First = DEFAULT_FIRST, after: After = None
    ) -> Connection[OwnProposal]:
        """The proposals of the parties for whom you stand, last received first (自らの提案)."""
        member = info.context.member
        page = await info.context.reads(desk_own.proposals_of, member.parties, first, after)
        return connection(page, lambda row: own_proposal(member, row))

    @readable(View.OWN)
    async def my_proposal(self, info: DeskInfo, id: Id) -> OwnProposal | None:  # noqa: A002 - the schema's word
        """One of these proposals, as its proposer sees it."""
        member = info.context.member
        row = await info.context.reads(desk_own.proposal_of, member.parties, id)
        return None if row is None else own_proposal(member, row)

    @readable(View.CITY)
    async def position(self, info: DeskInfo) -> Position:
        """How far the views have come in the city's log."""
        return Position(await info.context.reads.position())

    @readable(View.CASEWORK)
    async def inbox(
        self, info: DeskInfo, first: First = DEFAULT_FIRST, after: After = None, where: InboxWhere | None = None
    ) -> Connection[Proposal]:
        """The city's proposals, last changed first (受付簿)."""
        asked = where or InboxWhere()
        wanted = desk.InboxWhere(
            values(proposal_domain.Stage, asked.stages),
            await people.waiting(info) if asked.waiting_for_me else None,
            tuple(asked.kinds or ()),
            asked.sample,
            info.context.tenancy.today() if asked.overdue else None,
            asked.fiscal_year,
            asked.serial,
            await people.work_of(info, asked.department) if asked.department else None,
            ending(asked.arrival_number),
        )
        sought = desk.sought(asked.title, asked.organisation)
        if sought is None:
            return connection(await info.context.reads(desk.inbox, wanted, first, after), proposal)
        search = desk.Search(info.context.keys, info.context.member, sought, info.context.search_room)
        found = await info.context.reads(desk.inbox_found, search, wanted, first, after)
        return connection(found, proposal)

    @readable(View.CASEWORK)
    async def proposal(self, info: DeskInfo, id: Id) -> Proposal | None:  # noqa: A002 - the schema's word
        """One proposal with everything about it (案件カルテ)."""
        row = await info.context.reads(desk.proposal, id)
        return None if row is None else proposal(row)

    @readable(View.CASEWORK)
    async def timeline(
        self,
        info: DeskInfo,
        of: Annotated[UUID | None, strawberry.argument(description="The record; all when left out.")] = None,
        first: First = DEFAULT_FIRST,
        after: After = None,
        newest_first: Annotated[bool, strawberry.argument(description="The last event first.")] = False,  # noqa: FBT002 - the schema's argument
    ) -> Connection[Happening]:
        """What happened to one record, or in the whole city (時系列)."""
        page = await info.context.reads(desk.timeline, of, first, after, newest_first=newest_first)
        return connection(page, happening)

    @readable(View.CASEWORK)
    async def number_gaps(
        self,
        info: DeskInfo,
        kind: Annotated[
            str, strawberry.argument(description="Kind of intake, a code of the city's policy; or `consultation`.")
        ],
        fiscal_year: Annotated[int | None, strawberry.argument(description="年度; today's when left out.")] = None,
        first: First = DEFAULT_FIRST,
        after: After = None,
    ) -> Connection[NumberGap]:
        """The receipt numbers of a year and kind that no record bears, and why (欠番)."""
        year = fiscal_year_of(info.context.tenancy.today()) if fiscal_year is None else fiscal_year
        page = await info.context.reads(desk.number_gaps, year, kind, first, after)
        return connection(page, lambda row: number_gap(year, kind, row))

    @readable(View.CITY)
    async def challenges(
        self, info: DeskInfo, first: First = DEFAULT_FIRST, after: After = None, where: ChallengeWhere | None = None
    ) -> Connection[Challenge]:
        """The city's challenges; for staff the published ones (課題)."""
        asked = where or ChallengeWhere()
        wanted = desk.ChallengesWhere(
            values(challenge_domain.Stage, asked.stages),
            tuple(asked.fields or ()),
            asked.sample,
            published=published_only(info.context.member),
            waiting=await people.waiting(info) if asked.waiting_for_me else None,
        )
        return connection(await info.context.reads(desk.challenges, wanted, first, after), challenge)

    @readable(View.CITY)
    async def challenge(self, info: DeskInfo, id: Id) -> Challenge | None:  # noqa: A002 - the schema's word
        """One challenge; for staff if it was published."""
        row = await info.context.reads(desk.challenge, id)
        if row is None or not may_read(info.context.member, challenge_view(published=row.public_id is not None)):
            return None
        return challenge(row)

    @readable(View.CITY)
    async def cases(
        self, info: DeskInfo, first: First = DEFAULT_FIRST, after: After = None, where: CaseWhere | None = None
    ) -> Connection[Case]:
        """The city's cases, last changed first; for staff those that are shown (事例)."""
        asked = where or CaseWhere()
        wanted = desk.CasesWhere(
            values(case_domain.Stage, asked.stages),
            values(case_domain.Origin, asked.origins),
            asked.sample,
            withdrawn=may_read(info.context.member, case_view(withdrawn=True)),
        )
        return connection(await info.context.reads(desk.cases, wanted, first, after), case)

    @readable(View.CITY)
    async def case(self, info: DeskInfo, id: Id) -> Case | None:  # noqa: A002 - the schema's word
        """One case; for staff if it is shown."""
        row = await info.context.reads(desk.case, id)
        if row is None:
            return None
        gone = row.stage is case_domain.Stage.WITHDRAWN
        return case(row) if may_read(info.context.member, case_view(withdrawn=gone)) else None

    @readable(View.CITY)
    async def records(
        self, info: DeskInfo, first: First = DEFAULT_FIRST, after: After = None, where: RecordWhere | None = None
    ) -> Connection[Record]:
        """Records beside proposals, challenges and cases, last changed first; for staff what is published (記録簿)."""
        asked = where or RecordWhere()
        wanted = desk.RecordsWhere(
            values(str, asked.kinds),
            tuple(asked.stages or ()),
            asked.about,
            await turn(info) if asked.waiting_for_me else None,
            info.context.tenancy.today() if asked.overdue else None,
            asked.sample,
            inside_on=inside_on(info),
            ending=ending(asked.arrival_number),
        )
        return connection(await info.context.reads(desk.records, wanted, first, after), record)

    @readable(View.CITY)
    async def record(self, info: DeskInfo, id: Id) -> Record | None:  # noqa: A002 - the schema's word
        """One record of any of these kinds with everything about it; for staff if it is published inside."""
        row = await info.context.reads(desk.record, id)
        if row is None or not may_read(info.context.member, desk.view_of(row, info.context.tenancy.today())):
            return None
        return record(row)

    @readable(View.CASEWORK)
    async def expired_files(
        self,
        info: DeskInfo,
        until: Annotated[date | None, strawberry.argument(description="The day; today in Japan when left out.")] = None,
        first: First = DEFAULT_FIRST,
        after: After = None,
    ) -> Connection[File]:
        """Files that are kept no longer than until a day, completed first, to be looked at before disposal (満了簿)."""
        of, day = await rules_of(info), until or info.context.tenancy.today()
        check_day("until", day)
        page = await info.context.reads(desk.files_over, of, day, first, after)
        return connection(page, lambda row: file(row, of))

    @readable(View.CASEWORK)
    async def organisation(
        self,
        info: DeskInfo,
        on: Annotated[date | None, strawberry.argument(description="The day; today in Japan when left out.")] = None,
    ) -> Organisation:
        """Departments and posts under the names of a day (組織図)."""
        row = await info.context.organisation.load(info.context.city)
        return people.chart(row, on or info.context.tenancy.today())

    @readable(View.RIGHTS)
    async def rights(
        self,
        info: DeskInfo,
        on: Annotated[date | None, strawberry.argument(description="The day; today in Japan when left out.")] = None,
    ) -> list[MemberRights]:
        """Who may do what on a day (権限の一覧)."""
        return await people.rights_on(info, on)

    @readable(View.CITY)
    async def statistics(
        self,
        info: DeskInfo,
        fiscal_year: Annotated[int | None, strawberry.argument(description="年度.")] = None,
    ) -> list[Statistics]:
        """Proposals in numbers: all years together, then each, newest first; or the one asked for (統計)."""
        context = info.context
        counted = await context.reads(desk.statistics, fiscal_year)
        return rules.statistics(counted, await context.policies.load(context.city))

    @readable(View.CITY)
    async def policy(self, info: DeskInfo) -> Policy:
        """The policy under which the next command would be recorded (規定)."""
        context = info.context
        return rules.policy(await context.commands.run(policy_in_force, context.tenancy, context.city))


def ending(number: str | None) -> str | None:
    """How the id ends of what has this arrival number; ``None``: it is not asked for. Raises ArrivalNumberInvalid."""
    return None if number is None else id_ending(number)


def values(kind: Callable[[Any], Any], chosen: list[Any] | None) -> tuple[Any, ...]:
    """What was chosen among the copies of an enumeration, as the domain has it."""
    return tuple(kind(each.value) for each in chosen or ())
