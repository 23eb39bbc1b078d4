"""Every command is a mutation, for those whose role allows it, once, and with its refusals as data."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    get_nullable_type,
)

from api.desk.mutation import OFFERED
from api.desk.naming import mutation_name
from api.desk.schema import desk_schema
from domain.errors import StoreUnavailable
from tenants.city_file import CityFile
from tenants.commands import WISHES
from tenants.desk import Desk
from tenants.members import EVERYBODY, Role
from tests.api.desk_at_work import SECRET, DeskAtWork, Person, desk_at_work, offer
from tests.conftest import AOMORI, ROOT, SAPPORO, House

DESK, DEPARTMENT, ADMIN = Role.DESK_OFFICER, Role.DEPARTMENT_OFFICER, Role.CITY_ADMINISTRATOR

CASEWORKERS = {DESK, DEPARTMENT, Role.APPROVER, Role.COUNCIL_MEMBER}
MAY: dict[str, set[Role]] = {
    "draftProposal": {DESK, DEPARTMENT},
    "assignRetention": {DESK},
    "extendRetention": {DESK},
    "editProposalDraft": {DESK, DEPARTMENT},
    "discardProposalDraft": {DESK, DEPARTMENT},
    "turnProposalAway": {DESK, DEPARTMENT},
    "checkProposal": {DESK},
    "askProposalOpinions": {DESK},
    "giveProposalOpinion": {DESK, DEPARTMENT},
    "assessProposal": {DESK, DEPARTMENT},
    "recommendProposal": {DESK},
    "escalateProposal": {DESK, DEPARTMENT},
    "correctProposalDecision": {DEPARTMENT, Role.APPROVER},
    "tellProposalReasons": {DESK, DEPARTMENT},
    "correctProposalStep": {DESK},
    "suspendProposal": {DESK, DEPARTMENT},
    "resumeProposal": {DESK, DEPARTMENT},
    "receiveProposal": {DESK, DEPARTMENT},
    "returnProposalForCompletion": {DESK},
    "extendProposalDeadline": {DESK},
    "completeProposal": {DESK, DEPARTMENT},
    "screenProposal": {DESK},
    "refuseProposal": {DESK},
    "referProposal": {DESK},
    "matchProposal": {DESK},
    "recordProposalDialogue": {DESK, DEPARTMENT},
    "decideProposal": {DEPARTMENT, Role.APPROVER},
    "declareProposalInterest": {DESK, DEPARTMENT, Role.APPROVER, Role.COUNCIL_MEMBER},
    "withdrawProposalInterest": {DESK},
    "withdrawProposal": {DESK, DEPARTMENT},
    "closeProposal": {DESK},
    "attachProposalFile": {DESK, DEPARTMENT},
    "detachProposalFile": {DESK, DEPARTMENT},
    "renameProposalParty": {DESK},
    "changeProposalContact": {DESK},
    "changeProposalConsent": {DESK},
    "passProposalContactOn": {DESK},
    "correctProposalReceipt": {DESK},
    "raiseChallenge": {DESK, DEPARTMENT},
    "editChallenge": {DESK, DEPARTMENT},
    "reviewChallenge": {DESK},
    "nameChallengeContact": {DESK, DEPARTMENT},
    "publishChallenge": {DESK},
    "reviseChallenge": {DESK},
    "extendChallenge": {DESK},
    "closeChallenge": {DESK},
    "correctChallengeStep": {DESK},
    "publishCase": {DESK},
    "reviseCase": {DESK},
    "closeCase": {DESK},
    "withdrawCase": {DESK},
    "showCaseAgain": {DESK},
    "correctCaseStep": {DESK},
    "inviteDialogue": {DESK},
    "extendDialogue": {DESK},
    "recallDialogue": {DESK},
    "acceptDialogue": {DEPARTMENT},
    "turnDialogueDown": {DEPARTMENT},
    "arrangeDialogueMeeting": {DESK, DEPARTMENT},
    "recordDialogueMeeting": {DESK, DEPARTMENT},
    "correctDialogueMinutes": {DESK, DEPARTMENT},
    "cancelDialogueMeeting": {DESK, DEPARTMENT},
    "sendDialogueMessage": {DESK, DEPARTMENT},
    "enterDialogueMessage": {DESK, DEPARTMENT},
    "noteDialogue": {DESK, DEPARTMENT},
    "discloseDialogue": {DESK, DEPARTMENT},
    "recordDialogueResources": {DESK, DEPARTMENT},
    "recordDialogueGoals": {DESK, DEPARTMENT},
    "recordDialogueCosts": {DESK, DEPARTMENT},
    "recordDialogueScheme": {DESK, DEPARTMENT},
    "alignDialogueWithPlans": {DESK, DEPARTMENT},
    "endDialogue": {DESK, DEPARTMENT},
    "resumeDialogue": {DESK, DEPARTMENT},
    "correctDialogueStep": {DESK, DEPARTMENT},
    "conveneSession": {DESK},
    "rescheduleSession": {DESK},
    "cancelSession": {DESK},
    "addSessionItem": {DESK},
    "withdrawSessionItem": {DESK},
    "declareSessionInterest": {DESK, Role.COUNCIL_MEMBER},
    "castSessionVote": {DESK, Role.COUNCIL_MEMBER},
    "decideSessionItem": {DESK, Role.COUNCIL_MEMBER},
    "takeSessionMinutes": {DESK},
    "closeSession": {DESK},
    "withdrawSessionInterest": {DESK},
    "correctSessionStep": {DESK},
    "draftAgreement": {DESK, DEPARTMENT},
    "changeAgreement": {DESK, DEPARTMENT},
    "settleAgreement": {DESK, DEPARTMENT},
    "signAgreement": {DESK, DEPARTMENT},
    "enterAgreementSignature": {DESK, DEPARTMENT},
    "abandonAgreement": {DESK, DEPARTMENT},
    "amendAgreement": {DESK, DEPARTMENT},
    "giveAgreementNotice": {DESK, DEPARTMENT},
    "renewAgreement": {DESK, DEPARTMENT},
    "endAgreement": {DESK, DEPARTMENT},
    "attachAgreement": {DESK, DEPARTMENT},
    "detachAgreement": {DESK, DEPARTMENT},
    "withdrawAgreementNotice": {DESK, DEPARTMENT},
    "correctAgreementStep": {DESK, DEPARTMENT},
    "askSurvey": {DESK},
    "answerSurvey": {DESK, DEPARTMENT},
    "remindSurvey": {DESK},
    "extendSurvey": {DESK},
    "closeSurvey": {DESK},
    "correctSurveyStep": {DESK},
    "draftApproval": {DESK, DEPARTMENT},
    "redraftApproval": {DESK, DEPARTMENT},
    "submitApproval": {DESK, DEPARTMENT},
    "agreeApproval": CASEWORKERS,
    "sendApprovalBack": CASEWORKERS,
    "decideApproval": {Role.APPROVER},
    "reviewApproval": CASEWORKERS,
    "withdrawApproval": {DESK, DEPARTMENT},
    "carryApprovalOut": CASEWORKERS,
    "receiveConsultation": {DESK, DEPARTMENT},
    "assignConsultation": {DESK},
    "answerConsultation": {DESK, DEPARTMENT},
    "noteConsultation": {DESK, DEPARTMENT},
    "leadConsultationToProposal": {DESK},
    "closeConsultation": {DESK, DEPARTMENT},
    "correctConsultationStep": {DESK, DEPARTMENT},
    "correctConsultationReceipt": {DESK},
    "announceGathering": {DESK},
    "reviseGathering": {DESK},
    "registerGatheringGuest": {DESK, DEPARTMENT},
    "registerGatheringMember": CASEWORKERS | {ADMIN, Role.STAFF},
    "withdrawGatheringRegistration": CASEWORKERS | {ADMIN, Role.STAFF},
    "holdGathering": {DESK},
    "cancelGathering": {DESK},
    "correctGatheringStep": {DESK},
    "draftNotice": {DESK},
    "redraftNotice": {DESK},
    "publishNotice": {DESK},
    "reviseNotice": {DESK},
    "withdrawNotice": {DESK},
    "correctNoticeStep": {DESK},
    "beginSelection": {DESK, DEPARTMENT},
    "assessSelection": {DESK, DEPARTMENT},
    "decideSelectionWay": {DEPARTMENT, Role.APPROVER},
    "shareSelection": {DESK, DEPARTMENT},
    "consultSelectionProposer": {DESK, DEPARTMENT},
    "prepareSelection": {DESK, DEPARTMENT},
    "openSelectionCall": {DESK, DEPARTMENT},
    "closeSelectionCall": {DESK, DEPARTMENT},
    "chooseSelectionImplementer": {DEPARTMENT, Role.APPROVER},
    "recordSelectionContract": {DESK, DEPARTMENT},
    "reopenSelection": {DESK, DEPARTMENT},
    "completeSelection": {DESK, DEPARTMENT},
    "abandonSelection": {DESK, DEPARTMENT},
    "correctSelectionStep": {DESK, DEPARTMENT, Role.APPROVER},
    "beginProject": {DESK, DEPARTMENT},
    "nameProjectAgreement": {DESK, DEPARTMENT},
    "dropProjectAgreement": {DESK, DEPARTMENT},
    "divideProjectRoles": {DESK, DEPARTMENT},
    "setProjectGoal": {DESK, DEPARTMENT},
    "dropProjectGoal": {DESK, DEPARTMENT},
    "planProjectMilestone": {DESK, DEPARTMENT},
    "moveProjectMilestone": {DESK, DEPARTMENT},
    "dropProjectMilestone": {DESK, DEPARTMENT},
    "reachProjectMilestone": {DESK, DEPARTMENT},
    "reopenProjectMilestone": {DESK, DEPARTMENT},
    "agreeProjectSupport": {DESK, DEPARTMENT},
    "reportProjectResults": {DESK, DEPARTMENT},
    "requestProjectBudget": {DESK, DEPARTMENT},
    "grantProjectBudget": {DESK},
    "refuseProjectBudget": {DESK},
    "spendProjectBudget": {DESK, DEPARTMENT},
    "raiseProjectIssue": {DESK, DEPARTMENT},
    "settleProjectIssue": {DESK, DEPARTMENT},
    "reopenProjectIssue": {DESK, DEPARTMENT},
    "changeProjectPlan": {DESK, DEPARTMENT},
    "evaluateProject": {DESK, DEPARTMENT},
    "agreeProjectCase": {DESK, DEPARTMENT},
    "withdrawProjectCaseConsent": {DESK, DEPARTMENT},
    "completeProject": {DESK, DEPARTMENT},
    "stopProject": {DESK, DEPARTMENT},
    "decideProjectContinuation": {DEPARTMENT, Role.APPROVER},
    "closeProject": {DESK, DEPARTMENT},
    "correctProjectStep": {DESK, DEPARTMENT},
    "establishDepartment": {ADMIN},
    "renameDepartment": {ADMIN},
    "abolishDepartment": {ADMIN},
    "establishPost": {ADMIN},
    "renamePost": {ADMIN},
    "keepDepartment": {ADMIN},
    "keepPost": {ADMIN},
    "abolishPost": {ADMIN},
    "assignPost": {ADMIN},
    "vacatePost": {ADMIN},
    "adoptPolicy": {ADMIN},
    "enterMember": {ADMIN},
    "renameMember": {ADMIN},
    "removeMember": {ADMIN},
    "grantRight": {ADMIN},
    "revokeRight": {ADMIN},
    "giveRepresentation": {DESK, ADMIN},
    "endRepresentation": {DESK, ADMIN},
}
"""Mutation to the roles that may give it, written out once more: a role too many must not go unseen.

Every cell of it is tried in tests/leaks/test_matrix.py.
"""

PLAIN: dict[str, Any] = {
    "String": "記載内容",
    "UUID": str(UUID(int=7)),
    "Int": 1,
    "Yen": 1,
    "Boolean": False,
    "Date": "2024-04-01",
}


@pytest.fixture(scope="module")
def desk(module_house: House) -> Iterator[DeskAtWork]:
    module_house.open_city(SAPPORO)
    module_house.open_city(AOMORI)
    with desk_at_work(module_house) as desk:
        yield desk


@pytest.fixture(scope="module")
def people(desk: DeskAtWork) -> dict[Role, Person]:
    return {role: desk.person(SAPPORO, role) for role in sorted(EVERYBODY)}


def smallest(kind: GraphQLInputType) -> Any:
    """A value of an input type with nothing in it that can be left out."""
    match get_nullable_type(kind):
        case GraphQLList():
            return []
        case GraphQLEnumType() as enumeration:
            return next(iter(enumeration.values))
        case GraphQLInputObjectType() as made if made.extensions["strawberry-definition"].is_one_of:
            name, one = next(iter(made.fields.items()))
            return {name: smallest(GraphQLNonNull(one.type))}
        case GraphQLInputObjectType() as made:
            needed = {name: each.type for name, each in made.fields.items() if isinstance(each.type, GraphQLNonNull)}
            return {name: smallest(inner) for name, inner in needed.items() if name != "commandId"}
        case GraphQLScalarType(name=name):
            return PLAIN[name]
        case other:
            raise AssertionError(other)


def input_for(mutation: str) -> dict[str, Any]:
    """The smallest input of a mutation."""
    root = desk_schema()._schema.mutation_type
    assert root is not None
    made: dict[str, Any] = smallest(root.fields[mutation].args["input"].type)
    more = {"adoptPolicy": {"content": aomori_toml()}, "castSessionVote": {"member": str(UUID(int=7))}}
    return {**made, **more.get(mutation, {})}


def aomori_toml() -> str:
    return (ROOT / f"tenants/cities/{AOMORI}.toml").read_text(encoding="utf-8")


def sapporo_toml() -> str:
    return (ROOT / f"tenants/cities/{SAPPORO}.toml").read_text(encoding="utf-8")


# --- every command, every role ---------------------------------------------------------------------------------------


def test_every_command_but_the_operators_own_is_a_mutation() -> None:
    root = desk_schema()._schema.mutation_type
    assert root is not None
    assert set(root.fields) == {mutation_name(wish) for wish in OFFERED} == set(MAY)
    assert [wish.name for wish in WISHES if wish not in OFFERED] == ["city.open"]


def test_every_mutation_says_what_it_does_in_both_languages() -> None:
    root = desk_schema()._schema.mutation_type
    assert root is not None
    for wish in OFFERED:
        told = root.fields[mutation_name(wish)].description or ""
        assert wish.ja in told
        assert (wish.__doc__ or "").partition("\n")[0].replace("``", "`") in told


def test_a_refused_role_records_nothing(desk: DeskAtWork, people: dict[Role, Person]) -> None:
    before = desk.house.sql("select count(*) from renkei.events")
    for role in (Role.AUDITOR, Role.STAFF):
        assert desk.do(people[role], "raiseChallenge", title="題名", description="内容")["code"] == "NOT_ALLOWED"
    assert desk.house.sql("select count(*) from renkei.events") == before


# --- once, and one at a time -----------------------------------------------------------------------------------------


def test_the_same_command_again_gives_the_same_answer_and_records_nothing(
    desk: DeskAtWork, people: dict[Role, Person]
) -> None:
    told = offer(desk, people[DESK], commandId=str(uuid4()))
    once = desk.do(people[DESK], "receiveProposal", **told)
    events = desk.house.sql("select count(*) from renkei.events")
    again = desk.do(people[DESK], "receiveProposal", **told)
    assert again == {**once, "repeated": True}
    assert desk.house.sql("select count(*) from renkei.events") == events


def test_an_old_command_is_answered_as_then_whatever_happened_since(
    desk: DeskAtWork, people: dict[Role, Person]
) -> None:
    told = offer(desk, people[DESK], commandId=str(uuid4()))
    once = desk.do(people[DESK], "receiveProposal", **told)
    desk.do(people[DESK], "screenProposal", proposal=once["id"], reason="有用")
    assert desk.do(people[DESK], "receiveProposal", **told) == {**once, "repeated": True}


def test_a_command_id_is_refused_with_other_content_and_from_another_member(
    desk: DeskAtWork, people: dict[Role, Person]
) -> None:
    told = offer(desk, people[DESK], commandId=str(uuid4()))
    desk.do(people[DESK], "receiveProposal", **told)
    other = desk.do(people[DESK], "receiveProposal", **{**told, "title": "別の題名"})
    assert (other["__typename"], other["code"]) == ("CommandReused", "COMMAND_REUSED")
    assert desk.do(people[DEPARTMENT], "receiveProposal", **told)["__typename"] == "CommandReused"


def test_a_wish_that_is_granted_already_changes_nothing(desk: DeskAtWork, people: dict[Role, Person]) -> None:
    proposal = desk.do(people[DESK], "receiveProposal", **offer(desk, people[DESK]))["id"]
    first = desk.do(people[DESK], "screenProposal", proposal=proposal, reason="有用")
    second = desk.do(people[DESK], "screenProposal", proposal=proposal, reason="有用")
    assert (first["changed"], second["changed"], second["repeated"]) == (True, False, False)
    assert (first["version"], second["version"]) == (2, 2)


def test_of_two_contrary_decisions_at_once_exactly_one_wins(desk: DeskAtWork, people: dict[Role, Person]) -> None:
    officer, department = people[DESK], desk.house.department(people[DESK].member.city)
    for _ in range(5):
        proposal = desk.do(officer, "receiveProposal", **offer(desk, officer))["id"]
        desk.do(officer, "screenProposal", proposal=proposal, reason="有用")
        desk.do(officer, "matchProposal", proposal=proposal, department=str(department), reason="所管")
        barrier = Barrier(2)

        def decide(role: Role, outcome: str, proposal: str = proposal, barrier: Barrier = barrier) -> Any:
            barrier.wait()
            return desk.do(people[role], "decideProposal", proposal=proposal, outcome=outcome, reason="理由")

        with ThreadPoolExecutor(2) as threads:
            answers = list(threads.map(decide, (DEPARTMENT, Role.APPROVER), ("ADOPTED", "DECLINED")))
        won = [answer for answer in answers if answer["__typename"] == "ProposalRecorded"]
        lost = [answer for answer in answers if answer["__typename"] != "ProposalRecorded"]
        assert len(won) == 1
        assert [answer["code"] for answer in lost] in (["ALREADY_DECIDED"], ["CONFLICT"])
        decided = "select count(*) from renkei.events where originator_id = %s and topic = 'proposal.decided'"
        events = desk.house.sql(decided, UUID(proposal))
        assert events == [(1,)]


# --- what bad input gets ---------------------------------------------------------------------------------------------

LONG = "長" * 20_001


@pytest.mark.parametrize(
    ("told", "code", "field"),
    [
        ({"title": ""}, "TEXT_REQUIRED", "title"),
        ({"title": " \n"}, "TEXT_REQUIRED", "title"),
        ({"title": "長" * 201}, "TEXT_TOO_LONG", "title"),
        ({"summary": LONG}, "TEXT_TOO_LONG", "summary"),
        ({"contactName": "鈴木\x07"}, "TEXT_FORBIDDEN", "contactName"),
        ({"corporateNumber": "9000020011003"}, "CORPORATE_NUMBER_INVALID", "corporateNumber"),
        ({"accepted": []}, "PART_MISSING", "accepted"),
        ({"kind": "themed"}, "PART_MISSING", "challenge"),
        ({"kind": "FREE"}, "CODE_UNKNOWN", "kind"),
        ({"entry": {"approval": {"system": "EXTERNAL", "decidedOn": "2024-04-01", "number": "号\x07"}}},
         "TEXT_FORBIDDEN", "entry.approval.number"),
    ],
)  # fmt: skip
def test_what_cannot_be_kept_is_refused_by_its_field(
    desk: DeskAtWork, people: dict[Role, Person], told: dict[str, Any], code: str, field: str | None
) -> None:
    before = desk.house.sql("select count(*) from renkei.events")
    answer = desk.do(people[DESK], "receiveProposal", **offer(desk, people[DESK], **told))
    assert (answer["__typename"], answer["code"], answer["field"]) == ("Refused", code, field)
    assert desk.house.sql("select count(*) from renkei.events") == before


def test_what_is_told_for_programs_is_in_no_language(desk: DeskAtWork, people: dict[Role, Person]) -> None:
    answer = desk.do(people[DESK], "receiveProposal", **offer(desk, people[DESK], accepted=[]))
    assert (answer["code"], [each["name"] for each in answer["details"]]) == ("PART_MISSING", ["problem"])


def test_a_code_that_was_left_empty_is_told_as_missing(desk: DeskAtWork, people: dict[Role, Person]) -> None:
    content = {"title": "題名", "summary": "概要", "method": ""}
    answer = desk.do(people[DESK], "publishCase", content=content)
    assert (answer["code"], answer["field"]) == ("PART_MISSING", "method")
    assert "agreement" in answer["messageEn"]
    assert "''" not in answer["messageEn"]


def test_the_field_inside_a_case_is_named_with_its_way(desk: DeskAtWork, people: dict[Role, Person]) -> None:
    content = {"title": "題名", "summary": "概要", "method": "agreement", "partners": [{"name": "a\x1b"}]}
    answer = desk.do(people[DESK], "publishCase", content=content)
    assert (answer["code"], answer["field"]) == ("TEXT_FORBIDDEN", "content.partners.name")


def test_the_message_is_in_the_language_that_the_request_prefers(desk: DeskAtWork, people: dict[Role, Person]) -> None:
    query = "mutation ($i: RaiseChallengeInput!) { raiseChallenge(input: $i) { ... on Problem { message } } }"
    given = {"commandId": str(uuid4()), "title": "", "description": "内容"}
    headers = {"Authorization": f"Bearer {people[DESK].token}", "Accept-Language": "ja"}
    answer = desk.client.post(
        "/desk/sapporo/graphql", json={"query": query, "variables": {"i": given}}, headers=headers
    )
    assert answer.json()["data"]["raiseChallenge"]["message"] == "「件名」が空です。入力してください。"


@pytest.mark.parametrize(
    "broken",
    [
        {"title": "a\0b"},
        {"proposer": "no-uuid"},
        {"organisationKind": "GIFT"},
        {"entry": {"occurredOn": {"on": "2024-02-30"}}},
        {"entry": {"approval": {"system": "EXTERNAL", "decidedOn": "2024-04-01", "digest": "abc"}}},
        {"unknown": 1},
        {"commandId": None},
    ],
)
def test_a_value_of_the_wrong_kind_is_a_mistake_in_the_request(
    desk: DeskAtWork, people: dict[Role, Person], broken: dict[str, Any]
) -> None:
    query = "mutation ($i: ReceiveProposalInput!) { receiveProposal(input: $i) { __typename } }"
    told = {"commandId": str(uuid4()), **offer(desk, people[DESK]), **broken}
    answer = desk.post(people[DESK], query, i=told)
    assert answer.status_code == 400
    assert "INTERNAL" not in answer.text


def test_an_unknown_record_and_a_wrong_stage_are_told_apart(desk: DeskAtWork, people: dict[Role, Person]) -> None:
    unknown = desk.do(people[DESK], "screenProposal", proposal=str(uuid4()), reason="有用")
    assert unknown["code"] == "NOT_FOUND"
    proposal = desk.do(people[DESK], "receiveProposal", **offer(desk, people[DESK]))["id"]
    wrong = desk.do(people[DESK], "closeProposal", proposal=proposal, reason="終わり")
    assert wrong["code"] == "WRONG_STAGE"
    assert {"name": "stage", "value": "received"} in wrong["details"]


def test_a_decision_without_a_reason_is_refused_as_such(desk: DeskAtWork, people: dict[Role, Person]) -> None:
    answer = desk.do(people[DEPARTMENT], "decideProposal", proposal=str(uuid4()), outcome="ADOPTED", reason=" ")
    assert answer["code"] == "REASON_REQUIRED"


# --- the policy ------------------------------------------------------------------------------------------------------


def test_a_policy_is_adopted_from_its_whole_file(new_house: Any) -> None:
    house = new_house()
    house.open_city(SAPPORO)
    with desk_at_work(house) as desk:
        administrator = desk.person(SAPPORO, ADMIN)
        told = {"status": "IN_FORCE", "validFrom": "2026-04-01"}
        answer = desk.do(administrator, "adoptPolicy", content=sapporo_toml(), **told)
        assert (answer["__typename"], answer["policyVersion"]) == ("PolicyRecorded", 2)
        assert desk.ask(administrator, "{ policy { version } }") == {"policy": {"version": 2}}
        foreign = desk.do(administrator, "adoptPolicy", content=aomori_toml(), **told)
        assert (foreign["code"], foreign["field"]) == ("CODE_UNKNOWN", "content.code")
        broken = desk.do(administrator, "adoptPolicy", content="code = ", **told)
        assert broken["code"] == "CITY_FILE_INVALID"
        assert CityFile.__name__ not in broken["message"]
        assert desk.ask(administrator, "{ policy { version } }") == {"policy": {"version": 2}}


# --- when it cannot be done now --------------------------------------------------------------------------------------


def test_a_store_that_does_not_answer_is_told_as_503_with_when_to_try_again(
    desk: DeskAtWork, people: dict[Role, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_args: object) -> None:
        raise StoreUnavailable

    monkeypatch.setattr(Desk, "do", away)
    query = "mutation ($i: RaiseChallengeInput!) { raiseChallenge(input: $i) { __typename } }"
    answer = desk.post(people[DESK], query, i={"commandId": str(uuid4()), "title": "題名", "description": "内容"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert answer.json()["errors"][0]["extensions"]["code"] == "STORE_UNAVAILABLE"


def test_keys_that_cannot_be_read_stop_commands_with_503(new_house: Any) -> None:
    house = new_house()
    house.open_city(SAPPORO)
    with desk_at_work(house) as desk:
        officer = desk.person(SAPPORO)
        (house.folder / "keys/inside.key").rename(house.folder / "keys/away")
        query = "mutation ($i: RaiseChallengeInput!) { raiseChallenge(input: $i) { __typename } }"
        answer = desk.post(officer, query, i={"commandId": str(uuid4()), "title": "題名", "description": "内容"})
        assert answer.status_code == 503
        assert answer.json()["errors"][0]["extensions"]["code"] == "KEYS_UNAVAILABLE"


def test_an_error_of_ours_tells_nothing_of_itself(
    desk: DeskAtWork, people: dict[Role, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object) -> None:
        raise RuntimeError("select secret from renkei.members")

    monkeypatch.setattr(Desk, "do", broken)
    query = "mutation ($i: RaiseChallengeInput!) { raiseChallenge(input: $i) { __typename } }"
    answer = desk.post(people[DESK], query, i={"commandId": str(uuid4()), "title": "題名", "description": "内容"})
    assert answer.json()["errors"][0]["extensions"]["code"] == "INTERNAL"
    assert "select" not in answer.text
    assert "Traceback" not in answer.text


def test_more_commands_than_can_wait_are_turned_away(
    desk: DeskAtWork, people: dict[Role, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.desk.pace.MOST", 0)
    with desk_at_work(desk.house) as crowded:
        query = "mutation ($i: RaiseChallengeInput!) { raiseChallenge(input: $i) { __typename } }"
        given = {"commandId": str(uuid4()), "title": "題名", "description": "内容"}
        answer = crowded.post(people[DESK], query, i=given)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert answer.json()["errors"][0]["extensions"]["code"] == "TOO_BUSY"


def test_who_guesses_secrets_keeps_nobody_from_giving_commands(
    desk: DeskAtWork, people: dict[Role, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.desk.routes.SIGNING_IN", 0)
    with desk_at_work(desk.house) as crowded:
        answer = crowded.client.post("/desk/sapporo/token", json={"login": "sato", "secret": SECRET})
        assert (answer.status_code, answer.json()["code"]) == (503, "TOO_BUSY")
        assert crowded.do(people[DESK], "raiseChallenge", title="題名", description="内容")["stage"] == "RAISED"
