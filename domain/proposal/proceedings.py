"""What goes on about a proposal in records of their own: dialogues, agenda items, selection, agreements, projects.

Each of them tells the proposal how it stands, in the same append, so that nothing is closed over what still goes on
and nothing is taken back that binds both sides (関連手続).
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID


class Proceeding(StrEnum):
    """A kind of record that is about a proposal."""

    DIALOGUE = "dialogue"
    AGENDA_ITEM = "agenda_item"
    SELECTION = "selection"
    AGREEMENT = "agreement"
    PROJECT = "project"


Key = tuple[Proceeding, UUID, UUID | None]
"""A record or a part of one: its kind, its id and that of the part."""

CARRYING_OUT: Final = (Proceeding.SELECTION, Proceeding.AGREEMENT, Proceeding.PROJECT)
"""What only an adopted proposal has."""


@dataclass(frozen=True, slots=True)
class ProceedingNoted:
    """How a record about the proposal stands, as that record tells (関連手続の状況).

    ``open``: there is still something to do in it. ``bound``: by it the city is bound, to the proposer or to another.
    ``part``: which part of the record it is, as one item of a session's agenda.
    """

    proceeding: Proceeding
    record: UUID
    open: bool
    bound: bool = False
    part: UUID | None = None

    @property
    def key(self) -> Key:
        """What it tells of: ids are given by those who enter, so that none alone says which record it is."""
        return self.proceeding, self.record, self.part
