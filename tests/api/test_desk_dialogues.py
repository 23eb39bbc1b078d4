"""Dialogues and sessions over HTTP: from the proposal to everything about it, and whose turn it is."""

from typing import Any
from uuid import UUID, uuid4

from tenants.members import Role
from tests.api.desk_at_work import DeskAtWork, Person, offer
from tests.conftest import AOMORI, SAPPORO

RECORDS = """query ($id: UUID!, $position: Position) { proposal(id: $id, atLeast: $position) { records {
  kind stage dueOn sample waitingForMe called { text }
  ... on DialogueRecord {
    department { id } request { text } answerBy answeredOn
    meetings { state on time { text } place { text } members { name } visitors { text } minutes { text withheld }
               shared { text } nextStep { text } reason { text } }
    messages { sender member { name } text { text audience } }
    notes { on text { text withheld } }
    disclosures { what { text marks } recipient { text } condition { text } member { name } }
    resources { party asset description { text } }
    goals { description { text } measure { text } target { text } by }
    costs { bearer description { text } yen }
    scheme { text } method planFields alignment { text } ending reason { text }
  }
  ... on SessionRecord {
    on form place { text } members { name } minutes { text withheld } summary { text }
    items { item proposal question { text } state result manner reason { text }
            recusals { member { name } note { text withheld } }
            ballots { member { name } vote opinion { text withheld } } }
  }
} } }"""


def screened(desk: DeskAtWork, officer: Person) -> str:
    proposal: str = desk.do(officer, "receiveProposal", **offer(desk, officer))["id"]
    desk.do(officer, "screenProposal", proposal=proposal, reason="有用")
    return proposal


def granted(desk: DeskAtWork, person: Person, mutation: str, /, **told: Any) -> Any:
    answer = desk.do(person, mutation, **told)
    assert answer["__typename"] == "RecordRecorded", answer
    return answer


def records(desk: DeskAtWork, person: Person, proposal: str) -> list[Any]:
    desk.catch_up()
    found: list[Any] = desk.ask(person, RECORDS, id=proposal)["proposal"]["records"]
    return found


def texts(value: Any) -> Any:
    """The same with the words in place of what stands beside them."""
    if isinstance(value, list):
        return [texts(each) for each in value]
    if isinstance(value, dict):
        return value["text"] if set(value) == {"text"} else {name: texts(each) for name, each in value.items()}
    return value


def test_a_dialogue_from_the_invitation_to_its_end(desk: DeskAtWork) -> None:
    parks = desk.house.department(SAPPORO)
    sato = desk.person(SAPPORO, Role.DESK_OFFICER, name="佐藤")
    tanaka = desk.person(SAPPORO, Role.DEPARTMENT_OFFICER, name="田中", department=parks)
    proposal, today = screened(desk, sato), desk.house.tenancy.today().isoformat()
    asked = granted(
        desk, sato, "inviteDialogue", proposal=proposal, department=str(parks), title="見守り", request="検討を",
        answerBy=today,
    )  # fmt: skip
    here: dict[str, Any] = {"dialogue": asked["id"]}
    (seen,) = records(desk, tanaka, proposal)
    assert (seen["stage"], seen["dueOn"], seen["waitingForMe"], seen["answerBy"]) == ("invited", today, True, today)

    granted(desk, tanaka, "acceptDialogue", **here)
    meeting = str(uuid4())
    granted(
        desk, tanaka, "arrangeDialogueMeeting", **here, meeting=meeting, on=today, place="本庁舎", time="14時",
        members=[str(tanaka.member.id)], visitors=["山田"],
    )  # fmt: skip
    (seen,) = records(desk, tanaka, proposal)
    assert (seen["stage"], seen["dueOn"], seen["answeredOn"]) == ("in_dialogue", today, today)
    granted(
        desk, tanaka, "recordDialogueMeeting", **here, meeting=meeting, minutes="費用を話した。", shared="来月また。",
        nextStep="場所を選ぶ。",
    )  # fmt: skip
    granted(desk, tanaka, "recordDialogueMeeting", **here, minutes="電話で確かめた。")
    granted(desk, sato, "sendDialogueMessage", **here, text="資料です。")
    granted(desk, sato, "enterDialogueMessage", **here, text="届きました。")
    granted(desk, sato, "noteDialogue", **here, text="窓口だけの覚え。", readBy="DESK")
    granted(desk, tanaka, "noteDialogue", **here, text="担当課の覚え。")
    granted(desk, tanaka, "discloseDialogue", **here, what="利用者数", recipient="山田", condition="外に出さない。")
    for yen in (200_000, 300_000):
        cost = {"bearer": "PARTNER", "description": "機器", "yen": yen}
        granted(desk, tanaka, "recordDialogueCosts", **here, costs=[cost])
    offered = {"party": "CITY", "asset": "KOTO", "description": "祭りの場"}
    granted(desk, tanaka, "recordDialogueResources", **here, resources=[offered])
    goal = {"description": "止まらない", "measure": "停止時間", "target": "半減", "by": "2027-03-31"}
    granted(desk, tanaka, "recordDialogueGoals", **here, goals=[goal])
    granted(desk, tanaka, "recordDialogueScheme", **here, scheme="三つの公園で試す。", method="agreement")
    granted(desk, tanaka, "alignDialogueWithPlans", **here, planFields=["area_community"], alignment="公園の質")
    granted(desk, tanaka, "endDialogue", **here, ending="READY_TO_DECIDE", reason="まとまった。")

    (seen,) = texts(records(desk, tanaka, proposal))
    assert (seen["stage"], seen["dueOn"], seen["waitingForMe"]) == ("closed", None, False)
    first, second = seen["meetings"]
    assert first["minutes"] == {"text": "費用を話した。", "withheld": False}
    assert {name: first[name] for name in ("state", "on", "time", "place", "members", "visitors", "shared")} == {
        "state": "HELD", "on": today, "time": "14時", "place": "本庁舎", "members": [{"name": "田中"}],
        "visitors": ["山田"], "shared": "来月また。",
    }  # fmt: skip
    assert (second["state"], second["place"], second["minutes"]["text"]) == ("HELD", None, "電話で確かめた。")
    assert [(each["sender"], each["text"]["text"]) for each in seen["messages"]] == [
        ("CITY", "資料です。"),
        ("PARTNER", "届きました。"),
    ]
    assert [each["text"] for each in seen["notes"]] == [
        {"text": None, "withheld": True},
        {"text": "担当課の覚え。", "withheld": False},
    ]
    assert seen["disclosures"] == [
        {
            "what": {"text": "利用者数", "marks": ["NON_DISCLOSURE"]}, "recipient": "山田",
            "condition": "外に出さない。", "member": {"name": "田中"},
        }
    ]  # fmt: skip
    assert seen["costs"] == [{"bearer": "PARTNER", "description": "機器", "yen": 300_000}]
    assert seen["resources"] == [offered]
    assert seen["goals"] == [goal]
    assert (seen["scheme"], seen["method"], seen["planFields"]) == (
        "三つの公園で試す。",
        "agreement",
        ["area_community"],
    )
    assert (seen["ending"], seen["reason"]) == ("READY_TO_DECIDE", "まとまった。")
    (at_desk,) = records(desk, sato, proposal)
    assert at_desk["notes"][0]["text"]["text"] == "窓口だけの覚え。"


WAITING = "{ records(where: {waitingForMe: true, kinds: [DIALOGUE]}) { nodes { id waitingForMe } } }"


def test_an_open_dialogue_waits_for_the_department_that_succeeds(desk: DeskAtWork) -> None:
    parks, heir, other = (desk.house.department(SAPPORO) for _ in range(3))
    sato = desk.person(SAPPORO, Role.DESK_OFFICER, Role.CITY_ADMINISTRATOR)
    proposal, dialogues = screened(desk, sato), []
    for accepted in (True, False):
        told = {"proposal": proposal, "department": str(parks), "title": "見守り", "request": "検討を"}
        dialogues.append(granted(desk, sato, "inviteDialogue", **told)["id"])
        if accepted:
            tanaka = desk.person(SAPPORO, Role.DEPARTMENT_OFFICER, department=parks)
            granted(desk, tanaka, "acceptDialogue", dialogue=dialogues[0])
    newcomer = desk.person(SAPPORO, Role.DEPARTMENT_OFFICER, department=heir)
    stranger = desk.person(SAPPORO, Role.DEPARTMENT_OFFICER, department=other)
    desk.catch_up()
    assert desk.ask(newcomer, WAITING)["records"]["nodes"] == []
    ended = {"department": str(parks), "successors": [str(heir)]}
    today = desk.house.tenancy.today().isoformat()
    assert "code" not in desk.do(sato, "abolishDepartment", **ended, validFrom=today)
    desk.catch_up()
    waits = desk.ask(newcomer, WAITING)["records"]["nodes"]
    assert {each["id"] for each in waits} == set(dialogues)
    assert all(each["waitingForMe"] for each in waits)
    assert desk.ask(stranger, WAITING)["records"]["nodes"] == []
    granted(desk, newcomer, "acceptDialogue", dialogue=dialogues[1])
    assert {UUID(each["department"]["id"]) for each in records(desk, newcomer, proposal)} == {parks}


def test_a_session_is_found_from_each_proposal_on_its_agenda(desk: DeskAtWork) -> None:
    sato = desk.person(SAPPORO, Role.DESK_OFFICER, name="佐藤")
    suzuki = desk.person(SAPPORO, Role.COUNCIL_MEMBER, name="鈴木")
    takahashi = desk.person(SAPPORO, Role.COUNCIL_MEMBER, name="高橋")
    tanaka = desk.person(SAPPORO, Role.DEPARTMENT_OFFICER, name="田中")
    proposals, today = [screened(desk, sato) for _ in range(3)], desk.house.tenancy.today().isoformat()
    here: dict[str, Any] = {"session": granted(desk, sato, "conveneSession", title="本部会議", on=today)["id"]}
    items = [str(uuid4()) for _ in range(2)]
    for item, proposal in zip(items, proposals, strict=False):
        granted(desk, sato, "addSessionItem", **here, item=item, proposal=proposal, question="適否")
    desk.catch_up()
    (waits,) = desk.ask(suzuki, WAITING.replace("DIALOGUE", "SESSION"))["records"]["nodes"]
    assert waits == {"id": here["session"], "waitingForMe": True}
    granted(desk, suzuki, "castSessionVote", **here, item=items[0], vote="FOR", opinion="役立つ。")
    granted(desk, takahashi, "declareSessionInterest", **here, item=items[0], note="株を持つ。")
    granted(
        desk, sato, "decideSessionItem", **here, item=items[0], result="ADOPTED", manner="VOTE", reason="課題に役立つ。"
    )
    granted(
        desk, sato, "decideSessionItem", **here, item=items[1], result="DEFERRED", manner="CONSENT", reason="資料不足。"
    )
    present = [str(suzuki.member.id), str(takahashi.member.id)]
    granted(desk, sato, "takeSessionMinutes", **here, minutes="議事", summary="一件採用", members=present)
    granted(desk, sato, "closeSession", **here)

    (seen,), (again,) = (texts(records(desk, suzuki, proposal)) for proposal in proposals[:2])
    assert (seen["kind"], seen["stage"], seen["on"], seen["called"]) == ("SESSION", "closed", today, "本部会議")
    assert again == seen
    assert records(desk, suzuki, proposals[2]) == []
    first, second = seen["items"]
    assert (first["proposal"], first["state"], first["result"], first["manner"]) == (
        proposals[0], "DECIDED", "ADOPTED", "VOTE"
    )  # fmt: skip
    assert first["ballots"] == [
        {"member": {"name": "鈴木"}, "vote": "FOR", "opinion": {"text": "役立つ。", "withheld": False}}
    ]
    assert first["recusals"] == [{"member": {"name": "高橋"}, "note": {"text": "株を持つ。", "withheld": False}}]
    assert (second["result"], second["reason"]) == ("DEFERRED", "資料不足。")
    assert (seen["members"], seen["summary"]) == ([{"name": "鈴木"}, {"name": "高橋"}], "一件採用")
    (by_department,) = records(desk, tanaka, proposals[0])
    assert by_department["items"][0]["ballots"][0]["opinion"] == {"text": None, "withheld": True}
    assert by_department["minutes"] == {"text": None, "withheld": True}
    where = "query ($about: UUID!) { records(where: {about: $about}) { nodes { id } } }"
    assert desk.ask(tanaka, where, about=proposals[1])["records"]["nodes"] == [{"id": here["session"]}]


def test_the_auditor_reads_everything_of_a_session_and_changes_nothing(desk: DeskAtWork) -> None:
    sato = desk.person(SAPPORO, Role.DESK_OFFICER)
    suzuki = desk.person(SAPPORO, Role.COUNCIL_MEMBER)
    auditor = desk.person(SAPPORO, Role.AUDITOR)
    proposal, item, today = screened(desk, sato), str(uuid4()), desk.house.tenancy.today().isoformat()
    here: dict[str, Any] = {"session": granted(desk, sato, "conveneSession", title="本部会議", on=today)["id"]}
    granted(desk, sato, "addSessionItem", **here, item=item, proposal=proposal, question="適否")
    granted(desk, suzuki, "castSessionVote", **here, item=item, vote="AGAINST", opinion="費用が重い。")
    (seen,) = records(desk, auditor, proposal)
    assert seen["items"][0]["ballots"][0]["opinion"]["text"] == "費用が重い。"
    assert desk.do(auditor, "castSessionVote", **here, item=item, vote="FOR")["code"] == "NOT_ALLOWED"


def test_a_city_without_a_council_is_told_so_in_both_languages(desk: DeskAtWork) -> None:
    clerk = desk.person(AOMORI, Role.DESK_OFFICER)
    told = desk.do(clerk, "conveneSession", title="会議", on="2027-06-01")
    assert (told["code"], "会議体" in told["messageJa"], "council" in told["messageEn"]) == ("NO_COUNCIL", True, True)


def test_a_proposal_whose_first_meeting_was_held_is_in_dialogue_in_the_inbox(desk: DeskAtWork) -> None:
    parks = desk.house.department(SAPPORO)
    sato = desk.person(SAPPORO, Role.DESK_OFFICER, name="佐藤")
    tanaka = desk.person(SAPPORO, Role.DEPARTMENT_OFFICER, name="田中", department=parks)
    proposal = screened(desk, sato)
    told = {"proposal": proposal, "department": str(parks), "title": "見守り", "request": "検討を"}
    here = {"dialogue": granted(desk, sato, "inviteDialogue", **told)["id"]}

    def inbox() -> list[Any]:
        desk.catch_up()
        nodes: list[Any] = desk.ask(sato, "{ inbox { nodes { id stage department { id } } } }")["inbox"]["nodes"]
        return nodes

    (before,) = inbox()
    assert before == {"id": proposal, "stage": "SCREENED", "department": None}
    granted(desk, tanaka, "acceptDialogue", **here)
    assert inbox() == [{"id": proposal, "stage": "MATCHED", "department": {"id": str(parks)}}]
    granted(desk, tanaka, "recordDialogueMeeting", **here, minutes="費用を話した。")
    assert inbox() == [{"id": proposal, "stage": "IN_DIALOGUE", "department": {"id": str(parks)}}]
