"""How long the file of a record is kept, counted in fiscal years from the one after its completion (保存期間).

As 公文書等の管理に関する法律施行令 第8条 counts, and the rules of cities after it: a file that is completed on any day
of a fiscal year is kept from the next 1 April on. Its class is that which the city's rules give to its kind of record,
until an officer gives it another; what was extended is kept until that day at least.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, Final, NamedTuple
from uuid import UUID, uuid5

from domain import (
    agreement,
    approval,
    case,
    challenge,
    consultation,
    dialogue,
    gathering,
    notice,
    project,
    proposal,
    selection,
    session,
    survey,
)
from domain.days_in_words import in_japanese
from domain.errors import DateInvalid
from domain.policy import Policy, known
from domain.process import Process, Step, process
from domain.values import Code, Sealed, fiscal_year

# --- which records have a file ----------------------------------------------------------------------------------------


class FileKind(StrEnum):
    """Whose file it is: what kind of record (記録の種類)."""

    PROPOSAL = "proposal"
    CHALLENGE = "challenge"
    CASE = "case"
    APPROVAL = "approval"
    DIALOGUE = "dialogue"
    SESSION = "session"
    AGREEMENT = "agreement"
    SURVEY = "survey"
    CONSULTATION = "consultation"
    GATHERING = "gathering"
    NOTICE = "notice"
    SELECTION = "selection"
    PROJECT = "project"


class Filed(NamedTuple):
    """A kind of record that has a file; ``completed``: stages at which nothing is to be done about it more (完結)."""

    process: Process[Any]
    completed: frozenset[StrEnum]


FILED: Final[Mapping[FileKind, Filed]] = {
    FileKind(process.name): Filed(process, frozenset(completed))
    for process, completed in (
        (proposal.PROPOSAL, {*proposal.Stage} - {proposal.Stage.NEW, proposal.Stage.DRAFT, *proposal.OPEN}),
        (challenge.CHALLENGE, {challenge.Stage.CLOSED}),
        (case.CASE, {case.Stage.CLOSED, case.Stage.WITHDRAWN}),
        (approval.APPROVAL, {*approval.Stage} - {approval.Stage.NEW, *approval.OPEN}),
        (dialogue.DIALOGUE, dialogue.ENDED),
        (session.SESSION, {session.Stage.CLOSED, session.Stage.CANCELLED}),
        (agreement.AGREEMENT, {agreement.Stage.ENDED, agreement.Stage.ABANDONED}),
        (survey.SURVEY, {survey.Stage.CLOSED}),
        (consultation.CONSULTATION, {consultation.Stage.CLOSED, consultation.Stage.BECAME_PROPOSAL}),
        (gathering.GATHERING, {gathering.Stage.HELD, gathering.Stage.CANCELLED}),
        (notice.NOTICE, {notice.Stage.WITHDRAWN}),
        (selection.SELECTION, {selection.Stage.COMPLETED, selection.Stage.ABANDONED}),
        (project.PROJECT, {project.Stage.CLOSED}),
    )
}
"""All of them."""


# --- how long ---------------------------------------------------------------------------------------------------------


def kept_from(completed_on: date) -> date:
    """The day from which the years count (起算日)."""
    return date(fiscal_year(completed_on) + 1, 4, 1)


def kept_until(completed_on: date, years: int) -> date:
    """The last day on which it is kept (満了日)."""
    return date(kept_from(completed_on).year + years, 3, 31)


def completed_by(until: date, years: int) -> date:
    """The last day of completion of what is kept no longer than until a day: ``kept_until`` turned round."""
    ended = date(until.year, 3, 31)
    return date((until.year if until >= ended else until.year - 1) - years, 3, 31)


# --- what an officer gives a file -------------------------------------------------------------------------------------


class Stage(StrEnum):
    """Whether an officer has said something of how long a file is kept (状態)."""

    NEW = "new"
    SET = "set"


@dataclass(frozen=True, slots=True)
class Assigned:
    """The file was given a class of its own (保存期間の設定). ``record``: whose file it is."""

    record: UUID
    kind: FileKind
    retention: Code
    reason: Sealed


@dataclass(frozen=True, slots=True)
class Extended:
    """The file is kept until that day at least (保存期間の延長)."""

    record: UUID
    kind: FileKind
    until: date
    reason: Sealed


RetentionEvent = Assigned | Extended


@dataclass(frozen=True, slots=True)
class Retention:
    """What the next decision needs to know."""

    stage: Stage = Stage.NEW
    retention: Code | None = None
    until: date | None = None


def fold(state: Retention, event: object) -> Retention:
    """The last class, and the last day."""
    match event:
        case Assigned(retention=retention):
            return replace(state, retention=retention)
        case Extended(until=until):
            return replace(state, until=until)
        case _:
            return state


def check_class(_state: Retention, policy: Policy, event: Assigned) -> None:
    """Raises CodeUnknown for a class that the city's rules do not have."""
    known("retention", event.retention, tuple(policy.retention.classes) if policy.retention else ())


def check_later(state: Retention, _policy: Policy, event: Extended) -> None:
    """Raises DateInvalid: what was extended is not shortened again."""
    if state.until is not None and event.until < state.until:
        raise DateInvalid(
            field="until",
            problem=f"it is kept until {state.until} already; name a later day.",
            problem_ja=f"すでに{in_japanese(state.until)}まで延長されています。それより後の日付が必要です",
        )


RETENTION: Final = process(
    "retention",
    Retention(),
    {
        "retention.assigned": Step(
            Assigned,
            (Stage.NEW, Stage.SET),
            (Stage.SET,),
            granted=lambda state, event: state.retention == event.retention,
            guards=(check_class,),
        ),
        "retention.extended": Step(
            Extended,
            (Stage.NEW, Stage.SET),
            (Stage.SET,),
            granted=lambda state, event: state.until == event.until,
            guards=(check_later,),
        ),
    },
    fold,
)


def retention_of(record: UUID) -> UUID:
    """Where it is kept how long the file of a record is kept: one place for each record."""
    return uuid5(record, RETENTION.name)
