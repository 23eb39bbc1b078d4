"""From an adopted proposal to a published case: selections and projects through desks, on a real log."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

import pytest

from domain.agreement import AGREEMENT, Party
from domain.approval import Part, Verdict
from domain.case import Side
from domain.circumstances import Act, ApprovalSystem
from domain.errors import (
    ApprovalOutdated,
    ApprovalRequired,
    InterestOfDecider,
    NotAllowed,
    OtherKind,
    OutsideRemit,
    PartMissing,
    PartUnfitting,
    ReasonRequired,
    ReferenceUnknown,
    ReferenceUnsuitable,
    Refusal,
)
from domain.policy import (
    AgreementKind,
    Approvals,
    Degree,
    OrganisationKind,
    Provenance,
    Provision,
    RuleStatus,
)
from domain.project import PROJECT, GoalResult, Path
from domain.project import Stage as ProjectStage
from domain.proposal import Outcome
from domain.selection import SELECTION, Advice, Assessed, Ground, Response, Standing, Way, WayDecided
from domain.selection import Stage as SelectionStage
from domain.values import CityCode, Code, Mark
from tenants.commands import agreements, approvals, cases, projects, proposals, selections
from tenants.commands.city import AdoptPolicy
from tenants.commands.organisation import AssignPost
from tenants.commands.rights import EnterMember
from tenants.mapper import decode
from tenants.members import Member, Role, having, operator
from tenants.register import as_text
from tenants.tenancy import JAPAN
from tenants.wish import Entry, Wish
from tests.conftest import AOMORI, SAPPORO, House, city_file

TODAY: Final = datetime.now(JAPAN).date()
SOON: Final = TODAY + timedelta(days=20)
NO: Final = {
    "pays_now": False,
    "pays_later": False,
    "exclusive_rights": False,
    "special_knowledge": False,
    "no_other_party": False,
    "open_to_many": False,
    "know_how_touched": False,
}
TEXT: Final = cases.CaseText(title="見守り", summary="検針の折に声をかける", method="agreement")


@dataclass
class Work:
    """A city with an adopted proposal, its department, an officer of that and one of another, and the desk."""

    house: House
    city: CityCode
    approved: tuple[Act, ...] = ()

    def __post_init__(self) -> None:
        self.house.open_city(self.city)
        if self.approved:
            known = city_file(self.city)
            acts: dict[Act, tuple[ApprovalSystem, ...]] = dict.fromkeys(self.approved, (ApprovalSystem.INTERNAL,))
            rules = Approvals(Provenance("test", RuleStatus.IN_FORCE, TODAY), acts)
            content = as_text(replace(known, policy=replace(known.policy, approvals=rules)))
            self.do(AdoptPolicy(content=content, status=RuleStatus.IN_FORCE, valid_from=TODAY), operator(self.city))
        self.post = self.house.post(self.city)
        self.department = self.house.department(self.city)
        self.desk = self.house.member(self.city, Role.DESK_OFFICER)
        self.officer = Member(self.city, uuid4(), having([Role.DEPARTMENT_OFFICER], self.department))
        other = self.house.department(self.city)
        self.stranger = Member(self.city, uuid4(), having([Role.DEPARTMENT_OFFICER], other))
        self.proposal, self.selection, self.project = self.adopted(), uuid4(), uuid4()

    def do(self, wish: Wish[Any], by: Member | None = None) -> Any:
        return self.house.tenancy.desk(by or self.officer).do(wish, Entry(uuid4())).state

    def refused(self, wish: Wish[Any], error: type[Refusal], by: Member | None = None, **details: object) -> None:
        size = self.house.tenancy.size(self.city)
        with pytest.raises(error) as found:
            self.do(wish, by)
        assert type(found.value) is error
        assert details.items() <= found.value.details.items()
        assert self.house.tenancy.size(self.city) == size

    def received(self) -> UUID:
        proposal = uuid4()
        conditions = self.house.tenancy.policy(self.city, 3 if self.approved else 2).conditions
        accepted = tuple(proposals.Accepted(condition=one.code, version=one.version) for one in conditions)
        wish = proposals.Receive(
            proposal=proposal,
            kind=Code("free"),
            organisation_kind=OrganisationKind.COMPANY,
            proposer=uuid4(),
            organisation="見本株式会社",
            title="見守り",
            summary="検針の折に声をかける",
            contact_name="見本 花子",
            contact="sample@example.jp",
            accepted=accepted,
            purpose=1,
        )
        self.do(wish, self.desk)
        self.do(proposals.Screen(proposal=proposal, reason="有用"), self.desk)
        self.do(proposals.Match(proposal=proposal, department=self.department, reason="所管"), self.desk)
        return proposal

    def adopted(self) -> UUID:
        proposal = self.received()
        self.do(proposals.Decide(proposal=proposal, outcome=Outcome.ADOPTED, reason="行う"))
        return proposal

    def begin_selection(self) -> None:
        self.do(selections.Begin(selection=self.selection, proposal=self.proposal, title="見守りの実施主体"))

    def assess(self, **told: Any) -> None:
        answers = selections.AnswersText(**{**NO, **told})
        self.do(selections.Assess(selection=self.selection, answers=answers))

    def choose(self) -> selections.Choose:
        return selections.Choose(selection=self.selection, by_proposer=True, reason="最も優れる")

    def begin(self, **told: Any) -> projects.Begin:
        track = "scheme" if self.city == SAPPORO else "pilot_support"
        fixed = {"department": self.department, "title": "見守り事業", "proposal": self.proposal, "track": track}
        return projects.Begin(project=self.project, **{**fixed, **told})

    def recorded(self, target: UUID, kind: type) -> Any:
        """The last event of a kind, as the log holds it."""
        rows = self.house.sql(
            "select topic, state from renkei.events where originator_id = %s order by originator_version", target
        )
        return [event for topic, state in rows if isinstance(event := decode(topic, bytes(state)).event, kind)][-1]


@pytest.fixture
def sapporo(house: House) -> Work:
    return Work(house, SAPPORO)


@pytest.fixture
def aomori(house: House) -> Work:
    return Work(house, AOMORI)


# --- selections ------------------------------------------------------------------------------------------------------


def test_a_free_unique_proposal_is_selected_without_a_call_once_it_was_shared(sapporo: Work) -> None:
    sapporo.begin_selection()
    sapporo.assess(exclusive_rights=True, occupancy_in_time=Degree.LOW, occupancy_in_space=Degree.NONE)
    advised = sapporo.recorded(sapporo.selection, Assessed)
    assert (advised.advice, advised.grounds) == (Advice.WITHOUT_CALL, (Ground.OCCUPANCY_LOW, Ground.EXCLUSIVE_RIGHTS))
    assert advised.answers.occupancy_in_time is Degree.LOW
    sapporo.do(selections.DecideWay(selection=sapporo.selection, way=Way.WITHOUT_CALL))
    assert sapporo.recorded(sapporo.selection, WayDecided).standing is Standing.FOLLOWS
    sapporo.do(sapporo.choose())
    sapporo.refused(selections.Complete(selection=sapporo.selection), PartMissing, field="shared")
    sapporo.do(selections.Share(selection=sapporo.selection, note="公募によらない理由", on=TODAY))
    state = sapporo.do(selections.Complete(selection=sapporo.selection))
    assert state.stage is SelectionStage.COMPLETED


def test_a_deviation_is_recorded_as_one_with_its_reason(sapporo: Work) -> None:
    sapporo.begin_selection()
    sapporo.assess(occupancy_in_time=Degree.HIGH, occupancy_in_space=Degree.LOW)
    wish = selections.DecideWay(selection=sapporo.selection, way=Way.WITHOUT_CALL)
    sapporo.refused(wish, ReasonRequired)
    sapporo.refused(replace(wish, reason="  "), ReasonRequired)
    sapporo.do(replace(wish, reason="期間が一週間に限られる"))
    decided = sapporo.recorded(sapporo.selection, WayDecided)
    assert (decided.standing, decided.reason is None) == (Standing.DEVIATES, False)


def test_a_selection_is_about_an_adopted_proposal_of_ones_own_department(sapporo: Work) -> None:
    wish = selections.Begin(selection=sapporo.selection, proposal=sapporo.proposal, title="実施主体")
    sapporo.refused(wish, OutsideRemit, sapporo.stranger)
    sapporo.refused(replace(wish, proposal=uuid4()), ReferenceUnknown, field="proposal")
    sapporo.refused(replace(wish, proposal=sapporo.received()), ReferenceUnsuitable, field="proposal")
    assert sapporo.do(wish, sapporo.desk).department == sapporo.department
    sapporo.refused(selections.Abandon(selection=sapporo.selection, reason="やめる"), OutsideRemit, sapporo.stranger)


def test_who_has_an_interest_neither_decides_the_way_nor_chooses(sapporo: Work) -> None:
    sapporo.begin_selection()
    sapporo.assess(no_other_party=True, occupancy_in_time=Degree.LOW, occupancy_in_space=Degree.LOW)
    way = selections.DecideWay(selection=sapporo.selection, way=Way.WITHOUT_CALL)
    colleague = replace(sapporo.officer, id=uuid4())
    sapporo.do(proposals.DeclareInterest(proposal=sapporo.proposal, note="縁者"))
    sapporo.refused(way, InterestOfDecider)
    sapporo.do(way, colleague)
    sapporo.refused(sapporo.choose(), InterestOfDecider)
    sapporo.do(sapporo.choose(), colleague)


def test_a_proposer_that_has_withdrawn_is_not_chosen_but_another_may_be(sapporo: Work) -> None:
    sapporo.begin_selection()
    sapporo.assess(no_other_party=True, occupancy_in_time=Degree.LOW, occupancy_in_space=Degree.LOW)
    sapporo.do(selections.DecideWay(selection=sapporo.selection, way=Way.WITHOUT_CALL))
    sapporo.do(proposals.Withdraw(proposal=sapporo.proposal, reason="撤退"), sapporo.desk)
    sapporo.refused(sapporo.choose(), ReferenceUnsuitable, field="proposal", stage="withdrawn")
    sapporo.do(replace(sapporo.choose(), by_proposer=False, implementer="北国商会"))
    sapporo.do(selections.Share(selection=sapporo.selection, note="他の事業者と行う", on=TODAY))
    sapporo.do(selections.Complete(selection=sapporo.selection))
    work = projects.Begin(
        project=uuid4(),
        department=sapporo.department,
        title="別の事業者による事業",
        implementer="北国商会",
        track="scheme",
    )
    sapporo.refused(replace(work, proposal=sapporo.proposal), ReferenceUnsuitable, field="proposal", stage="withdrawn")
    sapporo.do(work)


def test_a_call_that_touches_know_how_waits_for_the_proposers_word_and_its_result_is_kept(aomori: Work) -> None:
    aomori.begin_selection()
    aomori.assess(open_to_many=True, know_how_touched=True)
    assert aomori.recorded(aomori.selection, Assessed).grounds == (Ground.OPEN_TO_MANY,)
    aomori.do(selections.DecideWay(selection=aomori.selection, way=Way.COMPETITIVE_PROPOSAL))
    call = selections.OpenCall(selection=aomori.selection, title="見守りの公募", opened_on=TODAY, due_on=TODAY)
    aomori.refused(call, PartMissing, field="consulted")
    aomori.do(
        selections.ConsultProposer(
            selection=aomori.selection, on=TODAY, response=Response.AGREED_IN_PART, note="図面は使わない"
        )
    )
    aomori.do(call)
    aomori.do(selections.CloseCall(selection=aomori.selection, on=TODAY, applicants=3))
    aomori.do(replace(aomori.choose(), by_proposer=False, implementer="津軽見守り合同会社"))
    assert aomori.do(selections.Complete(selection=aomori.selection)).applicants == 3


def test_choosing_the_implementer_takes_effect_through_its_approval(house: House) -> None:
    work = Work(house, SAPPORO, approved=(Act.SELECT_IMPLEMENTER,))
    work.begin_selection()
    work.assess(no_other_party=True, occupancy_in_time=Degree.LOW, occupancy_in_space=Degree.LOW)
    work.do(selections.DecideWay(selection=work.selection, way=Way.WITHOUT_CALL))
    work.refused(work.choose(), ApprovalRequired, act="select_implementer")
    chief = work.house.member(work.city, Role.APPROVER)
    work.do(EnterMember(member=chief.id, title="佐藤", valid_from=house.tenancy.today()), operator(work.city))
    held = AssignPost(post=work.post, member=chief.id, valid_from=house.tenancy.today())
    work.do(held, operator(work.city))
    approval = uuid4()
    route = (approvals.StopText(post=work.post, part=Part.DECIDE),)
    work.do(approvals.Draft(approval=approval, deed=work.choose(), title="実施主体の決定", route=route))
    work.do(approvals.Submit(approval=approval))
    decide = approvals.Decide(approval=approval, post=work.post, verdict=Verdict.APPROVED)
    interest = proposals.DeclareInterest(proposal=work.proposal, note="縁者", member=chief.id)
    work.do(interest, work.desk)
    work.refused(decide, InterestOfDecider, chief)
    successor = work.house.member(work.city, Role.APPROVER)
    work.do(EnterMember(member=successor.id, title="鈴木", valid_from=house.tenancy.today()), operator(work.city))
    work.do(replace(held, member=successor.id), operator(work.city))
    work.do(decide, successor)
    work.do(approvals.CarryOut(approval=approval))
    assert house.tenancy.state_of(work.city, SELECTION, work.selection).stage is SelectionStage.CHOSEN


def tender(work: Work) -> selections.OpenCall:
    """A selection whose tender is prepared, and its call."""
    work.begin_selection()
    work.assess(pays_now=True, open_to_many=True)
    work.do(selections.DecideWay(selection=work.selection, way=Way.TENDER))
    work.do(prepare(work))
    return selections.OpenCall(selection=work.selection, title="公募", opened_on=TODAY, due_on=SOON)


def direct(work: Work) -> selections.Choose:
    """A selection whose direct contract is prepared, and its choice."""
    work.begin_selection()
    work.assess(pays_now=True, no_other_party=True)
    decide = selections.DecideWay(selection=work.selection, way=Way.DIRECT_CONTRACT, reason="他に相手がいない。")
    work.do(decide)
    work.do(prepare(work))
    return work.choose()


def prepare(work: Work, **told: Any) -> selections.Prepare:
    fixed = {"scheme": "委託", "specification": "月一回の見守り", "budget": 3_000_000}
    return selections.Prepare(selection=work.selection, needless_conditions_checked=True, **{**fixed, **told})


def prepared_otherwise(work: Work) -> None:
    work.do(prepare(work, specification="週一回の見守り"))


def for_another_budget(work: Work) -> None:
    work.do(prepare(work, budget=9_000_000))


def weighed_anew(work: Work) -> None:
    """Taken up again and answered otherwise, then decided and prepared as before."""
    way = house_state(work).way
    work.do(selections.Reopen(selection=work.selection, reason="条件が変わった。"))
    work.assess(pays_later=True, pays_now=True, special_knowledge=True, open_to_many=way is Way.TENDER)
    work.do(selections.DecideWay(selection=work.selection, way=way, reason="同じ方法による。"))
    work.do(prepare(work))


def house_state(work: Work) -> Any:
    return work.house.tenancy.state_of(work.city, SELECTION, work.selection)


@pytest.mark.parametrize("way", [tender, direct])
@pytest.mark.parametrize("changed", [prepared_otherwise, for_another_budget, weighed_anew])
def test_what_was_approved_is_not_carried_out_on_another_preparation(
    house: House, way: Callable[[Work], Any], changed: Callable[[Work], None]
) -> None:
    work = Work(house, SAPPORO, approved=(Act.SELECT_IMPLEMENTER, Act.OPEN_CALL))
    deed = way(work)
    approval = decided(work, deed)
    changed(work)
    work.refused(approvals.CarryOut(approval=approval), ApprovalOutdated)
    assert house_state(work).stage is SelectionStage.WAY_DECIDED
    work.do(approvals.CarryOut(approval=decided(work, deed)))
    assert house_state(work).stage in {SelectionStage.CALLING, SelectionStage.CHOSEN}


def decided(work: Work, deed: Any) -> UUID:
    """An approval of it."""
    chief, approval, today = work.house.member(work.city, Role.APPROVER), uuid4(), work.house.tenancy.today()
    work.do(EnterMember(member=chief.id, title="佐藤", valid_from=today), operator(work.city))
    work.do(AssignPost(post=work.post, member=chief.id, valid_from=today), operator(work.city))
    route = (approvals.StopText(post=work.post, part=Part.DECIDE),)
    work.do(approvals.Draft(approval=approval, deed=deed, title="伺い", route=route))
    work.do(approvals.Submit(approval=approval))
    work.do(approvals.Decide(approval=approval, post=work.post, verdict=Verdict.APPROVED), chief)
    return approval


# --- projects --------------------------------------------------------------------------------------------------------


def test_a_project_grows_out_of_what_was_adopted_and_of_a_selection_that_was_completed(sapporo: Work) -> None:
    sapporo.begin_selection()
    sapporo.refused(sapporo.begin(), OutsideRemit, sapporo.stranger)
    sapporo.refused(sapporo.begin(proposal=sapporo.received()), ReferenceUnsuitable, field="proposal")
    sapporo.refused(sapporo.begin(selection=uuid4()), ReferenceUnknown, field="selection")
    sapporo.refused(sapporo.begin(selection=sapporo.proposal), OtherKind)
    sapporo.refused(sapporo.begin(selection=sapporo.selection), ReferenceUnsuitable, field="selection", stage="begun")
    sapporo.assess(no_other_party=True, occupancy_in_time=Degree.LOW, occupancy_in_space=Degree.LOW)
    sapporo.do(selections.DecideWay(selection=sapporo.selection, way=Way.WITHOUT_CALL))
    sapporo.do(selections.Share(selection=sapporo.selection, note="理由", on=TODAY))
    sapporo.do(sapporo.choose())
    sapporo.do(selections.Complete(selection=sapporo.selection))
    another = sapporo.adopted()
    sapporo.refused(sapporo.begin(proposal=another, selection=sapporo.selection), PartUnfitting, field="selection")
    assert sapporo.do(sapporo.begin(selection=sapporo.selection)).stage is ProjectStage.RUNNING


def test_work_without_any_proposal_begins_in_its_department(sapporo: Work) -> None:
    state = sapporo.do(sapporo.begin(proposal=None, implementer="北国商会"))
    assert (state.proposal, state.department) == (None, sapporo.department)
    sapporo.refused(projects.Complete(project=sapporo.project, on=TODAY), OutsideRemit, sapporo.stranger)


def evaluate(work: Work, side: Side, goal: UUID) -> projects.Evaluate:
    finding = projects.FindingText(goal=goal, result=GoalResult.MET, words="達成した")
    return projects.Evaluate(project=work.project, side=side, summary="良い", findings=(finding,))


def test_where_the_city_says_so_a_project_without_city_money_is_looked_back_at_by_both_sides(sapporo: Work) -> None:
    goal = uuid4()
    sapporo.do(sapporo.begin())
    sapporo.do(projects.SetGoal(project=sapporo.project, goal=goal, text="転倒を減らす"))
    sapporo.do(projects.Complete(project=sapporo.project, on=TODAY))
    close = projects.Close(project=sapporo.project, note="事例は後日公表する。")
    sapporo.refused(close, PartMissing, field="evaluation")
    sapporo.do(evaluate(sapporo, Side.CITY, goal))
    sapporo.refused(close, PartMissing, field="evaluation")
    sapporo.do(evaluate(sapporo, Side.PARTNER, goal), sapporo.desk)
    sapporo.refused(close, PartMissing, field="continuation")
    decision = projects.DecideContinuation(project=sapporo.project, path=Path.IMPROVE, reason="範囲を広げる")
    sapporo.refused(decision, NotAllowed, sapporo.desk)
    sapporo.do(decision)
    assert sapporo.do(close).stage is ProjectStage.CLOSED


def test_a_pilot_with_support_is_reported_and_becomes_a_case_once_the_partner_agrees(aomori: Work) -> None:
    aomori.do(aomori.begin())
    support = projects.AgreeSupport(
        project=aomori.project,
        provides=(Provision.FIELD, Provision.PUBLICITY),
        description="公園と広報",
        area="中央",
        begins_on=TODAY,
        ends_on=SOON,
        report_due_on=SOON,
    )
    aomori.do(support)
    aomori.do(projects.Complete(project=aomori.project, on=TODAY))
    aomori.refused(projects.Close(project=aomori.project), PartMissing, field="report")
    aomori.do(projects.ReportResults(project=aomori.project, on=TODAY, report="八割が使った"))
    publish = cases.Publish(case=uuid4(), content=TEXT, proposal=aomori.proposal, project=aomori.project)
    aomori.refused(replace(publish, project=uuid4()), ReferenceUnknown, aomori.desk, field="project")
    aomori.refused(publish, PartMissing, aomori.desk, field="project")
    aomori.refused(replace(publish, project=None), PartMissing, aomori.desk, field="project")
    protected = (projects.ProtectedText(mark=Mark.KNOW_HOW, part="図面"),)
    aomori.do(projects.AgreeCase(project=aomori.project, on=TODAY, consent="代表が同意", protected=protected))
    aomori.refused(replace(publish, proposal=aomori.adopted()), PartUnfitting, aomori.desk, field="proposal")
    aomori.do(publish, aomori.desk)
    aomori.refused(replace(publish, case=uuid4()), PartUnfitting, aomori.desk, field="project")
    assert aomori.do(projects.Close(project=aomori.project, note="事例は後日公表する。")).stage is ProjectStage.CLOSED


def agreed(work: Work, kind: AgreementKind, proposal: UUID | None = None) -> UUID:
    """An agreement, as it is drafted."""
    party = agreements.SignatoryText
    terms = agreements.TermsText(
        title="見守りの協定",
        matters="検針の折に声をかける",
        signatories=(
            party(side=Party.CITY, name="市", signs="市長"),
            party(side=Party.PROPOSER, name="社", signs="長"),
        ),
        fields=("welfare", "health") if kind is AgreementKind.COMPREHENSIVE else ("welfare",),
    )
    id_ = uuid4()
    work.do(agreements.Draft(agreement=id_, kind=kind, terms=terms, proposal=proposal), work.desk)
    return id_


def test_a_project_names_what_it_is_carried_out_under_and_a_comprehensive_agreement_covers_several(
    sapporo: Work,
) -> None:
    sapporo.do(sapporo.begin())
    whole, own = agreed(sapporo, AgreementKind.COMPREHENSIVE), agreed(sapporo, AgreementKind.PROJECT, sapporo.proposal)
    name = projects.NameAgreement(project=sapporo.project, agreement=whole)
    sapporo.refused(name, OutsideRemit, sapporo.stranger)
    sapporo.refused(replace(name, agreement=uuid4()), ReferenceUnknown, field="agreement")
    sapporo.do(name)
    assert sapporo.do(replace(name, agreement=own)).agreements == {whole, own}
    first, sapporo.project = sapporo.project, uuid4()
    sapporo.do(sapporo.begin(proposal=sapporo.adopted()))
    second = replace(name, project=sapporo.project)
    sapporo.do(second)
    sapporo.refused(replace(second, agreement=own), PartUnfitting, field="agreement")
    covered = sapporo.house.tenancy.state_of(SAPPORO, AGREEMENT, whole)
    assert covered.projects == {first, sapporo.project}
    drop = projects.DropAgreement(project=first, agreement=whole, reason="別の協定による")
    assert sapporo.do(drop).agreements == {own}
    assert sapporo.house.tenancy.state_of(SAPPORO, AGREEMENT, whole).projects == {sapporo.project}
    sapporo.do(agreements.Abandon(agreement=whole, reason="取りやめる"), sapporo.desk)
    sapporo.refused(replace(name, project=first), ReferenceUnsuitable, field="agreement", stage="abandoned")


def test_without_any_agreement_the_work_goes_to_its_end_and_becomes_a_case(sapporo: Work) -> None:
    goal = uuid4()
    sapporo.do(sapporo.begin())
    sapporo.do(projects.SetGoal(project=sapporo.project, goal=goal, text="千世帯", measure="世帯数"))
    sapporo.do(projects.Complete(project=sapporo.project, on=TODAY))
    for side in (Side.CITY, Side.PARTNER):
        sapporo.do(evaluate(sapporo, side, goal))
    sapporo.do(projects.DecideContinuation(project=sapporo.project, path=Path.BUDGETED_CONTRACT, reason="続ける"))
    sapporo.do(projects.AgreeCase(project=sapporo.project, on=TODAY, consent="代表が同意"))
    assert sapporo.do(projects.Close(project=sapporo.project, note="事例は後日公表する。")).stage is ProjectStage.CLOSED
    publish = cases.Publish(case=uuid4(), content=TEXT, proposal=sapporo.proposal, project=sapporo.project)
    sapporo.refused(replace(publish, project=None), PartMissing, sapporo.desk, field="project")
    assert sapporo.do(publish, sapporo.desk).stage.value == "open"
    for told in ({"proposal": sapporo.adopted(), "project": None}, {"proposal": None, "project": None}):
        freely: Any = replace(publish, case=uuid4(), **told)
        assert sapporo.do(freely, sapporo.desk).stage.value == "open"
    state = sapporo.house.tenancy.state_of(SAPPORO, PROJECT, sapporo.project)
    assert (state.agreements, state.continuation) == (frozenset(), Path.BUDGETED_CONTRACT)


def test_the_department_asks_for_money_and_the_desk_grants_it_where_the_city_has_such_a_budget(
    house: House, sapporo: Work, new_work: Callable[[CityCode], Work]
) -> None:
    request = uuid4()
    sapporo.do(sapporo.begin())
    ask = projects.RequestBudget(
        project=sapporo.project, request=request, fiscal_year=2026, amount=500_000, reason="看板"
    )
    sapporo.do(ask)
    grant = projects.GrantBudget(project=sapporo.project, request=request, amount=300_000)
    sapporo.refused(grant, NotAllowed)
    sapporo.do(grant, sapporo.desk)
    spend = projects.SpendBudget(project=sapporo.project, spending=uuid4(), amount=300_000, on=TODAY, purpose="看板")
    assert [each.amount for each in sapporo.do(spend).spent.values()] == [300_000]
    aomori = new_work(AOMORI)
    aomori.do(aomori.begin())
    aomori.refused(replace(ask, project=aomori.project), PartUnfitting, field="request")
    state = house.tenancy.state_of(SAPPORO, PROJECT, sapporo.project)
    assert {each: asked.amount for each, asked in state.requested.items()} == {request: 500_000}
    assert state.granted == {request: 300_000}


@pytest.fixture
def new_work(house: House) -> Callable[[CityCode], Work]:
    return lambda city: Work(house, city)
