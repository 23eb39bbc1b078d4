"""A proposer's offer to one city, from receipt to closure (提案).

Its way: received, perhaps returned for completion, screened or refused, perhaps referred elsewhere, matched with a
department, talked over, adopted or declined with reasons, closed. Until it is closed the proposer may withdraw.
"""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final, assert_never
from uuid import UUID

from domain.errors import (
    AcceptedTwice,
    AlreadyDecided,
    InterestOfDecider,
    NoCouncil,
    NotEligible,
    PartMissing,
    ReferenceUnsuitable,
)
from domain.policy import IntakeKind, OrganisationKind, Policy, known
from domain.process import Step, never, process
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


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the next decision needs to know."""

    stage: Stage = Stage.NEW
    proposer: UUID | None = None
    department: UUID | None = None
    dialogues: frozenset[UUID] = frozenset()
    outcome: Outcome | None = None
    interested: frozenset[UUID] = frozenset()


def fold(proposal: Proposal, event: object) -> Proposal:
    """What stands beside the stage."""
    match event:
        case Received(proposer=proposer):
            return replace(proposal, proposer=proposer)
        case Matched(department=department):
            return replace(proposal, department=department)
        case DialogueRecorded(dialogue=dialogue):
            return replace(proposal, dialogues=proposal.dialogues | {dialogue})
        case Decided(outcome=outcome):
            return replace(proposal, outcome=outcome)
        case Withdrawn():
            return replace(proposal, outcome=None)
        case InterestDeclared(member=member):
            return replace(proposal, interested=proposal.interested | {member})
        case _:
            return proposal


def check_received(_proposal: Proposal, policy: Policy, received: Received) -> None:
    """Whether this city takes it in.

    Raises CodeUnknown for a kind that this city does not have or anything accepted beside its conditions in their
    versions, NotEligible, PartMissing when a themed proposal names no challenge or a condition was not accepted,
    AcceptedTwice.
    """
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


def check_destination(_proposal: Proposal, policy: Policy, referred: Referred) -> None:
    """Whether it can be handed over there.

    Raises PartMissing without a department, CodeUnknown for a method that has no rules of its own in this city's
    catalogue, for a programme that the city does not know, and for any code beside a department.
    """
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


def check_decider(_proposal: Proposal, policy: Policy, decided: Decided) -> None:
    """Raises NoCouncil when the city's policy knows none."""
    if decided.decided_by is DecidedBy.COUNCIL and not (policy.decision and policy.decision.council):
        raise NoCouncil


def same_department(proposal: Proposal, matched: Matched) -> bool:
    """They were brought together before."""
    return proposal.department == matched.department and proposal.stage in TALKING


def same_outcome(proposal: Proposal, decided: Decided) -> bool:
    """It was decided so before. Raises AlreadyDecided for the contrary."""
    if proposal.stage not in DECIDED:
        return False
    if proposal.stage is not Stage(decided.outcome.value):
        raise AlreadyDecided(outcome=proposal.stage.value)
    return True


NEW, RECEIVED, RETURNED, SCREENED = Stage.NEW, Stage.RECEIVED, Stage.RETURNED, Stage.SCREENED
TALKING: Final = (Stage.MATCHED, Stage.IN_DIALOGUE)
DECIDED: Final = (Stage.ADOPTED, Stage.DECLINED)
OPEN: Final = (RECEIVED, RETURNED, SCREENED, *TALKING, Stage.ADOPTED)
ENDED: Final = (*DECIDED, Stage.REFUSED, Stage.REFERRED, Stage.WITHDRAWN)

PROPOSAL: Final = process(
    "proposal",
    Proposal(),
    {
        "proposal.received": Step(Received, (NEW,), (RECEIVED,), granted=never, guards=(check_received,)),
        "proposal.returned": Step(Returned, (RECEIVED,), (RETURNED,)),
        "proposal.completed": Step(Completed, (RETURNED,), (RECEIVED,), granted=never),
        "proposal.screened": Step(Screened, (RECEIVED,), (SCREENED,)),
        "proposal.refused": Step(Refused, (RECEIVED, RETURNED, SCREENED), (Stage.REFUSED,)),
        "proposal.referred": Step(
            Referred, (RECEIVED, SCREENED, *TALKING), (Stage.REFERRED,), guards=(check_destination,)
        ),
        "proposal.matched": Step(Matched, (SCREENED, *TALKING), (Stage.MATCHED,), granted=same_department),
        "proposal.dialogue_recorded": Step(
            DialogueRecorded,
            TALKING,
            (Stage.IN_DIALOGUE,),
            granted=lambda proposal, recorded: recorded.dialogue in proposal.dialogues,
        ),
        "proposal.decided": Step(
            Decided,
            TALKING,
            DECIDED,
            leads=lambda decided: Stage(decided.outcome.value),
            granted=same_outcome,
            guards=(check_decider,),
        ),
        "proposal.withdrawn": Step(Withdrawn, OPEN, (Stage.WITHDRAWN,)),
        "proposal.closed": Step(Closed, ENDED, (Stage.CLOSED,)),
        "proposal.interest_declared": Step(
            InterestDeclared,
            tuple(stage for stage in Stage if stage is not NEW),
            granted=lambda proposal, declared: declared.member in proposal.interested,
        ),
    },
    fold,
)


def named_adopted(proposal: Proposal) -> None:
    """A proposal that a case grew out of. Raises ReferenceUnknown, ReferenceUnsuitable unless it was adopted."""
    PROPOSAL.named(proposal)
    if proposal.outcome is not Outcome.ADOPTED:
        raise ReferenceUnsuitable(field="proposal", stage=proposal.stage.value, possible=Stage.ADOPTED.value)


def require_impartial(proposal: Proposal, member: UUID) -> None:
    """Raises InterestOfDecider for who declared an interest."""
    if member in proposal.interested:
        raise InterestOfDecider
