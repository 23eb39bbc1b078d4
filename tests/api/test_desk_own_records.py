"""What a proposer is told of dialogues, selections, agreements and projects about its proposal, and nothing more."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from api.desk.own_records import OWN_RECORDS, own_type
from projections.queries import desk_own
from projections.records.dialogues import DialogueBody
from projections.records.told import BODIES
from tenants.members import Role
from tenants.visibility import TOLD
from tests.api.desk_at_work import Counting, DeskAtWork, Person, desk_at_work, offer
from tests.conftest import AOMORI, SAPPORO, House
from tests.scenarios.pages import page, texts

OWN = page("myProposal", "OwnProposal")
KINDS = ("dialogues", "selections", "agreements", "projects")
NOTHING: dict[str, list[Any]] = {kind: [] for kind in KINDS}
ANSWERS: dict[str, Any] = {
    "paysNow": False, "paysLater": False, "exclusiveRights": True, "specialKnowledge": True, "noOtherParty": False,
    "openToMany": False, "knowHowTouched": False, "occupancyInTime": "LOW", "occupancyInSpace": "NONE",
}  # fmt: skip


@dataclass
class Case:
    """One proposal of a company, its desk, its department, and who stands for the company and for another one."""

    desk: DeskAtWork
    party: UUID
    department: UUID
    clerk: Person
    officer: Person
    kimura: Person
    rival: Person
    proposal: str

    def do(self, by: Person, mutation: str, /, **told: Any) -> str:
        answer = self.desk.do(by, mutation, **told)
        assert answer["__typename"].endswith("Recorded"), answer
        return str(answer["id"])

    def day(self, days: int = 0) -> str:
        return (self.desk.house.tenancy.today() + timedelta(days=days)).isoformat()

    def raw(self, by: Person | None = None) -> str:
        self.desk.catch_up()
        return str(self.desk.post(by or self.kimura, OWN, id=self.proposal).text)

    def own(self, by: Person | None = None) -> Any:
        self.desk.catch_up()
        return texts(self.desk.ask(by or self.kimura, OWN, id=self.proposal)["it"])

    def told(self, by: Person | None = None) -> Any:
        shown = self.own(by)
        return {kind: shown[kind] for kind in KINDS}

    def dialogue(self) -> dict[str, Any]:
        self.do(self.clerk, "screenProposal", proposal=self.proposal, reason="有用")
        asked = self.do(
            self.clerk, "inviteDialogue", proposal=self.proposal, department=str(self.department),
            title="庁内の件名", request="庁内の依頼",
        )  # fmt: skip
        return {"dialogue": asked}

    def adopted(self) -> None:
        self.do(self.officer, "acceptDialogue", **self.dialogue())
        self.do(self.officer, "recordProposalDialogue", proposal=self.proposal, minutes="話した")
        self.do(self.officer, "decideProposal", proposal=self.proposal, outcome="ADOPTED", reason="行う")


@pytest.fixture
def case(house: House) -> Iterator[Case]:
    house.open_city(SAPPORO)
    house.open_city(AOMORI)
    with desk_at_work(house) as desk:
        department, party = house.department(SAPPORO), uuid4()
        clerk = desk.person(SAPPORO, Role.DESK_OFFICER, name="窓口")
        officer = desk.person(SAPPORO, Role.DEPARTMENT_OFFICER, name="担当", department=department)
        received = desk.do(clerk, "receiveProposal", **offer(desk, clerk, proposer=str(party)))
        kimura, rival = (desk.person(SAPPORO, parties=(each,)) for each in (party, uuid4()))
        yield Case(desk, party, department, clerk, officer, kimura, rival, received["id"])


def test_meetings_and_messages_are_told_and_nothing_of_how_the_city_works_on_it(case: Case) -> None:
    here, meeting, off = case.dialogue(), str(uuid4()), str(uuid4())
    assert case.told() == NOTHING, "that a department was asked is no word to the proposer"
    case.do(case.officer, "acceptDialogue", **here, note="庁内の応諾")
    assert case.told() == NOTHING
    case.do(
        case.officer, "arrangeDialogueMeeting", **here, meeting=meeting, on=case.day(), place="本庁舎", time="14時",
        agenda="場所", members=[str(case.officer.member.id)], visitors=["山田"],
    )  # fmt: skip
    planned = {
        "state": "ARRANGED", "on": case.day(), "place": "本庁舎", "time": "14時", "agenda": "場所",
        "visitors": ["山田"], "shared": None, "nextStep": None, "reason": None,
    }  # fmt: skip
    (dialogue,) = case.told()["dialogues"]
    assert dialogue["meetings"] == [planned]
    case.do(
        case.officer, "recordDialogueMeeting", **here, meeting=meeting, minutes="庁内の記録", shared="来月また",
        nextStep="場所を選ぶ",
    )  # fmt: skip
    case.do(
        case.officer, "correctDialogueMinutes", **here, meeting=meeting, minutes="庁内の記録二", shared="来春また",
        reason="庁内の訂正理由",
    )  # fmt: skip
    case.do(case.officer, "arrangeDialogueMeeting", **here, meeting=off, on=case.day(3), place="支所")
    case.do(case.officer, "cancelDialogueMeeting", **here, meeting=off, reason="雪のため")
    case.do(case.clerk, "sendDialogueMessage", **here, text="資料です")
    case.do(case.clerk, "enterDialogueMessage", **here, text="届きました")
    case.do(case.clerk, "noteDialogue", **here, text="庁内の覚え", readBy="DESK")
    case.do(case.officer, "noteDialogue", **here, text="庁内の覚え書き")
    case.do(case.officer, "discloseDialogue", **here, what="庁内の統計", recipient="山田", condition="外に出さない")
    cost = {"bearer": "PARTNER", "description": "機器", "yen": 300_000}
    case.do(case.officer, "recordDialogueCosts", **here, costs=[cost])
    offered = {"party": "CITY", "asset": "KOTO", "description": "祭りの場"}
    case.do(case.officer, "recordDialogueResources", **here, resources=[offered])
    goal = {"description": "止まらない", "measure": "停止時間", "target": "半減", "by": case.day(90)}
    case.do(case.officer, "recordDialogueGoals", **here, goals=[goal])
    case.do(case.officer, "recordDialogueScheme", **here, scheme="三つの公園で", method="agreement")
    plans = {"planFields": ["area_community"], "alignment": "庁内の整合"}
    case.do(case.officer, "alignDialogueWithPlans", **here, **plans)
    case.do(case.officer, "endDialogue", **here, ending="READY_TO_DECIDE", reason="庁内の終了理由")
    (dialogue,) = case.told()["dialogues"]
    assert dialogue == {
        "meetings": [
            {**planned, "state": "HELD", "shared": "来春また"},
            {
                "state": "CANCELLED", "on": case.day(3), "place": "支所", "time": None, "agenda": None, "visitors": [],
                "shared": None, "nextStep": None, "reason": "雪のため",
            },
        ],
        "messages": [
            {"sender": "CITY", "on": case.day(), "text": "資料です"},
            {"sender": "PARTNER", "on": case.day(), "text": "届きました"},
        ],
        "disclosures": [{"on": case.day(), "condition": "外に出さない"}],
        "resources": [offered],
        "goals": [goal],
        "costs": [cost],
        "scheme": "三つの公園で",
    }  # fmt: skip
    raw = case.raw()
    secrets = ("庁内", "担当", str(case.officer.member.id), str(case.department), here["dialogue"], "area_community")
    assert [each for each in secrets if each in raw] == []


def test_a_dialogue_that_was_turned_down_or_recalled_is_never_heard_of(case: Case) -> None:
    here = case.dialogue()
    case.do(case.officer, "turnDialogueDown", **here, reason="庁内の辞退理由")
    again = case.do(
        case.clerk, "inviteDialogue", proposal=case.proposal, department=str(case.department), title="件", request="願"
    )
    case.do(case.clerk, "recallDialogue", dialogue=again, reason="庁内の取消理由")
    assert case.told() == NOTHING


def test_how_it_is_selected_is_told_once_it_is_shared_as_it_was_shared(case: Case) -> None:
    case.adopted()
    here = {"selection": case.do(case.officer, "beginSelection", proposal=case.proposal, title="庁内の件名")}
    case.do(case.officer, "assessSelection", **here, answers=ANSWERS, note="庁内の所見")
    case.do(case.officer, "decideSelectionWay", **here, way="WITHOUT_CALL")
    assert case.told()["selections"] == []
    case.do(case.officer, "shareSelection", **here, note="公募しません", on=case.day())
    shared = {
        "sharedOn": case.day(), "sharedNote": "公募しません", "sharedWay": "WITHOUT_CALL", "sharedUnique": True,
        "sharedInTime": "LOW", "sharedInSpace": "NONE", "byProposer": None, "chosenBecause": None,
    }  # fmt: skip
    assert case.told()["selections"] == [shared]
    case.do(case.officer, "consultSelectionProposer", **here, response="AGREED", note="庁内の協議", on=case.day())
    case.do(case.officer, "chooseSelectionImplementer", **here, byProposer=True, reason="特許がある")
    case.do(case.officer, "completeSelection", **here, note="庁内の完了")
    assert case.told()["selections"] == [{**shared, "byProposer": True, "chosenBecause": "特許がある"}]
    assert "庁内" not in case.raw()


def test_agreement_and_project_are_told_to_the_party_that_signs_and_carries_out(case: Case) -> None:
    case.adopted()
    sides: list[Any] = [
        {"side": "CITY", "name": "札幌市"},
        {"side": "PROPOSER", "name": "見本株式会社", "signs": "代表者の氏名"},
    ]
    other = [sides[0], {"side": "OTHER", "name": "他者合同会社"}]
    drafted = {"kind": "MEMORANDUM", "proposal": case.proposal}
    mine = case.do(
        case.officer,
        "draftAgreement",
        **drafted,
        terms={"title": "覚書", "matters": "二月に測る", "signatories": sides},
    )
    theirs = {"title": "他者の覚書", "matters": "他者の事項", "signatories": other}
    case.do(case.officer, "draftAgreement", **drafted, terms=theirs)
    covering = {"title": "包括の協定", "matters": "包括の事項", "signatories": sides, "fields": ["welfare", "tourism"]}
    case.do(case.officer, "draftAgreement", kind="COMPREHENSIVE", terms=covering, department=str(case.department))
    (agreement,) = case.told()["agreements"]
    assert (agreement["title"], agreement["matters"], agreement["settledOn"]) == ("覚書", "二月に測る", None)
    assert [(each["side"], each["name"]) for each in agreement["signatories"]] == [
        ("CITY", "札幌市"), ("PROPOSER", "見本株式会社"),
    ]  # fmt: skip
    case.do(case.officer, "changeAgreement", agreement=mine, changes="相手を替えた", terms=theirs)
    assert case.told()["agreements"] == [], "it is a party no longer"

    begun = {"department": str(case.department), "title": "庁内の件名", "proposal": case.proposal, "track": "scheme"}
    work(case, case.do(case.officer, "beginProject", **begun, implementer="他者合同会社"), "他者の")
    assert case.told()["projects"] == []
    work(case, case.do(case.officer, "beginProject", **begun, endsOn=case.day(90)), "自らの")
    (project,) = case.told()["projects"]
    found = {"result": "MET", "words": "自らのできた"}
    assert project == {
        "endsOn": case.day(90), "support": None, "reportedOn": None, "overOn": case.day(), "path": "CONTINUE",
        "pathBecause": "自らの継続理由", "stoppedBecause": None,
        "evaluations": [{"side": "CITY", "summary": "自らの総括", "findings": [found]}],
    }  # fmt: skip
    assert [each for each in ("他者", "包括", "庁内", "代表者の氏名") if each in case.raw()] == []


def work(case: Case, project: str, whose: str) -> None:
    """All of a project in which something is said to its implementer."""
    here, goal = {"project": project}, str(uuid4())
    case.do(case.officer, "setProjectGoal", **here, goal=goal, text="庁内の目標")
    case.do(case.officer, "completeProject", **here, on=case.day(), note="庁内の完了")
    case.do(case.officer, "decideProjectContinuation", **here, path="CONTINUE", reason=f"{whose}継続理由")
    found = [{"goal": goal, "result": "MET", "words": f"{whose}できた"}]
    case.do(case.officer, "evaluateProject", **here, side="CITY", summary=f"{whose}総括", findings=found)


def test_work_for_which_another_was_selected_is_not_the_proposers(case: Case) -> None:
    case.adopted()
    here = {"selection": case.do(case.officer, "beginSelection", proposal=case.proposal, title="庁内の件名")}
    case.do(case.officer, "assessSelection", **here, answers=ANSWERS)
    case.do(case.officer, "decideSelectionWay", **here, way="WITHOUT_CALL")
    case.do(case.officer, "shareSelection", **here, note="公募しません", on=case.day())
    chosen = {"byProposer": False, "implementer": "他者合同会社", "reason": "より安い"}
    case.do(case.officer, "chooseSelectionImplementer", **here, **chosen)
    case.do(case.officer, "completeSelection", **here)
    begun = {"department": str(case.department), "title": "庁内の件名", "proposal": case.proposal, "track": "scheme"}
    work(case, case.do(case.officer, "beginProject", **begun, **here), "他者の")
    told = case.told()
    assert told["projects"] == []
    (selection,) = told["selections"]
    assert (selection["byProposer"], selection["chosenBecause"]) == (False, "より安い")
    assert "他者" not in case.raw()


def test_nobody_else_is_told_and_what_was_erased_is_told_as_erased(case: Case) -> None:
    here = case.dialogue()
    case.do(case.officer, "acceptDialogue", **here)
    case.do(case.clerk, "sendDialogueMessage", **here, text="資料です")
    case.do(case.clerk, "enterDialogueMessage", **here, text="届きました")
    there = case.desk.person(AOMORI, parties=(case.party,), id_=case.kimura.member.id)
    for other in (case.rival, there):
        assert case.own(other) is None
    case.desk.owner.execute("select renkei.erase_key(%s, %s)", (SAPPORO, case.party))
    ask = "query ($id: UUID!) { myProposal(id: $id) { dialogues { messages { text { text erased damaged } } } } }"
    ((told,),) = [
        each.values() for each in case.desk.ask(case.kimura, ask, id=case.proposal)["myProposal"]["dialogues"]
    ]
    assert [each["text"] for each in told] == [
        {"text": "資料です", "erased": False, "damaged": False},
        {"text": None, "erased": True, "damaged": False},
    ]


def test_a_record_that_was_put_aside_is_not_told(case: Case) -> None:
    here = case.dialogue()
    case.do(case.officer, "acceptDialogue", **here)
    case.do(case.clerk, "sendDialogueMessage", **here, text="資料です")
    assert len(case.told()["dialogues"]) == 1
    case.desk.owner.execute(
        "insert into renkei.dead_letters (city, projection, originator_id, generation, position, problem)"
        " select city, 'records', id, generation, position, 'dialogue.noted: ValueError' from renkei.records"
        " where id = %s", (here["dialogue"],),
    )  # fmt: skip
    assert case.told() == NOTHING


def test_what_is_asked_is_told_while_it_waits_for_the_proposer(case: Case) -> None:
    assert case.own()["asked"] is None
    here = {"proposal": case.proposal}
    for asked in ("図面を足してください", "寸法も足してください"):
        case.do(case.clerk, "returnProposalForCompletion", **here, reason=asked, dueOn=case.day(14))
        shown = case.own()
        assert (shown["asked"], shown["dueOn"]) == (asked, case.day(14))
        case.do(case.clerk, "completeProposal", **here, note="足した")
        assert case.own()["asked"] is None
    case.do(case.clerk, "refuseProposal", **here, ground="OTHER", reason="場所がない")
    shown = case.own()
    assert shown["asked"] is None
    assert [(each["topic"], each["words"]) for each in shown["told"]] == [
        ("proposal.returned", "図面を足してください"),
        ("proposal.returned", "寸法も足してください"),
        ("proposal.refused", "場所がない"),
    ]


def test_three_records_cost_as_many_statements_as_one(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    here = case.dialogue()
    case.do(case.officer, "acceptDialogue", **here)
    counts = []
    for several in (1, 2):
        for _ in range(several):
            again = case.do(
                case.clerk, "inviteDialogue", proposal=case.proposal, department=str(case.department), title="件",
                request="願",
            )  # fmt: skip
            case.do(case.officer, "acceptDialogue", dialogue=again)
            case.do(case.clerk, "sendDialogueMessage", dialogue=again, text="資料です")
        case.desk.catch_up()
        monkeypatch.setattr(Counting, "sent", 0)
        shown = texts(case.desk.ask(case.kimura, OWN, id=case.proposal)["it"])
        assert len(shown["dialogues"]) == (1 if several == 1 else 3)
        counts.append(Counting.sent)
    assert counts[0] == counts[1]
    monkeypatch.setattr(desk_own, "MOST_RECORDS", 2)
    assert len(case.told()["dialogues"]) == 2


def test_every_path_that_is_told_is_one_of_a_body() -> None:
    assert set(OWN_RECORDS) == set(TOLD) == set(BODIES) == {"dialogue", "selection", "agreement", "project"}
    with pytest.raises(ValueError, match="no secret"):
        own_type(DialogueBody, frozenset({"secret"}), "OwnNothing")
    for kind in TOLD:
        inside = {"department", "members", "minutes", "notes", "request", "what", "recipient", "implementer", "signs"}
        assert {part for path in TOLD[kind] for part in path.split(".")} & inside == set(), kind
