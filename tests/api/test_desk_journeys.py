"""What a desk does in its day, over HTTP: a free proposal in Sapporo to its end, and an individual in Aomori."""

from typing import Any
from uuid import UUID, uuid4

from tenants.members import Role
from tests.api.desk_at_work import DeskAtWork, accepted, offer
from tests.conftest import AOMORI, SAPPORO

DOSSIER = """query ($id: UUID!, $position: Position) { proposal(id: $id, atLeast: $position) {
  stage version waitingFor waitingForMe receiptNumber { label } receivedOn answeredOn
  decidedOn outcome decidedBy channel
  title { text withheld erased audience marks } organisation { text } summary { text } contactName { text }
  contact { text } corporateNumber { text } reason { text audience } accepted { condition version }
  department { id name { text } } departments { id } challenge { id } cases { title { text } }
  history { position topic actor { name active } occurredOn channel policyVersion reason { text }
            post { name { text } department { name { text } } holders { name } }
            approval { system number { text } digest }
            facts typed { field words { text } } }
} }"""


def test_a_free_proposal_in_sapporo_from_the_telephone_to_the_closed_file(desk: DeskAtWork) -> None:
    administrator = desk.person(SAPPORO, Role.CITY_ADMINISTRATOR, name="管理者")
    transport, post = str(uuid4()), str(uuid4())
    desk.do(administrator, "establishDepartment", department=transport, title="交通計画課", validFrom="2024-04-01")
    desk.do(administrator, "renameDepartment", department=transport, title="都市交通課", validFrom="2024-10-01")
    desk.do(administrator, "establishPost", post=post, department=transport, title="課長", validFrom="2024-04-01")
    sato = desk.person(SAPPORO, Role.DESK_OFFICER, name="佐藤")
    tanaka = desk.person(SAPPORO, Role.DEPARTMENT_OFFICER, name="田中", department=UUID(transport))
    desk.do(administrator, "assignPost", post=post, member=str(tanaka.member.id), validFrom="2024-04-01")

    entry = {"channel": "TELEPHONE", "occurredOn": {"on": "2024-09-30"}}
    received = desk.do(
        sato, "receiveProposal", **offer(desk, sato, corporateNumber="９０００-０２００-１１００２"), entry=entry
    )
    assert (received["__typename"], received["stage"]) == ("ProposalRecorded", "RECEIVED")
    assert received["receiptNumber"] == {"fiscalYear": 2024, "kind": "free", "serial": 1, "label": "2024-free-1"}
    here = {"proposal": received["id"]}
    assert (
        desk.do(sato, "screenProposal", **here, reason="有用で実現できる", departments=[transport])["stage"]
        == "SCREENED"
    )
    assert desk.do(sato, "matchProposal", **here, department=transport, reason="所管する課")["stage"] == "MATCHED"
    spoken = {"channel": "DESK", "occurredOn": {"on": "2024-09-30"}, "post": post}
    talked = desk.do(
        tanaka, "recordProposalDialogue", **here, minutes="目標を確かめた", nextStep="実験の場所", entry=spoken
    )
    assert talked["stage"] == "IN_DIALOGUE"
    approval = {"system": "EXTERNAL", "decidedOn": "2024-11-01", "number": "札交第12号", "digest": "ab" * 32}
    decided = desk.do(
        tanaka, "decideProposal", **here, outcome="ADOPTED", reason="効果が見込める", entry={"approval": approval}
    )
    assert (decided["stage"], decided["outcome"]) == ("ADOPTED", "ADOPTED")
    closed = desk.do(sato, "closeProposal", **here, reason="協定へ引き継いだ")
    desk.catch_up()

    file = desk.ask(sato, DOSSIER, id=received["id"], position=closed["position"])["proposal"]
    assert (file["stage"], file["waitingFor"], file["waitingForMe"]) == ("CLOSED", "NOBODY", False)
    assert (file["outcome"], file["decidedBy"], file["channel"]) == ("ADOPTED", "DEPARTMENT", "TELEPHONE")
    assert file["title"] == {"text": "地下歩行空間の人流をはかる", "withheld": False, "erased": False,
                             "audience": "DEPARTMENT", "marks": ["KNOW_HOW"]}  # fmt: skip
    assert file["corporateNumber"]["text"] == "9000020011002"
    assert (file["organisation"]["text"], file["contact"]["text"]) == ("見本株式会社", "suzuki@example.jp")
    assert file["accepted"] == accepted(desk, sato)
    assert file["department"] == {"id": transport, "name": {"text": "都市交通課"}}
    assert [each["topic"].removeprefix("proposal.") for each in file["history"]] == [
        "received", "screened", "matched", "dialogue_recorded", "decided", "closed",
    ]  # fmt: skip
    assert [each["actor"]["name"] for each in file["history"]] == ["佐藤", "佐藤", "佐藤", "田中", "田中", "佐藤"]
    dialogue, decision = file["history"][3:5]
    assert dialogue["occurredOn"] == "2024-09-30"
    assert dialogue["post"]["department"]["name"]["text"] == "交通計画課"
    assert dialogue["post"]["holders"] == [{"name": "田中"}]
    assert {part["field"]: part["words"]["text"] for part in dialogue["typed"]} == {
        "minutes": "目標を確かめた", "next_step": "実験の場所",
    }  # fmt: skip
    assert decision["approval"] == {"system": "EXTERNAL", "number": {"text": "札交第12号"}, "digest": "ab" * 32}
    assert decision["reason"]["text"] == "効果が見込める"
    statistics = "{ statistics(fiscalYear: 2024) { received outcomes { outcome count } } }"
    (year,) = desk.ask(sato, statistics)["statistics"]
    assert year == {"received": 1, "outcomes": [{"outcome": "ADOPTED", "count": 1}]}


def test_in_aomori_an_individual_is_refused_and_nothing_beyond_the_refusal_is_kept(desk: DeskAtWork) -> None:
    officer = desk.person(AOMORI)
    typed = offer(desk, officer, organisationKind="INDIVIDUAL", organisation="三浦 花子", summary="個人の考え")
    tables = ("events", "commands", "receipt_numbers", "sealed", "data_keys")

    def kept() -> list[Any]:
        return [desk.house.sql(f"select count(*) from renkei.{table} where city = %s", AOMORI) for table in tables]  # noqa: S608 - the names above

    before = kept()
    refused = desk.do(officer, "receiveProposal", **typed)
    assert (refused["__typename"], refused["code"]) == ("Refused", "NOT_ELIGIBLE")
    assert refused["messageJa"] == "この市では、この区分（個人）の方からの提案は受け付けていません。"
    assert refused["details"] == [{"name": "kind", "value": "individual"}]
    assert kept() == before
    proprietor = desk.do(officer, "receiveProposal", **{**typed, "organisationKind": "SOLE_PROPRIETOR"})
    assert proprietor["receiptNumber"]["label"].endswith("-free-1")


def test_a_themed_proposal_leads_from_the_challenge_to_the_case(desk: DeskAtWork) -> None:
    officer = desk.person(AOMORI)
    raised = desk.do(officer, "raiseChallenge", title="雪かきの担い手", description="高齢の世帯が増えている")
    here = {"challenge": raised["id"]}
    words = {"title": "雪かきの担い手を増やす", "description": "ともに考える企業を募る"}
    desk.do(officer, "publishChallenge", **here, **words, fields=["safety", "welfare"])
    themed = offer(desk, officer, kind="themed", challenge=raised["id"])
    proposal = desk.do(officer, "receiveProposal", **themed)
    here_too = {"proposal": proposal["id"], "reason": "役立つ"}
    desk.do(officer, "screenProposal", **here_too)
    desk.do(officer, "matchProposal", **here_too, department=str(desk.house.department(AOMORI)))
    desk.do(desk.person(AOMORI, Role.DEPARTMENT_OFFICER), "decideProposal", **here_too, outcome="ADOPTED")
    other = desk.do(officer, "raiseChallenge", title="夜道", description="暗い通りがある")["id"]
    desk.do(officer, "publishChallenge", challenge=other, title="夜道", description="明るくする", fields=["safety"])
    desk.do(officer, "receiveProposal", **offer(desk, officer, kind="themed", challenge=other))
    told = {"title": "雪かきの見守り", "summary": "団体が担い手を結ぶ", "method": "agreement"}
    case = {**told, "partners": [{"name": "見本株式会社"}]}
    published = desk.do(officer, "publishCase", content=case, proposal=proposal["id"], challenge=raised["id"])
    assert (published["__typename"], published["stage"]) == ("CaseRecorded", "OPEN"), published
    closed = desk.do(officer, "closeChallenge", **here, result="ANSWERED", note="提案があった")
    assert closed["stage"] == "CLOSED"
    desk.catch_up()
    file = desk.ask(officer, DOSSIER, id=proposal["id"], position=closed["position"])["proposal"]
    assert file["challenge"] == {"id": raised["id"]}
    assert file["cases"] == [{"title": {"text": "雪かきの見守り"}}]
    numbers = "count adopted declined answered daysMedian daysMean"
    asked = f"{{ statistics {{ fiscalYear fields {{ field {numbers} }} methods {{ method {numbers} }} }} }}"
    (whole, year) = desk.ask(officer, asked)["statistics"]
    once = {"count": 1, "adopted": 1, "declined": 0, "answered": 1, "daysMedian": 0.0, "daysMean": 0.0}
    assert (
        whole["fields"]
        == year["fields"]
        == [
            {"field": "welfare", **once},
            {"field": "safety", **once, "count": 2},  # the other waits for its first answer
        ]
    )
    assert whole["methods"] == year["methods"] == [{"method": "agreement", **once}]
