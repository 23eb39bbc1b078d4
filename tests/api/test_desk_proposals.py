"""A proposal's whole dossier over the desk's GraphQL: what was entered is shown, and waits for whom it should."""

from typing import Any
from uuid import uuid4

from tenants.members import Role
from tests.api.desk_at_work import DeskAtWork, Person, offer
from tests.conftest import AOMORI, SAPPORO

DOSSIER = """
query ($id: UUID!) { proposal(id: $id) {
  stage waitingFor receiptNumber { label spoken } summary { text } title { text }
  contactKana { text } contactDepartment { text } cityMoney track planFields brings { text } wants { text }
  purpose shareContact checks { item met note { text } } checkNote { text } question { text } askedDueOn
  asked { id } opinions { useful feasible note { text } department { id } } amount highOccupancy personalData
  assessment { text } recommended recommendation { text } escalated escalation { text } councilSession agendaItem
  toldOn suspended suspension { text } suspendedUntil outcome decidedBy reason { text }
} }"""
MINE = "{ inbox(first: 100, where: {waitingForMe: true}) { nodes { id waitingForMe } } }"


def shown(desk: DeskAtWork, person: Person, proposal: str) -> dict[str, Any]:
    desk.catch_up()
    found: dict[str, Any] = desk.ask(person, DOSSIER, id=proposal)["proposal"]
    return found


def mine(desk: DeskAtWork, person: Person) -> list[str]:
    desk.catch_up()
    nodes = desk.ask(person, MINE)["inbox"]["nodes"]
    assert all(each["waitingForMe"] for each in nodes)
    return [each["id"] for each in nodes]


def done(desk: DeskAtWork, person: Person, mutation: str, **told: Any) -> Any:
    answer = desk.do(person, mutation, **told)
    assert answer["__typename"] == "ProposalRecorded", answer
    return answer


def at_council(desk: DeskAtWork, officer: Person, proposal: str, result: str) -> dict[str, str]:
    """A session of today at which the council decided so about a proposal, as a decision names it."""
    day = desk.house.tenancy.today().isoformat()
    session = desk.do(officer, "conveneSession", title="本部会議", on=day)["id"]
    item = str(uuid4())
    for mutation, told in (
        ("addSessionItem", {"proposal": proposal, "question": "実施の適否"}),
        ("decideSessionItem", {"result": result, "manner": "CONSENT", "reason": "異議なし"}),
    ):
        answer = desk.do(officer, mutation, session=session, item=item, **told)
        assert answer["__typename"] == "RecordRecorded", answer
    return {"councilSession": session, "agendaItem": item}


def test_a_proposal_from_draft_to_an_explained_decline(desk: DeskAtWork) -> None:  # noqa: PLR0915 - a whole journey
    asked, own = desk.house.department(SAPPORO), desk.house.department(SAPPORO)
    officer = desk.person(SAPPORO, Role.DESK_OFFICER)
    expert = desk.person(SAPPORO, Role.DEPARTMENT_OFFICER, department=asked)
    decider = desk.person(SAPPORO, Role.DEPARTMENT_OFFICER, department=own)
    council = desk.person(SAPPORO, Role.COUNCIL_MEMBER)
    id_ = str(uuid4())
    whole = offer(desk, officer, proposal=id_)
    begun = {name: whole[name] for name in ("proposal", "kind", "organisationKind", "organisation")}

    done(desk, officer, "draftProposal", **begun, title="人流")
    assert mine(desk, officer) == [id_]
    draft = shown(desk, officer, id_)
    assert (draft["stage"], draft["receiptNumber"], draft["summary"]) == ("DRAFT", None, None)

    more = {
        "contactKana": "すずき いちろう", "contactDepartment": "営業部", "cityMoney": "NONE", "track": "scheme",
        "planFields": ["area_community"], "brings": "計測器", "wants": "場所", "purpose": 1, "shareContact": True,
    }  # fmt: skip
    done(desk, officer, "receiveProposal", **{**whole, **more})
    received = shown(desk, officer, id_)
    typed = {name: {"text": more[name]} for name in ("contactKana", "contactDepartment", "brings", "wants")}
    assert received.items() >= {**more, **typed}.items()
    assert received["receiptNumber"]["spoken"].startswith("FY")
    assert "Free" in received["receiptNumber"]["spoken"]

    items = [{"item": "helps", "met": True, "note": "役立つ"}, {"item": "feasible", "met": False}]
    done(desk, officer, "checkProposal", proposal=id_, items=items, note="一部のみ")
    done(desk, officer, "checkProposal", proposal=id_, items=[{"item": "feasible", "met": True}])
    question = {"question": "役立ちますか", "dueOn": "2026-12-10"}
    done(desk, officer, "askProposalOpinions", proposal=id_, departments=[str(asked)], **question)
    assert (mine(desk, expert), mine(desk, decider), mine(desk, officer)) == ([id_], [], [])
    assert shown(desk, officer, id_).items() >= {"waitingFor": "DEPARTMENT_OFFICER", "askedDueOn": "2026-12-10"}.items()
    done(desk, expert, "giveProposalOpinion", proposal=id_, department=str(asked), useful=True, note="役立つ")
    assert (mine(desk, expert), mine(desk, officer)) == ([], [id_])

    done(desk, officer, "assessProposal", proposal=id_, cityMoney="NONE", highOccupancy=False, note="市の負担なし")
    done(desk, officer, "screenProposal", proposal=id_, reason="有用")
    done(desk, officer, "matchProposal", proposal=id_, department=str(own), reason="担当")
    done(desk, officer, "recommendProposal", proposal=id_, outcome="ADOPTED", reason="進めたい")
    assert (mine(desk, decider), mine(desk, expert), mine(desk, officer)) == ([id_], [], [])
    done(desk, decider, "suspendProposal", proposal=id_, reason="雪解けを待つ", until="2027-04-01")
    assert mine(desk, decider) == []
    assert desk.do(decider, "decideProposal", proposal=id_, outcome="ADOPTED", reason="行う")["code"] == "IS_SUSPENDED"
    done(desk, decider, "resumeProposal", proposal=id_)
    done(desk, decider, "escalateProposal", proposal=id_, reason="課だけでは決めがたい")
    assert (mine(desk, council), mine(desk, decider)) == ([id_], [])
    assert (
        desk.do(decider, "decideProposal", proposal=id_, outcome="ADOPTED", reason="行う")["code"] == "COUNCIL_DECIDES"
    )
    session = at_council(desk, officer, id_, "ADOPTED")
    told = {"proposal": id_, "decidedBy": "COUNCIL"}
    done(desk, council, "decideProposal", **told, outcome="ADOPTED", reason="行う", **session)
    contrary = desk.do(council, "correctProposalDecision", **told, outcome="DECLINED", reason="場所がない", **session)
    assert contrary["code"] == "REFERENCE_UNSUITABLE"
    session = at_council(desk, officer, id_, "DECLINED")
    done(desk, council, "correctProposalDecision", **told, outcome="DECLINED", reason="場所がない", **session)
    assert desk.do(officer, "closeProposal", proposal=id_, reason="終わり")["code"] == "REASONS_NOT_TOLD"
    done(desk, decider, "tellProposalReasons", proposal=id_, note="電話で説明した")
    found = shown(desk, officer, id_)
    assert found["toldOn"] is not None
    done(desk, officer, "closeProposal", proposal=id_, reason="終わり")

    opinion = {"useful": True, "feasible": None, "note": {"text": "役立つ"}, "department": {"id": str(asked)}}
    expected = {
        "stage": "DECLINED", "outcome": "DECLINED", "decidedBy": "COUNCIL", "waitingFor": "DESK_OFFICER",
        "checks": [
            {"item": "helps", "met": True, "note": {"text": "役立つ"}}, {"item": "feasible", "met": True, "note": None}
        ],
        "checkNote": None, "question": {"text": "役立ちますか"}, "asked": [], "askedDueOn": None,
        "opinions": [opinion], "amount": None, "highOccupancy": False, "personalData": None,
        "assessment": {"text": "市の負担なし"}, "recommended": "ADOPTED", "recommendation": {"text": "進めたい"},
        "escalated": True, "escalation": {"text": "課だけでは決めがたい"}, **session,
        "suspended": False, "suspension": {"text": "雪解けを待つ"}, "suspendedUntil": None,
        "reason": {"text": "場所がない"}, **{name: received[name] for name in (*more, "title", "summary")},
    }  # fmt: skip
    assert {name: found[name] for name in expected} == expected
    assert shown(desk, officer, id_)["waitingFor"] == "NOBODY"


def test_a_step_that_is_taken_back_waits_for_whom_it_waited_then(desk: DeskAtWork) -> None:
    own = desk.house.department(SAPPORO)
    officer = desk.person(SAPPORO, Role.DESK_OFFICER)
    decider = desk.person(SAPPORO, Role.DEPARTMENT_OFFICER, department=own)
    id_ = done(desk, officer, "receiveProposal", **offer(desk, officer))["id"]
    done(desk, officer, "screenProposal", proposal=id_, reason="有用", departments=[str(own)])
    done(desk, officer, "matchProposal", proposal=id_, department=str(own), reason="担当")
    done(desk, decider, "decideProposal", proposal=id_, outcome="ADOPTED", reason="行う")
    done(desk, officer, "withdrawProposal", proposal=id_, reason="取り下げたい")
    done(desk, officer, "correctProposalStep", proposal=id_, to="ADOPTED", reason="別の提案の取下げだった")
    assert shown(desk, officer, id_).items() >= {"stage": "ADOPTED", "outcome": "ADOPTED"}.items()
    other = done(desk, officer, "receiveProposal", **offer(desk, officer))["id"]
    done(desk, officer, "screenProposal", proposal=other, reason="有用", departments=[str(own)])
    done(desk, officer, "matchProposal", proposal=other, department=str(own), reason="担当")
    done(desk, officer, "correctProposalStep", proposal=other, to="SCREENED", reason="担当が違った")
    found = shown(desk, officer, other)
    expected = {"stage": "SCREENED", "outcome": None, "decidedBy": None, "reason": {"text": "担当が違った"}}
    assert found.items() >= expected.items()
    assert (other in mine(desk, officer), other in mine(desk, decider)) == (True, False)


def test_who_was_turned_away_is_no_entry_of_the_inbox(desk: DeskAtWork) -> None:
    officer = desk.person(AOMORI, Role.DESK_OFFICER)
    answer = done(desk, officer, "turnProposalAway", organisationKind="INDIVIDUAL", entry={"channel": "TELEPHONE"})
    assert answer["stage"] == "TURNED_AWAY"
    desk.catch_up()
    done(desk, officer, "turnProposalAway", organisationKind="INDIVIDUAL", sample=True)
    desk.catch_up()
    asked = """{ inbox { nodes { id } } statistics { received turnedAway }
        timeline(newestFirst: true, first: 2) { nodes { topic channel facts typed { field } } } }"""
    told = desk.ask(officer, asked)
    assert told["inbox"]["nodes"] == []
    assert told["statistics"] == [{"received": 0, "turnedAway": 1}]
    happened = told["timeline"]["nodes"][1]
    facts = {"organisation_kind": "individual", "sample": False}
    assert happened == {"topic": "proposal.turned_away", "channel": "TELEPHONE", "facts": facts, "typed": []}
