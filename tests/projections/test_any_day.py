"""A whole city on any day (hypothesis, stateful): people wish anything of anything, on a real log.

Whatever they do: only refusals, no gap in the log, nothing recorded that the rules forbid, everything the same when it
is read again, and every read model the same when it is built again.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, Final
from uuid import UUID

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from domain import (
    agreement,
    approval,
    case,
    challenge,
    consultation,
    dialogue,
    gathering,
    notice,
    project,
    proposal,
    selection,
    session,
)
from domain.circumstances import Act, ApprovalSystem, Circumstances
from domain.events import DECIDERS
from domain.process import Process
from projections.catalogue import READ_MODELS
from projections.rebuild import rebuild
from tenants.audit import verify
from tenants.database.embedded import EmbeddedPostgres
from tenants.mapper import decode
from tests.conftest import AOMORI, SAPPORO, copied_database, desk_pool, running_house, tenancy_of
from tests.domain.forbidden import RULES
from tests.domain.given import fold
from tests.domain.past import Past
from tests.projections.by_chance import CityByChance
from tests.projections.running import letters, rows, runner_of

DAYS: Final = settings(
    deadline=None, max_examples=5, stateful_step_count=40, derandomize=True, phases=[Phase.generate], database=None
)
WISHES: Final = 16
"""Wishes in a step."""
MANY: Final = 60
"""Kinds of command that were granted at least."""
FAR: Final = {"proposal.receive", "dialogue.accept", "proposal.decide", "project.begin", "proposal.close"}
"""Among them the way of a proposal: else most of what is looked at in the evening was not there."""
BY_NAME: Final = {decider.name: decider for decider in DECIDERS if isinstance(decider, Process)}


@dataclass(frozen=True)
class Line:
    """One event of the log."""

    position: int
    record: UUID
    kind: str
    event: Any
    circumstances: Circumstances
    actor: UUID


def log_of(city: CityByChance) -> list[Line]:
    """The whole log, as it is stored."""
    found = city.house.sql(
        "select position, originator_id, topic, state, actor from renkei.events where city = %s order by position",
        city.city,
    )
    lines = []
    for position, record, topic, state, actor in found:
        told = decode(topic, bytes(state))
        lines.append(Line(position, record, topic.partition(".")[0], told.event, told.circumstances, actor))
    return lines


# --- what no record can see by itself --------------------------------------------------------------------------------

Before = Mapping[UUID, Past]
"""What happened to each record before."""


DECIDED: Final = (proposal.Decided, proposal.DecisionCorrected)


def adopted(past: Past) -> bool:
    told = (proposal.Decided, proposal.DecisionCorrected, proposal.StepCorrected, proposal.Withdrawn)
    last = past.last(*told)
    if isinstance(last, proposal.StepCorrected):
        return bool(last.to is proposal.Stage.ADOPTED)
    return bool(isinstance(last, DECIDED) and last.outcome is proposal.Outcome.ADOPTED)


def as_the_council_decided(before: Before, line: Line) -> bool:
    """A decision of the council is that of an item of a session about this proposal."""
    event = line.event
    if event.council_session is None:
        return True
    items = before[event.council_session]
    added = [each for each in items.all(session.ItemAdded) if each.item == event.agenda_item]
    decided = [each for each in items.all(session.ItemDecided) if each.item == event.agenda_item]
    return bool(added and decided) and added[-1].proposal == line.record and decided[-1].result == event.outcome.value


def impartial(before: Before, line: Line) -> bool:
    """Nobody decides on what they have an interest in."""
    declared = (proposal.InterestDeclared, proposal.InterestWithdrawn)
    last = {each.member: each for each in before[line.record].events if isinstance(each, declared)}
    return not isinstance(last.get(line.actor), proposal.InterestDeclared)


def about_adopted(before: Before, line: Line) -> bool:
    """Agreements, selections and projects are about proposals that were adopted."""
    named = line.event.proposal
    return named is None or adopted(before[named])


def consented(before: Before, line: Line) -> bool:
    """A case tells of a project whose partner agreed and has not withdrawn that, and of nothing else."""
    event = line.event
    if event.project is None:
        return True
    begun = before[event.project].last(project.Begun)
    told = before[event.project].last(project.CaseAgreed, project.CaseConsentWithdrawn)
    return isinstance(told, project.CaseAgreed) and event.proposal in {None, begun.proposal}


def nobody_at_work(before: Before, line: Line) -> bool:
    """No selection is taken up again under a project that is carried out by who was chosen in it."""
    started = [past for past in before.values() if past.has(project.Begun)]
    resting = [past for past in started if past.last(project.Begun).selection == line.record]
    ends = [past.last(project.Stopped, project.StepCorrected) for past in resting]
    return all(isinstance(end, project.Stopped) or (end and end.to is project.Stage.STOPPED) for end in ends)


def by_its_own_hand(before: Before, line: Line) -> bool:
    """Who decides an approval is who gave the command, and nobody who drafted it."""
    drafted = before[line.record].last(approval.Drafted)
    return bool(line.event.member == line.actor and line.actor != drafted.drafter)


@dataclass(frozen=True)
class CityRule:
    """``may``: whether the event may stand in the log after what stands before it."""

    name: str
    events: tuple[type, ...]
    may: Callable[[Before, Line], bool]


CITY_RULES: Final = (
    CityRule("the council's decisions are those of its sessions", DECIDED, as_the_council_decided),
    CityRule("who has an interest does not decide", DECIDED, impartial),
    CityRule(
        "only what was adopted is carried out",
        (agreement.Drafted, agreement.Attached, selection.Begun, project.Begun),
        about_adopted,
    ),
    CityRule("no case without the partner's consent", (case.Published,), consented),
    CityRule("no selection again under a project", (selection.Reopened, selection.StepCorrected), nobody_at_work),
    CityRule("an approval is decided by another hand", (approval.Decided,), by_its_own_hand),
)


def act_of(past: Past, event: Any) -> Act | None:
    """As what an event reaches outside, after what stands before it."""
    first = past.last(notice.Published, gathering.Announced)
    outside = first is not None and first.reach is notice.Reach.PUBLIC
    match event:
        case notice.Revised() | gathering.Revised():
            return Act.PUBLISH_NOTICE if outside else None
        case notice.Withdrawn():
            return Act.WITHDRAW_NOTICE if outside else None
        case gathering.Cancelled():
            return Act.CANCEL_GATHERING if outside else None
        case challenge.Closed():
            return Act.CLOSE_CHALLENGE if past.has(challenge.Published) else None
        case consultation.Answered():
            asked = past.last(consultation.Received)
            return Act.ANSWER_CONSULTATION if asked is not None and asked.department is None else None
        case agreement.Ended(how=how):
            return None if how is agreement.End.EXPIRED else Act.END_AGREEMENT
        case proposal.Decided(outcome=outcome) | proposal.DecisionCorrected(outcome=outcome):
            return Act.ADOPT_PROPOSAL if outcome is proposal.Outcome.ADOPTED else Act.DECLINE_PROPOSAL
        case notice.Published(reach=reach) | gathering.Announced(reach=reach):
            return Act.PUBLISH_NOTICE if reach is notice.Reach.PUBLIC else None
        case case.Published(origin=origin):
            return Act.PUBLISH_CASE if origin is case.Origin.DESK else None
        case agreement.Renewed(how=how):
            return Act.SIGN_AGREEMENT if how is agreement.Renewal.BY_AGREEMENT else None
        case _:
            return ACTS.get(type(event))


ACTS: Final[Mapping[type, Act]] = {
    challenge.Published: Act.PUBLISH_CHALLENGE,
    challenge.Revised: Act.PUBLISH_CHALLENGE,
    challenge.Extended: Act.EXTEND_CHALLENGE,
    selection.CallOpened: Act.OPEN_CALL,
    proposal.Refused: Act.REFUSE_PROPOSAL,
    proposal.Referred: Act.REFER_PROPOSAL,
    selection.Chosen: Act.SELECT_IMPLEMENTER,
    agreement.Signed: Act.SIGN_AGREEMENT,
    agreement.Amended: Act.SIGN_AGREEMENT,
    dialogue.Disclosed: Act.DISCLOSE,
}


def approved(before: Before, line: Line, systems: tuple[ApprovalSystem, ...]) -> bool:
    """An outward act cites an approval in one of the city's systems; one of ours was given, and not used before."""
    told = line.circumstances.approval
    if told is None or told.system not in systems:
        return False
    if told.system is ApprovalSystem.EXTERNAL:
        return told.number is not None
    past = before[told.approval] if told.approval else Past(())
    last = past.last(approval.Decided, approval.Withdrawn, approval.CarriedOut)
    return isinstance(last, approval.Decided) and last.verdict is approval.Verdict.APPROVED


def judged(city: CityByChance, lines: list[Line]) -> Counter[str]:
    """Every event of the log by every rule; how often each was asked."""
    before: dict[UUID, Past] = defaultdict(lambda: Past(()))
    asked: Counter[str] = Counter()
    for line in lines:
        kinds = [each for each in RULES if each.kind == line.kind and isinstance(line.event, each.events)]
        for each in kinds:
            assert each.may(before[line.record], line.event, city.policy), (each.name, line)
        cross = [each for each in CITY_RULES if isinstance(line.event, each.events)]
        for rule_ in cross:
            assert rule_.may(before, line), (rule_.name, line)
        act = act_of(before[line.record], line.event)
        if act is not None and (systems := city.policy.approving(act)):
            asked["approved"] += 1
            assert approved(before, line, systems), line
        asked.update([each.name for each in kinds] + [each.name for each in cross])
        before[line.record] = Past((*before[line.record].events, line.event))
    return asked


# --- the machine -----------------------------------------------------------------------------------------------------


def same_when_read_again(city: CityByChance, lines: list[Line]) -> None:
    """Each record in a process that knows nothing yet, and folded from the log, is what the last command answered."""
    histories: dict[UUID, list[Any]] = defaultdict(list)
    for line in lines:
        histories[line.record].append(line.event)
    with desk_pool(city.house.database, 1) as pool:
        fresh = tenancy_of(pool, city.house.folder)
        for (name, target), state in city.live.items():
            assert fold(BY_NAME[name], histories[target]) == state
            assert fresh.state_of(city.city, BY_NAME[name], target) == state


def same_when_built_again(city: CityByChance) -> None:
    """Every read model, row by row; and nothing was put aside."""
    with runner_of(city.house, READ_MODELS) as runner:
        runner.catch_up()
        lived = {model.name: rows(city.house, model) for model in READ_MODELS}
        for model in READ_MODELS:
            rebuild(runner._pool, runner, model)
        assert {model.name: rows(city.house, model) for model in READ_MODELS} == lived
        assert letters(city.house) == []
        assert sum(map(len, lived.values())) > len(city.live)


def whole(city: CityByChance) -> None:
    """The log has no gap and is what was signed."""
    positions = city.house.positions(city.city)
    assert positions == list(range(1, len(positions) + 1))
    checkpoint = city.house.tenancy.keep_checkpoint(city.city)
    assert verify(city.house.tenancy.pool, city.city, checkpoint).size == len(positions)


@dataclass
class Days:
    """What came of all days: how often each rule was asked, and the commands that were granted."""

    asked: Counter[str] = field(default_factory=Counter)
    granted: set[str] = field(default_factory=set)


def machine(server: EmbeddedPostgres, days: Days) -> type[RuleBasedStateMachine]:
    """A city from its opening to the evening on which everything is looked at."""

    class AnyDay(RuleBasedStateMachine):
        """One city from its opening."""

        def __init__(self) -> None:
            super().__init__()
            self.ends = ExitStack()
            self.city: CityByChance | None = None

        @initialize(code=st.sampled_from((SAPPORO, AOMORI)), seed=st.integers(0, 2**32))
        def opens(self, code: str, seed: int) -> None:
            """A city with its own rules, or some of them stricter."""
            folder = Path(self.ends.enter_context(TemporaryDirectory(prefix="rk-")))
            database = self.ends.enter_context(copied_database(server))
            self.city = CityByChance(self.ends.enter_context(running_house(database, folder)), code, Random(seed))

        @rule(begins=st.sampled_from((True, False, False)))
        def wish(self, begins: bool) -> None:  # noqa: FBT001 - hypothesis gives it by name
            """Some wishes."""
            assert self.city is not None
            for _ in range(WISHES):
                self.city.begin() if begins else self.city.go_on()

        def teardown(self) -> None:
            """The day is over: everything is looked at."""
            with self.ends:
                if self.city is None:
                    return
                lines = log_of(self.city)
                whole(self.city)
                days.asked.update(judged(self.city, lines))
                same_when_read_again(self.city, lines)
                same_when_built_again(self.city)
                days.granted.update(self.city.granted)

    return AnyDay


def test_whatever_people_wish_the_city_stays_as_its_rules_say(server: EmbeddedPostgres) -> None:
    days = Days()
    run_state_machine_as_test(machine(server, days), settings=DAYS)
    assert len(days.granted) > MANY
    assert days.granted >= FAR
    assert {each.name for each in CITY_RULES} & set(days.asked)
