"""A city's policy: who may propose, which kinds are taken in, who decides, by which methods (規定).

City differences are data. Nothing in this program names a city; it reads these tables. Every rule says where it comes
from, whether it is a draft or in force, and since when.
"""

from dataclasses import dataclass

from domain.circumstances import Act, ApprovalSystem
from domain.policy.around import (
    ChallengePart,
    ChallengeRules,
    Deadline,
    Deadlines,
    Plan,
    Programme,
    PublicStatistics,
    Reminders,
    RetentionClass,
    RetentionRules,
    Rule,
    RuleTopic,
)
from domain.policy.carrying_out import (
    AgreementKind,
    AgreementRules,
    Evaluation,
    Method,
    Methods,
    PilotSupport,
    Provision,
    SupportBudget,
    Tracks,
)
from domain.policy.deciding import (
    Approvals,
    DecisionRules,
    Degree,
    Escalation,
    Preparation,
    Selection,
    SelectionRule,
    Weighing,
)
from domain.policy.intake import (
    LARGEST_FILE,
    USUAL_ATTACHMENTS,
    USUAL_PURPOSE,
    Answering,
    Attachments,
    Condition,
    Eligibility,
    Intake,
    IntakeField,
    IntakeKind,
    OrganisationKind,
    PurposeOfUse,
    Screening,
)
from domain.policy.sources import Entry, Names, Provenance, RuleStatus, known
from domain.values import Code

__all__ = [
    "LARGEST_FILE",
    "USUAL_ATTACHMENTS",
    "USUAL_PURPOSE",
    "AgreementKind",
    "AgreementRules",
    "Answering",
    "Approvals",
    "Attachments",
    "ChallengePart",
    "ChallengeRules",
    "Condition",
    "Deadline",
    "Deadlines",
    "DecisionRules",
    "Degree",
    "Eligibility",
    "Entry",
    "Escalation",
    "Evaluation",
    "Intake",
    "IntakeField",
    "IntakeKind",
    "Method",
    "Methods",
    "Names",
    "OrganisationKind",
    "PilotSupport",
    "Plan",
    "Policy",
    "Preparation",
    "Programme",
    "Provenance",
    "Provision",
    "PublicStatistics",
    "PurposeOfUse",
    "Reminders",
    "RetentionClass",
    "RetentionRules",
    "Rule",
    "RuleStatus",
    "RuleTopic",
    "Screening",
    "Selection",
    "SelectionRule",
    "SupportBudget",
    "Tracks",
    "Weighing",
    "known",
]


@dataclass(frozen=True, slots=True)
class Policy:
    """All rules of one city that were in force together.

    ``version`` counts from 1 in the city's log; 0 means that the city has recorded no policy yet. The parts that are
    ``None`` are not in the city's documents: such a city has no desk of its own, or its rules are not known here.
    """

    version: int = 0
    intake: Intake | None = None
    eligibility: Eligibility | None = None
    decision: DecisionRules | None = None
    tracks: Tracks | None = None
    methods: Methods | None = None
    evaluation: Evaluation | None = None
    plans: tuple[Plan, ...] = ()
    conditions: tuple[Condition, ...] = ()
    partner_programmes: tuple[Programme, ...] = ()
    rules: tuple[Rule, ...] = ()
    approvals: Approvals | None = None
    agreements: AgreementRules | None = None
    challenges: ChallengeRules | None = None
    deadlines: Deadlines | None = None
    reminders: Reminders | None = None
    selection: Selection | None = None
    pilot_support: PilotSupport | None = None
    support_budget: SupportBudget | None = None
    screening: Screening | None = None
    escalation: Escalation | None = None
    purpose_of_use: PurposeOfUse | None = None
    attachments: Attachments | None = None
    statistics: PublicStatistics | None = None
    retention: RetentionRules | None = None

    @property
    def purpose(self) -> PurposeOfUse:
        """The statement of purpose that proposers are shown: the city's own, else the usual one."""
        return self.purpose_of_use or USUAL_PURPOSE

    def is_purpose(self, accepted: int | None) -> bool:
        """Whether this version is what proposers of this policy were shown; None where it shows none of its own."""
        return accepted == self.purpose.version or (accepted is None and self.purpose_of_use is None)

    def check_purpose(self, accepted: int | None, *, asked: bool) -> None:
        """Who enters ``asked`` particulars accepts the city's statement of purpose, if it has one, in its version.

        Raises PartMissing, CodeUnknown.
        """
        if accepted is not None or (asked and self.purpose_of_use is not None):
            self.purpose.check(accepted)

    @property
    def attaching(self) -> Attachments:
        """Which files are taken: as the city says, else as usual."""
        return self.attachments or USUAL_ATTACHMENTS

    def kinds(self) -> dict[Code, IntakeKind]:
        """The kinds of proposal that are taken in, in the order in which they are listed; none without a desk."""
        return self.intake.in_order() if self.intake else {}

    def track_codes(self) -> tuple[Code, ...]:
        """Codes of the tracks on which a proposal may run."""
        return tuple(entry.code for entry in self.tracks.entries) if self.tracks else ()

    def method_codes(self) -> tuple[Code, ...]:
        """Codes of the methods in the city's catalogue."""
        return tuple(method.code for method in self.methods.entries) if self.methods else ()

    def approving(self, act: Act) -> tuple[ApprovalSystem, ...]:
        """The systems in one of which an act must be approved; none when it needs no approval."""
        return self.approvals.acts.get(act, ()) if self.approvals else ()

    def business_days(self, rule: Deadline) -> int | None:
        """After how many business days it is due; none where the city has set no deadline."""
        return self.deadlines.business_days.get(rule) if self.deadlines else None

    def field_codes(self) -> tuple[Code, ...]:
        """Codes of the fields of the city's plans."""
        return tuple(entry.code for plan in self.plans for entry in plan.fields)
