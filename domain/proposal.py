"""A proposer's offer to one city, from receipt to closure (提案).

Its way: perhaps drafted, received, perhaps returned for completion, checked and screened or refused, perhaps referred
elsewhere, matched with a department, talked over, recommended, adopted or declined with reasons, closed. Until it is
closed the proposer may withdraw. A wrong step is corrected by a further one, a decision by a later decision.
"""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final, assert_never
from uuid import UUID

from domain.errors import (
    AcceptedTwice,
    AlreadyDecided,
    AssessmentMissing,
    ChecklistOpen,
    CouncilDecides,
    InterestOfDecider,
    IsSuspended,
    NoCouncil,
    NotEligible,
    PartMissing,
    PartUnfitting,
    ReasonsNotTold,
    ReferenceUnsuitable,
)
from domain.policy import IntakeKind, OrganisationKind, Policy, known
from domain.process import Step, never, process
from domain.values import Code, Sealed


class Stage(StrEnum):
    """Where a proposal stands (状態)."""

    NEW = "new"
    DRAFT = "draft"
    DISCARDED = "discarded"
    TURNED_AWAY = "turned_away"
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


class CityMoney(StrEnum):
    """Whether the proposal asks the city for money, now or for later upkeep (市の費用負担)."""

    NONE = "none"
    ASKED = "asked"
    UNKNOWN = "unknown"


class EscalationGround(StrEnum):
    """Why the department does not decide alone (会議体に諮る理由)."""

    BY_HAND = "by_hand"
    AMOUNT = "amount"
    DEPARTMENTS = "departments"
    HIGH_OCCUPANCY = "high_occupancy"
    PERSONAL_DATA = "personal_data"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftContent:
    """What stands in a draft: as much as was entered so far."""

    kind: IntakeKind
    organisation_kind: OrganisationKind
    organisation: Sealed
    title: Sealed
    summary: Sealed | None = None
    contact_name: Sealed | None = None
    contact_kana: Sealed | None = None
    contact_department: Sealed | None = None
    contact: Sealed | None = None
    corporate_number: Sealed | None = None
    challenge: UUID | None = None
    city_money: CityMoney = CityMoney.UNKNOWN
    track: Code | None = None
    brings: Sealed | None = None
    wants: Sealed | None = None
    plan_fields: tuple[Code, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted(DraftContent):
    """A proposal was begun and not handed in; it has no receipt number yet (下書き)."""

    proposer: UUID
    sample: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftEdited(DraftContent):
    """The draft was written anew as a whole (下書きの修正)."""


@dataclass(frozen=True, slots=True)
class Discarded:
    """The draft was given up without being handed in (下書きの破棄)."""

    reason: Sealed


@dataclass(frozen=True, slots=True)
class TurnedAway:
    """Somebody who may not propose here was told so; nothing else is kept (対象外の案内).

    Channel and day stand in the circumstances.
    """

    organisation_kind: OrganisationKind
    kind: IntakeKind | None = None
    sample: bool = False


@dataclass(frozen=True, slots=True)
class Received:
    """The desk received a proposal (受付). ``sample`` entries are shown as such and kept out of statistics.

    ``purpose``: the version of the statement of purpose (利用目的) that the proposer accepted; ``share_contact``: the
    contact may be passed on to another city.
    """

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
    contact_kana: Sealed | None = None
    contact_department: Sealed | None = None
    city_money: CityMoney = CityMoney.UNKNOWN
    track: Code | None = None
    brings: Sealed | None = None
    wants: Sealed | None = None
    plan_fields: tuple[Code, ...] = ()
    purpose: int | None = None
    share_contact: bool = False


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
class CheckedItem:
    """One item of the city's checklist, met or not."""

    item: Code
    met: bool
    note: Sealed | None


@dataclass(frozen=True, slots=True)
class Checked:
    """The desk went through the city's checklist, or a part of it (確認表による確認)."""

    items: tuple[CheckedItem, ...]
    note: Sealed | None


@dataclass(frozen=True, slots=True)
class OpinionsAsked:
    """Departments were asked what they think of it (関係課への意見照会)."""

    departments: tuple[UUID, ...]
    question: Sealed
    due_on: date | None


@dataclass(frozen=True, slots=True)
class OpinionGiven:
    """A department that was asked answered; ``None``: it cannot tell (関係課の意見)."""

    department: UUID
    useful: bool | None
    feasible: bool | None
    note: Sealed


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

    The council decides at an item of the agenda of a session.
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


@dataclass(frozen=True, slots=True)
class StepCorrected:
    """A step was wrong: it goes on from an earlier stage (手続の訂正)."""

    to: Stage
    reason: Sealed


@dataclass(frozen=True, slots=True)
class Suspended:
    """Nothing is done for a while; deadlines wait (保留)."""

    reason: Sealed
    until: date | None


@dataclass(frozen=True, slots=True)
class Resumed:
    """It goes on where it stood (再開)."""

    reason: Sealed | None


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
    Drafted
    | DraftEdited
    | Discarded
    | TurnedAway
    | Received
    | Returned
    | Completed
    | Checked
    | OpinionsAsked
    | OpinionGiven
    | Assessed
    | Screened
    | Refused
    | Referred
    | Matched
    | DialogueRecorded
    | Recommended
    | Escalated
    | Decided
    | DecisionCorrected
    | ReasonsTold
    | StepCorrected
    | Suspended
    | Resumed
    | Withdrawn
    | Closed
    | InterestDeclared
)

WAY: Final = (
    Stage.RECEIVED,
    Stage.RETURNED,
    Stage.SCREENED,
    Stage.MATCHED,
    Stage.IN_DIALOGUE,
    Stage.ADOPTED,
)
"""The stages to which a wrong step can be taken back, from first to last."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the next decision needs to know."""

    stage: Stage = Stage.NEW
    proposer: UUID | None = None
    department: UUID | None = None
    dialogues: frozenset[UUID] = frozenset()
    outcome: Outcome | None = None
    interested: frozenset[UUID] = frozenset()
    passed: frozenset[Stage] = frozenset()
    """The stages of its way at which it has stood, without those that were taken back."""
    screened: frozenset[UUID] = frozenset()
    """The departments that took part in screening."""
    asked: frozenset[UUID] = frozenset()
    """Departments that have yet to answer."""
    answered: frozenset[UUID] = frozenset()
    met: frozenset[Code] = frozenset()
    """The items of the checklist that are met."""
    city_money: CityMoney = CityMoney.UNKNOWN
    amount: int | None = None
    high_occupancy: bool | None = None
    personal_data: bool | None = None
    escalated: bool = False
    reasons_told: bool = False
    suspended: bool = False

    @property
    def earlier(self) -> tuple[Stage, ...]:
        """The stages to which it can be taken back."""
        ahead = WAY.index(self.stage) if self.stage in WAY else len(WAY)
        return tuple(stage for stage in WAY[:ahead] if stage in self.passed)

    @property
    def concerned(self) -> frozenset[UUID]:
        """The departments whose matter it is."""
        return self.screened | ({self.department} if self.department else frozenset())


def fold(proposal: Proposal, event: object) -> Proposal:
    """What stands beside the stage."""
    proposal = replace(proposal, passed=proposal.passed | ({proposal.stage} & set(WAY)))
    match event:
        case Drafted(proposer=proposer):
            return replace(proposal, proposer=proposer)
        case Received(proposer=proposer, city_money=city_money):
            return replace(proposal, proposer=proposer, city_money=city_money)
        case Screened(departments=departments):
            return replace(proposal, screened=frozenset(departments))
        case Matched(department=department):
            return replace(proposal, department=department)
        case DialogueRecorded(dialogue=dialogue):
            return replace(proposal, dialogues=proposal.dialogues | {dialogue})
        case Decided(outcome=outcome) | DecisionCorrected(outcome=outcome):
            return replace(proposal, outcome=outcome, reasons_told=False)
        case StepCorrected(to=to):
            return taken_back(proposal, to)
        case Withdrawn():
            return replace(proposal, outcome=None, suspended=False)
        case InterestDeclared(member=member):
            return replace(proposal, interested=proposal.interested | {member})
        case _:
            return fold_beside(proposal, event)


def fold_beside(proposal: Proposal, event: object) -> Proposal:
    """What is learned and noted while the proposal stays where it is."""
    match event:
        case Checked(items=items):
            seen, met = {each.item for each in items}, {each.item for each in items if each.met}
            return replace(proposal, met=proposal.met - seen | met)
        case OpinionsAsked(departments=departments):
            return replace(proposal, asked=proposal.asked | set(departments))
        case OpinionGiven(department=department):
            return replace(proposal, asked=proposal.asked - {department}, answered=proposal.answered | {department})
        case Assessed():
            return replace(
                proposal,
                city_money=event.city_money,
                amount=event.amount,
                high_occupancy=event.high_occupancy,
                personal_data=event.personal_data,
            )
        case Escalated():
            return replace(proposal, escalated=True)
        case ReasonsTold():
            return replace(proposal, reasons_told=True)
        case Suspended():
            return replace(proposal, suspended=True)
        case Resumed():
            return replace(proposal, suspended=False)
        case _:
            return proposal


def taken_back(proposal: Proposal, to: Stage) -> Proposal:
    """Without what the steps that were taken back had brought."""
    kept = WAY[: WAY.index(to) + 1] if to in WAY else ()
    talking = Stage.MATCHED in kept
    return replace(
        proposal,
        passed=proposal.passed & set(kept),
        screened=proposal.screened if Stage.SCREENED in kept else frozenset(),
        department=proposal.department if talking else None,
        escalated=proposal.escalated and talking,
        outcome=Outcome.ADOPTED if to is Stage.ADOPTED else None,
    )


def check_going_on(proposal: Proposal, _policy: Policy, _event: object) -> None:
    """Raises IsSuspended."""
    if proposal.suspended:
        raise IsSuspended


def check_content(policy: Policy, content: DraftContent | Received, kind: IntakeKind) -> None:
    """Raises CodeUnknown for a kind, track or field that this city does not have, NotEligible."""
    kinds = tuple(policy.intake.kinds) if policy.intake else ()
    known("kind", kind, tuple(Code(each.value) for each in kinds))
    if policy.eligibility and content.organisation_kind in policy.eligibility.excluded:
        raise NotEligible(kind=content.organisation_kind.value)
    if content.track is not None:
        known("track", content.track, policy.track_codes())
    for field in content.plan_fields:
        known("planFields", field, policy.field_codes())


def check_draft(_proposal: Proposal, policy: Policy, draft: DraftContent) -> None:
    """What stands in a draft must be possible, not complete. Raises CodeUnknown, NotEligible."""
    check_content(policy, draft, draft.kind)


def check_turned_away(_proposal: Proposal, policy: Policy, away: TurnedAway) -> None:
    """Raises CodeUnknown for a kind of party that may propose here."""
    excluded = policy.eligibility.excluded if policy.eligibility else ()
    known("organisationKind", away.organisation_kind, tuple(Code(kind.value) for kind in excluded))


def check_received(_proposal: Proposal, policy: Policy, received: Received) -> None:
    """Whether this city takes it in.

    Raises what check_content does; CodeUnknown also for anything accepted beside the conditions in their versions and
    for another version of the statement of purpose; PartMissing when a themed proposal names no challenge, the city
    asks for something that was left out, or a condition was not accepted; AcceptedTwice.
    """
    check_content(policy, received, received.receipt.kind)
    if (received.receipt.kind is IntakeKind.THEMED) != (received.challenge is not None):
        raise PartMissing(
            field="challenge",
            problem="a themed proposal names one challenge, a free one none",
            problem_ja="課題への提案には課題を一つ、自由提案には課題なしで指定してください",
        )
    check_accepted(policy, received.accepted)
    if received.purpose is not None:
        known("purpose", str(received.purpose), (Code(str(policy.purpose.version)),))
    for name in policy.intake.required if policy.intake else ():
        if getattr(received, name.value) in {None, (), CityMoney.UNKNOWN}:
            raise PartMissing(
                field=name.shown,
                problem="this city asks every proposer for it.",
                problem_ja="この市では必ず記入いただく項目です",
            )


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


def check_items(_proposal: Proposal, policy: Policy, checked: Checked) -> None:
    """Raises PartMissing without items, CodeUnknown for one that the city's list does not have, PartUnfitting."""
    if not checked.items:
        raise PartMissing(field="items", problem="name at least one", problem_ja="項目を一つ以上指定してください")
    items = policy.screening.items if policy.screening else ()
    for place, each in enumerate(checked.items):
        known("items.item", each.item, tuple(item.code for item in items))
        if each.item in {other.item for other in checked.items[:place]}:
            raise PartUnfitting(
                field="items.item",
                problem=f"{each.item} stands there twice",
                problem_ja=f"{each.item} が重複しています",
            )


def check_list_met(proposal: Proposal, policy: Policy, _screened: Screened) -> None:
    """Raises ChecklistOpen where the city wants every item met first."""
    if policy.screening and policy.screening.all_met:
        open_items = [item.code for item in policy.screening.items if item.code not in proposal.met]
        if open_items:
            raise ChecklistOpen(items=", ".join(open_items))


def check_asked(_proposal: Proposal, _policy: Policy, asked: OpinionsAsked) -> None:
    """Raises PartMissing when no department is asked."""
    if not asked.departments:
        raise PartMissing(field="departments", problem="name at least one", problem_ja="課を一つ以上指定してください")


def check_opinion(proposal: Proposal, _policy: Policy, given: OpinionGiven) -> None:
    """Raises PartUnfitting for a department that was not asked."""
    if given.department not in proposal.asked | proposal.answered:
        raise PartUnfitting(
            field="department",
            problem="that department was not asked",
            problem_ja="意見照会をしていない課です",
        )


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
    """Why the department does not decide alone: it said so, or the city's rules do.

    Raises AssessmentMissing while a rule asks about something that nobody has looked at.
    """
    rules, by_hand = policy.escalation, ((EscalationGround.BY_HAND,) if proposal.escalated else ())
    if rules is None or by_hand:
        return by_hand
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

    AssessmentMissing as ``grounds``; PartUnfitting for a session beside a decision of the department.
    """
    if decided.decided_by is DecidedBy.COUNCIL:
        check_council(proposal, policy, decided)
        return
    if decided.council_session is not None or decided.agenda_item is not None:
        raise PartUnfitting(
            field="councilSession",
            problem="a department decides without a session",
            problem_ja="担当課の判断には会議を指定できません",
        )
    if found := grounds(proposal, policy):
        raise CouncilDecides(grounds=", ".join(found))


def check_council(_proposal: Proposal, policy: Policy, _event: object) -> None:
    """Raises NoCouncil when the city's policy knows none."""
    if not (policy.decision and policy.decision.council):
        raise NoCouncil


def check_told(proposal: Proposal, policy: Policy, _closed: Closed) -> None:
    """Raises ReasonsNotTold for a decline without city money that stands unexplained where it must not."""
    explain = policy.decision is not None and policy.decision.explain_decline
    open_decline = proposal.stage is Stage.DECLINED and not proposal.reasons_told
    if explain and open_decline and proposal.city_money is not CityMoney.ASKED:
        raise ReasonsNotTold


def check_earlier(proposal: Proposal, _policy: Policy, corrected: StepCorrected) -> None:
    """Raises ReferenceUnsuitable for a stage at which it has not stood before."""
    if corrected.to not in proposal.earlier:
        raise ReferenceUnsuitable(field="to", stage=corrected.to.value, possible=", ".join(proposal.earlier))


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


NEW, DRAFT, RECEIVED, RETURNED, SCREENED = Stage.NEW, Stage.DRAFT, Stage.RECEIVED, Stage.RETURNED, Stage.SCREENED
TALKING: Final = (Stage.MATCHED, Stage.IN_DIALOGUE)
DECIDED: Final = (Stage.ADOPTED, Stage.DECLINED)
BEFORE_DECISION: Final = (RECEIVED, RETURNED, SCREENED, *TALKING)
OPEN: Final = (*BEFORE_DECISION, Stage.ADOPTED)
SENT_AWAY: Final = (Stage.REFUSED, Stage.REFERRED, Stage.WITHDRAWN)
ENDED: Final = (*DECIDED, *SENT_AWAY)
KNOWN: Final = (DRAFT, *OPEN, Stage.DECLINED, *SENT_AWAY, Stage.CLOSED)

PROPOSAL: Final = process(
    "proposal",
    Proposal(),
    {
        "proposal.drafted": Step(Drafted, (NEW,), (DRAFT,), granted=never, guards=(check_draft,)),
        "proposal.draft_edited": Step(DraftEdited, (DRAFT,), granted=never, guards=(check_draft,)),
        "proposal.discarded": Step(Discarded, (DRAFT,), (Stage.DISCARDED,)),
        "proposal.turned_away": Step(
            TurnedAway, (NEW,), (Stage.TURNED_AWAY,), granted=never, guards=(check_turned_away,)
        ),
        "proposal.received": Step(Received, (NEW, DRAFT), (RECEIVED,), granted=never, guards=(check_received,)),
        "proposal.returned": Step(Returned, (RECEIVED,), (RETURNED,), guards=(check_going_on,)),
        "proposal.completed": Step(Completed, (RETURNED,), (RECEIVED,), granted=never, guards=(check_going_on,)),
        "proposal.checked": Step(
            Checked, (RECEIVED, RETURNED, SCREENED), granted=never, guards=(check_going_on, check_items)
        ),
        "proposal.opinions_asked": Step(
            OpinionsAsked, (RECEIVED, SCREENED, *TALKING), granted=never, guards=(check_going_on, check_asked)
        ),
        "proposal.opinion_given": Step(OpinionGiven, BEFORE_DECISION, granted=never, guards=(check_opinion,)),
        "proposal.assessed": Step(Assessed, BEFORE_DECISION, granted=never, guards=(check_going_on, check_amount)),
        "proposal.screened": Step(Screened, (RECEIVED,), (SCREENED,), guards=(check_going_on, check_list_met)),
        "proposal.refused": Step(Refused, (RECEIVED, RETURNED, SCREENED), (Stage.REFUSED,), guards=(check_going_on,)),
        "proposal.referred": Step(
            Referred, (RECEIVED, SCREENED, *TALKING), (Stage.REFERRED,), guards=(check_going_on, check_destination)
        ),
        "proposal.matched": Step(
            Matched, (SCREENED, *TALKING), (Stage.MATCHED,), granted=same_department, guards=(check_going_on,)
        ),
        "proposal.dialogue_recorded": Step(
            DialogueRecorded,
            TALKING,
            (Stage.IN_DIALOGUE,),
            granted=lambda proposal, recorded: recorded.dialogue in proposal.dialogues,
            guards=(check_going_on,),
        ),
        "proposal.recommended": Step(Recommended, TALKING, granted=never, guards=(check_going_on,)),
        "proposal.escalated": Step(
            Escalated,
            TALKING,
            granted=lambda proposal, _: proposal.escalated and proposal.stage in TALKING,
            guards=(check_going_on, check_council),
        ),
        "proposal.decided": Step(
            Decided,
            TALKING,
            DECIDED,
            leads=lambda decided: Stage(decided.outcome.value),
            granted=same_outcome,
            guards=(check_going_on, check_decider),
        ),
        "proposal.decision_corrected": Step(
            DecisionCorrected,
            DECIDED,
            DECIDED,
            leads=lambda corrected: Stage(corrected.outcome.value),
            granted=never,
            guards=(check_going_on, check_decider),
        ),
        "proposal.reasons_told": Step(
            ReasonsTold,
            (Stage.DECLINED,),
            granted=lambda proposal, _: proposal.reasons_told and proposal.stage is Stage.DECLINED,
        ),
        "proposal.step_corrected": Step(
            StepCorrected,
            (*BEFORE_DECISION[1:], *SENT_AWAY),
            WAY,
            leads=lambda corrected: corrected.to,
            granted=lambda proposal, corrected: proposal.stage is corrected.to,
            guards=(check_going_on, check_earlier),
        ),
        "proposal.suspended": Step(
            Suspended, OPEN, granted=lambda proposal, _: proposal.suspended and proposal.stage in OPEN
        ),
        "proposal.resumed": Step(
            Resumed, OPEN, granted=lambda proposal, _: not proposal.suspended and proposal.stage in OPEN
        ),
        "proposal.withdrawn": Step(Withdrawn, OPEN, (Stage.WITHDRAWN,)),
        "proposal.closed": Step(Closed, ENDED, (Stage.CLOSED,), guards=(check_going_on, check_told)),
        "proposal.interest_declared": Step(
            InterestDeclared,
            KNOWN,
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
