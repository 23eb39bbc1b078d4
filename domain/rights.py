"""Who may do what in a city, and since when: members, roles of posts and people, who stands for whom (担当者と権限).

A role is granted to a post, and whoever holds the post has it; or to a member, as to an outside auditor for a term and
a subject. Somebody from outside may stand for a party that proposes, and has then the role of a proposer and no other.
All of this is entered ahead and ended with a reason, so that who could do what on any day can be told. One aggregate a
city, so that its rules hold when two people enter changes at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final, assert_never
from uuid import UUID

from domain.decider import Decider
from domain.errors import (
    AlreadyThere,
    DateInvalid,
    DutiesMixed,
    LastAdministrator,
    NotFound,
    PartMissing,
    PartUnfitting,
    SidesMixed,
)
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
    """A person has no rights here any more (離任). ``valid_from``: first day without.

    What was granted to the person ends with it: who comes back is granted anew.
    """

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


@dataclass(frozen=True, slots=True)
class RepresentationGiven:
    """A member stands for a party that proposes, from a day on, ``until`` the first day without it (提案者の代理).

    ``party`` is the proposer of its proposals. Several may stand for one party, and one for several.
    """

    representation: UUID
    member: UUID
    party: UUID
    valid_from: date
    until: date | None
    reason: Sealed


@dataclass(frozen=True, slots=True)
class RepresentationEnded:
    """A member stands for a party no longer (代理の終了). ``valid_from``: first day without."""

    representation: UUID
    reason: Sealed
    valid_from: date


RightsEvent = MemberEntered | MemberLeft | Granted | Revoked | RepresentationGiven | RepresentationEnded

EVENTS: Final[Mapping[str, type]] = {
    "rights.member_entered": MemberEntered,
    "rights.member_left": MemberLeft,
    "rights.granted": Granted,
    "rights.revoked": Revoked,
    "rights.representation_given": RepresentationGiven,
    "rights.representation_ended": RepresentationEnded,
}


@dataclass(frozen=True, slots=True)
class Grant:
    """A role, who or which post has it, when, and what for if that was said; a proposer's names its ``party``."""

    role: Role
    post: UUID | None
    member: UUID | None
    department: UUID | None
    validity: Validity
    subject: Sealed | None = None
    party: UUID | None = None


@dataclass(frozen=True, slots=True)
class Rights:
    """What the next decision needs to know."""

    members: Mapping[UUID, Validity] = field(default_factory=dict)
    grants: Mapping[UUID, Grant] = field(default_factory=dict)
    """What was granted, and who stands for whom; those name a party, and no other does."""
    names: Mapping[UUID, Sealed] = field(default_factory=dict)
    """Member to the name last entered; also of who has no account to sign in with."""


@dataclass(frozen=True, slots=True)
class Right:
    """A role that a member has on some day, through a post or without one; no ``department``: in the whole city.

    ``party``: whom a proposer stands for.
    """

    role: Role
    department: UUID | None = None
    post: UUID | None = None
    grant: UUID | None = None
    party: UUID | None = None


def evolve(rights: Rights, event: RightsEvent) -> Rights:
    """Never refuses: it has already happened."""
    match event:
        case MemberEntered(member=member, name=name, valid_from=day):
            there = rights.members[member].begun(day) if member in rights.members else Validity(day)
            return replace(rights, members={**rights.members, member: there}, names={**rights.names, member: name})
        case MemberLeft(member=member, valid_from=day):
            there = rights.members.get(member, Validity(day))
            grants = {id_: _ended(each, day) if each.member == member else each for id_, each in rights.grants.items()}
            return replace(rights, members={**rights.members, member: there.ended(day)}, grants=grants)
        case Granted(grant=id_) | RepresentationGiven(representation=id_):
            return replace(rights, grants={**rights.grants, id_: _granted(rights, event)})
        case Revoked(grant=id_, valid_from=day) | RepresentationEnded(representation=id_, valid_from=day):
            found = rights.grants.get(id_)
            if found is None:
                return rights
            ended = replace(found, validity=Validity(found.validity.since, day))
            return replace(rights, grants={**rights.grants, id_: ended})
        case _:
            assert_never(event)


def _granted(rights: Rights, event: Granted | RepresentationGiven) -> Grant:
    """A member's right ends no later than the member leaves, also when that was entered before."""
    validity = Validity(event.valid_from, event.until)
    if isinstance(event, Granted):
        grant = Grant(event.role, event.post, event.member, event.department, validity, event.subject)
    else:
        grant = Grant(Role.PROPOSER, None, event.member, None, validity, party=event.party)
    there = None if event.member is None else rights.members.get(event.member)
    leaves = None if there is None else there.until_after(event.valid_from)
    return grant if leaves is None else _ended(grant, leaves)


def _ended(grant: Grant, day: date) -> Grant:
    """The same until a day at most; one that begins later is never had."""
    since, until = grant.validity.since, grant.validity.until
    return replace(grant, validity=Validity(since, max(since, day if until is None else min(until, day))))


Both = tuple[Rights, Organisation]
"""All that says who may do what."""

RIGHTS: Final = Decider("rights", Rights(), evolve, EVENTS)


# --- who may do what on a day ----------------------------------------------------------------------------------------


def rights_on(rights: Rights, organisation: Organisation, day: date) -> dict[UUID, frozenset[Right]]:
    """Member to what the member may do on a day."""
    found: dict[UUID, set[Right]] = {}
    holders: dict[UUID | None, list[UUID]] = {}
    for post, member in organisation.holdings:
        holders.setdefault(post, []).append(member)
    for id_, grant in rights.grants.items():
        if not grant.validity.covers(day):
            continue
        for member in holders.get(grant.post, []) if grant.member is None else [grant.member]:
            if _bears(rights, organisation, grant, member, day):
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
    bound = department if grant.role in WITHIN_DEPARTMENT else None
    return Right(grant.role, bound, grant.post, id_, grant.party)


def _bears(rights: Rights, organisation: Organisation, grant: Grant, member: UUID, day: date) -> bool:
    there = rights.members.get(member)
    if there is None or not there.covers(day):
        return False
    if grant.post is None:
        return grant.member == member and _reaches(organisation, grant, day)
    held = organisation.holdings.get((grant.post, member))
    return held is not None and held.covers(day) and organisation.has_post(grant.post, day)


def _reaches(organisation: Organisation, grant: Grant, day: date) -> bool:
    """Whether there is a department to have the role in: a member's right ends with it, as a post's does."""
    if grant.role not in WITHIN_DEPARTMENT or grant.department is None:
        return True
    there = organisation.departments.get(grant.department)
    return there is not None and there.covers(day)


# --- commands --------------------------------------------------------------------------------------------------------


def enter(rights: Rights, organisation: Organisation, entered: MemberEntered) -> tuple[RightsEvent, ...]:
    """Enter a person (登録). One who is there already returns nothing; raises DutiesMixed for one who comes back."""
    there = rights.members.get(entered.member)
    if there and there.begun(entered.valid_from) == there:
        return ()
    keep_duties((rights, organisation), (evolve(rights, entered), organisation))
    return (entered,)


def leave(rights: Rights, organisation: Organisation, left: MemberLeft) -> tuple[RightsEvent, ...]:
    """End all rights of a person, also those of a return ahead (離任). Raises NotFound, LastAdministrator."""
    there = rights.members.get(left.member)
    if there is None or there.first > left.valid_from:
        raise NotFound
    if there.until is not None and there.until <= left.valid_from:
        return ()
    keep_duties((rights, organisation), (evolve(rights, left), organisation))
    return (left,)


def grant(rights: Rights, organisation: Organisation, granted: Granted) -> tuple[RightsEvent, ...]:
    """Give a role to a post or a member (権限の付与).

    Raises AlreadyThere, CodeUnknown for a role that no city gives, PartMissing unless one post or one member is named,
    and when a member audits without an end and a subject, PartUnfitting for a department that would bound nothing,
    ReferenceUnknown, DateInvalid, DutiesMixed.
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
    _ends_after(day, granted.until)
    if granted.department is not None and (granted.post is not None or granted.role not in WITHIN_DEPARTMENT):
        raise PartUnfitting(
            field="department",
            problem="it bounds only what a member, not a post, does within a department; leave it out",
            problem_ja="課で限れるのは担当者に与える課内の役割だけです。指定しないでください",
        )
    if granted.post is not None:
        named(organisation.posts, "post", granted.post, day)
    if granted.member is not None:
        named(rights.members, "member", granted.member, day)
        _bounded(granted)
    if granted.department is not None:
        named(organisation.departments, "department", granted.department, day)
    keep_duties((rights, organisation), (evolve(rights, granted), organisation))
    return (granted,)


def revoke(rights: Rights, organisation: Organisation, revoked: Revoked) -> tuple[RightsEvent, ...]:
    """End a grant (権限の取消し). One that has ended by then returns nothing. Raises NotFound, LastAdministrator.

    One that is still ahead may be ended on its first day, and is never had.
    """
    found = rights.grants.get(revoked.grant)
    if found is None or found.party is not None:
        raise NotFound
    if _over(found, revoked.valid_from):
        return ()
    keep_duties((rights, organisation), (evolve(rights, revoked), organisation))
    return (revoked,)


def represent(rights: Rights, organisation: Organisation, given: RepresentationGiven) -> tuple[RightsEvent, ...]:
    """Let a member stand for a party (代理の登録).

    Raises AlreadyThere, ReferenceUnknown, DateInvalid, SidesMixed for who works for the city on any of these days.
    """
    if given.representation in rights.grants:
        raise AlreadyThere
    _ends_after(given.valid_from, given.until)
    named(rights.members, "member", given.member, given.valid_from)
    keep_duties((rights, organisation), (evolve(rights, given), organisation))
    return (given,)


def end_representation(rights: Rights, ended: RepresentationEnded) -> tuple[RightsEvent, ...]:
    """End it (代理の終了). One that has ended by then returns nothing. Raises NotFound, also for another's grant.

    One that is still ahead may be ended on its first day, and is never had.
    """
    found = rights.grants.get(ended.representation)
    if found is None or found.party is None:
        raise NotFound
    return () if _over(found, ended.valid_from) else (ended,)


def _over(grant: Grant, day: date) -> bool:
    """Whether it has ended by a day. Raises DateInvalid when it had not begun then."""
    since, until = grant.validity.since, grant.validity.until
    if until is not None and until <= day:
        return True
    if day < since:
        told = since.isoformat()
        raise DateInvalid(field="validFrom", problem=f"it began only on {told}", problem_ja=f"始まりは {told} です")
    return False


def _ends_after(day: date, until: date | None) -> None:
    """Raises DateInvalid."""
    if until is not None and until <= day:
        raise DateInvalid(field="until", problem="it ends before it begins", problem_ja="終わりが始まりより前です")


def keep_past(before: Both, after: Both, today: date) -> None:
    """See that a change leaves it as it is who could do what before today. Raises DateInvalid, naming the first day."""
    for day in _days_changed(before, after):
        if day >= today:
            return
        if rights_on(*before, day) != rights_on(*after, day):
            then, now = day.isoformat(), today.isoformat()
            raise DateInvalid(
                field="validFrom",
                problem=f"it would change who could do what on {then}: enter it from today ({now}) or later",
                problem_ja=f"{then} にさかのぼって権限が変わります。今日（{now}）以降の日付にしてください",
            )


def keep_duties(before: Both, after: Both) -> None:
    """See that a change leaves the city an administrator where it had one, and gives nobody who audits what acts.

    Nor does anybody of the city come to stand for who proposes to it. What was mixed before the change, as by an
    import, does not hold up others. Raises LastAdministrator, DutiesMixed, SidesMixed; all name the first day.
    """
    for day in _days_changed(before, after):
        had, have = rights_on(*before, day), rights_on(*after, day)
        for member, held in have.items():
            mixed = _mixed(held) - _mixed(had.get(member, frozenset()))
            if mixed:
                raise DutiesMixed(day=day.isoformat(), roles=_roles(mixed))
            sides = _both_sides(held) - _both_sides(had.get(member, frozenset()))
            if sides:
                raise SidesMixed(day=day.isoformat(), roles=_roles(_both_sides(held) - _proposing(held)))
        if not _administered(have) and _administered(had):
            raise LastAdministrator(day=day.isoformat())


def _bounded(granted: Granted) -> None:
    if granted.role is Role.AUDITOR and (granted.until is None or granted.subject is None):
        raise PartMissing(
            field="until" if granted.until is None else "matter",
            problem="an auditor without a post has a term (until) and a subject (matter)",
            problem_ja="職によらない監査の権限には期限と対象が必要です",
        )


def _administered(rights: Mapping[UUID, frozenset[Right]]) -> bool:
    """Whether somebody can administer: who audits as well is refused every command."""
    roles = ({right.role for right in held} for held in rights.values())
    return any(Role.CITY_ADMINISTRATOR in held and Role.AUDITOR not in held for held in roles)


def _mixed(held: frozenset[Right]) -> frozenset[Right]:
    """What acts among the rights of somebody who audits."""
    audits = any(right.role is Role.AUDITOR for right in held)
    return frozenset(right for right in held if right.role in ACTING) if audits else frozenset()


def _proposing(held: frozenset[Right]) -> frozenset[Right]:
    return frozenset(right for right in held if right.role is Role.PROPOSER)


def _both_sides(held: frozenset[Right]) -> frozenset[Right]:
    """All rights of somebody who works for the city and stands for who proposes to it."""
    proposing = _proposing(held)
    return held if proposing and proposing != held else frozenset()


def _roles(held: frozenset[Right]) -> str:
    return ", ".join(sorted({right.role for right in held}))


def _days_changed(before: Both, after: Both) -> list[date]:
    """Every day, in order, on which somebody may come to have or lose a right, from the first that a change touches."""
    old, new = _turns(*before), _turns(*after)
    first = min((day for _, day in old ^ new), default=date.max)
    return sorted({day for _, day in old | new if day >= first})


def _turns(rights: Rights, organisation: Organisation) -> set[tuple[object, date]]:
    """Whatever begins or ends, and when."""
    kinds: tuple[Mapping[Any, Validity], ...] = (
        rights.members,
        {id_: grant.validity for id_, grant in rights.grants.items()},
        organisation.posts,
        organisation.departments,
        organisation.holdings,
    )
    return {
        ((place, key, end), day)
        for place, kind in enumerate(kinds)
        for key, validity in kind.items()
        for span in validity.spans()
        for end, day in enumerate((span.since, span.until))
        if day is not None
    }
