"""What city and proposer write to each other, note for themselves and hand over (連絡・メモ・市情報の提供)."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from domain.dialogue.state import MOST, Dialogue
from domain.errors import TooMany
from domain.policy import Policy
from domain.values import Sealed


class NoteFor(StrEnum):
    """Who reads a note that the proposer does not see (内部メモの閲覧範囲)."""

    DEPARTMENT = "department"
    DESK = "desk"


@dataclass(frozen=True, slots=True)
class MessageSent:
    """The city wrote to the proposer (提案者への連絡)."""

    message: UUID
    text: Sealed


@dataclass(frozen=True, slots=True)
class MessageReceived:
    """The proposer wrote to the city (提案者からの連絡)."""

    message: UUID
    text: Sealed


@dataclass(frozen=True, slots=True)
class Noted:
    """Somebody noted something that the proposer does not see (内部メモ)."""

    note: UUID
    text: Sealed


@dataclass(frozen=True, slots=True)
class Disclosed:
    """Information of the city was handed to the proposer, who keeps it secret (市情報の提供).

    ``what`` was handed over, ``recipient`` to whom, ``condition`` on which condition.
    """

    disclosure: UUID
    what: Sealed
    recipient: Sealed
    condition: Sealed


def check_disclosed(dialogue: Dialogue, _policy: Policy, _event: Disclosed) -> None:
    """Raises TooMany: every hand-over stays in sight."""
    if (count := len(dialogue.disclosures) + 1) > MOST:
        raise TooMany(field="what", count=count, limit=MOST)
