"""Who may act in a city: members and their rights on the day they act (担当者と権限)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final
from uuid import UUID

from domain.rights import Right
from domain.roles import CASEWORK, EVERYBODY, SIGNED_IN, WITHIN_DEPARTMENT, Role
from domain.values import CityCode

__all__ = ["CASEWORK", "EVERYBODY", "OPERATOR", "SIGNED_IN", "Member", "Role", "having", "operator"]

OPERATOR: Final = UUID(int=1)
"""Who runs the deployment, acting at the command line: the actor of the first events of every log."""


@dataclass(frozen=True)
class Member:
    """A person known to one city, with the rights of today. The log knows the id, never the name.

    ``seen``: the records that say so, at the version at which they said it; none for who has rights without a grant.
    """

    city: CityCode
    id: UUID
    rights: frozenset[Right]
    name: str = ""
    seen: Mapping[UUID, int] = field(default_factory=dict, compare=False)

    @cached_property
    def roles(self) -> frozenset[Role]:
        """What the member does, wherever that is."""
        return frozenset(right.role for right in self.rights)

    @property
    def parties(self) -> frozenset[UUID]:
        """The parties for whom the member stands (提案者の代理).

        None for who works for the city besides, whatever a log from elsewhere says: nobody of the city reads as one.
        """
        if self.roles != {Role.PROPOSER}:
            return frozenset()
        return frozenset(right.party for right in self.rights if right.party is not None)

    def departments(self, roles: Iterable[Role] = WITHIN_DEPARTMENT) -> frozenset[UUID] | None:
        """The departments in which the member has one of these roles; ``None``: in the whole city."""
        bounds = {right.department for right in self.rights if right.role in roles}
        return None if None in bounds else frozenset(bound for bound in bounds if bound is not None)


def having(roles: Iterable[Role], department: UUID | None = None) -> frozenset[Right]:
    """These roles without a grant behind them; those that reach no further than a department, in this one."""
    return frozenset(Right(role, department if role in WITHIN_DEPARTMENT else None) for role in roles)


def operator(city: CityCode) -> Member:
    """The deployment's operator, as far as this city is concerned."""
    return Member(city, OPERATOR, having({Role.OPERATOR}), "運用担当 / operator")
