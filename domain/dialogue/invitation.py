"""A department is invited and answers; the dialogue ends and may go on (招請・応諾・辞退・終了)."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from domain import proposal as proposals
from domain.dialogue.state import Ending, Stage
from domain.proposal import PROPOSAL, Proposal
from domain.values import Sealed


@dataclass(frozen=True, slots=True)
class Invited:
    """The desk asked a department to talk with the proposer (対話への招請); it answers until ``answer_by``."""

    proposal: UUID
    proposer: UUID
    department: UUID
    title: Sealed
    request: Sealed
    answer_by: date | None
    sample: bool


@dataclass(frozen=True, slots=True)
class Extended:
    """The department has until another day to answer (回答期限の変更)."""

    answer_by: date
    reason: Sealed


@dataclass(frozen=True, slots=True)
class Recalled:
    """The desk took the invitation back before it was answered (招請の取消し)."""

    reason: Sealed


@dataclass(frozen=True, slots=True)
class Accepted:
    """The department will talk (応諾)."""

    note: Sealed | None


@dataclass(frozen=True, slots=True)
class TurnedDown:
    """The department will not talk, and says why (辞退)."""

    reason: Sealed


@dataclass(frozen=True, slots=True)
class Ended:
    """The dialogue came to its end (対話の終了)."""

    ending: Ending
    reason: Sealed


@dataclass(frozen=True, slots=True)
class Resumed:
    """It went on after all (対話の再開)."""

    reason: Sealed


@dataclass(frozen=True, slots=True)
class StepCorrected:
    """A step was wrong: the department is invited after all (手続の訂正)."""

    to: Stage
    reason: Sealed


OPEN_TO_DIALOGUE: Final = (
    proposals.Stage.SCREENED,
    proposals.Stage.MATCHED,
    proposals.Stage.IN_DIALOGUE,
    proposals.Stage.ADOPTED,
)
"""Where a proposal may be talked about: from screening on, as long as it goes on."""
UNDECIDED: Final = tuple(stage for stage in OPEN_TO_DIALOGUE if stage is not proposals.Stage.ADOPTED)
"""Where a department may be invited about it."""


def may_invite(proposal: Proposal) -> None:
    """Raises ReferenceUnknown, ReferenceUnsuitable for a proposal that is not screened, or decided."""
    PROPOSAL.named(proposal, *UNDECIDED)


def goes_on(proposal: Proposal) -> None:
    """Raises ReferenceUnknown, ReferenceUnsuitable for a proposal that was withdrawn, refused, declined or closed."""
    PROPOSAL.named(proposal, *OPEN_TO_DIALOGUE)
