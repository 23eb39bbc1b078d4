"""札幌: a free proposal without the city's money, unique and keeping nobody out, is selected without a call."""

from typing import Any

from tenants.members import Role
from tests.conftest import SAPPORO, House
from tests.scenarios.city_hall import CityHall, Somebody, city_hall

SNOW = "雪対策課"
ANSWERS: dict[str, Any] = {
    "paysNow": False, "paysLater": False, "exclusiveRights": True, "specialKnowledge": True, "noOtherParty": False,
    "openToMany": False, "knowHowTouched": False, "occupancyInTime": "LOW", "occupancyInSpace": "NONE",
}  # fmt: skip


def test_what_is_unique_and_keeps_nobody_out_is_done_by_its_proposer_and_evaluated_all_the_same(house: House) -> None:
    with city_hall(house, SAPPORO) as hall:
        hall.department(SNOW)
        officer = hall.somebody(Role.DEPARTMENT_OFFICER, name="雪 次郎", department=SNOW)
        company = hall.new()
        representative = hall.proposer(company, "北国 五郎")
        proposal = the_department_adopts_it(hall, officer, company)
        selection = the_rules_give_a_reason_to_select_without_a_call(hall, officer, proposal)
        city_and_proposer_sign_a_memorandum(hall, officer, proposal)
        project = the_work_is_evaluated_although_the_city_pays_nothing(hall, officer, proposal, selection)
        the_case_tells_everybody(hall, officer, proposal, project)
        own = representative.looks_up_own(proposal)
        assert (own["stage"], own["title"]) == ("CLOSED", "雪の量を音で測る")
        assert [each["words"] for each in own["told"]] == ["市の負担なしで除雪の課題に応える。"]
        assert [each["shared"] for each in own["dialogues"][0]["meetings"]] == ["二月に三か所で試す。"]
        assert [each["sharedNote"] for each in own["selections"]] == ["占用が小さく独自性があるため、公募しません。"]
        assert [(each["title"], each["effectiveOn"]) for each in own["agreements"]] == [
            ("雪の計測に関する覚書", hall.day(0))
        ]
        assert [(each["path"], each["pathBecause"]) for each in own["projects"]] == [("CONTINUE", "来冬は十か所で。")]


def the_department_adopts_it(hall: CityHall, officer: Somebody, company: str) -> str:
    """Received at the counter, screened, talked over, adopted with its reason."""
    offer = hall.offer(
        "雪の量を音で測る", proposer=company, organisation="北国音響株式会社", cityMoney="NONE", track="scheme"
    )
    proposal: str = hall.clerk.does("receiveProposal", by="COUNTER", **offer)["id"]
    here: dict[str, Any] = {"proposal": proposal}
    hall.clerk.does("screenProposal", **here, reason="除雪の出動判断に役立ち、実現できる。")
    hall.clerk.does("matchProposal", **here, department=hall.departments[SNOW], reason="除雪を所管する。")
    asked = {"department": hall.departments[SNOW], "title": "雪の計測", "request": "試行の可否を。"}
    dialogue = hall.clerk.does("inviteDialogue", **here, **asked)["id"]
    officer.does("acceptDialogue", dialogue=dialogue)
    officer.meets(proposal, dialogue, "特許の範囲と場所を話した。", shared="二月に三か所で試す。")
    resources = [
        {"party": "CITY", "asset": "KOTO", "description": "冬の催しの場"},
        {"party": "PARTNER", "asset": "THINGS", "description": "計測器 三台"},
    ]
    officer.does("recordDialogueResources", dialogue=dialogue, resources=resources)
    officer.does("endDialogue", dialogue=dialogue, ending="READY_TO_DECIDE", reason="場所が決まった。")
    assert officer.opens("dialogue", dialogue)["resources"] == resources
    officer.does("decideProposal", **here, outcome="ADOPTED", reason="市の負担なしで除雪の課題に応える。")
    return proposal


def the_rules_give_a_reason_to_select_without_a_call(hall: CityHall, officer: Somebody, proposal: str) -> str:
    """Low occupancy and a patent: the advice stands with its grounds, and is shared with the proposer."""
    selection: str = officer.does("beginSelection", proposal=proposal, title="雪の計測の実施主体")["id"]
    here: dict[str, Any] = {"selection": selection}
    unanswered = {name: answer for name, answer in ANSWERS.items() if not name.startswith("occupancy")}
    assert officer.is_refused("assessSelection", **here, answers=unanswered) == "PART_MISSING"
    officer.does("assessSelection", **here, answers=ANSWERS)
    advised = officer.opens("selection", selection)
    assert (advised["advice"], advised["grounds"]) == (
        "WITHOUT_CALL", ["OCCUPANCY_LOW", "EXCLUSIVE_RIGHTS", "SPECIAL_KNOWLEDGE"]
    )  # fmt: skip
    officer.does("decideSelectionWay", **here, way="WITHOUT_CALL")
    officer.does("chooseSelectionImplementer", **here, byProposer=True, reason="特許を持ち、他にできる者がいない。")
    assert officer.is_refused("completeSelection", **here) == "PART_MISSING"
    officer.does("shareSelection", **here, note="占用が小さく独自性があるため、公募しません。", on=hall.day(0))
    officer.does("completeSelection", **here)
    page = officer.opens("selection", selection)
    assert (page["stage"], page["standing"], page["byProposer"], page["sharedOn"]) == (
        "completed", "FOLLOWS", True, hall.day(0)
    )  # fmt: skip
    return selection


def city_and_proposer_sign_a_memorandum(hall: CityHall, officer: Somebody, proposal: str) -> None:
    """No money, one page: 覚書 between two."""
    terms = {
        "title": "雪の計測に関する覚書", "matters": "三か所で二月に測る。",
        "signatories": [{"side": "CITY", "name": "札幌市"}, {"side": "PROPOSER", "name": "北国音響株式会社"}],
    }  # fmt: skip
    agreement = officer.does("draftAgreement", kind="MEMORANDUM", proposal=proposal, terms=terms)["id"]
    officer.does("settleAgreement", agreement=agreement)
    officer.does("enterAgreementSignature", agreement=agreement, party=2, on=hall.day(0))
    officer.does("signAgreement", agreement=agreement)
    page = officer.opens("agreement", agreement)
    assert (page["agreedKind"], page["stage"], page["effectiveOn"]) == ("MEMORANDUM", "in_effect", hall.day(0))


def the_work_is_evaluated_although_the_city_pays_nothing(
    hall: CityHall, officer: Somebody, proposal: str, selection: str
) -> str:
    """By the implementer and by the department, of every goal, before the file is closed."""
    begun = {"department": hall.departments[SNOW], "title": "雪の計測", "proposal": proposal, "selection": selection}
    project: str = officer.does("beginProject", **begun, track="scheme")["id"]
    here: dict[str, Any] = {"project": project}
    first, second = hall.new(), hall.new()
    officer.does("setProjectGoal", **here, goal=first, text="十センチを見分ける")
    officer.does("setProjectGoal", **here, goal=second, text="夜も測れる")
    officer.does("raiseProjectIssue", **here, issue=(issue := hall.new()), title="電池", description="寒さで切れた。")
    officer.does("settleProjectIssue", **here, issue=issue, outcome="箱に入れた。")
    officer.does("completeProject", **here, on=hall.day(0))
    officer.does("decideProjectContinuation", **here, path="CONTINUE", reason="来冬は十か所で。")
    found = [{"goal": goal, "result": "MET", "words": "できた。"} for goal in (first, second)]
    told: dict[str, Any] = {"summary": "負担なしで続けられる。"}
    assert officer.is_refused("evaluateProject", **here, side="CITY", findings=found[:1], **told) == "PART_MISSING"
    officer.does("evaluateProject", **here, side="CITY", findings=found, **told)
    assert officer.is_refused("closeProject", **here) == "PART_MISSING"
    hall.clerk.does("evaluateProject", **here, side="PARTNER", findings=found, **told)
    officer.does("closeProject", **here, note="事例は後日公表する。")
    return project


def the_case_tells_everybody(hall: CityHall, officer: Somebody, proposal: str, project: str) -> None:
    """What both brought in and gained, with the proposer's consent."""
    content: dict[str, Any] = {
        "title": "雪の量を音で測る", "summary": "三か所で測り、出動の判断に生かした。", "method": "memorandum",
        "fields": ["transport"], "partners": [{"name": "北国音響株式会社"}],
        "resources": [{"side": "PARTNER", "kind": "THINGS", "description": "計測器 三台"}],
        "benefits": [{"side": "CITY", "description": "見回りが減る。"}, {"side": "PARTNER", "description": "実績"}],
    }  # fmt: skip
    officer.does("agreeProjectCase", project=project, on=hall.day(0), consent="代表者が同意した。")
    case = hall.clerk.does("publishCase", content=content, proposal=proposal, project=project)["id"]
    hall.clerk.does("closeProposal", proposal=proposal, reason="事例を公表した。")
    shown = hall.case_outside(case)
    assert {name: shown[name] for name in content if name != "partners"} == {
        name: content[name] for name in content if name != "partners"
    }
    assert (shown["partners"], shown["challenge"]) == ([{"name": "北国音響株式会社", "participant": False}], None)
