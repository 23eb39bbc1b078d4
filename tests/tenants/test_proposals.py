"""Proposals through a desk with a real log: drafts and their numbers, ways in, those who are turned away, opinions."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.circumstances import Channel
from domain.days_in_words import in_japanese
from domain.errors import (
    AlreadyThere,
    CodeUnknown,
    Conflict,
    DateInvalid,
    NotEligible,
    OutsideRemit,
    PartMissing,
    Refusal,
)
from domain.policy import OrganisationKind, RuleStatus
from domain.proposal import CityMoney, Ground, Outcome, Stage
from domain.values import CityCode, Code, Day, Precision
from tenants.commands import dialogues, proposals
from tenants.commands.city import AdoptPolicy
from tenants.desk import Desk
from tenants.members import Member, Role, having, operator
from tenants.register import as_text
from tenants.wish import Entry
from tests.conftest import AOMORI, SAPPORO, House, city_file, tenancy_of

DRAFT: dict[str, Any] = {
    "kind": Code("free"),
    "organisation_kind": OrganisationKind.COMPANY,
    "organisation": "見本株式会社",
    "title": "雪の冷熱",
}


def desk_of(house: House, city: CityCode = SAPPORO) -> Desk:
    return house.desk(house.open_city(city), Role.DESK_OFFICER, Role.DEPARTMENT_OFFICER)


def do(desk: Desk, wish: Any, channel: Channel = Channel.DESK) -> Any:
    return desk.do(wish, Entry(uuid4(), channel=channel)).state


def receiving(desk: Desk, proposal: UUID, **told: Any) -> proposals.Receive:
    conditions = desk.tenancy.policy(desk.city, 2).conditions
    accepted = tuple(proposals.Accepted(condition=one.code, version=one.version) for one in conditions)
    fixed: dict[str, Any] = {
        "contact_name": "鈴木 一郎",
        "contact": "suzuki@example.jp",
        "summary": "冬の雪を夏に使う。",
    }
    fixed |= {"proposer": uuid4(), "accepted": accepted, "purpose": 1}
    return proposals.Receive(proposal=proposal, **{**DRAFT, **fixed, **told})


def numbers(house: House) -> list[int]:
    return [row[0] for row in house.sql("select serial from renkei.receipt_numbers order by serial")]


# --- drafts ------------------------------------------------------------------------------------------------------


def test_a_draft_takes_no_number_until_it_is_received_and_then_one(house: House) -> None:
    desk, proposal, proposer = desk_of(house), uuid4(), uuid4()
    do(desk, proposals.Draft(proposal=proposal, proposer=proposer, **DRAFT))
    do(desk, proposals.EditDraft(proposal=proposal, **{**DRAFT, "title": "雪の冷熱で食品を保管する"}))
    assert numbers(house) == []
    state = do(desk, receiving(desk, proposal))
    assert (state.stage, state.proposer, numbers(house)) == (Stage.RECEIVED, proposer, [1])
    with pytest.raises(AlreadyThere):
        do(desk, receiving(desk, proposal))
    assert numbers(house) == [1]


def test_a_draft_that_another_process_holds_is_received_too(house: House) -> None:
    desk, proposal = desk_of(house), uuid4()
    do(desk, proposals.Draft(proposal=proposal, proposer=uuid4(), **DRAFT))
    elsewhere = tenancy_of(house.tenancy.pool, house.folder)
    elsewhere.policy(desk.city, 2)
    other = elsewhere.desk(desk.member)
    assert do(other, receiving(other, proposal)).stage is Stage.RECEIVED
    assert numbers(house) == [1]


def test_one_submission_never_becomes_two(house: House) -> None:
    desk, proposal = desk_of(house), uuid4()
    do(desk, proposals.Draft(proposal=proposal, proposer=uuid4(), **DRAFT))

    def submit(_: int) -> bool:
        try:
            do(desk, receiving(desk, proposal))
        except (Refusal, Conflict):
            return False
        return True

    with ThreadPoolExecutor(6) as threads:
        assert sum(threads.map(submit, range(6))) == 1
    topics = house.sql("select topic from renkei.events where originator_id = %s order by position", proposal)
    assert [topic for (topic,) in topics] == ["proposal.drafted", "proposal.received"]


def test_a_discarded_draft_is_received_no_more(house: House) -> None:
    desk, proposal = desk_of(house), uuid4()
    do(desk, proposals.Draft(proposal=proposal, proposer=uuid4(), **DRAFT))
    do(desk, proposals.DiscardDraft(proposal=proposal, reason="出さないことになった"))
    with pytest.raises(AlreadyThere):
        do(desk, receiving(desk, proposal))
    assert numbers(house) == []


# --- ways in -----------------------------------------------------------------------------------------------------


def test_a_way_that_the_city_does_not_open_is_refused_for_everything_that_comes_in(house: House) -> None:
    desk = desk_of(house)
    file = city_file(SAPPORO)
    assert file.policy.intake is not None
    intake = replace(file.policy.intake, channels=(Code("portal"),))
    content = as_text(replace(file, policy=replace(file.policy, intake=intake)))
    wish = AdoptPolicy(content=content, status=RuleStatus.DRAFT, valid_from=date(2026, 4, 1))
    house.tenancy.desk(operator(SAPPORO)).do(wish, Entry(uuid4()))
    for asked in (receiving(desk, uuid4()), proposals.Draft(proposal=uuid4(), proposer=uuid4(), **DRAFT)):
        with pytest.raises(CodeUnknown) as refused:
            do(desk, asked, Channel.TELEPHONE)
        assert refused.value.details == {"field": "entry.channel", "value": "telephone", "known": "portal"}
        do(desk, asked, Channel.PORTAL)
    do(desk, receiving(desk, uuid4()))  # entered by the desk itself


def test_aomori_asks_for_a_contact_and_sapporo_does_not(house: House) -> None:
    aomori, sapporo = desk_of(house, AOMORI), desk_of(house, SAPPORO)
    for left_out in ("contact_name", "contact"):
        with pytest.raises(PartMissing):
            do(aomori, receiving(aomori, uuid4(), **{left_out: None}))
    assert numbers(house) == []
    assert do(aomori, receiving(aomori, uuid4())).stage is Stage.RECEIVED
    assert do(sapporo, receiving(sapporo, uuid4(), contact=None, contact_name=None)).stage is Stage.RECEIVED


# --- turned away -------------------------------------------------------------------------------------------------


def test_of_an_individual_in_aomori_nothing_is_kept_but_that_one_was_turned_away(house: House) -> None:
    desk, id_ = desk_of(house, AOMORI), uuid4()
    before = [row[0] for row in house.sql("select count(*) from renkei.sealed")]
    with pytest.raises(NotEligible):
        do(desk, receiving(desk, id_, organisation_kind=OrganisationKind.INDIVIDUAL, organisation="山田花子"))
    draft = {**DRAFT, "organisation_kind": OrganisationKind.INDIVIDUAL}
    with pytest.raises(NotEligible):
        do(desk, proposals.Draft(proposal=id_, proposer=uuid4(), **draft))
    do(desk, proposals.TurnAway(proposal=id_, organisation_kind=OrganisationKind.INDIVIDUAL), Channel.TELEPHONE)
    ((topic, state),) = house.sql("select topic, state from renkei.events where originator_id = %s", id_)
    assert topic == "proposal.turned_away"
    assert b'"organisation_kind":"individual"' in bytes(state)
    assert b'"channel":"telephone"' in bytes(state)
    assert [row[0] for row in house.sql("select count(*) from renkei.sealed")] == before
    assert numbers(house) == []


def test_nobody_who_may_propose_is_turned_away(house: House) -> None:
    desk = desk_of(house, AOMORI)
    with pytest.raises(CodeUnknown):
        do(desk, proposals.TurnAway(proposal=uuid4(), organisation_kind=OrganisationKind.NPO))


# --- opinions, corrections ---------------------------------------------------------------------------------------


def test_only_the_department_that_was_asked_answers_for_it(house: House) -> None:
    desk, proposal = desk_of(house), uuid4()
    own = house.department(SAPPORO)
    do(desk, receiving(desk, proposal))
    do(desk, proposals.AskOpinions(proposal=proposal, departments=(own,), question="役立ちますか"))
    elsewhere = having((Role.DEPARTMENT_OFFICER,), uuid4())
    stranger = house.tenancy.desk(Member(SAPPORO, uuid4(), elsewhere))
    answer = proposals.GiveOpinion(proposal=proposal, department=own, useful=True, note="役立つ")
    with pytest.raises(OutsideRemit):
        do(stranger, answer)
    assert do(desk, answer).asked == frozenset()


def test_a_decision_is_corrected_and_both_stand_in_the_log(house: House) -> None:
    desk, proposal = desk_of(house), uuid4()
    do(desk, receiving(desk, proposal))
    do(desk, proposals.Screen(proposal=proposal, reason="有用"))
    do(desk, proposals.Match(proposal=proposal, department=house.department(SAPPORO), reason="担当"))
    do(desk, proposals.Decide(proposal=proposal, outcome=Outcome.ADOPTED, reason="行う"))
    state = do(desk, proposals.CorrectDecision(proposal=proposal, outcome=Outcome.DECLINED, reason="場所がない"))
    assert state.stage is Stage.DECLINED
    topics = house.sql("select topic from renkei.events where originator_id = %s order by position", proposal)
    assert [topic for (topic,) in topics][-2:] == ["proposal.decided", "proposal.decision_corrected"]


# --- days --------------------------------------------------------------------------------------------------------


def on(desk: Desk, wish: Any, day: Day) -> Any:
    return desk.do(wish, Entry(uuid4(), occurred_on=day)).state


RECEIVED_ON = date(2026, 10, 10)
BEFORE = [Day(date(2026, 10, 9)), Day(date(2026, 9, 1), Precision.MONTH), Day(date(2025, 1, 1), Precision.YEAR)]
SINCE = [Day(RECEIVED_ON), Day(date(2026, 10, 1), Precision.MONTH), Day(date(2026, 1, 1), Precision.YEAR)]


def of_proposal(proposal: UUID, department: UUID) -> list[Any]:
    return [
        proposals.Screen(proposal=proposal, reason="有用"),
        proposals.ReturnForCompletion(proposal=proposal, reason="図面"),
        proposals.Refuse(proposal=proposal, ground=Ground.MERE_SALES, reason="営業"),
        proposals.Withdraw(proposal=proposal, reason="都合"),
        proposals.AskOpinions(proposal=proposal, departments=(department,), question="役立つか"),
        proposals.Assess(proposal=proposal, city_money=CityMoney.NONE),
        proposals.Suspend(proposal=proposal, reason="待つ"),
    ]


@pytest.mark.parametrize("forgotten", [False, True])
def test_nothing_happens_to_a_proposal_before_the_day_on_which_it_was_received(house: House, forgotten: bool) -> None:  # noqa: FBT001 - a case
    desk, proposal = desk_of(house), uuid4()
    department = house.department(SAPPORO)
    do(desk, proposals.Draft(proposal=proposal, proposer=uuid4(), **DRAFT))
    on(desk, receiving(desk, proposal), Day(RECEIVED_ON))
    before = house.sql("select count(*) from renkei.events")
    for wish in of_proposal(proposal, department):
        for day in BEFORE:
            if forgotten:
                desk = tenancy_of(house.tenancy.pool, house.folder).desk(desk.member)
            with pytest.raises(DateInvalid) as refused:
                on(desk, wish, day)
            assert refused.value.details["field"] == "entry.occurredOn.on"
            assert in_japanese(RECEIVED_ON) in refused.value.message("ja")
    assert house.sql("select count(*) from renkei.events") == before


@pytest.mark.parametrize("day", SINCE)
def test_what_is_entered_late_in_the_right_order_is_taken(house: House, day: Day) -> None:
    desk, department = desk_of(house), house.department(SAPPORO)
    for number in range(len(of_proposal(uuid4(), department))):
        proposal = uuid4()
        on(desk, receiving(desk, proposal), Day(RECEIVED_ON))
        on(desk, of_proposal(proposal, department)[number], day)


def test_a_draft_may_be_older_than_the_receipt_and_edited_before_it(house: House) -> None:
    desk, proposal = desk_of(house), uuid4()
    on(desk, proposals.Draft(proposal=proposal, proposer=uuid4(), **DRAFT), Day(RECEIVED_ON))
    on(desk, proposals.EditDraft(proposal=proposal, **DRAFT), Day(date(2026, 10, 1)))
    on(desk, receiving(desk, proposal), Day(date(2026, 10, 5)))
    on(desk, proposals.Screen(proposal=proposal, reason="有用"), Day(date(2026, 10, 5)))


def test_a_talk_before_the_receipt_takes_no_proposal_on(house: House) -> None:
    desk, proposal, dialogue = desk_of(house), uuid4(), uuid4()
    on(desk, receiving(desk, proposal), Day(RECEIVED_ON))
    on(desk, proposals.Screen(proposal=proposal, reason="有用"), Day(RECEIVED_ON))
    invite = dialogues.Invite(
        dialogue=dialogue, proposal=proposal, department=house.department(SAPPORO), title="雪", request="話したい"
    )
    on(desk, invite, Day(RECEIVED_ON))
    accept = dialogues.Accept(dialogue=dialogue)
    with pytest.raises(DateInvalid):
        on(desk, accept, Day(date(2026, 10, 9)))
    on(desk, accept, Day(date(2026, 10, 11)))
