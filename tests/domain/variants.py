"""Every kind of event in many variants, and policies of every mixture of switches: few ids and days, so that they meet.

The variants are made once and are the same in every run, so that drawing one is drawing a number.
"""

from collections.abc import Mapping
from dataclasses import is_dataclass, replace
from datetime import date
from enum import Enum
from functools import cache
from random import Random
from typing import Any, Final, get_args, get_origin
from uuid import UUID

from hypothesis import strategies as st

from domain import agreement, approval
from domain.files import MediaType
from domain.policy import (
    Answering,
    Attachments,
    ChallengePart,
    ChallengeRules,
    Condition,
    DecisionRules,
    Degree,
    Eligibility,
    Escalation,
    Evaluation,
    Intake,
    IntakeField,
    IntakeKind,
    Names,
    OrganisationKind,
    PilotSupport,
    Policy,
    Preparation,
    Provenance,
    Provision,
    PurposeOfUse,
    RetentionClass,
    RuleStatus,
    Screening,
    Selection,
    SelectionRule,
    Weighing,
)
from domain.project import Finding, GoalResult
from domain.proposal import Acceptance
from domain.values import CityCode, Code, Sealed
from tenants.register import builtin_cities, policy_of
from tests.domain.facts import AOMORI, KEPT, SAPPORO
from tests.domain.histories import CODES, DAYS, SEALED
from tests.domain.shapes import alternatives, hints, parts

IDS: Final = tuple(UUID(int=number) for number in range(1, 4))
FEW: Final = 30
MORE: Final = 10
"""Variants of an event, and further ones for each value in it, before those that are equal are left out."""
WORDS: Final = SEALED[2]

PARTIES: Final = tuple(
    agreement.Signatory(side, WORDS) for side in (agreement.Party.CITY, agreement.Party.PROPOSER, agreement.Party.OTHER)
)
AGREE: Final = tuple(approval.Stop(post, approval.Part.AGREE) for post in IDS[:2])
DECIDE: Final = approval.Stop(IDS[2], approval.Part.DECIDE)
TWO: Final = (agreement.Signature(1, DAYS[0]), agreement.Signature(2, DAYS[0]))

# What would fit too seldom by chance, by the name of the field; what does not fit stands there too.
LISTS: Final[Mapping[str, tuple[Any, ...]]] = {
    "signatories": (PARTIES[:2], PARTIES[1::-1], PARTIES, PARTIES[1:], PARTIES[:1]),
    "signed": (TWO, TWO[:1], (*TWO, TWO[0]), (*TWO, agreement.Signature(3, DAYS[1])), ()),
    "route": ((*AGREE, DECIDE), (AGREE[0], DECIDE), (DECIDE,), (DECIDE, AGREE[0]), AGREE, (*AGREE, AGREE[0], DECIDE)),
    "accepted": tuple(
        tuple(Acceptance(Code(code), version) for code, version in told)
        for told in (
            (),
            (("read_rules", 1),),
            (("read_rules", 1), ("liability", 2)),
            (("read_rules", 2), ("liability", 2)),
            (("read_rules", 1), ("read_rules", 1)),
        )
    ),
    "fields": tuple(
        tuple(map(Code, codes))
        for codes in (("welfare",), ("welfare", "safety"), ("welfare", "welfare"), (), ("no_such_code",))
    ),
    "findings": tuple(
        tuple(Finding(goal, GoalResult.MET, WORDS) for goal in goals) for goals in (IDS[:1], IDS[:2], IDS[1:2], (), IDS)
    ),
    "plan_fields": ((), (), (Code("vision_snow"),), (Code("no_such_code"),)),
    "goals": ((),),
    "provides": ((Provision.FIELD,), (Provision.FIELD, Provision.DATA), (Provision.DATA,), (Provision.BASE,), ()),
    "duties": ((),),
    "resources": ((),),
    "partners": ((),),
    "dates": ((),),
    "benefits": ((),),
    "departments": (IDS[:1], IDS[:2], IDS, IDS[2:], (), (IDS[0], IDS[0])),
}
AMOUNTS: Final = (-1, 0, 1, 1, 100, 100, 101, 300)
NUMBERS: Final[Mapping[str, tuple[int, ...]]] = {
    **dict.fromkeys(("amount", "budget", "yen"), AMOUNTS),
    "city_pays": (0, 0, 100),
    "party": (1, 2, 3, 4, 0),
    "applicants": (-1, 0, 0, 2),
    "capacity": (0, 1, 2),
    "renewal_months": (12, 12, 1),
    "notice_days": (0, 30, 30, 366),
    "purpose": (1, 2),
}


def value(random: Random, hint: Any, name: str) -> Any:
    """Something of the type of a field."""
    kind = random.choice(alternatives(hint))
    if kind is type(None):
        return None
    if get_origin(kind) is tuple:
        if name in LISTS:
            return random.choice(LISTS[name])
        return tuple(value(random, get_args(kind)[0], name) for _ in range(random.randint(0, 2)))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return random.choice(list(kind))
    if isinstance(kind, type) and is_dataclass(kind):
        return kind(**{inner: value(random, told, inner) for inner, told in hints(kind).items()})
    plain: Mapping[Any, tuple[Any, ...]] = {
        Sealed: SEALED,
        UUID: IDS,
        date: DAYS,
        int: NUMBERS.get(name, (0, 1, 2)),
        bool: (True, False),
        bytes: (bytes(32), b"1" * 32),
        CityCode: (CityCode("011002"), CityCode("022012")),
        Code: tuple(map(Code, CODES.get(name, ("no_such_code",)))),
    }
    return random.choice(plain[kind])


@cache
def variants(event: type) -> tuple[Any, ...]:
    """The variants of one kind of event, the same in every run."""
    random = Random(f"{event.__module__}.{event.__name__}")
    made: list[Any] = []
    for _ in range(FEW + MORE * len(list(parts(event, "")))):
        one = value(random, event, "")
        if one not in made:
            made.append(one)
    return tuple(made)


# --- policies --------------------------------------------------------------------------------------------------------

_TOLD: Final = Provenance("試験の市の規程", RuleStatus.IN_FORCE, date(2026, 4, 1))
_NAMES: Final = Names("名称", "Name")
_TALK: Final = {Code("talk"): IntakeKind("対話型", "Talk", Answering.MAY)}
_KINDS: Final = {
    Code("themed"): IntakeKind("テーマ型", "Themed", Answering.ONE),
    Code("free"): IntakeKind("フリー型", "Free"),
    **_TALK,
}
_COUNCIL: Final = (None, _NAMES)
_EITHER: Final = (False, True)
_CONDITIONS: Final[tuple[Condition, ...]] = AOMORI.conditions

PARTS: Final[Mapping[str, tuple[Any, ...]]] = {
    "intake": (
        None,
        Intake(_TOLD, _KINDS, ()),
        Intake(_TOLD, _TALK, ()),
        Intake(_TOLD, _KINDS, (), (IntakeField.CONTACT_NAME,)),
        Intake(_TOLD, _KINDS, (), (IntakeField.CITY_MONEY, IntakeField.PURPOSE)),
    ),
    "eligibility": (
        None,
        Eligibility(_TOLD),
        Eligibility(_TOLD, (OrganisationKind.INDIVIDUAL,)),
        Eligibility(_TOLD, (OrganisationKind.INDIVIDUAL, OrganisationKind.COMPANY)),
    ),
    "decision": (
        None,
        *(
            DecisionRules(_TOLD, _NAMES, council, explain, share)
            for council in _COUNCIL
            for explain in _EITHER
            for share in _EITHER
        ),
        *(DecisionRules(_TOLD, _NAMES, _NAMES, needed=(each,)) for each in Preparation),
    ),
    "tracks": (None, AOMORI.tracks, AOMORI.tracks),
    "methods": (None, AOMORI.methods),
    "evaluation": (
        None,
        *(
            Evaluation(_TOLD, always, published_as_case=True, continuation_considered=considered)
            for always in _EITHER
            for considered in _EITHER
        ),
    ),
    "plans": ((), SAPPORO.plans),
    "conditions": ((), _CONDITIONS[:1], _CONDITIONS),
    "attachments": (
        None,
        Attachments(_TOLD, (MediaType.PDF,), 1, 2),
        Attachments(_TOLD, tuple(MediaType), 2, 3),
    ),
    "partner_programmes": ((), AOMORI.partner_programmes),
    "challenges": (
        None,
        *(
            ChallengeRules(_TOLD, reviewed, needed)
            for reviewed in _EITHER
            for needed in ((), (ChallengePart.DUE_ON,), (ChallengePart.CONTACT, ChallengePart.CONDITIONS))
        ),
    ),
    "selection": (
        None,
        *(
            Selection(_TOLD, rule, Degree.MIDDLE, Weighing.BOTH, compete, consult, prepared)
            for rule in SelectionRule
            for compete in _EITHER
            for consult in _EITHER
            for prepared in _EITHER
        ),
    ),
    "pilot_support": (
        None,
        PilotSupport(_TOLD, (Code("pilot_support"),), tuple(Provision), city_may_pay=True),
        PilotSupport(_TOLD, (Code("pilot_support"),), tuple(Provision)),
        PilotSupport(_TOLD, (Code("pilot_support"),), (Provision.FIELD, Provision.DATA), city_may_pay=True),
    ),
    "retention": (None, KEPT, replace(KEPT, classes={Code("permanent"): RetentionClass("常用", "For ever")})),
    "purpose_of_use": (None, *(PurposeOfUse(version, Names("検討", "To consider"), _TOLD) for version in (1, 2))),
    "support_budget": (None, SAPPORO.support_budget),
    "screening": (None, AOMORI.screening, Screening(_TOLD, AOMORI.screening.items if AOMORI.screening else (), True)),  # noqa: FBT003 - the switch
    "escalation": (
        None,
        Escalation(_TOLD, amount_from=100),
        Escalation(_TOLD, departments_from=2),
        Escalation(_TOLD, high_occupancy=True),
        Escalation(_TOLD, personal_data=True),
        Escalation(_TOLD, always=True),
        Escalation(_TOLD, 100, 2, high_occupancy=True, personal_data=True),
    ),
}
"""What each part of a policy may be."""
ELSEWHERE: Final = {
    "version",
    "rules",
    "approvals",
    "agreements",
    "deadlines",
    "reminders",
    "statistics",
}
"""What no aggregate decides by: shown only, or judged where the records meet (tenants/commands)."""

OWN: Final = tuple(policy_of(city, 1) for city in builtin_cities())
"""The policies of the cities that come with the program."""


def any_policy(random: Random) -> Policy:
    """One by chance."""
    return Policy(1, **{name: random.choice(parts) for name, parts in PARTS.items()})


def policies() -> st.SearchStrategy[Policy]:
    """Every mixture of switches, and the cities' own policies."""
    mixed = st.fixed_dictionaries({name: st.sampled_from(parts) for name, parts in PARTS.items()})
    return st.one_of(st.sampled_from((SAPPORO, AOMORI, *OWN)), mixed.map(lambda parts: Policy(1, **parts)))
