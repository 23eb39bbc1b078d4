"""A proposal knows what goes on about it elsewhere: what binds is not taken back, nothing is closed over open work."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from domain.agreement import End, Party
from domain.case import Side
from domain.dialogue import Ending
from domain.errors import (
    AlreadyBound,
    CouncilDecides,
    DateInvalid,
    PartUnfitting,
    ReferenceUnsuitable,
    StillGoingOn,
)
from domain.policy import AgreementKind, Degree
from domain.project import PROJECT, Path
from domain.project import Stage as ProjectStage
from domain.proposal import (
    PROPOSAL,
    EscalationGround,
    Outcome,
    Proceeding,
    Proposal,
    Stage,
    grounds,
)
from domain.selection import Way
from domain.session import Manner, Result
from domain.values import Day, Precision
from tenants.commands import agreements, dialogues, projects, proposals, selections, sessions
from tenants.members import Role
from tenants.wish import Entry
from tests.conftest import AOMORI, SAPPORO, House, city_file
from tests.golden.examples import FULL
from tests.tenants.test_work import NO, SOON, TODAY, Work


@pytest.fixture
def sapporo(house: House) -> Work:
    return Work(house, SAPPORO)


@pytest.fixture
def aomori(house: House) -> Work:
    return Work(house, AOMORI)


def state(work: Work) -> Proposal:
    return work.house.tenancy.state_of(work.city, PROPOSAL, work.proposal)


def withdrawal(work: Work) -> proposals.Withdraw:
    return proposals.Withdraw(proposal=work.proposal, reason="体制が整わない")


def turned(work: Work) -> proposals.CorrectDecision:
    return proposals.CorrectDecision(proposal=work.proposal, outcome=Outcome.DECLINED, reason="前提が変わった")


def closing(work: Work) -> proposals.Close:
    return proposals.Close(proposal=work.proposal, reason="終わった")


def chosen(work: Work) -> None:
    work.begin_selection()
    work.assess(pays_now=True, no_other_party=True, occupancy_in_time=Degree.LOW, occupancy_in_space=Degree.LOW)
    prepared = selections.Prepare(
        selection=work.selection, scheme="委託", specification="巡回", budget=100, needless_conditions_checked=True
    )
    work.do(prepared)
    work.do(selections.DecideWay(selection=work.selection, way=Way.DIRECT_CONTRACT, reason="他にない"))
    work.do(work.choose())


def contract(work: Work) -> selections.RecordContract:
    return selections.RecordContract(
        selection=work.selection, contract=uuid4(), amount=80, signed_on=TODAY, begins_on=TODAY, ends_on=SOON
    )


def test_a_contract_is_not_withdrawn_from_nor_its_adoption_turned(sapporo: Work) -> None:
    chosen(sapporo)
    sapporo.do(contract(sapporo))
    assert state(sapporo).bound_by == (Proceeding.SELECTION,)
    sapporo.refused(withdrawal(sapporo), AlreadyBound, sapporo.desk, proceedings="selection")
    sapporo.refused(turned(sapporo), AlreadyBound, proceedings="selection")
    sapporo.do(replace(turned(sapporo), outcome=Outcome.ADOPTED, reason="理由を補う"))
    sapporo.do(selections.Share(selection=sapporo.selection, note="理由", on=TODAY))
    sapporo.do(selections.Complete(selection=sapporo.selection))
    sapporo.refused(withdrawal(sapporo), AlreadyBound, sapporo.desk, proceedings="selection")
    sapporo.do(closing(sapporo), sapporo.desk)


def test_when_the_chosen_one_steps_back_nobody_is_bound_any_more(sapporo: Work) -> None:
    chosen(sapporo)
    sapporo.do(contract(sapporo))
    sapporo.do(selections.Reopen(selection=sapporo.selection, reason="契約を解いた"))
    assert (state(sapporo).bound_by, state(sapporo).going_on) == ((), (Proceeding.SELECTION,))
    sapporo.do(withdrawal(sapporo), sapporo.desk)


def test_before_a_contract_a_proposal_is_withdrawn_and_its_selection_goes_on_without_the_proposer(
    sapporo: Work,
) -> None:
    chosen(sapporo)
    sapporo.do(withdrawal(sapporo), sapporo.desk)
    sapporo.refused(contract(sapporo), ReferenceUnsuitable, field="proposal", stage="withdrawn")
    sapporo.refused(closing(sapporo), StillGoingOn, sapporo.desk, proceedings="selection")
    sapporo.do(selections.Abandon(selection=sapporo.selection, reason="取下げのため"))
    sapporo.do(closing(sapporo), sapporo.desk)


def test_what_is_declined_after_all_is_carried_out_by_nobody(sapporo: Work) -> None:
    sapporo.begin_selection()
    sapporo.do(turned(sapporo))
    answers = selections.AnswersText(**NO)  # type: ignore[arg-type]  # all of them are no
    sapporo.refused(
        selections.Assess(selection=sapporo.selection, answers=answers),
        ReferenceUnsuitable,
        field="proposal",
        stage="declined",
    )
    sapporo.do(proposals.TellReasons(proposal=sapporo.proposal))
    sapporo.refused(closing(sapporo), StillGoingOn, sapporo.desk, proceedings="selection")
    sapporo.do(selections.Abandon(selection=sapporo.selection, reason="判断の訂正"))
    sapporo.do(closing(sapporo), sapporo.desk)


def test_one_implementer_is_selected_at_a_time(sapporo: Work) -> None:
    sapporo.begin_selection()
    second = selections.Begin(selection=uuid4(), proposal=sapporo.proposal, title="もう一つの選定")
    sapporo.refused(second, PartUnfitting, field="proposal")
    sapporo.do(selections.Abandon(selection=sapporo.selection, reason="やり直す"))
    sapporo.do(second)
    assert state(sapporo).going_on == (Proceeding.SELECTION,)


def test_work_that_was_begun_is_stopped_first(sapporo: Work) -> None:
    sapporo.do(sapporo.begin())
    assert state(sapporo).bound_by == (Proceeding.PROJECT,)
    assert state(sapporo).projects == frozenset({sapporo.project})
    sapporo.refused(withdrawal(sapporo), AlreadyBound, sapporo.desk)
    sapporo.refused(turned(sapporo), AlreadyBound)
    sapporo.refused(closing(sapporo), StillGoingOn, sapporo.desk, proceedings="project")
    sapporo.do(projects.Stop(project=sapporo.project, on=TODAY, reason="続けられない"))
    sapporo.refused(withdrawal(sapporo), AlreadyBound, sapporo.desk)
    looked_back(sapporo)
    sapporo.do(withdrawal(sapporo), sapporo.desk)


def test_work_that_was_done_binds_for_good(sapporo: Work) -> None:
    sapporo.do(sapporo.begin())
    sapporo.do(projects.Complete(project=sapporo.project, on=TODAY))
    looked_back(sapporo)
    assert (state(sapporo).bound_by, state(sapporo).going_on) == ((Proceeding.PROJECT,), ())
    sapporo.refused(withdrawal(sapporo), AlreadyBound, sapporo.desk)
    sapporo.do(closing(sapporo), sapporo.desk)
    sapporo.refused(replace(sapporo.begin(), project=uuid4()), ReferenceUnsuitable, field="proposal", stage="closed")


def looked_back(work: Work) -> None:
    """The project is closed, as Sapporo's rules ask."""
    for side, by in ((Side.CITY, work.officer), (Side.PARTNER, work.desk)):
        work.do(projects.Evaluate(project=work.project, side=side, summary="見た"), by)
    path = Path.END
    work.do(projects.DecideContinuation(project=work.project, path=path, reason="終える"))
    work.do(projects.Close(project=work.project, note="事例は後日公表する。"))


def drafted(work: Work, kind: AgreementKind = AgreementKind.PROJECT, ends_on: date | None = None) -> UUID:
    sides = tuple(agreements.SignatoryText(side=side, name="当事者") for side in (Party.CITY, Party.PROPOSER))
    terms = agreements.TermsText(
        title="協定", matters="見守り", signatories=sides, fields=("welfare",), ends_on=ends_on
    )
    agreement = uuid4()
    work.do(agreements.Draft(agreement=agreement, kind=kind, terms=terms, proposal=work.proposal), work.desk)
    return agreement


def test_an_agreement_binds_from_the_last_signature_on(aomori: Work) -> None:
    agreement = drafted(aomori)
    aomori.refused(closing(aomori), StillGoingOn, aomori.desk, proceedings="agreement")
    aomori.do(agreements.Settle(agreement=agreement), aomori.desk)
    aomori.do(agreements.EnterSignature(agreement=agreement, party=2), aomori.desk)
    assert (state(aomori).bound_by, state(aomori).going_on) == ((), (Proceeding.AGREEMENT,))
    aomori.do(agreements.Sign(agreement=agreement), aomori.officer)
    assert (state(aomori).bound_by, state(aomori).going_on) == ((Proceeding.AGREEMENT,), ())
    aomori.refused(withdrawal(aomori), AlreadyBound, aomori.desk, proceedings="agreement")
    aomori.do(closing(aomori), aomori.desk)


def in_effect(work: Work, ends_on: date | None = None) -> UUID:
    agreement = drafted(work, ends_on=ends_on)
    work.do(agreements.Settle(agreement=agreement), work.desk)
    work.do(agreements.EnterSignature(agreement=agreement, party=2), work.desk)
    work.do(agreements.Sign(agreement=agreement), work.officer)
    return agreement


@pytest.mark.parametrize(("how", "party"), [(End.BY_CONSENT, None), (End.TERMINATED, 2)])
def test_an_agreement_that_was_ended_before_its_time_binds_nobody(aomori: Work, how: End, party: int | None) -> None:
    agreement = in_effect(aomori)
    aomori.refused(withdrawal(aomori), AlreadyBound, aomori.desk, proceedings="agreement")
    aomori.do(agreements.Finish(agreement=agreement, how=how, party=party, reason="続けられない"), aomori.officer)
    aomori.do(withdrawal(aomori), aomori.desk)


def test_what_was_agreed_and_kept_to_its_end_is_not_taken_back(aomori: Work) -> None:
    agreement = in_effect(aomori, ends_on=date(2026, 3, 31))
    aomori.do(agreements.Finish(agreement=agreement, how=End.EXPIRED, reason="期間の満了"), aomori.officer)
    assert (state(aomori).bound_by, state(aomori).going_on) == ((Proceeding.AGREEMENT,), ())
    aomori.refused(withdrawal(aomori), AlreadyBound, aomori.desk, proceedings="agreement")


def test_an_agreement_that_was_given_up_binds_nobody(aomori: Work) -> None:
    agreement = drafted(aomori)
    aomori.do(agreements.Abandon(agreement=agreement, reason="折り合わない"), aomori.desk)
    assert (state(aomori).bound_by, state(aomori).going_on) == ((), ())
    aomori.do(withdrawal(aomori), aomori.desk)


def test_no_file_is_closed_over_an_invitation_or_a_dialogue(sapporo: Work) -> None:
    sapporo.proposal = sapporo.received()
    dialogue = uuid4()
    invite = dialogues.Invite(
        dialogue=dialogue, proposal=sapporo.proposal, department=sapporo.department, title="招請", request="検討"
    )
    sapporo.do(invite, sapporo.desk)
    sapporo.do(withdrawal(sapporo), sapporo.desk)
    sapporo.refused(closing(sapporo), StillGoingOn, sapporo.desk, proceedings="dialogue")
    sapporo.do(dialogues.Recall(dialogue=dialogue, reason="取下げのため"), sapporo.desk)
    sapporo.do(closing(sapporo), sapporo.desk)


def test_a_dialogue_that_goes_on_again_is_open_again(sapporo: Work) -> None:
    sapporo.proposal = sapporo.received()
    dialogue = uuid4()
    invite = dialogues.Invite(
        dialogue=dialogue, proposal=sapporo.proposal, department=sapporo.department, title="招請", request="検討"
    )
    sapporo.do(invite, sapporo.desk)
    sapporo.do(dialogues.Accept(dialogue=dialogue))
    ending = dialogues.End(dialogue=dialogue, ending=Ending.READY_TO_DECIDE, reason="尽くした")
    for _ in range(2):
        assert state(sapporo).going_on == (Proceeding.DIALOGUE,)
        sapporo.do(ending)
        assert state(sapporo).going_on == ()
        sapporo.do(dialogues.Resume(dialogue=dialogue, reason="続ける"))


def test_no_file_is_closed_over_what_is_on_an_agenda(sapporo: Work) -> None:
    sapporo.proposal = sapporo.received()
    session, first, second = uuid4(), uuid4(), uuid4()
    sapporo.do(sessions.Convene(session=session, title="会議", on=sapporo.house.tenancy.today()), sapporo.desk)
    add = sessions.AddItem(session=session, item=first, proposal=sapporo.proposal, question="行うか")
    sapporo.do(add, sapporo.desk)
    sapporo.do(withdrawal(sapporo), sapporo.desk)
    sapporo.refused(closing(sapporo), StillGoingOn, sapporo.desk, proceedings="agenda_item")
    sapporo.do(sessions.WithdrawItem(session=session, item=first, reason="取下げ"), sapporo.desk)
    sapporo.do(proposals.CorrectStep(proposal=sapporo.proposal, to=Stage.SCREENED, reason="誤り"), sapporo.desk)
    sapporo.do(replace(add, item=second), sapporo.desk)
    assert state(sapporo).going_on == (Proceeding.AGENDA_ITEM,)
    decided = sessions.DecideItem(
        session=session, item=second, result=Result.DECLINED, manner=Manner.CONSENT, reason="見送る"
    )
    sapporo.do(decided, sapporo.house.member(SAPPORO, Role.COUNCIL_MEMBER))
    assert state(sapporo).going_on == ()


def test_a_session_that_is_called_off_leaves_nothing_on_its_agenda(sapporo: Work) -> None:
    session = uuid4()
    sapporo.do(sessions.Convene(session=session, title="会議", on=sapporo.house.tenancy.today()), sapporo.desk)
    listed = [sapporo.received(), sapporo.received()]
    for proposal in listed:
        sapporo.do(sessions.AddItem(session=session, item=uuid4(), proposal=proposal, question="行うか"), sapporo.desk)
    sapporo.do(sessions.Cancel(session=session, reason="大雪"), sapporo.desk)
    for proposal in listed:
        assert sapporo.house.tenancy.state_of(SAPPORO, PROPOSAL, proposal).going_on == ()


def test_what_was_brought_before_the_council_stays_its_to_decide_however_steps_are_taken_back(sapporo: Work) -> None:
    proposal = sapporo.received()
    sapporo.do(proposals.Escalate(proposal=proposal, reason="判断が難しい"))
    sapporo.do(proposals.CorrectStep(proposal=proposal, to=Stage.SCREENED, reason="担当課の誤り"), sapporo.desk)
    again = proposals.Match(proposal=proposal, department=sapporo.department, reason="所管")
    sapporo.do(again, sapporo.desk)
    alone = proposals.Decide(proposal=proposal, outcome=Outcome.ADOPTED, reason="行う")
    sapporo.refused(alone, CouncilDecides, grounds="by_hand")


def test_ids_that_those_who_enter_choose_hide_nothing(sapporo: Work) -> None:
    """An item of an agenda bears the id of the project, and of another item; each is told of by itself."""
    sapporo.do(sapporo.begin())
    today = sapporo.house.tenancy.today()
    for session in (uuid4(), uuid4()):
        sapporo.do(sessions.Convene(session=session, title="会議", on=today), sapporo.desk)
        item = sessions.AddItem(session=session, item=sapporo.project, proposal=sapporo.proposal, question="続けるか")
        sapporo.do(item, sapporo.desk)
    sapporo.do(sessions.WithdrawItem(session=session, item=sapporo.project, reason="先送り"), sapporo.desk)
    assert state(sapporo).going_on == (Proceeding.AGENDA_ITEM, Proceeding.PROJECT)
    assert state(sapporo).projects == frozenset({sapporo.project})
    sapporo.refused(withdrawal(sapporo), AlreadyBound, sapporo.desk)


def test_who_was_chosen_and_withdraws_is_replaced(sapporo: Work) -> None:
    chosen(sapporo)
    sapporo.do(withdrawal(sapporo), sapporo.desk)
    sapporo.do(selections.Reopen(selection=sapporo.selection, reason="選定した事業者が辞退した"))
    sapporo.assess(no_other_party=True, occupancy_in_time=Degree.LOW, occupancy_in_space=Degree.LOW)
    sapporo.do(selections.DecideWay(selection=sapporo.selection, way=Way.WITHOUT_CALL))
    sapporo.do(replace(sapporo.choose(), by_proposer=False, implementer="北国商会"))
    sapporo.do(selections.Share(selection=sapporo.selection, note="他の事業者と行う", on=TODAY))
    sapporo.do(selections.Complete(selection=sapporo.selection))
    sapporo.refused(sapporo.begin(), ReferenceUnsuitable, field="proposal", stage="withdrawn")
    sapporo.do(sapporo.begin(selection=sapporo.selection, implementer="北国商会"))
    assert (state(sapporo).stage, state(sapporo).going_on) == (Stage.WITHDRAWN, (Proceeding.PROJECT,))


def test_how_a_record_ends_is_a_fact_also_where_nobody_told_when_it_began(
    sapporo: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as before:
        before.setattr("tenants.commands.projects.plan.noted", lambda *_, **__: ())  # as older logs were written
        sapporo.do(sapporo.begin())
        sapporo.do(closing(sapporo), sapporo.desk)
    sapporo.do(projects.Complete(project=sapporo.project, on=TODAY))
    looked_back(sapporo)
    assert sapporo.house.tenancy.state_of(SAPPORO, PROJECT, sapporo.project).stage is ProjectStage.CLOSED
    assert state(sapporo).bound_by == (Proceeding.PROJECT,)


def test_a_deadline_stays_whatever_goes_on_beside_it(sapporo: Work) -> None:
    sapporo.proposal = sapporo.received()
    sapporo.do(proposals.CorrectStep(proposal=sapporo.proposal, to=Stage.SCREENED, reason="誤り"), sapporo.desk)
    sapporo.do(proposals.CorrectStep(proposal=sapporo.proposal, to=Stage.RECEIVED, reason="誤り"), sapporo.desk)
    day = sapporo.house.tenancy.today() + timedelta(days=9)
    sapporo.do(proposals.ReturnForCompletion(proposal=sapporo.proposal, reason="図面", due_on=day), sapporo.desk)
    beside = [FULL[f"proposal.{each}"] for each in ("proceeding_noted", "attached", "detached")]
    assert [PROPOSAL.evolve(state(sapporo), event).due_on for event in beside] == [day, day, day]
    assert PROPOSAL.evolve(state(sapporo), FULL["proposal.completed"]).due_on is None


def test_what_came_in_a_month_or_a_year_came_on_its_first_day_or_later(sapporo: Work) -> None:
    desk, day = sapporo.house.tenancy.desk(sapporo.desk), date(2026, 10, 20)
    for precision, first in ((Precision.MONTH, date(2026, 10, 1)), (Precision.YEAR, date(2026, 1, 1))):
        project = uuid4()
        begin = replace(sapporo.begin(), project=project, proposal=None)
        desk.do(begin, Entry(uuid4(), occurred_on=Day(day, precision)))
        changed = projects.ChangePlan(project=project, change=uuid4(), what="縮める", reason="予算")
        with pytest.raises(DateInvalid):
            desk.do(changed, Entry(uuid4(), occurred_on=Day(first - timedelta(days=1))))
        desk.do(changed, Entry(uuid4(), occurred_on=Day(first)))


def test_without_a_council_nobody_waits_for_it(sapporo: Work) -> None:
    escalated = (Stage.IN_DIALOGUE, EscalationGround.BY_HAND)
    proposal = Proposal(stage=escalated[0], escalated=True, by_council=True)
    assert escalated[1] in grounds(proposal, city_file(SAPPORO).policy)
    assert grounds(proposal, city_file(AOMORI).policy) == ()
