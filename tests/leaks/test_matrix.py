"""Role by command by city, and role by question by city: every cell, over HTTP, and the table that prints them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest

from api.desk import matrix
from domain.rights import Granted
from domain.values import CityCode
from tenants.commands.rights import GrantRight, RevokeRight
from tenants.database.embedded import EmbeddedPostgres
from tenants.members import EVERYBODY, SIGNED_IN, Role, operator
from tenants.visibility import READERS
from tenants.wish import Context, Entry
from tests.api.desk_at_work import DeskAtWork, Person
from tests.api.test_desk_commands import MAY, input_for
from tests.api.test_desk_walls import (
    CASEWORK_ONLY,
    FOR_ALL,
    FOR_PROPOSERS,
    FOR_WHOEVER_SIGNS_IN,
    SUPERVISORS_ONLY,
)
from tests.conftest import AOMORI, SAPPORO
from tests.leaks.running import running

QUESTIONS = {**CASEWORK_ONLY, **SUPERVISORS_ONLY, **FOR_ALL, **FOR_PROPOSERS, **FOR_WHOEVER_SIGNS_IN}
VARIANTS = {
    "decided_by=council": {"decidedBy": "COUNCIL"},
    "decided_by=department": {"decidedBy": "DEPARTMENT"},
    "": {},
}
"""What a command depends on, and how it is wished."""
COUNCIL = {
    ("decideProposal", "decided_by=council"): {Role.COUNCIL_MEMBER},
    ("correctProposalDecision", "decided_by=council"): {Role.COUNCIL_MEMBER},
}


PARTY = uuid4()


def given_as(role: Role) -> tuple[Role, ...]:
    """The roles under which somebody of that role is entered: a proposer has none of the city's."""
    return () if role is Role.PROPOSER else (role,)


def stands_for(role: Role) -> tuple[UUID, ...]:
    """The parties for whom somebody of that role stands, the same in both cities."""
    return (PARTY,) if role is Role.PROPOSER else ()


@dataclass
class Staffed:
    """The running application, and somebody of each role in each city under the same id."""

    desk: DeskAtWork
    people: dict[tuple[CityCode, Role], Person]


@pytest.fixture(scope="module")
def staffed(server: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staffed]:
    with running(server, tmp_path_factory.mktemp("matrix")) as app:
        ids = {role: uuid4() for role in SIGNED_IN}
        for city in (SAPPORO, AOMORI):
            app.house.open_city(city)
        people = {
            (city, role): app.desk.person(city, *given_as(role), id_=ids[role], parties=stands_for(role))
            for city in (SAPPORO, AOMORI)
            for role in sorted(SIGNED_IN)
        }
        yield Staffed(app.desk, people)


def given(desk: DeskAtWork, person: Person, city: str, mutation: str, choice: str) -> tuple[int, str]:
    """Status and what came of a command: how it was refused, or that it reached the record."""
    kind = f"{mutation[0].upper()}{mutation[1:]}Input!"
    query = f"mutation ($i: {kind}) {{ it: {mutation}(input: $i) {{ ... on Problem {{ code }} }} }}"
    answer = desk.post(person, query, city, i={"commandId": str(uuid4()), **input_for(mutation), **VARIANTS[choice]})
    told: Any = answer.json()
    if "errors" in told:
        return answer.status_code, told["errors"][0]["extensions"]["code"]
    return answer.status_code, "NOT_ALLOWED" if told["data"]["it"].get("code") == "NOT_ALLOWED" else "reached"


CELLS = [(mutation, choice) for mutation, choices in matrix.commands().items() for choice in choices]


@pytest.mark.parametrize(("mutation", "choice"), CELLS)
def test_a_command_is_for_its_roles_in_its_city_only(staffed: Staffed, mutation: str, choice: str) -> None:
    decided = COUNCIL.get((mutation, choice), MAY[mutation])
    assert matrix.commands()[mutation][choice] == decided
    for (own, role), person in staffed.people.items():
        for city in (SAPPORO, AOMORI):
            if city != own:
                expected = (401, "NOT_SIGNED_IN")
            elif role in decided:
                expected = (200, "reached")
            else:
                expected = (200, "NOT_ALLOWED")
            assert given(staffed.desk, person, city, mutation, choice) == expected, (role, own, city)


@pytest.mark.parametrize("name", sorted(QUESTIONS))
def test_a_question_is_for_its_roles_in_its_city_only(staffed: Staffed, name: str) -> None:
    for (own, role), person in staffed.people.items():
        for city in (SAPPORO, AOMORI):
            answer = staffed.desk.post(person, QUESTIONS[name], city)
            codes = [error["extensions"]["code"] for error in answer.json().get("errors", ())]
            if city != own:
                assert (answer.status_code, codes) == (401, ["NOT_SIGNED_IN"])
            else:
                assert codes == ([] if role in matrix.questions()[name] else ["NOT_ALLOWED"]), (role, name)


class Forced(GrantRight):
    """A grant that nothing has looked at, as an older or a foreign log could hold it."""

    def events(self, state: Any, context: Context) -> tuple[Any, ...]:
        del state
        reason = context.words("reason", self.reason)
        return (Granted(self.grant, self.role, None, self.member, None, None, self.valid_from, None, reason),)


@pytest.mark.parametrize("role", sorted(EVERYBODY - {Role.AUDITOR}))
def test_who_audits_changes_nothing_whatever_other_right_there_is(staffed: Staffed, role: Role) -> None:
    person, house = staffed.desk.person(SAPPORO, Role.AUDITOR), staffed.desk.house
    today = house.tenancy.today()
    mixed = Forced(grant=uuid4(), role=role, reason="混在", member=person.member.id, valid_from=today)
    operating = house.tenancy.desk(operator(SAPPORO))
    operating.do(mixed, Entry(uuid4()))
    assert set(staffed.desk.ask(person, "{ me { roles } }")["me"]["roles"]) == {"AUDITOR", role.name}
    for mutation, choice in CELLS:
        assert given(staffed.desk, person, SAPPORO, mutation, choice) == (200, "NOT_ALLOWED"), mutation
    operating.do(RevokeRight(grant=mixed.grant, reason="解消", valid_from=today), Entry(uuid4()))


def test_every_question_is_in_this_table() -> None:
    assert set(QUESTIONS) == set(matrix.questions())
    assert {name: set(roles) for name, roles in matrix.questions().items()} == {
        **{name: set(EVERYBODY) - {Role.STAFF} for name in CASEWORK_ONLY},
        **{name: {Role.CITY_ADMINISTRATOR, Role.AUDITOR} for name in SUPERVISORS_ONLY},
        **{name: set(EVERYBODY) for name in FOR_ALL},
        **{name: {Role.PROPOSER} for name in FOR_PROPOSERS},
        **{name: set(SIGNED_IN) for name in FOR_WHOEVER_SIGNS_IN},
    }


def test_the_committed_tables_are_those_of_the_code() -> None:
    assert not matrix.write(check=True), "run `renkei matrix` and commit"


def test_a_table_that_differs_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    changed = {shown: roles | {Role.STAFF} for shown, roles in READERS.items()}
    monkeypatch.setattr(matrix, "READERS", changed)
    assert matrix.write(check=True)
