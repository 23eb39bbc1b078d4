"""Agreements, surveys among departments and the way of a challenge, as the people of a city hall work with them."""

from collections.abc import Iterator
from typing import Any, Final

import pytest

from tenants.members import Role
from tests.conftest import AOMORI, SAPPORO, House
from tests.scenarios.city_hall import CityHall, Somebody, city_hall

WELFARE, SNOW = "福祉政策課", "雪対策課"

RECORD: Final = """query ($id: UUID!) { record(id: $id) {
  stage dueOn about called { text } waitingForMe
  ... on AgreementRecord { agreedKind edition effectiveOn proposals changes { changes { text } inEffect }
    signatories { party side name { text } signedOn } notices { party } confidential { text marks } endsOn }
  ... on SurveyRecord { until unanswered { id } reminders answers { department { id } reply challenges note { text } } }
} }"""
CHALLENGE: Final = """query ($id: UUID!) { challenge(id: $id) {
  stage waitingFor waitingForMe dueOn title { text } reason { text } contact { text withheld }
  proposals { title { text } stage }
} }"""
WAITING: Final = "{ challenges(where: {waitingForMe: true}) { nodes { id } } }"


def terms(**told: Any) -> dict[str, Any]:
    """What the city and a company agree."""
    return {
        "title": "雪を使う連携",
        "matters": "雪室の利用を進める。",
        "signatories": [
            {"side": "CITY", "name": "市", "signs": "市長"},
            {"side": "PROPOSER", "name": "北の雪冷熱株式会社"},
        ],
        "duties": [{"party": 1, "role": "場所を貸す。"}, {"party": 2, "role": "雪室を運営する。"}],
        "fields": ["energy"],
        **told,
    }


@pytest.fixture
def aomori(house: House) -> Iterator[CityHall]:
    with city_hall(house, AOMORI) as hall:
        hall.department(WELFARE)
        hall.department(SNOW)
        yield hall


@pytest.fixture
def sapporo(house: House) -> Iterator[CityHall]:
    with city_hall(house, SAPPORO) as hall:
        hall.department(WELFARE)
        hall.department(SNOW)
        yield hall


def officer(hall: CityHall, department: str) -> Somebody:
    return hall.somebody(Role.DEPARTMENT_OFFICER, name=f"{department} 職員", department=department)


def adopted(hall: CityHall, by: Somebody, title: str = "雪室") -> str:
    proposal = hall.in_dialogue(title, WELFARE, by)
    by.does("decideProposal", proposal=proposal, outcome="ADOPTED", reason="実施できる。")
    return proposal


# --- agreements ------------------------------------------------------------------------------------------------------


def test_a_comprehensive_agreement_is_concluded_by_the_desk_and_covers_several_proposals(aomori: CityHall) -> None:
    welfare = officer(aomori, WELFARE)
    proposal, talked_over = adopted(aomori, welfare), aomori.in_dialogue("見守り", WELFARE, welfare)
    parties = [*terms()["signatories"], {"side": "OTHER", "name": "雪の銀行"}]
    agreed = terms(
        fields=["energy", "welfare"], signatories=parties, endsOn=aomori.day(365), renewal="AUTOMATIC", noticeDays=30,
        confidential="設計の数値",
    )  # fmt: skip
    agreement = aomori.clerk.does("draftAgreement", dated=aomori.day(-1), kind="COMPREHENSIVE", terms=agreed)["id"]
    assert agreement in aomori.clerk.waits()
    assert aomori.clerk.is_refused("signAgreement", agreement=agreement) == "WRONG_STAGE"
    aomori.clerk.does("settleAgreement", agreement=agreement)
    assert welfare.is_refused("signAgreement", agreement=agreement) == "NOT_ALLOWED"

    aomori.clerk.does("signAgreement", agreement=agreement)
    for ahead_or_before in (aomori.day(1), aomori.day(-2)):
        told = {"agreement": agreement, "party": 2, "on": ahead_or_before}
        assert aomori.clerk.is_refused("enterAgreementSignature", **told) == "DATE_INVALID"
    signed: dict[str, Any] = {"agreement": agreement, "party": 2, "on": aomori.day(-1)}
    assert aomori.desk.do(aomori.clerk.person, "enterAgreementSignature", **signed)["stage"] == "signing"
    aomori.desk.catch_up()
    shown = aomori.clerk.reads(RECORD, id=agreement)["record"]
    assert (shown["stage"], shown["effectiveOn"], shown["dueOn"]) == ("signing", None, None)
    aomori.clerk.does("enterAgreementSignature", agreement=agreement, party=3)

    aomori.clerk.does("attachAgreement", agreement=agreement, proposal=proposal)
    unsuitable = aomori.clerk.is_refused("attachAgreement", agreement=agreement, proposal=talked_over)
    assert unsuitable == "REFERENCE_UNSUITABLE"
    shown = aomori.clerk.reads(RECORD, id=agreement)["record"]
    today = aomori.today.isoformat()
    assert (shown["stage"], shown["effectiveOn"], shown["dueOn"]) == ("in_effect", today, aomori.day(335))
    assert [each["signedOn"] for each in shown["signatories"]] == [today, aomori.day(-1), today]
    assert (shown["proposals"], shown["about"]) == ([proposal], None)
    assert shown["confidential"] == {"text": "設計の数値", "marks": ["NON_DISCLOSURE"]}
    assert agreement not in aomori.clerk.waits()

    aomori.clerk.does("giveAgreementNotice", agreement=agreement, party=3, reason="店を閉じる。")
    assert aomori.clerk.reads(RECORD, id=agreement)["record"]["dueOn"] == aomori.day(365)


def test_an_agreement_on_one_field_is_concluded_by_the_department_of_its_proposal(aomori: CityHall) -> None:
    welfare, snow = officer(aomori, WELFARE), officer(aomori, SNOW)
    proposal = adopted(aomori, welfare)
    agreement = aomori.clerk.does("draftAgreement", kind="PROJECT", proposal=proposal, terms=terms())["id"]
    assert agreement in welfare.waits()
    assert agreement not in snow.waits()
    assert snow.is_refused("settleAgreement", agreement=agreement) == "OUTSIDE_REMIT"
    welfare.does("settleAgreement", agreement=agreement)
    assert aomori.clerk.is_refused("signAgreement", agreement=agreement) == "NOT_ALLOWED"
    welfare.does("signAgreement", agreement=agreement)
    welfare.does("enterAgreementSignature", agreement=agreement, party=2)
    assert {"__typename": "AgreementRecord", "id": agreement, "stage": "in_effect"} in welfare.sees(proposal)["records"]

    signed = [{"party": 1, "on": aomori.day(0)}, {"party": 2, "on": aomori.day(0)}]
    told: dict[str, Any] = {"terms": terms(matters="二号棟を加える。"), "changes": "二号棟", "reason": "利用が増えた。"}
    assert aomori.clerk.is_refused("amendAgreement", agreement=agreement, signed=signed, **told) == "NOT_ALLOWED"
    assert welfare.is_refused("amendAgreement", agreement=agreement, signed=signed[:1], **told) == "PART_MISSING"
    welfare.does("amendAgreement", agreement=agreement, signed=signed, **told)
    shown = welfare.reads(RECORD, id=agreement)["record"]
    assert (shown["edition"], shown["changes"]) == (2, [{"changes": {"text": "二号棟"}, "inEffect": True}])


def test_where_the_rules_are_silent_desk_and_department_may_conclude(sapporo: CityHall) -> None:
    welfare = officer(sapporo, WELFARE)
    for somebody in (welfare, sapporo.clerk):
        proposal = adopted(sapporo, welfare)
        agreement = welfare.does("draftAgreement", kind="PROJECT", proposal=proposal, terms=terms())["id"]
        welfare.does("settleAgreement", agreement=agreement)
        somebody.does("signAgreement", agreement=agreement)


def test_an_agreement_needs_an_adopted_proposal_or_none(sapporo: CityHall) -> None:
    welfare = officer(sapporo, WELFARE)
    talked_over = sapporo.in_dialogue("見守り", WELFARE, welfare)
    told: dict[str, Any] = {"kind": "MEMORANDUM", "terms": terms()}
    assert welfare.is_refused("draftAgreement", proposal=talked_over, **told) == "REFERENCE_UNSUITABLE"
    assert welfare.does("draftAgreement", **told)["stage"] == "drafted"


# --- surveys ---------------------------------------------------------------------------------------------------------


def survey(hall: CityHall) -> str:
    return str(
        hall.clerk.does(
            "askSurvey", title="課題の照会", text="課題を挙げてください。", dueOn=hall.day(14),
            departments=[hall.departments[WELFARE], hall.departments[SNOW]],
        )["id"]
    )  # fmt: skip


def test_a_survey_waits_for_each_department_until_it_has_answered(sapporo: CityHall) -> None:
    welfare, snow = officer(sapporo, WELFARE), officer(sapporo, SNOW)
    asked, of = survey(sapporo), sapporo.departments
    assert asked in welfare.waits()
    assert asked in snow.waits()
    assert asked not in sapporo.clerk.waits()
    challenge = welfare.does("raiseChallenge", title="見守り", description="担い手", department=of[WELFARE])["id"]
    raised: dict[str, Any] = {
        "survey": asked,
        "department": of[WELFARE],
        "reply": "CHALLENGES",
        "challenges": [challenge],
    }
    assert snow.is_refused("answerSurvey", **raised) == "OUTSIDE_REMIT"
    foreign = {**raised, "department": of[SNOW]}
    assert snow.is_refused("answerSurvey", **foreign) == "PART_UNFITTING"
    welfare.does("answerSurvey", **raised)
    assert asked not in welfare.waits()
    assert asked in snow.waits()
    mine = [each.reads(RECORD, id=asked)["record"]["waitingForMe"] for each in (welfare, snow, sapporo.clerk)]
    assert mine == [False, True, False]
    assert sapporo.clerk.reads(RECORD, id=asked)["record"]["unanswered"] == [{"id": of[SNOW]}]

    sapporo.clerk.does("remindSurvey", survey=asked)
    sapporo.clerk.does("extendSurvey", survey=asked, dueOn=sapporo.day(20), reason="議会のため。")
    none: dict[str, Any] = {"survey": asked, "department": of[SNOW], "reply": "NONE"}
    snow.does("answerSurvey", **none, note="該当なし。")
    assert asked not in snow.waits()
    assert asked in sapporo.clerk.waits()
    welfare.does("answerSurvey", survey=asked, department=of[WELFARE], reply="NONE")
    shown = sapporo.clerk.reads(RECORD, id=asked)["record"]
    assert (shown["dueOn"], shown["reminders"]) == (sapporo.day(20), [sapporo.day(0)])
    assert [(each["department"]["id"], each["reply"], each["challenges"]) for each in shown["answers"]] == [
        (of[SNOW], "NONE", []),
        (of[WELFARE], "NONE", []),
    ]
    sapporo.clerk.does("closeSurvey", survey=asked)
    assert snow.is_refused("answerSurvey", **none) == "WRONG_STAGE"
    shown = sapporo.clerk.reads(RECORD, id=asked)["record"]
    assert (shown["dueOn"], shown["until"]) == (None, sapporo.day(20))


def test_the_successor_of_a_department_answers_for_it(sapporo: CityHall) -> None:
    asked, old, new = survey(sapporo), sapporo.departments[SNOW], sapporo.department("雪と道路の課")
    sapporo.administrator.does("abolishDepartment", department=old, successors=[new], validFrom=sapporo.day(0))
    heir = officer(sapporo, "雪と道路の課")
    assert asked in heir.waits()
    challenge = heir.does("raiseChallenge", title="除雪", description="担い手", department=new)["id"]
    heir.does("answerSurvey", survey=asked, department=old, reply="CHALLENGES", challenges=[challenge])
    assert asked not in heir.waits()


# --- challenges ------------------------------------------------------------------------------------------------------


def waiting(somebody: Somebody) -> list[str]:
    return [node["id"] for node in somebody.reads(WAITING)["challenges"]["nodes"]]


def test_a_challenge_goes_back_to_its_department_and_is_published_revised_and_extended(sapporo: CityHall) -> None:
    welfare, snow = officer(sapporo, WELFARE), officer(sapporo, SNOW)
    told: dict[str, Any] = {
        "title": "見守り",
        "description": "冬に外出が減る。",
        "planFields": ["area_safety", "area_community"],
    }
    challenge = welfare.does("raiseChallenge", department=sapporo.departments[WELFARE], **told)["id"]
    assert waiting(sapporo.clerk) == [challenge]
    sapporo.clerk.does("reviewChallenge", challenge=challenge, verdict="RETURNED", reason="数字を足してください。")
    assert (waiting(sapporo.clerk), waiting(welfare), waiting(snow)) == ([], [challenge], [])
    assert sapporo.clerk.is_refused("publishChallenge", challenge=challenge, **words("見守り")) == "WRONG_STAGE"
    assert snow.is_refused("editChallenge", challenge=challenge, **told) == "OUTSIDE_REMIT"
    welfare.does("editChallenge", challenge=challenge, **told)
    welfare.does("nameChallengeContact", challenge=challenge, contact="福祉政策課 佐藤 内線1234")
    sapporo.clerk.does("reviewChallenge", challenge=challenge, verdict="ACCEPTED")
    assert waiting(sapporo.clerk) == [challenge]
    sapporo.clerk.does("publishChallenge", challenge=challenge, dueOn=sapporo.day(30), **words("見守り"))
    assert waiting(sapporo.clerk) == []

    sapporo.clerk.does("reviseChallenge", challenge=challenge, note="対象を広げた。", **words("広い見守り"))
    sapporo.clerk.does("extendChallenge", challenge=challenge, dueOn=sapporo.day(60), reason="問合せが多い。")
    shown = welfare.reads(CHALLENGE, id=challenge)["challenge"]
    assert (shown["title"]["text"], shown["dueOn"]) == ("広い見守り", sapporo.day(60))
    assert shown["contact"] == {"text": None, "withheld": True}
    assert sapporo.clerk.reads(CHALLENGE, id=challenge)["challenge"]["contact"]["text"] == "福祉政策課 佐藤 内線1234"

    ((public,),) = sapporo.desk.house.sql("select row_to_json(c)::text from commons.challenges c")
    assert "広い見守り" in public
    assert "問合せが多い。" in public
    assert sapporo.day(60) in public
    assert "内線" not in public


def words(title: str) -> dict[str, Any]:
    return {"title": title, "description": "見守りの仲間を求めます。", "conditions": "市内", "cityOffers": "会場"}


def test_a_challenge_shows_who_answered_it(sapporo: CityHall) -> None:
    welfare = officer(sapporo, WELFARE)
    challenge = welfare.does("raiseChallenge", title="見守り", description="冬に外出が減る。")["id"]
    sapporo.clerk.does("publishChallenge", challenge=challenge, **words("見守り"))
    for title in ("電球の見守り", "配食の見守り"):
        sapporo.clerk.does("receiveProposal", **sapporo.offer(title, kind="themed", challenge=challenge))
    sapporo.clerk.does("receiveProposal", **sapporo.offer("雪室"))
    shown = welfare.reads(CHALLENGE, id=challenge)["challenge"]
    assert [each["title"]["text"] for each in shown["proposals"]] == ["電球の見守り", "配食の見守り"]
    staff = sapporo.somebody(Role.STAFF, name="庁内職員")
    refused = sapporo.desk.post(staff.person, CHALLENGE, id=challenge).json()
    assert refused["errors"][0]["extensions"]["code"] == "NOT_ALLOWED"
