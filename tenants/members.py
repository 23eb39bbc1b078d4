"""Who may act in a city: members, their roles, and the tokens by which they are known (担当者と権限)."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

from domain.values import CityCode


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


OPERATOR: Final = UUID(int=1)
"""Who runs the deployment, acting at the command line: the actor of the first events of every log."""

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
"""Every role that a city gives to its people; the operator is none of them."""


@dataclass(frozen=True, slots=True)
class Member:
    """A person known to one city. The log knows the id, never the name."""

    city: CityCode
    id: UUID
    roles: frozenset[Role]
    name: str = ""
    department: UUID | None = None


def operator(city: CityCode) -> Member:
    """The deployment's operator, as far as this city is concerned."""
    return Member(city, OPERATOR, frozenset({Role.OPERATOR}), "運用担当 / operator")
