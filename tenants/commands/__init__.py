"""Every wish there is, as plain data: the mutations of the desk and the demo loader go through these."""

from typing import Any, Final

from tenants.commands import (
    agreements,
    approvals,
    cases,
    challenges,
    city,
    consultations,
    dialogues,
    gatherings,
    notices,
    organisation,
    projects,
    proposals,
    retention,
    rights,
    selections,
    sessions,
    surveys,
)
from tenants.wish import Wish

WISHES: Final[tuple[type[Wish[Any]], ...]] = (
    *proposals.WISHES,
    *challenges.WISHES,
    *cases.WISHES,
    *dialogues.WISHES,
    *sessions.WISHES,
    *approvals.WISHES,
    *agreements.WISHES,
    *surveys.WISHES,
    *consultations.WISHES,
    *gatherings.WISHES,
    *notices.WISHES,
    *selections.WISHES,
    *projects.WISHES,
    *retention.WISHES,
    *organisation.WISHES,
    *rights.WISHES,
    *city.WISHES,
)
