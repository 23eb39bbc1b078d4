"""Somebody was mistaken about an agreement or a session of the council: what was entered wrongly is put right."""

from collections.abc import Iterator
from typing import Any

import pytest

from tenants.members import Role
from tests.conftest import SAPPORO, House
from tests.scenarios.city_hall import CityHall, Somebody, city_hall

SNOW = "雪対策課"


@pytest.fixture(scope="module")
def hall(module_house: House) -> Iterator[CityHall]:
    with city_hall(module_house, SAPPORO) as hall:
        hall.department(SNOW)
        yield hall


@pytest.fixture(scope="module")
def officer(hall: CityHall) -> Somebody:
    return hall.somebody(Role.DEPARTMENT_OFFICER, name="雪 次郎", department=SNOW)


@pytest.fixture(scope="module")
def council(hall: CityHall) -> list[Somebody]:
    return [hall.somebody(Role.COUNCIL_MEMBER, name=f"部会 {name}") for name in "一二三"]


def terms(hall: CityHall, **told: Any) -> dict[str, Any]:
    return {
        "title": "雪の利用に関する協定", "matters": "雪室を試す。", "fields": ["energy"],
        "signatories": [{"side": "CITY", "name": "札幌市"}, {"side": "PROPOSER", "name": "北の雪冷熱株式会社"}],
        "beginsOn": hall.day(-300), "endsOn": hall.day(20), "renewal": "AUTOMATIC", "noticeDays": 10, **told,
    }  # fmt: skip


def adopted(hall: CityHall, officer: Somebody, title: str, **offered: Any) -> str:
    """A proposal that came some days ago, so that what was signed lies between."""
    offer = hall.offer(title, **offered)
    proposal: str = hall.clerk.does("receiveProposal", dated=hall.day(-4), **offer)["id"]
    hall.clerk.does("screenProposal", proposal=proposal, reason="役立つ。")
    hall.clerk.does("matchProposal", proposal=proposal, department=hall.departments[SNOW], reason="所管。")
    officer.does("decideProposal", proposal=proposal, outcome="ADOPTED", reason="実施できる。")
    return proposal


def settled(hall: CityHall, officer: Somebody, proposal: str) -> dict[str, Any]:
    about: dict[str, Any] = {"kind": "PROJECT", "proposal": proposal, "terms": terms(hall)}
    here = {"agreement": officer.does("draftAgreement", dated=hall.day(-3), **about)["id"]}
    officer.does("settleAgreement", **here)
    return here


def concluded(hall: CityHall, officer: Somebody, proposal: str) -> dict[str, Any]:
    here = settled(hall, officer, proposal)
    officer.does("enterAgreementSignature", **here, party=2, on=hall.day(-2))
    officer.does("signAgreement", **here, on=hall.day(-1))
    return here


def told(hall: CityHall, proposal: str) -> list[dict[str, Any]]:
    """How what goes on about a proposal stands."""
    found: list[dict[str, Any]] = hall.clerk.sees(proposal)["proceedings"]
    return found


OPEN = [{"proceeding": "AGREEMENT", "open": True, "bound": False}]
BOUND = [{"proceeding": "AGREEMENT", "open": False, "bound": True}]
OVER = [{"proceeding": "AGREEMENT", "open": False, "bound": False}]


def test_a_party_signed_what_was_not_agreed_yet_and_the_terms_are_written_anew(
    hall: CityHall, officer: Somebody
) -> None:
    proposal = adopted(hall, officer, "雪室")
    here = concluded(hall, officer, proposal)
    assert told(hall, proposal) == BOUND
    changed: dict[str, Any] = {"terms": terms(hall, matters="雪室を二か所で試す。"), "changes": "場所を直した。"}
    assert officer.is_refused("changeAgreement", **here, **changed) == "WRONG_STAGE"
    officer.does("correctAgreementStep", **here, to="SIGNING", reason="市はまだ署名していなかった。")
    page = officer.opens("agreement", here["agreement"])
    assert (page["stage"], page["effectiveOn"], page["dueOn"]) == ("signing", None, None)
    assert [each["signedOn"] for each in page["signatories"]] == [None, hall.day(-2)]
    assert told(hall, proposal) == OPEN
    assert here["agreement"] in officer.waits()
    officer.does("correctAgreementStep", **here, to="SETTLED", reason="相手方の署名は別の協定のものだった。")
    page = officer.opens("agreement", here["agreement"])
    assert [each["signedOn"] for each in page["signatories"]] == [None, None]
    assert page["settledOn"] == hall.day(0)
    officer.does("changeAgreement", **here, **changed)
    officer.does("settleAgreement", **here)
    officer.does("signAgreement", **here, on=hall.day(0))
    officer.does("enterAgreementSignature", **here, party=2, on=hall.day(-1))
    page = officer.opens("agreement", here["agreement"])
    assert (page["matters"], page["effectiveOn"], page["completedBy"]) == ("雪室を二か所で試す。", hall.day(0), 2)
    assert told(hall, proposal) == BOUND


def test_what_was_given_up_in_the_wrong_record_goes_on_and_its_reason_is_the_citys_alone(
    hall: CityHall, officer: Somebody
) -> None:
    company = hall.new()
    representative = hall.proposer(company, "北 五郎")
    proposal = adopted(hall, officer, "雪の貯蔵", proposer=company)
    here = settled(hall, officer, proposal)
    officer.does("enterAgreementSignature", **here, party=2, on=hall.day(-2))
    officer.does("abandonAgreement", **here, reason="相手方が辞退した。")
    assert told(hall, proposal) == OVER
    wrong: dict[str, Any] = {"to": "IN_EFFECT", "reason": "誤り。"}
    assert officer.is_refused("correctAgreementStep", **here, **wrong) == "NEVER_STOOD_THERE"
    officer.does("correctAgreementStep", **here, to="SIGNING", reason="別の協定の取りやめだった。")
    page = officer.opens("agreement", here["agreement"])
    assert (page["stage"], page["endedBecause"]) == ("signing", None)
    assert [each["signedOn"] for each in page["signatories"]] == [None, hall.day(-2)]
    assert told(hall, proposal) == OPEN
    (own,) = representative.looks_up_own(proposal)["agreements"]
    assert own["endedBecause"] is None
    assert "別の協定の取りやめ" not in str(representative.looks_up_own(proposal))


def test_an_end_entered_by_mistake_leaves_it_binding_with_its_project(hall: CityHall, officer: Somebody) -> None:
    proposal = adopted(hall, officer, "雪山")
    here = concluded(hall, officer, proposal)
    begun = {"department": hall.departments[SNOW], "title": "雪山", "proposal": proposal}
    project = officer.does("beginProject", **begun, track="scheme")["id"]
    officer.does("nameProjectAgreement", project=project, **here)
    officer.does("endAgreement", **here, how="TERMINATED", party=2, reason="違反があった。")
    assert officer.opens("agreement", here["agreement"])["endedBy"] == 2
    assert OVER[0] in told(hall, proposal)
    officer.does("correctAgreementStep", **here, to="IN_EFFECT", reason="別の協定の解約だった。")
    page = officer.opens("agreement", here["agreement"])
    assert (page["stage"], page["effectiveOn"], page["projects"]) == ("in_effect", hall.day(-1), [project])
    assert {page[each] for each in ("endedHow", "endedBy", "endedOn", "endedBecause", "reason")} == {None}
    assert page["dueOn"] == hall.day(10)
    assert BOUND[0] in told(hall, proposal)
    officer.does("renewAgreement", **here, how="BY_AGREEMENT", endsOn=hall.day(400))
    back: dict[str, Any] = {"to": "SIGNING", "reason": "署名の誤り。"}
    assert officer.is_refused("correctAgreementStep", **here, **back) == "PART_UNFITTING"


def test_what_was_ended_does_not_bind_anew_for_a_proposal_that_was_declined_since(
    hall: CityHall, officer: Somebody
) -> None:
    proposal = adopted(hall, officer, "雪像")
    here = concluded(hall, officer, proposal)
    officer.does("endAgreement", **here, how="BY_CONSENT", reason="取りやめる。")
    officer.does("correctProposalDecision", proposal=proposal, outcome="DECLINED", reason="実施できない。")
    for to in ("IN_EFFECT", "SETTLED"):
        wish = {"to": to, "reason": "誤り。"}
        assert officer.is_refused("correctAgreementStep", **here, **wish) == "REFERENCE_UNSUITABLE"
    officer.does("correctProposalDecision", proposal=proposal, outcome="ADOPTED", reason="やはり実施する。")
    officer.does("correctAgreementStep", **here, to="IN_EFFECT", reason="終了は誤りだった。")
    assert told(hall, proposal) == BOUND


def test_every_proposal_under_a_comprehensive_agreement_is_told_anew(hall: CityHall, officer: Somebody) -> None:
    proposals = [adopted(hall, officer, title) for title in ("見守り", "除雪")]
    broad = terms(hall, fields=["welfare", "energy"])
    here = {"agreement": hall.clerk.does("draftAgreement", kind="COMPREHENSIVE", terms=broad)["id"]}
    hall.clerk.does("attachAgreement", **here, proposal=proposals[0])
    hall.clerk.does("settleAgreement", **here)
    hall.clerk.does("signAgreement", **here)
    hall.clerk.does("enterAgreementSignature", **here, party=2)
    hall.clerk.does("attachAgreement", **here, proposal=proposals[1])
    assert [told(hall, each) for each in proposals] == [BOUND, BOUND]
    hall.clerk.does("correctAgreementStep", **here, to="SETTLED", reason="署名は案のものだった。")
    assert [told(hall, each) for each in proposals] == [OPEN, OPEN]
    page = hall.clerk.opens("agreement", here["agreement"])
    assert page["proposals"] == proposals


def test_a_notice_is_taken_back_and_the_agreement_goes_on_by_itself_again(hall: CityHall, officer: Somebody) -> None:
    company = hall.new()
    representative = hall.proposer(company, "雪 六郎")
    proposal = adopted(hall, officer, "雪の搬送", proposer=company)
    here = concluded(hall, officer, proposal)
    back: dict[str, Any] = {**here, "party": 2, "reason": "続けることにした。"}
    assert officer.is_refused("withdrawAgreementNotice", **back) == "PART_UNFITTING"
    officer.does("giveAgreementNotice", **here, party=2, reason="撤退する。")
    assert officer.opens("agreement", here["agreement"])["dueOn"] == hall.day(20)
    (own,) = representative.looks_up_own(proposal)["agreements"]
    assert [each["reason"] for each in own["notices"]] == ["撤退する。"]
    assert officer.is_refused("withdrawAgreementNotice", **back, on=hall.day(1)) == "DATE_INVALID"
    assert officer.is_refused("withdrawAgreementNotice", **back, on=hall.day(-1)) == "DATE_INVALID"
    officer.does("withdrawAgreementNotice", **back)
    page = officer.opens("agreement", here["agreement"])
    assert (page["notices"], page["dueOn"], page["reason"]) == ([], hall.day(10), "続けることにした。")
    (own,) = representative.looks_up_own(proposal)["agreements"]
    assert own["notices"] == []


# --- sessions of the council -----------------------------------------------------------------------------------------


def on_agenda(hall: CityHall, *proposals: str) -> tuple[str, list[dict[str, Any]]]:
    session = hall.clerk.does("conveneSession", title="本部会議", on=hall.day(0))["id"]
    items: list[dict[str, Any]] = [{"session": session, "item": hall.new()} for _ in proposals]
    for item, proposal in zip(items, proposals, strict=True):
        hall.clerk.does("addSessionItem", **item, proposal=proposal, question="実施の適否")
    return session, items


def waiting(hall: CityHall, proposal: str) -> bool:
    """Whether it is on an agenda."""
    return {"proceeding": "AGENDA_ITEM", "open": True, "bound": False} in told(hall, proposal)


def test_the_wrong_session_was_cancelled_and_goes_on_with_its_agenda(
    hall: CityHall, officer: Somebody, council: list[Somebody]
) -> None:
    first, second = (hall.in_dialogue(title, SNOW, officer) for title in ("融雪", "排雪"))
    session, (item, gone) = on_agenda(hall, first, second)
    council[0].does("castSessionVote", **item, vote="FOR")
    hall.clerk.does("withdrawSessionItem", **gone, reason="次回に回す。")
    hall.clerk.does("cancelSession", session=session, reason="議題がなくなった。")
    assert [waiting(hall, each) for each in (first, second)] == [False, False]
    assert session not in council[0].waits()
    hall.clerk.does("correctSessionStep", session=session, to="CONVENED", reason="中止したのは別の会議だった。")
    page = hall.clerk.opens("session", session)
    assert (page["stage"], page["reason"], page["dueOn"]) == ("convened", None, hall.day(0))
    assert [(each["state"], len(each["ballots"])) for each in page["items"]] == [("ON_AGENDA", 1), ("WITHDRAWN", 0)]
    assert [waiting(hall, each) for each in (first, second)] == [True, False]
    assert session in council[0].waits()
    assert hall.clerk.is_refused("closeProposal", proposal=first, reason="終わり。") == "WRONG_STAGE"
    hall.clerk.does("decideSessionItem", **item, result="ADOPTED", manner="VOTE", reason="良い。")


def test_a_cancelled_session_does_not_go_on_about_what_is_over(hall: CityHall, officer: Somebody) -> None:
    proposal = hall.in_dialogue("雪まつり", SNOW, officer)
    session, _items = on_agenda(hall, proposal)
    hall.clerk.does("cancelSession", session=session, reason="中止。")
    hall.clerk.does("withdrawProposal", proposal=proposal, reason="提案者の都合。")
    back: dict[str, Any] = {"session": session, "to": "CONVENED", "reason": "誤り。"}
    assert hall.clerk.is_refused("correctSessionStep", **back) == "REFERENCE_UNSUITABLE"


def test_a_session_was_closed_too_early(hall: CityHall, officer: Somebody, council: list[Somebody]) -> None:
    first, second = (hall.in_dialogue(title, SNOW, officer) for title in ("雪堆積場", "流雪溝"))
    session, (item,) = on_agenda(hall, first)
    decided: dict[str, Any] = {"result": "ADOPTED", "manner": "CONSENT", "reason": "異議なし。"}
    hall.clerk.does("decideSessionItem", **item, **decided)
    hall.clerk.does("takeSessionMinutes", session=session, minutes="一件。")
    hall.clerk.does("closeSession", session=session, note="閉会。")
    more: dict[str, Any] = {"session": session, "item": hall.new()}
    added = {**more, "proposal": second, "question": "適否"}
    assert hall.clerk.is_refused("addSessionItem", **added) == "WRONG_STAGE"
    hall.clerk.does("correctSessionStep", session=session, to="CONVENED", reason="もう一件残っていた。")
    page = hall.clerk.opens("session", session)
    assert (page["stage"], page["note"], page["minutes"]) == ("convened", None, "一件。")
    assert not waiting(hall, first)
    hall.clerk.does("addSessionItem", **added)
    hall.clerk.does("decideSessionItem", **more, **decided)
    hall.clerk.does("closeSession", session=session)
    named = {"councilSession": session, "agendaItem": item["item"], "decidedBy": "COUNCIL", "reason": "議決による。"}
    council[0].does("decideProposal", proposal=first, outcome="ADOPTED", **named)


def test_a_vote_and_an_interest_were_entered_for_the_wrong_member(
    hall: CityHall, officer: Somebody, council: list[Somebody]
) -> None:
    proposal = hall.in_dialogue("雪かき", SNOW, officer)
    _session, (item,) = on_agenda(hall, proposal)
    chief, head, *_ = council
    hall.clerk.does("castSessionVote", **item, member=chief.id, vote="AGAINST")
    hall.clerk.does("castSessionVote", **item, member=chief.id, vote="FOR")
    hall.clerk.does("castSessionVote", **item, member=head.id, vote="AGAINST")
    hall.clerk.does("declareSessionInterest", **item, member=head.id, note="株を持つ。")
    assert head.is_refused("castSessionVote", **item, vote="FOR") == "INTEREST_OF_DECIDER"
    none: dict[str, Any] = {"member": head.id, "reason": "別の部会員の申告だった。"}
    assert head.is_refused("withdrawSessionInterest", **item, **none) == "NOT_ALLOWED"
    other = {**none, "member": chief.id}
    assert hall.clerk.is_refused("withdrawSessionInterest", **item, **other) == "PART_UNFITTING"
    hall.clerk.does("withdrawSessionInterest", **item, **none)
    page = hall.clerk.opens("session", item["session"])["items"][0]
    assert (page["recusals"], [each["vote"] for each in page["ballots"]]) == ([], ["FOR"])
    head.does("castSessionVote", **item, vote="FOR")
    hall.clerk.does("declareSessionInterest", **item, member=chief.id, note="親族が役員。")
    hall.clerk.does("decideSessionItem", **item, result="ADOPTED", manner="VOTE", reason="良い。")
    assert hall.clerk.is_refused("withdrawSessionInterest", **item, **other) == "REFERENCE_UNSUITABLE"
