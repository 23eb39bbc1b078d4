"""What people do in a city, and what each role may be bound to (役割)."""

from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """What a member does in one city (役割)."""

    DESK_OFFICER = "desk_officer"
    DEPARTMENT_OFFICER = "department_officer"
    APPROVER = "approver"
    COUNCIL_MEMBER = "council_member"
    STAFF = "staff"
    CITY_ADMINISTRATOR = "city_administrator"
    AUDITOR = "auditor"
    OPERATOR = "operator"
    PROPOSER = "proposer"


CASEWORK: Final = frozenset(
    {
        Role.DESK_OFFICER,
        Role.DEPARTMENT_OFFICER,
        Role.APPROVER,
        Role.COUNCIL_MEMBER,
        Role.CITY_ADMINISTRATOR,
        Role.AUDITOR,
    }
)
"""The roles that read a desk's views."""

EVERYBODY: Final = CASEWORK | {Role.STAFF}
"""Every role that a city gives to its people; proposers and the operator are none of them."""

SIGNED_IN: Final = EVERYBODY | {Role.PROPOSER}
"""Everybody who signs in at a city's desk: its people, and who stands for a party that proposes (提案者・事業者)."""

ACTING: Final = CASEWORK - {Role.AUDITOR}
"""The roles that change something; who audits has none of them."""

WITHIN_DEPARTMENT: Final = frozenset({Role.DEPARTMENT_OFFICER, Role.APPROVER})
"""The roles that reach only as far as the department they are given in; the others reach over the whole city."""
