"""Rights are given and ended, for posts, people and those who stand for a party (権限の付与・取消し)."""

from datetime import date

from domain.errors import AlreadyThere, DateInvalid, NotFound, PartMissing, PartUnfitting
from domain.organisation import Organisation, named, not_before
from domain.policy import known
from domain.rights.duties import keep_duties
from domain.rights.state import (
    Grant,
    Granted,
    MemberEntered,
    MemberLeft,
    MemberRenamed,
    RepresentationEnded,
    RepresentationGiven,
    Revoked,
    Rights,
    RightsEvent,
    evolve,
)
from domain.roles import EVERYBODY, WITHIN_DEPARTMENT, Role
from domain.values import Code


def enter(rights: Rights, organisation: Organisation, entered: MemberEntered) -> tuple[RightsEvent, ...]:
    """Enter a person (登録). One who is there already returns nothing; raises DutiesMixed for one who comes back."""
    there = rights.members.get(entered.member)
    if there and there.begun(entered.valid_from) == there:
        return ()
    keep_duties((rights, organisation), (evolve(rights, entered), organisation))
    return (entered,)


def rename(rights: Rights, renamed: MemberRenamed) -> tuple[RightsEvent, ...]:
    """Enter another name (改姓等). Raises NotFound, DateInvalid for a day before the person was here."""
    there = rights.members.get(renamed.member)
    if there is None:
        raise NotFound
    not_before(there.first, renamed.valid_from)
    return (renamed,)


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
    not_before(since, day)
    return False


def _ends_after(day: date, until: date | None) -> None:
    """Raises DateInvalid."""
    if until is not None and until <= day:
        raise DateInvalid(field="until", problem="it ends before it begins", problem_ja="終わりが始まりより前です")


def _bounded(granted: Granted) -> None:
    if granted.role is Role.AUDITOR and (granted.until is None or granted.subject is None):
        raise PartMissing(
            field="until" if granted.until is None else "matter",
            problem="an auditor without a post has a term (until) and a subject (matter)",
            problem_ja="職によらない監査の権限には期限と対象が必要です",
        )
