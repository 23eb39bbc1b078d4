"""What all wishes about a proposal have in common, and how a proposer's own words are sealed (提案の操作の共通部分)."""

from dataclasses import dataclass
from typing import Annotated, ClassVar, Final
from uuid import UUID

from domain.circumstances import Channel
from domain.policy import known
from domain.proposal import PROPOSAL, Proposal
from domain.values import SHORT, Audience, Code, CorporateNumber, Mark
from tenants.members import Role
from tenants.saying import Doing, OfDepartment, Says
from tenants.wish import Context

OwnTitle = Annotated[str, Says(Audience.DEPARTMENT, (Mark.KNOW_HOW,), SHORT, own=True)]
OwnSummary = Annotated[str, Says(Audience.DEPARTMENT, (Mark.KNOW_HOW,), own=True)]
OwnContact = Annotated[str, Says(Audience.DESK, (Mark.PERSONAL,), SHORT, own=True)]
OwnAddress = Annotated[str, Says(Audience.DESK, (Mark.PERSONAL,), own=True)]
OwnName = Annotated[str, Says(Audience.DEPARTMENT, limit=SHORT, own=True)]
OwnNumber = Annotated[CorporateNumber, Says(Audience.DESK, limit=SHORT, own=True)]
DESK: Final = frozenset({Role.DESK_OFFICER})
DEPARTMENT: Final = frozenset({Role.DESK_OFFICER, Role.DEPARTMENT_OFFICER})
OWN_WAYS: Final = frozenset({Channel.DESK, Channel.IMPORT})
"""How the program itself enters things; a city's rules name the ways that are open to proposers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalWish(Doing[Proposal]):
    """About one proposal. Words of the city are sealed under the proposal's file, the proposer's under the proposer."""

    decider = PROPOSAL
    roles: ClassVar[frozenset[Role]] = DESK

    proposal: UUID

    def owner(self, state: Proposal) -> UUID | None:
        """The proposer, once there is one."""
        return state.proposer


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentWish(ProposalWish, OfDepartment[Proposal]):
    """About one proposal, for the desk and for the department that has it."""

    roles = DEPARTMENT


def check_channel(context: Context) -> None:
    """Raises CodeUnknown for a way that the city does not open to proposers."""
    intake = context.policy.intake
    if intake is not None and context.channel not in OWN_WAYS:
        known("entry.channel", context.channel, tuple(Code(each) for each in intake.channels))
