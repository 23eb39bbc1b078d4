"""What the city's rules say of the way of selection, and why (選定方法の目安)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from domain.policy import Degree, Policy, SelectionRule, Weighing
from domain.policy import Selection as Rules
from domain.values import Code


class Advice(StrEnum):
    """What the city's rules say about the way of selection (選定方法の目安)."""

    CONTRACT_PROCEDURE = "contract_procedure"
    PUBLIC_CALL = "public_call"
    WITHOUT_CALL = "without_call"
    COMPETITION = "competition"
    NO_ANSWER = "no_answer"


class Ground(StrEnum):
    """Why the rules say so (目安の根拠)."""

    PAYS_NOW = "pays_now"
    PAYS_LATER = "pays_later"
    OCCUPANCY_IN_TIME = "occupancy_in_time"
    OCCUPANCY_IN_SPACE = "occupancy_in_space"
    OCCUPANCY_LOW = "occupancy_low"
    EXCLUSIVE_RIGHTS = "exclusive_rights"
    SPECIAL_KNOWLEDGE = "special_knowledge"
    NO_OTHER_PARTY = "no_other_party"
    NOTHING_UNIQUE = "nothing_unique"
    OTHER_METHOD = "other_method"
    OPEN_TO_MANY = "open_to_many"
    LEFT_TO_NATURE = "left_to_nature"
    NO_RULE = "no_rule"


class Way(StrEnum):
    """How the implementer is found (選定方法): 入札, 公募型プロポーザル, 公募, 随意契約, 公募によらない選定."""

    TENDER = "tender"
    COMPETITIVE_PROPOSAL = "competitive_proposal"
    PUBLIC_CALL = "public_call"
    DIRECT_CONTRACT = "direct_contract"
    WITHOUT_CALL = "without_call"


class Standing(StrEnum):
    """How a decision stands to the advice: it follows, deviates, or there was none to follow (目安との関係)."""

    FOLLOWS = "follows"
    DEVIATES = "deviates"
    UNADVISED = "unadvised"


CALLS: Final = frozenset({Way.TENDER, Way.COMPETITIVE_PROPOSAL, Way.PUBLIC_CALL})
"""The ways that are open to many."""
FITTING: Final[Mapping[Advice, frozenset[Way]]] = {
    Advice.CONTRACT_PROCEDURE: frozenset({Way.TENDER, Way.COMPETITIVE_PROPOSAL, Way.DIRECT_CONTRACT}),
    Advice.PUBLIC_CALL: CALLS,
    Advice.WITHOUT_CALL: frozenset({Way.WITHOUT_CALL}),
    Advice.COMPETITION: CALLS,
    Advice.NO_ANSWER: frozenset(),
}
"""The ways that follow an advice."""


@dataclass(frozen=True, slots=True)
class Answers:
    """The questionnaire (選定の確認項目).

    ``pays_later``: upkeep and the like once the work is done. Occupancy may be left out where the city pays or its
    rules do not ask for it. ``open_to_many``: by its nature the work calls for many to be asked. ``know_how_touched``:
    a specification made of the proposer's ideas would touch its rights or know-how.
    """

    pays_now: bool
    pays_later: bool
    exclusive_rights: bool
    special_knowledge: bool
    no_other_party: bool
    open_to_many: bool
    know_how_touched: bool
    occupancy_in_time: Degree | None
    occupancy_in_space: Degree | None
    method: Code | None

    @property
    def paid(self) -> bool:
        """Whether the city pays anything, now or for upkeep."""
        return self.pays_now or self.pays_later


def advise(answers: Answers, policy: Policy) -> tuple[Advice, tuple[Ground, ...]]:
    """What the city's rules say of the answers, and why; where they are silent, that they give no answer."""
    paid = _given({Ground.PAYS_NOW: answers.pays_now, Ground.PAYS_LATER: answers.pays_later})
    if policy.selection is None:
        return Advice.NO_ANSWER, (*paid, Ground.NO_RULE)
    if paid:
        return Advice.CONTRACT_PROCEDURE, paid
    if policy.selection.rule is SelectionRule.BY_NATURE:
        return _by_nature(answers, policy, policy.selection)
    return _by_occupancy_and_uniqueness(answers, policy.selection)


def _by_occupancy_and_uniqueness(answers: Answers, rules: Rules) -> tuple[Advice, tuple[Ground, ...]]:
    """Both factors are always shown; both high or both low are not in the rule."""
    reached = {
        Ground.OCCUPANCY_IN_TIME: _high(answers.occupancy_in_time, rules),
        Ground.OCCUPANCY_IN_SPACE: _high(answers.occupancy_in_space, rules),
    }
    high = any(reached.values()) if rules.occupancy_by is Weighing.EITHER else all(reached.values())
    unique = unique_grounds(answers)
    grounds = (
        *(_given(reached) if high else (Ground.OCCUPANCY_LOW,)),
        *(unique or (Ground.NOTHING_UNIQUE,)),
    )
    if high == bool(unique):
        return Advice.NO_ANSWER, grounds
    return (Advice.PUBLIC_CALL if high else Advice.WITHOUT_CALL), grounds


def _by_nature(answers: Answers, policy: Policy, rules: Rules) -> tuple[Advice, tuple[Ground, ...]]:
    """A tender or public call may follow; for other methods it always does where the rules say so."""
    others = {method.code for method in (policy.methods.entries if policy.methods else ()) if method.own_rules}
    grounds = _given(
        {
            Ground.OTHER_METHOD: rules.other_methods_compete and answers.method in others,
            Ground.OPEN_TO_MANY: answers.open_to_many,
        }
    )
    return (Advice.COMPETITION, grounds) if grounds else (Advice.NO_ANSWER, (Ground.LEFT_TO_NATURE,))


def _high(degree: Degree | None, rules: Rules) -> bool:
    return degree is not None and degree.reaches(rules.high_from)


def unique_grounds(answers: Answers) -> tuple[Ground, ...]:
    """What speaks for one party alone."""
    return _given(
        {
            Ground.EXCLUSIVE_RIGHTS: answers.exclusive_rights,
            Ground.SPECIAL_KNOWLEDGE: answers.special_knowledge,
            Ground.NO_OTHER_PARTY: answers.no_other_party,
        }
    )


def _given(answers: Mapping[Ground, bool]) -> tuple[Ground, ...]:
    return tuple(ground for ground, given in answers.items() if given)


def standing(advice: Advice | None, way: Way) -> Standing:
    """How a way stands to the advice."""
    if advice is None or advice is Advice.NO_ANSWER:
        return Standing.UNADVISED
    return Standing.FOLLOWS if way in FITTING[advice] else Standing.DEVIATES
