"""One damaged value harms no other, a database that comes back is found again, a log in doubt is the operator's."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from tenants.members import Role
from tests.api.desk_at_work import DeskAtWork, offer
from tests.conftest import SAPPORO

INBOX = "{ inbox { nodes { title { text withheld erased damaged } organisation { text damaged } } } }"
GONE = "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = %s"
RESTARTED = "update renkei.log_checks set server_started = server_started - interval '1 second'"
RAISE = "mutation ($i: RaiseChallengeInput!) { raiseChallenge(input: $i) { __typename } }"


def test_the_inbox_is_shown_with_one_damaged_title_in_it(desk: DeskAtWork) -> None:
    officer = desk.person()
    for title in ("先の提案", "後の提案"):
        assert desk.do(officer, "receiveProposal", **offer(desk, officer, title=title))["changed"]
    desk.catch_up()
    ((commitment,),) = desk.house.sql("select title ->> 'commitment' from renkei.proposals order by position limit 1")
    of_title = "encode(commitment, 'hex') = %s or translate(encode(commitment, 'base64'), E'\\n', '') = %s"
    desk.house.sql(f"update renkei.sealed set box = 'abc' where {of_title}", commitment, commitment)  # noqa: S608

    whole = {"withheld": False, "erased": False, "damaged": False}
    company = {"text": "見本株式会社", "damaged": False}
    assert desk.ask(officer, INBOX)["inbox"]["nodes"] == [
        {"title": {"text": "後の提案", **whole}, "organisation": company},
        {"title": {**whole, "text": None, "damaged": True}, "organisation": company},
    ]
    shown = desk.ask(desk.person(SAPPORO, Role.STAFF), "{ me { id } }")
    assert shown["me"]["id"]


def test_a_database_that_comes_back_is_found_again_at_the_first_request(desk: DeskAtWork) -> None:
    officer = desk.person()
    desk.ask(officer, INBOX)

    async def held() -> None:
        lent = [await desk.identity.reads.getconn() for _ in range(4)]
        for connection in lent:
            await desk.identity.reads.putconn(connection)

    assert desk.client.portal is not None
    desk.client.portal.call(held)
    desk.house.sql(GONE, desk.house.superuser.info.dbname)
    for _ in range(6):
        assert desk.ask(officer, INBOX) == {"inbox": {"nodes": []}}


# --- a log in doubt --------------------------------------------------------------------------------------------------


def in_doubt(desk: DeskAtWork, how: str) -> None:
    place = desk.house.folder / "checkpoints" / SAPPORO / "latest"
    match how:
        case "garbled":
            place.write_text("something else", encoding="utf-8")
        case "away":
            place.unlink()
        case _:
            desk.house.sql("update renkei.events set node_hash = sha256('')")
    desk.house.sql(RESTARTED)


@pytest.mark.parametrize("how", ["garbled", "away", "altered"])
def test_a_log_in_doubt_is_no_mistake_of_the_member(desk: DeskAtWork, how: str) -> None:
    officer = desk.person()
    desk.house.tenancy.keep_checkpoint(SAPPORO)
    in_doubt(desk, how)
    answer = desk.post(officer, RAISE, i={"commandId": str(UUID(int=9)), "title": "題名", "description": "内容"})
    (error,) = answer.json()["errors"]
    code, said = ("LOG_UNCHECKED", "renkei audit") if how == "away" else ("LOG_IN_DOUBT", "operator")
    assert (answer.status_code, error["extensions"]["code"]) == (503, code)
    assert said in error["message"]
    assert "Retry-After" not in answer.headers
    assert "latest" not in answer.text


# --- days and years --------------------------------------------------------------------------------------------------


def entered(desk: DeskAtWork, **entry: Any) -> Any:
    return desk.do(desk.person(), "raiseChallenge", title="題名", description="内容", entry=entry)


def test_days_that_cannot_be_are_refused(desk: DeskAtWork) -> None:
    today = desk.house.tenancy.today()
    for day in ("9999-12-31", "0001-01-01", "1867-12-31", (today + timedelta(days=1)).isoformat()):
        answer = entered(desk, occurredOn={"on": day})
        told = (answer["__typename"], answer.get("code"), answer.get("field"))
        assert told == ("Refused", "DATE_INVALID", "entry.occurredOn.on"), day
        assert "1868-01-01" in answer["messageEn"]
        assert "1868年1月1日" in answer["messageJa"]
    for day in ("1868-01-01", today.isoformat()):
        assert entered(desk, occurredOn={"on": day})["__typename"] == "ChallengeRecorded"


def test_fiscal_years_that_cannot_be_are_refused(desk: DeskAtWork) -> None:
    this = desk.house.tenancy.today().year
    for year in (-1, 0, 1867, this + 2, 99_999):
        answer = entered(desk, fiscalYear=year)
        told = (answer["__typename"], answer.get("code"), answer.get("field"))
        assert told == ("Refused", "DATE_INVALID", "entry.fiscalYear"), year
    for year in (1868, this + 1):
        assert entered(desk, fiscalYear=year)["__typename"] == "ChallengeRecorded"
