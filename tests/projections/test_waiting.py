"""Somebody waits wherever somebody must act: every stage of every kind of record, of proposals and of challenges.

Each stage is reached by the shortest way its process has, with the full and with the minimal examples of its events.
"""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from functools import cache
from typing import Any, Final
from uuid import UUID

import pytest
from msgspec.structs import replace as altered

from api.desk.challenges import waits_for as challenge_waits
from api.desk.proposals import waits_for as proposal_waits
from domain import challenge, proposal
from domain.process import Process
from domain.roles import Role
from projections.batch import upsert
from projections.challenges import CHALLENGES
from projections.model import ENCODER, ReadModel
from projections.proposals import PROPOSALS
from projections.queries import desk
from projections.queries.desk import ChallengesWhere, InboxWhere, RecordsWhere, Turn, Waiting
from projections.records.kind import NOBODY
from projections.records.table import KINDS, RECORDS
from tenants.standing import Manned
from tests.conftest import SAPPORO, House
from tests.golden import examples
from tests.projections.asking import inside
from tests.projections.facts import folded

DESK, DEPARTMENT, COUNCIL = Role.DESK_OFFICER.value, Role.DEPARTMENT_OFFICER.value, Role.COUNCIL_MEMBER.value
DRAFTER, POSTS, PROPOSER = "drafter", "posts", "proposer"

NOBODYS: Final[Mapping[str, Mapping[str, str]]] = {
    "approval": {
        "rejected": "it ended; the act may be drafted anew",
        "withdrawn": "it ended",
        "effective": "it ended; a post that reads it afterwards waits until then",
    },
    "dialogue": {
        "turned_down": "the proposal waits at the desk, which finds another department",
        "recalled": "the proposal waits at the desk",
        "closed": "it ended; the proposal goes on",
    },
    "session": {"cancelled": "it ended; its proposals wait for the council still", "closed": "it ended"},
    "agreement": {
        "in_effect": "it runs; its last day for notice or renewal is watched as a deadline",
        "ended": "it ended",
        "abandoned": "it ended",
    },
    "survey": {"closed": "it ended; challenges that were named are records of their own"},
    "consultation": {"became_proposal": "the proposal goes on", "closed": "it ended"},
    "gathering": {"held": "it is over", "cancelled": "it is over"},
    "notice": {"published": "it is shown; after its last day it is not", "withdrawn": "it is over"},
    "selection": {"completed": "the project goes on", "abandoned": "it ended"},
    "project": {"closed": "it ended"},
    "proposal": {"discarded": "it never came", "turned_away": "it never came", "closed": "it ended"},
    "challenge": {"published": "answers are waited for, until its day", "closed": "it ended"},
}
"""Kind to the stages at which nobody need act, each with the reason why."""

TURNS: Final[Mapping[str, Mapping[str, set[str]]]] = {
    "approval": {
        "drafted": {DRAFTER},
        "pending": {POSTS},
        "sent_back": {DRAFTER},
        "approved": {DRAFTER, POSTS},
    },
    "dialogue": {"invited": {DEPARTMENT}, "in_dialogue": {DEPARTMENT}},
    "session": {"convened": {DESK, COUNCIL}},
    "agreement": {stage: {DEPARTMENT, DESK} for stage in ("drafted", "settled", "signing")},
    "survey": {"asked": {DEPARTMENT, DESK}},
    "consultation": {"received": {DESK}, "assigned": {DEPARTMENT}, "answered": {DESK}},
    "gathering": {"announced": {DESK}},
    "notice": {"drafted": {DESK}},
    "selection": {
        stage: {DEPARTMENT, DESK} for stage in ("begun", "assessed", "way_decided", "calling", "examining", "chosen")
    },
    "project": {"running": {DEPARTMENT, DESK}, "completed": {DEPARTMENT, DESK}, "stopped": {DEPARTMENT, DESK}},
    "proposal": {
        "draft": {DESK, PROPOSER},
        "returned": {PROPOSER},
        **{stage: {DESK, DEPARTMENT} for stage in ("received", "screened")},
        **{stage: {DEPARTMENT, COUNCIL} for stage in ("matched", "in_dialogue")},
        **{stage: {DESK} for stage in ("adopted", "declined", "refused", "referred", "withdrawn")},
    },
    "challenge": {"raised": {DESK}, "returned": {DEPARTMENT, DESK}, "accepted": {DESK}},
}
"""Kind to stage to who may have to act there; who of them does depends on what was said."""

PROCESSES: Final[Mapping[str, tuple[Process[Any], ReadModel[Any]]]] = {
    **{kind.process.name: (kind.process, RECORDS) for kind in KINDS},
    "proposal": (proposal.PROPOSAL, PROPOSALS),
    "challenge": (challenge.CHALLENGE, CHALLENGES),
}
MARKS: Final = {
    Role.DESK_OFFICER.value: Role.DESK_OFFICER,
    Role.DEPARTMENT_OFFICER.value: Role.DEPARTMENT_OFFICER,
    Role.COUNCIL_MEMBER.value: Role.COUNCIL_MEMBER,
}


def variants(process: Process[Any], topic: str) -> Iterator[tuple[str, Any]]:
    """The examples of an event, and one for each stage to which it may lead."""
    for event in dict.fromkeys(filter(None, (examples.FULL[topic], examples.MINIMAL.get(topic)))):
        step = process.steps[type(event)]
        yield step.after("", event) if step.to else "", event
        if step.leads is not None:
            yield from changed(step, event)


def changed(step: Any, event: Any) -> Iterator[tuple[str, Any]]:
    """The same event with another value of one of its enumerations or marks, so that it leads elsewhere."""
    for each in fields(event):
        value = getattr(event, each.name)
        others = tuple(type(value)) if isinstance(value, Enum) else (not value,) if isinstance(value, bool) else ()
        for other in others:
            made = replace(event, **{each.name: other})
            if step.leads(made) in step.to:
                yield step.leads(made), made


def ways(name: str) -> dict[str, list[list[Any]]]:
    """Stage to histories that end there: the shortest, then each with one more event that leads nowhere else."""
    process, _ = PROCESSES[name]
    found: dict[str, list[list[Any]]] = {str(process.beginning): [[]]}
    waiting: deque[str] = deque(found)
    while waiting:
        since = waiting.popleft()
        for topic, cls in process.events.items():
            step = process.steps[cls]
            if since not in {str(each) for each in step.since}:
                continue
            for to, event in variants(process, topic):
                history, stage = [*found[since][0], event], str(to) or since
                if step.leads is not None and "to" in event.__slots__ and stage not in passed(process, history[:-1]):
                    continue  # a step is taken back to where it was
                if stage not in found:
                    found[stage] = []
                    waiting.append(stage)
                if len(history) > 1 or stage != since:
                    found[stage].append(history)
    return found


def passed(process: Process[Any], history: list[Any]) -> set[str]:
    """The stages through which a history goes."""
    state, found = process.initial, set()
    for event in history:
        state = process.evolve(state, event)
        found.add(str(state.stage))
    return found


@cache
def rows(name: str) -> dict[str, list[Any]]:
    """Stage to the rows of the view that stand there."""
    _, model = PROCESSES[name]
    folded_rows = {stage: [folded(model, history) for history in all_] for stage, all_ in ways(name).items()}
    return {
        stage: [row for row in each if row is not None and str(row.stage) == stage]
        for stage, each in folded_rows.items()
    }


def who(row: Any) -> set[str]:
    """Everybody whose turn a row is."""
    told = {row.waiting_for, *getattr(row, "also", ())} - {NOBODY}
    return (
        told
        | ({DRAFTER} if getattr(row, "member", None) else set())
        | ({POSTS} if getattr(row, "posts", ()) else set())
    )


def departments_of(row: Any) -> set[UUID]:
    """The departments whose officers a row waits for."""
    asked = getattr(row, "asked", ())
    return set(asked) or {each for each in (row.department, *getattr(row, "departments", ())) if each}


@pytest.mark.parametrize("name", PROCESSES)
def test_every_stage_waits_for_somebody_or_says_why_for_nobody(name: str) -> None:
    process, _ = PROCESSES[name]
    stages = {str(stage) for stage in type(process.beginning)} - {str(process.beginning)}
    assert set(TURNS[name]) | set(NOBODYS[name]) == stages
    assert not set(TURNS[name]) & set(NOBODYS[name])
    reached = rows(name)
    assert set(reached) >= stages
    for stage in TURNS[name]:
        assert reached[stage], (name, stage)
        for row in reached[stage]:
            resting = getattr(row, "suspended", False)
            assert (who(row) == set()) is resting, (stage, row)
            assert who(row) <= TURNS[name][stage], (stage, row)
    waited_for = set().union(*(who(row) for each in reached.values() for row in each))
    assert waited_for == set().union(*TURNS[name].values())


@pytest.mark.parametrize("name", PROCESSES)
def test_where_nobody_need_act_nobody_waits(name: str) -> None:
    for stage in NOBODYS[name]:
        for row in rows(name)[stage]:
            assert who(row) <= ({POSTS} if name == "approval" else set()), (
                stage,
                row,
            )  # who reads it afterwards (後閲)


@pytest.mark.parametrize("name", PROCESSES)
def test_what_waits_for_a_department_says_for_which(name: str) -> None:
    for stage, each in rows(name).items():
        for row in each:
            assert DEPARTMENT not in who(row) or departments_of(row), (name, stage, row)


@pytest.mark.parametrize(
    ("topics", "turns"),
    [
        (("session.convened",), {DESK}),
        (("session.convened", "session.item_added"), {COUNCIL, DESK}),
        (("session.convened", "session.item_added", "session.item_decided"), {DESK}),
        (("project.begun",), {DEPARTMENT}),
        (("project.begun", "project.budget_requested"), {DEPARTMENT, DESK}),
        (("project.begun", "project.budget_requested", "project.budget_granted"), {DEPARTMENT}),
        (("project.begun", "project.budget_requested", "project.budget_refused"), {DEPARTMENT}),
    ],
)
def test_two_wait_at_once_where_two_have_something_to_do(topics: tuple[str, ...], turns: set[str]) -> None:
    assert who(folded(RECORDS, [examples.FULL[topic] for topic in topics])) == turns


def test_what_no_department_raised_goes_back_to_the_desk() -> None:
    returned = replace(examples.FULL["challenge.reviewed"], verdict=challenge.Verdict.RETURNED)
    of_none = replace(examples.FULL["challenge.raised"], department=None)
    assert who(folded(CHALLENGES, [of_none, returned])) == {DESK}
    assert who(folded(CHALLENGES, [examples.FULL["challenge.raised"], returned])) == {DEPARTMENT}


# --- the list and the mark --------------------------------------------------------------------------------------------


def members(made: list[Any]) -> dict[str, tuple[Turn, Waiting]]:
    """One of each role, of two departments and of none; everybody who is named, every post, and who is neither."""
    found = {}
    ids = {"here": frozenset({examples.DEPARTMENT}), "there": frozenset({UUID(int=99)}), "all": None}
    for role in MARKS.values():
        for place, departments in ids.items():
            found[f"{role} {place}"] = (
                Turn(UUID(int=98), frozenset(), frozenset({role}), departments),
                Waiting(frozenset({role}), departments),
            )
    nobody = Waiting(frozenset())
    for row in made:
        for member in filter(None, (getattr(row, "member", None),)):
            found[f"member {member}"] = Turn(member, frozenset(), frozenset()), nobody
        for post in getattr(row, "posts", ()):
            found[f"post {post}"] = Turn(UUID(int=98), frozenset({post}), frozenset()), nobody
    there = [frozenset(row.posts) for row in made if getattr(row, "posts", ())]
    for posts in (frozenset[UUID](), *there[:1]):
        manned = Manned(frozenset(), posts)
        found[f"desk for those who left but {len(posts)}"] = (
            Turn(UUID(int=98), frozenset(), frozenset(), None, manned),
            nobody,
        )
    found["nobody"] = Turn(UUID(int=98), frozenset({UUID(int=97)}), frozenset()), nobody
    return found


def kept(house: House, name: str) -> list[Any]:
    """The rows of a kind, each under an id of its own in the view's table."""
    _, model = PROCESSES[name]
    first = 1000 * (1 + list(PROCESSES).index(name))
    every = [row for each in rows(name).values() for row in each]
    made = [(replace if is_dataclass(row) else altered)(row, id=UUID(int=first + at)) for at, row in enumerate(every)]
    house.sql(upsert(model), SAPPORO, 1, ENCODER.encode(made).decode())
    return made


@pytest.mark.parametrize("name", PROCESSES)
def test_the_list_of_what_waits_and_the_mark_of_each_agree_for_role_member_department_and_post(
    module_house: House, name: str
) -> None:
    made = kept(module_house, name)
    seen: set[UUID] = set()
    for title, (turn, waiting) in members(made).items():
        marked = {row.id for row in made if MARKED[name](row, turn, waiting)}
        listed = {row.id for row in LISTED[name](module_house, turn, waiting) if row.id in {each.id for each in made}}
        assert listed == marked, title
        assert not marked or title != "nobody"
        seen |= marked
    due = {row.id for row in made if who(row) - {PROPOSER}}
    assert due - seen == set(), "waits for somebody and is in nobody's list"


def records_for(house: House, turn: Turn, _waiting: Waiting) -> list[Any]:
    return everything(house, lambda c, after: desk.records(c, SAPPORO, RecordsWhere(turn=turn), 100, after))


def proposals_for(house: House, _turn: Turn, waiting: Waiting) -> list[Any]:
    return everything(house, lambda c, after: desk.inbox(c, SAPPORO, InboxWhere(waiting=waiting), 100, after))


def challenges_for(house: House, _turn: Turn, waiting: Waiting) -> list[Any]:
    return everything(house, lambda c, after: desk.challenges(c, SAPPORO, ChallengesWhere(waiting=waiting), 100, after))


def everything(house: House, page_of: Callable[[Any, str | None], Any]) -> list[Any]:
    """All pages of a list."""
    found, after, more = [], None, True
    while more:
        page = inside(house, SAPPORO, lambda c, after=after: page_of(c, after))  # type: ignore[misc]
        found += page.nodes
        after, more = page.end_cursor, page.has_next
    return found


LISTED: Final[Mapping[str, Any]] = {
    **{kind.process.name: records_for for kind in KINDS},
    "proposal": proposals_for,
    "challenge": challenges_for,
}
MARKED: Final[Mapping[str, Any]] = {
    **{kind.process.name: lambda row, turn, _waiting: turn.has(row) for kind in KINDS},
    "proposal": lambda row, _turn, waiting: proposal_waits(row, waiting),
    "challenge": lambda row, _turn, waiting: challenge_waits(row, waiting),
}
