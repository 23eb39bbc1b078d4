"""From any history that a desk could have written, under any mixture of rules: what is forbidden is never granted.

Six hundred wishes of each kind, most in several variants, the same in every run. The rules stand in ``forbidden.py``.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from functools import cache
from typing import Any, Final

import pytest

from domain import (
    agreement,
    approval,
    challenge,
    consultation,
    dialogue,
    gathering,
    notice,
    project,
    retention,
    selection,
    session,
    survey,
)
from domain import proposal as proposals
from domain.errors import Refusal
from domain.events import DECIDERS
from domain.policy import Policy
from domain.process import Process, never, stands_there
from tests.domain.forbidden import RULES, Rule
from tests.domain.given import fold
from tests.domain.past import Past
from tests.domain.variants import ELSEWHERE, PARTS
from tests.domain.walks import Try, explored

PROCESSES: Final = tuple(decider for decider in DECIDERS if isinstance(decider, Process))
EACH: Final = pytest.mark.parametrize("process", PROCESSES, ids=lambda process: process.name)
WISHES: Final = 600
"""For each kind of event, at first."""
AGAIN: Final = 60
LAWLESS: Final = 150

FINAL: Final[Mapping[str, set[StrEnum]]] = {
    "proposal": {proposals.Stage.DISCARDED, proposals.Stage.TURNED_AWAY, proposals.Stage.CLOSED},
    "challenge": {challenge.Stage.CLOSED},
    "case": set(),
    "approval": {approval.Stage.REJECTED, approval.Stage.WITHDRAWN, approval.Stage.EFFECTIVE},
    "dialogue": {dialogue.Stage.TURNED_DOWN, dialogue.Stage.RECALLED},
    "session": {session.Stage.CANCELLED, session.Stage.CLOSED},
    "agreement": {agreement.Stage.ENDED, agreement.Stage.ABANDONED},
    "survey": {survey.Stage.CLOSED},
    "consultation": {consultation.Stage.BECAME_PROPOSAL, consultation.Stage.CLOSED},
    "gathering": {gathering.Stage.HELD, gathering.Stage.CANCELLED},
    "notice": {notice.Stage.WITHDRAWN},
    "selection": {selection.Stage.ABANDONED},
    "project": {project.Stage.CLOSED},
    "retention": {retention.Stage.SET},
}
"""The stages from which nothing leads on but a correction.

A dialogue that was closed can be taken up again, a case that was withdrawn shown again.
"""


@dataclass
class Seen:
    """What came of all the wishes of one process."""

    reached: set[StrEnum] = field(default_factory=set)
    left: set[StrEnum] = field(default_factory=set)
    walked: set[tuple[type, StrEnum]] = field(default_factory=set)
    kept: Counter[str] = field(default_factory=Counter)
    prevented: Counter[str] = field(default_factory=Counter)
    broken: dict[str, Try] = field(default_factory=dict)
    again: dict[type, list[Try]] = field(default_factory=lambda: defaultdict(list))


@cache
def seen(name: str) -> Seen:
    """All the wishes of one process, judged as they were made."""
    (process,) = (each for each in PROCESSES if each.name == name)
    found, rules = Seen(), [rule for rule in RULES if rule.kind == name]
    table = {(cls, stage) for cls, step in process.steps.items() for stage in step.since}

    def enough() -> bool:
        """Every step was taken, and every rule both kept and tried."""
        return found.walked == table and all(found.kept[rule.name] and found.prevented[rule.name] for rule in rules)

    for each in explored(process, WISHES * len(process.steps), enough=enough):
        stage = each.state.stage
        if each.granted:
            after = process.evolve(each.state, each.event).stage
            found.reached |= {stage, after}
            found.left |= {stage} if after is not stage and not process.steps[type(each.event)].back else set()
            found.walked.add((type(each.event), stage))
            if len(found.again[type(each.event)]) < AGAIN:
                found.again[type(each.event)].append(each)
        if each.before or process.beginning in process.steps[type(each.event)].since:
            judge(found, rules, each)
    return found


def judge(found: Seen, rules: list[Rule], each: Try) -> None:
    """What the rules say to one wish and what the product said."""
    for rule in rules:
        if isinstance(each.event, rule.events):
            if rule.may(Past(each.before), each.event, each.policy):
                found.kept[rule.name] += each.granted
            elif each.granted:
                found.broken.setdefault(rule.name, each)
            else:
                found.prevented[rule.name] += 1


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.kind}: {rule.name}")
def test_what_the_rules_forbid_is_never_granted_and_what_they_allow_sometimes(rule: Rule) -> None:
    found = seen(rule.kind)
    assert found.broken.get(rule.name) is None
    assert found.prevented[rule.name], "nothing was wished that it forbids"
    assert found.kept[rule.name], "nothing was granted that it judges"


@EACH
def test_every_stage_is_reached_and_every_one_left_but_the_final_ones(process: Process[Any]) -> None:
    found = seen(process.name)
    stages = set(type(process.beginning))
    assert found.reached == stages
    assert stages - found.left == FINAL[process.name]


@EACH
def test_every_step_can_be_taken_at_every_stage_of_its_table(process: Process[Any]) -> None:
    assert seen(process.name).walked == {(cls, stage) for cls, step in process.steps.items() for stage in step.since}


@EACH
def test_a_wish_that_was_granted_adds_nothing_when_it_is_wished_again_or_is_a_wish_of_its_own(
    process: Process[Any],
) -> None:
    granted = seen(process.name).again
    assert set(granted) == set(process.events.values())
    for tries in granted.values():
        for each in tries:
            wish_again(process, each)


def wish_again(process: Process[Any], first: Try) -> None:
    step = process.steps[type(first.event)]
    state = process.evolve(first.state, first.event)
    try:
        answer: tuple[Any, ...] | None = process.decide(state, first.policy, first.event)
    except Refusal:
        answer = None
    if step.granted not in {never, stands_there} or (step.granted is stands_there and state.stage not in step.since):
        assert answer == (), first
    elif state.stage not in step.since:
        assert answer is None, first
    else:
        assert answer == (first.event,), first
        assert but_for_counts(process.evolve(state, first.event)) == but_for_counts(state), first


def but_for_counts(state: Any) -> Any:
    """A state without how many times something was said: saying it again counts again."""
    counted: Mapping[type, tuple[str, ...]] = {
        selection.Selection: ("preparations", "completions"),
        agreement.Agreement: ("wordings",),
        proposals.Proposal: ("assessments", "rewritten"),
    }
    return replace(state, **dict.fromkeys(counted[type(state)], 0)) if type(state) in counted else state


@EACH
def test_a_record_read_again_is_the_record_that_lived(process: Process[Any]) -> None:
    for tries in seen(process.name).again.values():
        for each in tries:
            assert fold(process, each.before) == each.state


@EACH
def test_no_history_is_too_strange_to_be_read_and_answered(process: Process[Any]) -> None:
    """Also one that other rules once let in: every wish is granted with its own event, or refused in words."""
    refused = set()
    for each in explored(process, LAWLESS * len(process.steps), lawless=True):
        assert type(process.evolve(each.state, each.event)) is type(process.initial)
        refused |= set() if each.granted else {type(each.event)}
    assert len(refused) >= 0.8 * len(process.events), "too little was refused to show anything"


def test_every_part_of_a_policy_is_tried_or_is_no_matter_for_one_record_alone() -> None:
    assert set(PARTS) | ELSEWHERE == {part.name for part in fields(Policy)}
