"""What can happen to a proposal at many stages: it waits, a step is corrected, it is withdrawn, closed (手続の経過)."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from domain.errors import IsSuspended, ReferenceUnsuitable
from domain.policy import Policy
from domain.proposal.state import WAY, Outcome, Proposal, Stage
from domain.values import Sealed


@dataclass(frozen=True, slots=True)
class StepCorrected:
    """A step was wrong: it goes on from an earlier stage (手続の訂正)."""

    to: Stage
    reason: Sealed


@dataclass(frozen=True, slots=True)
class Suspended:
    """Nothing is done for a while, from the day ``on``; deadlines wait (保留)."""

    reason: Sealed
    until: date | None
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Resumed:
    """It goes on where it stood (再開). ``due_on``: the deadline that had waited."""

    reason: Sealed | None
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The proposer withdrew (取下げ)."""

    reason: Sealed


@dataclass(frozen=True, slots=True)
class Closed:
    """The file was closed (完結)."""

    reason: Sealed


@dataclass(frozen=True, slots=True)
class InterestDeclared:
    """Somebody has an interest in the matter and does not decide it (利益相反の申告)."""

    member: UUID
    note: Sealed


def taken_back(proposal: Proposal, to: Stage) -> Proposal:
    """Without what the steps that were taken back had brought."""
    kept = WAY[: WAY.index(to) + 1] if to in WAY else ()
    talking = Stage.MATCHED in kept
    return replace(
        proposal,
        passed=proposal.passed & set(kept),
        screened=proposal.screened if Stage.SCREENED in kept else frozenset(),
        department=proposal.department if talking else None,
        recommended=proposal.recommended and talking,
        escalated=proposal.escalated and talking,
        by_council=proposal.by_council and to is Stage.ADOPTED,
        outcome=Outcome.ADOPTED if to is Stage.ADOPTED else None,
    )


def check_going_on(proposal: Proposal, _policy: Policy | None, _event: object) -> None:
    """Raises IsSuspended."""
    if proposal.suspended:
        raise IsSuspended


def check_earlier(proposal: Proposal, _policy: Policy, corrected: StepCorrected) -> None:
    """Raises ReferenceUnsuitable for a stage at which it has not stood before, or one from before its decision.

    What was withdrawn after it was adopted goes back there and no further: a decision is corrected by a decision.
    """
    possible = (Stage.ADOPTED,) if Stage.ADOPTED in proposal.earlier else proposal.earlier
    if corrected.to not in possible:
        raise ReferenceUnsuitable(field="to", stage=corrected.to.value, possible=", ".join(possible))
