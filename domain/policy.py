"""A city's policy: who may propose, which kinds are taken in, who decides, by which methods (規定).

City differences are data. Nothing in this program names a city; it reads these tables. Every rule says where it comes
from, whether it is a draft or in force, and since when.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from domain.circumstances import Act, ApprovalSystem
from domain.errors import CodeUnknown, PartMissing
from domain.files import MediaType
from domain.values import Code


class OrganisationKind(StrEnum):
    """What kind of party proposes (提案者の区分)."""

    COMPANY = "company"
    NPO = "npo"
    UNIVERSITY = "university"
    GROUP = "group"
    SOLE_PROPRIETOR = "sole_proprietor"
    INDIVIDUAL = "individual"


class IntakeKind(StrEnum):
    """``themed`` answers a challenge, ``free`` does not (テーマ型・課題提案 / フリー型・自由提案)."""

    THEMED = "themed"
    FREE = "free"


class AgreementKind(StrEnum):
    """What is concluded: an agreement on one field or on several, a memorandum, a contract (協定等の種類)."""

    PROJECT = "project"
    COMPREHENSIVE = "comprehensive"
    MEMORANDUM = "memorandum"
    CONTRACT = "contract"


class ChallengePart(StrEnum):
    """What a challenge may have to say before it is published (公表の記載事項)."""

    CONDITIONS = "conditions"
    CITY_OFFERS = "city_offers"
    DUE_ON = "due_on"
    CONTACT = "contact"


class RuleStatus(StrEnum):
    """Whether a rule is a draft (案) or in force (施行)."""

    DRAFT = "draft"
    IN_FORCE = "in_force"


@dataclass(frozen=True, slots=True)
class Names:
    """One name in Japanese and English."""

    ja: str
    en: str


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a rule comes from: a document and the place in it, its status, and the day since when it holds.

    ``valid_from`` is the document's date where the document gives one, else the day on which the city was entered.
    """

    source: str
    status: RuleStatus
    valid_from: date


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a catalogue: intake kinds, tracks, methods, plan fields, purposes."""

    code: Code
    name: Names


@dataclass(frozen=True, slots=True)
class Method:
    """A way in which city and business work together (手法).

    ``own_rules``: it follows procedures of its own and is referred, not run here.
    """

    code: Code
    name: Names
    own_rules: bool = False


class IntakeField(StrEnum):
    """What a city may ask every proposer for besides organisation, subject and content (必須の記入項目)."""

    CONTACT_NAME = "contact_name"
    CONTACT_KANA = "contact_kana"
    CONTACT_DEPARTMENT = "contact_department"
    CONTACT = "contact"
    CITY_MONEY = "city_money"
    TRACK = "track"
    BRINGS = "brings"
    WANTS = "wants"
    PLAN_FIELDS = "plan_fields"
    PURPOSE = "purpose"

    @property
    def shown(self) -> str:
        """As those who ask know it: ``contactName``."""
        first, *rest = self.value.split("_")
        return first + "".join(part.capitalize() for part in rest)


@dataclass(frozen=True, slots=True)
class Intake:
    """Which kinds of proposal are taken in and what the city calls them (受付区分)."""

    provenance: Provenance
    kinds: dict[IntakeKind, Names]
    channels: tuple[Code, ...]
    required: tuple[IntakeField, ...] = ()


@dataclass(frozen=True, slots=True)
class PurposeOfUse:
    """For what the city uses what a proposer enters, in one version (利用目的の明示)."""

    version: int
    text: Names
    provenance: Provenance


USUAL_PURPOSE: Final = PurposeOfUse(
    1,
    Names(
        "記入いただいた内容は、提案の検討、担当課との調整、提案者への連絡、個人を特定しない統計のために使います。"
        "ほかの自治体へ連絡先を渡すのは、同意があるときに限ります。",
        "What you enter is used to consider the proposal, to coordinate with the departments, to reach you, and for"
        " statistics that identify nobody. Your contact goes to another city only with your consent.",
    ),
    Provenance("本システムの定め（自治体の文書に利用目的の記載がないとき）", RuleStatus.IN_FORCE, date(2026, 11, 22)),
)
"""Where a city's documents give no statement of purpose."""


@dataclass(frozen=True, slots=True)
class Attachments:
    """Which files may belong to a proposal, how large each and how many (添付ファイル)."""

    provenance: Provenance
    types: tuple[MediaType, ...]
    bytes_per_file: int
    files: int


LARGEST_FILE: Final = 2**30
"""Bytes of the largest file that any city may take."""
USUAL_ATTACHMENTS: Final = Attachments(
    Provenance(
        "本システムの定め（自治体の文書に添付ファイルの記載がないとき）", RuleStatus.IN_FORCE, date(2026, 11, 22)
    ),
    tuple(MediaType),
    50 * 2**20,
    20,
)
"""Where a city's documents say nothing of attachments."""


@dataclass(frozen=True, slots=True)
class Screening:
    """The desk's checklist for reception and screening (受付・精査の確認表).

    ``all_met``: screening ends only when every item was checked as met.
    """

    provenance: Provenance
    items: tuple[Entry, ...] = ()
    all_met: bool = False


@dataclass(frozen=True, slots=True)
class Escalation:
    """When the council decides instead of the department; what is left out is no reason (会議体に諮る基準).

    ``amount_from`` in yen; ``departments_from``: so many departments are concerned.
    """

    provenance: Provenance
    amount_from: int | None = None
    departments_from: int | None = None
    high_occupancy: bool = False
    personal_data: bool = False


@dataclass(frozen=True, slots=True)
class Eligibility:
    """Which kinds of organisation may not propose (提案できない者)."""

    provenance: Provenance
    excluded: tuple[OrganisationKind, ...] = ()


@dataclass(frozen=True, slots=True)
class DecisionRules:
    """Who decides whether a proposal is carried out (実施適否の判断).

    ``council`` is the body that decides what a department finds hard to decide, or none. ``explain_decline``: the
    reasons are told to the proposer. ``share_selection``: on adoption without city money, occupancy, uniqueness and
    the way of selection are shared with the proposer.
    """

    provenance: Provenance
    decided_by: Names
    council: Names | None = None
    explain_decline: bool = False
    share_selection: bool = False


@dataclass(frozen=True, slots=True)
class Tracks:
    """The tracks on which an accepted proposal runs (進め方)."""

    provenance: Provenance
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Methods:
    """The city's catalogue of methods (手法)."""

    provenance: Provenance
    entries: tuple[Method, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan of the city that proposals and challenges can be aligned with, and its fields (計画・分野).

    ``note`` says what else is known of it, for example fields that the document counts but does not name.
    """

    code: Code
    name: Names
    provenance: Provenance
    fields: tuple[Entry, ...] = ()
    note: Names | None = None


@dataclass(frozen=True, slots=True)
class Programme:
    """A programme of the city, or beside it, that a proposal may be handed to (連携する制度・拠点)."""

    code: Code
    name: Names
    provenance: Provenance
    note: Names | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition or note that a proposer reads and accepts, in one version (提案条件・留意事項)."""

    code: Code
    version: int
    text: Names
    provenance: Provenance


class RuleTopic(StrEnum):
    """What a rule in words is about (規定の主題)."""

    PRINCIPLE = "principle"
    GUIDANCE = "guidance"
    DIALOGUE = "dialogue"
    SUPPORT = "support"
    SELECTION = "selection"
    AGREEMENT = "agreement"
    PILOT = "pilot"
    CONTINUATION = "continuation"
    DISCLOSURE = "disclosure"
    COOPERATION = "cooperation"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that people follow and the program only shows, in the city's sense and our words (規定)."""

    code: Code
    topic: RuleTopic
    text: Names
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What happens after the work is done (検証)."""

    provenance: Provenance
    always: bool = False
    published_as_case: bool = False
    continuation_considered: bool = False


class SelectionRule(StrEnum):
    """How a city's rules find who carries a proposal out when the city pays nothing (選定の考え方)."""

    OCCUPANCY_UNIQUENESS = "occupancy_uniqueness"
    BY_NATURE = "by_nature"


class Degree(StrEnum):
    """How far others are kept out, from not at all to far (占用の程度)."""

    NONE = "none"
    LOW = "low"
    MIDDLE = "middle"
    HIGH = "high"

    def reaches(self, other: "Degree") -> bool:
        """Whether it is at least the other."""
        return list(Degree).index(self) >= list(Degree).index(other)


class Weighing(StrEnum):
    """Whether one of two measures makes the whole, or only both together."""

    EITHER = "either"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Selection:
    """How it is decided who carries a proposal out (実施主体の選定).

    For occupancy and uniqueness: occupancy counts as high when time or space, or both (``occupancy_by``), reach
    ``high_from``. By nature: ``other_methods_compete`` when methods with rules of their own always go to a tender or
    public call. ``consult_proposer``: before its ideas are used for a specification the proposer is consulted where its
    rights or know-how would suffer. ``paid_prepared``: where the city pays, scheme, budget and a specification without
    needless conditions come first.
    """

    provenance: Provenance
    rule: SelectionRule
    high_from: Degree = Degree.HIGH
    occupancy_by: Weighing = Weighing.EITHER
    other_methods_compete: bool = False
    consult_proposer: bool = False
    paid_prepared: bool = False


class Provision(StrEnum):
    """What a city provides for a pilot (実証実験への支援)."""

    FIELD = "field"
    DATA = "data"
    PUBLICITY = "publicity"
    DEREGULATION = "deregulation"
    BASE = "base"


@dataclass(frozen=True, slots=True)
class PilotSupport:
    """What the city provides for pilots, and on which tracks (実証実験サポート).

    Costs are borne by the business; ``city_may_pay``: the city may budget actual cost.
    """

    provenance: Provenance
    tracks: tuple[Code, ...]
    provides: tuple[Provision, ...]
    city_may_pay: bool = False


@dataclass(frozen=True, slots=True)
class SupportBudget:
    """Money that helps departments where a partnership needs the city's (官民連携プロジェクト予算)."""

    provenance: Provenance
    name: Names


@dataclass(frozen=True, slots=True)
class Approvals:
    """Which outward acts need an approval, and in which systems it may be given (起案・決裁).

    An act that is not named needs none; one that was approved all the same cites it.
    """

    provenance: Provenance
    acts: dict[Act, tuple[ApprovalSystem, ...]]


class Deadline(StrEnum):
    """What a city sets itself a deadline for (期限の種類). None is a statutory processing period (標準処理期間)."""

    FIRST_ANSWER = "first_answer"
    """The first answer to a proposer (回答目安)."""
    CONSULTATION_ANSWER = "consultation_answer"
    """The answer to a consultation (相談への回答目安)."""
    COMPLETION = "completion"
    """What the proposer gets to complete a proposal (補正の期限)."""


@dataclass(frozen=True, slots=True)
class Deadlines:
    """After how many business days something is due (期限・回答目安); what is not named has no deadline."""

    provenance: Provenance
    business_days: dict[Deadline, int]


@dataclass(frozen=True, slots=True)
class Reminders:
    """Which mails the city's people get of what waits for them (通知); a city without this part sends none.

    ``days_before``: business days before something is due. ``turns``: also of what has become somebody's turn.
    ``english``: in English instead of Japanese.
    """

    provenance: Provenance
    days_before: int
    overdue: bool = True
    turns: bool = False
    english: bool = False


@dataclass(frozen=True, slots=True)
class AgreementRules:
    """Which agreements the desk coordinates, and which of them it concludes (協定の調整・締結).

    What it coordinates and does not conclude is concluded by the department; kinds in neither list by either.
    """

    provenance: Provenance
    coordinated: tuple[AgreementKind, ...] = ()
    concluded: tuple[AgreementKind, ...] = ()


@dataclass(frozen=True, slots=True)
class ChallengeRules:
    """What must come before a challenge is published (課題の公表).

    ``reviewed``: the desk has accepted it. ``needed``: what it must say.
    """

    provenance: Provenance
    reviewed: bool = False
    needed: tuple[ChallengePart, ...] = ()


@dataclass(frozen=True, slots=True)
class PublicStatistics:
    """Whether everybody reads how many proposals came and how they were decided (統計の公開); else nobody outside.

    ``suppress_under``: a smaller number is not told, since it could point at somebody.
    """

    provenance: Provenance
    public: bool = False
    suppress_under: int = 10


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

    @property
    def purpose(self) -> PurposeOfUse:
        """The statement of purpose that proposers accept: the city's own, else the usual one."""
        return self.purpose_of_use or USUAL_PURPOSE

    @property
    def attaching(self) -> Attachments:
        """Which files are taken: as the city says, else as usual."""
        return self.attachments or USUAL_ATTACHMENTS

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


def known(field_name: str, value: str, catalogue: tuple[Code, ...]) -> Code:
    """The code if the catalogue has it; raises CodeUnknown, naming what there is, PartMissing for an empty one."""
    for code in catalogue:
        if code == value:
            return code
    there = ", ".join(catalogue)
    if there and not value.strip():
        raise PartMissing(
            field=field_name, problem=f"use one of: {there}.", problem_ja=f"次のいずれかを指定してください: {there}"
        )
    raise CodeUnknown(field=field_name, value=value[:60], known=there)
