"""Amounts of money over HTTP: larger than 32 bits, whole, in and out alike (円)."""

from typing import Any, Final
from uuid import uuid4

import pytest
from graphql import GraphQLInputObjectType, GraphQLInterfaceType, GraphQLObjectType, get_named_type

from api.desk.schema import desk_schema
from tenants.members import Role
from tests.api.desk_at_work import DeskAtWork, offer
from tests.conftest import SAPPORO

MOST: Final = 10**15


def assessed(desk: DeskAtWork, amount: Any) -> Any:
    """What came of an assessment, and the amount that is shown after it."""
    officer = desk.person(SAPPORO, Role.DESK_OFFICER)
    id_ = desk.do(officer, "receiveProposal", **offer(desk, officer))["id"]
    told = {"commandId": str(uuid4()), "proposal": id_, "cityMoney": "ASKED", "amount": amount}
    query = "mutation ($i: AssessProposalInput!) { it: assessProposal(input: $i) { __typename } }"
    answer = desk.post(officer, query, i=told).json()
    if "errors" in answer:
        return answer["errors"][0]["extensions"]["code"]
    desk.catch_up()
    return desk.ask(officer, "query ($id: UUID!) { proposal(id: $id) { amount } }", id=id_)["proposal"]["amount"]


@pytest.mark.parametrize("amount", [0, 2**31, 3_400_000_000, MOST])
def test_an_amount_beyond_32_bits_goes_in_and_comes_out(desk: DeskAtWork, amount: int) -> None:
    assert assessed(desk, amount) == amount


@pytest.mark.parametrize("amount", [MOST + 1, 2**63, 1.5, "3400000000", True])
def test_what_is_no_whole_number_of_yen_is_refused_before_anything_is_recorded(desk: DeskAtWork, amount: Any) -> None:
    assert assessed(desk, amount) == "GRAPHQL_INVALID"
    assert desk.house.sql("select from renkei.events where topic = 'proposal.assessed'") == []


def test_it_may_stand_in_the_document_itself(desk: DeskAtWork) -> None:
    officer = desk.person(SAPPORO, Role.DESK_OFFICER)
    id_ = desk.do(officer, "receiveProposal", **offer(desk, officer))["id"]
    told = f'{{commandId: "{uuid4()}", proposal: "{id_}", cityMoney: ASKED, amount: {MOST}}}'
    desk.ask(officer, f"mutation {{ assessProposal(input: {told}) {{ __typename }} }}")
    desk.catch_up()
    found = desk.ask(officer, "query ($id: UUID!) { proposal(id: $id) { amount } }", id=id_)
    assert found["proposal"]["amount"] == MOST


def test_every_amount_of_the_schema_is_one() -> None:
    named = {"amount", "budget", "budgetLeft", "cityPays", "requested", "granted", "yen"}
    found = {
        f"{kind.name}.{name}": str(get_named_type(field.type))
        for kind in desk_schema()._schema.type_map.values()
        if isinstance(kind, GraphQLInputObjectType | GraphQLObjectType | GraphQLInterfaceType)
        if kind.name != "Mutation"
        for name, field in kind.fields.items()
        if name in named or "in yen" in (field.description or "").lower()
    }
    assert len(found) > 15
    assert {name: kind for name, kind in found.items() if kind != "Yen"} == {}
