"""A city's administrator enters people and gives them rights through the desk's GraphQL."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from domain.rights import Revoked, Rights, RightsEvent
from domain.values import Audience, CityCode
from tenants.commands.organisation import AssignPost, EstablishPost
from tenants.commands.rights import GrantRight, RemoveMember, RenameMember, RevokeRight
from tenants.identity import set_active
from tenants.members import CASEWORK, OPERATOR, Role, operator
from tenants.standing import Standing
from tenants.wish import Context, Entry
from tests.api.desk_at_work import Counting, DeskAtWork, Person
from tests.conftest import SAPPORO

RIGHTS = (
    "query ($on: Date) { rights(on: $on) { person { name } rights { role department { name { text } } post { id } } } }"
)


def test_a_person_is_entered_given_a_post_and_has_its_rights_from_the_day_on(desk: DeskAtWork) -> None:
    administrator = desk.person(SAPPORO, Role.CITY_ADMINISTRATOR, name="管理者")
    today = desk.house.tenancy.today()
    tomorrow = (today + timedelta(days=1)).isoformat()
    department, post, member, grant = (str(uuid4()) for _ in range(4))
    desk.do(administrator, "establishDepartment", department=department, title="公園課", validFrom="2026-04-01")
    desk.do(administrator, "establishPost", post=post, department=department, title="係長", validFrom="2026-04-01")
    told = {"member": member, "title": "田中", "login": "tanaka", "validFrom": today.isoformat()}
    command = str(uuid4())
    entered = desk.do(administrator, "enterMember", **told, commandId=command)
    assert (entered["__typename"], entered["members"]) == ("RightsRecorded", 2), entered
    assert desk.do(administrator, "enterMember", **told, commandId=command)["repeated"]
    taken = desk.do(administrator, "enterMember", **{**told, "member": str(uuid4())})
    assert (taken["__typename"], taken["code"]) == ("Refused", "LOGIN_TAKEN")
    right = {"grant": grant, "role": "DEPARTMENT_OFFICER", "post": post, "reason": "担当のため", "validFrom": tomorrow}
    assert desk.do(administrator, "grantRight", **right)["__typename"] == "RightsRecorded"
    desk.do(administrator, "assignPost", post=post, member=member, validFrom=today.isoformat())
    desk.catch_up()

    def may(day: str) -> dict[str, list[str]]:
        found = desk.ask(administrator, RIGHTS, on=day)["rights"]
        return {each["person"]["name"]: [right["role"] for right in each["rights"]] for each in found}

    assert may(today.isoformat()) == {"管理者": ["CITY_ADMINISTRATOR"]}
    assert may(tomorrow) == {"管理者": ["CITY_ADMINISTRATOR"], "田中": ["DEPARTMENT_OFFICER"]}
    found = desk.ask(administrator, RIGHTS, on=tomorrow)["rights"]
    (held,) = next(each["rights"] for each in found if each["person"]["name"] == "田中")
    assert (held["department"]["name"]["text"], held["post"]["id"]) == ("公園課", post)


def test_the_last_administrator_cannot_go_and_rights_are_not_backdated(desk: DeskAtWork) -> None:
    administrator = desk.person(SAPPORO, Role.CITY_ADMINISTRATOR)
    (right,) = administrator.member.rights
    today = desk.house.tenancy.today()
    ended = {"grant": str(right.grant), "reason": "異動", "validFrom": today.isoformat()}
    assert desk.do(administrator, "revokeRight", **ended)["code"] == "LAST_ADMINISTRATOR"
    gone = {"member": str(administrator.member.id), "reason": "退職", "validFrom": today.isoformat()}
    assert desk.do(administrator, "removeMember", **gone)["code"] == "LAST_ADMINISTRATOR"
    second = desk.person(SAPPORO, Role.CITY_ADMINISTRATOR)
    early = {**ended, "validFrom": (today - timedelta(days=1)).isoformat()}
    assert desk.do(second, "revokeRight", **early)["code"] == "DATE_INVALID"
    assert desk.do(second, "revokeRight", **ended)["__typename"] == "RightsRecorded"
    assert desk.refused(administrator, "{ rights { person { name } } }") == (200, "NOT_ALLOWED")


def test_rights_are_read_by_the_administrator_and_the_auditor_of_the_city(desk: DeskAtWork) -> None:
    asked = "{ rights { person { name } } }"
    for role in (Role.CITY_ADMINISTRATOR, Role.AUDITOR):
        assert desk.ask(desk.person(SAPPORO, role), asked)["rights"]
    for role in (Role.DESK_OFFICER, Role.DEPARTMENT_OFFICER, Role.APPROVER, Role.COUNCIL_MEMBER, Role.STAFF):
        assert desk.refused(desk.person(SAPPORO, role), asked) == (200, "NOT_ALLOWED")


def test_an_outside_auditors_right_is_told_with_its_term_and_its_subject(desk: DeskAtWork) -> None:
    administrator = desk.person(SAPPORO, Role.CITY_ADMINISTRATOR, name="管理者")
    auditor, officer = str(uuid4()), desk.person(SAPPORO, name="窓口")
    today = desk.house.tenancy.today()
    tomorrow, ends = today + timedelta(days=1), today + timedelta(days=120)
    entered = {"member": auditor, "title": "包括外部監査人", "validFrom": today.isoformat()}
    assert desk.do(administrator, "enterMember", **entered)["__typename"] == "RightsRecorded"
    right = {"grant": str(uuid4()), "role": "AUDITOR", "member": auditor, "reason": "契約", "until": ends.isoformat()}
    right |= {"validFrom": tomorrow.isoformat()}
    without = desk.do(administrator, "grantRight", **right)
    assert (without["code"], without["field"]) == ("PART_MISSING", "matter")
    assert (
        desk.do(administrator, "grantRight", **right, **{without["field"]: "窓口の事務"})["__typename"]
        == "RightsRecorded"
    )
    desk.catch_up()
    asked = """query ($on: Date) { rights(on: $on) { person { name }
        rights { role since until subject { text audience } } } }"""

    def told(day: date) -> dict[str, list[dict[str, Any]]]:
        found = desk.ask(administrator, asked, on=day.isoformat())["rights"]
        return {each["person"]["name"]: each["rights"] for each in found}

    usual = {"since": today.isoformat(), "until": None, "subject": None}
    others = {"管理者": [{"role": "CITY_ADMINISTRATOR", **usual}], "窓口": [{"role": "DESK_OFFICER", **usual}]}
    whole = {
        "role": "AUDITOR",
        "since": tomorrow.isoformat(),
        "until": ends.isoformat(),
        "subject": {"text": "窓口の事務", "audience": "STAFF"},
    }
    assert told(today) == told(ends) == others
    assert told(ends - timedelta(days=1)) == {**others, "包括外部監査人": [whole]}
    mine = desk.ask(officer, "{ me { rights { role since until subject { text } } } }")["me"]["rights"]
    assert mine == others["窓口"]


# --- why: for administrators, auditors and the person concerned -------------------------------------------------------

TIMELINE = """{ timeline(first: 100) { nodes {
    topic facts reason { text withheld erased damaged audience } typed { field words { text withheld } }
} } }"""
NOT_ALLOWED = {"text": None, "withheld": True, "erased": False, "damaged": False, "audience": "PERSONNEL"}
OTHERS = sorted(CASEWORK - {Role.CITY_ADMINISTRATOR, Role.AUDITOR})


@dataclass(frozen=True, kw_only=True)
class RevokedForAllStaff(RevokeRight):
    """A revocation as it was recorded when its reason was for all staff."""

    def events(self, state: Rights, context: Context) -> tuple[RightsEvent, ...]:
        del state
        return (Revoked(self.grant, context.words("reason", self.reason, Audience.STAFF), self.valid_from),)


def personnel(desk: DeskAtWork, reader: Person) -> list[tuple[str, dict[str, Any], Any]]:
    """Topic, facts and reason of each change of rights; the reason told as typed must be the same."""
    desk.catch_up()
    nodes = desk.ask(reader, TIMELINE)["timeline"]["nodes"]
    for node in nodes:
        typed = {each["field"]: each["words"]["text"] for each in node["typed"]}
        assert typed.get("reason") == (node["reason"] or {}).get("text")
    return [(each["topic"], each["facts"], each["reason"]) for each in nodes if each["topic"].startswith("rights.")]


@pytest.mark.parametrize("wish", [RevokeRight, RevokedForAllStaff])
@pytest.mark.parametrize("role", OTHERS)
def test_why_a_right_came_or_went_is_told_to_whom_it_concerns(
    desk: DeskAtWork, role: Role, wish: type[RevokeRight]
) -> None:
    today, by = desk.house.tenancy.today(), desk.house.tenancy.desk(operator(SAPPORO))
    given, second = uuid4(), uuid4()
    reader, concerned = desk.person(SAPPORO, role), desk.person(SAPPORO, role)
    id_ = concerned.member.id
    for grant in (given, second):
        granted = GrantRight(grant=grant, role=Role.STAFF, member=id_, reason="病気の職員の代わり", valid_from=today)
        by.do(granted, Entry(uuid4()))
    by.do(wish(grant=given, reason="けん責", valid_from=today), Entry(uuid4()))
    leaves = today + timedelta(days=30)
    by.do(RemoveMember(member=id_, reason="家庭の事情", valid_from=leaves), Entry(uuid4()))
    to_post = desk.house.department(SAPPORO), uuid4()
    by.do(EstablishPost(post=to_post[1], department=to_post[0], title="係長", valid_from=today), Entry(uuid4()))
    by.do(
        GrantRight(grant=uuid4(), role=Role.STAFF, post=to_post[1], reason="見直し", valid_from=today), Entry(uuid4())
    )

    def why(person: Person) -> dict[str, list[str | None]]:
        told: dict[str, list[str | None]] = {}
        for topic, facts, reason in personnel(desk, person):
            mine = str(id_) == facts.get("member") or str(given) == facts.get("grant") or "post" in facts
            if mine and reason is not None:
                assert reason["text"] is not None or reason == NOT_ALLOWED
                told.setdefault(topic, []).append(reason["text"])
        return told

    texts = ["運用担当による登録 / entered by the operator", *["病気の職員の代わり"] * 2]
    whole = {"rights.granted": [*texts, "見直し"], "rights.revoked": ["けん責"], "rights.member_left": ["家庭の事情"]}
    for each in (Role.CITY_ADMINISTRATOR, Role.AUDITOR):
        assert {topic: sorted(map(str, found)) for topic, found in why(desk.person(SAPPORO, each)).items()} == {
            topic: sorted(found) for topic, found in whole.items()
        }
    assert why(reader) == {topic: [None] * len(found) for topic, found in whole.items()}
    own = why(concerned)
    assert sorted(map(str, own.pop("rights.granted"))) == sorted([*texts, "None"])
    assert own == {"rights.revoked": ["けん責"], "rights.member_left": ["家庭の事情"]}
    facts = [facts for topic, facts, _ in personnel(desk, reader) if topic == "rights.revoked"]
    assert facts == [{"grant": str(given), "valid_from": today.isoformat()}]


GROUNDS = "{ timeline(first: 100) { nodes { topic typed { field words { text withheld audience grounds } } } } }"


def test_what_is_for_fewer_since_it_was_typed_is_kept_back_on_the_grounds_of_today(desk: DeskAtWork) -> None:
    today, by, grant = desk.house.tenancy.today(), desk.house.tenancy.desk(operator(SAPPORO)), uuid4()
    auditor, concerned = desk.person(SAPPORO, Role.AUDITOR), desk.person(SAPPORO, Role.DESK_OFFICER)
    given = GrantRight(grant=grant, role=Role.STAFF, member=concerned.member.id, reason="代わり", valid_from=today)
    by.do(given, Entry(uuid4()))
    by.do(RevokedForAllStaff(grant=grant, reason="けん責", valid_from=today), Entry(uuid4()))
    desk.catch_up()
    narrowed = {"audience": "PERSONNEL", "grounds": ["INDIVIDUAL", "OPERATIONS"]}
    for reader in (auditor, concerned):
        nodes = desk.ask(reader, GROUNDS)["timeline"]["nodes"]
        told = {(node["topic"], each["field"]): each["words"] for node in nodes for each in node["typed"]}
        assert told["rights.revoked", "reason"] == {"text": "けん責", "withheld": False, **narrowed}
        as_typed = told["rights.member_entered", "name"]
        assert (as_typed["audience"], as_typed["grounds"]) == ("STAFF", [])


SEVERAL = """mutation ($a: RevokeRightInput!, $b: EnterMemberInput!, $c: RenameMemberInput!) {
  a: revokeRight(input: $a) { __typename }
  b: enterMember(input: $b) { __typename ... on Refused { code } }
  c: renameMember(input: $c) { __typename ... on Refused { code } }
}"""


def test_who_is_revoked_records_nothing_more_not_even_in_the_same_request(desk: DeskAtWork) -> None:
    one, other = desk.person(SAPPORO, Role.CITY_ADMINISTRATOR), desk.person(SAPPORO, Role.CITY_ADMINISTRATOR)
    today, (right,) = desk.house.tenancy.today().isoformat(), one.member.rights
    told: dict[str, Any] = {
        "a": {"grant": str(right.grant), "reason": "異動"},
        "b": {"member": str(uuid4()), "title": "田中"},
        "c": {"member": str(other.member.id), "title": "鈴木"},
    }
    given = {name: {"commandId": str(uuid4()), "validFrom": today, **each} for name, each in told.items()}
    before = desk.house.positions(SAPPORO)
    answer = desk.ask(one, SEVERAL, **given)
    assert answer["a"]["__typename"] == "RightsRecorded"
    assert [answer[name].get("code") for name in ("b", "c")] == ["NOT_ALLOWED", "NOT_ALLOWED"]
    assert len(desk.house.positions(SAPPORO)) == len(before) + 1


def test_who_may_do_what_costs_as_many_statements_for_many_members_as_for_one(desk: DeskAtWork) -> None:
    administrator, by = desk.person(SAPPORO, Role.CITY_ADMINISTRATOR), operator(SAPPORO)
    today, department, post = desk.house.tenancy.today(), desk.house.department(SAPPORO), uuid4()
    do = desk.house.tenancy.desk(by).do
    do(EstablishPost(post=post, department=department, title="係長", valid_from=today), Entry(uuid4()))
    do(GrantRight(grant=uuid4(), role=Role.APPROVER, post=post, reason="決裁", valid_from=today), Entry(uuid4()))
    asked = """{ rights { person { name } rights { role since subject { text } department { name { text } }
        post { name { text } holders { name } } } } }"""

    def cost(members: int) -> int:
        while len(found := desk.ask(administrator, asked)["rights"]) < members:
            person = desk.person(SAPPORO, Role.DEPARTMENT_OFFICER, name="鈴木", department=department)
            do(AssignPost(post=post, member=person.member.id, valid_from=today), Entry(uuid4()))
            desk.catch_up()
        assert [each["person"]["name"] for each in found].count("鈴木") == members - 1
        before = Counting.sent
        desk.ask(administrator, asked)
        return Counting.sent - before

    assert cost(2) == cost(6)


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[CityCode]:
    """The city of each look at who may do what, whoever takes it."""
    taken, news = list[CityCode](), Standing.news

    def look(self: Standing, city: CityCode) -> Any:
        taken.append(city)
        return news(self, city)

    monkeypatch.setattr(Standing, "news", look)
    return taken


def cost(desk: DeskAtWork, person: Person, looks: list[CityCode], query: str) -> tuple[Any, int, int]:
    """The answer; the statements and the looks that it costs beyond those of who asks nothing but the own id."""

    def spent(asked: str) -> tuple[Any, int, int]:
        before = Counting.sent
        looks.clear()
        return desk.ask(person, asked), Counting.sent - before, len(looks)

    _, least, signing_in = spent("{ me { id } }")
    desk.ask(person, query)  # what is only read once is read before
    answer, statements, taken = spent(query)
    return answer, statements - least, taken - signing_in


def test_reasons_of_many_changes_cost_one_look_at_the_rights(desk: DeskAtWork, looks: list[CityCode]) -> None:
    officer, today = desk.person(SAPPORO), desk.house.tenancy.today()
    for _ in range(5):
        grant = GrantRight(grant=uuid4(), role=Role.STAFF, member=officer.member.id, reason="代わり", valid_from=today)
        desk.house.tenancy.desk(operator(SAPPORO)).do(grant, Entry(uuid4()))
    desk.catch_up()
    told, _, taken = cost(desk, officer, looks, TIMELINE)
    nodes = told["timeline"]["nodes"]
    assert [(each["reason"] or {}).get("text") for each in nodes].count("代わり") == 5
    assert taken == 1


MINE = """me { name rights { since } } records { nodes { waitingForMe } }
  timeline(first: 100) { nodes { topic actor { name } reason { text } } }"""


def test_one_request_looks_once_at_who_may_do_what_whatever_it_asks(desk: DeskAtWork, looks: list[CityCode]) -> None:
    today, by = desk.house.tenancy.today(), desk.house.tenancy.desk(operator(SAPPORO))
    officer = desk.person(SAPPORO, Role.DESK_OFFICER, name="佐藤 花子")
    administrator = desk.person(SAPPORO, Role.DESK_OFFICER, Role.CITY_ADMINISTRATOR, name="鈴木")
    id_ = officer.member.id
    by.do(RenameMember(member=id_, title="田中 花子", valid_from=today), Entry(uuid4()))
    by.do(GrantRight(grant=uuid4(), role=Role.STAFF, member=id_, reason="代わり", valid_from=today), Entry(uuid4()))
    asked = desk.do(officer, "receiveConsultation", asker=str(uuid4()), title="相談", question="できますか。")
    assert asked["__typename"] == "RecordRecorded", asked
    desk.catch_up()
    told, _, taken = cost(desk, officer, looks, f"{{ {MINE} }}")
    nodes = {each["topic"]: each for each in told["timeline"]["nodes"]}
    assert (told["me"]["name"], len(told["records"]["nodes"]), taken) == ("田中 花子", 1, 1)
    assert nodes["consultation.received"]["actor"] == {"name": "田中 花子"}
    assert nodes["rights.granted"]["reason"] == {"text": "代わり"}
    told, _, taken = cost(desk, administrator, looks, f"{{ {MINE} rights {{ person {{ name }} rights {{ since }} }} }}")
    assert sorted(each["person"]["name"] for each in told["rights"]) == ["田中 花子", "鈴木"]
    assert taken == 1


def test_names_are_read_only_where_a_name_is_asked(desk: DeskAtWork, looks: list[CityCode]) -> None:
    officer = desk.person(SAPPORO, Role.DESK_OFFICER)
    desk.do(officer, "raiseChallenge", title="除雪", description="担い手")
    desk.catch_up()

    def spent(of: str) -> tuple[int, int]:
        told, *costs = cost(desk, officer, looks, f"{{ timeline {{ nodes {{ actor {{ {of} }} }} }} }}")
        assert str(officer.member.id) in [each["actor"]["id"] for each in told["timeline"]["nodes"]]
        statements, taken = costs
        return statements, taken

    one_read, _ = spent("id")  # of the timeline; of the accounts another
    two_reads = 2 * one_read
    assert [spent(of) for of in ("id", "id active", "id active name")] == [
        (one_read, 0),
        (two_reads, 0),
        (two_reads, 1),
    ]


def test_who_is_shut_out_has_no_account_or_is_the_operator_is_shown_as_such(desk: DeskAtWork) -> None:
    administrator, shut_out = (
        desk.person(SAPPORO, Role.CITY_ADMINISTRATOR, name="鈴木"),
        desk.member(SAPPORO, name="佐藤"),
    )
    set_active(desk.owner, SAPPORO, shut_out.id, active=False)
    today, unseen = desk.house.tenancy.today().isoformat(), str(uuid4())
    entered = {"member": unseen, "title": "伊藤", "validFrom": today}
    assert desk.do(administrator, "enterMember", **entered)["__typename"] == "RightsRecorded"
    right = {"grant": str(uuid4()), "role": "STAFF", "member": unseen, "reason": "担当", "validFrom": today}
    assert desk.do(administrator, "grantRight", **right)["__typename"] == "RightsRecorded"
    desk.catch_up()
    told = desk.ask(
        administrator, "{ rights { person { name active } } timeline { nodes { actor { id name active } } } }"
    )
    people = {each["person"]["name"]: each["person"]["active"] for each in told["rights"]}
    assert people == {"鈴木": True, "佐藤": False, "伊藤": False}
    by_operator = {"id": str(OPERATOR), "name": operator(SAPPORO).name, "active": True}
    assert by_operator in [each["actor"] for each in told["timeline"]["nodes"]]


def test_a_proposer_reads_its_own_name_of_today(desk: DeskAtWork) -> None:
    administrator, agent = desk.person(SAPPORO, Role.CITY_ADMINISTRATOR), desk.person(SAPPORO, parties=(uuid4(),))
    told = {"member": str(agent.member.id), "title": "田中 花子", "validFrom": desk.house.tenancy.today().isoformat()}
    assert desk.do(administrator, "renameMember", **told)["__typename"] == "RightsRecorded"
    assert desk.ask(agent, "{ me { name } }") == {"me": {"name": "田中 花子"}}


NAMES = """query ($on: Date) { me { name } rights(on: $on) { person { name } }
  timeline(first: 100) { nodes { topic actor { name } } } }"""


def test_who_married_is_shown_by_the_name_of_each_day_and_old_acts_keep_theirs(desk: DeskAtWork) -> None:
    officer = desk.person(SAPPORO, Role.CITY_ADMINISTRATOR, Role.DESK_OFFICER, name="佐藤 花子")
    desk.do(officer, "raiseChallenge", title="除雪", description="担い手")
    desk.catch_up()
    aged = "update renkei.timeline set recorded_at = recorded_at - interval '9 days' where topic = 'challenge.raised'"
    desk.house.sql(aged)
    today = desk.house.tenancy.today()
    told = {
        "member": str(officer.member.id),
        "title": "田中 花子",
        "validFrom": (today - timedelta(days=2)).isoformat(),
    }
    refused = desk.do(officer, "renameMember", **{**told, "validFrom": "2020-01-01"})
    assert refused["code"] == "DATE_INVALID"
    answer = desk.do(officer, "renameMember", **{**told, "validFrom": today.isoformat()})
    assert answer["__typename"] == "RightsRecorded", answer
    later = {**told, "title": "伊藤 花子", "validFrom": (today + timedelta(days=30)).isoformat()}
    desk.do(officer, "renameMember", **later)
    desk.catch_up()
    now = desk.ask(officer, NAMES)
    assert (now["me"]["name"], now["rights"]) == ("田中 花子", [{"person": {"name": "田中 花子"}}])
    actors = {each["topic"]: (each["actor"] or {})["name"] for each in now["timeline"]["nodes"]}
    assert (actors["challenge.raised"], actors["rights.member_renamed"]) == ("佐藤 花子", "田中 花子")
    ahead = desk.ask(officer, NAMES, on=(today + timedelta(days=31)).isoformat())
    assert ahead["rights"] == [{"person": {"name": "伊藤 花子"}}]


def test_who_may_do_what_is_not_asked_forty_times_at_once(desk: DeskAtWork) -> None:
    administrator, each = desk.person(SAPPORO, Role.CITY_ADMINISTRATOR), "rights { person { name active } }"
    assert desk.ask(administrator, f"{{ {each} }}")["rights"]
    many = " ".join(f"r{number}: {each}" for number in range(40))
    assert desk.refused(administrator, f"{{ {many} }}") == (400, "DOCUMENT_TOO_HEAVY")
