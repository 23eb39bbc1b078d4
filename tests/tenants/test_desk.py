"""Promises 5 to 7: a command is recorded once, with who, when and under which policy; of two contrary ones one wins."""

import hashlib
import hmac
import select
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from domain.challenge import Challenge, Result, Stage
from domain.circumstances import ApprovalSystem, Channel
from domain.city import City
from domain.days_in_words import in_japanese
from domain.errors import AlreadyDecided, CommandReused, Conflict, DateInvalid, NotAllowed, StoreUnavailable
from domain.policy import OrganisationKind, RuleStatus
from domain.proposal import Outcome
from domain.proposal import Stage as ProposalStage
from domain.values import Code, Day
from tenants.commands.challenges import Close, Publish, Raise
from tenants.commands.city import AdoptPolicy
from tenants.commands.proposals import Accepted, Decide, Match, Receive, RecordDialogue, Screen
from tenants.database.access import Database
from tenants.desk import Desk
from tenants.mapper import decode
from tenants.members import Role, operator
from tenants.register import as_text
from tenants.wish import Answer, Approval, Context, Entry
from tests.conftest import AOMORI, SAPPORO, House, city_file, desk_pool, tenancy_of

ID = UUID(int=500)
RAISE = Raise(challenge=ID, title="除雪", description="担い手がいない")


@pytest.fixture
def city(house: House) -> House:
    house.open_city(SAPPORO)
    return house


def receive(house: House, proposal: UUID, proposer: UUID) -> Receive:
    """A company's free proposal to Sapporo, all conditions accepted."""
    conditions = house.tenancy.policy(SAPPORO, 2).conditions
    return Receive(
        proposal=proposal,
        kind=Code("free"),
        organisation_kind=OrganisationKind.COMPANY,
        proposer=proposer,
        organisation="見本株式会社",
        contact_name="鈴木 一郎",
        contact="suzuki@example.jp",
        title="見守り",
        summary="検針時の見守り",
        accepted=tuple(Accepted(condition=one.code, version=one.version) for one in conditions),
        purpose=1,
    )


def matched_proposal(house: House) -> Desk:
    """A proposal on which a decision is due, and the desk that brought it there."""
    desk = house.desk(SAPPORO, Role.DESK_OFFICER, Role.DEPARTMENT_OFFICER)
    desk.do(receive(house, ID, uuid4()), Entry(uuid4()))
    desk.do(Screen(proposal=ID, reason="有用"), Entry(uuid4()))
    desk.do(Match(proposal=ID, department=house.department(SAPPORO), reason="担当"), Entry(uuid4()))
    return desk


# --- once -------------------------------------------------------------------------------------------------------------


def test_the_same_command_again_gives_the_same_answer(city: House) -> None:
    desk, entry = city.desk(SAPPORO), Entry(uuid4())
    first = desk.do(RAISE, entry)
    assert first == Answer(ID, 1, Challenge(Stage.RAISED), 3, 3, repeated=False)
    assert desk.do(RAISE, entry) == replace(first, repeated=True)
    assert city.positions(SAPPORO) == [1, 2, 3]


def test_the_same_command_gives_the_answer_of_then_after_others_came_between(city: House) -> None:
    desk, entry = city.desk(SAPPORO), Entry(uuid4())
    first = desk.do(RAISE, entry)
    desk.do(Publish(challenge=ID, title="募集", description="説明"), Entry(uuid4()))
    desk.do(Close(challenge=ID, result=Result.ANSWERED, note="終了"), Entry(uuid4()))
    assert desk.do(RAISE, entry) == replace(first, repeated=True)


def test_the_same_command_over_another_process_gives_the_same_answer(city: House) -> None:
    member, entry = city.member(SAPPORO), Entry(uuid4())
    first = city.tenancy.desk(member).do(RAISE, entry)
    with desk_pool(city.database) as pool:
        assert tenancy_of(pool, city.folder).desk(member).do(RAISE, entry) == replace(first, repeated=True)


def test_the_same_command_from_many_at_once_is_recorded_once(city: House) -> None:
    desk, entry, start = city.desk(SAPPORO), Entry(uuid4()), threading.Barrier(6)

    def send(_: int) -> Answer[Challenge]:
        start.wait()
        return desk.do(RAISE, entry)

    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(send, range(6)))
    assert {replace(answer, repeated=True) for answer in answers} == {
        Answer(ID, 1, Challenge(Stage.RAISED), 3, 3, repeated=True)
    }
    assert [answer.repeated for answer in answers].count(False) == 1
    assert city.positions(SAPPORO) == [1, 2, 3]


class Forwarder(threading.Thread):
    """Passes on everything between the program and PostgreSQL, until an answer is to be lost."""

    def __init__(self, folder: Path, server: str) -> None:
        super().__init__(daemon=True)
        self.lose_answer_to = b"\x00never\x00"
        self._server = server
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(str(folder / ".s.PGSQL.5432"))
        self._listening.listen()
        self.start()

    def run(self) -> None:
        with suppress(OSError):
            while True:
                program, _ = self._listening.accept()
                threading.Thread(target=self._forward, args=(program,), daemon=True).start()

    def _forward(self, program: socket.socket) -> None:
        with program, socket.socket(socket.AF_UNIX) as server, suppress(OSError):
            server.connect(self._server)
            while True:
                readable, _, _ = select.select([program, server], [], [])
                for one in readable:
                    data = one.recv(65536)
                    if not data:
                        return
                    (server if one is program else program).sendall(data)
                    if one is program and self.lose_answer_to in data:
                        server.recv(65536)  # it was done
                        return

    def close(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()


@pytest.fixture
def forwarder(city: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Forwarder, Database]]:
    folder = tmp_path_factory.mktemp("f")
    forwarder = Forwarder(folder, f"{conninfo_to_dict(city.database.admin)['host']}/.s.PGSQL.5432")
    yield forwarder, Database(make_conninfo(city.database.admin, host=str(folder)), city.database.secret)
    forwarder.close()


def test_a_command_whose_answer_was_lost_is_known_when_it_comes_again(
    city: House, forwarder: tuple[Forwarder, Database]
) -> None:
    network, database = forwarder
    member, entry = city.member(SAPPORO), Entry(uuid4())
    with desk_pool(database, 2) as pool:
        tenancy = tenancy_of(pool, city.folder)
        network.lose_answer_to = member.id.bytes  # only an append carries the actor
        with pytest.raises(StoreUnavailable):
            tenancy.desk(member).do(RAISE, entry)
        assert city.positions(SAPPORO) == [1, 2, 3]
        network.lose_answer_to = b"\x00never\x00"
        answer = tenancy.desk(member).do(RAISE, entry)
    assert answer == Answer(ID, 1, Challenge(Stage.RAISED), 3, 3, repeated=True)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(lambda: (replace(RAISE, title="除雪２"), {}), id="another title"),
        pytest.param(lambda: (replace(RAISE, challenge=uuid4()), {}), id="another challenge"),
        pytest.param(
            lambda: (Publish(challenge=ID, title="除雪", description="担い手がいない"), {}), id="another command"
        ),
        pytest.param(lambda: (RAISE, {"channel": Channel.MAIL}), id="another channel"),
        pytest.param(lambda: (RAISE, {"occurred_on": Day(date(2026, 4, 2))}), id="another day"),
        pytest.param(lambda: (RAISE, {"on_behalf_of": uuid4()}), id="on behalf of somebody"),
    ],
)
def test_a_command_id_is_not_used_for_anything_else(city: House, other: Callable[[], Any]) -> None:
    desk, entry = city.desk(SAPPORO), Entry(uuid4())
    desk.do(RAISE, entry)
    wish, changes = other()
    with pytest.raises(CommandReused):
        desk.do(wish, replace(entry, **changes))
    assert city.positions(SAPPORO) == [1, 2, 3]


def test_a_command_id_is_not_used_by_anybody_else(city: House) -> None:
    entry = Entry(uuid4())
    city.desk(SAPPORO).do(RAISE, entry)
    with pytest.raises(CommandReused):
        city.desk(SAPPORO).do(RAISE, entry)


def test_the_request_under_which_it_came_again_does_not_matter(city: House) -> None:
    desk, entry = city.desk(SAPPORO), Entry(uuid4(), request_id="a")
    desk.do(RAISE, entry)
    assert desk.do(RAISE, replace(entry, request_id="b")).repeated


@dataclass(frozen=True, slots=True, kw_only=True)
class LaterRaise(Raise):
    """The same command in a later version, which may be told one thing more."""

    season: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LaterAccepted(Accepted):
    """A part of a command in a later version."""

    note: str | None = None


def test_what_came_before_a_field_was_added_may_come_again(city: House) -> None:
    desk, entry = city.desk(SAPPORO), Entry(uuid4())
    desk.do(RAISE, entry)
    told: dict[str, Any] = {field.name: getattr(RAISE, field.name) for field in fields(RAISE)}
    assert desk.do(LaterRaise(**told), entry).repeated
    with pytest.raises(CommandReused):
        desk.do(LaterRaise(**told, season="冬"), entry)
    came, entry = receive(city, uuid4(), uuid4()), Entry(uuid4())
    desk.do(came, entry)
    accepted = [LaterAccepted(condition=each.condition, version=each.version) for each in came.accepted]
    assert desk.do(replace(came, accepted=tuple(accepted)), entry).repeated
    accepted[0] = replace(accepted[0], note="口頭")
    with pytest.raises(CommandReused):
        desk.do(replace(came, accepted=tuple(accepted)), entry)


def test_a_command_that_changed_nothing_is_remembered_as_well(city: House) -> None:
    desk, wish, entry = city.desk(SAPPORO), Publish(challenge=ID, title="募集", description="説明"), Entry(uuid4())
    desk.do(RAISE, Entry(uuid4()))
    desk.do(wish, Entry(uuid4()))
    nothing = desk.do(wish, entry)
    assert nothing == Answer(ID, 2, nothing.state, 5, 4, repeated=False)
    assert nothing.state.stage is Stage.PUBLISHED
    desk.do(Close(challenge=ID, result=Result.ANSWERED, note="終了"), Entry(uuid4()))
    assert desk.do(wish, entry) == replace(nothing, repeated=True)
    with pytest.raises(CommandReused):
        desk.do(RAISE, entry)


def test_a_refused_command_is_not_remembered(city: House) -> None:
    entry = Entry(uuid4())
    with pytest.raises(NotAllowed):
        city.desk(SAPPORO, Role.AUDITOR).do(RAISE, entry)
    assert not city.desk(SAPPORO).do(RAISE, entry).repeated


def test_what_was_wished_cannot_be_guessed_from_its_digest(new_house: Callable[..., House]) -> None:
    """It stands under a key of the deployment and the city: a plain digest would survive the erasure of a person."""
    one = new_house()
    same_keys, other_keys = new_house(one.folder), new_house()
    entry, member = Entry(uuid4()), replace(one.member(SAPPORO))
    digests = {}
    for name, house in (("one", one), ("same keys", same_keys), ("other keys", other_keys)):
        house.open_city(SAPPORO)
        house.tenancy.desk(member).do(RAISE, entry)
        ((digests[name],),) = house.sql("select digest from renkei.commands where command_id = %s", entry.command_id)
    one.open_city(AOMORI)
    one.tenancy.desk(replace(member, city=AOMORI)).do(RAISE, entry)
    assert digests["one"] == digests["same keys"]
    assert digests["one"] != digests["other keys"]
    assert len(one.sql("select distinct digest from renkei.commands where command_id = %s", entry.command_id)) == 2


# --- one of two -------------------------------------------------------------------------------------------------------


class DecideTogether(Decide):
    """A decision that is made up its mind about only when the other has looked at the proposal too."""

    both = threading.Barrier(2)
    name = Decide.name

    def events(self, state: Any, context: Context) -> tuple[Any, ...]:
        """Waits for the other the first time."""
        with suppress(threading.BrokenBarrierError):
            self.both.wait(2)
        return super().events(state, context)


def of_two_contrary_decisions_one_wins(house: House) -> None:
    desk = matched_proposal(house)
    DecideTogether.both = threading.Barrier(2)

    def decide(outcome: Outcome) -> Answer[Any] | AlreadyDecided:
        try:
            return desk.do(DecideTogether(proposal=ID, outcome=outcome, reason="理由"), Entry(uuid4()))
        except AlreadyDecided as refused:
            return refused
        finally:
            DecideTogether.both.abort()

    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(decide, (Outcome.ADOPTED, Outcome.DECLINED)))
    won = [answer for answer in answers if isinstance(answer, Answer)]
    assert len(won) == 1
    decided = house.sql("select topic, state from renkei.events where topic = 'proposal.decided'")
    assert [decode(topic, state).event.outcome for topic, state in decided] == [won[0].state.outcome]


def test_of_two_contrary_decisions_at_once_exactly_one_wins(city: House) -> None:
    of_two_contrary_decisions_one_wins(city)


def test_a_log_that_lets_both_decisions_in_would_be_noticed(city: House) -> None:
    city.sql("alter table renkei.events drop constraint events_city_originator_id_originator_version_key")
    city.break_append("version <= below", "false")
    with pytest.raises(AssertionError):
        of_two_contrary_decisions_one_wins(city)


class RecordTooLate(RecordDialogue):
    """A dialogue that is always a moment too late, as somebody else records one first."""

    name = RecordDialogue.name
    faster: Desk
    tries: list[int]

    def events(self, state: Any, context: Context) -> tuple[Any, ...]:
        """Not before the other."""
        if len(self.tries) < self.tries[0]:
            self.tries.append(0)
            self.faster.do(RecordDialogue(proposal=ID, minutes="先の対話"), Entry(uuid4()))
        return super().events(state, context)


@pytest.mark.parametrize(("times", "wins"), [(3, True), (4, False)])
def test_somebody_else_may_be_faster_three_times(city: House, times: int, wins: bool) -> None:  # noqa: FBT001
    RecordTooLate.faster, RecordTooLate.tries = matched_proposal(city), [times + 1]
    desk = city.desk(SAPPORO, Role.DEPARTMENT_OFFICER)
    wish = RecordTooLate(proposal=ID, minutes="対話")
    if wins:
        assert desk.do(wish, Entry(uuid4())).state.stage is ProposalStage.IN_DIALOGUE
    else:
        with pytest.raises(Conflict):
            desk.do(wish, Entry(uuid4()))
    assert len(city.sql("select from renkei.events where topic = 'proposal.dialogue_recorded'")) == 4


def test_two_that_use_a_subject_for_the_first_time_at_once_share_its_key(city: House) -> None:
    """Each makes a data key; the second finds the first one's and seals again under that."""
    start, proposer = threading.Barrier(4), uuid4()

    def send(_: int) -> None:
        wish, desk = receive(city, uuid4(), proposer), city.desk(SAPPORO)
        start.wait()
        desk.do(wish, Entry(uuid4()))

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(send, range(4)))
    assert len(city.sql("select from renkei.data_keys where key = %s", proposer)) == 1
    assert city.positions(SAPPORO) == [1, 2, 3, 4, 5, 6]
    ((boxes,),) = city.sql("select count(*) from renkei.sealed where key = %s", proposer)
    assert boxes == 4 * 5
    numbers = city.sql("select serial from renkei.receipt_numbers order by 1")
    assert [number for (number,) in numbers] == [1, 2, 3, 4]


# --- who, when, why, under which policy -------------------------------------------------------------------------------


def test_every_event_says_who_recorded_it_when_by_which_command_and_under_which_policy(city: House) -> None:
    member, entry = city.member(SAPPORO), Entry(uuid4(), request_id="req-1")
    city.tenancy.desk(member).do(RAISE, entry)
    rows = city.sql("""
        select actor, policy_version, command_id, request_id, recorded_at between now() - interval '1 minute' and now()
        from renkei.events where position = 3""")
    assert rows == [(member.id, 1, entry.command_id, "req-1", True)]


def test_the_policy_in_force_is_the_one_that_is_cited(city: House) -> None:
    adopted = AdoptPolicy(content=as_text(city_file(SAPPORO)), status=RuleStatus.DRAFT, valid_from=date(2026, 5, 1))
    city.tenancy.desk(operator(SAPPORO)).do(adopted, Entry(uuid4()))
    city.desk(SAPPORO).do(RAISE, Entry(uuid4()))
    assert city.sql("select policy_version from renkei.events where position in (3, 4) order by position") == [
        (1,),
        (2,),
    ]


def test_a_policy_of_a_day_to_come_is_not_recorded_before_that_day(city: House) -> None:
    today = city.tenancy.today()
    desk = city.tenancy.desk(operator(SAPPORO))

    def adopt(day: date) -> Answer[City]:
        wish = AdoptPolicy(content=as_text(city_file(SAPPORO)), status=RuleStatus.DRAFT, valid_from=day)
        return desk.do(wish, Entry(uuid4()))

    tomorrow = today + timedelta(days=1)
    with pytest.raises(DateInvalid) as refused:
        adopt(tomorrow)
    assert refused.value.details["field"] == "validFrom"
    assert str(tomorrow) in refused.value.message("en")
    assert in_japanese(tomorrow) in refused.value.message("ja")
    assert city.positions(SAPPORO) == [1, 2]
    assert adopt(today).state.policy_version == 2


def test_the_circumstances_are_kept_as_they_were_entered(city: House) -> None:
    told = Entry(
        uuid4(),
        channel=Channel.TELEPHONE,
        occurred_on=Day(date(2026, 3, 31)),
        on_behalf_of=uuid4(),
        post=city.post(SAPPORO),
        approval=Approval(ApprovalSystem.EXTERNAL, date(2026, 3, 30), number="札まち第12号", digest=b"\x01" * 32),
    )
    city.desk(SAPPORO).do(RAISE, told)
    ((topic, state),) = city.sql("select topic, state from renkei.events where position = 5")
    kept = decode(topic, state).circumstances
    assert (kept.channel, kept.occurred_on, kept.on_behalf_of, kept.post, kept.file, kept.fiscal_year) == (
        told.channel,
        told.occurred_on,
        told.on_behalf_of,
        told.post,
        ID,
        2025,
    )
    assert kept.approval is not None
    assert (kept.approval.decided_on, kept.approval.digest) == (date(2026, 3, 30), b"\x01" * 32)
    assert "札まち".encode() not in state


def test_a_digest_covers_everything_that_was_entered(city: House) -> None:
    """A field that is added to an entry later must be part of it."""
    names = {field.name for field in fields(Entry)}
    desk = city.desk(SAPPORO)
    told = desk._digest(RAISE, Entry(ID))
    assert told == desk._digest(RAISE, Entry(uuid4(), request_id="x"))
    other = {
        "channel": Channel.MAIL,
        "occurred_on": Day(date(2026, 4, 1)),
        "on_behalf_of": ID,
        "post": ID,
        "approval": Approval(ApprovalSystem.INTERNAL, date(2026, 4, 1)),
        "fiscal_year": 2020,
    }
    assert set(other) == names - {"command_id", "request_id"}
    for name, value in other.items():
        changed: Any = {name: value}
        assert not hmac.compare_digest(desk._digest(RAISE, Entry(ID, **changed)), told)
    assert len(told) == hashlib.sha256().digest_size
