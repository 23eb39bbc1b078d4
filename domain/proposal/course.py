"""What can happen to a proposal at many stages: it waits, a step is corrected, it is withdrawn, closed (手続の経過)."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from domain.errors import AlreadyBound, IsSuspended, NeverStoodThere, PartUnfitting, ReferenceUnsuitable, StillGoingOn
from domain.policy import Policy
from domain.proposal.proceedings import CARRYING_OUT, Proceeding, ProceedingNoted
from domain.proposal.state import WAY, Outcome, Proposal, Stage
from domain.values import Sealed


@dataclass(frozen=True, slots=True)
class StepCorrected:
    """A step was wrong: it goes on from an earlier stage (手続の訂正).

    ``unanswered``: so the city has not answered yet, and ``due_on`` is the deadline for that again.
    """

    to: Stage
    reason: Sealed
    due_on: date | None = None
    unanswered: bool = False


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


@dataclass(frozen=True, slots=True)
class InterestWithdrawn:
    """That somebody has an interest in the matter was a mistake (申告の取消し)."""

    member: UUID
    reason: Sealed


def taken_back(proposal: Proposal, to: Stage) -> Proposal:
    """Without what the steps that were taken back had brought; what is the council's to decide stays its.

    Back at its decision, or at how else it ended, it lacks nothing: it was withdrawn or closed by mistake.
    """
    if to is Stage.ADOPTED or to not in WAY:
        return replace(proposal, outcome=Outcome.ADOPTED if to is Stage.ADOPTED else proposal.outcome)
    kept = WAY[: WAY.index(to) + 1]
    talking = Stage.MATCHED in kept
    return replace(
        proposal,
        passed=proposal.passed & set(kept),
        screened=proposal.screened if Stage.SCREENED in kept else frozenset(),
        department=proposal.department if talking else None,
        recommended=proposal.recommended and talking,
        by_council=False,
        outcome=None,
    )


def check_going_on(proposal: Proposal, _policy: Policy | None, _event: object) -> None:
    """Raises IsSuspended."""
    if proposal.suspended:
        raise IsSuspended


def check_earlier(proposal: Proposal, _policy: Policy, corrected: StepCorrected) -> None:
    """Raises NeverStoodThere for a stage at which it has not stood before, or one from before its decision.

    What was withdrawn after it was adopted goes back there and no further: a decision is corrected by a decision. What
    was closed goes back to where it stood, and on from there.
    """
    possible = (Stage.ADOPTED,) if Stage.ADOPTED in proposal.earlier else proposal.earlier
    if corrected.to not in possible:
        raise NeverStoodThere(field="to", stage=corrected.to.value, possible=", ".join(possible))


def check_unbound(proposal: Proposal, _policy: Policy, _event: object) -> None:
    """Raises AlreadyBound once a contract, an agreement or a project binds city and proposer (DOMAIN 4)."""
    if proposal.bound_by:
        raise AlreadyBound(proceedings=", ".join(proposal.bound_by))


def check_all_over(proposal: Proposal, _policy: Policy, _closed: Closed) -> None:
    """Raises StillGoingOn while there is something to do in a record about it."""
    if proposal.going_on:
        raise StillGoingOn(proceedings=", ".join(proposal.going_on))


def noted_before(proposal: Proposal, noted: ProceedingNoted) -> bool:
    """It stands so already; what nobody has heard of and is over changes nothing either."""
    before = proposal.proceedings.get(noted.key)
    return before == noted or (before is None and not noted.open and not noted.bound)


def check_noted(proposal: Proposal, _policy: Policy, noted: ProceedingNoted) -> None:
    """Only what was adopted and is so still is carried out, and by one selection at a time.

    Raises ReferenceUnsuitable, IsSuspended, PartUnfitting. What goes on already may go on, but not bind anew what was
    declined since; what was over and goes on again, as a step was wrong, is judged again. How a record ended is a fact,
    also one that nobody told the proposal of when it began.
    """
    before = proposal.proceedings.get(noted.key)
    if noted.proceeding not in CARRYING_OUT or not noted.open:
        return
    if before is not None and before.open and before.bound >= noted.bound:
        return
    again = before is not None and not before.open
    bound_before = before is not None and before.bound
    (named_for_others if bound_before or (noted.bound and not again) else named_for_work)(proposal)
    alone = again or not noted.bound
    if alone and noted.proceeding is Proceeding.SELECTION and Proceeding.SELECTION in proposal.going_on:
        raise PartUnfitting(
            field="proposal",
            problem="an implementer is being selected for it already; go on with that selection, or abandon it",
            problem_ja="この提案の実施主体の選定はすでに始まっています。その選定を続けるか、打ち切ってください",
        )


def named_for_work(proposal: Proposal) -> None:
    """What is carried out is adopted, and neither closed nor at rest. Raises ReferenceUnsuitable, IsSuspended."""
    if proposal.stage is not Stage.ADOPTED:
        raise ReferenceUnsuitable(field="proposal", stage=proposal.stage.value, possible=Stage.ADOPTED.value)
    check_going_on(proposal, None, None)


def named_for_others(proposal: Proposal) -> None:
    """The same, or withdrawn since it was adopted: somebody else may still carry it out. Raises as the one above."""
    if proposal.stage is not Stage.WITHDRAWN:
        named_for_work(proposal)
