"""A proposer's offer to one city, from receipt to closure (提案).

Its way: received, perhaps returned for completion, screened or refused, perhaps referred elsewhere, matched with a
department, talked over, adopted or declined with reasons, closed. Until it is closed the proposer may withdraw.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final, assert_never
from uuid import UUID

from domain.decider import Decider
from domain.errors import (
    AcceptedTwice,
    AlreadyDecided,
    AlreadyThere,
    InterestOfDecider,
    NoCouncil,
    NotEligible,
    NotFound,
    PartMissing,
    ReferenceUnknown,
    ReferenceUnsuitable,
    WrongStage,
)
from domain.policy import IntakeKind, OrganisationKind, Policy, known
from domain.values import Code, Sealed


class Stage(StrEnum):
    """Where a proposal stands (状態)."""

    NEW = "new"
    RECEIVED = "received"
    RETURNED = "returned"
    SCREENED = "screened"
    MATCHED = "matched"
    IN_DIALOGUE = "in_dialogue"
    ADOPTED = "adopted"
    DECLINED = "declined"
    REFUSED = "refused"
    REFERRED = "referred"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


class Ground(StrEnum):
    """Why a proposal is refused at reception or screening (不受理・不採用の区分)."""

    CONDITIONS_NOT_MET = "conditions_not_met"
    MERE_SALES = "mere_sales"
    NOT_USEFUL = "not_useful"
    NOT_FEASIBLE = "not_feasible"
    OTHER = "other"


class Outcome(StrEnum):
    """The decision (実施適否)."""

    ADOPTED = "adopted"
    DECLINED = "declined"


class DecidedBy(StrEnum):
    """Who decided: the department in charge, or the council across departments (会議体)."""

    DEPARTMENT = "department"
    COUNCIL = "council"


class Destination(StrEnum):
    """Where a referred proposal goes (引継ぎ先)."""

    DEPARTMENT = "department"
    METHOD = "method"
    PROGRAMME = "programme"


@dataclass(frozen=True, slots=True)
class ReceiptNumber:
    """The number told to the proposer: per city, fiscal year and kind, counted from 1 (受付番号)."""

    fiscal_year: int
    kind: IntakeKind
    serial: int


@dataclass(frozen=True, slots=True)
class Acceptance:
    """A condition the proposer accepted at intake, and its version."""

    condition: Code
    version: int


@dataclass(frozen=True, slots=True)
class Received:
    """The desk received a proposal (受付). ``sample`` entries are shown as such and kept out of statistics."""

    receipt: ReceiptNumber
    organisation_kind: OrganisationKind
    proposer: UUID
    organisation: Sealed
    title: Sealed
    summary: Sealed
    contact_name: Sealed | None
    contact: Sealed | None
    corporate_number: Sealed | None
    challenge: UUID | None
    accepted: tuple[Acceptance, ...]
    sample: bool


@dataclass(frozen=True, slots=True)
class Returned:
    """The desk gave it back for completion (補正依頼)."""

    reason: Sealed
    due_on: date | None


@dataclass(frozen=True, slots=True)
class Completed:
    """The proposer completed it (補正)."""

    title: Sealed | None
    summary: Sealed | None
    note: Sealed


@dataclass(frozen=True, slots=True)
class Screened:
    """Screening with the departments found it useful and feasible (精査)."""

    reason: Sealed
    departments: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """Reception or screening refused it, on a coded ground (不採用)."""

    ground: Ground
    reason: Sealed


@dataclass(frozen=True, slots=True)
class Referred:
    """It was handed over to a department, a method with its own rules or a partner programme (引継ぎ)."""

    destination: Destination
    department: UUID | None
    code: Code | None
    reason: Sealed


@dataclass(frozen=True, slots=True)
class Matched:
    """A department and the proposer were brought together (マッチング)."""

    department: UUID
    reason: Sealed


@dataclass(frozen=True, slots=True)
class DialogueRecorded:
    """A meeting or exchange took place (対話); it happened on the event's ``occurred_on``."""

    dialogue: UUID
    minutes: Sealed
    next_step: Sealed | None


@dataclass(frozen=True, slots=True)
class Decided:
    """Adopted or declined, with the reason (実施適否の判断)."""

    outcome: Outcome
    decided_by: DecidedBy
    reason: Sealed


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


ProposalEvent = (
    Received
    | Returned
    | Completed
    | Screened
    | Refused
    | Referred
    | Matched
    | DialogueRecorded
    | Decided
    | Withdrawn
    | Closed
    | InterestDeclared
)

EVENTS: Final[Mapping[str, type]] = {
    "proposal.received": Received,
    "proposal.returned": Returned,
    "proposal.completed": Completed,
    "proposal.screened": Screened,
    "proposal.refused": Refused,
    "proposal.referred": Referred,
    "proposal.matched": Matched,
    "proposal.dialogue_recorded": DialogueRecorded,
    "proposal.decided": Decided,
    "proposal.withdrawn": Withdrawn,
    "proposal.closed": Closed,
    "proposal.interest_declared": InterestDeclared,
}


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the next decision needs to know."""

    stage: Stage = Stage.NEW
    proposer: UUID | None = None
    department: UUID | None = None
    dialogues: frozenset[UUID] = frozenset()
    outcome: Outcome | None = None
    interested: frozenset[UUID] = frozenset()


def evolve(proposal: Proposal, event: ProposalEvent) -> Proposal:
    """Never refuses: it has already happened."""
    match event:
        case Received(proposer=proposer):
            return replace(proposal, stage=Stage.RECEIVED, proposer=proposer)
        case Completed():
            return replace(proposal, stage=Stage.RECEIVED)
        case Returned():
            return replace(proposal, stage=Stage.RETURNED)
        case Screened():
            return replace(proposal, stage=Stage.SCREENED)
        case Refused():
            return replace(proposal, stage=Stage.REFUSED)
        case Referred():
            return replace(proposal, stage=Stage.REFERRED)
        case Matched(department=department):
            return replace(proposal, stage=Stage.MATCHED, department=department)
        case DialogueRecorded(dialogue=dialogue):
            return replace(proposal, stage=Stage.IN_DIALOGUE, dialogues=proposal.dialogues | {dialogue})
        case Decided(outcome=outcome):
            return replace(proposal, stage=Stage(outcome.value), outcome=outcome)
        case Withdrawn():
            return replace(proposal, stage=Stage.WITHDRAWN, outcome=None)
        case Closed():
            return replace(proposal, stage=Stage.CLOSED)
        case InterestDeclared(member=member):
            return replace(proposal, interested=proposal.interested | {member})
        case _:
            assert_never(event)


PROPOSAL: Final = Decider("proposal", Proposal(), evolve, EVENTS)


def require(proposal: Proposal, *possible: Stage) -> None:
    """Raise NotFound for a proposal that was never received, WrongStage when it stands anywhere else."""
    if proposal.stage is Stage.NEW:
        raise NotFound
    if proposal.stage not in possible:
        raise WrongStage(stage=proposal.stage.value, possible=", ".join(possible))


def named_adopted(proposal: Proposal) -> None:
    """A proposal that a case grew out of. Raises ReferenceUnknown, ReferenceUnsuitable unless it was adopted."""
    if proposal.stage is Stage.NEW:
        raise ReferenceUnknown(field="proposal")
    if proposal.outcome is not Outcome.ADOPTED:
        raise ReferenceUnsuitable(field="proposal", stage=proposal.stage.value, possible=Stage.ADOPTED.value)


def receive(proposal: Proposal, policy: Policy, received: Received) -> tuple[ProposalEvent, ...]:
    """Take a proposal in (提案受付).

    Raises AlreadyThere, CodeUnknown for a kind that this city does not have or anything accepted beside its conditions
    in their versions, NotEligible, PartMissing when a themed proposal names no challenge or a condition was not
    accepted, AcceptedTwice.
    """
    if proposal.stage is not Stage.NEW:
        raise AlreadyThere
    kinds = tuple(policy.intake.kinds) if policy.intake else ()
    known("kind", received.receipt.kind, tuple(Code(kind.value) for kind in kinds))
    if policy.eligibility and received.organisation_kind in policy.eligibility.excluded:
        raise NotEligible(kind=received.organisation_kind.value)
    if (received.receipt.kind is IntakeKind.THEMED) != (received.challenge is not None):
        raise PartMissing(
            field="challenge",
            problem="a themed proposal names one challenge, a free one none",
            problem_ja="課題への提案には課題を一つ、自由提案には課題なしで指定してください",
        )
    check_accepted(policy, received.accepted)
    return (received,)


def check_accepted(policy: Policy, accepted: tuple[Acceptance, ...]) -> None:
    """Exactly the city's conditions in their versions, each once. Raises CodeUnknown, PartMissing, AcceptedTwice."""
    needed = tuple(Acceptance(condition.code, condition.version) for condition in policy.conditions)
    for acceptance in accepted:
        known("accepted", acceptance.condition, tuple(condition.code for condition in policy.conditions))
    for acceptance in needed:
        if acceptance not in accepted:
            raise PartMissing(
                field="accepted",
                problem=f"accept {acceptance.condition} version {acceptance.version}",
                problem_ja=f"{acceptance.condition} 第 {acceptance.version} 版への同意が必要です",
            )
    for place, acceptance in enumerate(accepted):
        if acceptance not in needed:
            known("accepted", _told(acceptance), tuple(Code(_told(each)) for each in needed))
        if acceptance in accepted[:place]:
            raise AcceptedTwice(field="accepted", condition=acceptance.condition)


def _told(acceptance: Acceptance) -> str:
    return f"{acceptance.condition} version {acceptance.version}"


def return_for_completion(proposal: Proposal, returned: Returned) -> tuple[ProposalEvent, ...]:
    """Give it back to be completed (補正を求める). Raises WrongStage, NotFound."""
    if proposal.stage is Stage.RETURNED:
        return ()
    require(proposal, Stage.RECEIVED)
    return (returned,)


def complete(proposal: Proposal, completed: Completed) -> tuple[ProposalEvent, ...]:
    """Take in what was missing (補正を受ける). Raises WrongStage, NotFound."""
    require(proposal, Stage.RETURNED)
    return (completed,)


def screen(proposal: Proposal, screened: Screened) -> tuple[ProposalEvent, ...]:
    """Find it useful to the city and feasible (精査). Raises WrongStage, NotFound."""
    if proposal.stage is Stage.SCREENED:
        return ()
    require(proposal, Stage.RECEIVED)
    return (screened,)


def refuse(proposal: Proposal, refused: Refused) -> tuple[ProposalEvent, ...]:
    """Refuse it at reception or screening; mere sales may be refused (不採用). Raises WrongStage, NotFound."""
    if proposal.stage is Stage.REFUSED:
        return ()
    require(proposal, Stage.RECEIVED, Stage.RETURNED, Stage.SCREENED)
    return (refused,)


def refer(proposal: Proposal, policy: Policy, referred: Referred) -> tuple[ProposalEvent, ...]:
    """Hand it over with its record (引継ぎ).

    Raises WrongStage, NotFound, PartMissing without a department, CodeUnknown for a method that has no rules of its
    own in this city's catalogue, for a programme that the city does not know, and for any code beside a department.
    """
    if proposal.stage is Stage.REFERRED:
        return ()
    require(proposal, Stage.RECEIVED, Stage.SCREENED, Stage.MATCHED, Stage.IN_DIALOGUE)
    match referred.destination:
        case Destination.DEPARTMENT:
            if referred.department is None:
                raise PartMissing(
                    field="department",
                    problem="name the department it goes to",
                    problem_ja="引継ぎ先の担当課を指定してください",
                )
            if referred.code is not None:
                known("code", referred.code, ())
        case Destination.METHOD:
            methods = policy.methods.entries if policy.methods else ()
            known("code", referred.code or "", tuple(method.code for method in methods if method.own_rules))
        case Destination.PROGRAMME:
            known("code", referred.code or "", tuple(entry.code for entry in policy.partner_programmes))
        case _:
            assert_never(referred.destination)
    return (referred,)


def match_department(proposal: Proposal, matched: Matched) -> tuple[ProposalEvent, ...]:
    """Bring the proposer and a department together, or another department (マッチング). Raises WrongStage, NotFound."""
    if proposal.department == matched.department and proposal.stage in {Stage.MATCHED, Stage.IN_DIALOGUE}:
        return ()
    require(proposal, Stage.SCREENED, Stage.MATCHED, Stage.IN_DIALOGUE)
    return (matched,)


def record_dialogue(proposal: Proposal, recorded: DialogueRecorded) -> tuple[ProposalEvent, ...]:
    """Record a meeting or exchange (対話の記録). Raises WrongStage, NotFound."""
    if recorded.dialogue in proposal.dialogues:
        return ()
    require(proposal, Stage.MATCHED, Stage.IN_DIALOGUE)
    return (recorded,)


def decide(proposal: Proposal, policy: Policy, decided: Decided) -> tuple[ProposalEvent, ...]:
    """Adopt or decline after matching and dialogue (実施適否の判断).

    The same outcome again returns nothing. Raises AlreadyDecided for the contrary, NoCouncil when the city's policy
    knows none, WrongStage, NotFound.
    """
    if proposal.outcome is not None and proposal.stage in {Stage.ADOPTED, Stage.DECLINED}:
        if proposal.outcome is decided.outcome:
            return ()
        raise AlreadyDecided(outcome=proposal.outcome.value)
    require(proposal, Stage.MATCHED, Stage.IN_DIALOGUE)
    if decided.decided_by is DecidedBy.COUNCIL and not (policy.decision and policy.decision.council):
        raise NoCouncil
    return (decided,)


def declare_interest(proposal: Proposal, declared: InterestDeclared) -> tuple[ProposalEvent, ...]:
    """Keep a member with an interest from deciding (利益相反の申告). Raises NotFound."""
    if proposal.stage is Stage.NEW:
        raise NotFound
    return () if declared.member in proposal.interested else (declared,)


def require_impartial(proposal: Proposal, member: UUID) -> None:
    """Raises InterestOfDecider for who declared an interest."""
    if member in proposal.interested:
        raise InterestOfDecider


def withdraw(proposal: Proposal, withdrawn: Withdrawn) -> tuple[ProposalEvent, ...]:
    """The proposer takes it back before anything was agreed (取下げ). Raises WrongStage, NotFound."""
    if proposal.stage is Stage.WITHDRAWN:
        return ()
    require(
        proposal,
        Stage.RECEIVED,
        Stage.RETURNED,
        Stage.SCREENED,
        Stage.MATCHED,
        Stage.IN_DIALOGUE,
        Stage.ADOPTED,
    )
    return (withdrawn,)


def close(proposal: Proposal, closed: Closed) -> tuple[ProposalEvent, ...]:
    """Close the file of a proposal that has come to an end (完結). Raises WrongStage, NotFound."""
    if proposal.stage is Stage.CLOSED:
        return ()
    require(proposal, Stage.ADOPTED, Stage.DECLINED, Stage.REFUSED, Stage.REFERRED, Stage.WITHDRAWN)
    return (closed,)
