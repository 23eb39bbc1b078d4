"""Who may do what in a city, and since when: members, and the roles granted to posts and people (担当者と権限).

A role is granted to a post, and whoever holds the post has it; or to a member, as to an outside auditor for a term and
a subject. Grants are entered ahead and revoked with a reason, so that who could do what on any day can be told. One
aggregate a city, so that its rules hold when two people enter changes at once.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final, assert_never
from uuid import UUID

from domain.decider import Decider
from domain.errors import AlreadyThere, DateInvalid, DutiesMixed, LastAdministrator, NotFound, PartMissing
from domain.organisation import Organisation, Validity, named
from domain.policy import known
from domain.roles import ACTING, EVERYBODY, WITHIN_DEPARTMENT, Role
from domain.values import Code, Sealed


@dataclass(frozen=True, slots=True)
class MemberEntered:
    """A person may be given rights here from a day on (登録). What was typed is sealed under the member's own key."""

    member: UUID
    name: Sealed
    login: Sealed | None
    valid_from: date


@dataclass(frozen=True, slots=True)
class MemberLeft:
    """A person has no rights here any more (離任). ``valid_from``: first day without."""

    member: UUID
    reason: Sealed
    valid_from: date


@dataclass(frozen=True, slots=True)
class Granted:
    """A post or a member has a role from a day on, ``until`` the first day without it (権限の付与).

    ``department`` bounds a member's role; a post's is bounded by where the post belongs. ``subject`` says what an
    outside auditor's right is for.
    """

    grant: UUID
    role: Role
    post: UUID | None
    member: UUID | None
    department: UUID | None
    subject: Sealed | None
    valid_from: date
    until: date | None
    reason: Sealed


@dataclass(frozen=True, slots=True)
class Revoked:
    """A grant ends (権限の取消し). ``valid_from``: first day without."""

    grant: UUID
    reason: Sealed
    valid_from: date


RightsEvent = MemberEntered | MemberLeft | Granted | Revoked

EVENTS: Final[Mapping[str, type]] = {
    "rights.member_entered": MemberEntered,
    "rights.member_left": MemberLeft,
    "rights.granted": Granted,
    "rights.revoked": Revoked,
}


@dataclass(frozen=True, slots=True)
class Grant:
    """A role, who or which post has it, and when."""

    role: Role
    post: UUID | None
    member: UUID | None
    department: UUID | None
    validity: Validity


@dataclass(frozen=True, slots=True)
class Rights:
    """What the next decision needs to know."""

    members: Mapping[UUID, Validity] = field(default_factory=dict)
    grants: Mapping[UUID, Grant] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Right:
    """A role that a member has on some day, through a post or without one; no ``department``: in the whole city."""

    role: Role
    department: UUID | None = None
    post: UUID | None = None
    grant: UUID | None = None


def evolve(rights: Rights, event: RightsEvent) -> Rights:
    """Never refuses: it has already happened."""
    match event:
        case MemberEntered(member=member, valid_from=day):
            there = rights.members.get(member)
            since = there.since if there and there.covers(day) else day
            return replace(rights, members={**rights.members, member: Validity(since)})
        case MemberLeft(member=member, valid_from=day):
            there = rights.members.get(member, Validity(day))
            return replace(rights, members={**rights.members, member: Validity(there.since, day)})
        case Granted(grant=id_):
            validity = Validity(event.valid_from, event.until)
            grant = Grant(event.role, event.post, event.member, event.department, validity)
            return replace(rights, grants={**rights.grants, id_: grant})
        case Revoked(grant=id_, valid_from=day):
            found = rights.grants.get(id_)
            if found is None:
                return rights
            ended = replace(found, validity=Validity(found.validity.since, day))
            return replace(rights, grants={**rights.grants, id_: ended})
        case _:
            assert_never(event)


RIGHTS: Final = Decider("rights", Rights(), evolve, EVENTS)


# --- who may do what on a day ----------------------------------------------------------------------------------------


def rights_on(rights: Rights, organisation: Organisation, day: date) -> dict[UUID, frozenset[Right]]:
    """Member to what the member may do on a day."""
    found: dict[UUID, set[Right]] = {}
    for id_, grant in rights.grants.items():
        if not grant.validity.covers(day):
            continue
        for member in _bearers(rights, organisation, grant, day):
            found.setdefault(member, set()).add(_right(organisation, id_, grant))
    return {member: frozenset(each) for member, each in found.items()}


def rights_of(rights: Rights, organisation: Organisation, member: UUID, day: date) -> frozenset[Right]:
    """What one member may do on a day."""
    return frozenset(
        _right(organisation, id_, grant)
        for id_, grant in rights.grants.items()
        if grant.validity.covers(day) and _bears(rights, organisation, grant, member, day)
    )


def _right(organisation: Organisation, id_: UUID, grant: Grant) -> Right:
    department = grant.department if grant.post is None else organisation.department_of.get(grant.post)
    return Right(grant.role, department if grant.role in WITHIN_DEPARTMENT else None, grant.post, id_)


def _bearers(rights: Rights, organisation: Organisation, grant: Grant, day: date) -> Iterator[UUID]:
    holders = (member for post, member in organisation.holdings if post == grant.post)
    for member in holders if grant.member is None else (grant.member,):
        if _bears(rights, organisation, grant, member, day):
            yield member


def _bears(rights: Rights, organisation: Organisation, grant: Grant, member: UUID, day: date) -> bool:
    there = rights.members.get(member)
    if there is None or not there.covers(day):
        return False
    if grant.post is None:
        return grant.member == member
    held = organisation.holdings.get((grant.post, member))
    return held is not None and held.covers(day) and organisation.has_post(grant.post, day)


# --- commands --------------------------------------------------------------------------------------------------------


def enter(rights: Rights, entered: MemberEntered) -> tuple[RightsEvent, ...]:
    """Enter a person (登録). One who is there already returns nothing."""
    there = rights.members.get(entered.member)
    return () if there and there.covers(entered.valid_from) and there.until is None else (entered,)


def leave(rights: Rights, organisation: Organisation, left: MemberLeft) -> tuple[RightsEvent, ...]:
    """End all rights of a person (離任). Raises NotFound, LastAdministrator."""
    there = rights.members.get(left.member)
    if there is None or there.since > left.valid_from:
        raise NotFound
    if there.until is not None and there.until <= left.valid_from:
        return ()
    keep_duties((rights, organisation), (evolve(rights, left), organisation), left.valid_from)
    return (left,)


def grant(rights: Rights, organisation: Organisation, granted: Granted) -> tuple[RightsEvent, ...]:
    """Give a role to a post or a member (権限の付与).

    Raises AlreadyThere, CodeUnknown for a role that no city gives, PartMissing unless one post or one member is named,
    and when a member audits without an end and a subject, ReferenceUnknown, DateInvalid, DutiesMixed.
    """
    day = granted.valid_from
    if granted.grant in rights.grants:
        raise AlreadyThere
    known("role", Code(granted.role.value), tuple(Code(role.value) for role in sorted(EVERYBODY)))
    if (granted.post is None) == (granted.member is None):
        raise PartMissing(
            field="post",
            problem="name one post, or one member",
            problem_ja="職か担当者のどちらか一つを指定してください",
        )
    if granted.until is not None and granted.until <= day:
        raise DateInvalid(field="until", problem="it ends before it begins", problem_ja="終わりが始まりより前です")
    if granted.post is not None:
        named(organisation.posts, "post", granted.post, day)
    if granted.member is not None:
        named(rights.members, "member", granted.member, day)
        _bounded(granted)
    if granted.department is not None:
        named(organisation.departments, "department", granted.department, day)
    keep_duties((rights, organisation), (evolve(rights, granted), organisation), day)
    return (granted,)


def revoke(rights: Rights, organisation: Organisation, revoked: Revoked) -> tuple[RightsEvent, ...]:
    """End a grant (権限の取消し). One that has ended by then returns nothing. Raises NotFound, LastAdministrator.

    One that is still ahead may be ended on its first day, and is never had.
    """
    found = rights.grants.get(revoked.grant)
    if found is None:
        raise NotFound
    if found.validity.until is not None and found.validity.until <= revoked.valid_from:
        return ()
    if revoked.valid_from < found.validity.since:
        since = found.validity.since.isoformat()
        raise DateInvalid(field="validFrom", problem=f"it began only on {since}", problem_ja=f"始まりは {since} です")
    keep_duties((rights, organisation), (evolve(rights, revoked), organisation), revoked.valid_from)
    return (revoked,)


def keep_duties(before: tuple[Rights, Organisation], after: tuple[Rights, Organisation], since: date) -> None:
    """See that from a day on the city keeps an administrator that it had, and that who audits changes nothing.

    Raises LastAdministrator, DutiesMixed; both name the first such day.
    """
    for day in sorted({since, *(day for day in (*_turns(*before), *_turns(*after)) if day > since)}):
        roles = _roles_on(*after, day)
        if not _administrators(roles) and _administrators(_roles_on(*before, day)):
            raise LastAdministrator(day=day.isoformat())
        for held in roles.values():
            if Role.AUDITOR in held and held & ACTING:
                raise DutiesMixed(day=day.isoformat(), roles=", ".join(sorted(held & ACTING)))


def _bounded(granted: Granted) -> None:
    if granted.role is Role.AUDITOR and (granted.until is None or granted.subject is None):
        raise PartMissing(
            field="until" if granted.until is None else "subject",
            problem="an auditor without a post has a term and a subject",
            problem_ja="職によらない監査の権限には期限と対象が必要です",
        )


def _roles_on(rights: Rights, organisation: Organisation, day: date) -> dict[UUID, frozenset[Role]]:
    found = rights_on(rights, organisation, day)
    return {member: frozenset(right.role for right in each) for member, each in found.items()}


def _administrators(roles: Mapping[UUID, frozenset[Role]]) -> bool:
    return any(Role.CITY_ADMINISTRATOR in held for held in roles.values())


def _turns(rights: Rights, organisation: Organisation) -> Iterator[date]:
    """Every day on which somebody may come to have or lose a right."""
    validities = (
        *rights.members.values(),
        *(grant.validity for grant in rights.grants.values()),
        *organisation.posts.values(),
        *organisation.departments.values(),
        *organisation.holdings.values(),
    )
    for validity in validities:
        yield validity.since
        if validity.until is not None:
            yield validity.until
