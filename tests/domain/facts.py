"""The people, departments and rules that the tests of the domain speak of: small extracts of two real cities' rules."""

from datetime import date
from typing import Final
from uuid import UUID

from domain.policy import (
    Answering,
    Condition,
    DecisionRules,
    Degree,
    Eligibility,
    Entry,
    Evaluation,
    Intake,
    IntakeKind,
    Method,
    Methods,
    Names,
    OrganisationKind,
    PilotSupport,
    Plan,
    Policy,
    Programme,
    Provenance,
    Provision,
    RetentionClass,
    RetentionRules,
    RuleStatus,
    Screening,
    Selection,
    SelectionRule,
    SupportBudget,
    Tracks,
)
from domain.values import Audience, Code, Typed

FILE: Final = UUID(int=10)
PROPOSER: Final = UUID(int=11)
CHALLENGE: Final = UUID(int=12)
COOPERATION_OFFICE: Final = UUID(int=13)
"""公民・広域連携推進室"""
WELFARE_DIVISION: Final = UUID(int=14)
"""福祉政策課"""
SATO: Final = UUID(int=15)
"""佐藤"""
SUZUKI: Final = UUID(int=16)
"""鈴木"""

CODES: Final = {
    "札幌市": "011002",
    "青森市": "022012",
    "仙台市": "041009",
    "世田谷区": "131121",
    "横浜市": "141003",
    "横須賀市": "142018",
    "名古屋市": "231002",
    "蒲郡市": "232149",
    "京都市": "261009",
    "神戸市": "281000",
    "北九州市": "401005",
    "福岡市": "401307",
    "日田市": "442046",
}
"""City to its 全国地方公共団体コード, as the 総務省 lists them."""


def said(text: str) -> Typed:
    """What somebody typed, on its way into the log."""
    return Typed(text, FILE, Audience.PROPOSER)


THEMED: Final = Code("themed")
FREE: Final = Code("free")
_KINDS: Final = {
    THEMED: IntakeKind("テーマ型", "Themed", Answering.ONE),
    FREE: IntakeKind("フリー型", "Free", Answering.NONE),
}
_DIRECTION: Final = Provenance("札幌市 官民連携の方針（案）", RuleStatus.DRAFT, date(2024, 4, 15))
_GUIDELINE: Final = Provenance("青森市 公民連携ガイドライン", RuleStatus.IN_FORCE, date(2025, 4, 1))

SAPPORO: Final = Policy(
    version=1,
    intake=Intake(_DIRECTION, _KINDS, (Code("portal"),)),
    eligibility=Eligibility(_DIRECTION),
    decision=DecisionRules(
        _DIRECTION,
        Names("担当課", "Department in charge"),
        council=Names("札幌市官民連携推進本部会議", "Partnership headquarters meeting"),
        explain_decline=True,
        share_selection=True,
    ),
    selection=Selection(_DIRECTION, SelectionRule.OCCUPANCY_UNIQUENESS, high_from=Degree.HIGH, paid_prepared=True),
    evaluation=Evaluation(_DIRECTION, always=True, published_as_case=True, continuation_considered=True),
    support_budget=SupportBudget(_DIRECTION, Names("官民連携プロジェクト予算", "Project budget")),
    plans=(
        Plan(
            Code("vision"),
            Names("第2次まちづくり戦略ビジョン", "Second vision"),
            _DIRECTION,
            fields=(Entry(Code("vision_snow"), Names("雪", "Snow")), Entry(Code("vision_energy"), Names("熱", "Heat"))),
        ),
    ),
)
"""Takes in anybody and has a council."""

AOMORI: Final = Policy(
    version=1,
    intake=Intake(_GUIDELINE, _KINDS, (Code("portal"),)),
    eligibility=Eligibility(_GUIDELINE, excluded=(OrganisationKind.INDIVIDUAL,)),
    decision=DecisionRules(_GUIDELINE, Names("庁内調整", "Internal coordination")),
    methods=Methods(
        _GUIDELINE,
        (
            Method(Code("designated_manager"), Names("指定管理者制度", "Designated manager"), own_rules=True),
            Method(Code("agreement"), Names("連携協定", "Agreement")),
        ),
    ),
    conditions=(
        Condition(Code("read_rules"), 1, Names("募集要項を読む", "Read the rules"), _GUIDELINE),
        Condition(Code("liability"), 2, Names("責任の範囲", "Liability"), _GUIDELINE),
    ),
    tracks=Tracks(
        _GUIDELINE,
        (
            Entry(Code("partnership"), Names("パートナーシップ", "Partnership")),
            Entry(Code("pilot_support"), Names("実証実験サポート", "Pilot support")),
        ),
    ),
    selection=Selection(_GUIDELINE, SelectionRule.BY_NATURE, other_methods_compete=True, consult_proposer=True),
    evaluation=Evaluation(_GUIDELINE, published_as_case=True),
    pilot_support=PilotSupport(_GUIDELINE, (Code("pilot_support"),), tuple(Provision), city_may_pay=True),
    screening=Screening(
        _GUIDELINE,
        (
            Entry(Code("useful"), Names("課題の解決に役立つ", "Helps to solve a problem")),
            Entry(Code("able"), Names("実施できる", "Able to carry it out")),
        ),
    ),
    partner_programmes=(Programme(Code("startup_center"), Names("AOMORI STARTUP CENTER", "Centre"), _GUIDELINE),),
)
"""Takes in no private individuals, asks for two conditions and has no council."""
KEPT: Final = RetentionRules(
    Provenance("試験の市の文書管理規程", RuleStatus.IN_FORCE, date(2026, 4, 1)),
    {Code("five_years"): RetentionClass("5年", "Five years", 5), Code("permanent"): RetentionClass("常用", "For ever")},
    Code("five_years"),
    {Code("agreement"): Code("permanent")},
)
"""How long files are kept, where a city says so."""
