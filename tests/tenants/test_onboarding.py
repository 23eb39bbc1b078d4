"""A city joins a running deployment: at once, once, whole or not at all; and its policy is renewed by version."""

import asyncio
import re
import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from psycopg import AsyncConnection, Connection, sql
from psycopg_pool import AsyncConnectionPool

from domain.errors import CityUnknown, LogUnchecked
from domain.policy import Names, OrganisationKind
from domain.values import CityCode, Code
from projections.organisation import ORGANISATION, chart_on
from projections.queries import desk as queries
from projections.queries.desk_words import Opened
from tenants import audit
from tenants.city_file import CityFile, CityFileInvalid
from tenants.commands.organisation import RenameDepartment
from tenants.commands.proposals import Accepted, Receive
from tenants.database.access import Role as Account
from tenants.database.walls import Row, city_reads
from tenants.members import OPERATOR, Role, having, operator
from tenants.onboarding import (
    Added,
    CityDiffers,
    SlugStays,
    SlugTaken,
    add_city,
    desk_department,
    in_force,
    renew_policy,
)
from tenants.register import load_city
from tenants.tenancy import Tenancy
from tenants.wish import Entry
from tests.conftest import AOMORI, ROOT, SAPPORO, House, city_file, desk_pool, tenancy_of
from tests.projections.running import runner_of

SETAGAYA = CityCode("131121")
OPENED = ["city.opened", "city.policy_adopted", "organisation.department_established"]
TABLES = "select schemaname, tablename from pg_tables where schemaname in ('renkei', 'commons')"


@pytest.fixture
def owner(house: House) -> Iterator[Connection[Row]]:
    with house.connect(Account.OWNER) as connection:
        yield connection


@contextmanager
def another_process(house: House, wake: Callable[[CityCode], None] = lambda _city: None) -> Iterator[Tenancy]:
    """The same deployment as another process sees it: a pool and a memory of its own."""
    with desk_pool(house.database) as pool:
        other = tenancy_of(pool, house.folder)
        yield Tenancy(pool, other.keys, other.checkpoints, wake)


def topics(house: House, city: CityCode) -> list[str]:
    return [row[0] for row in house.sql("select topic from renkei.events where city = %s order by position", city)]


def row_counts(house: House) -> dict[tuple[Any, ...], int]:
    """Rows of every table there is."""
    counted = sql.SQL("select count(*) from {}")
    return {
        name: house.superuser.execute(counted.format(sql.Identifier(*name))).fetchall()[0][0]
        for name in house.sql(TABLES)
    }


def received(tenancy: Tenancy, city: CityCode, file: CityFile) -> int:
    """Receive a proposal there; gives its log position."""
    desk = tenancy.desk(replace(operator(city), id=uuid4(), rights=having({Role.DESK_OFFICER})))
    wish = Receive(
        proposal=uuid4(),
        kind=Code("free"),
        organisation_kind=OrganisationKind.NPO,
        proposer=uuid4(),
        organisation="見本NPO法人",
        contact_name="鈴木 一郎",
        contact="suzuki@example.jp",
        title="ねぶたの端材で灯籠を作る",
        summary="祭りの後に残る和紙を集めて、灯籠に仕立てます。",
        accepted=tuple(Accepted(condition=item.code, version=item.version) for item in file.policy.conditions),
        purpose=1,
    )
    return desk.do(wish, Entry(uuid4())).last


# --- adding -----------------------------------------------------------------------------------------------------------


def test_a_city_is_opened_with_its_policy_and_its_desks_department(house: House, owner: Connection[Row]) -> None:
    began = time.perf_counter()
    added = add_city(owner, house.tenancy, city_file(SAPPORO))
    print(f"a city was added in {time.perf_counter() - began:.3f} s")  # noqa: T201 - told with -s, never tested
    assert added == Added(SAPPORO, new=True)
    assert topics(house, SAPPORO) == OPENED
    assert house.sql("select distinct actor, policy_version from renkei.events order by 2") == [
        (OPERATOR, 0),
        (OPERATOR, 1),
    ]
    known = in_force(house.tenancy, SAPPORO)
    assert known is not None
    assert (known.version, known.file) == (1, city_file(SAPPORO))
    assert audit.verify(house.tenancy.pool, SAPPORO, house.tenancy.checkpoints.latest(SAPPORO)).signed == 3


def test_a_city_without_a_desk_gets_no_department(house: House, owner: Connection[Row]) -> None:
    assert add_city(owner, house.tenancy, city_file(SETAGAYA)).new
    assert topics(house, SETAGAYA) == OPENED[:2]


def test_a_process_that_serves_finds_the_new_city_at_once(house: House, owner: Connection[Row]) -> None:
    with another_process(house) as serving:
        for name in ("aomori", AOMORI):
            with pytest.raises(CityUnknown):
                serving.find(name)
        add_city(owner, house.tenancy, city_file(AOMORI))
        assert serving.find("aomori") == AOMORI
        assert received(serving, AOMORI, city_file(AOMORI)) == 4


def test_a_city_makes_no_table_index_role_or_function(house: House, owner: Connection[Row]) -> None:
    made = "select (select count(*) from pg_class), (select count(*) from pg_proc), (select count(*) from pg_roles)"
    before = house.sql(made)
    add_city(owner, house.tenancy, city_file(SAPPORO))
    assert house.sql(made) == before


def test_the_same_file_again_says_so_and_records_nothing(house: House, owner: Connection[Row]) -> None:
    add_city(owner, house.tenancy, city_file(AOMORI))
    before = row_counts(house)
    assert add_city(owner, house.tenancy, city_file(AOMORI)) == Added(AOMORI, new=False)
    assert row_counts(house) == before


def test_other_content_is_refused_and_the_command_for_it_named(house: House, owner: Connection[Row]) -> None:
    add_city(owner, house.tenancy, city_file(AOMORI))
    before = row_counts(house)
    with pytest.raises(CityDiffers, match="renkei city policy FILE"):
        add_city(owner, house.tenancy, renamed(AOMORI))
    assert row_counts(house) == before


def test_the_first_file_is_other_content_once_the_policy_was_renewed(house: House, owner: Connection[Row]) -> None:
    add_city(owner, house.tenancy, city_file(AOMORI))
    renew_policy(house.tenancy, renamed(AOMORI))
    with pytest.raises(CityDiffers) as refused:
        add_city(owner, house.tenancy, city_file(AOMORI))
    assert refused.value.details["version"] == 2


def test_a_slug_of_another_city_is_refused(house: House, owner: Connection[Row]) -> None:
    add_city(owner, house.tenancy, city_file(SAPPORO))
    before = row_counts(house)
    with pytest.raises(SlugTaken) as refused:
        add_city(owner, house.tenancy, replace(city_file(AOMORI), slug="sapporo"))
    assert refused.value.details == {"slug": "sapporo", "other": SAPPORO}
    assert row_counts(house) == before
    assert house.tenancy.find("sapporo") == SAPPORO


def test_a_city_keeps_its_slug(house: House, owner: Connection[Row]) -> None:
    add_city(owner, house.tenancy, city_file(AOMORI))
    before = row_counts(house)
    moved = replace(city_file(AOMORI), slug="aomori-shi")
    with pytest.raises(SlugStays):
        add_city(owner, house.tenancy, moved)
    with pytest.raises(SlugStays):
        renew_policy(house.tenancy, moved)
    assert row_counts(house) == before


@pytest.mark.parametrize(
    ("good", "bad", "place"),
    [
        ('code = "022012"', 'code = "022013"', "line 2, key code"),
        ('corporate_number = "4', 'corporate_number = "5', "line 5, key corporate_number"),
        ('municipality = "city"', 'municipality = "hamlet"', "line 6, key municipality"),
        ("[desk.contact]", "[desk.contract]", "key desk.contract"),
        ("[policy.intake]", "[policy.intake", "line 48"),
    ],
)
def test_a_bad_file_says_where_and_changes_nothing(
    house: House, owner: Connection[Row], tmp_path: Path, good: str, bad: str, place: str
) -> None:
    add_city(owner, house.tenancy, city_file(SAPPORO))
    before = row_counts(house)
    text = (ROOT / "tenants/cities/022012.toml").read_text("utf-8")
    assert good in text
    path = tmp_path / "aomori.toml"
    path.write_text(text.replace(good, bad, 1), "utf-8")
    with pytest.raises(CityFileInvalid, match=re.escape(place)):
        add_city(owner, house.tenancy, load_city(path))
    assert row_counts(house) == before


# --- at once, and cut off ---------------------------------------------------------------------------------------------


def both(first: Callable[[], Any], second: Callable[[], Any]) -> list[Any]:
    """What two calls gave or raised that began at the same moment."""
    barrier = Barrier(2)

    def call(act: Callable[[], Any]) -> Any:
        barrier.wait()
        try:
            return act()
        except CityDiffers as error:
            return error

    with ThreadPoolExecutor(2) as threads:
        return list(threads.map(call, (first, second)))


def added_by_two(house: House, *files: CityFile) -> list[Any]:
    with (
        house.connect(Account.OWNER) as one,
        house.connect(Account.OWNER) as two,
        another_process(house) as other,
    ):
        return both(lambda: add_city(one, house.tenancy, files[0]), lambda: add_city(two, other, files[1]))


@pytest.mark.parametrize("code", [SAPPORO, AOMORI, "041009", SETAGAYA])
def test_a_city_added_twice_at_once_is_there_once(house: House, code: str) -> None:
    results = added_by_two(house, city_file(code), city_file(code))
    assert sorted(result.new for result in results) == [False, True]
    city = CityCode(code)
    assert topics(house, city) == OPENED[: 3 if code in {SAPPORO, AOMORI} else 2]
    assert audit.verify(house.tenancy.pool, city, house.tenancy.checkpoints.latest(city)).signed == len(
        topics(house, city)
    )


def test_of_two_different_files_at_once_one_wins_and_the_other_is_told(house: House) -> None:
    results = added_by_two(house, city_file(AOMORI), renamed(AOMORI))
    assert sorted(type(result).__name__ for result in results) == ["Added", "CityDiffers"]
    known = in_force(house.tenancy, AOMORI)
    assert known is not None
    assert known.version == 1
    assert known.file == (city_file(AOMORI) if isinstance(results[0], Added) else renamed(AOMORI))


class Overtaken(Tenancy):
    """A process that is slow once: while it looks how long a log is, `meanwhile` happens."""

    meanwhile: Callable[[], Any] | None = None
    early = False

    def size(self, city: CityCode) -> int:
        meanwhile, self.meanwhile = self.meanwhile, None
        seen = super().size(city)
        if meanwhile is not None:
            meanwhile()
        return seen if self.early else super().size(city)


@pytest.mark.parametrize("early", [True, False])
def test_who_is_overtaken_while_looking_at_the_log_is_told_that_the_city_is_there(
    house: House, owner: Connection[Row], *, early: bool
) -> None:
    slow = Overtaken(house.tenancy.pool, house.tenancy.keys, house.tenancy.checkpoints)
    slow.early = early
    with house.connect(Account.OWNER) as other:
        slow.meanwhile = lambda: add_city(other, house.tenancy, city_file(AOMORI))
        assert add_city(owner, slow, city_file(AOMORI)) == Added(AOMORI, new=False)
    assert topics(house, AOMORI) == OPENED


class CutOffError(Exception):
    pass


@contextmanager
def cut_off_after(house: House, commands: int) -> Iterator[Tenancy]:
    """A process that comes to its end when so many commands are recorded."""
    recorded: list[CityCode] = []

    def wake(city: CityCode) -> None:
        recorded.append(city)
        if len(recorded) == commands:
            raise CutOffError

    with another_process(house, wake) as tenancy:
        yield tenancy


@pytest.mark.parametrize("commands", [1, 2])
def test_who_was_cut_off_after_a_command_calls_again(house: House, owner: Connection[Row], commands: int) -> None:
    with cut_off_after(house, commands) as ending, pytest.raises(CutOffError):
        add_city(owner, ending, city_file(AOMORI))
    assert topics(house, AOMORI) == OPENED[: commands + 1]
    assert add_city(owner, house.tenancy, city_file(AOMORI)) == Added(AOMORI, new=False)
    assert topics(house, AOMORI) == OPENED
    assert audit.verify(house.tenancy.pool, AOMORI, house.tenancy.checkpoints.latest(AOMORI)).signed == 3


@pytest.mark.parametrize("with_checkpoint", [False, True])
def test_who_was_cut_off_before_the_first_command_calls_again(
    house: House, owner: Connection[Row], *, with_checkpoint: bool
) -> None:
    house.add_city(AOMORI)
    if with_checkpoint:
        house.tenancy.check_log(AOMORI)
    assert add_city(owner, house.tenancy, city_file(AOMORI)) == Added(AOMORI, new=True)
    assert topics(house, AOMORI) == OPENED


def test_an_empty_checkpoint_is_outside_before_the_first_event(house: House, owner: Connection[Row]) -> None:
    with cut_off_after(house, 1) as ending, pytest.raises(CutOffError):
        add_city(owner, ending, city_file(AOMORI))
    outside = house.tenancy.checkpoints.latest(AOMORI)
    assert outside is not None
    assert outside.size == 0


def test_adding_again_signs_no_log_whose_checkpoints_are_lost(house: House, owner: Connection[Row]) -> None:
    add_city(owner, house.tenancy, city_file(AOMORI))
    shutil.rmtree(house.tenancy.checkpoints.folder / AOMORI)
    with pytest.raises(LogUnchecked):
        add_city(owner, house.tenancy, city_file(AOMORI))
    with pytest.raises(LogUnchecked):
        renew_policy(house.tenancy, renamed(AOMORI))
    assert house.tenancy.checkpoints.latest(AOMORI) is None


# --- renewing the policy ----------------------------------------------------------------------------------------------


def renamed(code: CityCode) -> CityFile:
    """The city with another name for what its desk does and for the desk's department."""
    file = city_file(code)
    assert file.desk is not None
    departments = (*file.desk.departments[:-1], Names("公民連携課", "Public-Private Partnership Division"))
    return replace(
        file, desk=replace(file.desk, name=Names("公民連携の窓口", "Partnership desk"), departments=departments)
    )


def test_a_renewed_policy_is_the_next_version_and_decisions_cite_it(house: House, owner: Connection[Row]) -> None:
    add_city(owner, house.tenancy, city_file(AOMORI))
    with another_process(house) as serving:
        received(serving, AOMORI, city_file(AOMORI))
        assert renew_policy(house.tenancy, renamed(AOMORI)) == 2
        received(serving, AOMORI, renamed(AOMORI))
    cited = house.sql("select policy_version from renkei.events where topic = 'proposal.received' order by position")
    assert cited == [(1,), (2,)]
    known = in_force(house.tenancy, AOMORI)
    assert known is not None
    assert (known.version, known.file) == (2, renamed(AOMORI))
    outside = house.tenancy.checkpoints.latest(AOMORI)
    assert outside is not None
    assert outside.size >= 5


def test_the_same_policy_again_stays_the_same_version(house: House, owner: Connection[Row]) -> None:
    add_city(owner, house.tenancy, city_file(AOMORI))
    assert renew_policy(house.tenancy, city_file(AOMORI)) == 1
    assert [renew_policy(house.tenancy, renamed(AOMORI)) for _ in range(2)] == [2, 2]
    assert renew_policy(house.tenancy, city_file(AOMORI)) == 3
    assert topics(house, AOMORI) == [*OPENED, "city.policy_adopted", "city.policy_adopted"]


def test_a_policy_renewed_twice_at_once_is_one_version(house: House, owner: Connection[Row]) -> None:
    add_city(owner, house.tenancy, city_file(AOMORI))
    with another_process(house) as other:
        versions = both(
            lambda: renew_policy(house.tenancy, renamed(AOMORI)), lambda: renew_policy(other, renamed(AOMORI))
        )
    assert versions == [2, 2]
    assert topics(house, AOMORI) == [*OPENED, "city.policy_adopted"]


def test_only_a_city_that_is_there_renews_its_policy(house: House) -> None:
    with pytest.raises(CityUnknown):
        renew_policy(house.tenancy, city_file(AOMORI))
    house.add_city(AOMORI)
    with pytest.raises(CityUnknown):
        renew_policy(house.tenancy, city_file(AOMORI))


def test_a_city_that_gets_a_desk_gets_its_department(house: House, owner: Connection[Row]) -> None:
    add_city(owner, house.tenancy, city_file(SETAGAYA))
    sapporo = city_file(SAPPORO)
    assert renew_policy(house.tenancy, replace(city_file(SETAGAYA), desk=sapporo.desk, policy=sapporo.policy)) == 2
    assert topics(house, SETAGAYA) == [*OPENED[:2], "city.policy_adopted", OPENED[2]]


# --- the organisation -------------------------------------------------------------------------------------------------


def test_the_desks_department_bears_the_name_of_the_day(house: House, owner: Connection[Row]) -> None:
    add_city(owner, house.tenancy, city_file(AOMORI))
    wish = RenameDepartment(department=desk_department(AOMORI), title="企画部 公民連携課", valid_from=date(2027, 4, 1))
    house.desk(AOMORI, Role.CITY_ADMINISTRATOR).do(wish, Entry(uuid4()))
    with runner_of(house, (ORGANISATION,)) as runner:
        runner.catch_up()
    days = [date(2026, 4, 1), date(2027, 3, 31), date(2027, 4, 1)]
    assert asyncio.run(desk_names(house, AOMORI, days)) == [
        "企画部 連携推進課",
        "企画部 連携推進課",
        "企画部 公民連携課",
    ]


async def desk_names(house: House, city: CityCode, days: list[date]) -> list[Opened]:
    """What the desk's department is called on each day."""
    conninfo = house.database.conninfo(Account.DESK)
    pool: AsyncConnectionPool[AsyncConnection[Row]] = AsyncConnectionPool(conninfo, open=False, min_size=1)
    async with pool, city_reads(pool, city) as connection:
        row = await queries.organisation(connection, city)
        assert row is not None
        named = [chart_on(row, day).departments for day in days]
        assert [len(departments) for departments in named] == [1] * len(days)
        words = await queries.open_words(
            connection, house.tenancy.keys, city, [one.name for departments in named for one in departments]
        )
    return [words[departments[0].name.commitment] for departments in named]
