"""札幌: a challenge is answered, the council decides, and a public call finds another implementer.

The whole way that the city's direction describes, from the inquiry among departments to the published case.
"""

from dataclasses import dataclass, field
from typing import Any

from tenants.members import Role
from tests.conftest import SAPPORO, House
from tests.scenarios.city_hall import CityHall, city_hall
from tests.scenarios.pages import PUBLIC_CHALLENGES

TRANSPORT, PARKS, PLANNING = "交通計画課", "みどりの推進課", "公民・広域連携推進室"
APPROVALS = 'acts = { publish_challenge = ["internal"], select_implementer = ["external"] }'
SECRET = "補正式の係数"
"""Know-how of the company, which no page but those of city and company may show."""


@dataclass
class Diary:
    """The people of this journey, and what they have in hand."""

    hall: CityHall
    here: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        hall = self.hall
        for name in (TRANSPORT, PARKS, PLANNING):
            hall.department(name)
        self.clerk, self.company = hall.clerk, hall.new()
        self.officer = hall.somebody(Role.DEPARTMENT_OFFICER, name="交通 一郎", department=TRANSPORT)
        self.gardener = hall.somebody(Role.DEPARTMENT_OFFICER, name="緑 花子", department=PARKS)
        self.councillors = [hall.somebody(Role.COUNCIL_MEMBER, name=name) for name in ("局長 甲", "局長 乙", "局長 丙")]
        self.chief = hall.somebody(Role.APPROVER, name="室長 次郎")
        self.post = hall.post("室長", PLANNING, self.chief)
        self.staff = hall.somebody(Role.STAFF, name="庁内 職員")
        self.auditor = hall.somebody(Role.AUDITOR, name="監査 委員")
        self.proposer = hall.proposer(self.company, "会社 三郎")
        self.rival = hall.proposer(hall.new(), "他社 四郎")

    def today(self) -> str:
        return self.hall.day(0)


def test_a_challenge_is_answered_the_council_decides_and_a_public_call_finds_another_implementer(house: House) -> None:
    with city_hall(house, SAPPORO) as hall:
        hall.now_rules("approvals", APPROVALS)
        diary = Diary(hall)
        departments_are_asked_for_their_challenges(diary)
        the_challenge_is_published_once_it_is_approved(diary)
        a_company_answers_and_is_given_a_number(diary)
        the_desk_screens_it_with_the_departments(diary)
        department_and_company_talk(diary)
        it_is_hard_to_decide_and_goes_to_the_council(diary)
        the_council_adopts_it_and_who_has_an_interest_does_not_vote(diary)
        the_rules_advise_a_public_call_and_another_party_is_chosen(diary)
        everybody_signs_the_agreement(diary)
        the_work_is_done_and_both_sides_look_back(diary)
        nothing_of_the_other_partys_is_told(diary)
        the_case_is_published_without_what_stays_protected(diary)
        it_goes_on_and_the_files_are_closed(diary)
        the_auditor_reads_the_whole_way_and_staff_reads_what_is_theirs(diary)


# --- conception (事業構想) --------------------------------------------------------------------------------------------


def departments_are_asked_for_their_challenges(diary: Diary) -> None:
    hall, of = diary.hall, diary.hall.departments
    asked = diary.clerk.does(
        "askSurvey", title="課題の照会", text="民間と解きたい課題を挙げてください。", dueOn=hall.day(14),
        departments=[of[TRANSPORT], of[PARKS]],
    )["id"]  # fmt: skip
    assert all(asked in each.waits() for each in (diary.officer, diary.gardener))
    challenge = diary.officer.does(
        "raiseChallenge", title="地下歩行空間の人流（庁内案）", description="人の流れが分からない。",
        department=of[TRANSPORT], planFields=["area_urban_space"],
    )["id"]  # fmt: skip
    reply: dict[str, Any] = {"survey": asked, "department": of[TRANSPORT]}
    diary.officer.does("answerSurvey", **reply, reply="CHALLENGES", challenges=[challenge])
    assert diary.clerk.opens("survey", asked)["unanswered"] == [of[PARKS]]
    diary.gardener.does("answerSurvey", survey=asked, department=of[PARKS], reply="NONE", note="今年はない。")
    diary.clerk.does("closeSurvey", survey=asked)
    page = diary.clerk.opens("survey", asked)
    assert (page["stage"], page["unanswered"]) == ("closed", [])
    assert [(each["department"], each["reply"]) for each in page["answers"]] == [
        (of[TRANSPORT], "CHALLENGES"),
        (of[PARKS], "NONE"),
    ]
    diary.here["challenge"] = challenge


def the_challenge_is_published_once_it_is_approved(diary: Diary) -> None:
    hall, challenge = diary.hall, diary.here["challenge"]
    diary.officer.does("nameChallengeContact", challenge=challenge, contact="交通計画課 内線2450")
    diary.clerk.does("reviewChallenge", challenge=challenge, verdict="ACCEPTED")
    deed: dict[str, Any] = {
        "challenge": challenge, "title": "地下歩行空間の人の流れをつかむ", "description": "催しの配置に生かしたい。",
        "conditions": "個人を識別しないこと。", "cityOffers": "地下歩行空間の一部", "dueOn": hall.day(60),
    }  # fmt: skip
    assert diary.clerk.is_refused("publishChallenge", **deed) == "APPROVAL_REQUIRED"

    route = [{"post": diary.post, "part": "DECIDE"}]
    draft: dict[str, Any] = {"deed": {"publishChallenge": deed}, "title": "課題の公表について", "route": route}
    approval = diary.clerk.does("draftApproval", **draft)["id"]
    diary.clerk.does("submitApproval", approval=approval)
    assert approval in diary.chief.waits()
    assert hall.public(PUBLIC_CHALLENGES)["challenges"]["nodes"] == []
    diary.chief.does("decideApproval", approval=approval, post=diary.post, verdict="APPROVED")
    diary.clerk.does("carryApprovalOut", approval=approval)
    (shown,) = hall.public(PUBLIC_CHALLENGES)["challenges"]["nodes"]
    assert shown == {
        **{name: deed[name] for name in ("title", "description", "conditions", "cityOffers", "dueOn")},
        "status": "OPEN",
        "result": None,
    }


# --- consideration (提案の検討) ---------------------------------------------------------------------------------------


def a_company_answers_and_is_given_a_number(diary: Diary) -> None:
    offer = diary.hall.offer(
        "画像を残さない人流計測", kind="themed", challenge=diary.here["challenge"], proposer=diary.company,
        organisation="北の計測株式会社", summary=f"センサーで測る。{SECRET}は当社の技術。", cityMoney="NONE",
    )  # fmt: skip
    received = diary.clerk.does("receiveProposal", by="PORTAL", **offer)
    proposal = diary.here["proposal"] = received["id"]
    own = diary.proposer.looks_up_own(proposal)
    assert (own["stage"], own["receiptNumber"]["label"]) == ("RECEIVED", received["receiptNumber"]["label"])
    assert own["challenge"] == "地下歩行空間の人の流れをつかむ"
    assert diary.rival.looks_up_own(proposal) is None


def the_desk_screens_it_with_the_departments(diary: Diary) -> None:
    hall, here = diary.hall, {"proposal": diary.here["proposal"]}
    diary.clerk.does("returnProposalForCompletion", **here, reason="設置場所の案を足してください。", dueOn=hall.day(10))
    assert diary.proposer.looks_up_own(here["proposal"])["dueOn"] == hall.day(10)
    diary.clerk.does("completeProposal", **here, note="設置場所の図を足した。", by="MAIL")
    checked = [{"item": "helps", "met": True}, {"item": "feasible", "met": True, "note": "試行から。"}]
    diary.clerk.does("checkProposal", **here, items=checked)
    question: dict[str, Any] = {
        "departments": [hall.departments[PARKS]],
        "question": "地上の公園でも使えるか。",
        "dueOn": hall.day(7),
    }
    diary.clerk.does("askProposalOpinions", **here, **question)
    assert here["proposal"] in diary.gardener.waits()
    opinion: dict[str, Any] = {
        "department": hall.departments[PARKS],
        "useful": True,
        "feasible": False,
        "note": "屋外は電源がない。",
    }
    diary.gardener.does("giveProposalOpinion", **here, **opinion)
    diary.clerk.does("screenProposal", **here, reason="課題に応え、地下なら実現できる。")
    diary.clerk.does("matchProposal", **here, department=hall.departments[TRANSPORT], reason="課題を出した課。")
    assert here["proposal"] in diary.officer.waits()


def department_and_company_talk(diary: Diary) -> None:
    hall, proposal = diary.hall, diary.here["proposal"]
    dialogue = diary.clerk.does(
        "inviteDialogue", proposal=proposal, department=hall.departments[TRANSPORT], title="人流計測の対話",
        request="試行の可否を話し合ってください。", answerBy=hall.day(7),
    )["id"]  # fmt: skip
    diary.here["dialogue"] = dialogue
    here: dict[str, Any] = {"dialogue": dialogue}
    assert diary.gardener.is_refused("acceptDialogue", **here) == "OUTSIDE_REMIT"
    diary.officer.does("acceptDialogue", **here)
    meeting = hall.new()
    diary.officer.does(
        "arrangeDialogueMeeting", **here, meeting=meeting, on=diary.today(), place="本庁舎", time="14時",
        members=[diary.officer.id], visitors=["会社 三郎"],
    )  # fmt: skip
    diary.officer.meets(proposal, dialogue, "係数の開示は断られた。", meeting=meeting, shared="来月、現地を見る。")
    diary.officer.does("sendDialogueMessage", **here, text="現地確認は午前でお願いします。")
    diary.clerk.does("enterDialogueMessage", **here, text="承知しました。", by="MAIL")
    diary.officer.does("noteDialogue", **here, text="費用の説明が弱い。")
    diary.clerk.does("noteDialogue", **here, text="本部会議に諮る見込み。", readBy="DESK")
    diary.officer.does("discloseDialogue", **here, what="通行量の表", recipient="会社 三郎", condition="外に出さない。")
    diary.officer.does(
        "recordDialogueCosts", **here, costs=[{"bearer": "PARTNER", "description": "機器", "yen": 900_000}]
    )
    diary.officer.does("alignDialogueWithPlans", **here, planFields=["area_urban_space"])
    diary.officer.does("endDialogue", **here, ending="READY_TO_DECIDE", reason="枠組みがまとまった。")

    at_desk, at_department = (each.opens("dialogue", dialogue) for each in (diary.clerk, diary.officer))
    assert [each["text"] for each in at_desk["notes"]] == ["費用の説明が弱い。", "本部会議に諮る見込み。"]
    assert [each["text"] for each in at_department["notes"]] == ["費用の説明が弱い。", None]
    assert [(each["sender"], each["text"]) for each in at_department["messages"]] == [
        ("CITY", "現地確認は午前でお願いします。"),
        ("PARTNER", "承知しました。"),
    ]
    assert (at_desk["meetings"][0]["state"], at_desk["meetings"][0]["shared"]) == ("HELD", "来月、現地を見る。")
    assert diary.officer.sees(proposal)["stage"] == "IN_DIALOGUE"
    (told,) = diary.proposer.looks_up_own(proposal)["dialogues"]
    assert [each["text"] for each in told["messages"]] == ["現地確認は午前でお願いします。", "承知しました。"]
    assert [(each["place"], each["shared"]) for each in told["meetings"]] == [("本庁舎", "来月、現地を見る。")]
    assert not any(secret in str(told) for secret in ("開示は断られた", "費用の説明", "本部会議", "通行量"))


def it_is_hard_to_decide_and_goes_to_the_council(diary: Diary) -> None:
    here = {"proposal": diary.here["proposal"]}
    looked: dict[str, Any] = {"cityMoney": "NONE", "highOccupancy": True, "personalData": False}
    diary.officer.does("assessProposal", **here, **looked, note="通路の半分を三か月ふさぐ。")
    diary.clerk.does("recommendProposal", **here, outcome="ADOPTED", reason="課題に応える唯一の提案。")
    diary.officer.does("escalateProposal", **here, reason="複数の局に関わり、課では決めがたい。")
    decide = {"outcome": "ADOPTED", "reason": "行う。"}
    assert diary.officer.is_refused("decideProposal", **here, **decide) == "COUNCIL_DECIDES"
    assert here["proposal"] in diary.councillors[0].waits()
    assert here["proposal"] not in diary.officer.waits()


def the_council_adopts_it_and_who_has_an_interest_does_not_vote(diary: Diary) -> None:
    proposal, (first, second, third) = diary.here["proposal"], diary.councillors
    session = diary.clerk.does("conveneSession", title="官民連携推進本部会議", on=diary.today(), place="特別会議室")[
        "id"
    ]
    item = diary.hall.new()
    diary.clerk.does("addSessionItem", session=session, item=item, proposal=proposal, question="実施の適否")
    on_item: dict[str, Any] = {"session": session, "item": item}
    assert session in first.waits()
    third.does("declareSessionInterest", **on_item, note="株を持っている。")
    assert third.is_refused("castSessionVote", **on_item, vote="FOR") == "INTEREST_OF_DECIDER"
    first.does("castSessionVote", **on_item, vote="FOR", opinion="期間を限れば良い。")
    second.does("castSessionVote", **on_item, vote="FOR")
    told = {"manner": "VOTE", "reason": "通行を妨げない配置を条件に行う。"}
    assert diary.clerk.is_refused("decideSessionItem", **on_item, **told, result="DECLINED") == "VOTES_DIFFER"
    decision: dict[str, Any] = {
        "proposal": proposal, "decidedBy": "COUNCIL", "councilSession": session, "agendaItem": item,
        "reason": "通行を妨げない配置を条件に行う。",
    }  # fmt: skip
    diary.clerk.does("decideSessionItem", **on_item, **told, result="ADOPTED")
    diary.clerk.does(
        "takeSessionMinutes", session=session, minutes="条件について意見があった。", summary="一件を採用。",
        members=[each.id for each in diary.councillors],
    )  # fmt: skip
    diary.clerk.does("closeSession", session=session)
    first.does("decideProposal", **decision, outcome="ADOPTED")
    card = diary.officer.sees(proposal)
    assert (card["stage"], card["outcome"]) == ("ADOPTED", "ADOPTED")
    agenda = diary.officer.opens("session", session)
    assert (agenda["summary"], agenda["minutes"]) == ("一件を採用。", None)
    assert agenda["items"][0]["recusals"] == [{"member": "局長 丙", "note": None}]
    told_to_proposer = [each["words"] for each in diary.proposer.looks_up_own(proposal)["told"]]
    assert told_to_proposer[-1] == "通行を妨げない配置を条件に行う。"


# --- implementation (事業の実施) --------------------------------------------------------------------------------------


def the_rules_advise_a_public_call_and_another_party_is_chosen(diary: Diary) -> None:
    proposal = diary.here["proposal"]
    selection = diary.officer.does("beginSelection", proposal=proposal, title="人流計測の実施主体")["id"]
    assert proposal not in diary.clerk.waits()  # whose turn it is, the selection tells
    here: dict[str, Any] = {"selection": selection}
    answers = dict.fromkeys(
        ("paysNow", "paysLater", "exclusiveRights", "specialKnowledge", "noOtherParty", "openToMany", "knowHowTouched"),
        False,
    )
    diary.officer.does(
        "assessSelection", **here, answers={**answers, "occupancyInTime": "HIGH", "occupancyInSpace": "LOW"}
    )
    page = diary.officer.opens("selection", selection)
    assert (page["advice"], page["grounds"]) == ("PUBLIC_CALL", ["OCCUPANCY_IN_TIME", "NOTHING_UNIQUE"])
    assert diary.officer.is_refused("decideSelectionWay", **here, way="WITHOUT_CALL") == "REASON_REQUIRED"
    diary.officer.does("decideSelectionWay", **here, way="PUBLIC_CALL")
    diary.officer.does("shareSelection", **here, note="占用が大きいため公募します。", on=diary.today())
    choice: dict[str, Any] = {
        "byProposer": False,
        "implementer": "雪国センシング合同会社",
        "reason": "通行への配慮が優れる。",
    }
    number = {"system": "EXTERNAL", "number": "札交第31号", "decidedOn": diary.today(), "digest": "ab" * 32}
    early = {**here, **choice, "entry": {"channel": "DESK", "approval": number}}
    assert diary.officer.is_refused("chooseSelectionImplementer", **early) == "PART_MISSING"
    diary.officer.does("openSelectionCall", **here, title="人流計測の公募", openedOn=diary.today(), dueOn=diary.today())
    diary.officer.does("closeSelectionCall", **here, on=diary.today(), applicants=4)
    assert diary.officer.is_refused("chooseSelectionImplementer", **here, **choice) == "APPROVAL_REQUIRED"
    diary.officer.does("chooseSelectionImplementer", **here, **choice, under=number)
    diary.officer.does("completeSelection", **here)
    page = diary.officer.opens("selection", selection)
    assert (page["stage"], page["way"], page["standing"], page["applicants"]) == (
        "completed",
        "PUBLIC_CALL",
        "FOLLOWS",
        4,
    )
    assert (page["byProposer"], page["implementer"]) == (False, "雪国センシング合同会社")
    diary.here["selection"] = selection


def everybody_signs_the_agreement(diary: Diary) -> None:
    hall, proposal = diary.hall, diary.here["proposal"]
    terms: dict[str, Any] = {
        "title": "地下歩行空間の人流計測に関する協定", "matters": "三か月、機器を置いて測る。",
        "signatories": [
            {"side": "CITY", "name": "札幌市", "signs": "市長"},
            {"side": "OTHER", "name": "雪国センシング合同会社"},
            {"side": "OTHER", "name": "地下街商店会"},
        ],
        "duties": [{"party": 2, "role": "機器を置き、測る。"}, {"party": 3, "role": "店頭の掲示をする。"}],
        "fields": ["urban_space"], "beginsOn": diary.today(), "endsOn": hall.day(90),
    }  # fmt: skip
    agreement = diary.officer.does("draftAgreement", kind="PROJECT", proposal=proposal, terms=terms)["id"]
    diary.officer.does("settleAgreement", agreement=agreement)
    diary.officer.does("signAgreement", agreement=agreement)
    diary.officer.does("enterAgreementSignature", agreement=agreement, party=2)
    assert diary.officer.opens("agreement", agreement)["effectiveOn"] is None
    diary.officer.does("enterAgreementSignature", agreement=agreement, party=3)
    page = diary.officer.opens("agreement", agreement)
    assert (page["stage"], page["effectiveOn"]) == ("in_effect", diary.today())
    assert [each["name"] for each in page["signatories"]] == ["札幌市", "雪国センシング合同会社", "地下街商店会"]


def nothing_of_the_other_partys_is_told(diary: Diary) -> None:
    """The proposer was told how it was selected and why not it; agreement and work are another party's."""
    own = diary.proposer.looks_up_own(diary.here["proposal"])
    (told,) = own["selections"]
    assert (told["sharedWay"], told["sharedNote"]) == ("PUBLIC_CALL", "占用が大きいため公募します。")
    assert (told["byProposer"], told["chosenBecause"]) == (False, "通行への配慮が優れる。")
    assert (own["agreements"], own["projects"]) == ([], [])
    assert "雪国センシング" not in str(own)


def the_work_is_done_and_both_sides_look_back(diary: Diary) -> None:
    hall = diary.hall
    project = diary.officer.does(
        "beginProject", department=hall.departments[TRANSPORT], title="地下歩行空間の人流計測", track="scheme",
        proposal=diary.here["proposal"], selection=diary.here["selection"], implementer="雪国センシング合同会社",
        endsOn=hall.day(90),
    )["id"]  # fmt: skip
    here: dict[str, Any] = {"project": project}
    diary.here["project"] = project
    duties = [{"side": "CITY", "words": "場所と電源"}, {"side": "PARTNER", "words": "計測と分析"}]
    diary.officer.does("divideProjectRoles", **here, duties=duties)
    goal, milestone = hall.new(), hall.new()
    diary.officer.does("setProjectGoal", **here, goal=goal, text="一日の流れが分かる", measure="計測の誤差")
    diary.officer.does("planProjectMilestone", **here, milestone=milestone, title="機器の設置", dueOn=hall.day(5))
    diary.officer.does(
        "moveProjectMilestone", **here, milestone=milestone, dueOn=hall.day(9), reason="催しと重なった。"
    )
    diary.officer.does("reachProjectMilestone", **here, milestone=milestone, on=diary.today())
    diary.officer.does("completeProject", **here, on=diary.today())
    assert diary.officer.is_refused("closeProject", **here) == "PART_MISSING"
    for side, result in (("CITY", "MET"), ("PARTNER", "PARTLY")):
        found = {"goal": goal, "result": result, "words": "昼は分かった。"}
        diary.officer.does("evaluateProject", **here, side=side, summary="役に立った。", findings=[found])
    page = diary.clerk.opens("project", project)
    assert [(each["title"], each["moved"], each["reachedOn"]) for each in page["milestones"]] == [
        ("機器の設置", 1, diary.today())
    ]
    looked_back = [(each["side"], each["findings"][0]["result"]) for each in page["evaluations"]]
    assert looked_back == [("CITY", "MET"), ("PARTNER", "PARTLY")]


# --- verification (事業の検証) ----------------------------------------------------------------------------------------


def the_case_is_published_without_what_stays_protected(diary: Diary) -> None:
    content = {
        "title": "地下歩行空間の人の流れを測る", "summary": "三か月測り、催しの配置に生かした。", "method": "agreement",
        "fields": ["urban_space"], "outcomes": ["配置を二か所変えた。"],
        "partners": [{"name": "雪国センシング合同会社"}, {"name": "地下街商店会", "participant": True}],
    }  # fmt: skip
    told: dict[str, Any] = {"content": content} | {
        name: diary.here[name] for name in ("challenge", "proposal", "project")
    }
    assert diary.clerk.is_refused("publishCase", **told) == "PART_MISSING"
    stays = [{"mark": "KNOW_HOW", "part": SECRET}]
    consent: dict[str, Any] = {"on": diary.today(), "consent": "代表社員が文書で同意した。", "protected": stays}
    diary.officer.does("agreeProjectCase", project=diary.here["project"], **consent)
    assert diary.clerk.opens("project", diary.here["project"])["protected"] == stays
    case = diary.clerk.does("publishCase", **told)["id"]
    shown = diary.hall.case_outside(case)
    assert (shown["title"], shown["city"], shown["origin"], shown["status"]) == (
        "地下歩行空間の人の流れを測る", "札幌市", "DESK", "OPEN"
    )  # fmt: skip
    assert shown["challenge"] == "地下歩行空間の人の流れをつかむ"
    assert shown["partners"] == [
        {"name": "雪国センシング合同会社", "participant": False},
        {"name": "地下街商店会", "participant": True},
    ]
    kept_in = (SECRET, "北の計測株式会社", "係数の開示", "費用の説明が弱い", "代表社員", "局長", "内線")
    assert not [words for words in kept_in if words in str(shown)]
    diary.here["case"] = case


def it_goes_on_and_the_files_are_closed(diary: Diary) -> None:
    here = {"project": diary.here["project"]}
    assert diary.officer.is_refused("closeProject", **here) == "PART_MISSING"
    diary.officer.does("decideProjectContinuation", **here, path="CONTINUE", reason="来冬も測る。")
    diary.officer.does("closeProject", **here)
    diary.clerk.does("closeCase", case=diary.here["case"], note="計測が終わりました。")
    closing = {"result": "ANSWERED", "note": "提案があり、実施しました。"}
    diary.clerk.does("closeChallenge", challenge=diary.here["challenge"], **closing)
    diary.clerk.does("closeProposal", proposal=diary.here["proposal"], reason="事業が完結した。")
    (challenge,) = diary.hall.public(PUBLIC_CHALLENGES)["challenges"]["nodes"]
    assert (challenge["status"], challenge["result"]) == ("CLOSED", "ANSWERED")
    assert diary.hall.case_outside(diary.here["case"])["status"] == "CLOSED"
    assert not diary.clerk.waits() | diary.officer.waits()


def the_auditor_reads_the_whole_way_and_staff_reads_what_is_theirs(diary: Diary) -> None:
    proposal = diary.here["proposal"]
    card = diary.auditor.sees(proposal)
    steps = [each["topic"].removeprefix("proposal.") for each in card["history"]]
    assert [step for step in steps if step != "proceeding_noted" and "dialogue" not in step] == [
        "received", "returned", "completed", "checked", "opinions_asked", "opinion_given", "screened", "matched",
        "assessed", "recommended", "escalated", "decided", "closed",
    ]  # fmt: skip
    told = card["proceedings"]
    assert {each["proceeding"] for each in told} == {"DIALOGUE", "AGENDA_ITEM", "SELECTION", "AGREEMENT", "PROJECT"}
    assert {each["proceeding"] for each in told if each["bound"]} == {"AGREEMENT", "PROJECT"}
    assert not any(each["open"] for each in told)
    assert {each["__typename"] for each in card["records"]} == {
        "DialogueRecord", "SessionRecord", "SelectionRecord", "AgreementRecord", "ProjectRecord",
    }  # fmt: skip
    assert [each["text"] for each in diary.auditor.opens("dialogue", diary.here["dialogue"])["notes"]] == [
        "費用の説明が弱い。",
        "本部会議に諮る見込み。",
    ]
    assert diary.auditor.is_refused("closeProposal", proposal=proposal, reason="-") == "NOT_ALLOWED"
    (code,) = {diary.hall.asks_in_vain(each, proposal) for each in (diary.staff, diary.proposer)}
    assert code == "NOT_ALLOWED"
