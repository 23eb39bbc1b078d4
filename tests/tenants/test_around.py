"""Consultations, gatherings and notices through desks, on a real log: numbers, deadlines, whose words they are."""

from dataclasses import replace
from datetime import date, timedelta
from importlib import resources
from typing import Any, Final
from uuid import UUID, uuid4

import pytest

from domain.approval import Part
from domain.calendar import Due
from domain.circumstances import Act, ApprovalSystem
from domain.consultation import CONSULTATION, Stage
from domain.errors import ApprovalRequired, DateInvalid, NotAllowed, OutsideRemit, PartUnfitting, ReferenceUnknown
from domain.gathering import GATHERING
from domain.notice import Reach, Topic
from domain.policy import Approvals, Deadline, Deadlines, Provenance, RuleStatus
from domain.values import Audience, Day, Sealed
from projections.queries import desk as queries
from projections.records.consultations import ConsultationBody
from projections.records.due import DueDay
from projections.records.gatherings import GatheringBody
from tenants.commands import approvals, consultations, gatherings, notices
from tenants.commands.city import AdoptPolicy
from tenants.mapper import decode
from tenants.members import Member, Role, having, operator
from tenants.register import CityFileInvalid, as_text, parse_city
from tenants.wish import Approval, Entry, Wish
from tests.conftest import SAPPORO, House, city_file
from tests.projections.asking import caught_up, inside
from tests.projections.running import received

RULES: Final = Provenance("test", RuleStatus.IN_FORCE, date(2026, 4, 1))
FRIDAY: Final = date(2026, 11, 20)


@pytest.fixture
def city(house: House) -> House:
    house.open_city()
    return house


def adopt(house: House, **parts: Any) -> None:
    known = city_file(SAPPORO)
    content = as_text(replace(known, policy=replace(known.policy, **parts)))
    wish = AdoptPolicy(content=content, status=RuleStatus.IN_FORCE, valid_from=date(2026, 4, 1))
    house.tenancy.desk(operator(SAPPORO)).do(wish, Entry(uuid4()))


def set_deadline(house: House, days: int = 10) -> None:
    adopt(house, deadlines=Deadlines(RULES, {Deadline.CONSULTATION_ANSWER: days}))


def do(house: House, wish: Wish[Any], on: date | None = None, by: Member | None = None, **entry: Any) -> Any:
    desk = house.tenancy.desk(by) if by else house.desk(SAPPORO)
    return desk.do(wish, Entry(uuid4(), occurred_on=Day(on) if on else None, **entry)).state


def ask(house: House, on: date | None = None, **told: Any) -> UUID:
    """A consultation by telephone."""
    id_ = uuid4()
    wish = consultations.Receive(
        consultation=id_, asker=told.pop("asker", uuid4()), title="除雪の実証", question="道路で試せますか。", **told
    )
    do(house, wish, on)
    return id_


def first_event(house: House, id_: UUID) -> Any:
    ((topic, state),) = house.sql(
        "select topic, state from renkei.events where originator_id = %s and originator_version = 1", id_
    )
    return decode(topic, bytes(state)).event


def shown(house: House, **where: Any) -> tuple[Any, ...]:
    """The records that a desk lists."""
    caught_up(house)
    page = inside(house, SAPPORO, lambda c: queries.records(c, SAPPORO, queries.RecordsWhere(**where)))
    return tuple(edge.node for edge in page.edges)


# --- consultations ----------------------------------------------------------------------------------------------------


def test_consultations_have_numbers_of_their_own_counted_in_each_fiscal_year(city: House) -> None:
    received(city.desk(SAPPORO))
    numbers = [
        (event.fiscal_year, event.serial)
        for event in (first_event(city, ask(city, on)) for on in (FRIDAY, date(2026, 4, 1), date(2026, 3, 31)))
    ]
    assert numbers == [(2026, 1), (2026, 2), (2025, 1)]


def test_the_same_consultation_sent_twice_takes_one_number(city: House) -> None:
    wish = consultations.Receive(consultation=uuid4(), asker=uuid4(), title="除雪", question="できますか。")
    desk, entry = city.desk(SAPPORO), Entry(uuid4(), occurred_on=Day(FRIDAY))
    assert [desk.do(wish, entry).state.number for _ in range(2)] == ["2026-consultation-1"] * 2
    assert first_event(city, ask(city, FRIDAY)).serial == 2


def test_a_deadline_is_counted_from_the_day_it_happened_and_stored_with_its_rule(city: House) -> None:
    assert first_event(city, ask(city, FRIDAY)).due is None
    set_deadline(city)
    due = first_event(city, ask(city, FRIDAY)).due
    assert due == Due(Deadline.CONSULTATION_ANSWER, 10, date(2026, 12, 7))
    before = first_event(city, ask(city, date(2026, 10, 30))).due
    assert before == Due(Deadline.CONSULTATION_ANSWER, 10, date(2026, 11, 16))  # 文化の日 on the 3rd
    set_deadline(city, 3)
    assert first_event(city, ask(city, FRIDAY)).due == Due(Deadline.CONSULTATION_ANSWER, 3, date(2026, 11, 26))


def test_what_was_not_answered_in_time_is_overdue_until_it_is_answered_or_ends(city: House) -> None:
    set_deadline(city)
    late, answered, closed, assigned = (ask(city, FRIDAY) for _ in range(4))
    do(city, consultations.Answer(consultation=answered, answer="申請が要ります。"))
    do(city, consultations.Close(consultation=closed, reason="取下げの連絡。"))
    do(city, consultations.Assign(consultation=assigned, department=city.department(SAPPORO)))
    overdue = shown(city, overdue_on=date(2026, 12, 8))
    assert {row.id for row in overdue} == {late, assigned}
    assert shown(city, overdue_on=date(2026, 12, 7)) == ()


def test_a_consultation_leads_to_a_proposal_that_is_there(city: House) -> None:
    asked, proposal = ask(city), received(city.desk(SAPPORO))
    with pytest.raises(ReferenceUnknown):
        do(city, consultations.LeadToProposal(consultation=asked, proposal=uuid4()))
    do(city, consultations.Note(consultation=asked, note="担当課と相談済み。"))
    assert do(city, consultations.LeadToProposal(consultation=asked, proposal=proposal)).stage is Stage.BECAME_PROPOSAL
    (row,) = shown(city, about=proposal)
    assert (row.id, row.stage, row.due_on, len(row.content.notes)) == (asked, "became_proposal", None, 1)


def test_the_department_that_was_asked_answers_and_no_other(city: House) -> None:
    asked, own, other = ask(city), city.department(SAPPORO), city.department(SAPPORO)
    do(city, consultations.Assign(consultation=asked, department=own))
    answer = consultations.Answer(consultation=asked, answer="申請が要ります。")
    with pytest.raises(OutsideRemit):
        do(city, answer, by=Member(SAPPORO, uuid4(), having([Role.DEPARTMENT_OFFICER], other)))
    do(city, answer, by=Member(SAPPORO, uuid4(), having([Role.DEPARTMENT_OFFICER], own)))
    do(city, consultations.Answer(consultation=asked, answer="様式を送りました。"))
    (row,) = shown(city)
    assert isinstance(row.content, ConsultationBody)
    assert (row.stage, row.department, len(row.content.answers)) == ("answered", own, 2)


def test_whose_turn_it_is(city: House) -> None:
    set_deadline(city)
    asked, department = ask(city, FRIDAY), city.department(SAPPORO)
    (row,) = shown(city)
    assert (row.waiting_for, row.due_on) == (Role.DESK_OFFICER, date(2026, 12, 7))
    assert row.content.due == DueDay(Deadline.CONSULTATION_ANSWER, 10, date(2026, 12, 7))
    do(city, consultations.Assign(consultation=asked, department=department))
    (row,) = shown(city)
    assert (row.waiting_for, row.department) == (Role.DEPARTMENT_OFFICER, department)


def test_the_asker_is_forgotten_without_the_answer(city: House) -> None:
    asker = uuid4()
    asked = ask(city, asker=asker, organisation="見本社", contact_name="鈴木", contact="011-000-0000", purpose=1)
    do(city, consultations.Answer(consultation=asked, answer="申請が要ります。"))
    city.sql("select renkei.erase_key(%s, %s)", SAPPORO, asker)
    event = first_event(city, asked)
    theirs = (event.title, event.question, event.organisation, event.contact_name, event.contact)
    assert [city.tenancy.opened(SAPPORO, each) for each in theirs] == [None] * 5
    ((topic, state),) = city.sql("select topic, state from renkei.events where topic = 'consultation.answered'")
    assert city.tenancy.opened(SAPPORO, decode(topic, bytes(state)).event.answer) == "申請が要ります。"


# --- gatherings -------------------------------------------------------------------------------------------------------


def announce(house: House, reach: Reach = Reach.PUBLIC, **told: Any) -> UUID:
    id_ = uuid4()
    plan = {"on": house.tenancy.today(), "title": "冬の交流会", "description": "除雪を語る。", **told}
    do(house, gatherings.Announce(gathering=id_, reach=reach, **plan))
    return id_


@pytest.mark.parametrize("reach", Reach)
def test_what_is_announced_or_published_is_for_whom_it_reaches(city: House, reach: Reach) -> None:
    gathering = first_event(city, announce(city, reach, place="市民ホール"))
    notice = uuid4()
    do(city, notices.Draft(notice=notice, topic=Topic.NEWS, title="研修", text="資料"))
    do(city, notices.Publish(notice=notice, reach=reach, title="研修", text="資料"))
    do(city, notices.Revise(notice=notice, title="研修", text="資料 第二版"))
    rows = city.sql(
        "select topic, state from renkei.events where originator_id = %s order by originator_version", notice
    )
    drafted, published, revised = (decode(topic, bytes(state)).event for topic, state in rows)
    said: list[Sealed] = [gathering.title, gathering.description, gathering.place]
    said += [published.title, published.text, revised.title, revised.text]
    assert {each.audience for each in said} == {Audience(reach.value)}
    assert {drafted.title.audience, drafted.text.audience} == {Audience.DESK}
    assert (gathering.public_id is not None, published.public_id is not None) == (reach is Reach.PUBLIC,) * 2


def test_a_gathering_is_not_announced_for_a_day_that_was_over_and_one_that_took_place_is_entered_late(
    city: House,
) -> None:
    today = city.tenancy.today()
    over = today - timedelta(days=1)
    for day, on in ((None, over), (over, over - timedelta(days=1))):
        wish = gatherings.Announce(gathering=uuid4(), reach=Reach.PUBLIC, title="会", description="場", on=on)
        with pytest.raises(DateInvalid) as refused:
            do(city, wish, day)
        assert refused.value.details["field"] == "on"
    held = gatherings.Announce(gathering=uuid4(), reach=Reach.STAFF, title="会", description="場", on=over)
    do(city, held, over - timedelta(days=20))
    again = gatherings.Revise(gathering=held.gathering, title="会", description="場所を直した", on=over)
    do(city, again)
    with pytest.raises(DateInvalid):
        do(city, replace(again, on=over - timedelta(days=1)))
    do(city, gatherings.Hold(gathering=held.gathering, present=12), over)


def test_what_everybody_reads_is_approved_first_where_the_city_asks_for_it(city: House) -> None:
    adopt(city, approvals=Approvals(RULES, {Act.PUBLISH_NOTICE: (ApprovalSystem.EXTERNAL,)}))
    notice = uuid4()
    do(city, notices.Draft(notice=notice, topic=Topic.NEWS, title="開設", text="四月から。"))
    publish = notices.Publish(notice=notice, reach=Reach.PUBLIC, title="開設", text="四月から。")
    for wish in (
        publish,
        gatherings.Announce(gathering=uuid4(), reach=Reach.PUBLIC, title="会", description="場", on=FRIDAY),
    ):
        with pytest.raises(ApprovalRequired):
            do(city, wish)
    announce(city, Reach.STAFF)
    given = Approval(ApprovalSystem.EXTERNAL, date(2026, 4, 1), number="札政第1号", digest=b"\x00" * 32)
    do(city, publish, approval=given)


def test_what_stays_inside_is_not_drafted_for_approval(city: House) -> None:
    deed = gatherings.Announce(gathering=uuid4(), reach=Reach.STAFF, title="会", description="場", on=FRIDAY)
    stop = approvals.StopText(post=city.post(SAPPORO), part=Part.DECIDE)
    with pytest.raises(PartUnfitting, match="no approval"):
        do(city, approvals.Draft(approval=uuid4(), deed=deed, title="会", route=(stop,)))


def test_guests_are_forgotten_one_by_one(city: House) -> None:
    gathering, guests = announce(city), (uuid4(), uuid4())
    for guest, name in zip(guests, ("鈴木", "佐藤"), strict=True):
        told = {"organisation": f"{name}商店", "guest_name": name, "contact": f"{name}@example.jp"}
        do(city, gatherings.RegisterGuest(gathering=gathering, party=guest, **told))
    city.sql("select renkei.erase_key(%s, %s)", SAPPORO, guests[0])
    (row,) = shown(city)
    assert isinstance(row.content, GatheringBody)
    opened = [
        [city.tenancy.opened(SAPPORO, each) for each in (one.organisation, one.guest_name, one.contact) if each]
        for one in row.content.registrations
    ]
    assert opened == [[None] * 3, ["佐藤商店", "佐藤", "佐藤@example.jp"]]


def test_people_of_the_city_register_themselves_and_the_desk_anybody(city: House) -> None:
    gathering = announce(city)
    officer, other = city.member(SAPPORO, Role.DEPARTMENT_OFFICER), city.member(SAPPORO, Role.APPROVER)
    do(city, gatherings.RegisterMember(gathering=gathering), by=officer)
    with pytest.raises(NotAllowed):
        do(city, gatherings.RegisterMember(gathering=gathering, member=officer.id), by=other)
    with pytest.raises(ReferenceUnknown):
        do(city, gatherings.RegisterMember(gathering=gathering, member=uuid4()))
    (registration,) = city.tenancy.state_of(SAPPORO, GATHERING, gathering).registered
    withdraw = gatherings.WithdrawRegistration(gathering=gathering, registration=registration)
    with pytest.raises(NotAllowed):
        do(city, withdraw, by=other)
    assert do(city, withdraw, by=officer).registered == {}
    (row,) = shown(city)
    assert row.content.registrations == ()


def test_a_gathering_is_due_on_its_day_until_it_was_held(city: House) -> None:
    gathering = announce(city)
    (row,) = shown(city)
    assert (row.due_on, row.waiting_for) == (city.tenancy.today(), Role.DESK_OFFICER)
    do(city, gatherings.Hold(gathering=gathering, present=41))
    (row,) = shown(city)
    assert (row.due_on, row.waiting_for, row.content.present) == (None, "nobody", 41)


def test_what_is_announced_anew_replaces_all_that_was(city: House) -> None:
    gathering = announce(city, place="市民ホール", capacity=2)
    later = date(2030, 1, 10)
    do(city, gatherings.Revise(gathering=gathering, title="春の交流会", description="雪解け。", on=later))
    (row,) = shown(city)
    assert (row.content.on, row.content.place, row.content.capacity) == (later, None, None)


def test_a_consultation_and_a_proposal_do_not_share_a_number() -> None:
    text = resources.files("tenants").joinpath(f"cities/{SAPPORO}.toml").read_text("utf-8")
    assert parse_city(text, "sapporo.toml").policy.kinds()
    with pytest.raises(CityFileInvalid) as refused:
        parse_city(text.replace("\nfree = {", f"\n{CONSULTATION.name} = {{"), "sapporo.toml")
    assert refused.value.details["key"] == "policy.intake.kinds.consultation"
