"""Every wish there is, as plain data: the mutations of the desk and the demo loader go through these."""

from typing import Any, Final

from tenants.commands import approvals, cases, challenges, city, organisation, projects, proposals, rights, selections
from tenants.wish import Wish

WISHES: Final[tuple[type[Wish[Any]], ...]] = (
    *proposals.WISHES,
    *challenges.WISHES,
    *cases.WISHES,
    *approvals.WISHES,
    *selections.WISHES,
    *projects.WISHES,
    *organisation.WISHES,
    *rights.WISHES,
    *city.WISHES,
)
