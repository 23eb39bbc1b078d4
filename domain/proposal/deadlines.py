"""Until when something is due: the city's first answer, then what the proposer shall complete (回答目安・補正期限).

There is one deadline at a time. It ends with the step it was set for, waits while the proposal rests, and is moved only
with a reason. The first answer is the city's own aim, never a statutory processing period.
"""

from dataclasses import dataclass
from datetime import date

from domain.errors import DateInvalid
from domain.policy import Policy
from domain.proposal.course import InterestDeclared, Resumed, Suspended
from domain.proposal.deciding import Assessed, Escalated, ReasonsTold, Recommended
from domain.proposal.offer import Received
from domain.proposal.screening import Checked, OpinionGiven, OpinionsAsked, Returned
from domain.proposal.state import Proposal
from domain.values import Sealed


@dataclass(frozen=True, slots=True)
class DeadlineExtended:
    """There is more time, and the proposer is told why (期限の延長)."""

    due_on: date
    reason: Sealed


def due_after(due_on: date | None, event: object) -> date | None:
    """The deadline after an event; every step that goes on ends the one before."""
    match event:
        case Received(due=due):
            return due.on if due else None
        case Returned(due_on=day) | DeadlineExtended(due_on=day):
            return day
        case Resumed(due_on=day):
            return day or due_on
        case (
            Checked()
            | OpinionsAsked()
            | OpinionGiven()
            | Assessed()
            | Recommended()
            | Escalated()
            | ReasonsTold()
            | Suspended()
            | InterestDeclared()
        ):
            return due_on
        case _:
            return None


def check_extended(proposal: Proposal, _policy: Policy, extended: DeadlineExtended) -> None:
    """Raises DateInvalid unless there is more time than before."""
    if proposal.due_on is not None and extended.due_on <= proposal.due_on:
        raise DateInvalid(
            field="dueOn",
            problem=f"it must lie after the present last day ({proposal.due_on}).",
            problem_ja=f"現在の期限（{proposal.due_on}）より後の日付が必要です",
        )
