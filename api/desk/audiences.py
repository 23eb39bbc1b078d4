"""Who may read what: the one table from audience to roles, and who may see which view (閲覧範囲と役割).

Every typed value names its audience; a member reads it when one of the member's roles is listed there. Otherwise the
value is answered as null with ``withheld: true``; that something was written is no secret to those who see the record.
"""

from collections.abc import Mapping
from typing import Final

from domain.errors import NotAllowed
from domain.values import Audience
from tenants.members import CASEWORK, EVERYBODY, Member, Role

CONCERNED: Final = CASEWORK - {Role.CITY_ADMINISTRATOR}
"""Those who work on proposals or check that work; who keeps members and policy does not read what proposers wrote."""

READERS: Final[Mapping[Audience, frozenset[Role]]] = {
    Audience.PUBLIC: EVERYBODY,
    Audience.STAFF: EVERYBODY,
    Audience.PROPOSER: CONCERNED,
    Audience.DEPARTMENT: CONCERNED,
    Audience.DESK: frozenset({Role.DESK_OFFICER, Role.APPROVER, Role.COUNCIL_MEMBER, Role.AUDITOR}),
    Audience.COUNCIL: frozenset({Role.DESK_OFFICER, Role.COUNCIL_MEMBER, Role.AUDITOR}),
    Audience.AUDITOR: frozenset({Role.AUDITOR}),
    Audience.OTHER_CITY: CONCERNED,
}
"""Audience to the roles that read it inside the city."""


def may_read(member: Member, audience: Audience) -> bool:
    """Whether a member reads values for this audience."""
    return bool(member.roles & READERS[audience])


def require(member: Member, roles: frozenset[Role]) -> None:
    """Raises NotAllowed when the member has none of these roles."""
    if not member.roles & roles:
        raise NotAllowed(needed=", ".join(sorted(roles)))
