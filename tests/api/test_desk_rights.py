"""A city's administrator enters people and gives them rights through the desk's GraphQL."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest

from tenants.members import Role
from tests.api.desk_at_work import DeskAtWork, desk_at_work
from tests.conftest import AOMORI, SAPPORO, House

RIGHTS = (
    "query ($on: Date) { rights(on: $on) { person { name } rights { role department { name { text } } post { id } } } }"
)


@pytest.fixture
def desk(house: House) -> Iterator[DeskAtWork]:
    house.open_city(SAPPORO)
    house.open_city(AOMORI)
    with desk_at_work(house) as desk:
        yield desk


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
    assert (taken["__typename"], taken["code"]) == ("Refused", "ALREADY_THERE")
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
