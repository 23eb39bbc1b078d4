"""What a command brings with it on another record: one append, or nothing (対話と提案の状態)."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any, ClassVar, Final
from uuid import UUID, uuid4, uuid5

import pytest

from domain.dialogue import DIALOGUE
from domain.errors import CommandReused, Conflict, Refusal, WrongStage
from domain.proposal import PROPOSAL, DialogueHeld, Outcome, Proposal, ReasonsTold, Stage
from tenants.audit import verify
from tenants.commands import dialogues, proposals
from tenants.mapper import decode
from tenants.members import Member, Role, having
from tenants.wish import Context, Entry, Further
from tests.conftest import SAPPORO, House
from tests.tenants.test_desk import receive
from tests.tenants.test_dialogues import Office

ROUNDS: Final = 5
EVENTS: Final = (
    "select topic, originator_id, originator_version, command_id, state from renkei.events order by position"
)


@pytest.fixture
def office(house: House) -> Office:
    return Office(house)


def proposal(office: Office) -> Proposal:
    return office.house.tenancy.state_of(SAPPORO, PROPOSAL, office.proposal)


def held(office: Office, dialogue: UUID, member: Member | None = None) -> None:
    """A meeting that nobody arranged before."""
    command = uuid4()
    meeting = dialogues.RecordMeeting(dialogue=dialogue, meeting=uuid5(command, "meeting"), minutes="話した。")
    office.house.tenancy.desk(member or office.desk).do(meeting, Entry(command))


def test_who_accepts_takes_charge_and_the_first_meeting_begins_the_dialogue(office: Office) -> None:
    dialogue = office.talking()
    assert (proposal(office).stage, proposal(office).department) == (Stage.MATCHED, office.parks)
    held(office, dialogue)
    assert (proposal(office).stage, proposal(office).department) == (Stage.IN_DIALOGUE, office.parks)
    held(office, dialogue)
    assert len(office.events("proposal.dialogue_held")) == 1
    assert len(office.events("dialogue.meeting_held")) == 2


@pytest.mark.parametrize("message", [dialogues.SendMessage, dialogues.EnterMessage])
def test_a_message_begins_it_too(office: Office, message: Any) -> None:
    office.do(office.desk, message(dialogue=office.talking(), text="資料です。"))
    assert proposal(office).stage is Stage.IN_DIALOGUE


def test_a_department_that_was_brought_in_by_the_desk_stays_in_charge(office: Office) -> None:
    office.do(office.desk, proposals.Match(proposal=office.proposal, department=office.water, reason="所管"))
    held(office, office.talking())
    assert (proposal(office).stage, proposal(office).department) == (Stage.IN_DIALOGUE, office.water)
    assert office.events("proposal.invitation_accepted") == []


def test_a_second_department_may_accept_while_the_first_talks(office: Office) -> None:
    held(office, office.talking())
    second = office.invite(department=office.water)
    office.do(office.desk, second)
    office.do(office.plumber, dialogues.Accept(dialogue=second.dialogue))
    assert (proposal(office).stage, proposal(office).department) == (Stage.IN_DIALOGUE, office.parks)


def test_what_was_decided_stays_decided_however_they_talk_on(office: Office) -> None:
    dialogue = office.talking()
    desk, gardener = office.desk, Member(SAPPORO, uuid4(), having({Role.DEPARTMENT_OFFICER}, office.parks))
    held(office, dialogue)
    office.do(gardener, proposals.Decide(proposal=office.proposal, outcome=Outcome.ADOPTED, reason="行う"))
    held(office, dialogue)
    office.do(desk, dialogues.SendMessage(dialogue=dialogue, text="決まりました。"))
    assert proposal(office).stage is Stage.ADOPTED


def test_a_meeting_while_the_proposal_rests_is_told_all_the_same(office: Office) -> None:
    dialogue = office.talking()
    office.do(office.desk, proposals.Suspend(proposal=office.proposal, reason="雪解けを待つ"))
    held(office, dialogue)
    assert (proposal(office).stage, proposal(office).suspended) == (Stage.IN_DIALOGUE, True)


def test_both_are_recorded_by_one_command_without_a_gap_and_once(office: Office) -> None:
    dialogue, before, command = office.talking(), office.house.tenancy.size(SAPPORO), uuid4()
    wish = dialogues.RecordMeeting(dialogue=dialogue, meeting=uuid5(command, "meeting"), minutes="話した。")
    desk = office.house.tenancy.desk(office.gardener)
    answer = desk.do(wish, Entry(command))
    assert (answer.target, answer.version, answer.first, answer.last) == (dialogue, 3, before + 1, before + 2)
    again = desk.do(wish, Entry(command))
    assert (again.first, again.last, again.version, again.repeated) == (answer.first, answer.last, 3, True)
    assert again.state == answer.state == office.house.tenancy.state_of(SAPPORO, DIALOGUE, dialogue)
    with pytest.raises(CommandReused):
        desk.do(dialogues.SendMessage(dialogue=dialogue, text="別の操作"), Entry(command))
    own, beside = office.house.sql(EVENTS)[before:]
    assert (own[0], own[1], own[2], own[3]) == ("dialogue.meeting_held", dialogue, 3, command)
    assert (beside[0], beside[1], beside[2], beside[3]) == ("proposal.dialogue_held", office.proposal, 5, command)
    assert decode(beside[0], bytes(beside[4])).event == DialogueHeld(dialogue, office.parks)
    assert decode(beside[0], bytes(beside[4])).circumstances.file == office.proposal
    assert office.house.positions(SAPPORO) == list(range(1, before + 3))
    verified = verify(office.house.tenancy.pool, SAPPORO)
    assert (verified.size, verified.commands) == (before + 2, len({row[3] for row in office.house.sql(EVENTS)}))


def at_once(*commands: Any) -> list[Refusal | Conflict | None]:
    """All at the same moment; with what each was refused, if it was."""
    start = Barrier(len(commands))

    def one(command: Any) -> Refusal | Conflict | None:
        start.wait(20)
        try:
            command()
        except (Refusal, Conflict) as refusal:
            return refusal
        return None

    with ThreadPoolExecutor(len(commands)) as pool:
        return list(pool.map(one, commands))


def test_of_meetings_of_two_departments_at_the_same_moment_none_is_lost(office: Office) -> None:
    for number in range(1, ROUNDS + 1):
        screened_again(office)
        first, second = office.talking(), office.invite(department=office.water)
        office.do(office.desk, second)
        office.do(office.plumber, dialogues.Accept(dialogue=second.dialogue))
        told = at_once(
            lambda first=first: held(office, first, office.gardener),
            lambda second=second: held(office, second.dialogue, office.plumber),
        )
        assert told == [None, None]
        assert len(office.events("dialogue.meeting_held")) == 2 * number
        assert len(office.events("proposal.dialogue_held")) == number
        assert proposal(office).stage is Stage.IN_DIALOGUE
    size = office.house.tenancy.size(SAPPORO)
    assert office.house.positions(SAPPORO) == list(range(1, size + 1))


def test_of_two_that_accept_at_the_same_moment_one_takes_charge(office: Office) -> None:
    for number in range(1, ROUNDS + 1):
        screened_again(office)
        first, second = office.invite(), office.invite(department=office.water)
        office.do(office.desk, first, second)
        told = at_once(
            lambda first=first: office.do(office.gardener, dialogues.Accept(dialogue=first.dialogue)),
            lambda second=second: office.do(office.plumber, dialogues.Accept(dialogue=second.dialogue)),
        )
        assert told == [None, None]
        assert len(office.events("proposal.invitation_accepted")) == number
        assert proposal(office).department == office.events("proposal.invitation_accepted")[-1].department


def test_a_withdrawal_at_the_moment_of_a_meeting_ends_the_proposal_and_loses_neither(office: Office) -> None:
    for _ in range(ROUNDS):
        office.proposal = fresh(office)
        dialogue = office.talking()
        withdraw = proposals.Withdraw(proposal=office.proposal, reason="取り下げる")
        told = at_once(
            lambda dialogue=dialogue: held(office, dialogue), lambda wish=withdraw: office.do(office.desk, wish)
        )
        assert told == [None, None]
        assert proposal(office).stage is Stage.WITHDRAWN
        topics = [row[0] for row in office.house.sql(EVENTS) if row[1] == office.proposal]
        assert topics[-1] == "proposal.withdrawn"


class Bold(dialogues.SendMessage):
    """Brings with it what it is told to."""

    further: ClassVar[tuple[Further, ...]] = ()

    def also(self, state: Any, context: Context) -> tuple[Further, ...]:
        del state, context
        return self.further


def test_what_the_other_record_refuses_takes_the_command_with_it(office: Office) -> None:
    dialogue, size = office.talking(), office.house.tenancy.size(SAPPORO)
    Bold.further = (Further(PROPOSAL, office.proposal, ReasonsTold(None)),)
    with pytest.raises(WrongStage):
        office.do(office.desk, Bold(dialogue=dialogue, text="資料です。"))
    assert office.house.tenancy.size(SAPPORO) == size
    assert office.house.tenancy.state_of(SAPPORO, DIALOGUE, dialogue).told == frozenset()


def test_the_same_record_is_not_brought_twice(office: Office) -> None:
    dialogue, size = office.talking(), office.house.tenancy.size(SAPPORO)
    twice = Further(PROPOSAL, office.proposal, DialogueHeld(dialogue, office.parks))
    Bold.further = (twice, twice)
    with pytest.raises(ValueError, match=str(office.proposal)):
        office.do(office.desk, Bold(dialogue=dialogue, text="資料です。"))
    assert office.house.tenancy.size(SAPPORO) == size


def screened_again(office: Office) -> None:
    """The proposal stands where no department is in charge."""
    if proposal(office).stage is not Stage.SCREENED:
        back = proposals.CorrectStep(proposal=office.proposal, to=Stage.SCREENED, reason="改めて")
        office.do(office.desk, back)


def fresh(office: Office) -> UUID:
    """Another screened proposal."""
    id_ = uuid4()
    office.do(office.desk, receive(office.house, id_, uuid4()))
    office.do(office.desk, proposals.Screen(proposal=id_, reason="有用"))
    return id_
