"""Who may do what on a day, through posts and without (権限の現在と過去)."""

from datetime import date
from uuid import UUID

from domain.organisation import Organisation
from domain.rights.state import Grant, Right, Rights
from domain.roles import WITHIN_DEPARTMENT


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
