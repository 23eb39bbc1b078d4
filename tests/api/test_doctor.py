"""Each check of `renkei doctor` on a deployment that is well, and on one in which just that was broken."""

import os
import re
import resource
import shutil
import socket
import threading
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from api.demo.accounts import PASSWORD, People
from api.doctor import Level, Look, database, files, listening, signing, work
from api.doctor.examination import CHECKS, examine
from api.settings import KNOWN, Settings
from api.signing.settings import DEMANDED, USUAL, MailServer, Provider, SignIn, profiles
from domain.roles import EVERYBODY
from tenants.checkpoint import Checkpoint
from tenants.database import inspection
from tenants.entering import enter_member
from tenants.files.s3 import BucketSettings
from tenants.files.scanning import Scanner
from tenants.identity import set_secret
from tenants.members import Role as Of
from tests.conftest import SAPPORO, House
from tests.projections.running import runner_of

SETTINGS_FILE = Path(__file__).parents[2] / "api/settings.py"


@dataclass
class Ward:
    """A deployment, its settings, and what the doctor says of it."""

    house: House
    settings: Settings

    def levels(self, check: str, **changed: Any) -> list[Level]:
        """What one check finds."""
        settings = replace(self.settings, **changed)
        (one,) = (one for one in CHECKS if one.name == check)
        return [finding.level for finding in one.run(Look(settings, self.house.superuser))]

    def all(self) -> dict[str, Level]:
        """The worst of each check."""
        worst: dict[str, Level] = {}
        for line in examine(self.settings):
            worst[line.name] = max(worst.get(line.name, Level.OK), line.finding.level)
        return worst


@pytest.fixture
def ward(house: House) -> Ward:
    """A city at work, everything in order; its keys lie in another place than the data, as an operator does it."""
    house.open_city()
    house.tenancy.keep_checkpoints()
    with runner_of(house) as runner:
        runner.catch_up()
    (house.folder / "database.secret").write_bytes(b"x" * 32)
    for path in (house.folder, house.folder / "keys"):
        path.chmod(0o700)
    for path in (house.folder / "database.secret", *(house.folder / "keys").iterdir()):
        path.chmod(0o600)
    house.sql(f"alter database {house.superuser.info.dbname} set search_path = renkei, commons, public")
    settings = Settings(data=house.folder, database_url=house.database.admin, database_url_from_file=True)
    return Ward(house, replace(settings, sign_in=SignIn(second_factor=DEMANDED)))


KNOWN_OF_TEST_SERVER = {"connection": Level.WARN, "durability": Level.FAIL}
"""The server of the tests is used as a superuser and, to be quick, without fsync."""


def test_a_deployment_that_is_well_is_told_so_in_one_line_for_each_check(ward: Ward) -> None:
    lines = list(examine(ward.settings))
    assert [line.name for line in lines] == [check.name for check in CHECKS]
    unwell = {line.name: line.finding.level for line in lines if line.finding.level is not Level.OK}
    assert unwell == KNOWN_OF_TEST_SERVER
    for line in lines:
        assert "\n" not in line.finding.en + line.finding.ja
        assert not line.finding.ja.isascii(), line.name


# --- files ---


def test_a_data_folder_that_is_missing_open_or_somebody_elses(
    ward: Ward, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ward.levels("data", data=tmp_path / "nowhere") == [Level.WARN]
    for mode in (0o770, 0o702, 0o777):
        ward.house.folder.chmod(mode)
        assert ward.levels("data") == [Level.FAIL]
    ward.house.folder.chmod(0o755)
    assert ward.levels("data") == []
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    assert ward.levels("data") == [Level.FAIL]


@pytest.mark.parametrize("name", ["keys/inside.key", "keys/public.key", "keys/checkpoint.key", "database.secret"])
def test_a_key_that_others_may_read_or_that_is_gone(ward: Ward, name: str) -> None:
    path = ward.house.folder / name
    path.chmod(0o640)
    assert ward.levels("keys") == [Level.FAIL]
    path.unlink()
    assert ward.levels("keys") == [Level.FAIL]


def test_a_keys_folder_that_others_may_look_into(ward: Ward) -> None:
    (ward.house.folder / "keys").chmod(0o750)
    assert ward.levels("keys") == [Level.WARN]


def test_keys_beside_or_inside_the_database(ward: Ward, tmp_path: Path) -> None:
    data = tmp_path / "apart"
    (data / "postgres").mkdir(parents=True)
    (data / "keys").mkdir()
    beside = {"data": data, "database_url": None}
    assert ward.levels("keys-place", **beside) == [Level.WARN]
    assert ward.levels("keys-place", data=data) == []
    (data / "keys").rmdir()
    (data / "postgres/keys").mkdir()
    (data / "keys").symlink_to(data / "postgres/keys")
    assert ward.levels("keys-place", **beside) == [Level.FAIL]
    (data / "keys").unlink()
    (tmp_path / "elsewhere").mkdir()
    (data / "keys").symlink_to(tmp_path / "elsewhere")
    assert ward.levels("keys-place", **beside) == []


@pytest.mark.parametrize(("free", "expected"), [(0.5, [Level.FAIL]), (5, [Level.WARN]), (50, [])])
def test_a_disk_that_fills(ward: Ward, free: float, expected: list[Level], monkeypatch: pytest.MonkeyPatch) -> None:
    usage = SimpleNamespace(total=100 * 2**30, free=int(free * 2**30))
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage)
    assert ward.levels("room") == expected
    assert ward.levels("room", data=ward.house.folder / "not/yet/there") == expected


def test_a_storage_of_files_that_others_look_into_or_that_is_not_reached(ward: Ward) -> None:
    place = ward.house.folder / "files"
    place.mkdir(mode=0o750)
    place.chmod(0o750)
    assert ward.levels("storage") == [Level.WARN]
    place.chmod(0o700)
    assert ward.levels("storage") == []
    nobody = BucketSettings("renkei", "", "http://127.0.0.1:1", "us-east-1", "key", "secret")
    assert ward.levels("storage", files=nobody) == [Level.FAIL]
    assert ward.levels("storage", files=replace(nobody, endpoint="http://files.example.jp")) == [Level.FAIL]


def test_files_that_nobody_scans_and_a_scanner_that_does_not_answer(ward: Ward) -> None:
    assert ward.levels("scanner") == []
    assert ward.levels("scanner", host="0.0.0.0") == [Level.WARN]  # noqa: S104 - what is looked for
    with socket.create_server(("127.0.0.1", 0)) as listener:
        here = Scanner("127.0.0.1", listener.getsockname()[1])

        def answer() -> None:
            line, _ = listener.accept()
            assert line.recv(10) == b"zPING\0"
            line.sendall(b"PONG\0")
            line.close()

        answering = threading.Thread(target=answer)
        answering.start()
        assert ward.levels("scanner", scanner=here, host="0.0.0.0") == []  # noqa: S104
        answering.join(5)
    assert ward.levels("scanner", scanner=here) == [Level.FAIL]
    assert ward.levels("scanner", scanner=Scanner("clamd.example.jp", 3310)) == [Level.FAIL]


# --- listening ---

OPEN = {"host": "0.0.0.0"}  # noqa: S104 - what is looked for
MAIL = MailServer("smtp.example.jp", 587, "starttls", "renkei@example.jp", None, "")


def provider(issuer: str) -> Provider:
    """One provider of Sapporo's staff."""
    words = ("staff", frozenset({SAPPORO}), issuer, "renkei", "", profiles()["openid"], "職員", "Staff", ())
    return Provider(*words, link_by=None, require={})


PROXY = {"trusted_proxies": (ip_network("10.0.0.5/32"),)}


@pytest.mark.parametrize(
    ("check", "changed", "expected"),
    [
        ("hosts", {}, []),
        ("hosts", OPEN, [Level.FAIL]),
        ("hosts", {**OPEN, "hosts": ("renkei.example.jp",)}, []),
        ("tls", {"host": "::1"}, []),
        ("tls", OPEN, [Level.FAIL]),
        ("tls", {"host": "192.0.2.1"}, [Level.FAIL]),
        ("tls", {**OPEN, **PROXY}, []),
        ("proxies", PROXY, []),
        ("proxies", {"sign_in": SignIn(address="https://renkei.example.jp")}, [Level.FAIL]),
        ("proxies", {"sign_in": SignIn(address="https://renkei.example.jp"), **PROXY}, []),
        ("proxies", {"sign_in": SignIn(address="http://127.0.0.1:8000")}, []),
        ("hosts", {"sign_in": SignIn(address="https://renkei.example.jp"), **PROXY}, [Level.FAIL]),
        ("tls", {"sign_in": SignIn(address="https://renkei.example.jp")}, []),
        ("proxies", {"trusted_proxies": (ip_network("0.0.0.0/0"),)}, [Level.FAIL]),
        ("proxies", {"trusted_proxies": (ip_network("::/1"),)}, [Level.FAIL]),
        ("monitors", {"monitors": (ip_network("10.0.0.9/32"),), **PROXY}, []),
        ("monitors", {"monitors": (ip_network("0.0.0.0/0"),)}, [Level.FAIL]),
        ("monitors", {"monitors": (ip_network("2000::/3"),)}, [Level.FAIL]),
        ("monitors", {"monitors": (ip_network("10.0.0.0/24"), ip_network("fd00::/64")), **PROXY}, [Level.WARN]),
        ("address", {}, []),
        ("address", OPEN, [Level.FAIL]),
        ("address", {**OPEN, "sign_in": SignIn(address="http://renkei.example.jp")}, [Level.FAIL]),
        ("address", {**OPEN, "sign_in": SignIn(address="https://renkei.example.jp")}, []),
        ("sign-in", {}, []),
        ("sign-in", {"sign_in": SignIn(local=False)}, [Level.FAIL]),
        ("sign-in", {"sign_in": SignIn(local=False, providers=(provider("https://id.example.jp"),))}, []),
        ("sign-in", OPEN, [Level.WARN]),
        ("sign-in", {**OPEN, "sign_in": SignIn(mail=MAIL)}, []),
        ("second-factor", {"sign_in": SignIn()}, [Level.WARN]),
        ("second-factor", {"sign_in": SignIn(local=False)}, []),
        ("second-factor", {"sign_in": SignIn(second_factor={USUAL: EVERYBODY - {Of.STAFF}})}, [Level.WARN]),
        ("second-factor", {"sign_in": SignIn(second_factor={**DEMANDED, SAPPORO: frozenset()})}, [Level.WARN]),
        ("second-factor", {"sign_in": SignIn(second_factor={SAPPORO: EVERYBODY})}, [Level.WARN]),
        ("providers", {**OPEN, "sign_in": SignIn(providers=(provider("https://id.example.jp"),))}, []),
        ("providers", {**OPEN, "sign_in": SignIn(providers=(provider("http://127.0.0.1:9"),))}, [Level.FAIL]),
        ("providers", {"sign_in": SignIn(providers=(provider("http://127.0.0.1:9"),))}, []),
        ("budgets", {"rates": {}}, [Level.WARN]),
        ("settings", {"unknown": ("RENKEI_HOTS",)}, [Level.WARN]),
        ("password", {"database_url": None, "database_url_from_file": False}, []),
        ("password", {"database_url": "postgresql://a:b@h/d", "database_url_from_file": True}, []),
        ("password", {"database_url": "postgresql://a@h/d", "database_url_from_file": False}, []),
        ("password", {"database_url": "postgresql://a:b@h/d", "database_url_from_file": False}, [Level.WARN]),
        ("password", {"database_url": "nonsense nonsense", "database_url_from_file": False}, [Level.FAIL]),
    ],
)
def test_how_it_is_reached(ward: Ward, check: str, changed: dict[str, Any], expected: list[Level]) -> None:
    assert ward.levels(check, **changed) == expected


def test_fewer_files_than_connections(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _what: (1024, 1024))
    assert ward.levels("files") == [Level.WARN]
    assert ward.levels("files", connections=100) == []


def test_a_misspelt_setting_is_noticed_and_every_setting_that_is_read_is_known() -> None:
    assert Settings.read({"RENKEI_HOTS": "a", "RENKEI_HOSTS": "a", "HOME": "/"}).unknown == ("RENKEI_HOTS",)
    read = set(re.findall(r"RENKEI_[A-Z_]*[A-Z]", SETTINGS_FILE.read_text("utf-8")))
    assert read == KNOWN


# --- the database ---


def looked_at(info: Any, answer: tuple[Any, ...] | None = None) -> Look:
    """A connection that says this of itself: another version or another machine cannot be had in a test."""
    result = SimpleNamespace(fetchone=lambda: answer)
    return Look(Settings(database_url="x"), cast(Any, SimpleNamespace(info=info, execute=lambda *_: result)))


def test_a_server_that_is_too_old() -> None:
    for version, expected in ((150004, [Level.FAIL]), (160000, [])):
        look = looked_at(SimpleNamespace(server_version=version))
        assert [finding.level for finding in database.version(look)] == expected


def test_a_server_elsewhere_without_tls(ward: Ward) -> None:
    for address, tls, expected in (
        ("192.0.2.9", False, [Level.FAIL]),
        ("192.0.2.9", True, []),
        ("127.0.0.1", False, []),
    ):
        look = looked_at(SimpleNamespace(hostaddr=address, host="db"), (tls, False))
        assert [finding.level for finding in database.connection(look)] == expected
    assert not inspection.session(ward.house.superuser).tls
    assert inspection.session(ward.house.superuser).local


def test_a_superuser_in_the_settings(ward: Ward) -> None:
    assert ward.levels("connection") == [Level.WARN]
    assert ward.levels("connection", database_url=None) == []


def test_settings_that_could_cost_data(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    assert inspection.undurable(ward.house.superuser) == ["fsync = off"]
    ward.house.sql("set synchronous_commit = off")
    assert inspection.undurable(ward.house.superuser) == ["fsync = off", "synchronous_commit = off"]
    ward.house.sql("reset synchronous_commit")
    monkeypatch.setattr(inspection, "DURABLE", {"full_page_writes": "on", "data_checksums": "on"})
    assert ward.levels("durability") == []


@pytest.mark.parametrize(
    ("harm", "mended"),
    [
        ("alter role renkei_public createdb", "alter role renkei_public nocreatedb"),
        ("alter role renkei_runner bypassrls", "alter role renkei_runner nobypassrls"),
        ("grant renkei_owner to renkei_desk", "revoke renkei_owner from renkei_desk"),
    ],
)
def test_an_account_that_may_do_too_much(ward: Ward, harm: str, mended: str) -> None:
    assert ward.levels("roles") == []
    ward.house.sql(harm)
    try:
        assert ward.levels("roles") == [Level.FAIL]
    finally:
        ward.house.sql(mended)


@pytest.mark.parametrize(
    "harm",
    [
        "alter table renkei.events no force row level security",
        "alter table renkei.proposals disable row level security",
        "alter table renkei.members no force row level security",
        "create view renkei.every_city as select * from renkei.events",
        "create table renkei.notes (city text, note text); grant select (note) on renkei.notes to renkei_desk",
    ],
)
def test_a_wall_with_a_hole(ward: Ward, harm: str) -> None:
    assert ward.levels("walls") == []
    ward.house.sql(f"set role renkei_owner; {harm}; reset role")
    assert ward.levels("walls") == [Level.FAIL]


@pytest.mark.parametrize(
    "harm",
    [
        "grant insert on renkei.events to renkei_desk",
        "grant update (state) on renkei.events to renkei_runner",
        "grant delete on renkei.commands to renkei_desk",
        "grant select on renkei.proposals to renkei_public",
        "grant select (title) on renkei.proposals to renkei_public",
        "grant update on commons.cases to renkei_public",
        "grant truncate on renkei.tokens to renkei_desk",
        "grant select on commons.cases to public",
        "grant usage on schema renkei to public",
        "grant execute on function renkei.close_log to public",
        "alter function renkei.append_events reset search_path",
        "alter table renkei.cases owner to current_user",
    ],
)
def test_a_careless_grant(ward: Ward, harm: str) -> None:
    assert ward.levels("grants") == []
    ward.house.sql(harm)
    assert ward.levels("grants") == [Level.FAIL]


def test_tables_of_an_older_or_a_newer_version(ward: Ward) -> None:
    ward.house.sql("delete from renkei.migrations where number = 101")
    assert ward.levels("migrations") == [Level.WARN]
    ward.house.sql("insert into renkei.migrations (number, name, sha256) values (101, 'a', 'b'), (9999, 'c', 'd')")
    assert ward.levels("migrations") == [Level.FAIL]


# --- the work ---


def shift(ward: Ward, by: str) -> None:
    """Give every event another time, as only a superuser can."""
    ward.house.sql(f"set session_replication_role = replica; update renkei.events set recorded_at = recorded_at {by}")  # noqa: S608


def test_a_log_that_was_not_checked(ward: Ward) -> None:
    ward.house.sql("update renkei.log_checks set server_started = server_started - interval '1 day'")
    assert ward.levels("logs") == [Level.WARN]


def test_events_without_a_checkpoint(ward: Ward) -> None:
    ward.house.record(SAPPORO)
    assert ward.levels("checkpoints") == []
    shutil.rmtree(ward.house.folder / "checkpoints")
    shift(ward, "- interval '2 minutes'")
    assert ward.levels("checkpoints") == [Level.WARN]


def test_a_checkpoint_of_more_than_there_is_or_of_nobody(ward: Ward) -> None:
    folder = ward.house.tenancy.checkpoints
    folder.keep(Checkpoint(SAPPORO, 99, b"x" * 32), ward.house.tenancy.today())
    assert ward.levels("checkpoints") == [Level.FAIL]
    (folder.folder / SAPPORO / "latest").write_text("nonsense")
    assert ward.levels("checkpoints") == [Level.FAIL]
    (ward.house.folder / "keys/checkpoint.key").unlink()
    assert ward.levels("checkpoints") == [Level.FAIL]


def test_a_read_model_that_stopped(ward: Ward) -> None:
    assert ward.levels("projections") == []
    ward.house.sql("update commons.projections set stopped = 'too many' where name = 'proposals'")
    assert ward.levels("projections") == [Level.FAIL]


def test_a_record_that_was_put_aside(ward: Ward) -> None:
    ward.house.sql(
        "insert into renkei.dead_letters (city, projection, generation, originator_id, position, problem)"
        " select %s, name, generation, gen_random_uuid(), 1, 'ValueError' from commons.projections limit 1",
        SAPPORO,
    )
    assert ward.levels("projections") == [Level.WARN]


def test_read_models_of_a_program_that_does_not_run(ward: Ward) -> None:
    ward.house.record(SAPPORO)
    shift(ward, "- interval '2 minutes'")
    assert ward.levels("projections") == [Level.WARN]


def test_accounts_of_the_demo(ward: Ward) -> None:
    account = next(account for account in People().accounts() if account.city == SAPPORO)
    owner = ward.house.superuser
    member = enter_member(ward.house.tenancy, SAPPORO, account.login, "佐藤", frozenset({Of.DESK_OFFICER}))
    other = enter_member(ward.house.tenancy, SAPPORO, "sato", "佐藤", frozenset({Of.DESK_OFFICER}))
    set_secret(owner, SAPPORO, member.id, f"{PASSWORD} no more")
    set_secret(owner, SAPPORO, other.id, PASSWORD, told_to_everybody=True)
    assert ward.levels("demo") == []
    set_secret(owner, SAPPORO, member.id, PASSWORD, told_to_everybody=True)
    assert ward.levels("demo") == [Level.WARN]
    assert ward.levels("demo", **OPEN) == [Level.FAIL]


def test_a_clock_that_went_wrong(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime.now(UTC)
    for times, expected in (
        ((now, now), []),
        ((now, None), []),
        ((now - timedelta(minutes=5), None), [Level.FAIL]),
        ((now, now + timedelta(minutes=5)), [Level.FAIL]),
    ):
        monkeypatch.setattr(inspection, "clock", lambda _connection, times=times: times)
        assert ward.levels("clock") == expected
    monkeypatch.undo()
    shift(ward, "+ interval '1 hour'")
    assert ward.levels("clock") == [Level.FAIL]


# --- the whole ---


def test_a_database_that_cannot_be_reached_is_told_without_its_password(ward: Ward) -> None:
    ward.settings = replace(ward.settings, database_url="postgresql://a:geheim@127.0.0.1:1/d")
    lines = list(examine(ward.settings))
    assert (lines[-1].name, lines[-1].finding.level) == ("database", Level.FAIL)
    assert "geheim" not in str(lines)


def test_reminders_that_nobody_sends_are_told(ward: Ward) -> None:
    mailing = SignIn(
        address="https://renkei.example", mail=MailServer("127.0.0.1", 25, "none", "a@b.example", None, "")
    )
    assert ward.levels("mails") == []
    ward.house.sql(
        "insert into renkei.outbox (city, id, kind, about, day, member, facts)"
        " values (%s, gen_random_uuid(), 'due', gen_random_uuid(), '2026-11-24', gen_random_uuid(), '{}')",
        SAPPORO,
    )
    assert ward.levels("mails") == [Level.WARN]
    assert ward.levels("mails", sign_in=mailing) == []
    ward.house.sql("update renkei.outbox set gave_up = true")
    assert ward.levels("mails", sign_in=mailing) == [Level.WARN]


def test_a_database_without_tables_is_told_and_not_made(ward: Ward) -> None:
    name = f"empty_{uuid4().hex[:8]}"
    ward.house.superuser.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
    address = make_conninfo(ward.house.database.admin, dbname=name)
    try:
        ward.settings = replace(ward.settings, database_url=address)
        assert ward.all()["database"] is Level.WARN
        with psycopg.connect(address) as connection:
            assert not inspection.is_ready(connection)
    finally:
        ward.house.superuser.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


def test_what_cannot_be_looked_at_fails(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_connection: object) -> list[str]:
        raise psycopg.errors.InsufficientPrivilege("select secret")

    monkeypatch.setattr(inspection, "unchecked_logs", broken)
    (line,) = (line for line in examine(ward.settings) if line.name == "logs")
    assert line.finding.level is Level.FAIL
    assert "InsufficientPrivilege" in line.finding.en
    assert "secret" not in line.finding.en


def test_every_check_is_broken_by_a_test_here() -> None:
    text = Path(__file__).read_text("utf-8")
    for check in CHECKS:
        assert f'levels("{check.name}"' in text or f'("{check.name}", ' in text or check.name == "version", check.name
    assert [*files.CHECKS, *listening.CHECKS, *signing.CHECKS, *database.CHECKS, *work.CHECKS] == list(CHECKS)
