"""What a city's administrator may wish of departments and posts (組織・職の操作). Every change names its first day."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final
from uuid import UUID

from domain import organisation as domain
from domain.errors import DateInvalid
from domain.organisation import ORGANISATION, Organisation, OrganisationEvent, named
from domain.rights import RIGHTS, keep_duties, keep_past
from domain.values import SHORT, Audience, CityCode
from tenants.members import Role
from tenants.wish import Context, Wish, organisation_id, rights_id


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationWish(Wish[Organisation]):
    """About the city's departments and posts."""

    decider = ORGANISATION
    roles: ClassVar[frozenset[Role]] = frozenset({Role.CITY_ADMINISTRATOR, Role.OPERATOR})

    valid_from: date

    def target(self, city: CityCode) -> UUID:
        """The city's one organisation."""
        return organisation_id(city)

    def changed(self, state: Organisation, context: Context, event: OrganisationEvent) -> tuple[OrganisationEvent, ...]:
        """The change, when the rights that hang on posts allow it.

        Raises DateInvalid when it would change who could do what on a past day, LastAdministrator, DutiesMixed.
        """
        events = domain.change(state, event)
        if events:
            rights = context.look(RIGHTS, rights_id(context.city))
            before, after = (rights, state), (rights, domain.evolve(state, event))
            keep_past(before, after, context.today)
            keep_duties(before, after)
        return events


@dataclass(frozen=True, slots=True, kw_only=True)
class EstablishDepartment(OrganisationWish):
    """A department exists from a day on."""

    name = "organisation.establishDepartment"
    ja = "課を新設する"

    department: UUID
    title: str

    def events(self, state: Organisation, context: Context) -> tuple[OrganisationEvent, ...]:
        """Names of departments are public."""
        title = context.words("title", self.title, Audience.PUBLIC, limit=SHORT)
        return domain.change(state, domain.DepartmentEstablished(self.department, title, self.valid_from))


@dataclass(frozen=True, slots=True, kw_only=True)
class RenameDepartment(OrganisationWish):
    """A department bears another name from a day on."""

    name = "organisation.renameDepartment"
    ja = "課を改称する"

    department: UUID
    title: str

    def events(self, state: Organisation, context: Context) -> tuple[OrganisationEvent, ...]:
        """Names of departments are public."""
        title = context.words("title", self.title, Audience.PUBLIC, limit=SHORT)
        return domain.change(state, domain.DepartmentRenamed(self.department, title, self.valid_from))


@dataclass(frozen=True, slots=True, kw_only=True)
class AbolishDepartment(OrganisationWish):
    """A department ends on a day; its open work goes to its successors."""

    name = "organisation.abolishDepartment"
    ja = "課を廃止・統合・分割する"

    department: UUID
    successors: tuple[UUID, ...] = ()

    def events(self, state: Organisation, context: Context) -> tuple[OrganisationEvent, ...]:
        """Nothing was typed."""
        return self.changed(
            state, context, domain.DepartmentAbolished(self.department, self.successors, self.valid_from)
        )


def _ahead(context: Context, day: date) -> None:
    """Raises DateInvalid for an end that has come: what is over on a day stays so."""
    if day <= context.today:
        raise DateInvalid(
            field="validFrom",
            problem=f"it has ended; what was so on a day stays so. Establish another one from {context.today} on.",
            problem_ja="すでに廃止されています。過去の組織は変えられないため、後継として新設してください",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepDepartment(OrganisationWish):
    """Take back an abolition that was entered ahead, and why; ``validFrom`` is the day on which it was to end."""

    name = "organisation.keepDepartment"
    ja = "課の廃止の登録を取りやめる"

    department: UUID
    reason: str

    def events(self, state: Organisation, context: Context) -> tuple[OrganisationEvent, ...]:
        """The reason is for the staff."""
        reason = context.words("reason", self.reason, Audience.STAFF)
        _ahead(context, self.valid_from)
        return self.changed(state, context, domain.DepartmentKept(self.department, self.valid_from, reason))


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepPost(OrganisationWish):
    """Take back the end of a post that was entered ahead, and why; ``validFrom`` is the day on which it was to end."""

    name = "organisation.keepPost"
    ja = "職の廃止の登録を取りやめる"

    post: UUID
    reason: str

    def events(self, state: Organisation, context: Context) -> tuple[OrganisationEvent, ...]:
        """The reason is for the staff."""
        reason = context.words("reason", self.reason, Audience.STAFF)
        _ahead(context, self.valid_from)
        return self.changed(state, context, domain.PostKept(self.post, self.valid_from, reason))


@dataclass(frozen=True, slots=True, kw_only=True)
class EstablishPost(OrganisationWish):
    """A post in a department exists from a day on."""

    name = "organisation.establishPost"
    ja = "職を置く"

    post: UUID
    department: UUID
    title: str

    def events(self, state: Organisation, context: Context) -> tuple[OrganisationEvent, ...]:
        """Names of posts are public."""
        title = context.words("title", self.title, Audience.PUBLIC, limit=SHORT)
        return domain.change(state, domain.PostEstablished(self.post, self.department, title, self.valid_from))


@dataclass(frozen=True, slots=True, kw_only=True)
class RenamePost(OrganisationWish):
    """A post bears another name from a day on."""

    name = "organisation.renamePost"
    ja = "職名を変更する"

    post: UUID
    title: str

    def events(self, state: Organisation, context: Context) -> tuple[OrganisationEvent, ...]:
        """Names of posts are public."""
        title = context.words("title", self.title, Audience.PUBLIC, limit=SHORT)
        return domain.change(state, domain.PostRenamed(self.post, title, self.valid_from))


@dataclass(frozen=True, slots=True, kw_only=True)
class AbolishPost(OrganisationWish):
    """A post ends on a day; another may succeed it."""

    name = "organisation.abolishPost"
    ja = "職を廃止する"

    post: UUID
    successor: UUID | None = None

    def events(self, state: Organisation, context: Context) -> tuple[OrganisationEvent, ...]:
        """Nothing was typed."""
        return self.changed(state, context, domain.PostAbolished(self.post, self.successor, self.valid_from))


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignPost(OrganisationWish):
    """A member holds a post from a day on; one may hold several."""

    name = "organisation.assignPost"
    ja = "発令する"

    post: UUID
    member: UUID

    def events(self, state: Organisation, context: Context) -> tuple[OrganisationEvent, ...]:
        """Nothing was typed."""
        members = context.look(RIGHTS, rights_id(context.city)).members
        there = members.get(self.member)
        named(members, "member", self.member, max(self.valid_from, there.since) if there else self.valid_from)
        return self.changed(state, context, domain.PostAssigned(self.post, self.member, self.valid_from))


@dataclass(frozen=True, slots=True, kw_only=True)
class VacatePost(OrganisationWish):
    """A member holds a post no longer from a day on."""

    name = "organisation.vacatePost"
    ja = "解任する"

    post: UUID
    member: UUID

    def events(self, state: Organisation, context: Context) -> tuple[OrganisationEvent, ...]:
        """Nothing was typed."""
        return self.changed(state, context, domain.PostVacated(self.post, self.member, self.valid_from))


WISHES: Final = (
    EstablishDepartment,
    RenameDepartment,
    AbolishDepartment,
    EstablishPost,
    RenamePost,
    AbolishPost,
    AssignPost,
    VacatePost,
    KeepDepartment,
    KeepPost,
)
