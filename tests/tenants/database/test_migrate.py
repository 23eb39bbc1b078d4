"""Tables are brought up to date file by file, whole or not at all, while others go on working."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from tenants.database import migrate as module
from tenants.database.access import Database, Role
from tenants.database.errors import (
    DatabaseNewer,
    MigrationBusy,
    MigrationChanged,
    MigrationFailed,
    MigrationsMisnumbered,
)
from tenants.database.migrate import migrate, read_migrations

CASES = "CREATE TABLE renkei.cases (title text)"
CHALLENGES = "CREATE TABLE renkei.challenges (title text)"


def write(folder: Path, **files: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / f"{name.removeprefix('m')}.sql").write_text(text)
    return folder


def tables(database: Database) -> list[str]:
    with psycopg.connect(database.admin) as admin:
        rows = admin.execute("SELECT tablename FROM pg_tables WHERE schemaname IN ('renkei', 'commons') ORDER BY 1")
        return [name for (name,) in rows]


def test_files_of_all_folders_are_applied_in_the_order_of_their_numbers(database: Database, tmp_path: Path) -> None:
    views = write(tmp_path / "views", m0100_views="CREATE VIEW renkei.titles AS SELECT title FROM renkei.cases")
    log = write(tmp_path / "log", m0002_fill="INSERT INTO cases VALUES ('花火')", m0001_cases=CASES)
    said: list[str] = []

    applied = migrate(database, [views, log], said.append)

    assert applied == ["0001_cases.sql", "0002_fill.sql", "0100_views.sql"]
    assert said == [f"Applying {name}" for name in applied]
    with psycopg.connect(database.conninfo(Role.OWNER)) as owner:
        assert owner.execute("SELECT title FROM titles").fetchall() == [("花火",)]
        numbers = owner.execute("SELECT number, name FROM renkei.migrations ORDER BY applied_at").fetchall()
    assert numbers == [(1, "0001_cases.sql"), (2, "0002_fill.sql"), (100, "0100_views.sql")]


def test_a_second_run_does_nothing_and_a_new_file_is_added(database: Database, tmp_path: Path) -> None:
    migrate(database, [write(tmp_path, m0001_cases=CASES)])

    assert migrate(database, [tmp_path]) == []
    assert migrate(database, [write(tmp_path, m0002_challenges=CHALLENGES)]) == ["0002_challenges.sql"]
    assert tables(database) == ["cases", "challenges", "migrations"]


def test_a_new_file_may_have_a_lower_number_than_one_of_another_folder(database: Database, tmp_path: Path) -> None:
    migrate(database, [write(tmp_path, m0001_cases=CASES, m0100_challenges=CHALLENGES)])

    added = write(tmp_path, m0003_more="CREATE TABLE commons.more (x int)")

    assert migrate(database, [added]) == ["0003_more.sql"]


def test_everything_belongs_to_the_owner_and_nothing_is_open_to_all(database: Database, tmp_path: Path) -> None:
    function = "CREATE FUNCTION renkei.one() RETURNS int LANGUAGE sql AS 'SELECT 1'"
    migrate(database, [write(tmp_path, m0001_cases=CASES, m0002_one=function)])

    with psycopg.connect(database.admin) as admin:
        owners = admin.execute(
            "SELECT tableowner FROM pg_tables WHERE schemaname = 'renkei' UNION"
            " SELECT nspowner::regrole::text FROM pg_namespace WHERE nspname IN ('renkei', 'commons') UNION"
            " SELECT proowner::regrole::text FROM pg_proc WHERE proname = 'one'"
        ).fetchall()
        assert owners == [("renkei_owner",)]
        for role in (Role.DESK, Role.PUBLIC, Role.RUNNER):
            may = admin.execute("SELECT has_function_privilege(%s, 'renkei.one()', 'EXECUTE')", [role]).fetchone()
            assert may == (False,)


def test_an_applied_file_that_was_edited_or_renamed_is_refused(database: Database, tmp_path: Path) -> None:
    migrate(database, [write(tmp_path, m0001_cases=CASES)])

    write(tmp_path, m0001_cases=CASES + " -- better", m0002_challenges=CHALLENGES)
    with pytest.raises(MigrationChanged, match="0001_cases"):
        migrate(database, [tmp_path])
    (tmp_path / "0001_cases.sql").unlink()
    with pytest.raises(MigrationChanged, match=r"0001_titles\.sql is not the file .* 0001_cases"):
        migrate(database, [write(tmp_path, m0001_titles=CASES)])

    assert tables(database) == ["cases", "migrations"]


def test_a_database_of_a_newer_program_is_refused(database: Database, tmp_path: Path) -> None:
    migrate(database, [write(tmp_path / "newer", m0001_cases=CASES, m0003_later=CHALLENGES)])
    older = write(tmp_path / "older", m0001_cases=CASES, m0100_fields="CREATE TABLE renkei.fields (x int)")

    with pytest.raises(DatabaseNewer, match="0003_later"):
        migrate(database, [older])

    assert tables(database) == ["cases", "challenges", "migrations"]


def test_a_file_that_fails_leaves_nothing_and_the_ones_before_it_stay(database: Database, tmp_path: Path) -> None:
    broken = f"-- 挑戦\n{CHALLENGES};\nSELECT 1;\nSELECT * FROM renkei.missing;\nSELECT 2;\nSELECT 3;\n"
    write(tmp_path, m0001_cases=CASES, m0002_broken=broken)

    with pytest.raises(MigrationFailed, match=r"0002_broken\.sql, line 4: .*42P01"):
        migrate(database, [tmp_path])

    assert tables(database) == ["cases", "migrations"]
    assert migrate(database, [write(tmp_path, m0002_broken=CHALLENGES)]) == ["0002_broken.sql"]


@pytest.mark.parametrize("ending", ["COMMIT", "ROLLBACK", "COMMIT; BEGIN"])
def test_a_file_that_ends_its_own_transaction_is_refused(database: Database, tmp_path: Path, ending: str) -> None:
    write(tmp_path, m0001_cases=f"{CASES}; {ending};")

    with pytest.raises(MigrationFailed, match="ends its own transaction"):
        migrate(database, [tmp_path])

    with psycopg.connect(database.conninfo(Role.OWNER)) as owner:
        assert owner.execute("SELECT count(*) FROM renkei.migrations").fetchone() == (0,)


@pytest.mark.parametrize("name", ["1_cases.sql", "0001-cases.sql", "0001_Cases.sql", "cases.sql"])
def test_a_file_with_another_form_of_name_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(CASES)

    with pytest.raises(MigrationsMisnumbered, match=name):
        read_migrations([tmp_path])


def test_two_files_with_one_number_are_refused(tmp_path: Path) -> None:
    log = write(tmp_path / "log", m0001_cases=CASES)
    views = write(tmp_path / "views", m0001_challenges=CHALLENGES)

    with pytest.raises(MigrationsMisnumbered, match=r"0001_cases\.sql and 0001_challenges\.sql"):
        read_migrations([log, views])


def test_of_several_migrations_at_once_one_works_and_the_others_wait(database: Database, tmp_path: Path) -> None:
    write(tmp_path, m0001_cases=f"SELECT pg_sleep(0.3); {CASES}", m0002_challenges=CHALLENGES)
    with ThreadPoolExecutor(4) as threads:
        applied = list(threads.map(lambda _: migrate(database, [tmp_path]), range(4)))

    assert sorted(applied) == [[], [], [], ["0001_cases.sql", "0002_challenges.sql"]]


def test_a_migration_lets_readers_pass_while_it_waits_for_a_table(database: Database, tmp_path: Path) -> None:
    migrate(database, [write(tmp_path, m0001_cases=CASES)])
    write(tmp_path, m0002_wider="ALTER TABLE renkei.cases ADD COLUMN summary text")
    waits, waited, said = threading.Event(), [], []

    def tell(sentence: str) -> None:
        said.append(sentence)
        waits.set()

    with ThreadPoolExecutor(1) as threads:
        with psycopg.connect(database.conninfo(Role.OWNER)) as report:
            report.execute("SELECT FROM renkei.cases")  # a long report holds the table
            migration = threads.submit(migrate, database, [tmp_path], tell)
            assert waits.wait(10)
            with psycopg.connect(database.conninfo(Role.OWNER), autocommit=True) as reader:
                deadline = time.monotonic() + 1.5
                while time.monotonic() < deadline:
                    began = time.monotonic()
                    reader.execute("SELECT FROM renkei.cases")
                    waited.append(time.monotonic() - began)
        assert migration.result(20) == ["0002_wider.sql"]

    assert 0.2 < max(waited) < 0.8  # it did stand behind the migration, for no longer than the migration waits
    assert "0002_wider.sql waits for tables in use" in said


def test_a_table_that_stays_in_use_ends_the_migration_with_advice(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ATTEMPTS", 2)
    migrate(database, [write(tmp_path, m0001_cases=CASES)])
    write(tmp_path, m0002_wider="ALTER TABLE renkei.cases ADD COLUMN summary text")

    with psycopg.connect(database.conninfo(Role.OWNER)) as report:
        report.execute("SELECT FROM renkei.cases")
        with pytest.raises(MigrationBusy, match="End long transactions"):
            migrate(database, [tmp_path])
