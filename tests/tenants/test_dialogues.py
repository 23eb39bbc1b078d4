"""Dialogues through desks, on a real log: what spans the proposal, the departments, the approvals and the days."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final
from unittest.mock import patch
from uuid import UUID, uuid4, uuid5

import pytest

from domain.approval import Part, Verdict
from domain.circumstances import Act, ApprovalSystem
from domain.dialogue import DIALOGUE, Dialogue, Ending, NoteFor, Party, Stage
from domain.errors import (
    ApprovalRequired,
    DateInvalid,
    InterestOfDecider,
    NotAllowed,
    NotFound,
    OtherKind,
    OutsideRemit,
    ReasonRequired,
    ReferenceUnknown,
    ReferenceUnsuitable,
    Refusal,
    TextRequired,
)
from domain.policy import Approvals, Provenance, RuleStatus
from domain.values import Audience, Sealed
from tenants.commands import approvals, dialogues, proposals
from tenants.commands.city import AdoptPolicy
from tenants.commands.organisation import AbolishDepartment, AssignPost
from tenants.commands.rights import EnterMember
from tenants.mapper import decode
from tenants.members import Member, Role, having, operator
from tenants.register import as_text
from tenants.tenancy import Tenancy
from tenants.wish import Entry, Wish
from tests.conftest import AOMORI, SAPPORO, House, city_file
from tests.tenants.test_desk import receive

OFFICER: Final = Role.DEPARTMENT_OFFICER


@dataclass
class Office:
    """Sapporo with a screened proposal, two departments and an officer in each."""

    house: House

    def __post_init__(self) -> None:
        self.house.open_city(SAPPORO)
        self.today = self.house.tenancy.today()
        self.parks, self.water = self.house.department(SAPPORO), self.house.department(SAPPORO)
        self.desk = Member(SAPPORO, uuid4(), having({Role.DESK_OFFICER}))
        self.gardener = Member(SAPPORO, uuid4(), having({OFFICER}, self.parks))
        self.plumber = Member(SAPPORO, uuid4(), having({OFFICER}, self.water))
        self.proposal, self.proposer = uuid4(), uuid4()
        self.do(self.desk, receive(self.house, self.proposal, self.proposer))
        self.do(self.desk, proposals.Screen(proposal=self.proposal, reason="有用"))

    def do(self, member: Member, *wishes: Wish[Any]) -> Any:
        answers = [self.house.tenancy.desk(member).do(wish, Entry(uuid4())) for wish in wishes]
        return answers[-1].state

    def invite(self, **told: Any) -> dialogues.Invite:
        given: dict[str, Any] = {"dialogue": uuid4(), "proposal": self.proposal, "department": self.parks}
        return dialogues.Invite(**{**given, "title": "水飲み場の見守り", "request": "所管の立場で検討を", **told})

    def invited(self) -> UUID:
        wish = self.invite()
        self.do(self.desk, wish)
        return wish.dialogue

    def talking(self) -> UUID:
        dialogue = self.invited()
        self.do(self.gardener, dialogues.Accept(dialogue=dialogue))
        return dialogue

    def state(self, dialogue: UUID) -> Dialogue:
        return self.house.tenancy.state_of(SAPPORO, DIALOGUE, dialogue)

    def refused(self, member: Member, wish: Wish[Any], error: type[Refusal], **details: object) -> None:
        size = self.house.tenancy.size(SAPPORO)
        with pytest.raises(error) as found:
            self.do(member, wish)
        assert type(found.value) is error
        assert details.items() <= found.value.details.items()
        assert self.house.tenancy.size(SAPPORO) == size

    def events(self, topic: str) -> list[Any]:
        rows = self.house.sql("select topic, state from renkei.events where topic = %s order by position", topic)
        return [decode(name, bytes(state)).event for name, state in rows]

    def said(self, sealed: Sealed) -> str | None:
        return self.house.tenancy.opened(SAPPORO, sealed)


@pytest.fixture
def office(house: House) -> Office:
    return Office(house)


def every_kind_of_writing(dialogue: UUID, today: date) -> Iterator[Wish[Any]]:
    """Each command that a department gives while it talks."""
    here: dict[str, Any] = {"dialogue": dialogue}
    meeting = uuid4()
    yield dialogues.ArrangeMeeting(**here, meeting=meeting, on=today, place="本庁舎 5 階", visitors=("田中",))
    yield dialogues.RecordMeeting(**here, meeting=meeting, minutes="期間を話した。", shared="来月もう一度。")
    yield dialogues.CorrectMinutes(**here, meeting=meeting, minutes="期間と場所を話した。", reason="抜けていた。")
    yield dialogues.ArrangeMeeting(**here, meeting=(other := uuid4()), on=today, place="現地")
    yield dialogues.CancelMeeting(**here, meeting=other, reason="大雪のため。")
    yield dialogues.SendMessage(**here, text="資料をお送りします。")
    yield dialogues.EnterMessage(**here, text="受け取りました。")
    yield dialogues.Note(**here, text="予算は難しい。")
    yield dialogues.Disclose(**here, what="利用者数", recipient="田中", condition="外に出さないこと。")
    yield dialogues.RecordResources(**here, resources=())
    yield dialogues.RecordGoals(**here, goals=())
    yield dialogues.RecordCosts(**here, costs=())
    yield dialogues.RecordScheme(**here, scheme="三つの公園で試す。")
    yield dialogues.AlignWithPlans(**here, plan_fields=())
    yield dialogues.End(**here, ending=Ending.READY_TO_DECIDE, reason="まとまった。")
    yield dialogues.Resume(**here, reason="条件が変わった。")


def test_the_invited_department_and_the_desk_write_and_nobody_else(office: Office) -> None:
    invited = office.invited()
    for answer in (dialogues.Accept(dialogue=invited), dialogues.TurnDown(dialogue=invited, reason="所管外")):
        office.refused(office.plumber, answer, OutsideRemit)
        office.refused(office.desk, answer, NotAllowed)
    office.do(office.gardener, dialogues.Accept(dialogue=invited))
    others = [Member(SAPPORO, uuid4(), having({role})) for role in (Role.AUDITOR, Role.COUNCIL_MEMBER, Role.STAFF)]
    for wish in every_kind_of_writing(invited, office.today):
        office.refused(office.plumber, wish, OutsideRemit)
        for member in others:
            office.refused(member, wish, NotAllowed)
        office.do(office.gardener, wish)
    second = office.talking()
    for wish in every_kind_of_writing(second, office.today):
        office.do(office.desk, wish)


def test_only_the_desk_invites_extends_and_recalls(office: Office) -> None:
    office.refused(office.gardener, office.invite(), NotAllowed)
    invited = office.invited()
    extend = dialogues.Extend(dialogue=invited, answer_by=office.today, reason="調整のため。")
    recall = dialogues.Recall(dialogue=invited, reason="別の課へ。")
    for wish in (extend, recall):
        office.refused(office.gardener, wish, NotAllowed)
        office.do(office.desk, wish)


@pytest.mark.parametrize(
    ("steps", "possible"),
    [
        ((), False),
        ((proposals.Screen(proposal=UUID(int=1), reason="有用"),), True),
        ((proposals.Withdraw(proposal=UUID(int=1), reason="取り下げる"),), False),
    ],
)
def test_a_department_is_invited_only_about_a_screened_proposal(
    office: Office, steps: tuple[Any, ...], *, possible: bool
) -> None:
    proposal = uuid4()
    office.do(office.desk, receive(office.house, proposal, uuid4()))
    for step in steps:
        office.do(office.desk, replace(step, proposal=proposal))
    wish = office.invite(proposal=proposal)
    if possible:
        office.do(office.desk, wish)
        assert office.state(wish.dialogue).proposal == proposal
    else:
        office.refused(office.desk, wish, ReferenceUnsuitable, field="proposal")


def test_a_proposal_and_a_department_of_another_city_are_unknown_here(office: Office) -> None:
    office.house.open_city(AOMORI)
    theirs = office.house.department(AOMORI)
    office.refused(office.desk, office.invite(department=theirs), ReferenceUnknown, field="department")
    office.refused(office.desk, office.invite(proposal=uuid4()), ReferenceUnknown, field="proposal")
    dialogue = office.talking()
    abroad = Member(AOMORI, office.gardener.id, having({OFFICER, Role.DESK_OFFICER}))
    with pytest.raises(NotFound):
        office.do(abroad, dialogues.SendMessage(dialogue=dialogue, text="他市から"))
    office.refused(office.desk, office.invite(proposal=dialogue), OtherKind)


def test_a_department_that_was_removed_is_not_invited(office: Office) -> None:
    gone = AbolishDepartment(department=office.water, successors=(office.parks,), valid_from=office.today)
    office.do(operator(SAPPORO), gone)
    office.refused(office.desk, office.invite(department=office.water), ReferenceUnknown, field="department")


def test_after_a_reorganisation_the_successor_answers_and_goes_on(office: Office) -> None:
    asked, talking = office.invited(), office.talking()
    heir = office.house.department(SAPPORO)
    newcomer = Member(SAPPORO, uuid4(), having({OFFICER}, heir))
    office.refused(newcomer, dialogues.Accept(dialogue=asked), OutsideRemit)
    office.do(
        operator(SAPPORO), AbolishDepartment(department=office.parks, successors=(heir,), valid_from=office.today)
    )
    office.do(
        newcomer, dialogues.Accept(dialogue=asked), dialogues.SendMessage(dialogue=talking, text="引き継ぎました")
    )
    office.refused(office.plumber, dialogues.SendMessage(dialogue=talking, text="ほかの課"), OutsideRemit)
    assert office.state(talking).department == office.parks


def test_the_day_of_an_answer_or_a_meeting_ahead_is_not_past(office: Office) -> None:
    yesterday = office.today - timedelta(days=1)
    office.refused(office.desk, office.invite(answer_by=yesterday), DateInvalid, field="answerBy")
    wish = office.invite(answer_by=office.today)
    office.do(office.desk, wish)
    late = dialogues.Extend(dialogue=wish.dialogue, answer_by=yesterday, reason="過ぎた日")
    office.refused(office.desk, late, DateInvalid, field="answerBy")
    talking = office.talking()
    arrange = dialogues.ArrangeMeeting(dialogue=talking, meeting=uuid4(), on=yesterday, place="本庁舎")
    office.refused(office.gardener, arrange, DateInvalid, field="on")


def test_a_department_answers_late_all_the_same(office: Office) -> None:
    wish = office.invite(answer_by=office.today)
    office.do(office.desk, wish)
    with patch.object(Tenancy, "today", lambda _self: office.today + timedelta(days=30)):
        assert office.do(office.gardener, dialogues.Accept(dialogue=wish.dialogue)).stage is Stage.IN_DIALOGUE


def test_turning_down_takes_a_reason(office: Office) -> None:
    office.refused(office.gardener, dialogues.TurnDown(dialogue=office.invited(), reason=" "), ReasonRequired)


def test_a_meeting_is_recorded_that_was_arranged_or_that_nobody_arranged(office: Office) -> None:
    talking, command = office.talking(), uuid4()
    desk = office.house.tenancy.desk(office.gardener)
    wrong = dialogues.RecordMeeting(dialogue=talking, meeting=uuid4(), minutes="話した。")
    office.refused(office.gardener, wrong, ReferenceUnknown, field="meeting")
    unplanned = replace(wrong, meeting=uuid5(command, "meeting"))
    assert len(desk.do(unplanned, Entry(command)).state.meetings) == 1


def test_who_comes_to_a_meeting_is_a_member_of_this_city(office: Office) -> None:
    talking = office.talking()
    arrange = dialogues.ArrangeMeeting(
        dialogue=talking, meeting=uuid4(), on=office.today, place="本庁舎", members=(uuid4(),)
    )
    office.refused(office.gardener, arrange, ReferenceUnknown, field="members")
    known = EnterMember(member=uuid4(), title="佐藤", valid_from=office.today)
    office.do(operator(SAPPORO), known)
    office.do(office.gardener, replace(arrange, members=(known.member,)))


def test_who_has_an_interest_in_the_proposal_neither_accepts_nor_discloses(office: Office) -> None:
    talking, asked = office.talking(), office.invited()
    office.do(office.gardener, proposals.DeclareInterest(proposal=office.proposal, note="兄弟が役員。"))
    disclose = dialogues.Disclose(dialogue=talking, what="利用者数", recipient="田中", condition="秘密")
    office.refused(office.gardener, dialogues.Accept(dialogue=asked), InterestOfDecider)
    office.refused(office.gardener, disclose, InterestOfDecider)
    office.do(office.desk, disclose)


def test_once_the_proposal_is_withdrawn_nothing_more_is_disclosed_or_arranged(office: Office) -> None:
    talking, asked = office.talking(), office.invited()
    office.do(office.desk, proposals.Withdraw(proposal=office.proposal, reason="取り下げる"))
    disclose = dialogues.Disclose(dialogue=talking, what="利用者数", recipient="田中", condition="秘密")
    arrange = dialogues.ArrangeMeeting(dialogue=talking, meeting=uuid4(), on=office.today, place="本庁舎")
    for wish in (disclose, arrange, dialogues.Accept(dialogue=asked)):
        office.refused(office.gardener, wish, ReferenceUnsuitable, field="proposal")
    office.do(office.gardener, dialogues.EnterMessage(dialogue=talking, text="ありがとうございました。"))
    office.do(office.gardener, dialogues.End(dialogue=talking, ending=Ending.PROPOSER_LEFT, reason="取下げ"))


@pytest.mark.parametrize("read_by", NoteFor)
def test_a_note_is_for_those_it_was_written_for_and_never_for_the_proposer(office: Office, read_by: NoteFor) -> None:
    office.do(office.gardener, dialogues.Note(dialogue=office.talking(), text="予算は難しい。", read_by=read_by))
    (noted,) = office.events("dialogue.noted")
    assert noted.text.audience is {NoteFor.DEPARTMENT: Audience.DEPARTMENT, NoteFor.DESK: Audience.DESK}[read_by]
    assert office.said(noted.text) == "予算は難しい。"
    empty = dialogues.Note(dialogue=office.talking(), text=" ", read_by=read_by)
    office.refused(office.gardener, empty, TextRequired, field="text")


def test_the_proposers_words_are_under_its_own_key_and_the_citys_under_the_file(office: Office) -> None:
    talking = office.talking()
    office.do(
        office.gardener,
        dialogues.SendMessage(dialogue=talking, text="資料をお送りします。"),
        dialogues.EnterMessage(dialogue=talking, text="受け取りました。"),
        dialogues.Disclose(dialogue=talking, what="利用者数", recipient="田中", condition="秘密"),
    )
    (sent,), (got,) = office.events("dialogue.message_sent"), office.events("dialogue.message_received")
    (given,) = office.events("dialogue.disclosed")
    assert (sent.text.key, sent.text.audience) == (talking, Audience.PROPOSER)
    assert (got.text.key, got.text.audience) == (office.proposer, Audience.PROPOSER)
    assert (given.recipient.key, given.what.key, given.condition.key) == (office.proposer, talking, talking)
    assert office.said(got.text) == "受け取りました。"


def test_what_is_said_of_the_costs_takes_the_place_of_what_was_and_the_log_keeps_both(office: Office) -> None:
    talking = office.talking()
    for yen in (300_000, 500_000):
        cost = dialogues.CostToBear(bearer=Party.PARTNER, description="機器", yen=yen)
        office.do(office.gardener, dialogues.RecordCosts(dialogue=talking, costs=(cost,)))
    assert [event.costs[0].yen for event in office.events("dialogue.costs_recorded")] == [300_000, 500_000]


# --- city information under approval ---------------------------------------------------------------------------------


def approving(office: Office) -> tuple[Member, UUID]:
    """From now on a hand-over needs an approval; who gives it, and the post."""
    known = city_file(SAPPORO)
    day = office.today
    acts: dict[Act, tuple[ApprovalSystem, ...]] = {Act.DISCLOSE: (ApprovalSystem.INTERNAL,)}
    rules = Approvals(Provenance("test", RuleStatus.IN_FORCE, day), acts)
    content = as_text(replace(known, policy=replace(known.policy, approvals=rules)))
    office.do(operator(SAPPORO), AdoptPolicy(content=content, status=RuleStatus.IN_FORCE, valid_from=day))
    post, chief = office.house.post(SAPPORO), Member(SAPPORO, uuid4(), having({Role.APPROVER}))
    office.do(operator(SAPPORO), EnterMember(member=chief.id, title="部長", valid_from=day))
    office.do(operator(SAPPORO), AssignPost(post=post, member=chief.id, valid_from=day))
    return chief, post


def test_a_hand_over_is_approved_and_then_carried_out(office: Office) -> None:
    chief, post = approving(office)
    talking, approval = office.talking(), uuid4()
    disclose = dialogues.Disclose(dialogue=talking, what="利用者数", recipient="田中", condition="秘密")
    office.refused(office.gardener, disclose, ApprovalRequired)
    route = (approvals.StopText(post=post, part=Part.DECIDE),)
    decide = approvals.Decide(approval=approval, post=post, verdict=Verdict.APPROVED)
    office.do(
        office.gardener,
        approvals.Draft(approval=approval, deed=disclose, title="伺い", route=route),
        approvals.Submit(approval=approval),
    )
    office.do(chief, decide)
    office.refused(office.plumber, approvals.CarryOut(approval=approval), OutsideRemit)
    office.do(office.gardener, approvals.CarryOut(approval=approval))
    assert len(office.state(talking).disclosures) == 1


def test_who_has_an_interest_in_the_proposal_does_not_decide_on_a_hand_over(office: Office) -> None:
    chief, post = approving(office)
    talking, approval = office.talking(), uuid4()
    disclose = dialogues.Disclose(dialogue=talking, what="利用者数", recipient="田中", condition="秘密")
    route = (approvals.StopText(post=post, part=Part.DECIDE),)
    draft = approvals.Draft(approval=approval, deed=disclose, title="伺い", route=route)
    office.do(office.gardener, draft, approvals.Submit(approval=approval))
    office.do(chief, proposals.DeclareInterest(proposal=office.proposal, note="兄弟が役員。"))
    decide = approvals.Decide(approval=approval, post=post, verdict=Verdict.APPROVED)
    office.refused(chief, decide, InterestOfDecider)
