"""A receipt number that no record bears is explained to whoever looks for it: which, since when, and why."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID, uuid4

import pytest

from domain.challenge import Result
from domain.errors import ReferenceUnsuitable
from domain.policy import OrganisationKind
from projections.queries.desk import GapCause
from projections.queries.desk_numbers import GAPS as LISTED
from projections.queries.desk_numbers import LAST, Place
from tenants.commands import challenges, consultations, proposals
from tenants.desk import Desk
from tenants.members import Role
from tenants.wish import Context, Entry
from tests.api.desk_at_work import DeskAtWork, Person, desk_at_work
from tests.conftest import AOMORI, SAPPORO, House

YEAR = 2026
GAPS = """query ($kind: String!, $first: Int! = 20, $after: String) {
  numberGaps(fiscalYear: 2026, kind: $kind, first: $first, after: $after) {
    nodes { number { serial label spoken } cause refused commandId takenAt told }
    pageInfo { hasNextPage endCursor } } }"""


@pytest.fixture
def desk(house: House) -> Iterator[DeskAtWork]:
    house.open_city(SAPPORO)
    house.open_city(AOMORI)
    with desk_at_work(house) as desk:
        yield desk


@pytest.fixture
def officer(desk: DeskAtWork) -> Person:
    return desk.person(SAPPORO, Role.DESK_OFFICER)


def gaps(desk: DeskAtWork, person: Person, kind: str = "free", **asked: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = desk.ask(person, GAPS, kind=kind, **asked)["numberGaps"]["nodes"]
    return found


def asked(desk: DeskAtWork, command: UUID | None = None, year: int = YEAR) -> UUID:
    """A consultation that is received under the next number."""
    wish = consultations.Receive(consultation=uuid4(), asker=uuid4(), title="相談", question="できますか。")
    command = command or uuid4()
    desk.house.desk(SAPPORO).do(wish, Entry(command, fiscal_year=year))
    return command


def lost(desk: DeskAtWork, kind: str = "consultation", year: int = YEAR, *, minutes: int = 0) -> UUID:
    """A number that a command took before the program stopped, so many minutes ago."""
    command = uuid4()
    desk.house.tenancy.take_serial(SAPPORO, year, kind, command, uuid4())
    back = "update renkei.receipt_numbers set taken_at = taken_at - %s where command_id = %s"
    desk.house.sql(back, timedelta(minutes=minutes), command)
    return command


class Overtaken(proposals.Receive):
    """Received while somebody else closes the challenge, after the number was taken."""

    name = proposals.Receive.name
    first: ClassVar[Desk]

    def events(self, state: Any, context: Context) -> tuple[Any, ...]:
        """Not before the other."""
        events = super().events(state, context)
        close = challenges.Close(challenge=self.challenge or uuid4(), result=Result.ANSWERED, note="終了")
        self.first.do(close, Entry(uuid4()))
        return events


def overtaken(desk: DeskAtWork) -> UUID:
    """A proposal that is refused once it has a number; its command."""
    house, challenge, command = desk.house, uuid4(), uuid4()
    clerk = Overtaken.first = house.desk(SAPPORO)
    clerk.do(challenges.Raise(challenge=challenge, title="除雪", description="担い手"), Entry(uuid4()))
    clerk.do(challenges.Publish(challenge=challenge, title="除雪", description="担い手"), Entry(uuid4()))
    policy = house.tenancy.policy(SAPPORO, 2)
    accepted = tuple(proposals.Accepted(condition=one.code, version=one.version) for one in policy.conditions)
    offered: dict[str, Any] = {
        "organisation_kind": OrganisationKind.COMPANY,
        "organisation": "見本株式会社",
        "purpose": 1,
    }
    offered |= {"title": "除雪の見守り", "summary": "夜の除雪を見守る。", "accepted": accepted, "kind": "themed"}
    with pytest.raises(ReferenceUnsuitable):
        clerk.do(
            Overtaken(proposal=uuid4(), proposer=uuid4(), challenge=challenge, **offered),
            Entry(command, fiscal_year=YEAR),
        )
    return command


def test_a_series_without_gaps_has_nothing_to_explain(desk: DeskAtWork, officer: Person) -> None:
    assert gaps(desk, officer, "consultation") == []
    for _ in range(2):
        asked(desk)
    assert gaps(desk, officer, "consultation") == []


def test_a_number_of_what_was_refused_after_all_says_on_which_ground(desk: DeskAtWork, officer: Person) -> None:
    command = overtaken(desk)
    (gap,) = gaps(desk, officer, "themed")
    told = gap.pop("told")
    assert datetime.fromisoformat(gap.pop("takenAt")).date() >= desk.house.tenancy.today() - timedelta(days=1)
    assert gap == {
        "number": {"serial": 1, "label": "2026-themed-1", "spoken": "FY2026 Themed no. 1"},
        "cause": "REFUSED",
        "refused": "REFERENCE_UNSUITABLE",
        "commandId": str(command),
    }
    assert "was refused" in told
    assert gaps(desk, officer, "free") == []


def test_a_number_of_an_outage_is_explained_until_its_command_comes_again(desk: DeskAtWork, officer: Person) -> None:
    asked(desk)
    command, _, just_now = lost(desk, minutes=9), asked(desk), lost(desk)
    seen = [
        (each["number"]["serial"], each["cause"], each["commandId"]) for each in gaps(desk, officer, "consultation")
    ]
    assert seen == [(2, "NOT_RECORDED", str(command)), (4, "UNDER_WAY", str(just_now))]
    asked(desk, command)
    assert [each["number"]["serial"] for each in gaps(desk, officer, "consultation")] == [4]


def test_a_number_stays_explained_when_its_command_is_used_for_something_else(
    desk: DeskAtWork, officer: Person
) -> None:
    command = lost(desk, minutes=5)
    asked(desk)
    raised = challenges.Raise(challenge=uuid4(), title="除雪", description="担い手")
    desk.house.desk(SAPPORO).do(raised, Entry(command))
    (told,) = gaps(desk, officer, "consultation")
    assert (told["number"]["serial"], told["cause"], told["commandId"]) == (1, "NOT_RECORDED", str(command))


def test_a_command_that_was_numbered_anew_bears_the_later_number_alone(desk: DeskAtWork, officer: Person) -> None:
    command = lost(desk, year=YEAR, minutes=9)
    asked(desk, command, YEAR - 1)
    (gap,) = gaps(desk, officer, "consultation")
    assert (gap["number"]["serial"], gap["cause"], gap["refused"]) == (1, "NUMBERED_ANEW", None)
    before = desk.ask(officer, '{ numberGaps(fiscalYear: 2025, kind: "consultation") { nodes { cause } } }')
    assert before == {"numberGaps": {"nodes": []}}


def test_a_number_of_which_there_is_no_trace_is_told_too(desk: DeskAtWork, officer: Person) -> None:
    for _ in range(3):
        asked(desk)
    desk.house.sql("delete from renkei.receipt_numbers where serial = 2 and kind = 'consultation'")
    (gap,) = gaps(desk, officer, "consultation")
    told = (gap["number"]["serial"], gap["cause"], gap["commandId"], gap["takenAt"])
    assert told == (2, "NOT_TAKEN", None, None)


def test_gaps_come_in_pages_and_of_the_own_city_alone(desk: DeskAtWork, officer: Person) -> None:
    for _ in range(3):
        lost(desk)
    first = desk.ask(officer, GAPS, kind="consultation", first=2)["numberGaps"]
    rest = desk.ask(officer, GAPS, kind="consultation", after=first["pageInfo"]["endCursor"])["numberGaps"]
    assert [each["number"]["serial"] for each in (*first["nodes"], *rest["nodes"])] == [1, 2, 3]
    assert (first["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasNextPage"]) == (True, False)
    assert gaps(desk, officer, "consultation", after=LISTED.cursors.write(Place(LAST))) == []
    assert gaps(desk, desk.person(AOMORI, Role.DESK_OFFICER), "consultation") == []


def test_the_auditor_reads_them_and_every_cause_has_its_words(desk: DeskAtWork) -> None:
    from api.desk.numbers import TOLD  # noqa: PLC0415 - beside what it is about

    lost(desk, minutes=9)
    (gap,) = gaps(desk, desk.person(SAPPORO, Role.AUDITOR), "consultation")
    assert gap["told"] == TOLD[GapCause.NOT_RECORDED].en
    assert set(TOLD) == set(GapCause)


def test_the_number_of_a_question_is_said_in_words_too(desk: DeskAtWork, officer: Person) -> None:
    made = desk.do(officer, "receiveConsultation", asker=str(uuid4()), title="相談", question="できますか。", purpose=1)
    desk.catch_up()
    query = (
        "query ($id: UUID!) { record(id: $id) { ... on ConsultationRecord { receiptNumber { label kindJa spoken } } } }"
    )
    told = desk.ask(officer, query, id=made["id"])["record"]["receiptNumber"]
    assert told["label"] == made["number"]
    assert (told["kindJa"], told["spoken"]) == ("相談・問合せ", f"FY{made['number'][:4]} Consultation no. 1")
