"""The files of all records: when each began and was completed, and how long somebody said that it is kept (簿冊)."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from domain.retention import FILED, RETENTION, Assigned, Extended, FileKind
from domain.values import Code, Sealed
from projections.model import Fact, Opened, ReadModel
from tenants.tenancy import JAPAN


@dataclass(frozen=True, slots=True)
class RetentionRow:
    """A record, and when it was completed; or (``kind`` is retention) what was said of the file of ``record``.

    ``completed_on``: the latest day on which anything happened until it was completed, for what is entered late
    completes nothing earlier; ``latest_on``: the same of what happened so far. Where only a month or a year is known,
    its last day, or the one on which that was recorded. ``stage``: as the process of its kind has it; ``reason``: of
    the last word.
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
    latest_on: date | None = None


def change(before: RetentionRow | None, fact: Fact, opened: Opened) -> RetentionRow | None:
    """The row after an event; pure."""
    del opened
    now = replace(before, version=fact.version, position=fact.position) if before else _begun(fact)
    event: Any = fact.event
    if isinstance(event, Assigned):
        return replace(now, retention=event.retention, reason=event.reason)
    if isinstance(event, Extended):
        return replace(now, until=event.until, reason=event.reason)
    filed = FILED[FileKind(now.kind)]
    stage = str(filed.process.steps[type(event)].after(before.stage if before else None, event))
    on = min(fact.circumstances.occurred_on.last, fact.recorded_at.astimezone(JAPAN).date())
    now = replace(now, stage=stage, latest_on=max(now.latest_on or on, on))
    if stage not in filed.completed:
        return replace(now, completed_on=None)
    if before is not None and before.completed_on is not None and stage == before.stage:
        return now
    return replace(now, completed_on=now.latest_on)


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
    aggregates=frozenset({*FILED, RETENTION.name}),
    change=change,
)
