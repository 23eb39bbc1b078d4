"""Matching, dialogue and decision: who decides, on which grounds, and what is told (マッチング・対話・判断)."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

from domain.errors import (
    AlreadyDecided,
    AssessmentMissing,
    CouncilDecides,
    DecisionUnprepared,
    InterestOfDecider,
    NoCouncil,
    PartMissing,
    PartUnfitting,
    ReasonsNotTold,
)
from domain.policy import Policy, Preparation
from domain.proposal.course import Closed, check_unbound
from domain.proposal.state import CityMoney, Outcome, Proposal, Stage
from domain.values import Sealed


class DecidedBy(StrEnum):
    """Who decided: the department in charge, or the council across departments (会議体)."""

    DEPARTMENT = "department"
    COUNCIL = "council"


class EscalationGround(StrEnum):
    """Why the department does not decide alone (会議体に諮る理由)."""

    BY_HAND = "by_hand"
    AMOUNT = "amount"
    DEPARTMENTS = "departments"
    HIGH_OCCUPANCY = "high_occupancy"
    PERSONAL_DATA = "personal_data"
    ALWAYS = "always"
    COUNCIL_BEFORE = "council_before"


@dataclass(frozen=True, slots=True)
class Assessed:
    """What decides who decides was looked at, as a whole; ``None``: not known yet (判断に要る事項の確認).

    ``amount`` in yen, all that the city would pay; ``high_occupancy``: others are kept out to a high degree.
    """

    city_money: CityMoney
    amount: int | None
    high_occupancy: bool | None
    personal_data: bool | None
    note: Sealed | None


@dataclass(frozen=True, slots=True)
class Matched:
    """A department and the proposer were brought together (マッチング)."""

    department: UUID
    reason: Sealed


@dataclass(frozen=True, slots=True)
class InvitationAccepted:
    """The first department accepted to talk and takes charge, as the record of the dialogue tells (招請の受諾)."""

    dialogue: UUID
    department: UUID


@dataclass(frozen=True, slots=True)
class DialogueHeld:
    """They met or wrote to each other, as the record of their dialogue tells (対話の実施)."""

    dialogue: UUID
    department: UUID


@dataclass(frozen=True, slots=True)
class DialogueRecorded:
    """A meeting or exchange took place (対話); it happened on the event's ``occurred_on``."""

    dialogue: UUID
    minutes: Sealed
    next_step: Sealed | None


@dataclass(frozen=True, slots=True)
class Recommended:
    """The desk told the department what it recommends (窓口の所見)."""

    outcome: Outcome
    reason: Sealed


@dataclass(frozen=True, slots=True)
class Escalated:
    """The department finds it hard to decide: the council decides (会議体への付議)."""

    reason: Sealed


@dataclass(frozen=True, slots=True)
class Decided:
    """Adopted or declined, with the reason (実施適否の判断).

    The council decides at an item of the agenda of a session; events of before that was asked name none.
    """

    outcome: Outcome
    decided_by: DecidedBy
    reason: Sealed
    council_session: UUID | None = None
    agenda_item: UUID | None = None


@dataclass(frozen=True, slots=True)
class DecisionCorrected:
    """A later decision in the place of the first, with its reason (判断の訂正)."""

    outcome: Outcome
    decided_by: DecidedBy
    reason: Sealed
    council_session: UUID | None = None
    agenda_item: UUID | None = None


@dataclass(frozen=True, slots=True)
class ReasonsTold:
    """The reasons of a decline were explained to the proposer (理由の説明)."""

    note: Sealed | None


def check_amount(_proposal: Proposal, _policy: Policy, assessed: Assessed) -> None:
    """Raises PartUnfitting for an amount below nothing, or one beside no money."""
    amount = assessed.amount
    if amount is not None and (amount < 0 or (amount > 0 and assessed.city_money is CityMoney.NONE)):
        raise PartUnfitting(
            field="amount",
            problem="an amount is not negative, and stands beside no money asked",
            problem_ja="金額は 0 以上とし、市の費用負担なしと併せて指定しないでください",
        )


def grounds(proposal: Proposal, policy: Policy) -> tuple[EscalationGround, ...]:
    """Why the department does not decide alone: it said so, the council decided before, or the city's rules do.

    Raises AssessmentMissing while a rule asks about something that nobody has looked at.
    """
    council = policy.decision is not None and policy.decision.council is not None
    already = {
        EscalationGround.BY_HAND: proposal.escalated and council,
        EscalationGround.COUNCIL_BEFORE: proposal.by_council and council,
    }
    rules, anyway = policy.escalation, tuple(ground for ground, holds in already.items() if holds)
    if rules is None or anyway:
        return anyway
    if rules.always:
        return (EscalationGround.ALWAYS,)
    amount = 0 if proposal.city_money is CityMoney.NONE else proposal.amount
    told: dict[EscalationGround, bool | None] = {}
    if rules.amount_from is not None:
        told[EscalationGround.AMOUNT] = None if amount is None else amount >= rules.amount_from
    if rules.departments_from is not None:
        told[EscalationGround.DEPARTMENTS] = len(proposal.concerned) >= rules.departments_from
    if rules.high_occupancy:
        told[EscalationGround.HIGH_OCCUPANCY] = proposal.high_occupancy
    if rules.personal_data:
        told[EscalationGround.PERSONAL_DATA] = proposal.personal_data
    found = tuple(ground for ground, holds in told.items() if holds)
    missing = [ground for ground, holds in told.items() if holds is None]
    if missing and not found:
        raise AssessmentMissing(grounds=", ".join(missing))
    return found


def check_decider(proposal: Proposal, policy: Policy, decided: Decided | DecisionCorrected) -> None:
    """Raises NoCouncil when the city's policy knows none, CouncilDecides when the department does not decide alone.

    Raises as ``grounds`` and ``check_item``; PartUnfitting for a session beside a decision of the department.
    """
    if decided.decided_by is DecidedBy.COUNCIL:
        check_council(proposal, policy, decided)
        check_item(proposal, decided)
        return
    if decided.council_session is not None or decided.agenda_item is not None:
        raise PartUnfitting(
            field="councilSession",
            problem="a department decides without a session",
            problem_ja="担当課の判断には会議を指定できません",
        )
    if found := grounds(proposal, policy):
        raise CouncilDecides(grounds=", ".join(found))


def check_turned(proposal: Proposal, policy: Policy, corrected: DecisionCorrected) -> None:
    """Raises AlreadyBound for a decision that would take away what city and proposer are bound by."""
    if proposal.outcome is Outcome.ADOPTED and corrected.outcome is not Outcome.ADOPTED:
        check_unbound(proposal, policy, corrected)


def check_prepared(proposal: Proposal, policy: Policy, _decided: Decided) -> None:
    """Raises DecisionUnprepared while something is missing that the city wants first."""
    there = {
        Preparation.OPINIONS: bool(proposal.answered) and not proposal.asked,
        Preparation.DIALOGUE: Stage.IN_DIALOGUE in {proposal.stage, *proposal.passed},
        Preparation.RECOMMENDATION: proposal.recommended,
    }
    needed = policy.decision.needed if policy.decision else ()
    if missing := [each for each in needed if not there[each]]:
        raise DecisionUnprepared(needed=", ".join(missing))


def check_council(_proposal: Proposal, policy: Policy, _event: object) -> None:
    """Raises NoCouncil when the city's policy knows none."""
    if not (policy.decision and policy.decision.council):
        raise NoCouncil


def check_item(proposal: Proposal, decided: Decided | DecisionCorrected) -> None:
    """Raises PartMissing unless the session and the item are named, PartUnfitting for an item that was used up.

    What an item's earlier decision was replaced by stands until the council has the proposal before it anew.
    """
    for field, told in (("councilSession", decided.council_session), ("agendaItem", decided.agenda_item)):
        if told is None:
            raise PartMissing(
                field=field,
                problem="name the session and the item at which the council decided",
                problem_ja="議決した会議と議題を指定してください",
            )
    if decided.agenda_item in proposal.items and proposal.outcome is not decided.outcome:
        raise PartUnfitting(
            field="agendaItem",
            problem="a decision that was corrected rested on it; bring the proposal before the council anew",
            problem_ja="訂正された判断の議題です。改めて会議に諮ってください",
        )


def check_told(proposal: Proposal, policy: Policy, _closed: Closed) -> None:
    """Raises ReasonsNotTold for a decline without city money that stands unexplained where it must not."""
    explain = policy.decision is not None and policy.decision.explain_decline
    open_decline = proposal.stage is Stage.DECLINED and not proposal.reasons_told
    if explain and open_decline and proposal.city_money is not CityMoney.ASKED:
        raise ReasonsNotTold


def same_department(proposal: Proposal, matched: Matched) -> bool:
    """They were brought together before."""
    return proposal.department == matched.department and proposal.stage in TALKING


def begins_dialogue(proposal: Proposal) -> bool:
    """A meeting or message is the first, as far as the proposal tells."""
    return proposal.stage in BEFORE_DIALOGUE


def has_no_department(proposal: Proposal) -> bool:
    """A department that accepts an invitation becomes the one in charge."""
    return proposal.stage is Stage.SCREENED


def same_outcome(proposal: Proposal, decided: Decided) -> bool:
    """It was decided so before. Raises AlreadyDecided for the contrary."""
    if proposal.stage not in DECIDED:
        return False
    if proposal.stage is not Stage(decided.outcome.value):
        raise AlreadyDecided(outcome=proposal.stage.value)
    return True


BEFORE_DIALOGUE: Final = (Stage.SCREENED, Stage.MATCHED)
TALKING: Final = (Stage.MATCHED, Stage.IN_DIALOGUE)


DECIDED: Final = (Stage.ADOPTED, Stage.DECLINED)


def require_impartial(proposal: Proposal, member: UUID) -> None:
    """Raises InterestOfDecider for who declared an interest."""
    if member in proposal.interested:
        raise InterestOfDecider
