"""A city's departments, posts and who holds them, with the days from which each holds: one row a city (組織図).

Changes are entered ahead; :func:`chart_on` gives the organisation of any day under the names of that day.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from typing import Final, TypeVar, assert_never
from uuid import UUID

from domain.organisation import (
    Borne,
    DepartmentAbolished,
    DepartmentEstablished,
    DepartmentKept,
    DepartmentRenamed,
    OrganisationEvent,
    PostAbolished,
    PostAssigned,
    PostEstablished,
    PostKept,
    PostRenamed,
    PostVacated,
    Validity,
    name_on,
)
from domain.values import Sealed
from projections.model import Fact, Opened, ReadModel

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Department:
    """A department with all its names; ``until`` is the first day without it."""

    id: UUID
    names: tuple[Borne, ...]
    since: date
    until: date | None = None
    successors: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Post:
    """A post in a department; ``later``: the names after its first."""

    id: UUID
    department: UUID
    name: Sealed
    since: date
    until: date | None = None
    successor: UUID | None = None
    later: tuple[Borne, ...] = ()

    def name_on(self, day: date) -> Sealed:
        """Its name of a day; its first before it was there."""
        return name_on((Borne(self.name, self.since), *self.later), day)


@dataclass(frozen=True, slots=True)
class Holding:
    """A member holding a post; one who comes back has two."""

    post: UUID
    member: UUID
    since: date
    until: date | None = None


@dataclass(frozen=True, slots=True)
class OrganisationRow:
    """The organisation with its whole history and what is entered ahead, in the order of entry."""

    id: UUID
    version: int
    position: int
    departments: tuple[Department, ...]
    posts: tuple[Post, ...]
    holdings: tuple[Holding, ...]
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class ChartDepartment:
    """A department of one day, under its name of that day."""

    id: UUID
    name: Sealed
    since: date
    until: date | None
    successors: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class ChartPost:
    """A post of one day and the members who hold it."""

    id: UUID
    department: UUID
    name: Sealed
    holders: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """The organisation on one day."""

    day: date
    departments: tuple[ChartDepartment, ...]
    posts: tuple[ChartPost, ...]


def chart_on(row: OrganisationRow, day: date) -> Chart:
    """The organisation on a day. A post ends with its department, a holding with its post, whatever was entered."""
    departments = [item for item in row.departments if _covers(item, day)]
    there = {item.id for item in departments}
    posts = [item for item in row.posts if _covers(item, day) and item.department in there]
    return Chart(
        day,
        tuple(
            ChartDepartment(item.id, name_on(item.names, day), item.since, item.until, item.successors)
            for item in departments
        ),
        tuple(
            ChartPost(item.id, item.department, item.name_on(day), _holders(row.holdings, item.id, day))
            for item in posts
        ),
    )


def waiting_departments(row: OrganisationRow | None, department: UUID, day: date) -> frozenset[UUID]:
    """The department itself and every department abolished by that day whose successors lead to it (後継); pure."""
    ended = [] if row is None else [item for item in row.departments if item.until is not None and item.until <= day]
    found, added = {department}, {department}
    while added:
        added = {item.id for item in ended if not added.isdisjoint(item.successors)} - found
        found |= added
    return frozenset(found)


def posts_of(row: OrganisationRow | None, member: UUID, day: date) -> frozenset[UUID]:
    """The posts that a member holds on a day, and those gone by then whose successors lead to them; pure."""
    if row is None:
        return frozenset()
    return _leading_to(row, {item.post for item in row.holdings if item.member == member and _covers(item, day)}, day)


def _leading_to(row: OrganisationRow, held: set[UUID], day: date) -> frozenset[UUID]:
    """Those of these posts that are there on a day, and what they succeeded; a post ends with its department."""
    departments = {item.id for item in row.departments if _covers(item, day)}
    there = {item.id for item in row.posts if _covers(item, day) and item.department in departments}
    ended = {item.id: item.successor for item in row.posts if item.id not in there}
    held = added = held & there
    while added:
        added = {post for post, successor in ended.items() if successor in added} - held
        held = held | added
    return frozenset(held)


def _covers(item: Department | Post | Holding, day: date) -> bool:
    return Validity(item.since, item.until).covers(day)


def _holders(holdings: Iterable[Holding], post: UUID, day: date) -> tuple[UUID, ...]:
    return tuple(dict.fromkeys(item.member for item in holdings if item.post == post and _covers(item, day)))


def change(before: OrganisationRow | None, fact: Fact, opened: Opened) -> OrganisationRow | None:
    """The row after an event; pure."""
    del opened
    if before is None and fact.version > 1:
        raise ValueError("the organisation has no beginning")
    row = before or OrganisationRow(fact.id, 0, 0, (), (), (), fact.recorded_at)
    return replace(_changed(row, fact.event), version=fact.version, position=fact.position, updated_at=fact.recorded_at)


def _changed(row: OrganisationRow, event: OrganisationEvent) -> OrganisationRow:
    day = event.valid_from
    match event:
        case DepartmentEstablished(department=id_, name=name):
            return replace(row, departments=(*row.departments, Department(id_, (Borne(name, day),), day)))
        case DepartmentRenamed(department=id_, name=name):
            named = Borne(name, day)
            return _departments(row, id_, lambda item: replace(item, names=(*item.names, named)))
        case DepartmentAbolished(department=id_, successors=successors):
            return _departments(row, id_, lambda item: replace(item, until=day, successors=successors))
        case DepartmentKept(department=id_):
            return _departments(row, id_, lambda item: replace(item, until=None, successors=()))
        case PostEstablished(post=id_, department=department, name=name):
            return replace(row, posts=(*row.posts, Post(id_, department, name, day)))
        case PostRenamed(post=id_, name=name):
            renamed = partial(_post_renamed, named=Borne(name, day))
            return replace(row, posts=_last(row.posts, lambda item: item.id == id_, renamed))
        case PostAbolished(post=id_, successor=successor):
            ended = partial(_post_ended, day=day, successor=successor)
            return replace(row, posts=_last(row.posts, lambda item: item.id == id_, ended))
        case PostKept(post=id_):
            kept = partial(_post_ended, day=None, successor=None)
            return replace(row, posts=_last(row.posts, lambda item: item.id == id_, kept))
        case PostAssigned(post=post, member=member):
            return replace(row, holdings=(*_before(row.holdings, post, member, day), Holding(post, member, day)))
        case PostVacated(post=post, member=member):
            left = _last(
                row.holdings,
                lambda item: (item.post, item.member) == (post, member),
                lambda item: replace(item, until=day),
            )
            return replace(row, holdings=left)
        case _:
            assert_never(event)


def _post_renamed(post: Post, named: Borne) -> Post:
    return replace(post, later=(*post.later, named))


def _post_ended(post: Post, day: date | None, successor: UUID | None) -> Post:
    return replace(post, until=day, successor=successor)


def _before(holdings: tuple[Holding, ...], post: UUID, member: UUID, day: date) -> tuple[Holding, ...]:
    """Without what an earlier assignment now takes in, as the aggregate sees it."""
    return tuple(item for item in holdings if (item.post, item.member) != (post, member) or item.since < day)


def _departments(row: OrganisationRow, department: UUID, then: Callable[[Department], Department]) -> OrganisationRow:
    return replace(row, departments=_last(row.departments, lambda item: item.id == department, then))


def _last(items: tuple[T, ...], wanted: Callable[[T], bool], then: Callable[[T], T]) -> tuple[T, ...]:
    """The same with the last wanted item changed; as it was when there is none, since history never refuses."""
    for place in range(len(items) - 1, -1, -1):
        if wanted(items[place]):
            return (*items[:place], then(items[place]), *items[place + 1 :])
    return items


ORGANISATION: Final = ReadModel(
    name="organisation",
    table="renkei.organisation",
    row=OrganisationRow,
    aggregates=frozenset({"organisation"}),
    change=change,
)
