"""What the role that serves desks may do about signing in: in its own city, and another secret only by a reset."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from psycopg import Connection, errors, sql

from domain.values import CityCode
from tenants.database.access import Role
from tenants.database.walls import Row
from tenants.entering import enter_member
from tenants.identity import set_secret
from tenants.identity.tokens import digest
from tenants.members import Member
from tenants.members import Role as Post
from tests.conftest import AOMORI, QUICK, SAPPORO, House

TABLES = [
    "members", "tokens", "sessions", "outside_identities", "second_factors", "recovery_codes", "mail_addresses",
    "resets", "waits",
]  # fmt: skip
SECRET = "窓口のひみつ・とても長いもの"
HASH = "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$x"
FILLED = [
    "insert into renkei.sessions (city, id, member, digest, rights) values (%(city)s, %(id)s, %(id)s, %(digest)s, '')",
    "insert into renkei.tokens (city, digest, member, expires_at) values (%(city)s, %(digest)s, %(id)s, 'infinity')",
    "insert into renkei.outside_identities (city, issuer, subject, member) values (%(city)s, 'i', 's', %(id)s)",
    "insert into renkei.second_factors (city, member, secret) values (%(city)s, %(id)s, '')",
    "insert into renkei.recovery_codes (city, member, digest) values (%(city)s, %(id)s, %(digest)s)",
    "insert into renkei.mail_addresses (city, member, address) values (%(city)s, %(id)s, '')",
    "insert into renkei.resets (city, member, digest, expires_at) values (%(city)s, %(id)s, %(digest)s, 'infinity')",
    "insert into renkei.waits (city, account, attempts, free_at) values (%(city)s, %(digest)s, 1, 'infinity')",
]
"""The same ids and digests in both cities, so that there is something that could be mistaken."""


@pytest.fixture
def members(house: House) -> list[Member]:
    same, found = uuid4(), []
    for city in (SAPPORO, AOMORI):
        house.add_city(city)
        with house.connect(Role.OWNER) as owner:
            found.append(enter_member(house.tenancy, city, "sato", "佐藤", {Post.DESK_OFFICER}, member=same))
            set_secret(owner, city, same, SECRET, hasher=QUICK)
        for statement in FILLED:
            house.superuser.execute(statement.encode(), {"city": city, "id": same, "digest": digest("known")})
    return found


@pytest.fixture
def desk(house: House, members: list[Member]) -> Iterator[Connection[Row]]:
    """The role that serves desks, inside Sapporo."""
    with house.connect(Role.DESK) as connection:
        connection.execute("select set_config('renkei.city', %s, false)", (SAPPORO,))
        yield connection


def count(connection: Connection[Row], table: str) -> int:
    statement = sql.SQL("select count(*) from renkei.{}").format(sql.Identifier(table))
    ((number,),) = connection.execute(statement).fetchall()
    return int(number)


@pytest.mark.parametrize("table", TABLES)
def test_a_desk_sees_its_own_city_alone(house: House, desk: Connection[Row], table: str) -> None:
    assert (count(house.superuser, table), count(desk, table)) == (2, 1)
    desk.execute("select set_config('renkei.city', '', false)")
    assert count(desk, table) == 0


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("role", [Role.PUBLIC, Role.RUNNER])
def test_no_other_role_that_serves_sees_anything_of_it(
    house: House, members: list[Member], role: Role, table: str
) -> None:
    with house.connect(role) as connection, pytest.raises(errors.InsufficientPrivilege):
        count(connection, table)


@pytest.mark.parametrize("table", ["tokens", "sessions", "second_factors", "recovery_codes", "waits"])
def test_a_desk_ends_nothing_of_another_city(house: House, desk: Connection[Row], table: str) -> None:
    desk.execute(sql.SQL("delete from renkei.{}").format(sql.Identifier(table)))
    statement = sql.SQL("select city from renkei.{}").format(sql.Identifier(table))
    assert house.superuser.execute(statement).fetchall() == [(AOMORI,)]


@pytest.mark.parametrize("statement", FILLED)
def test_a_desk_enters_nothing_into_another_city(desk: Connection[Row], statement: str) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        desk.execute(statement.encode(), {"city": AOMORI, "id": uuid4(), "digest": digest("other")})


@pytest.mark.parametrize(
    "statement",
    [
        "update renkei.members set secret_hash = 'x'",
        "update renkei.members set active = true",
        "delete from renkei.members",
        "update renkei.outside_identities set member = gen_random_uuid()",
        "delete from renkei.outside_identities",
        "update renkei.mail_addresses set address = 'x'",
        "insert into renkei.mail_addresses values ('011002', gen_random_uuid(), '')",
        "update renkei.tokens set scopes = '{read,write}'",
        "delete from renkei.resets",
    ],
)
def test_what_only_an_operator_changes_a_desk_cannot(desk: Connection[Row], statement: str) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        desk.execute(statement.encode())


def hash_of(house: House, city: CityCode) -> str:
    ((found,),) = house.sql("select secret_hash from renkei.members where city = %s", city)
    return str(found)


@pytest.mark.parametrize(
    ("city", "token", "new"),
    [(SAPPORO, "guessed", HASH), (AOMORI, "known", HASH), (SAPPORO, "known", "plain"), (SAPPORO, "known", "")],
)
def test_only_who_holds_a_reset_of_that_city_sets_a_secret(
    house: House, desk: Connection[Row], city: CityCode, token: str, new: str
) -> None:
    before = [hash_of(house, of) for of in (SAPPORO, AOMORI)]
    answer = desk.execute("select renkei.use_reset(%s, %s, %s)", (city, digest(token), new)).fetchall()
    assert (answer, [hash_of(house, of) for of in (SAPPORO, AOMORI)]) == ([(None,)], before)


def test_a_reset_is_used_up_and_ends_sessions_and_tokens_of_that_city_alone(
    house: House, desk: Connection[Row], members: list[Member]
) -> None:
    use = "select renkei.use_reset(%s, %s, %s)"
    assert desk.execute(use, (SAPPORO, digest("known"), HASH)).fetchall() == [(members[0].id,)]
    assert desk.execute(use, (SAPPORO, digest("known"), HASH)).fetchall() == [(None,)]
    assert (hash_of(house, SAPPORO), hash_of(house, AOMORI) == HASH) == (HASH, False)
    for table in ("sessions", "tokens", "resets"):
        assert house.sql(f"select city from renkei.{table}") == [(AOMORI,)]  # noqa: S608 - our own tables


def test_a_reset_that_has_ended_or_of_who_left_sets_nothing(house: House, desk: Connection[Row]) -> None:
    use = "select renkei.use_reset(%s, %s, %s)"
    house.sql("update renkei.members set active = false")
    with desk.transaction(force_rollback=True):
        assert desk.execute(use, (SAPPORO, digest("known"), HASH)).fetchall() == [(None,)]
    house.sql("update renkei.members set active = true")
    house.sql("update renkei.resets set expires_at = clock_timestamp()")
    assert desk.execute(use, (SAPPORO, digest("known"), HASH)).fetchall() == [(None,)]
    assert hash_of(house, SAPPORO) != HASH
