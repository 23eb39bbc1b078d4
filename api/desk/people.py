"""Members, departments and posts as the schema shows them, under the names of the day that is asked about (組織)."""

from asyncio import gather
from datetime import date, timedelta
from typing import Final
from uuid import UUID

import strawberry

from api.desk.context import DeskInfo
from api.desk.enums import SHOWN, many
from api.desk.readers import narrowed
from api.desk.words import Words, seen, shown, words
from api.graphql.fields import resolved
from api.graphql.shown import shown_to
from domain.organisation import name_on
from domain.rights import Grant, Right, Rights
from domain.values import Sealed
from projections import organisation
from projections.organisation import Chart, ChartDepartment, ChartPost, OrganisationRow, waiting_departments
from projections.queries.desk import Waiting
from tenants.members import OPERATOR, Member, Role, operator
from tenants.visibility import View

DAY: Final = timedelta(days=1)


@shown_to(View.CITY)
@strawberry.type(description="A member of the city, also one who left (担当者).")
class Person:
    """A member of the city, also one who left."""

    day: strawberry.Private[date]
    id: UUID = strawberry.field(description="Opaque; stays for ever.")

    @resolved
    async def name(self, info: DeskInfo) -> str | None:
        """As entered; null when nobody of this id was ever entered."""
        return await name_of(info, self.id, self.day)

    @resolved
    async def active(self, info: DeskInfo) -> bool:
        """Whether the member may still sign in."""
        if self.id == OPERATOR:
            return True
        account = await info.context.people.load(self.id)
        return account is not None and account.active


@shown_to(View.CITY)
@strawberry.type(description="A department under its name of that day (課).")
class Department:
    """A department under its name of that day."""

    id: UUID = strawberry.field(description="Opaque; stays through renaming.")
    name: Words | None = strawberry.field(description="Its name; null when no such department was entered.")
    since: date | None = strawberry.field(description="Its first day.")
    until: date | None = strawberry.field(description="The first day without it.")
    successors: list[UUID] = strawberry.field(description="Where its open work goes.")


@shown_to(View.CITY)
@strawberry.type(description="A post and who holds it on that day (職).")
class Post:
    """A post and who holds it on that day."""

    held_by: strawberry.Private[tuple[UUID, ...]]
    day: strawberry.Private[date]
    id: UUID = strawberry.field(description="Opaque; stays.")
    name: Words | None = strawberry.field(description="Its name; null when no such post was entered.")
    department: Department | None = strawberry.field(description="Where it belongs.")

    @resolved
    async def holders(self, info: DeskInfo) -> list[Person]:
        """The members who hold it on that day."""
        return [person(info, member, self.day) for member in self.held_by]


@shown_to(View.CASEWORK)
@strawberry.type(description="The city's departments and posts on one day (組織図).")
class Organisation:
    """The city's departments and posts on one day."""

    day: date = strawberry.field(description="The day.")
    departments: list[Department] = strawberry.field(description="The departments there are on that day.")
    posts: list[Post] = strawberry.field(description="The posts there are on that day.")


@shown_to(View.CITY)
@strawberry.type(description="A role that a member has on some day (権限).")
class HeldRight:
    """A role that a member has on some day."""

    role: Role = strawberry.field(graphql_type=SHOWN[Role], description="What the member may do (役割).")
    grant: UUID | None = strawberry.field(description="The grant behind it: `revokeRight` ends it.")
    department: Department | None = strawberry.field(description="How far it reaches; null: over the whole city.")
    post: Post | None = strawberry.field(description="The post that carries it; null when the member was granted it.")
    since: date | None = strawberry.field(description="The first day of the grant; a post may be held for less.")
    until: date | None = strawberry.field(description="The first day without it; null when no end was entered.")
    subject: Words | None = strawberry.field(description="What it is for, as an outside auditor's is (監査の対象).")
    party: UUID | None = strawberry.field(description="The party for whom a proposer stands (提案者の代理).")


@shown_to(View.RIGHTS)
@strawberry.type(description="A member and what the member may do on that day (担当者の権限).")
class MemberRights:
    """A member and what the member may do on that day."""

    person: Person = strawberry.field(description="Who.")
    rights: list[HeldRight] = strawberry.field(description="What.")


@shown_to(View.SELF)
@strawberry.type(description="You (あなた).")
class Me:
    """Who asks: a member of the city, or who stands for a party that proposes."""

    id: UUID = strawberry.field(description="Opaque.")
    roles: list[Role] = strawberry.field(
        graphql_type=many(Role),
        description="What you do in this city (役割).",
    )
    city: str = strawberry.field(description="The city's code.")
    parties: list[UUID] = strawberry.field(
        description="The parties for whom you stand, as a proposer does (提案者の代理)."
    )
    held: strawberry.Private[frozenset[Right]]
    entered: strawberry.Private[str]

    @resolved
    async def name(self, info: DeskInfo) -> str:
        """As entered; that of today."""
        return await name_of(info, self.id, info.context.tenancy.today()) or self.entered

    @narrowed(View.CITY)
    async def rights(self, info: DeskInfo) -> list[HeldRight]:
        """What you may do today, and through which post (権限)."""
        return await held_rights(info, self.held, info.context.tenancy.today())


def me(member: Member) -> Me:
    """The member who asks."""
    roles = [role for role in Role if role in member.roles]
    parties = sorted(member.parties)
    return Me(id=member.id, entered=member.name, roles=roles, city=member.city, parties=parties, held=member.rights)


async def held_rights(info: DeskInfo, rights: frozenset[Right], day: date) -> list[HeldRight]:
    """Rights with the names of that day, in the order of their roles."""
    return await gather(*(held_right(info, right, day) for right in sorted(rights, key=lambda right: right.role)))


async def held_right(info: DeskInfo, right: Right, day: date) -> HeldRight:
    """A right with the names of that day."""
    within, through, granted = await gather(
        department(info, right.department, day), post(info, right.post, day), grant(info, right.grant)
    )
    return HeldRight(
        role=right.role,
        grant=right.grant,
        department=within,
        post=through,
        since=granted.validity.since if granted else None,
        until=granted.validity.until if granted else None,
        subject=words(granted.subject) if granted and granted.subject else None,
        party=right.party,
    )


async def grant(info: DeskInfo, id_: UUID | None) -> Grant | None:
    """What was granted under an id, as entered by now."""
    if id_ is None:
        return None
    rights: Rights = (await info.context.standing.load(info.context.city)).rights.state
    return rights.grants.get(id_)


async def rights_on(info: DeskInfo, on: date | None) -> list[MemberRights]:
    """Who may do what on a day, as entered by now; members without a right are left out."""
    context = info.context
    day = on or context.tenancy.today()
    now = await context.standing.load(context.city)

    async def member_rights(member: UUID, held: frozenset[Right]) -> MemberRights:
        return MemberRights(person=person(info, member, day), rights=await held_rights(info, held, day))

    return await gather(*(member_rights(*each) for each in sorted(now.rights_on(day).items())))


def person(info: DeskInfo, member: UUID, on: date | None = None) -> Person:
    """The member of an id, who is called by the name of a day, today's when left out."""
    return Person(id=member, day=on or info.context.tenancy.today())


async def name_of(info: DeskInfo, member: UUID, on: date) -> str | None:
    """What a member is called on a day; of who has no account what the log says; the operator has a name of its own.

    None when nobody of this id was ever entered.
    """
    if member == OPERATOR:
        return operator(info.context.city).name
    account, now = await gather(info.context.people.load(member), info.context.standing.load(info.context.city))
    rights: Rights = now.rights.state
    borne = rights.names.get(member, ())
    if account is not None and len(borne) < 2:  # noqa: PLR2004 - one name ever: that of the account
        return account.name
    named = await _opened(info, member, name_on(borne, on)) if borne else None
    return named or (account.name if account else None)


async def _opened(info: DeskInfo, member: UUID, name: Sealed) -> str | None:
    """A name was written for all staff, and is read by whose it is."""
    if member != info.context.member.id:
        return await words(name).text(info)
    opened = await info.context.words.load(name)
    return opened if isinstance(opened, str) else None


def chart(row: OrganisationRow | None, day: date) -> Organisation:
    """The organisation of a day; an empty one before the first department was entered."""
    found = Chart(day, (), ()) if row is None else organisation.chart_on(row, day)
    departments = {each.id: shown(Department, each) for each in found.departments}
    posts = [_post(each, departments.get(each.department), day) for each in found.posts]
    return Organisation(day=day, departments=list(departments.values()), posts=posts)


async def department(info: DeskInfo, id_: UUID | None, day: date) -> Department | None:
    """A department under its name of that day; one that was not there then, under the nearest name it bore."""
    if id_ is None:
        return None
    row = await info.context.organisation.load(info.context.city)
    found = _department_on(row, id_, day)
    if found is None:
        return Department(id=id_, name=None, since=None, until=None, successors=[])
    return shown(Department, found)


async def post(info: DeskInfo, id_: UUID | None, day: date) -> Post | None:
    """A post on that day, or as near to it as it existed."""
    if id_ is None:
        return None
    row = await info.context.organisation.load(info.context.city)
    known = next((each for each in row.posts if each.id == id_), None) if row else None
    if row is None or known is None:
        return Post(id=id_, name=None, department=None, held_by=(), day=day)
    near = _within(known, day)
    there = next((each for each in organisation.chart_on(row, near).posts if each.id == id_), None)
    belongs = _department_on(row, known.department, near)
    found = there or ChartPost(id_, known.department, known.name_on(near), ())
    return _post(found, shown(Department, belongs) if belongs else None, near)


def _department_on(row: OrganisationRow | None, id_: UUID, day: date) -> ChartDepartment | None:
    known = next((each for each in row.departments if each.id == id_), None) if row else None
    if row is None or known is None:
        return None
    near = organisation.chart_on(row, _within(known, day))
    return next((each for each in near.departments if each.id == id_), None)


def _within(item: organisation.Department | organisation.Post, day: date) -> date:
    last = day if item.until is None else min(day, item.until - DAY)
    return max(item.since, last)


def _post(found: ChartPost, belongs: Department | None, day: date) -> Post:
    return Post(id=found.id, name=seen(found.name), department=belongs, held_by=found.holders, day=day)


async def waiting(info: DeskInfo) -> Waiting:
    """What waits for the member who asks; the work of a department that ended waits for its successors."""
    member = info.context.member
    own = member.departments({Role.DEPARTMENT_OFFICER})
    if own is None or Role.DEPARTMENT_OFFICER not in member.roles:
        return Waiting(member.roles)
    return Waiting(member.roles, frozenset().union(*[await work_of(info, each) for each in own]))


async def work_of(info: DeskInfo, department: UUID) -> frozenset[UUID]:
    """A department, and those that ended and whose open work went to it."""
    row = await info.context.organisation.load(info.context.city)
    return waiting_departments(row, department, info.context.tenancy.today())
