"""Every act that reaches outside waits for its approval where the city's rules ask for one (起案→決裁)."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Any, ClassVar, Final
from unittest.mock import patch
from uuid import UUID, uuid4

import pytest

from domain.agreement import End, Renewal
from domain.approval import Part, Stage, Verdict
from domain.case import Origin
from domain.circumstances import Act, ApprovalSystem
from domain.decider import Decider
from domain.errors import ApprovalDiffers, ApprovalRequired, PartMissing, PartUnfitting, WrongStage
from domain.events import DECIDERS
from domain.notice import Reach
from domain.organisation import ORGANISATION
from domain.policy import Approvals, Provenance, RuleStatus
from domain.proposal import DecidedBy, Outcome
from domain.rights import RIGHTS
from domain.values import Day
from tenants.commands import agreements, approvals, cases, challenges, consultations, gatherings, notices
from tenants.commands.city import AdoptPolicy
from tenants.commands.organisation import AssignPost
from tenants.commands.rights import EnterMember
from tenants.deeds import Deed
from tenants.mapper import TOPICS
from tenants.members import Member, Role, having, operator
from tenants.register import as_text
from tenants.tenancy import Tenancy
from tenants.wish import Approval, Entry, Wish, organisation_id, rights_id
from tests.conftest import AOMORI, House, city_file
from tests.golden import examples
from tests.golden.wishes import INSTEAD, OFFICE, OTHERS, PEOPLE, POLICY, Filled, before

DAY: Final = date(2027, 4, 1)
BEGAN: Final = date(2026, 4, 1)
"""What happened before began then, so that the days of the examples can follow it."""
ACTING: Final = having(set(Role) - {Role.AUDITOR, Role.PROPOSER, Role.STAFF})
DECIDERS_BY_NAME: Final[dict[str, Decider[Any]]] = {each.name: each for each in DECIDERS}
CHOSEN: Final[dict[str, dict[str, Any]]] = {
    "proposal.decide": {"decided_by": DecidedBy.DEPARTMENT, "council_session": None, "agenda_item": None},
    "proposal.correctDecision": {"decided_by": DecidedBy.DEPARTMENT, "council_session": None, "agenda_item": None},
    "case.publish": {"origin": Origin.DESK},
    "agreement.renew": {"how": Renewal.BY_AGREEMENT},
}
EACH: Final = pytest.mark.parametrize("kind", approvals.DEEDS, ids=lambda kind: kind.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened(Wish[Any]):
    """What happened to a record before, as an older log could hold it."""

    name = "test.happened"
    ja = "前史"
    roles: ClassVar[frozenset[Role]] = frozenset(Role)

    record: UUID
    history: ClassVar[tuple[Any, ...]] = ()

    def target(self, city: Any) -> UUID:
        del city
        return self.record

    def events(self, state: Any, context: Any) -> tuple[Any, ...]:
        del state, context
        return self.history


BEFORE_IT: Final[dict[str, dict[str, Any]]] = {
    "case": {"origin": Origin.DESK},
    "proposal": {"decided_by": DecidedBy.DEPARTMENT},
    "consultation": {"department": None},
}
"""No imported case, no decision of the council, no question of a department."""


def with_told(deed: Any, **told: Any) -> Deed:
    """The same act with other fields."""
    changed: Deed = replace(deed, **told)
    return changed


SHOWN: Final[dict[str, tuple[str, ...]]] = {
    "challenge.close": ("challenge.raised", "challenge.published"),
    "notice.withdraw": ("notice.drafted", "notice.published"),
}
"""Where what is taken away was shown before."""


def history_of(deed: Deed, **told: Any) -> list[Any]:
    """What happened before the act, with other fields where they are told."""
    told = told or BEFORE_IT.get(deed.decider.name, {})
    shown = [examples.FULL[topic] for topic in SHOWN.get(deed.name, ())]
    return [replace(each, **told) if told and hasattr(each, *told) else each for each in shown or before(deed)]


@dataclass
class Office:
    """A city whose rules ask for an approval of every act, and one act that could be carried out there."""

    house: House
    kind: type[Deed]

    def __post_init__(self) -> None:
        self.house.open_city(AOMORI)
        acts = dict.fromkeys(Act, tuple(ApprovalSystem))
        rules = Approvals(Provenance("test", RuleStatus.IN_FORCE, DAY), acts)
        self.operator, self.told = operator(AOMORI), set[UUID]()
        content = as_text(replace(city_file(AOMORI), policy=replace(POLICY, approvals=rules)))
        self.member = Member(AOMORI, examples.MEMBER, ACTING)
        self.happened(ORGANISATION, organisation_id(AOMORI), OFFICE)
        self.happened(RIGHTS, rights_id(AOMORI), PEOPLE)
        self.do(self.operator, AdoptPolicy(content=content, status=RuleStatus.IN_FORCE, valid_from=DAY))
        self.deed = with_told(Filled(self.kind).wish(), **CHOSEN.get(self.kind.name, {}))
        self.record = self.deed.target(AOMORI)
        self.named()
        self.happened(self.deed.decider, self.record, history_of(self.deed))
        self.size = self.house.tenancy.size(AOMORI)

    def named(self) -> None:
        """The records that the act and what happened before it name."""
        for told in (self.deed, *before(self.deed)):
            for name in OTHERS.keys() & {each.name for each in fields(told)}:
                record = getattr(told, name)
                if isinstance(record, UUID) and record != self.record:
                    self.happened(DECIDERS_BY_NAME[name], record, INSTEAD.get(self.deed.name, OTHERS)[name])

    def happened(self, decider: Decider[Any], record: UUID, history: Any) -> None:
        """Once for each record."""
        if record not in self.told:
            self.told.add(record)
            kind = type("Before", (Happened,), {"decider": decider, "history": tuple(history)})
            entry = Entry(uuid4(), occurred_on=Day(BEGAN))
            self.house.tenancy.desk(self.operator).do(kind(record=record), entry)

    def do(self, member: Member, wish: Wish[Any], approval: Approval | None = None) -> Any:
        return self.house.tenancy.desk(member).do(wish, Entry(uuid4(), approval=approval)).state

    def taken_effect(self) -> int:
        """How often the act was recorded."""
        rows = self.house.sql(
            "select topic from renkei.events where city = %s and originator_id = %s and position > %s",
            AOMORI, self.record, self.size,
        )  # fmt: skip
        return [topic for (topic,) in rows].count(TOPICS[self.kind.records])

    def approved(self, deed: Deed) -> UUID:
        """An approval of an act that nobody may carry out on the way to its decision."""
        post, chief = self.house.post(AOMORI), Member(AOMORI, uuid4(), having({Role.APPROVER}))
        self.do(self.operator, EnterMember(member=chief.id, title="部長", valid_from=DAY))
        self.do(self.operator, AssignPost(post=post, member=chief.id, valid_from=DAY))
        approval, route = uuid4(), (approvals.StopText(post=post, part=Part.DECIDE),)
        self.do(self.member, approvals.Draft(approval=approval, deed=deed, title="伺い", route=route))
        self.refused()
        self.do(self.member, approvals.Submit(approval=approval))
        with pytest.raises(WrongStage):
            self.do(self.member, approvals.CarryOut(approval=approval))
        self.refused()
        self.do(chief, approvals.Decide(approval=approval, post=post, verdict=Verdict.APPROVED))
        return approval

    def refused(self) -> None:
        with pytest.raises(ApprovalRequired) as found:
            self.do(self.member, self.deed)
        act = self.deed.act()
        assert act is not None
        assert found.value.details["act"] == act.value
        assert self.taken_effect() == 0


@pytest.fixture
def office(house: House, kind: type[Deed]) -> Iterator[Office]:
    with patch.object(Tenancy, "today", lambda _self: DAY):
        yield Office(house, kind)


@EACH
def test_an_act_is_drafted_decided_and_takes_effect_once(office: Office) -> None:
    office.refused()
    approval = office.approved(office.deed)
    office.refused()
    for _ in range(2):
        state = office.do(office.member, approvals.CarryOut(approval=approval))
        assert state.stage is Stage.EFFECTIVE
        assert office.taken_effect() == 1


def otherwise(told: Any) -> Any:
    """The same with other words, or another day where there are none."""
    words = [each.name for each in fields(told) if type(getattr(told, each.name)) is str and each.name in WORDS]
    if words:
        return replace(told, **{words[0]: "別の文面"})
    parts = [each.name for each in fields(told) if hasattr(getattr(told, each.name), "__dataclass_fields__")]
    if parts:
        return replace(told, **{parts[0]: otherwise(getattr(told, parts[0]))})
    return replace(told, on=told.on - timedelta(days=1))


WORDS: Final = {"title", "reason", "note", "answer", "description", "text", "matters", "content", "condition"}


@EACH
def test_an_approval_of_other_words_does_not_do(office: Office) -> None:
    approval = office.approved(otherwise(office.deed))
    given = Approval(ApprovalSystem.INTERNAL, DAY, approval)
    with pytest.raises(ApprovalDiffers):
        office.do(office.member, office.deed, given)
    assert office.taken_effect() == 0


@EACH
def test_an_act_that_was_approved_elsewhere_names_the_number(office: Office) -> None:
    office.refused()
    outside = Approval(ApprovalSystem.EXTERNAL, DAY)
    with pytest.raises(PartMissing):
        office.do(office.member, office.deed, outside)
    assert office.taken_effect() == 0
    office.do(office.member, office.deed, replace(outside, number="青連第12号", digest=b"0" * 32))
    assert office.taken_effect() == 1


def test_every_act_that_rules_may_name_is_one_of_these() -> None:
    assert {act for kind in approvals.DEEDS for act in acts_of(kind)} == set(Act)


def acts_of(kind: type[Deed]) -> set[Act | None]:
    """As what it may reach outside."""
    deed = with_told(Filled(kind).wish(), **CHOSEN.get(kind.name, {}))
    outcomes = [with_told(deed, outcome=outcome) for outcome in Outcome] if hasattr(deed, "outcome") else [deed]
    return {each.act() for each in outcomes}


@pytest.mark.parametrize("kind", [cases.Publish, cases.Revise], ids=lambda kind: kind.name)
def test_a_case_that_is_said_to_be_imported_needs_its_approval_too(office: Office) -> None:
    deed = office.deed
    if isinstance(deed, cases.Publish):
        deed = replace(deed, origin=Origin.IMPORTED, proposal=None, challenge=None, project=None)
    else:
        record = uuid4()
        office.happened(deed.decider, record, history_of(deed, origin=Origin.IMPORTED))
        deed = with_told(deed, case=record)
    with pytest.raises(ApprovalRequired):
        office.do(office.member, deed)


# --- what stays inside, or happens by itself ------------------------------------------------------------------------

INSIDE: Final[dict[type[Deed], dict[str, Any]]] = {
    notices.Publish: {"reach": Reach.STAFF},
    gatherings.Announce: {"reach": Reach.STAFF},
    agreements.Renew: {"how": Renewal.AUTOMATIC},
    agreements.Finish: {"how": End.EXPIRED},
}


@pytest.mark.parametrize("kind", INSIDE, ids=lambda kind: kind.name)
def test_what_reaches_nobody_outside_is_not_drafted(office: Office) -> None:
    inside = with_told(office.deed, **INSIDE[office.kind])
    draft(office, inside)


REVISED: Final[dict[type[Deed], dict[str, Any]]] = {
    notices.Revise: {"reach": Reach.STAFF},
    notices.Withdraw: {"reach": Reach.STAFF},
    gatherings.Revise: {"reach": Reach.STAFF},
    gatherings.Cancel: {"reach": Reach.STAFF},
    consultations.Answer: {"department": examples.DEPARTMENT},
}


@pytest.mark.parametrize("kind", REVISED, ids=lambda kind: kind.name)
def test_what_is_shown_inside_is_revised_without_an_approval(office: Office) -> None:
    record = uuid4()
    office.happened(office.deed.decider, record, history_of(office.deed, **REVISED[office.kind]))
    inside = with_told(office.deed, **{office.deed.decider.name: record})
    draft(office, inside)
    office.do(office.member, inside)


@pytest.mark.parametrize("kind", [challenges.Close, notices.Withdraw], ids=lambda kind: kind.name)
def test_what_was_never_shown_is_given_up_without_an_approval(office: Office) -> None:
    record = uuid4()
    office.happened(office.deed.decider, record, history_of(office.deed)[:1])
    inside = with_told(office.deed, **{office.deed.decider.name: record})
    draft(office, inside)
    office.do(office.member, inside)


def test_what_is_noted_of_a_consultation_stays_inside() -> None:
    assert consultations.Note.act is Wish.act


def draft(office: Office, deed: Deed) -> None:
    """Refused, since it needs no approval."""
    post = office.house.post(AOMORI)
    route = (approvals.StopText(post=post, part=Part.DECIDE),)
    with pytest.raises(PartUnfitting) as found:
        office.do(office.member, approvals.Draft(approval=uuid4(), deed=deed, title="伺い", route=route))
    assert found.value.details["field"] == "deed"
