"""What everybody was shown by mistake, or was told had ended, is put right: outside at once, inside with the reason."""

from collections.abc import Iterator
from typing import Any

import pytest

from tenants.members import Role
from tests.conftest import SAPPORO, House
from tests.scenarios.city_hall import CityHall, Somebody, city_hall
from tests.scenarios.pages import page, texts

SNOW = "雪対策課"
NUMBERS = """query ($city: String!) { city(code: $city) { statistics {
  openCases closedCases openChallenges closedChallenges } } }"""
HISTORY = "history { type summary }"
FOUND = """query ($text: String!) { cases(where: {text: $text}) { nodes { id } }
  challenges(where: {text: $text}) { nodes { id } } }"""
INSIDE = {
    "challenge": "stage title { text } description { text } publicId publishedAt dueOn result"
    " note { text } reason { text } waitingFor",
    "case": "stage title { text } publicId",
}
WRONG = "誤って進めた。"


@pytest.fixture(scope="module")
def hall(module_house: House) -> Iterator[CityHall]:
    with city_hall(module_house, SAPPORO) as hall:
        hall.department(SNOW)
        yield hall


@pytest.fixture(scope="module")
def officer(hall: CityHall) -> Somebody:
    return hall.somebody(Role.DEPARTMENT_OFFICER, name="雪 次郎", department=SNOW)


@pytest.fixture(scope="module")
def staff(hall: CityHall) -> Somebody:
    return hall.somebody(Role.STAFF, name="市 三郎")


def inside(somebody: Somebody, kind: str, record: str) -> Any:
    """What the city's own people read of it."""
    query = f"query ($id: UUID!) {{ it: {kind}(id: $id) {{ {INSIDE[kind]} }} }}"
    return texts(somebody.reads(query, id=record)["it"])


def outside(hall: CityHall, kind: str, public_id: str) -> Any:
    """What everybody reads at the id outside, and what happened in public; none where nothing is shown."""
    it = f"{hall.city}-{public_id}"
    found = hall.public(page(kind, kind.capitalize(), "public"), id=it)["it"]
    if found is None or kind in {"notice", "gathering"}:
        return found
    query = f"query ($id: ID!) {{ {kind}(id: $id) {{ {HISTORY} }} }}"
    return {**found, "history": hall.public(query, id=it)[kind]["history"]}


def found(hall: CityHall, text: str) -> list[str]:
    """What everybody finds by a word."""
    answer = hall.public(FOUND, text=text)
    return [each["id"] for part in answer.values() for each in part["nodes"]]


def published(hall: CityHall, word: str) -> tuple[str, str]:
    """A challenge that everybody reads: its id inside, and outside."""
    raised = hall.clerk.does("raiseChallenge", challenge=hall.new(), title=f"{word}の悩み", description="庁内の言葉。")[
        "id"
    ]
    told = {"title": f"{word}の募集", "description": f"{word}の仲間を求めます。", "dueOn": hall.day(60)}
    hall.clerk.does("publishChallenge", challenge=raised, **told)
    return raised, inside(hall.clerk, "challenge", raised)["publicId"]


def case(word: str) -> dict[str, Any]:
    return {"title": f"{word}の協定", "summary": f"{word}に取り組んだ。", "method": "agreement", "partners": []}


def test_a_challenge_was_published_by_mistake_and_nobody_outside_finds_it_any_more(
    hall: CityHall, staff: Somebody
) -> None:
    before = hall.public(NUMBERS, city=hall.city)
    mistaken, public_id = published(hall, "橇")
    offer = hall.clerk.does("receiveProposal", **hall.offer("橇の提案", challenge=mistaken))["id"]
    assert outside(hall, "challenge", public_id)["title"] == "橇の募集"
    assert found(hall, "橇") == [f"{hall.city}-{public_id}"]
    assert inside(staff, "challenge", mistaken)["title"] == "橇の募集"

    back = {"challenge": mistaken, "to": "RAISED", "reason": "別の課題を公表してしまった。"}
    hall.clerk.does("correctChallengeStep", **back)
    assert outside(hall, "challenge", public_id) is None
    assert found(hall, "橇") == []
    assert hall.public(NUMBERS, city=hall.city) == before
    assert inside(staff, "challenge", mistaken) is None
    assert mistaken not in {
        each["id"] for each in staff.reads("{ challenges { nodes { id } } }")["challenges"]["nodes"]
    }
    row = inside(hall.clerk, "challenge", mistaken)
    assert (row["stage"], row["title"], row["description"]) == ("RAISED", "橇の悩み", "庁内の言葉。")
    assert (row["publicId"], row["publishedAt"], row["dueOn"]) == (None, None, None)
    late = hall.offer("遅れた提案", challenge=mistaken)
    assert hall.clerk.is_refused("receiveProposal", **late) == "REFERENCE_UNSUITABLE"
    assert hall.clerk.sees(offer)["stage"] == "RECEIVED"

    hall.clerk.does("publishChallenge", challenge=mistaken, title="雪橇の募集", description="直した言葉。")
    again = outside(hall, "challenge", public_id)
    assert (again["title"], [each["type"] for each in again["history"]]) == ("雪橇の募集", ["PUBLISHED"])
    assert found(hall, "仲間") == []


def test_a_challenge_was_closed_by_mistake_and_takes_answers_again(hall: CityHall) -> None:
    here, public_id = published(hall, "灯油")
    hall.clerk.does("closeChallenge", challenge=here, result="ANSWERED", note="一件の応募があった。")
    assert outside(hall, "challenge", public_id)["status"] == "CLOSED"
    hall.clerk.does("correctChallengeStep", challenge=here, to="PUBLISHED", reason="別の課題の終了だった。")
    shown = outside(hall, "challenge", public_id)
    assert (shown["status"], shown["result"], shown["dueOn"]) == ("OPEN", None, hall.day(60))
    assert [(each["type"], each["summary"]) for each in shown["history"]] == [
        ("PUBLISHED", None),
        ("CLOSED", "一件の応募があった。"),
        ("REVISED", None),
    ]
    assert "別の課題" not in str(shown)
    row = inside(hall.clerk, "challenge", here)
    assert (row["stage"], row["result"], row["note"]) == ("PUBLISHED", None, None)
    hall.clerk.does("receiveProposal", **hall.offer("応募", challenge=here))
    hall.clerk.does("closeChallenge", challenge=here, result="UNANSWERED", note="終わり。")


def test_a_challenge_was_accepted_by_mistake(hall: CityHall) -> None:
    raised = hall.clerk.does("raiseChallenge", challenge=hall.new(), title="屋根", description="雪下ろし。")["id"]
    hall.clerk.does("reviewChallenge", challenge=raised, verdict="ACCEPTED", reason="よい。")
    never = {"challenge": raised, "to": "PUBLISHED", "reason": WRONG}
    assert hall.clerk.is_refused("correctChallengeStep", **never) == "NEVER_STOOD_THERE"
    hall.clerk.does("correctChallengeStep", challenge=raised, to="RAISED", reason=WRONG)
    row = inside(hall.clerk, "challenge", raised)
    assert (row["stage"], row["reason"], row["waitingFor"]) == ("RAISED", None, "DESK_OFFICER")
    hall.clerk.does("reviewChallenge", challenge=raised, verdict="ACCEPTED")


def test_a_partner_does_not_agree_and_the_case_is_shown_to_nobody_until_it_does(
    hall: CityHall, staff: Somebody
) -> None:
    before = hall.public(NUMBERS, city=hall.city)
    shown = hall.clerk.does("publishCase", case=hall.new(), content=case("温泉"))["id"]
    public_id = inside(hall.clerk, "case", shown)["publicId"]
    hall.clerk.does("reviseCase", case=shown, content=case("温泉熱"), note="言葉を直した。")
    hall.clerk.does("closeCase", case=shown, note="終わった。")
    assert outside(hall, "case", public_id)["status"] == "CLOSED"

    gone = hall.clerk.does("withdrawCase", case=shown, reason="連携先が公開に同意していなかった。")
    assert gone["stage"] == "WITHDRAWN"
    assert outside(hall, "case", public_id) is None
    assert found(hall, "温泉") == []
    assert hall.public(NUMBERS, city=hall.city) == before
    assert inside(staff, "case", shown) is None
    assert staff.reads("{ cases { nodes { id } } }") == {"cases": {"nodes": []}}
    assert inside(hall.clerk, "case", shown)["stage"] == "WITHDRAWN"
    assert hall.clerk.is_refused("reviseCase", case=shown, content=case("湯"), note="直した。") == "WRONG_STAGE"

    again = {**case("地熱"), "partners": [{"name": "見本電力株式会社", "participant": False}]}
    hall.clerk.does("showCaseAgain", case=shown, content=again)
    told = outside(hall, "case", public_id)
    assert (told["title"], told["status"], told["partners"]) == (
        "地熱の協定",
        "CLOSED",
        [{"name": "見本電力株式会社", "participant": False}],
    )
    assert told["history"] == [{"type": "PUBLISHED", "summary": None}]
    assert (found(hall, "温泉"), found(hall, "地熱")) == ([], [f"{hall.city}-{public_id}"])
    assert inside(staff, "case", shown)["title"] == "地熱の協定"

    hall.clerk.does("correctCaseStep", case=shown, to="OPEN", reason="まだ続いていた。")
    told = outside(hall, "case", public_id)
    assert (told["status"], [each["type"] for each in told["history"]]) == ("OPEN", ["PUBLISHED", "REVISED"])
    assert "まだ続いていた" not in str(told)


@pytest.mark.parametrize("step", ["holdGathering", "cancelGathering"])
def test_a_gathering_was_held_or_cancelled_in_the_wrong_entry(hall: CityHall, step: str) -> None:
    plan: dict[str, Any] = {
        "title": "交流会",
        "description": "語る会。",
        "on": hall.day(0),
        "capacity": 2,
        "reach": "PUBLIC",
    }
    fair = hall.clerk.does("announceGathering", gathering=hall.new(), **plan)["id"]
    hall.clerk.does("registerGatheringMember", gathering=fair)
    before, public_id = hall.clerk.opens("gathering", fair), hall.clerk.opens("gathering", fair)["publicId"]
    wrong = {"present": 41, "note": "盛況。"} if step == "holdGathering" else {"reason": "大雪のため。"}
    hall.clerk.does(step, gathering=fair, **wrong)
    assert outside(hall, "gathering", public_id)["status"] in {"HELD", "CANCELLED"}

    hall.clerk.does("correctGatheringStep", gathering=fair, to="ANNOUNCED", reason="別の催しだった。")
    shown, after = outside(hall, "gathering", public_id), hall.clerk.opens("gathering", fair)
    assert (shown["status"], shown["reason"], shown["on"]) == ("ANNOUNCED", None, hall.day(0))
    moved = {"version", "position", "updatedAt"}
    assert {name: value for name, value in after.items() if name not in moved} == {
        name: value for name, value in before.items() if name not in moved
    }
    hall.clerk.does("holdGathering", gathering=fair, present=3)


def test_a_notice_was_withdrawn_by_mistake_and_is_published_anew_at_its_address(hall: CityHall) -> None:
    words = {"title": "窓口の案内", "text": "平日に受け付けます。"}
    told = hall.clerk.does("draftNotice", notice=hall.new(), topic="NEWS", **words)["id"]
    hall.clerk.does("publishNotice", notice=told, reach="PUBLIC", shownUntil=hall.day(9), **words)
    public_id = hall.clerk.opens("notice", told)["publicId"]
    hall.clerk.does("withdrawNotice", notice=told, reason="古くなった。")
    shown = {"notice": told, "to": "PUBLISHED", "reason": WRONG}
    assert hall.clerk.is_refused("correctNoticeStep", **shown) == "NEVER_STOOD_THERE"
    hall.clerk.does("correctNoticeStep", **{**shown, "to": "DRAFTED"})
    row = hall.clerk.opens("notice", told)
    assert (row["stage"], row["reach"], row["shownUntil"], row["publicId"]) == ("drafted", None, None, None)
    assert row["reason"] is None
    assert told in hall.clerk.waits()
    assert outside(hall, "notice", public_id) is None
    hall.clerk.does("publishNotice", notice=told, reach="PUBLIC", **words)
    assert outside(hall, "notice", public_id)["text"] == "平日に受け付けます。"


def invited(hall: CityHall, title: str) -> tuple[str, str]:
    """A screened proposal, and the dialogue about it to which a department is invited."""
    proposal = hall.clerk.does("receiveProposal", **hall.offer(title))["id"]
    hall.clerk.does("screenProposal", proposal=proposal, reason="役立つ。")
    asked = {"dialogue": hall.new(), "proposal": proposal, "department": hall.departments[SNOW]}
    told = {"title": "融雪", "request": "検討を。", "answerBy": hall.day(7)}
    return proposal, hall.clerk.does("inviteDialogue", **asked, **told)["id"]


def open_dialogues(hall: CityHall, proposal: str) -> list[bool]:
    return [each["open"] for each in hall.clerk.sees(proposal)["proceedings"] if each["proceeding"] == "DIALOGUE"]


def test_a_department_turned_the_wrong_dialogue_down(hall: CityHall, officer: Somebody) -> None:
    proposal, dialogue = invited(hall, "歩道の融雪")
    officer.does("turnDialogueDown", dialogue=dialogue, reason="所管しない。")
    assert open_dialogues(hall, proposal) == [False]
    back = {"dialogue": dialogue, "to": "INVITED", "reason": "別の招請への辞退だった。"}
    assert hall.clerk.is_refused("correctDialogueStep", **back) == "NOT_ALLOWED"
    officer.does("correctDialogueStep", **back)
    row = officer.opens("dialogue", dialogue)
    assert (row["stage"], row["reason"], row["dueOn"]) == ("invited", None, hall.day(7))
    assert dialogue in officer.waits()
    assert open_dialogues(hall, proposal) == [True]
    officer.does("acceptDialogue", dialogue=dialogue)


def test_the_desk_recalled_the_wrong_invitation(hall: CityHall, officer: Somebody) -> None:
    proposal, dialogue = invited(hall, "屋根の融雪")
    hall.clerk.does("recallDialogue", dialogue=dialogue, reason="別の課が担当する。")
    back = {"dialogue": dialogue, "to": "INVITED", "reason": "別の招請だった。"}
    assert officer.is_refused("correctDialogueStep", **back) == "NOT_ALLOWED"
    hall.clerk.does("correctDialogueStep", **back)
    assert open_dialogues(hall, proposal) == [True]
    assert dialogue in officer.waits()


def test_nobody_is_invited_again_about_a_proposal_that_was_decided_since(hall: CityHall, officer: Somebody) -> None:
    proposal, dialogue = invited(hall, "車道の融雪")
    hall.clerk.does("recallDialogue", dialogue=dialogue, reason="別の課が担当する。")
    hall.clerk.does("refuseProposal", proposal=proposal, ground="CONDITIONS_NOT_MET", reason="対象外。")
    back = {"dialogue": dialogue, "to": "INVITED", "reason": "別の招請だった。"}
    assert hall.clerk.is_refused("correctDialogueStep", **back) == "REFERENCE_UNSUITABLE"
    assert open_dialogues(hall, proposal) == [False]
    assert dialogue not in officer.waits()
