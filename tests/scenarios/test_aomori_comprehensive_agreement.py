"""青森: a comprehensive agreement across fields, coordinated and concluded by the desk, over several projects."""

from typing import Any

from tenants.members import Role
from tests.conftest import AOMORI, House
from tests.scenarios.city_hall import CityHall, Somebody, city_hall

WELFARE, CULTURE = "福祉政策課", "文化学習活動推進課"
PARTIES = [
    {"side": "CITY", "name": "青森市", "signs": "市長"},
    {"side": "OTHER", "name": "陸奥第一銀行", "signs": "頭取"},
    {"side": "OTHER", "name": "陸奥第二銀行", "signs": "頭取"},
]


def terms(hall: CityHall, **told: Any) -> dict[str, Any]:
    return {
        "title": "地域の活力に関する包括連携協定", "matters": "寄附の紹介、見守り、文化の継承の三つで協力する。",
        "signatories": PARTIES, "fields": ["economy", "welfare", "culture"], "beginsOn": hall.day(-360),
        "endsOn": hall.day(6), "renewal": "AUTOMATIC", "noticeDays": 3,
        "duties": [{"party": 1, "role": "事業を紹介する。"}, {"party": 2, "role": "寄附を取り次ぐ。"}],
        "goals": ["三年で寄附を倍にする。"], **told,
    }  # fmt: skip


def test_the_desk_concludes_it_and_departments_carry_out_their_projects_under_it(house: House) -> None:
    with city_hall(house, AOMORI) as hall:
        officers = [officer(hall, name) for name in (WELFARE, CULTURE)]
        agreement = the_desk_coordinates_and_concludes_it(hall, officers[0])
        projects_of_two_departments_are_covered(hall, agreement, officers)
        it_does_not_go_on_while_notice_may_be_given(hall, agreement)
        it_is_amended_by_all_its_parties(hall, agreement, officers[0])
        it_goes_on_by_itself_then_by_agreement_and_ends(hall, agreement)


def officer(hall: CityHall, department: str) -> Somebody:
    hall.department(department)
    return hall.somebody(Role.DEPARTMENT_OFFICER, name=f"{department} 職員", department=department)


def the_desk_coordinates_and_concludes_it(hall: CityHall, welfare: Somebody) -> str:
    """One field is no comprehensive agreement; a department does not sign it; it holds when the last has signed."""
    narrow = terms(hall, fields=["welfare"])
    assert hall.clerk.is_refused("draftAgreement", kind="COMPREHENSIVE", terms=narrow) == "PART_MISSING"
    agreement: str = hall.clerk.does("draftAgreement", dated=hall.day(-1), kind="COMPREHENSIVE", terms=terms(hall))[
        "id"
    ]
    here = {"agreement": agreement}
    assert agreement in hall.clerk.waits()
    hall.clerk.does("changeAgreement", **here, terms=terms(hall, goals=["寄附を増やす。"]), changes="目標を見直した。")
    hall.clerk.does("settleAgreement", **here)
    assert welfare.is_refused("signAgreement", **here) == "NOT_ALLOWED"
    for party in (2, 3):
        hall.clerk.does("enterAgreementSignature", **here, party=party, on=hall.day(-1))
    assert hall.clerk.opens("agreement", agreement)["stage"] == "signing"
    hall.clerk.does("signAgreement", **here)
    page = welfare.opens("agreement", agreement)
    assert (page["stage"], page["effectiveOn"], page["dueOn"]) == ("in_effect", hall.day(0), hall.day(3))
    assert [(each["name"], each["signedOn"]) for each in page["signatories"]] == [
        ("青森市", hall.day(0)), ("陸奥第一銀行", hall.day(-1)), ("陸奥第二銀行", hall.day(-1))
    ]  # fmt: skip
    return agreement


def projects_of_two_departments_are_covered(hall: CityHall, agreement: str, officers: list[Somebody]) -> None:
    """Each was adopted by its own department; what is still talked over is not carried out under it."""
    here, covered = {"agreement": agreement}, []
    for department, somebody, title in zip((WELFARE, CULTURE), officers, ("窓口での見守り", "祭りの基金"), strict=True):
        proposal = hall.in_dialogue(title, department, somebody)
        assert hall.clerk.is_refused("attachAgreement", **here, proposal=proposal) == "REFERENCE_UNSUITABLE"
        somebody.does("decideProposal", proposal=proposal, outcome="ADOPTED", reason="協定の事項に沿う。")
        hall.clerk.does("attachAgreement", **here, proposal=proposal)
        begun = {"department": hall.departments[department], "title": title, "proposal": proposal}
        somebody.does("beginProject", **begun, track="partnership")
        covered.append(proposal)
        assert {each["__typename"] for each in somebody.sees(proposal)["records"]} == {
            "AgreementRecord",
            "ProjectRecord",
        }
    assert hall.clerk.opens("agreement", agreement)["proposals"] == covered
    third = hall.adopted("誤って加えた案件", WELFARE, officers[0])
    hall.clerk.does("attachAgreement", **here, proposal=third)
    hall.clerk.does("detachAgreement", **here, proposal=third, reason="協定の事項に当たらない。")
    assert hall.clerk.opens("agreement", agreement)["proposals"] == covered


def it_does_not_go_on_while_notice_may_be_given(hall: CityHall, agreement: str) -> None:
    """Until three days before its end a party may still say that it will not go on."""
    renew: dict[str, Any] = {"agreement": agreement, "how": "AUTOMATIC", "endsOn": hall.day(373)}
    assert hall.clerk.is_refused("renewAgreement", **renew) == "PART_UNFITTING"


def it_is_amended_by_all_its_parties(hall: CityHall, agreement: str, welfare: Somebody) -> None:
    """A fourth field, and a week to give notice: every party signs the new version."""
    fields = ["economy", "welfare", "culture", "education"]
    wider = terms(hall, fields=fields, matters="四つで協力する。", noticeDays=7)
    told: dict[str, Any] = {
        "agreement": agreement,
        "terms": wider,
        "changes": "学びを加えた。",
        "reason": "要望が多い。",
    }
    signed = [{"party": party, "on": hall.day(-1)} for party in (1, 2, 3)]
    assert hall.clerk.is_refused("amendAgreement", **told, signed=signed[:2]) == "PART_MISSING"
    assert welfare.is_refused("amendAgreement", **told, signed=signed) == "NOT_ALLOWED"
    hall.clerk.does("amendAgreement", **told, signed=signed)
    page = hall.clerk.opens("agreement", agreement)
    assert (page["edition"], page["fields"][-1], page["matters"]) == (3, "education", "四つで協力する。")
    assert [(each["changes"], each["inEffect"]) for each in page["changes"]] == [
        ("目標を見直した。", False),
        ("学びを加えた。", True),
    ]


def it_goes_on_by_itself_then_by_agreement_and_ends(hall: CityHall, agreement: str) -> None:
    """Nobody gave notice in time: as long again as at first. Then one does, and they agree on a last half year."""
    here = {"agreement": agreement}
    assert hall.clerk.is_refused("renewAgreement", **here, how="AUTOMATIC", endsOn=hall.day(735)) == "DATE_INVALID"
    hall.clerk.does("renewAgreement", **here, how="AUTOMATIC", endsOn=hall.day(373))
    hall.clerk.does("giveAgreementNotice", **here, party=3, reason="合併のため。")
    assert hall.clerk.is_refused("renewAgreement", **here, how="AUTOMATIC", endsOn=hall.day(735)) == "PART_UNFITTING"
    hall.clerk.does("renewAgreement", **here, how="BY_AGREEMENT", endsOn=hall.day(550), note="引継ぎの間。")
    page = hall.clerk.opens("agreement", agreement)
    assert (page["renewals"], page["renewedHow"], page["endsOn"]) == (2, "BY_AGREEMENT", hall.day(550))
    assert hall.clerk.is_refused("endAgreement", **here, how="EXPIRED", reason="満了。") == "DATE_INVALID"
    hall.clerk.does("endAgreement", **here, how="BY_CONSENT", reason="合併により新しい協定を結ぶ。")
    page = hall.clerk.opens("agreement", agreement)
    assert (page["stage"], page["endedHow"], page["endedOn"], page["dueOn"]) == (
        "ended",
        "BY_CONSENT",
        hall.day(0),
        None,
    )
    assert agreement not in hall.clerk.waits()
