"""The desk's inbox and the proposal's dossier: one row a proposal (受付簿・案件カルテ).

``waiting_for`` says whose turn it is, so that everybody sees what waits for them.
"""

from typing import Final

from msgspec.structs import replace

from domain.proposal import Drafted, ProposalEvent, Received, TurnedAway, due_after
from projections.model import Fact, Opened, ReadModel
from projections.proposals.first import deadline_of, drafted, received
from projections.proposals.later import changed
from projections.proposals.row import (
    NOBODY,
    WAITING_FOR,
    Dossier,
    FormerName,
    Opinion,
    PassedOn,
    ProposalRow,
    Receipt,
    Words,
    waits,
)

__all__ = [
    "NOBODY",
    "PROPOSALS",
    "WAITING_FOR",
    "Dossier",
    "FormerName",
    "Opinion",
    "PassedOn",
    "ProposalRow",
    "Receipt",
    "Words",
    "change",
]


def change(before: ProposalRow | None, fact: Fact, opened: Opened) -> ProposalRow | None:
    """The row after an event; pure."""
    del opened
    event: ProposalEvent = fact.event
    if isinstance(event, TurnedAway):
        return None
    if isinstance(event, Received):
        row = received(fact, event)
        return row if before is None else replace(row, recorded_at=before.recorded_at)
    if isinstance(event, Drafted):
        row = drafted(fact, event)
        return replace(row, waiting_for=waits(row))
    if before is None:
        raise ValueError("the proposal has no beginning")
    row = changed(before, event, fact.circumstances.occurred_on.on)
    due_on = due_after(before.due_on, event)
    row = replace(
        row, version=fact.version, position=fact.position, updated_at=fact.recorded_at, due_on=due_on,
        dossier=deadline_of(before, row.dossier, event, due_on),
    )  # fmt: skip
    return replace(row, waiting_for=waits(row))


PROPOSALS: Final = ReadModel(
    name="proposals",
    table="renkei.proposals",
    row=ProposalRow,
    aggregates=frozenset({"proposal"}),
    change=change,
)
