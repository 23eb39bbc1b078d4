"""Sessions of the council through desks, on a real log: who votes, on what, and at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from functools import partial
from threading import Barrier
from typing import Any, Final
from unittest.mock import patch
from uuid import UUID, uuid4

import pytest

from domain.approval import Part
from domain.errors import (
    DateInvalid,
    InterestOfDecider,
    NoCouncil,
    NotAllowed,
    NotFound,
    OtherKind,
    PartMissing,
    PartUnfitting,
    ReferenceUnknown,
    ReferenceUnsuitable,
    Refusal,
    WrongStage,
)
from domain.proposal import DecidedBy, Outcome
from domain.session import SESSION, Item, Manner, Result, Session, Stage, Vote, require_decided
from domain.values import Audience
from tenants.commands import approvals, proposals, sessions
from tenants.commands.rights import EnterMember, GrantRight
from tenants.mapper import decode
from tenants.members import Member, Role, having, operator
from tenants.tenancy import Tenancy
from tenants.wish import Entry, Wish
from tests.conftest import AOMORI, SAPPORO, House
from tests.tenants.test_desk import receive

ROUNDS: Final = 5


@dataclass
class Council:
    """Sapporo with a matched proposal on the agenda of a session of today, and three members of the council."""

    house: House

    def __post_init__(self) -> None:
        self.house.open_city(SAPPORO)
        self.today = self.house.tenancy.today()
        self.desk = Member(SAPPORO, uuid4(), having({Role.DESK_OFFICER}))
        self.mayor, self.head, self.chief = (self.member(Role.COUNCIL_MEMBER) for _ in range(3))
        self.proposal = self.matched()
        self.session, self.item = self.convened()

    def do(self, member: Member, *wishes: Wish[Any]) -> Any:
        answers = [self.house.tenancy.desk(member).do(wish, Entry(uuid4())) for wish in wishes]
        return answers[-1].state

    def member(self, role: Role) -> Member:
        """Somebody entered, with a role."""
        found, day = uuid4(), self.house.tenancy.today()
        self.do(
            operator(SAPPORO),
            EnterMember(member=found, title="佐藤", valid_from=day),
            GrantRight(grant=uuid4(), role=role, member=found, reason="構成員", valid_from=day),
        )
        return Member(SAPPORO, found, having({role}))

    def matched(self) -> UUID:
        proposal, department = uuid4(), self.house.department(SAPPORO)
        self.do(
            self.desk,
            receive(self.house, proposal, uuid4()),
            proposals.Screen(proposal=proposal, reason="有用"),
            proposals.Match(proposal=proposal, department=department, reason="所管"),
        )
        return proposal

    def convened(self, *, ahead: int = 0) -> tuple[UUID, UUID]:
        session, item = uuid4(), uuid4()
        self.do(
            self.desk,
            sessions.Convene(session=session, title="第一回 本部会議", on=self.today + timedelta(days=ahead)),
            sessions.AddItem(session=session, item=item, proposal=self.proposal, question="実施の適否"),
        )
        return session, item

    def vote(self, vote: Vote = Vote.FOR, **told: Any) -> sessions.CastVote:
        return sessions.CastVote(**{"session": self.session, "item": self.item, "vote": vote, **told})

    def decide(self, result: Result = Result.ADOPTED, manner: Manner = Manner.VOTE, **told: Any) -> sessions.DecideItem:
        here = {"session": self.session, "item": self.item, "reason": "課題に役立つ。", **told}
        return sessions.DecideItem(result=result, manner=manner, **here)

    def state(self) -> Session:
        return self.house.tenancy.state_of(SAPPORO, SESSION, self.session)

    def on_agenda(self) -> Item:
        return self.state().items[self.item]

    def refused(self, member: Member, wish: Wish[Any], error: type[Refusal], **details: object) -> None:
        size = self.house.tenancy.size(SAPPORO)
        with pytest.raises(error) as found:
            self.do(member, wish)
        assert type(found.value) is error
        assert details.items() <= found.value.details.items()
        assert self.house.tenancy.size(SAPPORO) == size


@pytest.fixture
def council(house: House) -> Council:
    return Council(house)


def test_a_session_from_its_convening_to_its_close(council: Council) -> None:
    council.do(council.mayor, council.vote(opinion="市民に役立つ。"))
    council.do(council.head, council.vote())
    council.do(council.desk, council.vote(Vote.AGAINST, member=council.chief.id))
    council.do(council.desk, council.decide())
    here: dict[str, Any] = {"session": council.session}
    present = (council.mayor.id, council.head.id, council.chief.id)
    council.do(council.desk, sessions.TakeMinutes(**here, minutes="…", summary="採用", members=present))
    assert council.do(council.desk, sessions.Close(**here)).stage is Stage.CLOSED
    require_decided(council.state(), council.item, council.proposal, Outcome.ADOPTED)
    rows = council.house.sql("select topic, state from renkei.events where topic = 'session.voted' order by position")
    first = decode(rows[0][0], bytes(rows[0][1])).event
    assert (first.member, first.opinion.audience) == (council.mayor.id, Audience.COUNCIL)


def test_a_vote_does_not_count_once_its_member_has_declared_an_interest_in_the_proposal(council: Council) -> None:
    council.do(council.mayor, council.vote())
    council.do(council.head, council.vote())
    council.do(council.mayor, proposals.DeclareInterest(proposal=council.proposal, note="株主"))
    for manner in Manner:
        council.refused(council.desk, council.decide(manner=manner), PartUnfitting, field="item")
    here: dict[str, Any] = {"session": council.session, "item": council.item}
    council.do(council.mayor, sessions.DeclareInterest(**here, note="株主"))
    council.do(council.desk, council.decide())
    assert set(council.on_agenda().votes) == {council.head.id}


def test_a_city_whose_rules_know_no_council_convenes_none(council: Council) -> None:
    council.house.open_city(AOMORI)
    desk = Member(AOMORI, uuid4(), having({Role.DESK_OFFICER}))
    with pytest.raises(NoCouncil):
        council.do(desk, sessions.Convene(session=uuid4(), title="会議", on=council.today))


def test_another_city_has_neither_the_session_nor_its_members(council: Council) -> None:
    council.house.open_city(AOMORI)
    abroad = Member(AOMORI, council.mayor.id, having({Role.COUNCIL_MEMBER}))
    with pytest.raises(NotFound):
        council.do(abroad, council.vote())
    theirs = uuid4()
    council.do(operator(AOMORI), EnterMember(member=theirs, title="青森", valid_from=council.today))
    council.refused(council.desk, council.vote(member=theirs), ReferenceUnknown, field="member")
    add = sessions.AddItem(session=council.session, item=uuid4(), proposal=uuid4(), question="適否")
    council.refused(council.desk, add, ReferenceUnknown, field="proposal")


def test_only_members_of_the_council_vote_and_the_desk_enters_it_for_them(council: Council) -> None:
    council.refused(council.desk, council.vote(), NotAllowed)
    clerk = council.member(Role.DESK_OFFICER)
    council.refused(council.desk, council.vote(member=clerk.id), ReferenceUnsuitable, field="member")
    council.refused(council.mayor, council.vote(member=council.head.id), NotAllowed)
    council.refused(council.mayor, council.vote(member=clerk.id), ReferenceUnsuitable, field="member")
    council.refused(council.mayor, council.vote(member=uuid4()), ReferenceUnknown, field="member")
    for role in (Role.DEPARTMENT_OFFICER, Role.APPROVER, Role.AUDITOR, Role.STAFF):
        council.refused(Member(SAPPORO, uuid4(), having({role})), council.vote(), NotAllowed)
    council.do(council.desk, council.vote(member=council.head.id))
    assert council.on_agenda().votes == {council.head.id: Vote.FOR}


def test_who_declared_an_interest_in_the_proposal_or_the_item_does_not_vote(council: Council) -> None:
    council.do(council.mayor, proposals.DeclareInterest(proposal=council.proposal, note="兄弟が役員。"))
    declare = sessions.DeclareInterest(session=council.session, item=council.item, note="株を持つ。")
    council.do(council.head, declare)
    for member in (council.mayor, council.head):
        council.refused(member, council.vote(), InterestOfDecider)
        council.refused(council.desk, council.vote(member=member.id), InterestOfDecider)
        council.refused(member, council.decide(manner=Manner.CONSENT), InterestOfDecider)
    council.do(council.chief, council.vote())
    council.refused(council.chief, sessions.DeclareInterest(
        session=council.session, item=council.item, note="株を持つ。", member=council.mayor.id
    ), NotAllowed)  # fmt: skip


def test_a_proposal_that_is_over_is_neither_put_on_an_agenda_nor_decided(council: Council) -> None:
    received = uuid4()
    council.do(council.desk, receive(council.house, received, uuid4()))
    add = sessions.AddItem(session=council.session, item=uuid4(), proposal=received, question="適否")
    council.refused(council.desk, add, ReferenceUnsuitable, field="proposal")
    council.do(council.mayor, council.vote())
    council.do(council.desk, proposals.Withdraw(proposal=council.proposal, reason="取り下げる"))
    council.refused(council.desk, council.decide(), ReferenceUnsuitable, field="proposal")


def test_nothing_is_decided_before_the_day_of_the_session(council: Council) -> None:
    council.session, council.item = council.convened(ahead=7)
    council.do(council.mayor, council.vote())
    council.refused(council.desk, council.decide(), DateInvalid, field="session")
    move = sessions.Reschedule(session=council.session, on=council.today - timedelta(days=1), reason="早まった")
    council.refused(council.desk, move, DateInvalid, field="on")
    with patch.object(Tenancy, "today", lambda _self: council.today + timedelta(days=7)):
        council.do(council.desk, council.decide())


def together(*commands: Callable[[], object]) -> list[Exception | None]:
    """All at once; with what each was refused, if it was."""
    start = Barrier(len(commands))

    def one(command: Callable[[], object]) -> Exception | None:
        start.wait(20)
        try:
            command()
        except Refusal as refusal:
            return refusal
        return None

    with ThreadPoolExecutor(len(commands)) as pool:
        return list(pool.map(one, commands))


def test_of_votes_at_the_same_moment_every_one_counts(council: Council) -> None:
    for _ in range(ROUNDS):
        council.session, council.item = council.convened()
        members = (council.mayor, council.head, council.chief)
        told = together(*(lambda member=member: council.do(member, council.vote()) for member in members))
        assert told == [None] * 3
        assert council.on_agenda().votes == dict.fromkeys((member.id for member in members), Vote.FOR)


def test_a_vote_at_the_moment_of_the_decision_is_counted_in_it_or_refused(council: Council) -> None:
    for _ in range(ROUNDS):
        council.session, council.item = council.convened()
        council.do(council.mayor, council.vote())
        late, decided = together(
            lambda: council.do(council.head, council.vote(Vote.AGAINST)),
            lambda: council.do(council.desk, council.decide()),
        )
        item = council.on_agenda()
        assert (late is None) != (decided is None)
        assert item.result is (Result.ADOPTED if decided is None else None)
        assert item.outcome() is (Result.ADOPTED if decided is None else Result.DEFERRED)


# --- the decision on the proposal rests on the item -----------------------------------------------------------------


def adopt(council: Council, outcome: Outcome = Outcome.ADOPTED, **told: Any) -> proposals.Decide:
    here = {"proposal": council.proposal, "council_session": council.session, "agenda_item": council.item, **told}
    return proposals.Decide(outcome=outcome, reason="本部会議の議決による。", decided_by=DecidedBy.COUNCIL, **here)


def correct(council: Council, outcome: Outcome) -> proposals.CorrectDecision:
    decide = adopt(council, outcome)
    told = {each.name: getattr(decide, each.name) for each in fields(decide)}
    return proposals.CorrectDecision(**told)


def test_the_council_decides_a_proposal_as_its_item_was_decided(council: Council) -> None:
    council.refused(council.mayor, adopt(council), ReferenceUnsuitable, field="agendaItem", stage="on_agenda")
    council.do(council.mayor, council.vote())
    council.refused(council.mayor, adopt(council), ReferenceUnsuitable, field="agendaItem", stage="on_agenda")
    council.do(council.desk, council.decide())
    council.refused(council.mayor, adopt(council, Outcome.DECLINED), ReferenceUnsuitable, stage="adopted")
    for name, field in (("council_session", "councilSession"), ("agenda_item", "agendaItem")):
        for told, error in ((None, PartMissing), (uuid4(), ReferenceUnknown)):
            named: dict[str, Any] = {name: told}
            council.refused(council.mayor, replace(adopt(council), **named), error, field=field)
    assert council.do(council.mayor, adopt(council)).stage.value == "adopted"


def test_who_declared_an_interest_in_the_item_does_not_decide_the_proposal_by_it(council: Council) -> None:
    council.do(council.head, sessions.DeclareInterest(session=council.session, item=council.item, note="株を持つ。"))
    council.do(council.mayor, council.vote())
    council.do(council.desk, council.decide())
    council.refused(council.head, adopt(council), InterestOfDecider)
    assert council.do(council.mayor, adopt(council)).stage.value == "adopted"


def test_an_item_about_another_proposal_decides_nothing_here(council: Council) -> None:
    council.do(council.mayor, council.vote())
    council.do(council.desk, council.decide())
    other = council.matched()
    council.refused(council.mayor, adopt(council, proposal=other), ReferenceUnknown, field="agendaItem")
    council.refused(council.mayor, adopt(council, council_session=other), OtherKind)


@pytest.mark.parametrize("result", [Result.DEFERRED, Result.DECLINED])
def test_what_the_council_deferred_or_declined_is_not_adopted_in_its_name(council: Council, result: Result) -> None:
    council.do(council.desk, council.decide(result, Manner.CONSENT))
    council.refused(council.mayor, adopt(council), ReferenceUnsuitable, stage=result.value)


def test_neither_a_withdrawn_item_nor_a_cancelled_session_decides_a_proposal(council: Council) -> None:
    council.do(council.mayor, council.vote())
    gone = sessions.WithdrawItem(session=council.session, item=council.item, reason="見直す。")
    council.do(council.desk, gone)
    council.refused(council.mayor, adopt(council), ReferenceUnsuitable, field="agendaItem", stage="withdrawn")
    council.session, council.item = council.convened()
    council.do(council.mayor, council.vote())
    council.do(council.desk, cancel(council))
    council.refused(council.mayor, adopt(council), ReferenceUnsuitable, field="councilSession", stage="cancelled")


def cancel(council: Council) -> sessions.Cancel:
    return sessions.Cancel(session=council.session, reason="定足数に満たない。")


@pytest.mark.parametrize("result", Result)
def test_a_session_that_decided_something_is_not_called_off_and_what_is_left_goes_to_another(
    council: Council, result: Result
) -> None:
    left = council.matched()
    item = sessions.AddItem(session=council.session, item=uuid4(), proposal=left, question="実施の適否")
    council.do(council.desk, item)
    council.do(council.desk, council.decide(result, Manner.CONSENT))
    council.refused(council.desk, cancel(council), PartUnfitting, field="session")
    if result is not Result.DEFERRED:
        council.do(council.mayor, adopt(council, Outcome(result.value)))
        council.refused(council.desk, cancel(council), PartUnfitting, field="session")
    council.do(
        council.desk,
        sessions.WithdrawItem(session=council.session, item=item.item, reason="次の会議に付す。"),
        sessions.TakeMinutes(session=council.session, minutes="一件を議決した。"),
        sessions.Close(session=council.session),
    )
    assert council.state().stage is Stage.CLOSED
    council.proposal = left
    council.session, council.item = council.convened()
    council.do(council.desk, council.decide(manner=Manner.CONSENT))
    assert council.do(council.mayor, adopt(council)).stage.value == "adopted"


def test_a_session_of_another_city_decides_nothing_here(council: Council) -> None:
    council.house.open_city(AOMORI)
    council.do(council.desk, council.decide(manner=Manner.CONSENT))
    abroad = Member(AOMORI, council.mayor.id, having({Role.COUNCIL_MEMBER}))
    with pytest.raises(ReferenceUnknown) as found:
        council.do(abroad, adopt(council))
    assert found.value.details["field"] == "councilSession"


def test_a_decision_of_the_council_is_corrected_by_another_item_and_not_back_by_the_first(council: Council) -> None:
    council.do(council.desk, council.decide(manner=Manner.CONSENT))
    council.do(council.mayor, adopt(council))
    first = (council.session, council.item)
    council.refused(council.mayor, correct(council, Outcome.DECLINED), ReferenceUnsuitable, stage="adopted")
    council.session, council.item = council.convened()
    council.do(council.desk, council.decide(Result.DECLINED, Manner.CONSENT))
    assert council.do(council.mayor, correct(council, Outcome.DECLINED)).stage.value == "declined"
    council.session, council.item = first
    council.refused(council.mayor, correct(council, Outcome.ADOPTED), PartUnfitting, field="agendaItem")


def test_an_act_is_not_drafted_in_the_name_of_a_council_that_has_not_decided(council: Council) -> None:
    post = council.house.post(SAPPORO)
    officer = Member(SAPPORO, uuid4(), having({Role.DESK_OFFICER}))
    route = (approvals.StopText(post=post, part=Part.DECIDE),)
    draft = approvals.Draft(approval=uuid4(), deed=adopt(council), title="伺い", route=route)
    council.refused(officer, draft, ReferenceUnsuitable, field="agendaItem")
    council.do(council.desk, council.decide(manner=Manner.CONSENT))
    council.do(officer, draft)


def test_of_a_session_that_is_called_off_at_the_moment_of_a_decision_one_of_the_two_stands(council: Council) -> None:
    for _ in range(ROUNDS):
        council.proposal = council.matched()
        council.session, council.item = council.convened()
        size = council.house.tenancy.size(SAPPORO)
        undecided, held = together(
            partial(council.do, council.mayor, council.decide(manner=Manner.CONSENT)),
            partial(council.do, council.desk, cancel(council)),
        )
        rows = council.house.sql("select topic from renkei.events order by position")[size:]
        topics = [topic for (topic,) in rows if topic.startswith("session.")]
        if undecided:
            assert (type(undecided), held, topics) == (WrongStage, None, ["session.cancelled"])
            council.refused(council.mayor, adopt(council), ReferenceUnsuitable, stage="cancelled")
        else:
            assert (type(held), topics) == (PartUnfitting, ["session.item_decided"])
            assert council.do(council.mayor, adopt(council)).stage.value == "adopted"


def test_a_cancelled_session_decides_nothing(council: Council) -> None:
    council.do(council.desk, sessions.Cancel(session=council.session, reason="議題がなくなった。"))
    council.refused(council.mayor, council.vote(), WrongStage)
    council.refused(council.desk, council.decide(manner=Manner.CONSENT), WrongStage)
