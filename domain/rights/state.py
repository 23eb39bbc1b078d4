"""What has happened to the members and their rights, and what the next decision needs to know (担当者と権限の状態)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final, assert_never
from uuid import UUID

from domain.decider import Decider
from domain.organisation import Borne, Organisation, Validity
from domain.roles import Role
from domain.values import Sealed


@dataclass(frozen=True, slots=True)
class MemberEntered:
    """A person may be given rights here from a day on (登録). What was typed is sealed under the member's own key."""

    member: UUID
    name: Sealed
    login: Sealed | None
    valid_from: date


@dataclass(frozen=True, slots=True)
class MemberRenamed:
    """A person bears another name from a day on (改姓等). The former one stays what old decisions were signed with."""

    member: UUID
    name: Sealed
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


RightsEvent = MemberEntered | MemberRenamed | MemberLeft | Granted | Revoked | RepresentationGiven | RepresentationEnded

EVENTS: Final[Mapping[str, type]] = {
    "rights.member_entered": MemberEntered,
    "rights.member_renamed": MemberRenamed,
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
    names: Mapping[UUID, tuple[Borne, ...]] = field(default_factory=dict)
    """Member to all names that were entered, in that order; also of who has no account to sign in with."""


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
            return _named(replace(rights, members={**rights.members, member: there}), member, Borne(name, day))
        case MemberRenamed(member=member, name=name, valid_from=day):
            return _named(rights, member, Borne(name, day))
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


def _named(rights: Rights, member: UUID, borne: Borne) -> Rights:
    names = rights.names.get(member, ())
    return replace(rights, names={**rights.names, member: names if borne in names else (*names, borne)})


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
