"""Outward acts under approval: drafted, agreed, decided and carried out through desks, on a real log."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from threading import Barrier, Thread
from typing import Any, Final
from unittest.mock import patch
from uuid import UUID, uuid4, uuid5

import pytest

from domain.approval import APPROVAL, Part, Power, Stage, Verdict
from domain.challenge import CHALLENGE, Result
from domain.challenge import Stage as ChallengeStage
from domain.circumstances import Act, ApprovalSystem
from domain.errors import (
    ApprovalDiffers,
    ApprovalOutdated,
    ApprovalRequired,
    CommandReused,
    DateInvalid,
    DrafterDecides,
    InterestOfDecider,
    NotAllowed,
    PartMissing,
    PartUnfitting,
    PostNotHeld,
    ReferenceUnknown,
    WrongStage,
)
from domain.notice import Reach, Topic
from domain.organisation import ORGANISATION
from domain.policy import Approvals, OrganisationKind, Provenance, RuleStatus
from domain.proposal import PROPOSAL, CityMoney, Destination, Ground, Outcome
from domain.proposal import Stage as ProposalStage
from domain.values import Code, Day, Precision, Sealed
from tenants.commands import WISHES, approvals, challenges, notices, proposals
from tenants.commands.city import AdoptPolicy
from tenants.commands.organisation import AbolishDepartment, AbolishPost, AssignPost, EstablishPost
from tenants.commands.rights import EnterMember
from tenants.deeds import Deed
from tenants.members import Member, Role, having, operator
from tenants.register import as_text
from tenants.wish import Approval, Entry, Wish, organisation_id
from tests.conftest import SAPPORO, House, city_file

TODAY: Final = date(2026, 4, 1)
BOTH: Final = (ApprovalSystem.INTERNAL, ApprovalSystem.EXTERNAL)


@dataclass
class Office:
    """A city whose rules ask for an approval of some acts, with two posts and who holds them."""

    house: House
    acts: dict[Act, tuple[ApprovalSystem, ...]]
    deputy_elsewhere: bool = False

    def __post_init__(self) -> None:
        self.city = self.house.open_city()
        known = city_file(SAPPORO)
        rules = Approvals(Provenance("test", RuleStatus.IN_FORCE, TODAY), self.acts, self.deputy_elsewhere)
        content = as_text(replace(known, policy=replace(known.policy, approvals=rules)))
        self.do(operator(self.city), AdoptPolicy(content=content, status=RuleStatus.IN_FORCE, valid_from=TODAY))
        self.legal, self.director = self.house.post(self.city), self.house.post(self.city)
        self.drafter = self.member(Role.DESK_OFFICER)
        self.lawyer, self.chief = self.member(Role.APPROVER), self.member(Role.APPROVER)
        self.hold(self.legal, self.lawyer)
        self.hold(self.director, self.chief)
        self.challenge = uuid4()
        self.do(self.drafter, challenges.Raise(challenge=self.challenge, title="除雪", description="担い手がいない"))

    def do(self, member: Member, wish: Wish[Any], approval: Approval | None = None, command: UUID | None = None) -> Any:
        return self.house.tenancy.desk(member).do(wish, Entry(command or uuid4(), approval=approval)).state

    def member(self, *roles: Role) -> Member:
        found = Member(self.city, uuid4(), having(roles))
        self.do(operator(self.city), EnterMember(member=found.id, title="佐藤", valid_from=self.house.tenancy.today()))
        return found

    def hold(self, post: UUID, member: Member) -> None:
        self.do(operator(self.city), AssignPost(post=post, member=member.id, valid_from=self.house.tenancy.today()))

    def beside(self, post: UUID | None = None, department: UUID | None = None) -> UUID:
        """A further post of a department, or of that of a post."""
        made, known = uuid4(), self.house.tenancy.state_of(self.city, ORGANISATION, organisation_id(self.city))
        where = department if post is None else known.department_of[post]
        assert where is not None
        today = self.house.tenancy.today()
        self.do(operator(self.city), EstablishPost(post=made, department=where, title="主幹", valid_from=today))
        return made

    def publish(self, title: str = "雪と暮らす") -> challenges.Publish:
        return challenges.Publish(challenge=self.challenge, title=title, description="除雪の担い手を求めます。")

    def draft(self, deed: Deed, *, submit: bool = True) -> UUID:
        approval = uuid4()
        route = (
            approvals.StopText(post=self.legal, part=Part.AGREE),
            approvals.StopText(post=self.director, part=Part.DECIDE),
        )
        self.do(self.drafter, approvals.Draft(approval=approval, deed=deed, title="伺い", route=route))
        if submit:
            self.do(self.drafter, approvals.Submit(approval=approval))
        return approval

    def approved(self, deed: Deed) -> UUID:
        approval = self.draft(deed)
        self.do(self.lawyer, approvals.Agree(approval=approval, post=self.legal))
        self.do(self.chief, approvals.Decide(approval=approval, post=self.director, verdict=Verdict.APPROVED))
        return approval

    def stage(self, approval: UUID) -> Stage:
        return self.house.tenancy.state_of(self.city, APPROVAL, approval).stage

    def published(self) -> bool:
        state = self.house.tenancy.state_of(self.city, CHALLENGE, self.challenge)
        return state.stage is ChallengeStage.PUBLISHED


@pytest.fixture
def office(house: House) -> Office:
    return Office(house, {Act.PUBLISH_CHALLENGE: BOTH})


def revise(office: Office, note: str) -> challenges.Revise:
    return challenges.Revise(challenge=office.challenge, title="雪と暮らす", description="新しい内容", note=note)


def cited(office: Office, approval: UUID) -> list[Any]:
    """Topics recorded under an approval."""
    return [
        topic
        for topic, state in office.house.sql("select topic, state from renkei.events where city = %s", office.city)
        if f'"approval":"{approval}"'.encode() in bytes(state) and topic != "approval.drafted"
    ]


def test_an_act_takes_effect_through_agreement_decision_and_carrying_out(office: Office) -> None:
    approval = office.approved(office.publish())
    assert not office.published()
    office.do(office.drafter, approvals.CarryOut(approval=approval))
    assert office.published()
    assert office.stage(approval) is Stage.EFFECTIVE
    assert cited(office, approval) == ["challenge.published"]


def test_without_an_approval_the_act_is_refused_where_the_rules_ask_for_one(office: Office) -> None:
    with pytest.raises(ApprovalRequired):
        office.do(office.drafter, office.publish())
    assert not office.published()


def test_where_the_rules_ask_for_none_the_act_needs_none(house: House) -> None:
    office = Office(house, {})
    office.do(office.drafter, office.publish())
    assert office.published()


def test_an_outside_approval_is_named_by_its_number_and_the_digest_of_its_document(office: Office) -> None:
    whole = Approval(ApprovalSystem.EXTERNAL, TODAY, number="札政企第123号", digest=bytes(32))
    for lacking in (replace(whole, number=None), replace(whole, digest=None)):
        with pytest.raises(PartMissing):
            office.do(office.drafter, office.publish(), lacking)
    office.do(office.drafter, office.publish(), whole)
    assert office.published()


def test_a_system_that_the_rules_do_not_name_does_not_do(house: House) -> None:
    office = Office(house, {Act.PUBLISH_CHALLENGE: (ApprovalSystem.INTERNAL,)})
    with pytest.raises(ApprovalRequired):
        office.do(
            office.drafter, office.publish(), Approval(ApprovalSystem.EXTERNAL, TODAY, number="第1号", digest=bytes(32))
        )


def test_what_is_approved_elsewhere_alone_is_not_drafted_here_where_it_could_never_take_effect(house: House) -> None:
    office = Office(house, {Act.PUBLISH_CHALLENGE: (ApprovalSystem.EXTERNAL,)})
    with pytest.raises(ApprovalRequired) as found:
        office.draft(office.publish())
    assert found.value.message("ja").endswith("決裁文書の文書番号、決裁日、ファイルの SHA-256 を指定してください。")


def test_carrying_out_tells_that_it_recorded_and_the_second_time_that_it_did_not(office: Office) -> None:
    carry, desk = (
        approvals.CarryOut(approval=office.approved(office.publish())),
        office.house.tenancy.desk(office.drafter),
    )
    first = desk.do(carry, Entry(uuid4()))
    assert first.first <= first.last
    again = desk.do(carry, Entry(uuid4()))
    assert again.first > again.last


def test_what_is_carried_out_is_what_was_approved_word_for_word(office: Office) -> None:
    approval = office.approved(office.publish())
    decided_on = office.house.tenancy.state_of(office.city, APPROVAL, approval).decided_on
    assert decided_on is not None
    given = Approval(ApprovalSystem.INTERNAL, decided_on, approval)
    with pytest.raises(ApprovalDiffers):
        office.do(office.drafter, office.publish("ほかの題名"), given)
    with pytest.raises(ApprovalDiffers):
        office.do(office.drafter, office.publish(), replace(given, decided_on=date(2026, 1, 1)))
    with pytest.raises(ApprovalDiffers):
        office.do(office.drafter, office.publish(), replace(given, approval=uuid4()))
    assert not office.published()


def test_an_approval_that_is_not_decided_or_was_rejected_covers_nothing(office: Office) -> None:
    pending = office.draft(office.publish())
    with pytest.raises(WrongStage):
        office.do(office.drafter, approvals.CarryOut(approval=pending))
    with pytest.raises(ApprovalDiffers):
        office.do(office.drafter, office.publish(), Approval(ApprovalSystem.INTERNAL, TODAY, pending))
    office.do(office.lawyer, approvals.Agree(approval=pending, post=office.legal))
    rejected = approvals.Decide(approval=pending, post=office.director, verdict=Verdict.REJECTED, reason="時期尚早。")
    office.do(office.chief, rejected)
    with pytest.raises(WrongStage):
        office.do(office.drafter, approvals.CarryOut(approval=pending))
    rejected_on = office.house.tenancy.state_of(office.city, APPROVAL, pending).decided_on
    assert rejected_on is not None
    with pytest.raises(ApprovalDiffers):
        office.do(office.drafter, office.publish(), Approval(ApprovalSystem.INTERNAL, rejected_on, pending))
    assert not office.published()


def test_a_command_that_reaches_nobody_outside_cites_no_approval_of_ours(office: Office) -> None:
    approval = office.approved(office.publish())
    wish = challenges.Raise(challenge=uuid4(), title="雪", description="雪")
    with pytest.raises(ApprovalDiffers):
        office.do(office.drafter, wish, Approval(ApprovalSystem.INTERNAL, TODAY, approval))


def test_who_was_stopped_between_act_and_note_goes_on_also_by_another_hand(office: Office) -> None:
    approval = office.approved(office.publish())
    decided_on = office.house.tenancy.state_of(office.city, APPROVAL, approval).decided_on
    assert decided_on is not None
    given = Approval(ApprovalSystem.INTERNAL, decided_on, approval)
    office.do(office.drafter, office.publish(), given, command=uuid5(approval, "deed"))
    office.do(office.member(Role.DESK_OFFICER), approvals.CarryOut(approval=approval))
    assert office.stage(approval) is Stage.EFFECTIVE
    assert cited(office, approval) == ["challenge.published"]


def test_no_command_of_another_kind_takes_the_place_of_the_act(office: Office) -> None:
    approval = office.approved(office.publish())
    other = challenges.Raise(challenge=uuid4(), title="雪", description="雪")
    office.do(office.drafter, other, command=uuid5(approval, "deed"))
    office.do(office.drafter, approvals.CarryOut(approval=approval))
    assert office.published()

    approval, carrying = office.approved(revise(office, "次")), uuid4()
    office.do(office.drafter, replace(other, challenge=uuid4()), command=uuid5(carrying, "deed"))
    with pytest.raises(CommandReused):
        office.do(office.drafter, approvals.CarryOut(approval=approval), command=carrying)
    assert office.stage(approval) is Stage.APPROVED


def test_an_approval_is_used_up_by_the_act_that_cites_it(office: Office) -> None:
    office.do(office.drafter, approvals.CarryOut(approval=office.approved(office.publish())))
    approval = office.approved(revise(office, "一度だけ"))
    decided_on = office.house.tenancy.state_of(office.city, APPROVAL, approval).decided_on
    assert decided_on is not None
    given = Approval(ApprovalSystem.INTERNAL, decided_on, approval)
    office.do(office.drafter, revise(office, "一度だけ"), given)
    assert office.stage(approval) is Stage.EFFECTIVE
    with pytest.raises(ApprovalDiffers):
        office.do(office.drafter, revise(office, "一度だけ"), given)
    with pytest.raises(WrongStage):
        office.do(office.drafter, approvals.Withdraw(approval=approval, reason="やめる。"))


def test_an_outside_approval_is_of_no_day_that_has_not_come(office: Office) -> None:
    ahead = office.house.tenancy.today() + timedelta(days=1)
    with pytest.raises(DateInvalid):
        office.do(office.drafter, office.publish(), Approval(ApprovalSystem.EXTERNAL, ahead, number="第1号"))


def test_nothing_happened_before_the_day_on_which_it_was_approved_elsewhere(office: Office) -> None:
    today = office.house.tenancy.today()
    yesterday, month = Day(today - timedelta(days=1)), Day(today.replace(day=1), Precision.MONTH)
    given = Approval(ApprovalSystem.EXTERNAL, today, number="第1号", digest=bytes(32))
    desk = office.house.tenancy.desk(office.drafter)
    with pytest.raises(DateInvalid):
        desk.do(office.publish(), Entry(uuid4(), occurred_on=yesterday, approval=given))
    assert not office.published()
    desk.do(office.publish(), Entry(uuid4(), occurred_on=month, approval=given))
    assert office.published()


def test_an_outside_approval_names_none_of_ours(office: Office) -> None:
    approval = office.approved(office.publish())
    given = Approval(ApprovalSystem.EXTERNAL, TODAY, approval, "第1号", bytes(32))
    with pytest.raises(PartUnfitting):
        office.do(office.drafter, office.publish(), given)
    assert not office.published()


def test_carried_out_by_two_at_once_it_takes_effect_once(office: Office) -> None:
    approval, start = office.approved(office.publish()), Barrier(2)
    members = (office.drafter, office.member(Role.DESK_OFFICER))

    def carry_out(member: Member) -> Callable[[], None]:
        def run() -> None:
            start.wait()
            office.do(member, approvals.CarryOut(approval=approval))

        return run

    threads = [Thread(target=carry_out(member)) for member in members]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert office.stage(approval) is Stage.EFFECTIVE
    assert cited(office, approval) == ["challenge.published"]


def test_who_may_not_do_the_act_does_not_carry_it_out(office: Office) -> None:
    approval = office.approved(office.publish())
    with pytest.raises(NotAllowed):
        office.do(office.chief, approvals.CarryOut(approval=approval))
    assert office.stage(approval) is Stage.APPROVED


def test_an_act_that_could_not_be_carried_out_is_not_drafted(office: Office) -> None:
    with pytest.raises(ReferenceUnknown):
        office.draft(
            proposals.Refer(
                proposal=received(office), destination=Destination.DEPARTMENT,
                department=uuid4(), reason="担当課が明らか。",
            )
        )  # fmt: skip
    with pytest.raises(WrongStage):
        office.draft(challenges.Publish(challenge=uuid4(), title="雪", description="雪"))


def test_what_reaches_nobody_outside_is_not_drafted_for_approval(office: Office) -> None:
    notice = uuid4()
    office.do(office.drafter, notices.Draft(notice=notice, topic=Topic.TRAINING, title="研修", text="資料"))
    inside = notices.Publish(notice=notice, reach=Reach.STAFF, title="研修", text="資料")
    size = office.house.tenancy.size(office.city)
    with pytest.raises(PartUnfitting) as found:
        office.draft(inside)
    assert found.value.details["field"] == "deed"
    assert office.house.tenancy.size(office.city) == size
    news = replace(inside, notice=uuid4(), reach=Reach.PUBLIC)
    office.do(office.drafter, notices.Draft(notice=news.notice, topic=Topic.NEWS, title="窓口", text="開設"))
    office.draft(news)


def test_a_record_is_answered_as_it_stands_in_the_log_with_nothing_readable(office: Office) -> None:
    approval = uuid4()
    route = (approvals.StopText(post=office.director, part=Part.DECIDE),)
    draft = approvals.Draft(approval=approval, deed=office.publish(), title="伺い", route=route)
    answered = office.do(office.drafter, draft)
    assert answered == office.house.tenancy.state_of(office.city, APPROVAL, approval)
    assert type(answered.content) is Sealed


def received(office: Office) -> UUID:
    proposal = uuid4()
    office.do(
        office.drafter,
        proposals.Receive(
            proposal=proposal,
            kind=Code("free"),
            organisation_kind=OrganisationKind.COMPANY,
            proposer=uuid4(),
            organisation="北の雪冷熱株式会社",
            contact_name="鈴木 一郎",
            contact="suzuki@example.jp",
            title="雪室",
            summary="雪をためる",
            accepted=tuple(
                proposals.Accepted(condition=each.code, version=each.version)
                for each in city_file(SAPPORO).policy.conditions
            ),
            purpose=1,
        ),
    )
    return proposal


def test_only_who_holds_the_post_agrees_and_decides(office: Office) -> None:
    approval = office.draft(office.publish())
    with pytest.raises(PostNotHeld):
        office.do(office.chief, approvals.Agree(approval=approval, post=office.legal))
    office.do(office.lawyer, approvals.Agree(approval=approval, post=office.legal))
    with pytest.raises(PostNotHeld):
        office.do(
            office.member(Role.APPROVER),
            approvals.Decide(approval=approval, post=office.director, verdict=Verdict.APPROVED),
        )


def test_the_drafter_does_not_decide_even_holding_the_post(office: Office) -> None:
    office.drafter = Member(office.city, office.chief.id, having((Role.DESK_OFFICER, Role.APPROVER)))
    approval = office.draft(office.publish())
    office.do(office.lawyer, approvals.Agree(approval=approval, post=office.legal))
    with pytest.raises(DrafterDecides):
        office.do(office.drafter, approvals.Decide(approval=approval, post=office.director, verdict=Verdict.APPROVED))


def test_a_deputy_decides_by_a_post_of_its_own_and_the_absent_one_reads_it_later(office: Office) -> None:
    approval, deputy = agreed(office), office.beside(office.director)
    office.hold(deputy, office.lawyer)
    office.do(office.lawyer, stand_in(office, approval, deputy))
    assert office.house.tenancy.state_of(office.city, APPROVAL, approval).unread == office.director
    with pytest.raises(PostNotHeld):
        office.do(office.lawyer, approvals.Review(approval=approval, post=office.director))
    state = office.do(office.chief, approvals.Review(approval=approval, post=office.director))
    assert (state.unread, state.stage) == (None, Stage.APPROVED)


def agreed(office: Office) -> UUID:
    """An approval that waits for the director alone."""
    approval = office.draft(office.publish())
    office.do(office.lawyer, approvals.Agree(approval=approval, post=office.legal))
    return approval


def stand_in(office: Office, approval: UUID, acting: UUID) -> approvals.Decide:
    return approvals.Decide(
        approval=approval, post=office.director, acting=acting, verdict=Verdict.APPROVED, reason="部長は出張中。"
    )


def test_a_post_of_another_department_does_not_stand_in(office: Office) -> None:
    approval, elsewhere = agreed(office), office.beside(office.legal)
    office.hold(elsewhere, office.lawyer)
    for acting in (office.legal, elsewhere):
        with pytest.raises(PartUnfitting) as refused:
            office.do(office.lawyer, stand_in(office, approval, acting))
        assert refused.value.details["field"] == "acting"
    deputy = office.beside(office.director)
    with pytest.raises(PostNotHeld):
        office.do(office.lawyer, stand_in(office, approval, deputy))
    assert office.stage(approval) is Stage.PENDING


def test_where_the_city_says_so_a_post_of_another_department_stands_in(house: House) -> None:
    office = Office(house, {Act.PUBLISH_CHALLENGE: BOTH}, deputy_elsewhere=True)
    approval = agreed(office)
    office.do(office.lawyer, stand_in(office, approval, office.legal))
    assert office.stage(approval) is Stage.APPROVED


def test_a_post_that_the_drafter_holds_does_not_stand_in(office: Office) -> None:
    approval, deputy = agreed(office), office.beside(office.director)
    for member in (office.drafter, office.lawyer):
        office.hold(deputy, member)
    with pytest.raises(DrafterDecides):
        office.do(office.lawyer, stand_in(office, approval, deputy))
    with pytest.raises(DrafterDecides):
        office.do(having_role(office.drafter, Role.APPROVER), stand_in(office, approval, deputy))
    assert office.stage(approval) is Stage.PENDING


def having_role(member: Member, role: Role) -> Member:
    """The same person with that role."""
    return replace(member, rights=having((role,)))


def test_after_a_reorganisation_a_post_of_the_heir_stands_in(office: Office) -> None:
    approval, today = agreed(office), office.house.tenancy.today()
    heir, stranger = office.house.department(office.city), office.house.department(office.city)
    deputy, other = office.beside(department=heir), office.beside(department=stranger)
    for post in (deputy, other):
        office.hold(post, office.lawyer)
    old = office.house.tenancy.state_of(office.city, ORGANISATION, organisation_id(office.city))
    with pytest.raises(PartUnfitting):
        office.do(office.lawyer, stand_in(office, approval, deputy))
    abolish = AbolishDepartment(department=old.department_of[office.director], successors=(heir,), valid_from=today)
    office.do(operator(office.city), abolish)
    with pytest.raises(PartUnfitting):
        office.do(office.lawyer, stand_in(office, approval, other))
    office.do(office.lawyer, stand_in(office, approval, deputy))
    assert office.stage(approval) is Stage.APPROVED


def test_what_waits_for_a_post_waits_for_its_successor_from_that_day(office: Office) -> None:
    approval, today = office.draft(office.publish()), office.house.tenancy.today()
    after = uuid4()
    department = office.house.department(office.city)
    office.do(
        operator(office.city), EstablishPost(post=after, department=department, title="法制課長", valid_from=today)
    )
    office.do(operator(office.city), AbolishPost(post=office.legal, successor=after, valid_from=today))
    newcomer = office.member(Role.APPROVER)
    office.hold(after, newcomer)
    with pytest.raises(PostNotHeld):
        office.do(office.lawyer, approvals.Agree(approval=approval, post=office.legal))
    office.do(newcomer, approvals.Agree(approval=approval, post=office.legal))


def test_who_has_an_interest_in_the_proposal_neither_agrees_nor_decides(house: House) -> None:
    office = Office(house, {Act.REFUSE_PROPOSAL: BOTH})
    proposal = received(office)
    approval = office.draft(proposals.Refuse(proposal=proposal, ground=Ground.MERE_SALES, reason="売込み。"))
    for member in (office.lawyer, office.chief):
        office.do(member, proposals.DeclareInterest(proposal=proposal, note="兄弟が役員。"))
    for member, wish in (
        (office.lawyer, approvals.Agree(approval=approval, post=office.legal)),
        (office.lawyer, approvals.SendBack(approval=approval, post=office.legal, reason="理由")),
        (office.chief, approvals.Decide(approval=approval, post=office.director, verdict=Verdict.APPROVED)),
    ):
        with pytest.raises(InterestOfDecider):
            office.do(member, wish)


def test_a_draft_is_changed_by_its_drafter_and_stays_about_the_same(office: Office) -> None:
    approval = office.draft(office.publish(), submit=False)
    other = uuid4()
    office.do(office.drafter, challenges.Raise(challenge=other, title="雪", description="雪"))
    route = (approvals.StopText(post=office.director, part=Part.DECIDE, power=Power.DELEGATED),)

    def redraft(deed: Deed) -> approvals.Redraft:
        return approvals.Redraft(approval=approval, deed=deed, title="伺い", route=route)

    with pytest.raises(NotAllowed):
        office.do(office.member(Role.DESK_OFFICER), redraft(office.publish("別")))
    with pytest.raises(ApprovalDiffers):
        office.do(office.drafter, redraft(challenges.Publish(challenge=other, title="雪", description="雪")))
    office.do(office.drafter, redraft(office.publish("別")))
    office.do(office.drafter, approvals.Submit(approval=approval))
    state = office.do(office.chief, approvals.Decide(approval=approval, post=office.director, verdict=Verdict.APPROVED))
    assert state.stage is Stage.APPROVED
    (power,) = office.house.sql(
        "select state from renkei.events where originator_id = %s and topic = 'approval.decided'", approval
    )
    assert b'"power":"delegated"' in bytes(power[0])


def test_every_act_that_can_be_drafted_is_one_that_reaches_outside() -> None:
    reaching = {wish for wish in WISHES if wish.act is not Wish.act}
    assert set(approvals.DEEDS) == reaching


# --- posts that were abolished, and drafts that cannot be carried out any more ---------------------------------------


@pytest.mark.parametrize("elsewhere", [False, True], ids=["own department", "anywhere"])
def test_a_post_that_was_abolished_does_not_stand_in_by_its_successor(house: House, *, elsewhere: bool) -> None:
    office = Office(house, {Act.PUBLISH_CHALLENGE: BOTH}, deputy_elsewhere=elsewhere)
    approval, today = agreed(office), office.house.tenancy.today()
    beside, other = office.beside(office.director), office.house.post(office.city)
    stranger = office.member(Role.APPROVER)
    office.hold(other, stranger)
    abolish = AbolishPost(post=beside, successor=other, valid_from=today)
    office.do(operator(office.city), abolish)
    with pytest.raises(ReferenceUnknown) as refused:
        office.do(stranger, stand_in(office, approval, beside))
    assert refused.value.details["field"] == "acting"
    if not elsewhere:
        with pytest.raises(PartUnfitting):
            office.do(stranger, stand_in(office, approval, other))
        assert office.stage(approval) is Stage.PENDING


def test_an_approval_whose_act_is_there_no_more_says_to_draft_it_anew(office: Office) -> None:
    approval = office.approved(office.publish())
    office.house.sql("delete from renkei.sealed where key = %s", approval)
    with pytest.raises(ApprovalOutdated) as refused:
        office.do(office.drafter, approvals.CarryOut(approval=approval))
    assert "draft it anew" in refused.value.message("en")
    assert "改めて起案" in refused.value.message("ja")
    assert not office.published()
    office.do(office.drafter, approvals.Withdraw(approval=approval, reason="読み出せない。"))
    office.do(office.drafter, approvals.CarryOut(approval=office.approved(office.publish())))
    assert office.published()


def test_an_approval_from_before_the_record_was_named_in_it_says_to_draft_it_anew(office: Office) -> None:
    with patch.object(challenges.Publish, "rests_on", lambda _self, _state: "what an older program wrote"):
        approval = office.approved(office.publish())
    with pytest.raises(ApprovalOutdated):
        office.do(office.drafter, approvals.CarryOut(approval=approval))
    assert office.stage(approval) is Stage.APPROVED


@pytest.mark.parametrize("before", [0, 1])
def test_a_decision_is_carried_out_on_the_assessment_on_which_it_was_approved(house: House, before: int) -> None:
    """It was approved as costing the city nothing; what it costs was entered since."""
    office = Office(house, {Act.ADOPT_PROPOSAL: BOTH})
    proposal, department = received(office), house.department(office.city)
    officer = office.member(Role.DEPARTMENT_OFFICER)
    office.do(office.drafter, proposals.Screen(proposal=proposal, reason="有用"))
    office.do(office.drafter, proposals.Match(proposal=proposal, department=department, reason="所管"))
    for _ in range(before):
        office.do(office.drafter, proposals.Assess(proposal=proposal, city_money=CityMoney.NONE))
    decide = proposals.Decide(proposal=proposal, outcome=Outcome.ADOPTED, reason="市の負担はない。")
    given = office.approved(decide)
    office.do(office.drafter, proposals.Assess(proposal=proposal, city_money=CityMoney.ASKED, amount=10**9))
    with pytest.raises(ApprovalOutdated):
        office.do(officer, approvals.CarryOut(approval=given))
    office.do(officer, approvals.CarryOut(approval=office.approved(decide)))
    assert house.tenancy.state_of(office.city, PROPOSAL, proposal).stage is ProposalStage.ADOPTED


def test_a_refusal_is_carried_out_on_the_proposal_on_which_it_was_approved(house: House) -> None:
    """What was missing came in since: who approved the refusal did not know it."""
    office = Office(house, {Act.REFUSE_PROPOSAL: BOTH, Act.REFER_PROPOSAL: BOTH})
    proposal = received(office)
    refuse = proposals.Refuse(proposal=proposal, ground=Ground.CONDITIONS_NOT_MET, reason="費用が書かれていない。")
    refer = proposals.Refer(proposal=proposal, destination=Destination.PROGRAMME, code="dx_lab", reason="事業で扱う。")
    referred = office.approved(refer)
    office.do(office.drafter, proposals.ReturnForCompletion(proposal=proposal, reason="費用を書いてください。"))
    refused = office.approved(refuse)
    office.do(office.drafter, proposals.Complete(proposal=proposal, note="費用は当社が負担します。"))
    for given in (referred, refused):
        with pytest.raises(ApprovalOutdated):
            office.do(office.drafter, approvals.CarryOut(approval=given))
    office.do(office.drafter, approvals.CarryOut(approval=office.approved(refuse)))
    assert house.tenancy.state_of(office.city, PROPOSAL, proposal).stage is ProposalStage.REFUSED


def test_of_two_approvals_of_one_step_only_that_takes_effect_which_is_carried_out(house: House) -> None:
    """The other one says other words, which nobody was told: it is not noted as if somebody had been."""
    office = Office(house, {Act.PUBLISH_CHALLENGE: BOTH, Act.REFUSE_PROPOSAL: BOTH, Act.CLOSE_CHALLENGE: BOTH})
    proposal, other = received(office), uuid4()
    office.do(office.drafter, challenges.Raise(challenge=other, title="除雪", description="担い手がいない"))
    office.do(
        office.drafter,
        challenges.Publish(challenge=other, title="雪", description="雪"),
        Approval(ApprovalSystem.EXTERNAL, TODAY, number="第1号", digest=bytes(32)),
    )

    def refuse(reason: str) -> Deed:
        return proposals.Refuse(proposal=proposal, ground=Ground.MERE_SALES, reason=reason)

    def close(reason: str) -> Deed:
        return challenges.Close(challenge=other, result=Result.ANSWERED, note=reason)

    for first, second in (
        (office.publish(), office.publish("ほかの題名")),
        (refuse("営業である。"), refuse("別の理由である。")),
        (close("終えた。"), close("別の結果")),
    ):
        one, two = office.approved(first), office.approved(second)
        office.do(office.drafter, approvals.CarryOut(approval=one))
        with pytest.raises(ApprovalOutdated):
            office.do(office.drafter, approvals.CarryOut(approval=two))
        assert (office.stage(one), office.stage(two), len(cited(office, one)), cited(office, two)) == (
            Stage.EFFECTIVE,
            Stage.APPROVED,
            1,
            [],
        )
        office.do(office.drafter, approvals.Withdraw(approval=two, reason="済んでいる。"))
