"""The files of all records: when each began and was completed, and how long somebody said that it is kept (簿冊)."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from domain.retention import COMPLETED, PROCESSES, RETENTION, Assigned, Extended
from domain.values import Code, Sealed
from projections.model import Fact, Opened, ReadModel


@dataclass(frozen=True, slots=True)
class RetentionRow:
    """A record, and when it was completed; or (``kind`` is retention) what was said of the file of ``record``.

    ``completed_on``: the last day that it may have been, where only the month or the year is known.

    ``stage`` as the process of its kind has it; ``reason``: of the last word that was said.
    """

    id: UUID
    version: int
    position: int
    record: UUID
    kind: str
    stage: str
    fiscal_year: int
    completed_on: date | None = None
    retention: Code | None = None
    until: date | None = None
    reason: Sealed | None = None


def change(before: RetentionRow | None, fact: Fact, opened: Opened) -> RetentionRow | None:
    """The row after an event; pure."""
    del opened
    now = replace(before, version=fact.version, position=fact.position) if before else _begun(fact)
    event: Any = fact.event
    if isinstance(event, Assigned):
        return replace(now, retention=event.retention, reason=event.reason)
    if isinstance(event, Extended):
        return replace(now, until=event.until, reason=event.reason)
    kind = fact.topic.partition(".")[0]
    stage = str(PROCESSES[kind].steps[type(event)].after(before.stage if before else None, event))
    if stage not in COMPLETED[kind]:
        return replace(now, stage=stage, completed_on=None)
    on = fact.circumstances.occurred_on.last
    if before is not None and before.completed_on is not None:  # what is entered late completes nothing earlier
        on = before.completed_on if stage == before.stage else max(before.completed_on, on)
    return replace(now, stage=stage, completed_on=on)


def _begun(fact: Fact) -> RetentionRow:
    """Raises ValueError for a record of which the first event is missing."""
    if fact.version > 1:
        raise ValueError("the record has no beginning")
    return RetentionRow(
        id=fact.id,
        version=fact.version,
        position=fact.position,
        record=getattr(fact.event, "record", fact.id) if fact.topic.startswith(RETENTION.name) else fact.id,
        kind=fact.topic.partition(".")[0],
        stage="",
        fiscal_year=fact.circumstances.fiscal_year,
    )


FILES: Final = ReadModel(
    name="files",
    table="renkei.files",
    row=RetentionRow,
    aggregates=frozenset({*PROCESSES, RETENTION.name}),
    change=change,
)
