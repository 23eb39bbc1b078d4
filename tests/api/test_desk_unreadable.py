"""An event that no code can read: its record says so to commands and queries, everything else goes on."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from tests.api.desk_at_work import DeskAtWork, Person, desk_at_work, offer
from tests.conftest import SAPPORO, House, tenancy_of

SCREEN = "mutation ($i: ScreenProposalInput!) { screenProposal(input: $i) { __typename } }"
OPEN = "query ($id: UUID!) { proposal(id: $id) { stage title { text } } }"
BOTH = "query ($bad: UUID!, $good: UUID!) { bad: proposal(id: $bad) { stage } good: proposal(id: $good) { stage } }"
RENAMED = "update renkei.events set topic = 'proposal.teleported' where originator_id = %s"
COMMAND = "5b1f2f60-3333-4aaa-8aaa-000000000003"


@pytest.fixture
def before(house: House) -> Iterator[DeskAtWork]:
    house.open_city(SAPPORO)
    with desk_at_work(house) as desk:
        yield desk


def received(desk: DeskAtWork, officer: Person) -> str:
    return str(desk.do(officer, "receiveProposal", **offer(desk, officer))["id"])


def unreadable(answer: Any) -> None:
    """The answer of a request that was understood, of which this part could not be carried out."""
    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["extensions"]["code"]) == (200, "UNREADABLE")
    assert error["extensions"]["topic"] == "proposal.teleported"
    assert "operator" in error["message"]


def test_a_record_that_no_code_can_read_says_so_and_others_go_on(before: DeskAtWork) -> None:
    officer = before.person()
    bad, good = received(before, officer), received(before, officer)
    before.house.sql(RENAMED, bad)
    restarted = replace(before.house, tenancy=tenancy_of(before.house.tenancy.pool, before.house.folder))
    with desk_at_work(restarted) as desk:
        member = desk.signed_in(officer.member)
        positions = desk.house.positions(SAPPORO)
        for _ in range(2):
            unreadable(desk.post(member, SCREEN, i={"commandId": COMMAND, "proposal": bad, "reason": "有用"}))
        assert desk.house.positions(SAPPORO) == positions
        assert desk.do(member, "screenProposal", proposal=good, reason="有用")["stage"] == "SCREENED"
        later = received(desk, member)

        desk.catch_up()
        answer = desk.post(member, OPEN, id=bad)
        unreadable(answer)
        assert answer.json()["data"] == {"proposal": None}
        answer = desk.post(member, BOTH, bad=bad, good=good)
        unreadable(answer)
        assert answer.json()["data"] == {"bad": None, "good": {"stage": "SCREENED"}}
        listed = desk.ask(member, "{ inbox { nodes { id stage } } }")["inbox"]["nodes"]
        assert listed == [{"id": later, "stage": "RECEIVED"}, {"id": good, "stage": "SCREENED"}]
